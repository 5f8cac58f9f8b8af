//! Signals that end or suspend the program, or report that the terminal is gone.

use std::io;
#[cfg(unix)]
use std::sync::Arc;
use std::time::Duration;
#[cfg(windows)]
use tokio::signal::windows;
#[cfg(unix)]
use tokio::sync::Notify;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    Interrupt,
    /// The terminal is gone.
    Hangup,
    Suspend,
    /// Any other signal that ends a program, by its number.
    Terminate(u8),
}

impl Signal {
    /// Returns 128 plus the signal's number, as shells do.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Hangup => 129,
            Self::Interrupt => 130,
            Self::Suspend => 148,
            Self::Terminate(number) => number.saturating_add(128),
        }
    }
}

/// Time limit for a signal that was sent together with SIGCONT; it may be delivered to any thread.
const SIGNAL_ARRIVAL_TIMEOUT: Duration = Duration::from_millis(100);

impl Signals {
    /// Suspends the process until the shell continues it. Returns the signal that came instead, if any: `kill %1` continues a
    /// stopped job in the background, where using the terminal would only stop it again.
    pub(in crate::frontends) async fn suspend_process(&mut self) -> Option<Signal> {
        loop {
            stop_process_group();
            if is_in_foreground() {
                return None;
            }
            match tokio::time::timeout(SIGNAL_ARRIVAL_TIMEOUT, self.next()).await {
                Ok(signal @ (Signal::Interrupt | Signal::Hangup | Signal::Terminate(_))) => return Some(signal),
                Ok(Signal::Suspend) | Err(_) => {}
            }
        }
    }
}

/// Returns the signals that end a program by default and can be handled outside a signal handler.
///
/// Not included: KILL, which cannot be handled; ILL, FPE, SEGV and BUS, after which the faulty instruction would only run again;
/// PIPE, which Rust's runtime ignores. An ABRT that the program raises itself ends it whatever a handler does.
#[cfg(unix)]
fn terminating_signals() -> impl Iterator<Item = i32> {
    use rustix::process::Signal as Unix;
    let everywhere = [
        Unix::TERM,
        Unix::QUIT,
        Unix::ABORT,
        Unix::USR1,
        Unix::USR2,
        Unix::ALARM,
        Unix::VTALARM,
        Unix::PROF,
        Unix::XCPU,
        Unix::XFSZ,
        Unix::TRAP,
        Unix::SYS,
    ];
    everywhere.map(Unix::as_raw).into_iter()
}

/// Returns the terminating signals that only Linux has. Most are real-time signals, which arrive only if sent by name.
#[cfg(unix)]
fn linux_signals() -> impl Iterator<Item = i32> {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::Signal as Unix;
        [Unix::IO, Unix::POWER, Unix::STKFLT].map(Unix::as_raw).into_iter().chain(REAL_TIME_SIGNALS)
    }
    #[cfg(not(target_os = "linux"))]
    std::iter::empty()
}

/// Real-time signals. The C library reserves 32 and 33.
#[cfg(target_os = "linux")]
const REAL_TIME_SIGNALS: std::ops::RangeInclusive<i32> = 34..=64;

#[cfg(unix)]
pub(in crate::frontends) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
    suspend: tokio::signal::unix::Signal,
    terminating: Vec<(u8, tokio::signal::unix::Signal)>,
    /// Started by the first wait, so that the first frame does not wait for a thread to start.
    terminal_gone: Option<Arc<Notify>>,
}

#[cfg(unix)]
impl Signals {
    pub(in crate::frontends) fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
            suspend: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            terminating: terminating_signals().filter_map(terminating_signal).collect(),
            terminal_gone: None,
        })
    }

    /// Handles the signals that only Linux has. The screen calls this after its first frame, because each registration copies all earlier
    /// ones (`signal_hook_registry`): these 34 took a sixth of the instructions that precede the frame.
    pub(in crate::frontends) fn add_linux_signals(&mut self) {
        self.terminating.extend(linux_signals().filter_map(terminating_signal));
    }

    pub(in crate::frontends) async fn next(&mut self) -> Signal {
        let Self { interrupt, hangup, suspend, terminating: ending, terminal_gone: gone } = self;
        let gone = gone.get_or_insert_with(watch_terminal);
        let ended = std::future::poll_fn(|context| {
            let sent = ending.iter_mut().find_map(|(number, signal)| signal.poll_recv(context).is_ready().then_some(*number));
            sent.map_or(std::task::Poll::Pending, std::task::Poll::Ready)
        });
        tokio::select! {
            biased;
            _ = hangup.recv() => Signal::Hangup,
            () = gone.notified() => Signal::Hangup,
            number = ended => Signal::Terminate(number),
            _ = interrupt.recv() => Signal::Interrupt,
            _ = suspend.recv() => Signal::Suspend,
        }
    }
}

