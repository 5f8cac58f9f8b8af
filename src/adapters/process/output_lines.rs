//! Makes lines of a program's output: without escape codes, of a bounded length, and no more of them than a person reads.

use crate::domain::sanitize::sanitize;
use crate::runtime::ports::ProgressCallback;
use std::collections::VecDeque;
use std::process::ExitStatus;
use std::sync::{Mutex, PoisonError};

/// Maximum bytes of a line; far more than is shown of one.
const MAX_LINE_BYTES: usize = 4096;
/// Maximum number of lines that are reported.
const MAX_REPORTED_LINES: usize = 2000;
/// Number of last lines that are kept, to explain a failure.
const TAIL_LINES: usize = 40;

pub struct StreamedOutput {
    pub status: ExitStatus,
    /// The last lines.
    pub tail: Vec<String>,
    /// The first line that mentions an error: npm's last line names a log, not the reason.
    error: Option<String>,
}

impl StreamedOutput {
    pub fn last_line(&self) -> &str {
        self.tail.last().map_or("", String::as_str)
    }

    /// Returns the line that says most about a failure.
    pub fn error_line(&self) -> &str {
        self.error.as_deref().unwrap_or(self.last_line())
    }
}

/// The lines of both streams of a program.
pub(super) struct LineCollector<'a> {
    on_line: &'a ProgressCallback<String>,
    collected: Mutex<CollectedLines>,
}

#[derive(Default)]
struct CollectedLines {
    count: usize,
    tail: VecDeque<String>,
    error: Option<String>,
}

impl<'a> LineCollector<'a> {
    pub(super) fn new(on_line: &'a ProgressCallback<String>) -> Self {
        Self { on_line, collected: Mutex::default() }
    }

    fn push(&self, line: &[u8]) {
        let line = clean_line(line);
        if line.is_empty() {
            return;
        }
        let mut collected = self.collected.lock().unwrap_or_else(PoisonError::into_inner);
        collected.count += 1;
        if collected.error.is_none() && line.to_ascii_lowercase().contains("error") {
            collected.error = Some(line.clone());
        }
        if collected.tail.len() == TAIL_LINES {
            collected.tail.pop_front();
        }
        collected.tail.push_back(line.clone());
        if collected.count <= MAX_REPORTED_LINES {
            (self.on_line)(line);
        }
    }

    pub(super) fn into_output(self, status: ExitStatus) -> StreamedOutput {
        let CollectedLines { tail, error, .. } = self.collected.into_inner().unwrap_or_else(PoisonError::into_inner);
        StreamedOutput { status, tail: tail.into(), error }
    }
}

/// Splits one stream into lines. A line also ends where a progress bar returns to its beginning.
pub(super) struct LineSplitter<'a> {
    lines: &'a LineCollector<'a>,
    line: Vec<u8>,
}

impl<'a> LineSplitter<'a> {
    pub(super) fn new(lines: &'a LineCollector<'a>) -> Self {
        Self { lines, line: Vec::new() }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if matches!(byte, b'\n' | b'\r') {
                self.lines.push(&self.line);
                self.line.clear();
            } else if self.line.len() < MAX_LINE_BYTES {
                self.line.push(*byte);
            }
        }
    }

    /// Adds the line that the stream's end has cut off.
    pub(super) fn finish(self) {
        self.lines.push(&self.line);
    }
}

/// Removes escape codes, and sanitises.
pub fn clean_line(line: &[u8]) -> String {
    sanitize(&without_escapes(line))
}

pub(super) fn without_escapes(line: &[u8]) -> String {
    String::from_utf8_lossy(&anstream::adapter::strip_bytes(line).into_vec()).into_owned()
}
