//! Opens a link: `SystemBrowser` starts this program again as `notion-auth open-link LINK`, and `open_in_browser` implements that subcommand.
//!
//! It is a separate process because a text browser takes over its terminal, `xdg-settings` blocks and may hang, and started browsers are
//! never reaped (all three observed). A session of its own with null input, a deadline, and the end of that process solve them.
#![expect(clippy::disallowed_methods, reason = "this file starts the process that opens a link, and that process starts openers")]

use super::display_detection;
use super::environment::Environment;
use crate::adapters::process::{core_dumps, program_search};
use crate::adapters::trace;
use crate::domain::link::Link;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::variables::token_variables;
use crate::runtime::ports::{Browser, Job};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// The hidden subcommand.
pub const SUBCOMMAND: &str = "open-link";

/// Time limit for opening a link: less than a person waits, more than a slow `xdg-settings` takes.
const OPEN_TIMEOUT: Duration = Duration::from_secs(5);

/// An opener that still runs after this time is showing the page.
const STARTUP_TIMEOUT: Duration = Duration::from_secs(1);

/// Opens links in the person's browser.
pub struct SystemBrowser {
    program: PathBuf,
}

impl SystemBrowser {
    /// `program` is this program's own path.
    pub fn new(program: PathBuf) -> Self {
        Self { program }
    }
}

impl Browser for SystemBrowser {
    fn open(&self, link: Link) -> Job<()> {
        let mut command = tokio::process::Command::new(&self.program);
        command.args([SUBCOMMAND, link.as_str()]).kill_on_drop(true);
        for name in token_variables() {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        trace::job("browser", "open", async move {
            let child = core_dumps::with_inherited_limit(|| command.spawn())
                .map_err(|error| browser_problem(format!("the program that opens links can't be started: {error}")))?;
            // Ending early drops the child, which kills it; it is reaped by tokio.
            let output = tokio::time::timeout(OPEN_TIMEOUT, child.wait_with_output()).await;
            let output = output.map_err(|_| browser_problem(format!("no response within {} s", OPEN_TIMEOUT.as_secs())))?;
            let output = output.map_err(|error| browser_problem(error.to_string()))?;
            match String::from_utf8_lossy(&output.stderr).trim() {
                _ if output.status.success() => Ok(()),
                "" => Err(browser_problem(output.status.to_string())),
                words => Err(browser_problem(words)),
            }
        })
    }
}

/// Implements `notion-auth open-link`. Success means that a program was started, not that the page was seen.
pub fn open_in_browser(link: &Link) -> Result<(), Problem> {
    // Leave the terminal's session, so that its signals and keys do not reach the browser. This fails only if we have left it already.
    #[cfg(unix)]
    let _ = rustix::process::setsid();
    let Err(error) = core_dumps::with_inherited_limit(|| webbrowser::open(link.as_str())) else { return Ok(()) };
    // webbrowser tries neither a bare `xdg-open` nor WSL under systemd. Detection counts both as ready, so they are tried here.
    if cfg!(all(unix, not(target_os = "macos"))) && open_with_fallbacks(link) {
        Ok(())
    } else {
        Err(browser_problem(error.to_string()))
    }
}

fn open_with_fallbacks(link: &Link) -> bool {
    let environment = Environment::from_process();
    let on_windows: &[(&str, &[&str])] =
        if display_detection::is_wsl() { &[("rundll32.exe", &["url.dll,FileProtocolHandler"])] } else { &[] };
    on_windows.iter().chain(display_detection::OPENERS).any(|(name, before)| {
        program_search::find(name, &environment)
            .is_some_and(|program| try_start(Command::new(program).args(*before).arg(link.as_str())))
    })
}

/// True if it starts and does not fail at once: `xdg-open` without any browser exits with 3.
fn try_start(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = core_dumps::with_inherited_limit(|| command.spawn()) else { return false };
    let (ended, end) = mpsc::channel();
    std::thread::spawn(move || ended.send(child.wait().is_ok_and(|status| status.success())));
    end.recv_timeout(STARTUP_TIMEOUT).unwrap_or(true)
}

fn browser_problem(evidence: impl AsRef<str>) -> Problem {
    Problem::new(ProblemCode::BrowserFailed).with_evidence(evidence)
}
