//! What the system tells a program that talks to a terminal: end, stop, or that the terminal is gone.

use std::io;
#[cfg(unix)]
use std::sync::Arc;
use std::time::Duration;
#[cfg(unix)]
use tokio::sync::Notify;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    Interrupt,
    Terminate,
    /// The terminal is gone.
    Hangup,
    Suspend,
}

impl Signal {
    /// 128 and the signal's number, as shells report it.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Hangup => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
            Self::Suspend => 148,
        }
    }
}

/// How long a signal that continued us together with another may take to arrive: any thread may be the one to receive it.
const TOGETHER: Duration = Duration::from_millis(100);

impl Signals {
    /// Stops until the shell continues us. The signal that came instead, if one did: `kill %1` continues a stopped job in the
    /// background, where touching the terminal would only stop it once more.
    pub(in crate::frontends) async fn stop(&mut self) -> Option<Signal> {
        loop {
            stop();
            if is_in_foreground() {
                return None;
            }
            match tokio::time::timeout(TOGETHER, self.next()).await {
                Ok(signal @ (Signal::Interrupt | Signal::Terminate | Signal::Hangup)) => return Some(signal),
                Ok(Signal::Suspend) | Err(_) => {}
            }
        }
    }
}

#[cfg(unix)]
pub(in crate::frontends) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
    suspend: tokio::signal::unix::Signal,
    /// Watched from the first wait on: the first frame does not wait for a thread to start.
    gone: Option<Arc<Notify>>,
}

#[cfg(unix)]
impl Signals {
    pub(in crate::frontends) fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            suspend: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            gone: None,
        })
    }

    pub(in crate::frontends) async fn next(&mut self) -> Signal {
        let gone = self.gone.get_or_insert_with(watch_terminal);
        tokio::select! {
            biased;
            _ = self.hangup.recv() => Signal::Hangup,
            () = gone.notified() => Signal::Hangup,
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.suspend.recv() => Signal::Suspend,
        }
    }
}

/// A thread that sleeps in `poll` until the terminal hangs up. Under `nohup` no SIGHUP comes, and crossterm's reader would
/// spin on the dead terminal for ever (crossterm #1067). It waits for no event, so it never wakes before that.
#[cfg(unix)]
fn watch_terminal() -> Arc<Notify> {
    let gone = Arc::new(Notify::new());
    let notice = Arc::clone(&gone);
    let _ = std::thread::Builder::new().name("terminal watch".into()).stack_size(64 * 1024).spawn(move || {
        if hangs_up(None) {
            notice.notify_one();
        }
    });
    gone
}

#[cfg(unix)]
pub(in crate::frontends) fn terminal_is_gone() -> bool {
    hangs_up(Some(&rustix::event::Timespec { tv_sec: 0, tv_nsec: 0 }))
}

/// Waits as long as `patience` for the end of the terminal, and for nothing else.
#[cfg(unix)]
fn hangs_up(patience: Option<&rustix::event::Timespec>) -> bool {
    use rustix::event::{PollFd, PollFlags, poll};
    let stdin = io::stdin();
    loop {
        let mut fds = [PollFd::new(&stdin, PollFlags::empty())];
        match poll(&mut fds, patience) {
            Err(rustix::io::Errno::INTR) => {}
            Ok(_) | Err(_) => return fds.iter().any(|fd| fd.revents().intersects(PollFlags::HUP | PollFlags::ERR)),
        }
    }
}

/// A Windows console tells nobody of its end: the process ends with it.
#[cfg(not(unix))]
pub(in crate::frontends) fn terminal_is_gone() -> bool {
    false
}

#[cfg(not(unix))]
pub(in crate::frontends) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(in crate::frontends) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    pub(in crate::frontends) async fn next(&mut self) -> Signal {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Signal::Interrupt,
            Err(_) => std::future::pending().await,
        }
    }
}

/// The whole process group stops, as Ctrl-Z would have stopped it: a wrapper that waits for us must not be left running.
#[cfg(unix)]
fn stop() {
    let _ = rustix::process::kill_current_process_group(rustix::process::Signal::STOP);
}

#[cfg(not(unix))]
fn stop() {}

/// A terminal that does not answer is not waited for: taking it tells what is wrong.
#[cfg(unix)]
fn is_in_foreground() -> bool {
    rustix::termios::tcgetpgrp(io::stdin()).map_or(true, |group| group == rustix::process::getpgrp())
}

#[cfg(not(unix))]
fn is_in_foreground() -> bool {
    true
}
