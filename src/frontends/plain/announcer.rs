//! Announces pages: in full when they open, afterwards only the lines that changed.

use super::line_writer::LineWriter;
use crate::wizard::app::PlainView;
use crate::wizard::msg::{Label, Notice};
use crate::wizard::screens::Stage;
use crate::wizard::widgets::sheet::PlainLine;
use std::io;

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

    pub(super) fn announce(&mut self, lines: &PlainView, paper: &mut LineWriter) -> io::Result<()> {
        // The first line identifies the page and its prompt.
        let is_new = lines.lines.first().map(|said| &said.text) != self.lines.first().map(|said| &said.text);
        if is_new {
            paper.write_blank()?;
            self.announce_stage(lines, paper)?;
        }
        for said in if is_new { lines.lines.clone() } else { diff(&self.lines, &lines.lines) } {
            write_plain_line(&said, paper)?;
        }
        if let Some(notice) = lines.notice.as_ref().filter(|notice| self.notice.as_ref() != Some(notice)) {
            paper.write_wrapped(&notice.text)?;
        }
        if is_new || lines.keys != self.keys {
            if is_new {
                paper.write_blank()?;
            }
            paper.write_wrapped(&format_keys(&lines.keys))?;
        }
        self.lines.clone_from(&lines.lines);
        self.notice.clone_from(&lines.notice);
        self.keys.clone_from(&lines.keys);
        Ok(())
    }

    /// Announces the stage and the account if they changed.
    fn announce_stage(&mut self, lines: &PlainView, paper: &mut LineWriter) -> io::Result<()> {
        if self.stage.replace(lines.stage) != Some(lines.stage) {
            let number = 1 + Stage::ALL.iter().position(|stage| *stage == lines.stage).unwrap_or(0);
            paper.write_wrapped(&format!("Step {number} of {}: {}.", Stage::ALL.len(), lines.stage.label()))?;
        }
        if let Some(head) = lines.header.as_ref().filter(|head| self.header.as_ref() != Some(head)) {
            paper.write_wrapped(&format!("{head}."))?;
        }
        self.header.clone_from(&lines.header);
        Ok(())
    }
}

fn write_plain_line(said: &PlainLine, paper: &mut LineWriter) -> io::Result<()> {
    match said {
        PlainLine { text, .. } if text.is_empty() => paper.write_blank(),
        PlainLine { text, is_verbatim: true, .. } => paper.write_unwrapped(text),
        PlainLine { text, is_selected: true, .. } => paper.write_wrapped(&format!("selected: {text}")),
        PlainLine { text, .. } => paper.write_wrapped(text),
    }
}

/// Formats the keys: `Keys: Enter go on, b back.`
pub(super) fn format_keys(keys: &[(String, Label)]) -> String {
    let told: Vec<String> = keys.iter().map(|(key, does)| format!("{key} {does}")).collect();
    format!("Keys: {}.", told.join(", "))
}

/// Returns the lines that are new or newly selected. A block of code is returned whole if any of it changed.
fn diff(before: &[PlainLine], now: &[PlainLine]) -> Vec<PlainLine> {
    let is_code = |said: &PlainLine, next: &PlainLine| said.is_verbatim && next.is_verbatim;
    let known: Vec<&[PlainLine]> = before.chunk_by(is_code).collect();
    let is_known = |block: &[PlainLine]| match block {
        [said] => {
            let same = |other: &PlainLine| other.text == said.text && (other.is_selected || !said.is_selected);
            said.text.is_empty() || before.iter().any(same)
        }
        block => known.contains(&block),
    };
    now.chunk_by(is_code).filter(|block| !is_known(block)).flatten().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> PlainLine {
        PlainLine { text: text.into(), ..PlainLine::default() }
    }

    fn code(text: &str) -> PlainLine {
        PlainLine { is_verbatim: true, ..said(text) }
    }

    #[test]
    fn only_what_changed_is_new() {
        assert_eq!(diff(&[said("a"), said("b")], &[said("a"), said(""), said("c"), said("b")]), [said("c")]);
        assert_eq!(diff(&[said("a")], &[said("a")]), []);
    }

    #[test]
    fn what_is_selected_now_is_new_and_what_is_not_any_more_is_none() {
        let selected = |text: &str| PlainLine { is_selected: true, ..said(text) };
        assert_eq!(diff(&[selected("a"), said("b")], &[said("a"), selected("b")]), [selected("b")]);
    }

    #[test]
    fn code_is_told_whole_or_not_at_all() {
        let (python, ruby) = ([code("begin"), code("a"), code("end")], [code("begin"), code("b"), code("end")]);
        assert_eq!(diff(&python, &ruby), ruby);
        assert_eq!(diff(&python, &python), []);
    }
}
