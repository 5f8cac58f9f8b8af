//! Ctrl-Z and back: the shell gets its terminal, and the screen returns whole.

use super::{FIRST, WIDE, demo, leave};
use crate::support::notion::TOKEN;
use crate::support::pty::{Key, Terminal, text};
use rustix::process::Signal;

/// Stopped with the terminal given back; then everything is drawn anew, and keys are read.
fn stops_and_comes_back(terminal: &Terminal, stop: impl Fn(&Terminal)) {
    let before = terminal.screen_text();
    stop(terminal);
    terminal.wait_stopped();
    terminal.wait_for(|screen| !screen.alternate_screen(), "the shell's screen");
    terminal.assert_given_back();
    let written = terminal.raw().len();
    terminal.signal(Signal::CONT);
    terminal.wait_for(|screen| screen.alternate_screen() && text(screen) == before, "the same screen again");
    assert!(terminal.raw().len() - written > before.len(), "it was drawn, not remembered");
    assert!(!terminal.line_mode().lines);
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_takes_it_back() {
    let (_home, terminal) = demo(WIDE, "");
    terminal.wait_for_text("Notion answers");
    terminal.wait_for_text("ntn is not installed");
    terminal.wait_for_text("keychain answers");
    for _ in 0..3 {
        stops_and_comes_back(&terminal, |terminal| terminal.key(Key::Ctrl('z')));
    }
    terminal.press("g");
    terminal.wait_for(|screen| !screen.contents().contains(FIRST), "keys are read again");
    leave(&terminal);
}

#[test]
fn a_stop_from_outside_is_the_same() {
    let (_home, terminal) = demo(WIDE, "");
    terminal.press("1");
    terminal.wait_for_text("Paste a token");
    stops_and_comes_back(&terminal, |terminal| terminal.signal(Signal::TSTP));
    leave(&terminal);
}

#[test]
fn a_typed_token_survives_and_is_pasted_on_afterwards() {
    let (_home, terminal) = demo(WIDE, "");
    terminal.press("1");
    terminal.wait_for_text("Nothing here yet.");
    terminal.press("abc");
    terminal.wait_for_text("3 characters");
    stops_and_comes_back(&terminal, |terminal| terminal.key(Key::Ctrl('z')));
    terminal.key(Key::Ctrl('u'));
    terminal.wait_for_text("Nothing here yet.");
    terminal.paste(TOKEN);
    terminal.wait_for_text("Notion does not accept this token.");
    leave(&terminal);
}
