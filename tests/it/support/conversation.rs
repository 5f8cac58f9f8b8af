//! A conversation with plain mode in a terminal, and its transcript.
#![cfg(unix)]

use super::notion::{FakeNotion, TOKEN};
use super::pty::{LineMode, TestTerminal};
use super::sandbox::Sandbox;
use std::cell::Cell;

pub(crate) const WIDE: (u16, u16) = (100, 40);

/// The first question.
pub(crate) const FIRST: &str = "How do you want to connect to Notion? ";

/// A conversation in a terminal: what is waited for comes behind what was read before.
pub(crate) struct PlainConversation {
    pub(crate) terminal: TestTerminal,
    pub(crate) read: Cell<usize>,
}

impl PlainConversation {
    pub(crate) fn new(terminal: TestTerminal) -> Self {
        Self { terminal, read: Cell::new(0) }
    }

    /// The twin on this machine, with its first question asked.
    pub(crate) fn at_the_first_question(home: &Sandbox, arguments: &str) -> Self {
        let it = Self::new(home.start_terminal(WIDE, &format!("--plain {arguments}")));
        it.hear(FIRST);
        it
    }

    #[track_caller]
    pub(crate) fn hear(&self, text: &str) -> &Self {
        self.read.set(self.terminal.wait_for_written(self.read.get(), text));
        self
    }

    /// A line, as a keyboard sends it: Enter is a carriage return.
    pub(crate) fn say(&self, line: &str) -> &Self {
        self.terminal.send_text(&format!("{line}\r"));
        self
    }

    /// Everything that stands on the terminal, with what was typed and shown; what differs from run to run is named instead.
    pub(crate) fn transcript(&self, differing: &[(&str, &str)]) -> String {
        let mut text = String::from_utf8(self.terminal.output()).expect("it writes text").replace("\r\n", "\n");
        for (differs, name) in differing {
            text = text.replace(differs, name);
        }
        clock_named(&milliseconds_named(&text))
    }

    /// It wrote text and line ends and nothing else: no code, nothing taken back, nothing written over.
    #[track_caller]
    pub(crate) fn assert_linear(&self) {
        let raw = self.terminal.output();
        for (at, byte) in raw.iter().enumerate() {
            let is_line_end = *byte == b'\r' && raw.get(at + 1) == Some(&b'\n');
            assert!(
                *byte == b'\n' || is_line_end || !byte.is_ascii_control(),
                "byte {byte:#04x} stands in {:?}",
                String::from_utf8_lossy(&raw[at.saturating_sub(80)..raw.len().min(at + 20)])
            );
        }
    }

    /// After any ending: the terminal shows what is typed, was given no code, and no secret.
    #[track_caller]
    pub(crate) fn assert_ended(&self, code: u32) {
        let exit = self.terminal.wait_exit();
        assert_eq!((exit.exit_code(), exit.signal()), (code, None), "{}", self.transcript(&[]));
        assert_eq!(self.terminal.line_mode(), LineMode::COOKED);
        self.assert_linear();
        assert_eq!(self.terminal.query_count(), 0);
        assert!(!self.transcript(&[]).contains(TOKEN), "{}", self.transcript(&[]));
    }
}

/// `122 ms` as `N ms`.
pub(crate) fn milliseconds_named(text: &str) -> String {
    let mut parts = text.split(" ms");
    let mut named = parts.next().unwrap_or_default().trim_end_matches(|digit: char| digit.is_ascii_digit()).to_owned();
    if named.len() == text.len() {
        return named;
    }
    for part in parts {
        named.push_str("N ms");
        named.push_str(part.trim_end_matches(|digit: char| digit.is_ascii_digit()));
    }
    named
}

/// `until 17:18` as `until HH:MM`.
pub(crate) fn clock_named(text: &str) -> String {
    let is_clock = |rest: &str| rest.as_bytes().get(2) == Some(&b':') && rest.as_bytes().first().is_some_and(u8::is_ascii_digit);
    let mut parts = text.split("until ");
    let mut named = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        named.push_str("until ");
        named.push_str(if is_clock(part) { "HH:MM" } else { "" });
        named.push_str(if is_clock(part) { &part[5..] } else { part });
    }
    named
}

#[track_caller]
pub(crate) fn accept(name: &str, transcript: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../plain/transcripts" }, {
        insta::assert_snapshot!(name, transcript);
    });
}

/// The question for a token has been asked.
pub(crate) fn asked_for_a_token(notion: &FakeNotion, home: impl FnOnce(Sandbox) -> Sandbox) -> (Sandbox, PlainConversation) {
    let home = home(Sandbox::with_notion(notion).with_variable("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22"));
    let it = PlainConversation::at_the_first_question(&home, "");
    it.say("1").hear("Press Enter (get a token): ").say("").hear("Paste the token (hidden): ");
    (home, it)
}
