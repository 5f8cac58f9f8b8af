//! Runs a program to its end: without input, with an environment of our choice, and with nothing left behind if it is dropped half-way.
#![cfg_attr(not(unix), expect(clippy::disallowed_methods, reason = "this file starts ntn"))]

use super::process_group::ProcessGroup;
use crate::adapters::process::core_dumps;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Child;

/// The current folder.
pub const CURRENT_FOLDER: &str = ".";

/// Limit of captured output in bytes; no answer that is needed here is longer.
const MAX_OUTPUT_BYTES: u64 = 64 * 1024;

/// The output of a finished run.
pub struct CapturedOutput {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a program to its end. The error is a reason for a person.
pub async fn run_captured(program: &Path, arguments: &[&str], variables: &[(&str, &OsStr)]) -> Result<CapturedOutput, String> {
    let mut run = RunningProgram::start(program, arguments, variables, CURRENT_FOLDER.as_ref())
        .map_err(|error| format!("it cannot be started: {error}"))?;
    let (out, err) = (run.child.stdout.take(), run.child.stderr.take());
    let (out, err, status) = tokio::join!(read_text(out), read_text(err), run.child.wait());
    run.group.disarm();
    let status = status.map_err(|error| format!("its end was missed: {error}"))?;
    Ok(CapturedOutput { status, stdout: out, stderr: err })
}

async fn read_text(stream: Option<impl AsyncRead + Unpin>) -> String {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        // Bytes that were read before an error still count.
        let _ = stream.take(MAX_OUTPUT_BYTES).read_to_end(&mut bytes).await;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A running program. Dropping it kills the program, and everything it started.
pub struct RunningProgram {
    pub child: Child,
    pub group: ProcessGroup,
    /// The terminal of the child's session. Nothing is written to it; but its end hangs that session up, so the kernel ends the
    /// child even if we are killed and can do nothing any more.
    #[cfg(unix)]
    _terminal: pty_process::Pty,
}

#[cfg(unix)]
type StartError = pty_process::Error;
#[cfg(not(unix))]
type StartError = std::io::Error;

impl RunningProgram {
    pub fn start(
        program: &Path,
        arguments: &[impl AsRef<OsStr>],
        variables: &[(&str, &OsStr)],
        folder: &Path,
    ) -> Result<Self, StartError> {
        Self::start_with_stdin(program, arguments, variables, folder, Stdio::null())
    }

    /// Starts a program with this standard input.
    #[cfg(unix)]
    pub fn start_with_stdin(
        program: &Path,
        arguments: &[impl AsRef<OsStr>],
        variables: &[(&str, &OsStr)],
        folder: &Path,
        stdin: Stdio,
    ) -> Result<Self, StartError> {
        let (terminal, line) = pty_process::open()?;
        let command = pty_process::Command::new(program).args(arguments).env_clear().envs(variables.iter().copied());
        let command = command.current_dir(folder).stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let child = core_dumps::with_inherited_limit(|| command.spawn(line))?;
        Ok(Self { group: ProcessGroup::of_child(&child), child, _terminal: terminal })
    }

    #[cfg(not(unix))]
    pub fn start_with_stdin(
        program: &Path,
        arguments: &[impl AsRef<OsStr>],
        variables: &[(&str, &OsStr)],
        folder: &Path,
        stdin: Stdio,
    ) -> Result<Self, StartError> {
        let mut command = tokio::process::Command::new(program);
        command.args(arguments).env_clear().envs(variables.iter().copied()).current_dir(folder).kill_on_drop(true);
        command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = core_dumps::with_inherited_limit(|| command.spawn())?;
        Ok(Self { group: ProcessGroup::of_child(&child), child })
    }
}
