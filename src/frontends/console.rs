//! The output of commands: data to standard output, messages to standard error, both without control characters and colours.
//!
//! A reader that stops reading (`notion-auth paths | head -1`) is not a failure: further output is dropped. Any other write
//! error on standard output is reported and turns success into failure, because data was lost.

use crate::domain::command_line::ShellSyntax;
use crate::domain::credentials::MessageLine;
use crate::domain::link::Link;
use crate::domain::problem::{Problem, RemedyAction};
use crate::domain::retry::pause_text;
use crate::domain::sanitize::{sanitize, wrap};
use crate::domain::secret::Secret;
use crate::frontends::stdin;
use serde::Serialize;
use serde_json::json;
use std::io::{self, BufWriter, Write};

/// Exit code for success.
pub const EXIT_SUCCESS: u8 = 0;
/// Exit code for a failure, or for a search without a result.
pub const EXIT_FAILURE: u8 = 1;

pub struct Console {
    /// Flushed before a message, after an event, and at the end; flushing each line would cost a system call each.
    out: BufWriter<Box<dyn Write + Send>>,
    err: Box<dyn Write + Send>,
    /// Columns to wrap prose to.
    pub width: usize,
    /// True in plain mode: lists instead of columns.
    pub is_plain: bool,
    /// True if a person can be prompted at a terminal.
    pub is_interactive: bool,
    /// True if standard error is a terminal, so that a person reads the messages.
    pub shows_messages: bool,
    /// The syntax of commands to copy.
    pub shell_syntax: ShellSyntax,
    /// The first write error on standard output.
    write_error: Option<io::Error>,
}

impl Console {
    pub fn new(out: impl Write + Send + 'static, err: impl Write + Send + 'static, width: usize) -> Self {
        Self {
            out: BufWriter::new(Box::new(out)),
            err: Box::new(err),
            width,
            is_plain: false,
            is_interactive: false,
            shows_messages: false,
            shell_syntax: ShellSyntax::default(),
            write_error: None,
        }
    }

    /// Writes one line of data, without control characters.
    pub fn write_data(&mut self, line: &str) {
        self.write_data_line(&strip_control_chars(line));
    }

    /// Writes data wrapped to the width: `head` starts the first line, and the others are indented to match.
    pub fn write_data_wrapped(&mut self, head: &str, text: &str) {
        for line in wrap_hanging(head, text, self.width) {
            self.write_data(&line);
        }
    }

    /// Writes a JSON document or event on one line.
    pub fn write_json(&mut self, document: &impl Serialize) {
        match serde_json::to_string(document) {
            Ok(text) => {
                self.write_data_line(&text);
                self.flush_data();
            }
            Err(error) => self.write_error = self.write_error.take().or(Some(error.into())),
        }
    }

    /// Writes the secret unaltered. This is the only place that prints a secret, for commands whose purpose it is.
    pub fn write_secret(&mut self, secret: &Secret) {
        self.write_data_line(secret.expose());
    }

    /// Writes headers with this token as a JSON object. Only `mcp --headers` uses it.
    pub fn write_bearer_headers(&mut self, token: &Secret) {
        let bearer = Secret::new(format!("Bearer {}", token.expose()));
        let quoted = Secret::new(serde_json::to_string(bearer.expose()).unwrap_or_default());
        self.write_secret(&Secret::new(format!("{{\"Authorization\":{}}}", quoted.expose())));
    }

