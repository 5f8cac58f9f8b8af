//! A program in a session and a terminal of its own, read line by line.
//!
//!
//! It is the session's leader, so the terminal's end hangs it up: even if we are killed and can do nothing any more, the kernel
//! closes our side of the terminal and ends the program.

use crate::adapters::process::core_dumps;
use crate::adapters::process::process_group::ProcessGroup;
use crate::domain::problem::{Problem, ProblemCode};
use pty_process::{Command, OwnedReadPty, OwnedWritePty, Size};
use std::ffi::OsStr;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Child;

/// Wide and high enough for every list to be drawn whole.
const ROWS: u16 = 1000;
const COLUMNS: u16 = 1000;

/// Maximum bytes of a line; longer input is discarded.
const MAX_LINE_BYTES: usize = 64 * 1024;

/// Time to drain output from just before the program's end. It is there already, unless another process keeps the terminal open.
const DRAIN_TIMEOUT: Duration = Duration::from_millis(200);

/// `ntn` creates `auth.json` readable for everyone, and only its umask can prevent that: there is no moment in between. A process
/// cannot change its own umask without changing that of all its threads, and a shell changes only its own.
const UMASK_SCRIPT: &str = "umask 077; exec \"$0\" \"$@\"";

pub struct TerminalSession {
    child: Child,
    group: ProcessGroup,
    output: OwnedReadPty,
    input: OwnedWritePty,
    unread: Vec<u8>,
}

impl TerminalSession {
    pub fn start(program: &Path, arguments: &[&str], variables: &[(&str, &OsStr)]) -> Result<Self, Problem> {
        let failed = |error: pty_process::Error| {
            Problem::new(ProblemCode::NtnFailed).with_evidence(format!("it cannot be started in a terminal of its own: {error}"))
        };
        let (terminal, line) = pty_process::open().map_err(failed)?;
        terminal.resize(Size::new(ROWS, COLUMNS)).map_err(failed)?;
        let command = Command::new("/bin/sh").args(["-c", UMASK_SCRIPT]).arg(program).args(arguments);
        let command = command.env_clear().envs(variables.iter().copied()).kill_on_drop(true);
        let child = core_dumps::with_inherited_limit(|| command.spawn(line)).map_err(failed)?;
        let (screen, keys) = terminal.into_split();
        Ok(Self { group: ProcessGroup::of_child(&child), child, output: screen, input: keys, unread: Vec::new() })
    }

    /// Returns the next line without its escape codes, however many bytes at a time it comes; `None` once the program has ended.
    /// Cancelling the wait loses nothing.
    pub async fn next_line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return Some(strip_escapes(&line));
            }
            if self.unread.len() > MAX_LINE_BYTES {
                self.unread.clear();
            }
            let more = tokio::select! {
                biased;
                // An error is the end too: Linux reports the last close of a terminal as EIO.
                read = self.output.read_buf(&mut self.unread) => read.is_ok_and(|read| read > 0),
                _ = self.child.wait() => {
                    let last = tokio::time::timeout(DRAIN_TIMEOUT, self.output.read_buf(&mut self.unread)).await;
                    matches!(last, Ok(Ok(1..)))
                }
            };
            if !more {
                return if self.unread.is_empty() { None } else { Some(strip_escapes(&std::mem::take(&mut self.unread))) };
            }
        }
    }

    pub async fn send_keys(&mut self, keys: &[u8]) {
        // A failed write shows in the output that follows, or in its absence.
        let _ = self.input.write_all(keys).await;
    }

    pub async fn wait(mut self) -> Result<ExitStatus, Problem> {
        let status = self.child.wait().await;
        self.group.disarm();
        status.map_err(|error| Problem::new(ProblemCode::NtnFailed).with_evidence(format!("its end was missed: {error}")))
    }
}

fn strip_escapes(line: &[u8]) -> String {
    String::from_utf8_lossy(&anstream::adapter::strip_bytes(line).into_vec()).trim_end().to_owned()
}
