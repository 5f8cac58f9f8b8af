//! A link printed outside the screen: alone on its line, in a terminal that is exactly as it should be meanwhile and after.

use super::{FIRST, WIDE, ended};
use crate::support::pty::{TerminalKey, TerminalMode, TestTerminal, screen_text};
use crate::support::sandbox::Sandbox;
use rustix::process::Signal;

const INVITES_BACK: &str = "Press Enter to return.";

/// The rehearsal at its end, where there is a link.
pub(super) fn at_the_end(home: &Sandbox, size: (u16, u16)) -> TestTerminal {
    let terminal = home.start_terminal(size, "--demo");
    terminal.wait_for_text(FIRST);
    terminal.send_text("3");
    terminal.wait_for(|screen| !screen.contents().contains(FIRST), "another screen");
    terminal.send_text("2");
    terminal.wait_for_text("A token for NOTION_API_TOKEN");
    terminal.paste("ntn_demo_guest_through_oauth_0003");
    terminal.wait_for_text("Token verified");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Where do you want to save the token?");
    terminal.send_text("2");
    terminal.wait_for_text("unencrypted");
    terminal.send_text("y");
    terminal.wait_for_text("Signed in as Gia Demo");
    terminal
}

fn print(terminal: &TestTerminal) {
    terminal.send_text("p");
    terminal.wait_for_text(INVITES_BACK);
}

/// Returns the text between the heading and the line that says how to return, with wrapped lines joined.
fn printed(terminal: &TestTerminal) -> String {
    let shown = terminal.screen_text();
    let before = shown.split_once("The link, on a line of its own:\n").unwrap_or_else(|| panic!("{shown}")).1;
    before.split_once(&format!("\n{INVITES_BACK}")).unwrap_or_else(|| panic!("{shown}")).0.to_owned()
}

#[track_caller]
fn is_the_portal(link: &str) {
    assert!(link.starts_with("http://127.0.0.1:") && link.ends_with("/developers/tokens"), "{link:?}");
}

#[test]
fn the_link_stands_alone_on_its_line_until_a_key_comes() {
    for size in [WIDE, (40, 12)] {
        let home = Sandbox::new();
        let terminal = at_the_end(&home, size);
        let before = terminal.screen_text();
        for key in ["\r", " ", "q", "\x1b[A"] {
            print(&terminal);
            is_the_portal(&printed(&terminal));
            assert_eq!(terminal.modes(), [TerminalMode::BracketedPaste], "the ordinary screen, with a cursor");
            let written = terminal.output().len();
            terminal.send_text(key);
            terminal.wait_for(|screen| screen.alternate_screen() && screen_text(screen) == before, "the same screen again");
            assert!(terminal.output().len() - written > before.len(), "it was drawn, not remembered");
            assert_eq!(terminal.modes().first(), Some(&TerminalMode::AlternateScreen));
        }
        terminal.send_key(TerminalKey::Enter);
        ended(&terminal, 0);
    }
}

#[test]
fn nothing_is_drawn_over_it_and_neither_a_paste_nor_a_new_size_ends_it() {
    let home = Sandbox::new();
    let terminal = at_the_end(&home, WIDE);
    print(&terminal);
    terminal.assert_silent();
    terminal.paste("q\r");
    terminal.resize((100, 30));
    // A key that arrives together with a paste would be taken for a part of it.
    terminal.assert_silent();
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for(|screen| screen.alternate_screen() && screen.size().1.get() == 100, "the screen, in its new size");
    terminal.wait_for_text("? more");
    let last = terminal.screen_text().lines().count();
    assert_eq!(last, 30, "the footer stands where the terminal ends now:\n{}", terminal.screen_text());
    terminal.send_key(TerminalKey::Enter);
    ended(&terminal, 0);
}

#[test]
fn ctrl_c_leaves_and_the_link_stays_above_the_shell() {
    let home = Sandbox::new();
    let terminal = at_the_end(&home, WIDE);
    print(&terminal);
    terminal.send_key(TerminalKey::Ctrl('c'));
    ended(&terminal, 0);
    let shown = terminal.screen_text();
    is_the_portal(&printed(&terminal));
    assert!(shown.find(INVITES_BACK) < shown.find("Signed in as Gia Demo"), "{shown}");
}

#[test]
fn a_signal_or_the_terminals_end_is_heard_meanwhile() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let home = Sandbox::new();
        let terminal = at_the_end(&home, WIDE);
        print(&terminal);
        terminal.signal(signal);
        ended(&terminal, code);
        is_the_portal(&printed(&terminal));
    }
    let home = Sandbox::new();
    let mut terminal = at_the_end(&home, WIDE);
    print(&terminal);
    terminal.hang_up();
    let exit = terminal.wait_exit();
    assert_eq!((exit.exit_code(), exit.signal()), (129, None));
}

#[test]
fn ctrl_z_suspends_and_fg_comes_back_to_the_screen() {
    let home = Sandbox::new();
    let terminal = at_the_end(&home, WIDE);
    let before = terminal.screen_text();
    for stop in [
        |terminal: &TestTerminal| terminal.send_key(TerminalKey::Ctrl('z')),
        |terminal: &TestTerminal| terminal.signal(Signal::TSTP),
    ] {
        print(&terminal);
        stop(&terminal);
        terminal.wait_stopped();
        terminal.wait_for(|screen| !screen.alternate_screen() && !screen.bracketed_paste(), "the shell's screen");
        terminal.assert_restored();
        is_the_portal(&printed(&terminal));
        terminal.signal(Signal::CONT);
        terminal.wait_for(|screen| screen.alternate_screen() && screen_text(screen) == before, "the same screen again");
    }
    terminal.send_key(TerminalKey::Enter);
    ended(&terminal, 0);
}

#[test]
fn what_is_under_way_goes_on_and_is_told_of_afterwards() {
    let home = Sandbox::new();
    let browser = home.add_program("a-browser", "");
    let home = home.with_variable("BROWSER", browser.to_str().unwrap());
    let terminal = at_the_end(&home, WIDE);
    terminal.send_text("op");
    terminal.wait_for_text(INVITES_BACK);
    terminal.assert_silent();
    terminal.send_text("x");
    terminal.wait_for_text("Opening your browser.");
    terminal.send_key(TerminalKey::Enter);
    ended(&terminal, 0);
}
