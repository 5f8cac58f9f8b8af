//! The key bindings of each mode. The footer and the help screen are drawn from this table, so they are always right.

use super::msg::{Edit, Intent, Mode};

/// A key press, independent of any terminal library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    Char(char),
    Ctrl(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    Function(u8),
}

impl Key {
    /// The key's name in the footer, in Unicode or ASCII.
    pub fn name(self, ascii: bool) -> String {
        let named = |unicode: &str, plain: &str| if ascii { plain.to_owned() } else { unicode.to_owned() };
        match self {
            Self::Char(' ') => "Space".into(),
            Self::Char(character) => character.to_string(),
            Self::Ctrl(character) => format!("Ctrl-{}", character.to_ascii_uppercase()),
            Self::Enter => named("⏎", "Enter"),
            Self::Esc => "Esc".into(),
            Self::Tab => "Tab".into(),
            Self::BackTab => "Shift-Tab".into(),
            Self::Backspace => "Backspace".into(),
            Self::Delete => "Delete".into(),
            Self::Up => named("↑", "Up"),
            Self::Down => named("↓", "Down"),
            Self::Left => named("←", "Left"),
            Self::Right => named("→", "Right"),
            Self::Home => "Home".into(),
            Self::End => "End".into(),
            Self::PageUp => "PgUp".into(),
            Self::PageDown => "PgDn".into(),
            Self::Function(number) => format!("F{number}"),
        }
    }
}

/// One key binding.
pub struct Binding {
    pub key: Key,
    pub intent: Intent,
    /// Text for the help screen.
    pub description: &'static str,
}

const fn bind(key: Key, intent: Intent, description: &'static str) -> Binding {
    Binding { key, intent, description }
}

/// Bindings of every mode, also while typing.
const GLOBAL_BINDINGS: &[Binding] = &[
    bind(Key::Ctrl('c'), Intent::QuitNow, "leave now"),
    bind(Key::Ctrl('z'), Intent::Suspend, "suspend to the shell"),
    bind(Key::Function(1), Intent::Help, "this help"),
    bind(Key::Esc, Intent::Back, "one step back, answers kept"),
    bind(Key::Enter, Intent::Confirm, "go on"),
    bind(Key::PageUp, Intent::PageUp, "scroll up"),
    bind(Key::PageDown, Intent::PageDown, "scroll down"),
];

const NORMAL_BINDINGS: &[Binding] = &[
    bind(Key::Up, Intent::Up, "up"),
    bind(Key::Down, Intent::Down, "down"),
    bind(Key::Left, Intent::Left, "left"),
    bind(Key::Right, Intent::Right, "right"),
    bind(Key::Char('k'), Intent::Up, "up"),
    bind(Key::Char('j'), Intent::Down, "down"),
    bind(Key::Char('h'), Intent::Left, "left"),
    bind(Key::Char('l'), Intent::Right, "right"),
    bind(Key::Home, Intent::First, "to the first"),
    bind(Key::End, Intent::Last, "to the last"),
    bind(Key::Char(' '), Intent::PageDown, "scroll down"),
    bind(Key::Char('1'), Intent::Pick(0), "pick that one"),
    bind(Key::Char('2'), Intent::Pick(1), "pick that one"),
    bind(Key::Char('3'), Intent::Pick(2), "pick that one"),
    bind(Key::Char('4'), Intent::Pick(3), "pick that one"),
    bind(Key::Char('5'), Intent::Pick(4), "pick that one"),
    bind(Key::Char('6'), Intent::Pick(5), "pick that one"),
    bind(Key::Char('7'), Intent::Pick(6), "pick that one"),
    bind(Key::Char('8'), Intent::Pick(7), "pick that one"),
    bind(Key::Tab, Intent::Details, "a path in full, with sources and dates"),
    bind(Key::Char('g'), Intent::Guide, "guide me: at most three questions"),
    bind(Key::Char('/'), Intent::AskQuestion, "ask a question in your own words"),
    bind(Key::Char('u'), Intent::UseExisting, "use a credential that is here already"),
    bind(Key::Char('s'), Intent::Accounts, "all accounts: switch, verify, log out"),
    bind(Key::Char('f'), Intent::Refresh, "refresh the tokens of an own connection"),
    bind(Key::Char('x'), Intent::LogOut, "log out of an account; asks first"),
    bind(Key::Char('t'), Intent::Send, "hand it to a secret manager; asks first"),
    bind(Key::Char('n'), Intent::AddAccount, "add another account"),
    bind(Key::Char('o'), Intent::Open, "open the page in a browser"),
    bind(Key::Char('c'), Intent::Copy, "copy the link or command"),
    bind(Key::Char('r'), Intent::Retry, "try or check again"),
    bind(Key::Char('a'), Intent::Profile, "answer who you are: role, plan, policy"),
    bind(Key::Char('p'), Intent::PrintLink, "print the link outside this screen"),
    bind(Key::Char('v'), Intent::ToggleQr, "view the link as a QR code"),
    bind(Key::Char('?'), Intent::Help, "this help"),
    bind(Key::Char('q'), Intent::Quit, "quit"),
];

