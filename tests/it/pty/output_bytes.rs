//! The bytes that are written to the terminal: the first frame, links, the clipboard, colours, ASCII, and none when idle.

use super::{FIRST, WIDE, all_found, demo, ended, leave, shows, to_the_field};
use crate::support::notion::{FakeNotion, Response};
use crate::support::pty::{TerminalKey, TestTerminal};
use crate::support::sandbox::Sandbox;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

#[test]
fn the_first_frame_waits_for_nobody() {
    let notion = FakeNotion::start(|_| Response::silent());
    let home = Sandbox::with_notion(&notion);
    home.add_program("ntn", "exec /bin/sleep 60");
    let terminal = home.start_terminal(WIDE, "");
    terminal.wait_for_text(FIRST);
    terminal.wait_for_text("Best for");
    to_the_field(&terminal);
    leave(&terminal);
}

#[test]
fn once_everything_is_found_not_a_byte_is_written() {
    let (_home, terminal) = demo(WIDE, "");
    all_found(&terminal);
    terminal.assert_silent();
    to_the_field(&terminal);
    terminal.assert_silent();
    leave(&terminal);
}

#[test]
fn a_link_can_be_clicked_and_copied_whole() {
    let (_home, terminal) = demo(WIDE, "");
    to_the_field(&terminal);
    let screen = terminal.screen_text();
    let link = screen.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:")).unwrap();
    assert!(shows(&terminal, &format!("\x1b]8;;{link}\x1b\\")) && shows(&terminal, "\x1b]8;;\x1b\\"), "the terminal is told");
    assert!(terminal.clipboard().is_none());
    terminal.send_key(TerminalKey::Ctrl('y'));
    terminal.wait_for_text("Copied via the terminal.");
    let copied = STANDARD.decode(terminal.clipboard().unwrap()).unwrap();
    assert_eq!(String::from_utf8(copied).unwrap(), link);
    leave(&terminal);
}

/// Walks the demo through a warning, a failure, and every screen up to the last.
fn walk(terminal: &TestTerminal, check: impl Fn(&TestTerminal)) {
    let see = |text: &str| {
        terminal.wait_for_text(text);
        check(terminal);
    };
    see(FIRST);
    terminal.send_text("?");
    see("Keys on this screen");
    terminal.send_key(TerminalKey::Esc);
    see(FIRST);
    terminal.send_key(TerminalKey::Tab);
    see("When to use it");
    terminal.send_key(TerminalKey::Esc);
    see(FIRST);
    terminal.send_text("1");
    see("Paste your token");
    terminal.send_text("a");
    see("What's your role in this workspace?");
    terminal.send_text("4");
    see("Which plan is the workspace on?");
    terminal.send_text("1");
    see("Guest on Free");
    terminal.send_key(TerminalKey::Enter);
    see("Paste a token");
    terminal.paste("ntn_demo_revoked_by_its_creator_0006");
    see("Notion does not accept this token.");
    terminal.paste("ntn_demo_guest_through_oauth_0003");
    see("Gia Demo");
    see("Likely a guest");
    terminal.send_key(TerminalKey::Enter);
    see("Where do you want to save the token?");
    terminal.send_text("2");
    see("unencrypted");
    terminal.send_text("y");
    see("Saved and read back");
    terminal.send_key(TerminalKey::Enter);
    ended(terminal, 0);
}

/// The numbers of every "select graphic rendition" that was sent.
fn renditions(terminal: &TestTerminal) -> Vec<Vec<u16>> {
    let raw = terminal.output();
    let text = String::from_utf8_lossy(&raw);
    let codes = text.split("\x1b[").skip(1).filter_map(|rest| {
        let end = rest.find(|character: char| !(character.is_ascii_digit() || character == ';'))?;
        let (numbers, name) = rest.split_at(end);
        name.starts_with('m').then(|| numbers.split(';').map(|number| number.parse().unwrap_or(0)).collect())
    });
    codes.collect()
}

/// 39 and 49 take colours away.
fn is_colour(rendition: &[u16]) -> bool {
    matches!(rendition, [30..=38 | 40..=48 | 90..=107, ..])
}

#[test]
fn no_color_means_not_one_colour_and_weight_remains() {
    let home = Sandbox::new();
    for terminal in [
        Sandbox::new().with_variable("NO_COLOR", "1").start_terminal(WIDE, "--demo"),
        home.start_terminal(WIDE, "--demo --no-color"),
    ] {
        walk(&terminal, |_| {});
        let sent = renditions(&terminal);
        assert!(!sent.iter().any(|codes| is_colour(codes)), "{sent:?}");
        assert!(sent.contains(&vec![1]) && sent.contains(&vec![7]), "bold and reverse tell apart what colours told");
    }
}

#[test]
fn colours_are_the_terminals_own_sixteen() {
    let (_home, terminal) = demo(WIDE, "");
    walk(&terminal, |_| {});
    let sent = renditions(&terminal);
    assert!(sent.iter().any(|codes| is_colour(codes)));
    let beyond = |codes: &[u16]| matches!(codes, [38 | 48, 2, ..] | [38 | 48, 5, 16..=255, ..]);
    assert!(!sent.iter().any(|codes| beyond(codes)), "neither RGB nor a palette: {sent:?}");
}

#[test]
fn ascii_means_not_one_byte_beyond_it() {
    for terminal in [
        Sandbox::new().start_terminal(WIDE, "--demo --ascii"),
        Sandbox::new().with_variable("LANG", "C").start_terminal(WIDE, "--demo"),
    ] {
        walk(&terminal, |terminal| assert!(terminal.screen_text().is_ascii(), "{}", terminal.screen_text()));
        assert!(terminal.output().is_ascii());
    }
}

#[test]
fn ascii_holds_at_every_width() {
    for size in [(80, 24), (40, 12)] {
        let (_home, terminal) = demo(size, "--ascii");
        for key in ["\x1b[6~", "\x1b[6~", "\t", "\x1b[6~"] {
            terminal.send_text(key);
        }
        leave(&terminal);
        assert!(terminal.output().is_ascii());
    }
}

#[test]
fn the_mouse_stays_the_persons_and_the_title_too() {
    let (_home, terminal) = demo(WIDE, "");
    walk(&terminal, |terminal| {
        let modes = terminal.modes();
        assert!(!modes.contains(&crate::support::pty::TerminalMode::Mouse), "{modes:?}");
    });
    assert!(!shows(&terminal, "\x1b]0;") && !shows(&terminal, "\x1b]2;"));
}
