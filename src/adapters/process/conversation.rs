//! A conversation in lines with a program that runs: what is written to its input, and what it answers.

use super::running_program::RunningProgram;
use std::io::{Error, ErrorKind, Result};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::time::timeout;

/// Maximum bytes of a line.
const MAX_LINE_BYTES: u64 = 16 * 1024 * 1024;
/// Time that the program has to end by itself after its input has ended.
const END_TIMEOUT: Duration = Duration::from_secs(6);

/// Dropping it kills the program and everything that it started.
pub struct Conversation {
    running: RunningProgram,
    input: Option<ChildStdin>,
    output: Option<BufReader<ChildStdout>>,
}

impl Conversation {
    pub(super) fn new(mut running: RunningProgram) -> Self {
        let (input, output) = (running.child.stdin.take(), running.child.stdout.take().map(BufReader::new));
        Self { running, input, output }
    }

    pub async fn send(&mut self, line: &str) -> Result<()> {
        let input = self.input.as_mut().ok_or(ErrorKind::BrokenPipe)?;
        input.write_all(format!("{line}\n").as_bytes()).await?;
        input.flush().await
    }

    /// Returns the next line, or `None` at the end.
    pub async fn receive(&mut self) -> Result<Option<Vec<u8>>> {
        let Some(output) = self.output.as_mut() else { return Ok(None) };
        let mut line = Vec::new();
        output.take(MAX_LINE_BYTES).read_until(b'\n', &mut line).await?;
        match line.last() {
            None => Ok(None),
            Some(_) if line.len() as u64 == MAX_LINE_BYTES => Err(Error::from(ErrorKind::FileTooLarge)),
            Some(_) => Ok(Some(line)),
        }
    }

    /// Ends the input, and waits a little for the program.
    pub async fn end(mut self) {
        self.input.take();
        if timeout(END_TIMEOUT, self.running.child.wait()).await.is_ok() {
            self.running.release_group();
        }
    }
}
