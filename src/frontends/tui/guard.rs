//! Takes the terminal and gives it back: on every ending, on a panic before its message prints, on Ctrl-Z and after it.
//!
//! `ratatui::restore` leaves bracketed paste on and prints to a standard error that may be gone; hence our own.

use crate::runtime::is_contained;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the terminal is ours just now; the panic hook must know, and it has no other way to.
static TAKEN: AtomicBool = AtomicBool::new(false);

pub(super) struct Guard(());

impl Guard {
    pub(super) fn enter() -> io::Result<Self> {
        take()?;
        Ok(Self(()))
    }
}

/// Gives the terminal back, stops, and takes it again when the shell continues us.
pub(super) fn suspend() -> io::Result<()> {
    give_back();
    stop();
    take()
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

/// Makes a panic readable: the terminal comes back first. One that the runtime catches says nothing at all.
pub fn restore_on_panic() {
    let before = std::panic::take_hook();
    let screen = std::thread::current().id();
    std::panic::set_hook(Box::new(move |panic| {
        if is_contained() || (TAKEN.load(Ordering::SeqCst) && std::thread::current().id() != screen) {
            return;
        }
        give_back();
        before(panic);
    }));
}

fn take() -> io::Result<()> {
    TAKEN.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    // A Windows console without bracketed paste says so; the wizard works without it.
    execute!(io::stdout(), EnterAlternateScreen, Hide)?;
    let _ = execute!(io::stdout(), EnableBracketedPaste);
    Ok(())
}

/// Every error is ignored: on the way out there is nobody to tell, and the terminal may be gone.
fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = execute!(io::stdout(), DisableBracketedPaste);
        let _ = execute!(io::stdout(), LeaveAlternateScreen, Show);
        let _ = disable_raw_mode();
    }
}

/// The whole process group stops, as Ctrl-Z would have stopped it: a wrapper that waits for us must not be left running.
#[cfg(unix)]
fn stop() {
    let _ = rustix::process::kill_current_process_group(rustix::process::Signal::STOP);
}

#[cfg(not(unix))]
fn stop() {}
