//! Turns the terminal's echo off while a secret is typed, and restores it however the program ends.
//!
//! Nothing else about the terminal changes: its line editing stays, which screen readers support.

use std::io;
use std::sync::{Mutex, PoisonError};

/// The terminal's settings from before the echo was turned off. It is a static because the panic hook needs it.
#[cfg(unix)]
static SAVED_TERMIOS: Mutex<Option<rustix::termios::Termios>> = Mutex::new(None);

/// The console's mode from before the echo was turned off.
#[cfg(windows)]
static SAVED_CONSOLE_MODE: Mutex<Option<u32>> = Mutex::new(None);

#[derive(Default)]
pub(in crate::frontends) struct EchoControl(());

impl EchoControl {
    /// True if the end of a hidden line still begins a new one on the screen.
    pub(super) const ECHOES_LINE_END: bool = cfg!(unix);
}

#[cfg(unix)]
impl EchoControl {
    #[expect(clippy::unused_self, reason = "only its holder may change the terminal")]
    pub(in crate::frontends) fn hide(&mut self) -> io::Result<()> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let mut before = SAVED_TERMIOS.lock().unwrap_or_else(PoisonError::into_inner);
        if before.is_some() {
            return Ok(());
        }
        let shown = tcgetattr(io::stdin())?;
        let mut hidden = shown.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        // The line end is still echoed, so that further output starts on a new line.
        hidden.local_modes.insert(LocalModes::ECHONL);
        *before = Some(shown);
        // `Now` keeps input that was typed ahead.
        tcsetattr(io::stdin(), OptionalActions::Now, &hidden).map_err(Into::into)
    }

    #[expect(clippy::unused_self, reason = "only its holder may change the terminal")]
    pub(in crate::frontends) fn show(&mut self) -> io::Result<()> {
        restore(rustix::termios::OptionalActions::Now)
    }

    #[expect(clippy::unused_self, reason = "only its holder may inspect the terminal")]
    pub(super) fn is_hidden(&self) -> bool {
        SAVED_TERMIOS.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

#[cfg(unix)]
fn restore(actions: rustix::termios::OptionalActions) -> io::Result<()> {
    let before = SAVED_TERMIOS.lock().unwrap_or_else(PoisonError::into_inner).take();
    before.map_or(Ok(()), |shown| rustix::termios::tcsetattr(io::stdin(), actions, &shown).map_err(Into::into))
}

/// Restores the echo and discards unread input, because the shell would read and show a half-typed secret.
#[cfg(unix)]
fn restore_and_flush() {
    // Fails if the terminal is gone.
    let _ = restore(rustix::termios::OptionalActions::Flush);
}

#[cfg(windows)]
impl EchoControl {
    #[expect(clippy::unused_self, reason = "only its holder may change the console")]
    pub(in crate::frontends) fn hide(&mut self) -> io::Result<()> {
        /// `ENABLE_ECHO_INPUT` (<https://learn.microsoft.com/en-us/windows/console/setconsolemode>). The line end is not echoed either.
        const ECHO_INPUT: u32 = 0x0004;
        let mut before = SAVED_CONSOLE_MODE.lock().unwrap_or_else(PoisonError::into_inner);
        if before.is_some() {
            return Ok(());
        }
        let console = input_console()?;
        let shown = console.mode()?;
        *before = Some(shown);
        console.set_mode(shown & !ECHO_INPUT)
    }

    #[expect(clippy::unused_self, reason = "only its holder may change the console")]
    pub(in crate::frontends) fn show(&mut self) -> io::Result<()> {
        let before = SAVED_CONSOLE_MODE.lock().unwrap_or_else(PoisonError::into_inner).take();
        before.map_or(Ok(()), |shown| input_console()?.set_mode(shown))
    }

    #[expect(clippy::unused_self, reason = "only its holder may inspect the console")]
    pub(super) fn is_hidden(&self) -> bool {
        SAVED_CONSOLE_MODE.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

#[cfg(windows)]
fn input_console() -> io::Result<crossterm_winapi::ConsoleMode> {
    crossterm_winapi::Handle::new(crossterm_winapi::HandleType::InputHandle).map(Into::into)
}

#[cfg(windows)]
fn restore_and_flush() {
    let _ = EchoControl(()).show();
}

/// Restores the echo on every exit path.
impl Drop for EchoControl {
    fn drop(&mut self) {
        restore_and_flush();
    }
}

/// Installs a panic hook that restores the echo.
pub fn restore_on_panic() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if crate::runtime::is_catching() {
            return;
        }
        restore_and_flush();
        before(panic);
    }));
}
