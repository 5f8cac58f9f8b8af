//! Terminals of every size, and sizes that change under every screen.

use super::{FIRST, WIDE, all_found, at_the_field, demo, leave, to_the_field};
use crate::support::notion::TOKEN;
use crate::support::pty::{TerminalKey, TestTerminal, screen_text};

/// Down to nothing and back: what was there is there again.
#[track_caller]
fn survives_every_size(terminal: &TestTerminal) {
    // Otherwise the rest of the findings would arrive while the size changes.
    terminal.wait_for(|screen| !screen.contents().contains("Checking…"), "everything is found");
    let before = terminal.screen_text();
    for size in [(20, 5), (39, 40), (120, 9), (40, 10), (40, 12), (60, 16), (80, 24), (99, 20), (300, 100), (1, 1), (200, 2)] {
        terminal.resize(size);
        let (columns, rows) = size;
        if columns < 40 || rows < 10 {
            let line: String = "Terminal too small".chars().take(columns.into()).collect();
            terminal.wait_for(
                |screen| screen.contents().trim() == line || screen.contents().starts_with(&line),
                "one line asking for room",
            );
        } else {
            terminal.wait_for_text("notion-auth");
        }
    }
    terminal.resize(WIDE);
    terminal.wait_for(|screen| screen_text(screen) == before, "the screen as it was");
}

#[test]
fn the_first_screen_and_the_guide_survive_every_size() {
    let (_home, terminal) = demo(WIDE, "");
    all_found(&terminal);
    survives_every_size(&terminal);
    for (key, title) in [("?", "Keys on this screen"), ("g", "?"), ("2", "Port")] {
        terminal.send_text(key);
        terminal.wait_for(|screen| !screen.contents().contains(FIRST) && screen.contents().contains(title), title);
        survives_every_size(&terminal);
        terminal.send_key(TerminalKey::Esc);
        terminal.wait_for_text(FIRST);
    }
    leave(&terminal);
}

#[test]
fn the_road_survives_every_size_and_nothing_typed_is_lost() {
    let (_notion, _home, terminal) = at_the_field();
    terminal.send_text("abc");
    terminal.wait_for_text("3 characters");
    survives_every_size(&terminal);
    terminal.send_key(TerminalKey::Ctrl('u'));
    terminal.paste(TOKEN);
    terminal.wait_for_text("2 pages and 1 database");
    terminal.wait_for(|screen| !screen.contents().contains("are running"), "all checks");
    survives_every_size(&terminal);
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("No keychain on this machine.");
    survives_every_size(&terminal);
    terminal.send_text("2");
    terminal.wait_for_text("unencrypted");
    survives_every_size(&terminal);
    terminal.send_text("y");
    terminal.wait_for_text("Saved and read back");
    survives_every_size(&terminal);
    leave_done(&terminal);
}

fn leave_done(terminal: &TestTerminal) {
    terminal.send_key(TerminalKey::Ctrl('c'));
    super::ended(terminal, 0);
}

#[test]
fn a_terminal_that_is_too_small_from_the_start_asks_for_room_and_lets_go() {
    for size in [(20, 5), (39, 30), (120, 4), (1, 1)] {
        let home = crate::support::sandbox::Sandbox::new();
        let terminal = home.start_terminal(size, "--demo");
        terminal.wait_for(|screen| screen.contents().starts_with('T'), "a line asking for room");
        leave(&terminal);
    }
}

#[test]
fn keys_mean_the_same_at_every_size() {
    for size in [(120, 40), (80, 24), (40, 12)] {
        let (_home, terminal) = demo(size, "");
        to_the_field(&terminal);
        terminal.paste("ntn_demo_connection_with_pages_0004");
        terminal.wait_for_text("Token verified");
        terminal.send_key(TerminalKey::Enter);
        terminal.wait_for_text("Where do you want to save the token?");
        terminal.send_text("3");
        terminal.wait_for_text("Signed in as Demo Sync");
        terminal.send_key(TerminalKey::Enter);
        super::ended(&terminal, 0);
    }
}
