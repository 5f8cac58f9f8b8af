//! Where the twin writes: lines, one after the other, as on paper. No escape code, no carriage return, nothing taken back.

use crate::domain::sanitize::wrap;
use crate::frontends::console::tame;
use std::io::{self, Write};

/// Prose is not wrapped wider than this: longer lines are hard to follow in magnification.
const WIDEST: usize = 100;
const NARROWEST: usize = 20;

pub(super) struct Paper {
    /// Of the terminal, asked each time: it may have been resized.
    columns: fn() -> usize,
    /// A question stands on the last line, and the answer is not there yet.
    is_in_line: bool,
}

impl Paper {
    pub(super) fn new(columns: fn() -> usize) -> Self {
        Self { columns, is_in_line: false }
    }

    /// Prose: broken between words, so that no word is read as two.
    pub(super) fn say(&mut self, text: &str) -> io::Result<()> {
        let width = (self.columns)().clamp(NARROWEST, WIDEST);
        for line in wrap(&tame(text), width) {
            self.write_whole(&line)?;
        }
        Ok(())
    }

    /// A command, a link, a line of code: on one line, to be copied whole.
    pub(super) fn write_whole(&mut self, line: &str) -> io::Result<()> {
        self.end_line()?;
        writeln!(io::stdout().lock(), "{}", visible(line))
    }

    /// Sets apart what follows.
    pub(super) fn blank(&mut self) -> io::Result<()> {
        self.end_line()?;
        writeln!(io::stdout().lock())
    }

    /// The answer follows on the same line.
    pub(super) fn prompt(&mut self, text: &str) -> io::Result<()> {
        self.end_line()?;
        self.is_in_line = true;
        let mut out = io::stdout().lock();
        write!(out, "{}", visible(text))?;
        out.flush()
    }

    /// What comes by itself does not stand behind a question.
    pub(super) fn end_line(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.is_in_line) { writeln!(io::stdout().lock()) } else { Ok(()) }
    }

    /// Whoever answered has ended it.
    pub(super) fn line_was_ended(&mut self) {
        self.is_in_line = false;
    }
}

/// An address is longer than a text that others wrote may be, so it is not cut.
fn visible(line: &str) -> String {
    line.chars().filter(|character| !character.is_control()).collect()
}
