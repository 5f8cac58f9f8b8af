//! Finds the code that `ntn` 0.4.0 shows: a paragraph of its own, below the one that asks to compare it.

use crate::domain::sanitize::sanitize;

/// The content of the place for the code.
#[derive(Debug, PartialEq, Eq)]
pub enum Code {
    /// Sanitised.
    Shown(String),
    Blank,
}

impl Code {
    pub fn text(self) -> Option<String> {
        match self {
            Self::Shown(code) => Some(code),
            Self::Blank => None,
        }
    }
}

#[derive(Default)]
pub struct CodeOnScreen {
    place: Place,
}

#[derive(Clone, Copy, Default)]
enum Place {
    #[default]
    Before,
    InTheMessage,
    /// The number of blank lines read below the message.
    Below(u8),
}

impl CodeOnScreen {
    /// Reads one more line. Returns `Some` once the place for the code has been read.
    pub fn read(&mut self, line: &str) -> Option<Code> {
        let line = sanitize(line);
        match self.place {
            Place::Before if line.contains("verification code") => self.place = Place::InTheMessage,
            Place::InTheMessage if line.is_empty() => self.place = Place::Below(1),
            Place::Below(_) if !line.is_empty() => return Some(Code::Shown(line)),
            Place::Below(blank) if blank >= 2 => return Some(Code::Blank),
            Place::Below(blank) => self.place = Place::Below(blank + 1),
            Place::Before | Place::InTheMessage => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Code> {
        let mut screen = CodeOnScreen::default();
        text.split('\n').find_map(|line| screen.read(line))
    }

    #[test]
    fn whatever_stands_alone_below_the_message_is_the_code() {
        let message =
            "\n  Opening browser to log in. Confirm that this verification code matches\n  what you see in the browser:\n";
        assert_eq!(read(&format!("{message}\n    ABCD-1234\n\n")), Some(Code::Shown("ABCD-1234".into())));
        assert_eq!(read(&format!("{message}\n    12 34\u{7}\n\n")), Some(Code::Shown("12 34".into())));
        assert_eq!(read(&format!("{message}\n    \n\n")), Some(Code::Blank), "an empty code");
        assert_eq!(read(message), None, "the code is still to come");
        assert_eq!(read("error: Failed to start login\n\nABCD-1234\n"), None);
    }
}
