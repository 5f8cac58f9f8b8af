//! The output of plain mode: complete lines, without escape codes or carriage returns.

use crate::domain::sanitize::wrap;
use crate::frontends::console::strip_control_chars;
use std::io::{self, Write};

/// Maximum width of prose, because long lines are hard to follow with a screen magnifier.
const MAX_COLUMNS: usize = 100;
const MIN_COLUMNS: usize = 20;

pub(super) struct LineWriter {
    /// Returns the terminal's width; called for each line, because the terminal may have been resized.
    columns: fn() -> usize,
    /// The prompt on the last line, while it has no answer.
    open_prompt: Option<String>,
}

impl LineWriter {
    pub(super) fn new(columns: fn() -> usize) -> Self {
        Self { columns, open_prompt: None }
    }

    /// Writes prose, wrapped between words so that no word is read as two.
    pub(super) fn write_wrapped(&mut self, text: &str) -> io::Result<()> {
        let width = (self.columns)().clamp(MIN_COLUMNS, MAX_COLUMNS);
        for line in wrap(&strip_control_chars(text), width) {
            self.write_unwrapped(&line)?;
        }
        Ok(())
    }

    /// Writes a command, a link or code on one line, so that it can be copied whole.
    pub(super) fn write_unwrapped(&mut self, line: &str) -> io::Result<()> {
        self.end_line()?;
        writeln!(io::stdout().lock(), "{}", remove_control_chars(line))
    }

    /// Writes a blank line.
    pub(super) fn write_blank(&mut self) -> io::Result<()> {
        self.end_line()?;
        writeln!(io::stdout().lock())
    }

    /// Writes a prompt, unless it is there already; its answer follows on the same line.
    pub(super) fn write_prompt(&mut self, text: &str) -> io::Result<()> {
        if self.open_prompt.as_deref() == Some(text) {
            return Ok(());
        }
        self.end_line()?;
        self.open_prompt = Some(text.to_owned());
        let mut out = io::stdout().lock();
        write!(out, "{}", remove_control_chars(text))?;
        out.flush()
    }

    /// Ends the line of an open prompt.
    pub(super) fn end_line(&mut self) -> io::Result<()> {
        if self.open_prompt.take().is_some() { writeln!(io::stdout().lock()) } else { Ok(()) }
    }

    /// Records that the person's Enter key ended the line.
    pub(super) fn mark_line_ended(&mut self) {
        self.open_prompt = None;
    }
}

/// Removes control characters. It does not shorten the line as `sanitize` does, because links may be long.
fn remove_control_chars(line: &str) -> String {
    line.chars().filter(|character| !character.is_control()).collect()
}