/// While typing, printable keys are text; only named keys and chords are commands.
const INSERT_BINDINGS: &[Binding] = &[
    bind(Key::Ctrl('o'), Intent::Open, "open the page in a browser"),
    bind(Key::Ctrl('y'), Intent::Copy, "copy the link"),
    bind(Key::Ctrl('r'), Intent::Retry, "try again"),
    bind(Key::Tab, Intent::NextField, "the next field, the next example of the demo, or a path in full"),
    bind(Key::Up, Intent::Up, "the field or answer above, or scroll up"),
    bind(Key::Down, Intent::Down, "the field or answer below, or scroll down"),
];

const CONFIRM_BINDINGS: &[Binding] = &[
    bind(Key::Char('y'), Intent::Yes, "yes"),
    bind(Key::Char('n'), Intent::Back, "no"),
    bind(Key::Up, Intent::PageUp, "scroll up"),
    bind(Key::Down, Intent::PageDown, "scroll down"),
];

const EDIT_KEYS: &[(Key, Edit)] = &[
    (Key::Backspace, Edit::EraseBack),
    (Key::Delete, Edit::EraseForward),
    (Key::Ctrl('w'), Edit::EraseWord),
    (Key::Ctrl('u'), Edit::EraseAll),
    (Key::Left, Edit::Left),
    (Key::Right, Edit::Right),
    (Key::Ctrl('b'), Edit::Left),
    (Key::Ctrl('f'), Edit::Right),
    (Key::Home, Edit::Home),
    (Key::End, Edit::End),
    (Key::Ctrl('a'), Edit::Home),
    (Key::Ctrl('e'), Edit::End),
];

/// Letters that plain mode uses for keys that no line can contain. Every other one-letter line is the key of that letter.
const PLAIN_MODE_LETTERS: &[(Mode, char, Key)] = &[
    (Mode::Normal, 'b', Key::Esc),
    (Mode::Normal, 'd', Key::Tab),
    (Mode::Insert, 'b', Key::Esc),
    (Mode::Insert, 'd', Key::Tab),
    (Mode::Insert, 'o', Key::Ctrl('o')),
    (Mode::Insert, 'c', Key::Ctrl('y')),
    (Mode::Insert, 'r', Key::Ctrl('r')),
    (Mode::Insert, 'k', Key::Up),
    (Mode::Insert, 'j', Key::Down),
    (Mode::Insert, '?', Key::Function(1)),
    (Mode::Confirm, 'b', Key::Esc),
    (Mode::Confirm, '?', Key::Function(1)),
];

/// The meaning of a key: a command, an edit, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAction {
    Do(Intent),
    Type(Edit),
    Nothing,
}

/// Returns the bindings of a mode, including those of every mode.
pub fn bindings(mode: Mode) -> impl Iterator<Item = &'static Binding> {
    let own = match mode {
        Mode::Normal => NORMAL_BINDINGS,
        Mode::Insert => INSERT_BINDINGS,
        Mode::Confirm => CONFIRM_BINDINGS,
    };
    own.iter().chain(GLOBAL_BINDINGS)
}

/// Looks up the meaning of a key in a mode.
pub fn key_action(mode: Mode, key: Key) -> KeyAction {
    if let Some(binding) = bindings(mode).find(|binding| binding.key == key) {
        return KeyAction::Do(binding.intent);
    }
    match (mode, key) {
        (Mode::Insert, Key::Char(character)) => KeyAction::Type(Edit::Insert(character)),
        (Mode::Insert, _) => {
            EDIT_KEYS.iter().find(|(bound, _)| *bound == key).map_or(KeyAction::Nothing, |(_, edit)| KeyAction::Type(*edit))
        }
        (Mode::Normal | Mode::Confirm, _) => KeyAction::Nothing,
    }
}

/// Returns the label of a hint that covers several numbers, such as `1–3`.
pub fn range_label(intent: Intent, ascii: bool) -> Option<String> {
    match intent {
        Intent::Pick(last @ 1..) => Some(format!("1{}{}", if ascii { '-' } else { '–' }, last + 1)),
        _ => None,
    }
}

/// Returns the label of the first key bound to an intent, for the footer.
pub fn key_label(mode: Mode, intent: Intent, ascii: bool) -> Option<String> {
    bindings(mode).find(|binding| binding.intent == intent).map(|binding| binding.key.name(ascii))
}