    /// Makes GitHub's runner, which parses standard error too, mask this secret in its log. Only `env --reveal` uses it.
    pub fn write_github_mask(&mut self, secret: &Secret) {
        let escaped = Secret::new(secret.expose().replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A"));
        let _ = writeln!(self.err, "::add-mask::{}", escaped.expose());
    }

    /// Writes a message, wrapped to the width.
    pub fn write_message(&mut self, text: &str) {
        self.write_message_under("", text);
    }

    /// Writes a message that starts with `head`.
    pub fn write_message_under(&mut self, head: &str, text: &str) {
        for line in wrap_hanging(head, text, self.width) {
            self.write_message_unwrapped(&line);
        }
    }

    /// Writes a message on one line without wrapping, so that a URL can be copied whole.
    pub fn write_message_unwrapped(&mut self, line: &str) {
        // The flush keeps data and messages in order on a terminal.
        self.flush_data();
        // A write error on standard error cannot be reported.
        let _ = writeln!(self.err, "{}", strip_control_chars(line));
    }

    /// Asks a yes-or-no question. Anything but a yes is a no, and the person can press Ctrl-C instead.
    pub async fn confirm(&mut self, question: &str) -> Result<bool, Problem> {
        self.write_message(&format!("{question} Type y or n, then press Enter."));
        Ok(stdin::is_yes(&stdin::ask().await?))
    }

    /// Writes messages that the wizard's pages share.
    pub fn write_lines(&mut self, lines: &[MessageLine]) {
        for line in lines {
            match line {
                MessageLine::Sentence(text) => self.write_message(text),
                MessageLine::Detail(text) => self.write_message_under("  ", text),
                MessageLine::Verbatim(line) => self.write_message_unwrapped(line),
                MessageLine::Problem(problem) => {
                    self.write_problem(problem);
                }
            }
        }
    }

    /// Writes a document of another format unaltered, with its own line ends.
    pub fn write_document(&mut self, text: &str) {
        if self.write_error.is_none() {
            self.write_error = self.out.write_all(text.as_bytes()).err();
        }
    }

    /// Writes a URL on one line. It was validated when it became a [`Link`], and an authorize URL is too long to wrap.
    pub fn write_link(&mut self, link: &Link) {
        self.flush_data();
        let _ = writeln!(self.err, "  {link}");
    }

    /// Writes preformatted text such as help, to standard output if it was requested.
    pub fn write_preformatted(&mut self, text: &str, to_stdout: bool) {
        if to_stdout {
            self.write_data_line(text.trim_end());
        } else {
            self.flush_data();
            let _ = writeln!(self.err, "{}", text.trim_end());
        }
    }

    /// Writes a problem for people, and returns its exit code.
    pub fn write_problem(&mut self, problem: &Problem) -> u8 {
        match &problem.evidence {
            Some(evidence) if problem.evidence_is_headline() => self.write_message(evidence),
            Some(evidence) => {
                self.write_message(problem.headline());
                self.write_message_under("  details: ", evidence);
            }
            None => self.write_message(problem.headline()),
        }
        if let Some(seconds) = problem.retry_after {
            self.write_message_under("  wait: ", &pause_text(seconds));
        }
        self.write_bullets("  Possible reasons:", problem.causes().iter().map(|cause| cause.text.as_str()));
        // Outside the wizard there is no input field to edit.
        let remedies = problem.remedies().iter().filter(|remedy| remedy.action != RemedyAction::Edit);
        self.write_bullets("  What to do:", remedies.map(|remedy| remedy.text.as_str()));
        problem.exit_code()
    }

    /// Writes a list under its title, or nothing if the list is empty.
    fn write_bullets<'a>(&mut self, title: &str, items: impl Iterator<Item = &'a str>) {
        for (number, item) in items.enumerate() {
            if number == 0 {
                self.write_message_unwrapped(title);
            }
            self.write_message_under("    - ", item);
        }
    }

    /// Writes a problem as a JSON event, and returns its exit code.
    pub fn write_problem_event(&mut self, problem: &Problem) -> u8 {
        let mut event = problem_json(problem);
        if let Some(fields) = event.as_object_mut() {
            fields.insert("event".into(), "problem".into());
            fields.insert("schema".into(), 1.into());
        }
        self.write_json(&event);
        problem.exit_code()
    }

    /// Flushes the output, and returns the final exit code, which a write error can change.
    pub fn finish(mut self, exit_code: u8) -> u8 {
        self.flush_data();
        let _ = self.err.flush();
        match self.write_error.take() {
            None => exit_code,
            Some(error) if error.kind() == io::ErrorKind::BrokenPipe => exit_code,
            Some(error) => {
                self.write_message(&format!("Couldn't write to standard output: {error}"));
                if exit_code == EXIT_SUCCESS { EXIT_FAILURE } else { exit_code }
            }
        }
    }

    fn flush_data(&mut self) {
        if self.write_error.is_none() {
            self.write_error = self.out.flush().err();
        }
    }

    fn write_data_line(&mut self, line: &str) {
        if self.write_error.is_none() {
            self.write_error = writeln!(self.out, "{line}").err();
        }
    }
}

/// Returns a problem as JSON with the fields `code`, `message`, `evidence`, `retry_after` and `remedies`.
pub fn problem_json(problem: &Problem) -> serde_json::Value {
    let remedies: Vec<_> =
        problem.remedies().iter().filter(|remedy| remedy.action != RemedyAction::Edit).map(|remedy| &remedy.text).collect();
    json!({
        "code": problem.code.name(), "message": problem.headline(), "evidence": problem.evidence,
        "retry_after": problem.retry_after, "remedies": remedies,
    })
}

/// Wraps `text` to `width` cells with a hanging indent: `head` starts the first line, and the others are indented to match.
pub fn wrap_hanging(head: &str, text: &str, width: usize) -> Vec<String> {
    let indent = crate::domain::sanitize::width(head);
    let lines = wrap(text, width.saturating_sub(indent).max(1));
    let rest = " ".repeat(indent);
    lines.iter().enumerate().map(|(row, line)| if row == 0 { format!("{head}{line}") } else { format!("{rest}{line}") }).collect()
}

/// Removes control characters word by word, so that spaces which align a table are kept.
pub(super) fn strip_control_chars(line: &str) -> String {
    line.split(' ').map(sanitize).collect::<Vec<_>>().join(" ").trim_end().to_owned()
}
