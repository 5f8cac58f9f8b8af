//! A real headless Chromium, installed by `tests/install`. It has its own profile, can reach only this machine, and on drop all
//! its processes are killed.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "starts a browser")]

use crate::support::deadline::DEADLINE;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use tempfile::TempDir;

const FLAGS: [&str; 12] = [
    "--headless",
    // The sandbox needs rights that a container does not have, and its helpers could outlive the browser.
    "--no-sandbox",
    "--no-zygote",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-breakpad",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-default-browser-check",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
];

pub(crate) struct Chromium {
    program: Child,
    profile: TempDir,
}

/// Opens a URL and keeps the browser running until it is dropped.
pub(crate) fn open(address: &str) -> Chromium {
    Chromium::start(&["--remote-debugging-port=0"], address)
}

/// Returns the DOM of the page at a URL, after all redirects. Blocks.
pub(crate) fn load_dom(address: &str) -> String {
    let mut chromium = Chromium::start(&["--dump-dom"], address);
    let mut stdout = chromium.program.stdout.take().expect("stdout is a pipe");
    let (done, page) = mpsc::channel();
    thread::spawn(move || {
        let mut page = String::new();
        let read = stdout.read_to_string(&mut page);
        let _ = done.send(read.map(|_| page));
    });
    page.recv_timeout(DEADLINE).expect("chromium has come to an end").expect("the page is text")
}

impl Chromium {
    fn start(flags: &[&str], address: &str) -> Self {
        let profile = TempDir::new().expect("a temporary folder");
        let mut command = Command::new("chromium");
        command.args(FLAGS).args(flags).arg(format!("--user-data-dir={}", profile.path().display())).arg(address);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", profile.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let program = command.spawn().unwrap_or_else(|error| panic!("chromium: {error}; run `bash tests/install`"));
        Self { program, profile }
    }

    /// Returns the profile folder, which is on the command line of each of its processes.
    pub(crate) fn profile(&self) -> &std::path::Path {
        self.profile.path()
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let leader = i32::try_from(self.program.id()).ok().and_then(rustix::process::Pid::from_raw).expect("a process");
        let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        let _ = self.program.wait();
        // The child processes hold this pipe too. Its end shows that they have ended, so that the profile can be removed.
        if let Some(stdout) = &mut self.program.stdout {
            let _ = stdout.read_to_end(&mut Vec::new());
        }
    }
}
