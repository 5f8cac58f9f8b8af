//! Starts a person's command with the token in its environment. It replaces our process, so that everything about it is its own; or
//! it runs as our child, if we have to live on (the demo's Notion). Windows cannot replace a process: there the command is a child, and
//! we end with its exit code.
#![expect(clippy::disallowed_methods, reason = "this file starts what the person names")]

use super::{core_dumps, program_search};
use crate::adapters::machine::environment::Environment;
use crate::domain::problem::Problem;
use crate::runtime::ports::{Job, LaunchOutcome, LaunchRequest, Launcher};
#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use tokio::process::{Child, Command};
#[cfg(unix)]
use tokio::signal::unix::{Signal as Signals, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlBreak, CtrlC, ctrl_break, ctrl_c};

/// Replaces our process with the command. Returns only if that fails.
pub struct ExecLauncher;

#[cfg(unix)]
impl Launcher for ExecLauncher {
    fn launch(&self, launch: LaunchRequest) -> Job<LaunchOutcome> {
        use std::os::unix::process::CommandExt;
        Box::pin(async move {
            match build_command(&launch, None) {
                // A replaced process leaves nothing behind: no memory, no threads, no descriptor that is not meant to be inherited.
                Some(mut command) => Ok(start_failure(&core_dumps::with_inherited_limit(|| command.as_std_mut().exec()))),
                None => Ok(LaunchOutcome::NotFound),
            }
        })
    }
}

#[cfg(not(unix))]
impl Launcher for ExecLauncher {
    fn launch(&self, launch: LaunchRequest) -> Job<LaunchOutcome> {
        let command = build_command(&launch, None);
        Box::pin(async move {
            match run_child(command).await? {
                // Windows has more exit codes than an `ExitCode` can hold. Nothing is left to be dropped that matters.
                Ok(status) => std::process::exit(status.code().unwrap_or(1)),
                Err(failure) => Ok(failure),
            }
        })
    }
}

/// Starts the command as a child, and waits for it.
#[derive(Default)]
pub struct SpawnLauncher {
    /// Base URL that the command gets instead of Notion's.
    pub base_url: Option<String>,
}

impl Launcher for SpawnLauncher {
    fn launch(&self, launch: LaunchRequest) -> Job<LaunchOutcome> {
        let command = build_command(&launch, self.base_url.as_deref());
        Box::pin(async move {
            Ok(run_child(command).await?.map_or_else(|failure| failure, |status| LaunchOutcome::Exited(exit_code(status))))
        })
    }
}

/// Runs the command to its end. Returns why it could not be started as the inner error.
async fn run_child(command: Option<Command>) -> Result<Result<ExitStatus, LaunchOutcome>, Problem> {
    let Some(mut command) = command else { return Ok(Err(LaunchOutcome::NotFound)) };
    // Subscribed before the start: a signal in between would end us and leave the command behind.
    let signals = SignalForwarder::subscribe().map_err(|error| Problem::bug(error.to_string()))?;
    command.kill_on_drop(true);
    match core_dumps::with_inherited_limit(|| command.spawn()) {
        Ok(child) => signals.wait_for(child).await.map(Ok).map_err(|error| Problem::bug(error.to_string())),
        Err(error) => Ok(Err(start_failure(&error))),
    }
}

/// Returns `None` if no command was named.
fn build_command(launch: &LaunchRequest, base_url: Option<&str>) -> Option<Command> {
    let (program, arguments) = launch.command.split_first()?;
    let mut command = Command::new(resolve_program(program));
    command.args(arguments).envs(launch.token_variables.iter().map(|(name, value)| (name.as_str(), value.expose())));
    match &launch.workspace_id {
        Some(id) => command.env("NOTION_WORKSPACE_ID", id),
        // A value that is set belongs to another token.
        None => command.env_remove("NOTION_WORKSPACE_ID"),
    };
    if launch.keyring_is_off {
        command.env("NOTION_KEYRING", "0");
    }
    if let Some(base_url) = base_url {
        command.env("NOTION_API_BASE_URL", base_url);
    }
    Some(command)
}

/// Windows itself finds only `npm.exe` for `npm`, where a shell would start `npm.cmd`.
fn resolve_program(program: &OsString) -> PathBuf {
    let found = cfg!(windows).then(|| program_search::find(program.to_str()?, &Environment::from_process())).flatten();
    found.unwrap_or_else(|| program.into())
}

fn start_failure(error: &io::Error) -> LaunchOutcome {
    match error.kind() {
        io::ErrorKind::NotFound => LaunchOutcome::NotFound,
        _ => LaunchOutcome::NotExecutable(error.to_string()),
    }
}

/// Returns the command's exit code, or that of a shell if a signal has ended it.
fn exit_code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status).map(|signal| 128 + signal);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    let code = signal.or(status.code()).unwrap_or(1);
    u8::try_from(code).unwrap_or(1)
}

/// The signals sent to us while the command runs. A key pressed in the terminal reaches the command by itself; a signal sent to us
/// alone is forwarded. The command decides how to react to both.
#[cfg(unix)]
struct SignalForwarder {
    interrupt: Signals,
    quit: Signals,
    terminate: Signals,
    hangup: Signals,
}

#[cfg(unix)]
impl SignalForwarder {
    fn subscribe() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn wait_for(mut self, mut child: Child) -> io::Result<ExitStatus> {
        let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        loop {
            let handed_on = tokio::select! {
                status = child.wait() => return status,
                _ = self.interrupt.recv() => None,
                _ = self.quit.recv() => None,
                _ = self.terminate.recv() => Some(Signal::TERM),
                _ = self.hangup.recv() => Some(Signal::HUP),
            };
            if let (Some(signal), Some(pid)) = (handed_on, pid) {
                // The command may have ended just now.
                let _ = kill_process(pid, signal);
            }
        }
    }
}

#[cfg(not(unix))]
struct SignalForwarder {
    interrupt: CtrlC,
    stop: CtrlBreak,
}

#[cfg(not(unix))]
impl SignalForwarder {
    fn subscribe() -> io::Result<Self> {
        Ok(Self { interrupt: ctrl_c()?, stop: ctrl_break()? })
    }

    /// The console sends its keys to the command too, which decides how to react.
    async fn wait_for(mut self, mut child: Child) -> io::Result<ExitStatus> {
        loop {
            tokio::select! {
                status = child.wait() => return status,
                _ = self.interrupt.recv() => {}
                _ = self.stop.recv() => {}
            }
        }
    }
}
