//! The key bindings of each mode. Which of them do something on a page is decided by its [`Actions`](super::kit::Actions).

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
}

const fn bind(key: Key, intent: Intent) -> Binding {
    Binding { key, intent }
}

/// Bindings of every mode, also while typing.
const GLOBAL_BINDINGS: &[Binding] = &[
    bind(Key::Ctrl('c'), Intent::QuitNow),
    bind(Key::Ctrl('z'), Intent::Suspend),
    bind(Key::Function(1), Intent::Help),
    bind(Key::Esc, Intent::Back),
    bind(Key::Enter, Intent::Confirm),
    bind(Key::PageUp, Intent::PageUp),
    bind(Key::PageDown, Intent::PageDown),
];

const NORMAL_BINDINGS: &[Binding] = &[
    bind(Key::Up, Intent::Up),
    bind(Key::Down, Intent::Down),
    bind(Key::Left, Intent::Left),
    bind(Key::Right, Intent::Right),
    bind(Key::Char('k'), Intent::Up),
    bind(Key::Char('j'), Intent::Down),
    bind(Key::Char('h'), Intent::Left),
    bind(Key::Char('l'), Intent::Right),
    bind(Key::Home, Intent::First),
    bind(Key::End, Intent::Last),
    bind(Key::Char(' '), Intent::PageDown),
    bind(Key::Char('1'), Intent::Pick(0)),
    bind(Key::Char('2'), Intent::Pick(1)),
    bind(Key::Char('3'), Intent::Pick(2)),
    bind(Key::Char('4'), Intent::Pick(3)),
    bind(Key::Char('5'), Intent::Pick(4)),
    bind(Key::Char('6'), Intent::Pick(5)),
    bind(Key::Char('7'), Intent::Pick(6)),
    bind(Key::Char('8'), Intent::Pick(7)),
    bind(Key::Char('9'), Intent::Pick(8)),
    bind(Key::Tab, Intent::Details),
    bind(Key::Char('d'), Intent::Details),
    bind(Key::Char('g'), Intent::Guide),
    bind(Key::Char('/'), Intent::AskQuestion),
    bind(Key::Char('u'), Intent::UseExisting),
    bind(Key::Char('s'), Intent::Accounts),
    bind(Key::Char('m'), Intent::Agents),
    bind(Key::Char('w'), Intent::Scan),
    bind(Key::Char('f'), Intent::Refresh),
    bind(Key::Char('x'), Intent::LogOut),
    bind(Key::Char('t'), Intent::Send),
    bind(Key::Char('e'), Intent::Rotate),
    bind(Key::Char('i'), Intent::Reminder),
    bind(Key::Char('n'), Intent::AddAccount),
    bind(Key::Char('o'), Intent::Open),
    bind(Key::Char('c'), Intent::Copy),
    bind(Key::Char('r'), Intent::Retry),
    bind(Key::Char('a'), Intent::Profile),
    bind(Key::Char('p'), Intent::PrintLink),
    bind(Key::Char('v'), Intent::ToggleQr),
    bind(Key::Char('?'), Intent::Help),
    bind(Key::Char('q'), Intent::Quit),
];

/// While typing, printable keys are text; only named keys and chords are commands.
const INSERT_BINDINGS: &[Binding] = &[
    bind(Key::Ctrl('o'), Intent::Open),
    bind(Key::Ctrl('y'), Intent::Copy),
    bind(Key::Ctrl('r'), Intent::Retry),
    bind(Key::Tab, Intent::NextField),
    bind(Key::Up, Intent::Up),
    bind(Key::Down, Intent::Down),
];

const CONFIRM_BINDINGS: &[Binding] = &[
    bind(Key::Char('y'), Intent::Yes),
    bind(Key::Char('n'), Intent::Back),
    bind(Key::Char('?'), Intent::Help),
    bind(Key::Char('q'), Intent::Quit),
    bind(Key::Up, Intent::Up),
    bind(Key::Down, Intent::Down),
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
    (Mode::Confirm, 'k', Key::Up),
    (Mode::Confirm, 'j', Key::Down),
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

/// The highest number that a single key stands for.
const LAST_NUMBER: usize = 9;

/// Returns the keys of an intent on the screen, the one for the footer first; numbers up to the last one are a range, such as `1–3`.
pub fn key_labels(mode: Mode, intent: Intent, ascii: bool) -> Vec<String> {
    match intent {
        Intent::Pick(last @ 1..) => vec![range(last.min(LAST_NUMBER - 1), ascii)],
        Intent::Paste => vec!["Paste".to_owned()],
        _ => bindings(mode).filter(|binding| binding.intent == intent).map(|binding| binding.key.name(ascii)).collect(),
    }
}

fn range(last: usize, ascii: bool) -> String {
    format!("1{}{}", if ascii { '-' } else { '–' }, last + 1)
}

/// Returns the label of the first key bound to an intent, for the footer. A question names both keys that say no.
pub fn key_label(mode: Mode, intent: Intent, ascii: bool) -> Option<String> {
    if (mode, intent) == (Mode::Confirm, Intent::Back) {
        return Some(key_labels(mode, intent, ascii).join("/"));
    }
    key_labels(mode, intent, ascii).into_iter().next()
}

/// Returns the meaning of a one-letter line in plain mode.
pub fn intent_for_letter(mode: Mode, letter: char) -> Option<Intent> {
    let letter = letter.to_ascii_lowercase();
    let key = match PLAIN_MODE_LETTERS.iter().find(|(bound_mode, bound_letter, _)| (*bound_mode, *bound_letter) == (mode, letter)) {
        Some((_, _, key)) => *key,
        // On the screen `q` would be text in this mode; in plain mode no text is that short.
        None if letter == 'q' => return Some(Intent::Quit),
        None => Key::Char(letter),
    };
    bindings(mode).find(|binding| binding.key == key).map(|binding| binding.intent)
}

/// Returns the line for an intent: one letter, a range of numbers, or the empty line that Enter alone sends.
pub fn line_label(mode: Mode, intent: Intent) -> Option<String> {
    let letters = || "bdocrkj?/".chars().chain('a'..='z').chain('0'..='9');
    match intent {
        Intent::Confirm => Some("Enter".into()),
        Intent::Pick(last @ 1..) if mode == Mode::Normal => Some(range(last, true)),
        Intent::Pick(index) if mode == Mode::Normal => Some((index + 1).to_string()),
        // A yes-or-no question shows "n" instead of "b".
        Intent::Back if mode == Mode::Confirm => Some("n".into()),
        Intent::QuitNow | Intent::Suspend => key_label(mode, intent, true),
        _ => letters().find(|letter| intent_for_letter(mode, *letter) == Some(intent)).map(String::from),
    }
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
                let is_of_a_screen = matches!(intent, Intent::PageUp | Intent::PageDown | Intent::First | Intent::Last);
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
