//! Special keys, and the bytes that a terminal sends for them.

#[derive(Clone, Copy, Debug)]
pub(crate) enum TerminalKey {
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Up,
    Down,
    Right,
    Left,
    Ctrl(char),
}

impl TerminalKey {
    /// Returns the bytes that xterm sends.
    pub(super) fn sequence(self) -> String {
        match self {
            Self::Enter => "\r".into(),
            Self::Esc => "\x1b".into(),
            Self::Tab => "\t".into(),
            Self::BackTab => "\x1b[Z".into(),
            Self::Backspace => "\x7f".into(),
            Self::Up => "\x1b[A".into(),
            Self::Down => "\x1b[B".into(),
            Self::Right => "\x1b[C".into(),
            Self::Left => "\x1b[D".into(),
            Self::Ctrl(letter) => char::from(letter as u8 & 0x1f).into(),
        }
    }
}
