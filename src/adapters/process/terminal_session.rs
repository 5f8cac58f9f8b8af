//! A program with a terminal as its input and output, read line by line.

use super::output_lines::without_escapes;
use super::running_program::{RunError, RunningProgram};
use std::process::ExitStatus;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Maximum bytes of a line; longer input is discarded.
const MAX_LINE_BYTES: usize = 64 * 1024;

/// Time to drain output from just before the program's end. It is there already, unless another process keeps the terminal open.
const DRAIN_TIMEOUT: Duration = Duration::from_millis(200);

/// A program in a terminal session; dropping it ends the session.
pub struct TerminalSession {
    program: RunningProgram,
    unread: Vec<u8>,
}

impl TerminalSession {
    pub(super) fn new(program: RunningProgram) -> Self {
        Self { program, unread: Vec::new() }
    }

    /// Returns the next line without its escape codes, however many bytes at a time it comes; `None` once the program has ended.
    /// Cancelling the wait loses nothing.
    pub async fn next_line(&mut self) -> Option<String> {
        let RunningProgram { child, terminal, .. } = &mut self.program;
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return Some(clean_line(&line));
            }
            if self.unread.len() > MAX_LINE_BYTES {
                self.unread.clear();
            }
            let more = tokio::select! {
                biased;
                // An error is the end too: Linux reports the last close of a terminal as EIO.
                read = terminal.read_buf(&mut self.unread) => read.is_ok_and(|read| read > 0),
                _ = child.wait() => {
                    let last = tokio::time::timeout(DRAIN_TIMEOUT, terminal.read_buf(&mut self.unread)).await;
                    matches!(last, Ok(Ok(1..)))
                }
            };
            if !more {
                return if self.unread.is_empty() { None } else { Some(clean_line(&std::mem::take(&mut self.unread))) };
            }
        }
    }

    pub async fn send_keys(&mut self, keys: &[u8]) {
        // A failed write shows in the output that follows, or in its absence.
        let _ = self.program.terminal.write_all(keys).await;
    }

    pub async fn wait(mut self) -> Result<ExitStatus, RunError> {
        let status = self.program.child.wait().await;
        self.program.release_group();
        status.map_err(RunError::Lost)
    }
}

/// Keeps the spaces at the beginning: the first column may hold a list's marker.
fn clean_line(line: &[u8]) -> String {
    without_escapes(line).trim_end().to_owned()
}
