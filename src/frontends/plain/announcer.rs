//! Announces pages: in full when they open, afterwards only the lines that changed.

use super::line_writer::LineWriter;
use crate::wizard::app::{PlainView, keys_text};
use crate::wizard::msg::{Label, Notice};
use crate::wizard::screens::Stage;
use crate::wizard::widgets::sheet::PlainLine;
use std::io;

/// How much of a page is announced when it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verbosity {
    /// Without its details.
    Brief,
    Full,
}

pub(super) struct Announcer {
    ascii: bool,
    stage: Option<Stage>,
    header: Option<String>,
    lines: Vec<PlainLine>,
    notice: Option<Notice>,
    keys: Vec<(String, Label)>,
}

impl Announcer {
    pub(super) fn new(ascii: bool) -> Self {
        Self { ascii, stage: None, header: None, lines: Vec::new(), notice: None, keys: Vec::new() }
    }

    pub(super) fn ascii(&self) -> bool {
        self.ascii
    }

    /// Forgets what was announced, so that everything is announced again.
    pub(super) fn reset(&mut self) {
        *self = Self::new(self.ascii);
    }

    /// Forgets the last notice, so that the same text is announced again after another input.
    pub(super) fn reset_notice(&mut self) {
        self.notice = None;
    }

    pub(super) fn announce(&mut self, view: &PlainView, verbosity: Verbosity, writer: &mut LineWriter) -> io::Result<()> {
        // The first line identifies the page and its prompt.
        let is_new = view.lines.first().map(|line| &line.text) != self.lines.first().map(|line| &line.text);
        if is_new {
            if !self.lines.is_empty() {
                writer.write_blank()?;
            }
            self.announce_stage(view, writer)?;
        }
        let is_announced = |line: &&PlainLine| verbosity == Verbosity::Full || !line.is_detail;
        let lines = if is_new { view.lines.iter().filter(is_announced).cloned().collect() } else { diff(&self.lines, &view.lines) };
        for line in lines {
            write_plain_line(&line, writer)?;
        }
        if let Some(notice) = view.notice.as_ref().filter(|notice| self.notice.as_ref() != Some(notice)) {
            writer.write_wrapped(&notice.text)?;
        }
        if is_new || view.keys != self.keys {
            writer.write_wrapped(&keys_text(&view.keys))?;
        }
        self.lines.clone_from(&view.lines);
        self.notice.clone_from(&view.notice);
        self.keys.clone_from(&view.keys);
        Ok(())
    }

    /// Announces the stage, and the account if it changed, on one line.
    fn announce_stage(&mut self, view: &PlainView, writer: &mut LineWriter) -> io::Result<()> {
        let mut sentences = Vec::new();
        if self.stage.replace(view.stage) != Some(view.stage) {
            let number = 1 + Stage::ALL.iter().position(|stage| *stage == view.stage).unwrap_or(0);
            sentences.push(format!("Step {number} of {}: {}.", Stage::ALL.len(), view.stage.label()));
        }
        sentences.extend(view.header.clone().filter(|header| self.header.as_ref() != Some(header)));
        self.header.clone_from(&view.header);
        if sentences.is_empty() { Ok(()) } else { writer.write_wrapped(&sentences.join(" ")) }
    }
}

fn write_plain_line(line: &PlainLine, writer: &mut LineWriter) -> io::Result<()> {
    match line {
        PlainLine { text, .. } if text.is_empty() => writer.write_blank(),
        PlainLine { text, is_verbatim: true, .. } => writer.write_unwrapped(text),
        PlainLine { text, is_selected: true, .. } => writer.write_wrapped(&format!("selected: {text}")),
        PlainLine { text, .. } => writer.write_wrapped(text),
    }
}

/// Returns the lines that are new or newly selected. A block of code is returned whole if any of it changed.
fn diff(before: &[PlainLine], now: &[PlainLine]) -> Vec<PlainLine> {
    let is_code = |line: &PlainLine, next: &PlainLine| line.is_verbatim && next.is_verbatim;
    let known: Vec<&[PlainLine]> = before.chunk_by(is_code).collect();
    let is_known = |block: &[PlainLine]| match block {
        [line] => {
            let same = |other: &PlainLine| other.text == line.text && (other.is_selected || !line.is_selected);
            line.text.is_empty() || before.iter().any(same)
        }
        block => known.contains(&block),
    };
    now.chunk_by(is_code).filter(|block| !is_known(block)).flatten().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> PlainLine {
        PlainLine { text: text.into(), ..PlainLine::default() }
    }

    fn code(text: &str) -> PlainLine {
        PlainLine { is_verbatim: true, ..line(text) }
    }

    #[test]
    fn only_what_changed_is_new() {
        assert_eq!(diff(&[line("a"), line("b")], &[line("a"), line(""), line("c"), line("b")]), [line("c")]);
        assert_eq!(diff(&[line("a")], &[line("a")]), []);
    }

    #[test]
    fn what_is_selected_now_is_new_and_what_is_not_any_more_is_none() {
        let selected = |text: &str| PlainLine { is_selected: true, ..line(text) };
        assert_eq!(diff(&[selected("a"), line("b")], &[line("a"), selected("b")]), [selected("b")]);
    }

    #[test]
    fn code_is_told_whole_or_not_at_all() {
        let (python, ruby) = ([code("begin"), code("a"), code("end")], [code("begin"), code("b"), code("end")]);
        assert_eq!(diff(&python, &ruby), ruby);
        assert_eq!(diff(&python, &python), []);
    }
}
