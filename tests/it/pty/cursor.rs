//! The terminal's own cursor stands where the focus is: screen readers and magnifiers follow it.

use super::{demo, leave};
use crate::support::pty::{TerminalKey, TestTerminal};

const SIZES: [(u16, u16); 3] = [(40, 12), (80, 24), (120, 40)];

/// Waits until the cursor shows on a line with this text.
#[track_caller]
fn on_the_line(terminal: &TestTerminal, text: &str) {
    let is_there = |screen: &vt100::Screen| {
        let (row, _) = screen.cursor_position();
        let line = screen.rows(0, u16::MAX).nth(usize::from(row)).unwrap_or_default();
        !screen.hide_cursor() && line.contains(text)
    };
    terminal.wait_for(is_there, &format!("the cursor on {text:?}"));
}

#[test]
fn the_cursor_follows_the_selection_at_every_size() {
    for size in SIZES {
        let (_home, terminal) = demo(size, "");
        on_the_line(&terminal, "3  Notion CLI");
        terminal.send_key(TerminalKey::Left);
        let selected = |screen: &vt100::Screen| {
            let (row, column) = screen.cursor_position();
            // In columns the paths stand beside each other.
            let line = screen.rows(column.saturating_sub(2), u16::MAX).nth(usize::from(row)).unwrap_or_default();
            line.trim_start_matches([' ', '▸', '▌']).starts_with("2  OAuth")
        };
        terminal.wait_for(selected, "the cursor on the second path");
        terminal.send_text("3");
        on_the_line(&terminal, "1  Log in with your browser");
        terminal.send_key(TerminalKey::Down);
        on_the_line(&terminal, "2  Use a token");
        terminal.send_key(TerminalKey::Up);
        on_the_line(&terminal, "1  Log in with your browser");
        leave(&terminal);
    }
}

#[test]
fn in_a_field_the_cursor_stands_behind_what_was_typed() {
    for size in SIZES {
        let (_home, terminal) = demo(size, "");
        terminal.send_text("1");
        terminal.wait_for_text("Paste your token");
        terminal.send_key(TerminalKey::Enter);
        terminal.wait_for_text("it stays hidden");
        let column = |terminal: &TestTerminal, wanted: u16| {
            terminal.wait_for(|screen| !screen.hide_cursor() && screen.cursor_position().1 == wanted, "the cursor in the field");
        };
        column(&terminal, 3);
        terminal.send_text("ab");
        column(&terminal, 5);
        terminal.send_key(TerminalKey::Left);
        column(&terminal, 4);
        leave(&terminal);
    }
}

#[test]
fn where_nothing_is_selected_the_cursor_stands_where_reading_begins() {
    for size in SIZES {
        let (_home, terminal) = demo(size, "");
        // The help lists its key.
        terminal.wait_for_text("notion-auth.toml?");
        // Until the best fit is known, Tab may open another path.
        terminal.wait_for_text("★");
        on_the_line(&terminal, "3  Notion CLI");
        terminal.send_key(TerminalKey::Tab);
        on_the_line(&terminal, "3  Notion CLI");
        terminal.wait_for_text("When to use it");
        terminal.send_text("?");
        on_the_line(&terminal, "Keys on this screen");
        terminal.assert_silent();
        leave(&terminal);
    }
}
