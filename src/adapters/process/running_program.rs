//! A program that runs, and everything it started: a group that ends with it.

#[cfg(unix)]
use super::core_dumps;
use crate::domain::secret::Secret;
#[cfg(unix)]
use rustix::process::Pid;
use std::fmt;
use std::io;
use std::pin::pin;
use std::process::ExitStatus;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
#[cfg(windows)]
use tokio::process::Command;
use tokio::process::{Child, ChildStdin};
use tokio::time::timeout;
#[cfg(windows)]
use win32job::{ExtendedLimitInfo, Job};
use zeroize::Zeroizing;

/// Time to drain the streams after the program's end: a process that it leaves running may hold them open for ever.
const DRAIN_TIMEOUT: Duration = Duration::from_millis(500);

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
            Self::NotStarted(reason) => write!(formatter, "it can't be started: {reason}"),
            Self::TimedOut(limit) => write!(formatter, "no response within {} s", limit.as_secs()),
            Self::Lost(error) => write!(formatter, "its exit status is unknown: {error}"),
        }
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
    /// The job that ends with its last handle, and everything in it. `None` where the system refused to make one.
    #[cfg(windows)]
    job: Option<Job>,
    /// Our end of the program's terminal.
    #[cfg(unix)]
    pub(super) terminal: pty_process::Pty,
}

impl RunningProgram {
    #[cfg(unix)]
    pub(super) fn spawn(
        command: pty_process::Command,
        terminal: pty_process::Pty,
        device: pty_process::Pts,
    ) -> pty_process::Result<Self> {
        let child = core_dumps::with_inherited_limit(|| command.spawn(device))?;
        let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Ok(Self { child, group, terminal })
    }

    #[cfg(windows)]
    pub(super) fn spawn(mut command: Command) -> io::Result<Self> {
        let child = command.spawn()?;
        let mut limits = ExtendedLimitInfo::new();
        limits.limit_kill_on_job_close();
        // A process that the program starts before it is in the job escapes. Only starting it suspended would close that window.
        let job = child.raw_handle().and_then(|handle| {
            let job = Job::create_with_limit_info(&limits).ok()?;
            job.assign_process(handle as isize).ok()?;
            Some(job)
        });
        Ok(Self { child, job })
    }

    /// Leaves alone what the program may have left running.
    pub(super) fn release_group(&mut self) {
        #[cfg(unix)]
        self.group.take();
        #[cfg(windows)]
        if let Some(job) = self.job.take() {
            // With the limit gone, the last handle ends nothing.
            let _ = job.set_extended_limit_info(&ExtendedLimitInfo::new());
        }
    }

    /// Reads all output, including that beyond any limit, because a program whose output is not read blocks or is killed.
    pub(super) async fn read_until_exit(
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
