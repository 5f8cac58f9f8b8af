//! The built binary in a terminal: the roads a person walks, and how the terminal is given back at the end of each.
#![cfg(unix)]

mod accounts;
mod clipboard;
mod connection;
mod cursor;
mod demo;
mod exits;
mod fragmented_input;
mod install;
mod login;
mod output_bytes;
mod panics;
mod printed_link;
mod sign_in;
mod sizes;
mod suspend;
mod token_field;
mod workers;

use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::pty::{Key, TestTerminal};
use crate::support::sandbox::Sandbox;

const WIDE: (u16, u16) = (120, 40);

/// On every first frame, at every width.
const FIRST: &str = "1  API token";

/// The demo with its first frame in sight.
fn demo(size: (u16, u16), arguments: &str) -> (Sandbox, TestTerminal) {
    let home = Sandbox::new();
    let terminal = home.start_terminal(size, &format!("--demo {arguments}"));
    terminal.wait_for_text(FIRST);
    (home, terminal)
}

/// A Notion where [`TOKEN`] works, and the wizard at its token field.
fn at_the_field() -> (FakeNotion, Sandbox, TestTerminal) {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let terminal = home.start_terminal(WIDE, "");
    terminal.wait_for_text(FIRST);
    to_the_field(&terminal);
    (notion, home, terminal)
}

/// From the first screen.
fn to_the_field(terminal: &TestTerminal) {
    terminal.send_text("1");
    terminal.wait_for_text("Before you make a token");
    terminal.send_key(Key::Enter);
    terminal.wait_for_text("Paste a token");
}

/// Leaves with Ctrl-C.
#[track_caller]
fn leave(terminal: &TestTerminal) {
    terminal.send_key(Key::Ctrl('c'));
    ended(terminal, 130);
}

/// After any ending: the terminal is as it was, was never asked anything, and was shown no secret.
#[track_caller]
fn ended(terminal: &TestTerminal, code: u32) {
    let exit = terminal.wait_exit();
    assert_eq!((exit.exit_code(), exit.signal()), (code, None), "{}", terminal.screen_text());
    terminal.assert_restored();
    assert_eq!(terminal.query_count(), 0, "a program that asks its terminal waits for an answer that may not come");
    assert!(!shows(terminal, TOKEN));
}

/// Returns true if this text was ever written to the terminal.
fn shows(terminal: &TestTerminal, text: &str) -> bool {
    let raw = terminal.output();
    raw.windows(text.len()).any(|window| window == text.as_bytes())
}
