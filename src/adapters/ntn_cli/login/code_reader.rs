//! Finds the code that `ntn` 0.4.0 shows: a paragraph of its own, below the one that asks to compare it.

use crate::domain::sanitize::sanitize;

/// The content of the place for the code.
#[derive(Debug, PartialEq, Eq)]
pub enum ScreenCode {
    /// Sanitised.
    Shown(String),
    Blank,
}

impl ScreenCode {
    pub fn into_text(self) -> Option<String> {
        match self {
            Self::Shown(code) => Some(code),
            Self::Blank => None,
        }
    }
}

#[derive(Default)]
pub struct CodeReader {
    state: ReaderState,
}

#[derive(Clone, Copy, Default)]
/// The reader's position, relative to the message that announces the code.
enum ReaderState {
    #[default]
    Before,
    Inside,
    /// The number of blank lines read below the message.
    Below(u8),
}

impl CodeReader {
    /// Reads one more line. Returns `Some` once the place for the code has been read.
    pub fn push_line(&mut self, line: &str) -> Option<ScreenCode> {
        let line = sanitize(line);
        match self.state {
            ReaderState::Before if line.contains("verification code") => self.state = ReaderState::Inside,
            ReaderState::Inside if line.is_empty() => self.state = ReaderState::Below(1),
            ReaderState::Below(_) if !line.is_empty() => return Some(ScreenCode::Shown(line)),
            ReaderState::Below(blank) if blank >= 2 => return Some(ScreenCode::Blank),
            ReaderState::Below(blank) => self.state = ReaderState::Below(blank + 1),
            ReaderState::Before | ReaderState::Inside => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<ScreenCode> {
        let mut screen = CodeReader::default();
        text.split('\n').find_map(|line| screen.push_line(line))
    }

    #[test]
    fn whatever_stands_alone_below_the_message_is_the_code() {
        let message =
            "\n  Opening browser to log in. Confirm that this verification code matches\n  what you see in the browser:\n";
        assert_eq!(read(&format!("{message}\n    ABCD-1234\n\n")), Some(ScreenCode::Shown("ABCD-1234".into())));
        assert_eq!(read(&format!("{message}\n    12 34\u{7}\n\n")), Some(ScreenCode::Shown("12 34".into())));
        assert_eq!(read(&format!("{message}\n    \n\n")), Some(ScreenCode::Blank), "an empty code");
        assert_eq!(read(message), None, "the code is still to come");
        assert_eq!(read("error: Failed to start login\n\nABCD-1234\n"), None);
    }
}
