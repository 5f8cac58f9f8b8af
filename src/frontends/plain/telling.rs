//! Announces pages: in full when they open, afterwards only the lines that changed.

use super::paper::Paper;
use crate::wizard::app::Lines;
use crate::wizard::msg::Notice;
use crate::wizard::screens::Stage;
use crate::wizard::widgets::sheet::Said;
use std::io;

pub(super) struct Telling {
    ascii: bool,
    stage: Option<Stage>,
    head: Option<String>,
    said: Vec<Said>,
    notice: Option<Notice>,
    keys: Vec<(String, &'static str)>,
}

impl Telling {
    pub(super) fn new(ascii: bool) -> Self {
        Self { ascii, stage: None, head: None, said: Vec::new(), notice: None, keys: Vec::new() }
    }

    pub(super) fn ascii(&self) -> bool {
        self.ascii
    }

    /// Forgets what was announced, so that everything is announced again.
    pub(super) fn forget(&mut self) {
        *self = Self::new(self.ascii);
    }

    /// Forgets the last notice, so that the same text is announced again after another input.
    pub(super) fn forget_notice(&mut self) {
        self.notice = None;
    }

    pub(super) fn tell(&mut self, lines: &Lines, paper: &mut Paper) -> io::Result<()> {
        // The first line identifies the page and its prompt.
        let is_new = lines.said.first().map(|said| &said.text) != self.said.first().map(|said| &said.text);
        if is_new {
            paper.blank()?;
            self.tell_step(lines, paper)?;
        }
        for said in if is_new { lines.said.clone() } else { news(&self.said, &lines.said) } {
            tell_line(&said, paper)?;
        }
        if let Some(notice) = lines.notice.as_ref().filter(|notice| self.notice.as_ref() != Some(notice)) {
            paper.say(&notice.text)?;
        }
        if is_new || lines.keys != self.keys {
            if is_new {
                paper.blank()?;
            }
            paper.say(&keys(&lines.keys))?;
        }
        self.said.clone_from(&lines.said);
        self.notice.clone_from(&lines.notice);
        self.keys.clone_from(&lines.keys);
        Ok(())
    }

    /// Announces the stage and the account if they changed.
    fn tell_step(&mut self, lines: &Lines, paper: &mut Paper) -> io::Result<()> {
        if self.stage.replace(lines.stage) != Some(lines.stage) {
            let number = 1 + Stage::ALL.iter().position(|stage| *stage == lines.stage).unwrap_or(0);
            paper.say(&format!("Step {number} of {}: {}.", Stage::ALL.len(), lines.stage.label()))?;
        }
        if let Some(head) = lines.head.as_ref().filter(|head| self.head.as_ref() != Some(head)) {
            paper.say(&format!("{head}."))?;
        }
        self.head.clone_from(&lines.head);
        Ok(())
    }
}

fn tell_line(said: &Said, paper: &mut Paper) -> io::Result<()> {
    match said {
        Said { text, .. } if text.is_empty() => paper.blank(),
        Said { text, is_whole: true, .. } => paper.write_whole(text),
        Said { text, is_selected: true, .. } => paper.say(&format!("selected: {text}")),
        Said { text, .. } => paper.say(text),
    }
}

/// Formats the keys: `Keys: Enter go on, b back.`
pub(super) fn keys(keys: &[(String, &'static str)]) -> String {
    let told: Vec<String> = keys.iter().map(|(key, does)| format!("{key} {does}")).collect();
    format!("Keys: {}.", told.join(", "))
}

/// Returns the lines that are new or newly selected. A block of code is returned whole if any of it changed.
fn news(before: &[Said], now: &[Said]) -> Vec<Said> {
    let is_code = |said: &Said, next: &Said| said.is_whole && next.is_whole;
    let known: Vec<&[Said]> = before.chunk_by(is_code).collect();
    let is_known = |block: &[Said]| match block {
        [said] => {
            let same = |other: &Said| other.text == said.text && (other.is_selected || !said.is_selected);
            said.text.is_empty() || before.iter().any(same)
        }
        block => known.contains(&block),
    };
    now.chunk_by(is_code).filter(|block| !is_known(block)).flatten().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Said {
        Said { text: text.into(), ..Said::default() }
    }

    fn code(text: &str) -> Said {
        Said { is_whole: true, ..said(text) }
    }

    #[test]
    fn only_what_changed_is_new() {
        assert_eq!(news(&[said("a"), said("b")], &[said("a"), said(""), said("c"), said("b")]), [said("c")]);
        assert_eq!(news(&[said("a")], &[said("a")]), []);
    }

    #[test]
    fn what_is_selected_now_is_new_and_what_is_not_any_more_is_none() {
        let selected = |text: &str| Said { is_selected: true, ..said(text) };
        assert_eq!(news(&[selected("a"), said("b")], &[said("a"), selected("b")]), [selected("b")]);
    }

    #[test]
    fn code_is_told_whole_or_not_at_all() {
        let (python, ruby) = ([code("begin"), code("a"), code("end")], [code("begin"), code("b"), code("end")]);
        assert_eq!(news(&python, &ruby), ruby);
        assert_eq!(news(&python, &python), []);
    }
}
