//! Where a command speaks: data to standard output, talk to standard error, both made safe to draw. No colour.
//!
//! A reader that stops reading (`notion-auth paths | head -1`) is no failure: what follows is dropped in silence. Any
//! other trouble with standard output is told, and turns success into failure: data that was not written was not given.

use crate::domain::accounts::Line;
use crate::domain::link::Link;
use crate::domain::problem::{Action, Problem};
use crate::domain::retry::pause_text;
use crate::domain::sanitize::{sanitize, wrap};
use crate::domain::secret::Secret;
use serde::Serialize;
use serde_json::json;
use std::io::{self, BufWriter, Write};

/// All went well.
pub const DONE: u8 = 0;
/// What was to be done was not, or what was looked for is not there.
pub const FAILED: u8 = 1;

pub struct Console {
    /// Handed over when something is said, when an event is written, and at the end: a line at a time would cost a system call each.
    out: BufWriter<Box<dyn Write + Send>>,
    err: Box<dyn Write + Send>,
    /// Columns that prose is wrapped to.
    pub width: usize,
    /// Nothing stands beside anything else: lists instead of columns.
    pub is_linear: bool,
    /// Somebody sits at a terminal, and can be asked.
    pub can_ask: bool,
    /// The first trouble with standard output.
    trouble: Option<io::Error>,
}

impl Console {
    pub fn new(out: impl Write + Send + 'static, err: impl Write + Send + 'static, width: usize) -> Self {
        Self { out: BufWriter::new(Box::new(out)), err: Box::new(err), width, is_linear: false, can_ask: false, trouble: None }
    }

    /// One line of data, as it stands but for hostile characters.
    pub fn data(&mut self, line: &str) {
        self.write(&tame(line));
    }

    /// Data wrapped to the width: `head` opens the first line, and the others are indented to match.
    pub fn data_wrapped(&mut self, head: &str, text: &str) {
        for line in hanging(head, text, self.width) {
            self.data(&line);
        }
    }

    /// A JSON document or event, on one line.
    pub fn json(&mut self, document: &impl Serialize) {
        match serde_json::to_string(document) {
            Ok(text) => {
                self.write(&text);
                self.hand_over();
            }
            Err(error) => self.trouble = self.trouble.take().or(Some(error.into())),
        }
    }

    /// The secret alone, unaltered: the one place where a secret is shown, and it was asked for by name.
    pub fn secret(&mut self, secret: &Secret) {
        self.write(secret.expose());
    }

    /// Has GitHub's runner, which reads standard error too, hide this secret in its log. For `env --reveal` alone.
    pub fn mask(&mut self, secret: &Secret) {
        let escaped = Secret::new(secret.expose().replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A"));
        let _ = writeln!(self.err, "::add-mask::{}", escaped.expose());
    }

    /// Talk, wrapped to the width.
    pub fn say(&mut self, text: &str) {
        self.say_under("", text);
    }

    /// Talk that opens with `head`.
    pub fn say_under(&mut self, head: &str, text: &str) {
        for line in hanging(head, text, self.width) {
            self.say_whole(&line);
        }
    }

    /// Talk on a line of its own that is never broken: an address is copied whole.
    pub fn say_whole(&mut self, line: &str) {
        // On a terminal both stand in the order in which they were written.
        self.hand_over();
        // Nobody is left to be told that talk cannot be written.
        let _ = writeln!(self.err, "{}", tame(line));
    }

    /// Talk that the screens lay out in their own way.
    pub fn tell(&mut self, lines: &[Line]) {
        for line in lines {
            match line {
                Line::Say(text) => self.say(text),
                Line::Under(text) => self.say_under("  ", text),
                Line::Whole(line) => self.say_whole(line),
                Line::Problem(problem) => {
                    self.problem(problem);
                }
            }
        }
    }

    /// An address on a line of its own, whole: it was checked when it became a [`Link`], and an authorize link is long.
    pub fn say_link(&mut self, link: &Link) {
        self.hand_over();
        let _ = writeln!(self.err, "  {link}");
    }

    /// A text that is laid out already, such as help: on standard output where it was asked for.
    pub fn show(&mut self, text: &str, to_stdout: bool) {
        if to_stdout {
            self.write(text.trim_end());
        } else {
            self.hand_over();
            let _ = writeln!(self.err, "{}", text.trim_end());
        }
    }

    /// A problem for a person; gives its exit code back.
    pub fn problem(&mut self, problem: &Problem) -> u8 {
        self.say(problem.headline());
        if let Some(evidence) = &problem.evidence {
            self.say_under("  seen: ", evidence);
        }
        if let Some(seconds) = problem.retry_after {
            self.say_under("  wait: ", &pause_text(seconds));
        }
        for cause in problem.causes() {
            self.say_under("  maybe: ", &cause.text);
        }
        // Without the wizard there is no field in which a text would still stand.
        for remedy in problem.remedies().iter().filter(|remedy| remedy.action != Action::Edit) {
            self.say_under("  hint: ", &remedy.text);
        }
        problem.exit_code()
    }

    /// A problem for a program; gives its exit code back.
    pub fn problem_event(&mut self, problem: &Problem) -> u8 {
        let mut event = problem_json(problem);
        if let Some(fields) = event.as_object_mut() {
            fields.insert("event".into(), "problem".into());
            fields.insert("schema".into(), 1.into());
        }
        self.json(&event);
        problem.exit_code()
    }

    /// Hands over what is still buffered and gives the exit code that is true after all.
    pub fn finish(mut self, exit_code: u8) -> u8 {
        self.hand_over();
        let _ = self.err.flush();
        match self.trouble.take() {
            None => exit_code,
            Some(error) if error.kind() == io::ErrorKind::BrokenPipe => exit_code,
            Some(error) => {
                self.say(&format!("Standard output could not be written: {error}"));
                if exit_code == DONE { FAILED } else { exit_code }
            }
        }
    }

    fn hand_over(&mut self) {
        if self.trouble.is_none() {
            self.trouble = self.out.flush().err();
        }
    }

    fn write(&mut self, line: &str) {
        if self.trouble.is_none() {
            self.trouble = writeln!(self.out, "{line}").err();
        }
    }
}

/// A problem as the fields `code`, `message`, `evidence`, `retry_after`, `remedies`.
pub fn problem_json(problem: &Problem) -> serde_json::Value {
    let remedies: Vec<_> =
        problem.remedies().iter().filter(|remedy| remedy.action != Action::Edit).map(|remedy| &remedy.text).collect();
    json!({
        "code": problem.code.name(), "message": problem.headline(), "evidence": problem.evidence,
        "retry_after": problem.retry_after, "remedies": remedies,
    })
}

/// `text` in lines of `width` cells; the first opens with `head`, the others are indented as far.
pub fn hanging(head: &str, text: &str, width: usize) -> Vec<String> {
    let indent = crate::domain::sanitize::width(head);
    let lines = wrap(text, width.saturating_sub(indent).max(1));
    let rest = " ".repeat(indent);
    lines.iter().enumerate().map(|(row, line)| if row == 0 { format!("{head}{line}") } else { format!("{rest}{line}") }).collect()
}

/// Word by word, so that the spaces that align a table stay.
pub(super) fn tame(line: &str) -> String {
    line.split(' ').map(sanitize).collect::<Vec<_>>().join(" ").trim_end().to_owned()
}
