//! Takes the terminal and gives it back: on every ending, on a panic before its message prints, on Ctrl-Z and after it. Steps
//! aside for what is to be read in the ordinary screen.
//!
//! `ratatui::restore` leaves bracketed paste on and prints to a standard error that may be gone; hence our own.

use super::signals::{Signal, Signals};
use crate::runtime::is_contained;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the terminal is ours just now; the panic hook must know, and it has no other way to.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether the ordinary screen is in sight. To leave the alternate screen twice would put the cursor back where it was at
/// first, and the shell would write over what was printed since.
static ASIDE: AtomicBool = AtomicBool::new(true);

pub(super) struct Guard(());

impl Guard {
    pub(super) fn enter() -> io::Result<Self> {
        // Made first, so that a terminal taken by half is given back.
        let guard = Self(());
        take()?;
        Ok(guard)
    }
}

/// Gives the terminal back, stops, and takes it again when the shell continues us. The signal that came instead, if one did.
pub(super) async fn suspend(signals: &mut Signals) -> io::Result<Option<Signal>> {
    give_back();
    match signals.stop().await {
        Some(signal) => Ok(Some(signal)),
        None => take().map(|()| None),
    }
}

/// Shows the ordinary screen. Keys still come to us, one by one and without an echo.
pub(super) fn step_aside() -> io::Result<()> {
    if ASIDE.swap(true, Ordering::SeqCst) { Ok(()) } else { execute!(io::stdout(), LeaveAlternateScreen, Show) }
}

/// Shows the alternate screen, which is empty.
pub(super) fn step_back() -> io::Result<()> {
    ASIDE.store(false, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, Hide)
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
    step_back()?;
    // A Windows console without bracketed paste says so; the wizard works without it.
    let _ = execute!(io::stdout(), EnableBracketedPaste);
    Ok(())
}

/// Every error is ignored: on the way out there is nobody to tell, and the terminal may be gone.
fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = execute!(io::stdout(), DisableBracketedPaste);
        let _ = step_aside();
        let _ = disable_raw_mode();
    }
}