/// Returns `None` if the system refuses to register the signal, as it may with some of the rarer ones.
#[cfg(unix)]
fn terminating_signal(number: i32) -> Option<(u8, tokio::signal::unix::Signal)> {
    use tokio::signal::unix::{SignalKind, signal};
    Some((u8::try_from(number).ok()?, signal(SignalKind::from_raw(number)).ok()?))
}

/// Starts a thread that sleeps in `poll` until the terminal hangs up. Under `nohup` no SIGHUP arrives, and crossterm's reader
/// would spin on the closed terminal (crossterm #1067). It waits for the hang-up alone, so it never wakes before. macOS reports a
/// hang-up only if it is requested, while Linux always does (poll(2) of both systems).
#[cfg(unix)]
fn watch_terminal() -> Arc<Notify> {
    let gone = Arc::new(Notify::new());
    let notice = Arc::clone(&gone);
    let _ = std::thread::Builder::new().name("terminal watch".into()).stack_size(64 * 1024).spawn(move || {
        if wait_for_hangup(None) {
            notice.notify_one();
        }
    });
    gone
}

#[cfg(unix)]
pub(in crate::frontends) fn is_terminal_gone() -> bool {
    wait_for_hangup(Some(&rustix::event::Timespec { tv_sec: 0, tv_nsec: 0 }))
}

/// Waits until the terminal hangs up, or the timeout has passed.
#[cfg(unix)]
fn wait_for_hangup(timeout: Option<&rustix::event::Timespec>) -> bool {
    use rustix::event::{PollFd, PollFlags, poll};
    let stdin = io::stdin();
    loop {
        let mut fds = [PollFd::new(&stdin, PollFlags::HUP)];
        match poll(&mut fds, timeout) {
            Err(rustix::io::Errno::INTR) => {}
            Ok(_) | Err(_) => return fds.iter().any(|fd| fd.revents().intersects(PollFlags::HUP | PollFlags::ERR)),
        }
    }
}

/// A Windows console reports its end as a signal.
#[cfg(not(unix))]
pub(in crate::frontends) fn is_terminal_gone() -> bool {
    false
}

/// The signals of a Windows console. The program decides how to react to its keys; after the others, Windows ends it within seconds.
#[cfg(windows)]
pub(in crate::frontends) struct Signals {
    interrupt: windows::CtrlC,
    stop: windows::CtrlBreak,
    close: windows::CtrlClose,
    logoff: windows::CtrlLogoff,
    shutdown: windows::CtrlShutdown,
}

#[cfg(windows)]
impl Signals {
    pub(in crate::frontends) fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: windows::ctrl_c()?,
            stop: windows::ctrl_break()?,
            close: windows::ctrl_close()?,
            logoff: windows::ctrl_logoff()?,
            shutdown: windows::ctrl_shutdown()?,
        })
    }

    pub(in crate::frontends) fn add_linux_signals(&mut self) {
        // Windows has none of them.
        let _ = self;
    }

    pub(in crate::frontends) async fn next(&mut self) -> Signal {
        tokio::select! {
            biased;
            _ = self.close.recv() => Signal::Hangup,
            _ = self.logoff.recv() => Signal::Hangup,
            _ = self.shutdown.recv() => Signal::Hangup,
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.stop.recv() => Signal::Interrupt,
        }
    }
}

/// Stops the whole process group, as Ctrl-Z does, so that a wrapper script does not keep running.
#[cfg(unix)]
fn stop_process_group() {
    let _ = rustix::process::kill_current_process_group(rustix::process::Signal::STOP);
}

#[cfg(not(unix))]
fn stop_process_group() {}

/// Returns true on an error too: setting up the terminal then reports what is wrong.
#[cfg(unix)]
fn is_in_foreground() -> bool {
    rustix::termios::tcgetpgrp(io::stdin()).map_or(true, |group| group == rustix::process::getpgrp())
}

#[cfg(not(unix))]
fn is_in_foreground() -> bool {
    true
}
