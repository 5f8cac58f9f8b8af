//! The built binary in a terminal: the roads a person walks, and how the terminal is given back at the end of each.
#![cfg(unix)]

mod accounts;
mod connection;
mod copying;
mod cursor;
mod demo;
mod drawing;
mod installing;
mod leaving;
mod login;
mod panics;
mod pieces;
mod printing;
mod road;
mod sizes;
mod suspending;
mod typing;
mod workers;

use crate::support::binary::Home;
use crate::support::notion::{FakeNotion, TOKEN, member};
use crate::support::pty::{Key, Terminal};

const WIDE: (u16, u16) = (120, 40);

/// On every first frame, at every width.
const FIRST: &str = "1  API token";

/// The demo with its first frame in sight.
fn demo(size: (u16, u16), arguments: &str) -> (Home, Terminal) {
    let home = Home::new();
    let terminal = home.terminal(size, &format!("--demo {arguments}"));
    terminal.wait_for_text(FIRST);
    (home, terminal)
}

/// A Notion where [`TOKEN`] works, and the wizard at its token field.
fn at_the_field() -> (FakeNotion, Home, Terminal) {
    let notion = FakeNotion::start(member);
    let home = Home::at(&notion);
    let terminal = home.terminal(WIDE, "");
    terminal.wait_for_text(FIRST);
    to_the_field(&terminal);
    (notion, home, terminal)
}

/// From the first screen.
fn to_the_field(terminal: &Terminal) {
    terminal.press("1");
    terminal.wait_for_text("Before you make a token");
    terminal.key(Key::Enter);
    terminal.wait_for_text("Paste a token");
}

/// Leaves with Ctrl-C.
#[track_caller]
fn leave(terminal: &Terminal) {
    terminal.key(Key::Ctrl('c'));
    ended(terminal, 130);
}

/// After any ending: the terminal is as it was, was never asked anything, and was shown no secret.
#[track_caller]
fn ended(terminal: &Terminal, code: u32) {
    let exit = terminal.wait_exit();
    assert_eq!((exit.exit_code(), exit.signal()), (code, None), "{}", terminal.screen_text());
    terminal.assert_given_back();
    assert_eq!(terminal.questions(), 0, "a program that asks its terminal waits for an answer that may not come");
    assert!(!shows(terminal, TOKEN));
}

/// Returns true if this text was ever written to the terminal.
fn shows(terminal: &Terminal, text: &str) -> bool {
    let raw = terminal.raw();
    raw.windows(text.len()).any(|window| window == text.as_bytes())
}
