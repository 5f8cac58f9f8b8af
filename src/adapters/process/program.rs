//! Runs a program of ours: with no environment but the one that it is given, with no input but a secret, within a time limit, and
//! as a process group that ends with us.
//!
//! On Unix the program leads a session of its own with a terminal of its own. The terminal's end hangs the session up, so the
//! kernel ends the program even if we are killed and can do nothing any more. On Windows a job object does the same.
#![expect(clippy::disallowed_methods, reason = "this file starts the programs that we run")]

use super::conversation::Conversation;
use super::output_lines::{LineCollector, LineSplitter, StreamedOutput};
pub use super::running_program::RunError;
use super::running_program::RunningProgram;
#[cfg(unix)]
use super::terminal_session::TerminalSession;
use crate::adapters::trace;
use crate::domain::secret::{Secret, WipingBuffer};
use crate::runtime::ports::ProgressCallback;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::process::Command;
use tokio::time::timeout;
use tracing::field::{Empty, display};
use zeroize::Zeroizing;

/// Time limit of a run that is given no other: longer than any caller limits a whole row of runs to.
const MAX_TIME_LIMIT: Duration = Duration::from_secs(15 * 60);

/// Limit of captured output in bytes of each stream; no answer that is needed is longer.
pub const MAX_CAPTURED_BYTES: usize = 64 * 1024;

/// A process cannot change its own umask without changing that of all its threads; a shell changes only its own.
#[cfg(unix)]
const UMASK_SCRIPT: &str = "umask 077; exec \"$0\" \"$@\"";

/// A program that is about to be run.
pub struct Program {
    command: Command,
    /// Its file name, for `-v`.
    name: String,
    time_limit: Duration,
}

impl Program {
    pub fn new(path: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(&path);
        command.env_clear().kill_on_drop(true);
        Self { command, name: file_name(path.as_ref()), time_limit: MAX_TIME_LIMIT }
    }

    /// Returns a program whose new files nobody else can read.
    #[cfg(unix)]
    pub fn with_private_umask(path: impl AsRef<OsStr>) -> Self {
        let name = file_name(path.as_ref());
        Self { name, ..Self::new("/bin/sh").args(["-c", UMASK_SCRIPT]).args([path]) }
    }

    #[must_use]
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Adds variables to the environment, which is empty at first. A later value of a name replaces an earlier one.
    #[must_use]
    pub fn environment(mut self, variables: impl IntoIterator<Item = (impl AsRef<OsStr>, impl AsRef<OsStr>)>) -> Self {
        self.command.envs(variables);
        self
    }

    /// Sets the folder in which the program runs, in place of the current one.
    #[must_use]
    pub fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Sets the time limit of a run, at whose end the program is killed. A terminal session is limited by whoever reads it.
    #[must_use]
    pub fn time_limit(self, time_limit: Duration) -> Self {
        Self { time_limit, ..self }
    }

    /// Runs the program to its end and returns its output, whether it succeeds or not.
    pub async fn capture(self) -> Result<CapturedOutput, RunError> {
        self.capture_with_input(None).await
    }

    /// Like [`Self::capture`], with this secret on standard input.
    pub async fn capture_with_input(self, input: Option<&Secret>) -> Result<CapturedOutput, RunError> {
        let (mut out, mut err) = (WipingBuffer::default(), WipingBuffer::default());
        let status = self.run(input, |bytes| keep_first(&mut out, bytes), |bytes| keep_first(&mut err, bytes)).await?;
        Ok(CapturedOutput { status, stdout: out.into_bytes(), stderr: err.into_bytes() })
    }

    /// Runs the program to its end and reports the lines of both streams as they come.
    pub async fn stream(self, on_line: &ProgressCallback<String>) -> Result<StreamedOutput, RunError> {
        let lines = LineCollector::new(on_line);
        let (mut out, mut err) = (LineSplitter::new(&lines), LineSplitter::new(&lines));
        let status = self.run(None, |bytes| out.push(bytes), |bytes| err.push(bytes)).await?;
        out.finish();
        err.finish();
        Ok(lines.into_output(status))
    }

