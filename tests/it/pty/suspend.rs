//! Ctrl-Z and back: the shell gets its terminal, and the screen returns whole.

use super::{FIRST, WIDE, all_found, demo, ended, leave, to_the_field};
use crate::support::notion::TOKEN;
use crate::support::pty::{TerminalKey, TerminalMode, TestTerminal, screen_text};
use crate::support::sandbox::{BINARY, Sandbox};
use rustix::process::Signal;

/// Stopped with the terminal given back; then everything is drawn anew, and keys are read.
fn stops_and_comes_back(terminal: &TestTerminal, stop: impl Fn(&TestTerminal)) {
    let before = terminal.screen_text();
    stop(terminal);
    terminal.wait_stopped();
    terminal.wait_for(|screen| !screen.alternate_screen(), "the shell's screen");
    terminal.assert_restored();
    let written = terminal.output().len();
    terminal.signal(Signal::CONT);
    terminal.wait_for(|screen| screen.alternate_screen() && screen_text(screen) == before, "the same screen again");
    assert!(terminal.output().len() - written > before.len(), "it was drawn, not remembered");
    assert!(!terminal.line_mode().lines);
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_takes_it_back() {
    let (_home, terminal) = demo(WIDE, "");
    all_found(&terminal);
    for _ in 0..3 {
        stops_and_comes_back(&terminal, |terminal| terminal.send_key(TerminalKey::Ctrl('z')));
    }
    terminal.send_text("g");
    terminal.wait_for(|screen| !screen.contents().contains(FIRST), "keys are read again");
    leave(&terminal);
}

#[test]
fn a_stop_from_outside_is_the_same() {
    let (_home, terminal) = demo(WIDE, "");
    to_the_field(&terminal);
    stops_and_comes_back(&terminal, |terminal| terminal.signal(Signal::TSTP));
    leave(&terminal);
}

#[test]
fn a_stopped_one_that_is_killed_ends_and_leaves_the_terminal_alone() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let (_home, terminal) = demo(WIDE, "");
        terminal.send_key(TerminalKey::Ctrl('z'));
        terminal.wait_stopped();
        // As a shell's `kill %1` does it.
        terminal.signal(signal);
        terminal.signal(Signal::CONT);
        ended(&terminal, code);
    }
}

/// A shell with job control, which decides whose the terminal is.
#[test]
fn in_the_background_it_stops_until_it_has_the_terminal() {
    let home = Sandbox::new();
    let folder = home.path().to_str().unwrap();
    let variables = [("XDG_RUNTIME_DIR", folder), ("PATH", "/usr/bin:/bin"), ("WIZARD", BINARY), ("PS1", "ready> ")];
    let terminal = TestTerminal::start(WIDE, "/bin/bash", &["--norc", "--noprofile", "-i"], &variables);
    terminal.send_text("\"$WIZARD\" --demo\r");
    terminal.wait_for_text(FIRST);
    terminal.send_key(TerminalKey::Ctrl('z'));
    terminal.wait_for_text("Stopped");
    // Typed text is echoed, so the expected text must come from running it. `wait` waits until the job stops again.
    terminal.send_text("bg; wait; echo $((40 + 2)) now\r");
    terminal.wait_for_text("42 now");
    assert!(!terminal.modes().contains(&TerminalMode::AlternateScreen), "{}", terminal.screen_text());
    terminal.send_text("fg\r");
    terminal.wait_for_text(FIRST);
    terminal.send_key(TerminalKey::Ctrl('z'));
    terminal.wait_for(|screen| !screen.alternate_screen(), "the shell's screen");
    // `wait` alone would tell of the stop: bash has not yet heard that its job goes on.
    terminal.send_text("kill %1; while [ -n \"$(jobs -r; jobs -s)\" ]; do :; done; wait %1; echo ended with $?\r");
    terminal.wait_for_text("ended with 143");
    terminal.send_text("exit\r");
    terminal.wait_exit();
    terminal.assert_restored();
}

#[test]
fn a_typed_token_survives_and_is_pasted_on_afterwards() {
    let (_home, terminal) = demo(WIDE, "");
    to_the_field(&terminal);
    terminal.send_text("abc");
    terminal.wait_for_text("3 characters");
    stops_and_comes_back(&terminal, |terminal| terminal.send_key(TerminalKey::Ctrl('z')));
    terminal.send_key(TerminalKey::Ctrl('u'));
    terminal.wait_for_text("it stays hidden");
    terminal.paste(TOKEN);
    terminal.wait_for_text("Notion does not accept this token.");
    leave(&terminal);
}
