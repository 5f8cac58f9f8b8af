//! The terminal state that a program may change and must restore: the kernel's line mode and the emulator's modes.

use rustix::termios::{LocalModes, tcgetattr};
use std::fs::File;

/// The kernel's input processing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineMode {
    pub(crate) lines: bool,
    pub(crate) echo: bool,
    pub(crate) signals: bool,
}

impl LineMode {
    /// The mode that a shell expects.
    pub(crate) const COOKED: Self = Self { lines: true, echo: true, signals: true };

    pub(super) fn read(line: &File) -> Option<Self> {
        let modes = tcgetattr(line).ok()?.local_modes;
        let has = |mode| modes.contains(mode);
        Some(Self { lines: has(LocalModes::ICANON), echo: has(LocalModes::ECHO), signals: has(LocalModes::ISIG) })
    }
}

/// Terminal modes that a program can turn on and must turn off again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TerminalMode {
    AlternateScreen,
    HiddenCursor,
    BracketedPaste,
    Mouse,
}

impl TerminalMode {
    pub(super) fn enabled(screen: &vt100::Screen) -> Vec<Self> {
        let modes = [
            (Self::AlternateScreen, screen.alternate_screen()),
            (Self::HiddenCursor, screen.hide_cursor()),
            (Self::BracketedPaste, screen.bracketed_paste()),
            (Self::Mouse, screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None),
        ];
        modes.into_iter().filter_map(|(mode, on)| on.then_some(mode)).collect()
    }
}
