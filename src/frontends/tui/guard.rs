//! Sets up the terminal and restores it: at every exit, before a panic message is printed, and around Ctrl-Z. Also switches to
//! the main screen for text that is to be read there.
//!
//! `ratatui::restore` is not used, because it leaves bracketed paste on and prints to standard error, which may be gone.

use super::signals::{Signal, Signals};
use crate::runtime::is_contained;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// True while the terminal is set up for the wizard. It is a static because the panic hook needs it.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// True while the main screen is shown. Leaving the alternate screen twice would restore the first cursor position, and the
/// shell would overwrite text that was printed since.
static ASIDE: AtomicBool = AtomicBool::new(true);

pub(super) struct Guard(());

impl Guard {
    pub(super) fn enter() -> io::Result<Self> {
        // Created first, so that its drop restores a terminal that was set up only partly.
        let guard = Self(());
        take()?;
        Ok(guard)
    }
}

/// Restores the terminal, suspends the process, and sets the terminal up again afterwards. Returns the signal that ended it
/// instead, if any.
pub(super) async fn suspend(signals: &mut Signals) -> io::Result<Option<Signal>> {
    give_back();
    match signals.stop().await {
        Some(signal) => Ok(Some(signal)),
        None => take().map(|()| None),
    }
}

/// Shows the main screen. Raw mode stays on, so keys still arrive one by one and without an echo.
pub(super) fn step_aside() -> io::Result<()> {
    if ASIDE.swap(true, Ordering::SeqCst) { Ok(()) } else { execute!(io::stdout(), LeaveAlternateScreen, Show) }
}

/// Shows the alternate screen, which is empty then.
pub(super) fn step_back() -> io::Result<()> {
    ASIDE.store(false, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, Hide)
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

/// Installs a panic hook that restores the terminal before the message is printed. Panics that the runtime catches print nothing.
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
    // Fails on a Windows console without bracketed paste; the wizard works without it.
    let _ = execute!(io::stdout(), EnableBracketedPaste);
    Ok(())
}

/// Restores the terminal. Errors are ignored, because the terminal may be gone.
fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = execute!(io::stdout(), DisableBracketedPaste);
        let _ = step_aside();
        let _ = disable_raw_mode();
    }
}