/// Returns the meaning of a one-letter line in plain mode.
pub fn intent_for_letter(mode: Mode, letter: char) -> Option<Intent> {
    let letter = letter.to_ascii_lowercase();
    let key = match PLAIN_MODE_LETTERS.iter().find(|(of, stands, _)| (*of, *stands) == (mode, letter)) {
        Some((_, _, key)) => *key,
        // On the screen `q` would be text in this mode; in plain mode no text is that short.
        None if letter == 'q' => return Some(Intent::Quit),
        None => Key::Char(letter),
    };
    bindings(mode).find(|binding| binding.key == key).map(|binding| binding.intent)
}

/// Returns the line for an intent: one letter, or the empty line that Enter alone sends.
pub fn line_label(mode: Mode, intent: Intent) -> Option<String> {
    let letters = || "bdocrkj?/".chars().chain('a'..='z').chain('0'..='9').filter(|letter| !letter.is_whitespace());
    match intent {
        Intent::Confirm => Some("Enter".into()),
        Intent::Pick(index) if mode == Mode::Normal => Some((index + 1).to_string()),
        // A yes-or-no question shows "n" instead of "b".
        Intent::Back if mode == Mode::Confirm => Some("n".into()),
        _ => letters().find(|letter| intent_for_letter(mode, *letter) == Some(intent)).map(String::from),
    }
}

/// Returns every line that has a meaning, with its description; lines with the same description are joined.
pub fn line_bindings(mode: Mode, is_here: impl Fn(&&Binding) -> bool) -> Vec<(String, &'static str)> {
    let mut lines: Vec<(String, &'static str)> = Vec::new();
    for binding in bindings(mode).filter(is_here) {
        let line = match (PLAIN_MODE_LETTERS.iter().find(|(of, _, key)| *of == mode && *key == binding.key), binding.key) {
            (Some((_, letter, _)), _) => letter.to_string(),
            (None, Key::Enter) => "Enter".to_owned(),
            (None, Key::Char(letter)) if !letter.is_whitespace() => letter.to_string(),
            (None, Key::Ctrl('c' | 'z')) => binding.key.name(true),
            (None, _) => continue,
        };
        match lines.iter_mut().find(|(_, does)| *does == binding.description) {
            Some((known, _)) => *known = format!("{known} {line}"),
            None => lines.push((line, binding.description)),
        }
    }
    if mode != Mode::Normal {
        lines.push(("q".to_owned(), "quit"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_key_means_two_things_in_one_mode() {
        for mode in [Mode::Normal, Mode::Insert, Mode::Confirm] {
            let mut seen = HashSet::new();
            for binding in bindings(mode) {
                assert!(seen.insert(binding.key), "{:?} is bound twice in {mode:?}", binding.key);
            }
        }
        for (key, _) in EDIT_KEYS {
            assert!(bindings(Mode::Insert).all(|binding| binding.key != *key), "{key:?} is bound and edits");
        }
    }

    #[test]
    fn every_key_with_a_meaning_has_a_plain_mode_letter() {
        for mode in [Mode::Normal, Mode::Insert, Mode::Confirm] {
            for (_, letter, key) in PLAIN_MODE_LETTERS.iter().filter(|(of, ..)| *of == mode) {
                let of_the_screen = bindings(mode).find(|binding| binding.key == Key::Char(*letter)).map(|binding| binding.intent);
                let meant = key_action(mode, *key);
                assert!(of_the_screen.is_none_or(|intent| KeyAction::Do(intent) == meant), "{letter} means two things in {mode:?}");
                assert_eq!(intent_for_letter(mode, *letter).map(KeyAction::Do), Some(meant));
            }
            for intent in bindings(mode).map(|binding| binding.intent) {
                let is_of_a_screen = matches!(
                    intent,
                    Intent::PageUp | Intent::PageDown | Intent::First | Intent::Last | Intent::QuitNow | Intent::Suspend
                );
                assert!(is_of_a_screen || line_label(mode, intent).is_some(), "{intent:?} has no line in {mode:?}");
            }
            for back in ["b", "B"] {
                assert_eq!(intent_for_letter(mode, back.chars().next().unwrap()), Some(Intent::Back));
            }
            assert_eq!(intent_for_letter(mode, 'q'), Some(Intent::Quit));
        }
    }

    #[test]
    fn while_typing_every_printable_key_is_text() {
        for character in ('!'..='~').chain([' ']) {
            assert_eq!(key_action(Mode::Insert, Key::Char(character)), KeyAction::Type(Edit::Insert(character)));
        }
    }

    #[test]
    fn quitting_and_going_back_work_in_every_mode() {
        for mode in [Mode::Normal, Mode::Insert, Mode::Confirm] {
            assert_eq!(key_action(mode, Key::Ctrl('c')), KeyAction::Do(Intent::QuitNow));
            assert_eq!(key_action(mode, Key::Esc), KeyAction::Do(Intent::Back));
            assert_eq!(key_action(mode, Key::Enter), KeyAction::Do(Intent::Confirm));
        }
    }
}
