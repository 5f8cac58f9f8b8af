//! The output of plain mode: complete lines, without escape codes or carriage returns.

use crate::domain::sanitize::wrap;
use crate::frontends::console::tame;
use std::io::{self, Write};

/// Maximum width of prose, because long lines are hard to follow with a screen magnifier.
const WIDEST: usize = 100;
const NARROWEST: usize = 20;

pub(super) struct Paper {
    /// Returns the terminal's width; called for each line, because the terminal may have been resized.
    columns: fn() -> usize,
    /// True while the last line is a prompt without its answer.
    is_in_line: bool,
}

impl Paper {
    pub(super) fn new(columns: fn() -> usize) -> Self {
        Self { columns, is_in_line: false }
    }

    /// Writes prose, wrapped between words so that no word is read as two.
    pub(super) fn say(&mut self, text: &str) -> io::Result<()> {
        let width = (self.columns)().clamp(NARROWEST, WIDEST);
        for line in wrap(&tame(text), width) {
            self.write_whole(&line)?;
        }
        Ok(())
    }

    /// Writes a command, a link or code on one line, so that it can be copied whole.
    pub(super) fn write_whole(&mut self, line: &str) -> io::Result<()> {
        self.end_line()?;
        writeln!(io::stdout().lock(), "{}", visible(line))
    }

    /// Writes a blank line.
    pub(super) fn blank(&mut self) -> io::Result<()> {
        self.end_line()?;
        writeln!(io::stdout().lock())
    }

    /// Writes a prompt; its answer follows on the same line.
    pub(super) fn prompt(&mut self, text: &str) -> io::Result<()> {
        self.end_line()?;
        self.is_in_line = true;
        let mut out = io::stdout().lock();
        write!(out, "{}", visible(text))?;
        out.flush()
    }

    /// Ends the line of an open prompt.
    pub(super) fn end_line(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.is_in_line) { writeln!(io::stdout().lock()) } else { Ok(()) }
    }

    /// Records that the person's Enter key ended the line.
    pub(super) fn line_was_ended(&mut self) {
        self.is_in_line = false;
    }
}

/// Removes control characters. It does not shorten the line as `sanitize` does, because links may be long.
fn visible(line: &str) -> String {
    line.chars().filter(|character| !character.is_control()).collect()
}
