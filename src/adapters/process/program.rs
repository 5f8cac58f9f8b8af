//! Runs a program of ours: with no environment but the one that it is given, with no input but a secret, within a time limit, and
//! as a process group that ends with us.
//!
//! On Unix the program leads a session of its own with a terminal of its own. The terminal's end hangs the session up, so the
//! kernel ends the program even if we are killed and can do nothing any more.
#![expect(clippy::disallowed_methods, reason = "this file starts the programs that we run")]

use super::core_dumps;
use super::output_lines::{LineCollector, LineSplitter, StreamedOutput};
#[cfg(unix)]
use super::terminal_session::TerminalSession;
use crate::adapters::trace;
use crate::domain::secret::{Secret, WipingBuffer};
use crate::runtime::ports::ProgressCallback;
#[cfg(unix)]
use rustix::process::Pid;
use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::Path;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;
use tracing::field::{Empty, display};
use zeroize::Zeroizing;

/// Time limit of a run that is given no other: longer than any caller limits a whole row of runs to.
const MAX_TIME_LIMIT: Duration = Duration::from_secs(15 * 60);

/// Limit of captured output in bytes of each stream; no answer that is needed is longer.
pub const MAX_CAPTURED_BYTES: usize = 64 * 1024;

/// Time to drain the streams after the program's end: a process that it leaves running may hold them open for ever.
const DRAIN_TIMEOUT: Duration = Duration::from_millis(500);

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
        let mut running = self.start(stdin).map_err(|error| RunError::NotStarted(error.to_string()))?;
        let ended = timeout(time_limit, running.read_until_exit(input, on_stdout, on_stderr)).await;
        ended.map_err(|_| RunError::TimedOut(time_limit))?.map_err(RunError::Lost)
    }

    #[cfg(unix)]
    fn start(self, stdin: Stdio) -> pty_process::Result<RunningProgram> {
        let (terminal, device) = pty_process::open()?;
        let command = pty_process::Command::from(self.command).stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        RunningProgram::spawn(command, terminal, device)
    }

    #[cfg(not(unix))]
    fn start(mut self, stdin: Stdio) -> io::Result<RunningProgram> {
        self.command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = core_dumps::with_inherited_limit(|| self.command.spawn())?;
        Ok(RunningProgram { child })
    }
}

fn file_name(path: &OsStr) -> String {
    Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The reason why a run has no result; its text is for a person.
#[derive(Debug)]
pub enum RunError {
    NotStarted(String),
    TimedOut(Duration),
    /// The exit status could not be read.
    Lost(io::Error),
}

impl fmt::Display for RunError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted(reason) => write!(formatter, "it cannot be started: {reason}"),
            Self::TimedOut(limit) => write!(formatter, "no answer within {} s", limit.as_secs()),
            Self::Lost(error) => write!(formatter, "its end was missed: {error}"),
        }
    }
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

/// A running program. Dropping it kills the program, and everything it started: npm's `ntn` is a script that starts the real one,
/// and would leave it running. A polite signal first would change nothing, because 0.4.0 has no handler for any, and there may be no
/// later moment in which to follow up.
pub(super) struct RunningProgram {
    pub(super) child: Child,
    /// The process group to kill, until it has ended by itself: then its number may soon be another group's.
    #[cfg(unix)]
    group: Option<Pid>,
    /// Our end of the program's terminal.
    #[cfg(unix)]
    pub(super) terminal: pty_process::Pty,
}

impl RunningProgram {
    #[cfg(unix)]
    fn spawn(command: pty_process::Command, terminal: pty_process::Pty, device: pty_process::Pts) -> pty_process::Result<Self> {
        let child = core_dumps::with_inherited_limit(|| command.spawn(device))?;
        let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Ok(Self { child, group, terminal })
    }

    /// Leaves alone what the program may have left running.
    pub(super) fn release_group(&mut self) {
        #[cfg(unix)]
        self.group.take();
    }

    /// Reads all output, including that beyond any limit, because a program whose output is not read blocks or is killed.
    async fn read_until_exit(
        &mut self,
        input: Option<&Secret>,
        on_stdout: impl FnMut(&[u8]),
        on_stderr: impl FnMut(&[u8]),
    ) -> io::Result<ExitStatus> {
        let (stdin, stdout, stderr) = (self.child.stdin.take(), self.child.stdout.take(), self.child.stderr.take());
        let mut streams = pin!(async {
            tokio::join!(write_input(stdin, input), for_each_chunk(stdout, on_stdout), for_each_chunk(stderr, on_stderr))
        });
        let (status, is_drained) = tokio::select! {
            _ = &mut streams => (self.child.wait().await, true),
            status = self.child.wait() => (status, timeout(DRAIN_TIMEOUT, streams).await.is_ok()),
        };
        // Otherwise a member of the group holds the streams: the group is killed when this is dropped, and its number cannot have
        // been given to another one meanwhile.
        if is_drained {
            self.release_group();
        }
        status
    }
}

#[cfg(unix)]
impl Drop for RunningProgram {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

/// A program that ends without reading its input says why itself, so a failure is ignored.
async fn write_input(stdin: Option<ChildStdin>, input: Option<&Secret>) {
    if let (Some(mut stdin), Some(input)) = (stdin, input) {
        let _ = stdin.write_all(input.expose().as_bytes()).await;
        let _ = stdin.shutdown().await;
    }
}

async fn for_each_chunk(stream: Option<impl AsyncRead + Unpin>, mut on_chunk: impl FnMut(&[u8])) {
    let Some(mut stream) = stream else { return };
    let mut chunk = Zeroizing::new(vec![0; 4096]);
    // Bytes that were read before an error still count.
    while let Ok(count @ 1..) = stream.read(&mut chunk).await {
        on_chunk(chunk.get(..count).unwrap_or_default());
    }
}

fn keep_first(kept: &mut WipingBuffer, bytes: &[u8]) {
    let room = MAX_CAPTURED_BYTES - kept.len();
    kept.extend(bytes.get(..room).unwrap_or(bytes));
}
