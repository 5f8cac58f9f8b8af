//! Steps that many tests of the wizard take in a terminal, and what has to hold at its end.
#![cfg(unix)]

use super::notion::{FakeNotion, TOKEN, respond_as_member};
use super::pty::{TerminalKey, TestTerminal};
use super::sandbox::Sandbox;

pub(crate) const WIDE: (u16, u16) = (120, 40);

/// On every first frame, at every width.
pub(crate) const FIRST: &str = "1  API token";

/// The demo with its first frame in sight.
pub(crate) fn demo(size: (u16, u16), arguments: &str) -> (Sandbox, TestTerminal) {
    let home = Sandbox::new();
    let terminal = home.start_terminal(size, &format!("--demo {arguments}"));
    terminal.wait_for_text(FIRST);
    (home, terminal)
}

/// A Notion where [`TOKEN`] works, and the wizard at its token field.
pub(crate) fn at_the_field() -> (FakeNotion, Sandbox, TestTerminal) {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let terminal = home.start_terminal(WIDE, "");
    terminal.wait_for_text(FIRST);
    to_the_field(&terminal);
    (notion, home, terminal)
}

/// Waits until nothing more will be found that Compare shows, in a terminal that is wide enough for all of it.
pub(crate) fn all_found(terminal: &TestTerminal) {
    for found in ["keychain works", "no browser", "ntn 0.23.19", "Use your team's answers"] {
        terminal.wait_for_text(found);
    }
}

/// From the first screen.
pub(crate) fn to_the_field(terminal: &TestTerminal) {
    terminal.send_text("1");
    terminal.wait_for_text("Paste your token");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Paste a token");
}

/// Leaves with Ctrl-C.
#[track_caller]
pub(crate) fn leave(terminal: &TestTerminal) {
    terminal.send_key(TerminalKey::Ctrl('c'));
    ended(terminal, 130);
}

/// After any ending: the terminal is as it was, was never asked anything, and was shown no secret.
#[track_caller]
pub(crate) fn ended(terminal: &TestTerminal, code: u32) {
    let exit = terminal.wait_exit();
    assert_eq!((exit.exit_code(), exit.signal()), (code, None), "{}", terminal.screen_text());
    terminal.assert_restored();
    assert_eq!(terminal.query_count(), 0, "a program that asks its terminal waits for an answer that may not come");
    assert!(!shows(terminal, TOKEN));
}

/// Returns true if this text was ever written to the terminal.
pub(crate) fn shows(terminal: &TestTerminal, text: &str) -> bool {
    let raw = terminal.output();
    raw.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Waits for the identity card of [`TOKEN`].
pub(crate) fn wait_until_verified(terminal: &TestTerminal) {
    terminal.wait_for_text("Token verified");
    terminal.wait_for_text("2 pages and 1 database");
}

/// From the identity card to the question where to keep it.
pub(crate) fn go_on_to_keeping(terminal: &TestTerminal) {
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Where do you want to save the token?");
}