    /// Runs the program to its end and hands over its standard output as it comes. Returns the first bytes of standard error too.
    pub async fn stream_bytes(self, on_stdout: impl FnMut(&[u8])) -> Result<(ExitStatus, Zeroizing<Vec<u8>>), RunError> {
        let mut err = WipingBuffer::default();
        let status = self.run(None, on_stdout, |bytes| keep_first(&mut err, bytes)).await?;
        Ok((status, err.into_bytes()))
    }

    /// Starts the program for a conversation in lines. What it writes to standard error is dropped.
    pub fn converse(self) -> Result<Conversation, RunError> {
        let started = self.start(Stdio::piped(), Stdio::null());
        started.map(Conversation::new).map_err(|error| RunError::NotStarted(error.to_string()))
    }

    /// Starts the program with its terminal as input and output.
    #[cfg(unix)]
    pub fn open_terminal(self, (rows, columns): (u16, u16)) -> pty_process::Result<TerminalSession> {
        let (terminal, device) = pty_process::open()?;
        terminal.resize(pty_process::Size::new(rows, columns))?;
        Ok(TerminalSession::new(RunningProgram::spawn(self.command.into(), terminal, device)?))
    }

    async fn run(
        self,
        input: Option<&Secret>,
        on_stdout: impl FnMut(&[u8]),
        on_stderr: impl FnMut(&[u8]),
    ) -> Result<ExitStatus, RunError> {
        let span = tracing::info_span!(
            target: trace::TARGET, "run", port = "process", program = self.name, status = Empty, outcome = Empty
        );
        let ended = self.run_to_end(input, on_stdout, on_stderr).await;
        match &ended {
            Ok(status) => span.record("status", display(status)),
            Err(RunError::NotStarted(_)) => span.record("outcome", "not started"),
            Err(RunError::TimedOut(_)) => span.record("outcome", "timed out"),
            Err(RunError::Lost(_)) => span.record("outcome", "end missed"),
        };
        ended
    }

    async fn run_to_end(
        self,
        input: Option<&Secret>,
        on_stdout: impl FnMut(&[u8]),
        on_stderr: impl FnMut(&[u8]),
    ) -> Result<ExitStatus, RunError> {
        let time_limit = self.time_limit;
        let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
        let mut running = self.start(stdin, Stdio::piped()).map_err(|error| RunError::NotStarted(error.to_string()))?;
        let ended = timeout(time_limit, running.read_until_exit(input, on_stdout, on_stderr)).await;
        ended.map_err(|_| RunError::TimedOut(time_limit))?.map_err(RunError::Lost)
    }

    #[cfg(unix)]
    fn start(self, stdin: Stdio, stderr: Stdio) -> pty_process::Result<RunningProgram> {
        let (terminal, device) = pty_process::open()?;
        let command = pty_process::Command::from(self.command).stdin(stdin).stdout(Stdio::piped()).stderr(stderr);
        RunningProgram::spawn(command, terminal, device)
    }

    #[cfg(not(unix))]
    fn start(mut self, stdin: Stdio, stderr: Stdio) -> std::io::Result<RunningProgram> {
        self.command.stdin(stdin).stdout(Stdio::piped()).stderr(stderr);
        RunningProgram::spawn(self.command)
    }
}

fn file_name(path: &OsStr) -> String {
    Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The output of a program that has ended: the first bytes of each stream, wiped when dropped, because they may hold a secret.
pub struct CapturedOutput {
    pub status: ExitStatus,
    pub stdout: Zeroizing<Vec<u8>>,
    pub stderr: Zeroizing<Vec<u8>>,
}

impl CapturedOutput {
    /// Returns the lines of standard output, then those of standard error, where errors are. They are not wiped.
    pub fn lines(&self) -> Vec<String> {
        let texts = [&self.stdout, &self.stderr].map(|bytes| String::from_utf8_lossy(bytes));
        texts.iter().flat_map(|text| text.lines()).map(str::to_owned).collect()
    }
}

fn keep_first(captured: &mut WipingBuffer, bytes: &[u8]) {
    let room = MAX_CAPTURED_BYTES - captured.len();
    captured.extend(bytes.get(..room).unwrap_or(bytes));
}
