//! Sets up the terminal and restores it: at every exit, before a panic message is printed, and around Ctrl-Z. Also switches to
//! the main screen for text that is to be read there.
//!
//! `ratatui::restore` is not used, because it leaves bracketed paste on and prints to standard error, which may be gone.

use super::signals::{Signal, Signals};
use crate::runtime::is_catching;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// True while the terminal is set up for the wizard. It is a static because the panic hook needs it.
static RAW_MODE_ACTIVE: AtomicBool = AtomicBool::new(false);

/// True while the main screen is shown. Leaving the alternate screen twice would restore the first cursor position, and the
/// shell would overwrite text that was printed since.
static ON_MAIN_SCREEN: AtomicBool = AtomicBool::new(true);

pub(super) struct TerminalGuard(());

impl TerminalGuard {
    pub(super) fn enter() -> io::Result<Self> {
        // Created first, so that its drop restores a terminal that was set up only partly.
        let guard = Self(());
        set_up_terminal()?;
        Ok(guard)
    }
}

/// Restores the terminal, suspends the process, and sets the terminal up again afterwards. Returns the signal that ended it
/// instead, if any.
pub(super) async fn suspend(signals: &mut Signals) -> io::Result<Option<Signal>> {
    restore_terminal();
    match signals.suspend_process().await {
        Some(signal) => Ok(Some(signal)),
        None => set_up_terminal().map(|()| None),
    }
}

/// Shows the main screen. Raw mode stays on, so keys still arrive one by one and without an echo.
pub(super) fn leave_alternate_screen() -> io::Result<()> {
    if ON_MAIN_SCREEN.swap(true, Ordering::SeqCst) { Ok(()) } else { execute!(io::stdout(), LeaveAlternateScreen, Show) }
}

/// Shows the alternate screen, which is empty then.
pub(super) fn enter_alternate_screen() -> io::Result<()> {
    ON_MAIN_SCREEN.store(false, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, Hide)
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        restore_terminal();
    }
}

/// Installs a panic hook that restores the terminal before the message is printed. Panics that the runtime catches print nothing.
pub fn restore_on_panic() {
    let before = std::panic::take_hook();
    let screen = std::thread::current().id();
    std::panic::set_hook(Box::new(move |panic| {
        if is_catching() || (RAW_MODE_ACTIVE.load(Ordering::SeqCst) && std::thread::current().id() != screen) {
            return;
        }
        restore_terminal();
        before(panic);
    }));
}

fn set_up_terminal() -> io::Result<()> {
    RAW_MODE_ACTIVE.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    enter_alternate_screen()?;
    // Fails on a Windows console without bracketed paste; the wizard works without it.
    let _ = execute!(io::stdout(), EnableBracketedPaste);
    Ok(())
}

/// Restores the terminal. Errors are ignored, because the terminal may be gone.
fn restore_terminal() {
    if RAW_MODE_ACTIVE.swap(false, Ordering::SeqCst) {
        let _ = execute!(io::stdout(), DisableBracketedPaste);
        let _ = leave_alternate_screen();
        let _ = disable_raw_mode();
    }
}
