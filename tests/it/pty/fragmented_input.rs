//! Input in fragments, in bursts, or without its end: a slow link, tmux, or a terminal without bracketed paste.
//!
//! The program holds an ESC for as long as these tests need on a busy machine, by ESCDELAY.

use super::{FIRST, WIDE, ended, leave, to_the_field};
use crate::support::notion::{FakeNotion, Response, TOKEN, respond_as_member};
use crate::support::pty::{TerminalKey, TestTerminal};
use crate::support::sandbox::Sandbox;

const HELD: (&str, &str) = ("ESCDELAY", "5000");

fn demo(arguments: &str) -> (Sandbox, TestTerminal) {
    let home = Sandbox::new().with_variable(HELD.0, HELD.1);
    let terminal = home.start_terminal(WIDE, &format!("--demo {arguments}"));
    terminal.wait_for_text(FIRST);
    (home, terminal)
}

fn byte_by_byte(terminal: &TestTerminal, text: &str) {
    terminal.send_in_reads(text.as_bytes().chunks(1));
}

#[test]
fn a_paste_that_comes_byte_by_byte_runs_nothing_and_is_the_token() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion).with_variable(HELD.0, HELD.1);
    let terminal = home.start_terminal(WIDE, "");
    terminal.wait_for_text(FIRST);
    byte_by_byte(&terminal, "\x1b[200~quit 123\rq\x1b[201~");
    // On the first page a paste opens the field. Its letters choose nothing there, and nothing of it is sent.
    terminal.wait_for_text("Paste a token");
    byte_by_byte(&terminal, &format!("\x1b[200~{TOKEN}\x1b[201~"));
    terminal.wait_for_text("Token verified");
    leave(&terminal);
}

#[test]
fn a_paste_after_a_lone_esc_leaves_no_page() {
    let (_home, terminal) = demo("");
    to_the_field(&terminal);
    terminal.send_in_reads([&b"\x1b"[..], b"[200~ntn_fake_q\x1b[201~"]);
    terminal.wait_for_text("10 characters");
    leave(&terminal);
}

#[test]
fn an_arrow_in_two_reads_ends_no_wait() {
    let notion = FakeNotion::start(|_| Response::silent());
    let terminal = Sandbox::with_notion(&notion).with_variable(HELD.0, HELD.1).start_terminal(WIDE, "");
    terminal.wait_for_text(FIRST);
    to_the_field(&terminal);
    terminal.paste(TOKEN);
    terminal.wait_for_text("Esc cancels");
    terminal.send_in_reads([&b"\x1b"[..], b"[A", b"\x1b[", b"B", b"\x1b", b"O", b"A"]);
    assert!(terminal.screen_text().contains("Esc cancels"), "{}", terminal.screen_text());
    leave(&terminal);
}

#[test]
fn a_lone_esc_is_a_key_also_where_nothing_follows() {
    let home = Sandbox::new();
    let terminal = home.start_terminal(WIDE, "--demo");
    terminal.wait_for_text(FIRST);
    terminal.send_text("g");
    terminal.wait_for(|screen| !screen.contents().contains(FIRST), "another screen");
    terminal.send_key(TerminalKey::Esc);
    terminal.wait_for_text(FIRST);
    leave(&terminal);
}

#[test]
fn a_burst_without_marks_runs_no_command_on_any_page() {
    let roads: [&[&str]; 4] = [&[], &["1"], &["3"], &["g"]];
    for road in roads {
        let (_home, terminal) = demo("");
        for key in road {
            terminal.send_text(key);
            terminal.wait_for(|screen| !screen.contents().contains(FIRST), "another screen");
        }
        terminal.send_burst("quit\nyes\n    q\t\tq123 ntn_fake\n");
        terminal.send_text("\x1bOP");
        terminal.wait_for_text("Keys on this screen");
        leave(&terminal);
    }
}

#[test]
fn a_long_burst_is_whole_and_the_next_key_adds_to_it() {
    let (_home, terminal) = demo("");
    to_the_field(&terminal);
    // Two words are no token: nothing is asked, and the field goes on.
    terminal.send_burst(&format!("ab {}", "x".repeat(1497)));
    terminal.wait_for_text("1500 characters");
    terminal.send_text("y");
    terminal.wait_for_text("1501 characters");
    leave(&terminal);
}

#[test]
fn ctrl_c_is_heard_in_an_endless_paste_and_in_an_unfinished_sequence() {
    for begun in ["\x1b[200~ntn_fake", "\x1b[200~", "\x1b[", "\x1bO", "\x1b]52;c;", "\x1b"] {
        let home = Sandbox::new();
        let terminal = home.start_terminal(WIDE, "--demo");
        terminal.wait_for_text(FIRST);
        terminal.wait_for(vt100::Screen::bracketed_paste, "bracketed paste switched on");
        terminal.send_in_reads([begun.as_bytes(), b"\x03"]);
        ended(&terminal, 130);
    }
}

#[test]
fn a_paste_without_its_end_is_given_after_a_while() {
    let (_home, terminal) = demo("");
    to_the_field(&terminal);
    terminal.send_text("\x1b[200~ntn_fake");
    terminal.wait_for_text("8 characters");
    leave(&terminal);
}

#[cfg(target_os = "linux")]
#[test]
fn five_megabytes_take_bounded_memory() {
    for begun in ["", "\x1b[200~"] {
        let (_home, terminal) = demo("");
        to_the_field(&terminal);
        let before = peak_kilobytes(terminal.pid());
        terminal.send_in_reads([begun.as_bytes()]);
        terminal.send_in_reads(std::iter::repeat_n(&[b'a'; 2048][..], 2560));
        terminal.wait_for_text("longer than any Notion token");
        let grown = peak_kilobytes(terminal.pid()) - before;
        assert!(grown < 4096, "{grown} kB more");
        leave(&terminal);
    }
}

#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "reads what the kernel says about a process")]
fn peak_kilobytes(pid: i32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
