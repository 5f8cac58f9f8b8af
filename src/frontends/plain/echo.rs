//! Whether the terminal shows what is typed. A secret is not shown; whatever ends the program, the terminal shows again afterwards.
//!
//! Nothing else of the terminal is changed: its own line editing stays, and with it whatever a screen reader makes of it.

use std::io;
#[cfg(unix)]
use std::sync::{Mutex, PoisonError};

/// The terminal as it was, while it hides what is typed; the panic hook must know, and it has no other way to.
#[cfg(unix)]
static BEFORE: Mutex<Option<rustix::termios::Termios>> = Mutex::new(None);

#[derive(Default)]
pub(super) struct Echo(());

#[cfg(unix)]
impl Echo {
    #[expect(clippy::unused_self, reason = "whoever holds it may change the terminal")]
    pub(super) fn hide(&mut self) -> io::Result<()> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let mut before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner);
        if before.is_some() {
            return Ok(());
        }
        let shown = tcgetattr(io::stdin())?;
        let mut hidden = shown.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        // The line end still shows, or what follows would stand behind the question.
        hidden.local_modes.insert(LocalModes::ECHONL);
        *before = Some(shown);
        // What was typed ahead is kept.
        tcsetattr(io::stdin(), OptionalActions::Now, &hidden).map_err(Into::into)
    }

    #[expect(clippy::unused_self, reason = "whoever holds it may change the terminal")]
    pub(super) fn show(&mut self) -> io::Result<()> {
        give_back(rustix::termios::OptionalActions::Now)
    }

    #[expect(clippy::unused_self, reason = "whoever holds it may look at the terminal")]
    pub(super) fn is_hidden(&self) -> bool {
        BEFORE.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

#[cfg(unix)]
fn give_back(what_is_unread: rustix::termios::OptionalActions) -> io::Result<()> {
    let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
    before.map_or(Ok(()), |shown| rustix::termios::tcsetattr(io::stdin(), what_is_unread, &shown).map_err(Into::into))
}

/// Half a secret is thrown away: the shell would read it, and show it.
#[cfg(unix)]
fn leave() {
    // A terminal that is gone takes nothing back.
    let _ = give_back(rustix::termios::OptionalActions::Flush);
}

/// A Windows console's echo is left alone: the question says so.
#[cfg(not(unix))]
impl Echo {
    pub(super) fn hide(&mut self) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn show(&mut self) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn is_hidden(&self) -> bool {
        false
    }
}

#[cfg(not(unix))]
fn leave() {}

/// On every way out.
impl Drop for Echo {
    fn drop(&mut self) {
        leave();
    }
}

/// A panic leaves no terminal that hides what is typed.
pub fn restore_on_panic() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if crate::runtime::is_contained() {
            return;
        }
        leave();
        before(panic);
    }));
}
