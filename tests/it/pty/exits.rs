//! Every way out: by key, by signal, by the terminal's own end.

use super::{FIRST, WIDE, at_the_field, demo, ended, leave, to_the_field};
use crate::support::notion::{FakeNotion, Response, TOKEN, respond_as_member};
use crate::support::pty::{TerminalKey, TestTerminal};
use crate::support::sandbox::{BINARY, Sandbox};
use rustix::process::Signal;

#[test]
fn ctrl_c_leaves_from_every_screen() {
    let roads: [&[&str]; 6] = [&[], &["1"], &["2"], &["3"], &["g"], &["?"]];
    for road in roads {
        let (_home, terminal) = demo(WIDE, "");
        for key in road {
            terminal.send_text(key);
            terminal.wait_for(|screen| !screen.contents().contains(FIRST), "another screen");
        }
        leave(&terminal);
    }
}

#[test]
fn ctrl_c_twice_in_one_breath_leaves_once() {
    let (_home, terminal) = demo(WIDE, "");
    terminal.send_text("\x03\x03");
    ended(&terminal, 130);
}

#[test]
fn ctrl_c_leaves_while_notion_does_not_answer() {
    let notion = FakeNotion::start(|_| Response::silent());
    let terminal = Sandbox::with_notion(&notion).start_terminal(WIDE, "");
    terminal.wait_for_text(FIRST);
    to_the_field(&terminal);
    terminal.paste(TOKEN);
    terminal.wait_for_text("Esc cancels");
    leave(&terminal);
}

#[test]
fn q_leaves_and_while_typing_it_is_a_letter() {
    let (_home, terminal) = demo(WIDE, "");
    to_the_field(&terminal);
    terminal.send_text("q");
    terminal.wait_for_text("1 character");
    terminal.send_key(TerminalKey::Esc);
    terminal.wait_for_text("Paste your token");
    terminal.send_text("q");
    ended(&terminal, 130);
}

#[test]
fn q_asks_before_a_verified_token_is_lost() {
    let (_notion, home, terminal) = at_the_field();
    terminal.paste(TOKEN);
    terminal.wait_for_text("Token verified");
    terminal.send_text("q");
    terminal.wait_for_text("isn't saved");
    terminal.send_text("n");
    terminal.wait_for(|screen| !screen.contents().contains("isn't saved"), "the question is gone");
    terminal.send_text("q");
    terminal.wait_for_text("isn't saved");
    terminal.send_text("y");
    ended(&terminal, 130);
    assert!(home.files().is_empty());
}

#[test]
fn esc_goes_back_a_step_at_a_time_and_stays_at_the_first() {
    let (_home, terminal) = demo(WIDE, "");
    terminal.send_text("3");
    terminal.wait_for_text("How do you want to sign in to the Notion CLI?");
    terminal.send_text("2");
    terminal.wait_for_text("A token for NOTION_API_TOKEN");
    terminal.send_key(TerminalKey::Esc);
    terminal.wait_for_text("How do you want to sign in to the Notion CLI?");
    terminal.send_key(TerminalKey::Esc);
    terminal.wait_for_text(FIRST);
    terminal.send_key(TerminalKey::Esc);
    terminal.wait_for_text("Press q to quit");
    leave(&terminal);
}

#[test]
fn esc_first_stops_a_wait_and_keeps_the_text() {
    let notion = FakeNotion::start(|request| match request.bearer() {
        Some(_) => Response::silent(),
        None => respond_as_member(request),
    });
    let terminal = Sandbox::with_notion(&notion).start_terminal(WIDE, "");
    terminal.wait_for_text(FIRST);
    to_the_field(&terminal);
    terminal.paste(TOKEN);
    terminal.wait_for_text("Esc cancels");
    terminal.send_key(TerminalKey::Esc);
    terminal.wait_for_text("Cancelled.");
    assert!(terminal.screen_text().contains("44 characters"), "{}", terminal.screen_text());
    terminal.send_key(TerminalKey::Esc);
    terminal.wait_for_text("Paste your token");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("44 characters");
    leave(&terminal);
}

/// Every signal that ends a program, but those that nobody can answer (KILL), that tell of a fault in the instruction which would
/// only run again (ILL, FPE, SEGV, BUS), or that Rust's runtime ignores (PIPE).
#[test]
fn every_signal_gives_the_terminal_back_and_is_told_by_the_exit_code() {
    let everywhere =
        ["HUP", "INT", "QUIT", "TRAP", "ABRT", "USR1", "USR2", "ALRM", "TERM", "XCPU", "XFSZ", "VTALRM", "PROF", "SYS"];
    let linux = ["STKFLT", "IO", "PWR", "RTMIN", "RTMAX"];
    let also = if cfg!(target_os = "linux") { &linux[..] } else { &[] };
    for name in everywhere.iter().chain(also) {
        let (_home, terminal) = demo(WIDE, "");
        if also.contains(name) {
            // These are handled after the first frame, and before the first key.
            terminal.send_text("?");
            terminal.wait_for(|screen| !screen.contents().contains(FIRST), "the help");
        }
        // bash knows every signal by its name, the real-time ones too.
        let script = format!("kill -s {name} {} && kill -l {name}", terminal.pid());
        #[expect(clippy::disallowed_methods, reason = "another program sends the signal")]
        let sent = std::process::Command::new("/bin/bash").args(["-c", &script]).output().unwrap();
        assert!(sent.status.success(), "{name}: {sent:?}");
        let number: u32 = String::from_utf8(sent.stdout).unwrap().trim().parse().unwrap();
        let exit = terminal.wait_exit();
        assert_eq!((exit.exit_code(), exit.signal()), (128 + number, None), "{name}");
        terminal.assert_restored();
    }
}

#[test]
fn a_signal_is_heard_while_something_is_awaited() {
    let notion = FakeNotion::start(|_| Response::silent());
    let terminal = Sandbox::with_notion(&notion).start_terminal(WIDE, "");
    terminal.wait_for_text(FIRST);
    to_the_field(&terminal);
    terminal.paste(TOKEN);
    terminal.wait_for_text("Esc cancels");
    terminal.signal(Signal::TERM);
    ended(&terminal, 143);
}

#[test]
fn it_ends_with_its_terminal() {
    let (_home, mut terminal) = demo(WIDE, "");
    terminal.hang_up();
    let exit = terminal.wait_exit();
    assert_eq!((exit.exit_code(), exit.signal()), (129, None));
}

#[test]
fn it_ends_with_its_terminal_also_where_nobody_is_told() {
    let home = Sandbox::new();
    // As `nohup` and `disown` do it: no SIGHUP arrives, and reading the dead terminal would go on for ever.
    let script = format!("trap '' HUP; exec '{BINARY}' --demo");
    let folder = home.path().to_str().unwrap();
    let mut terminal = TestTerminal::start(WIDE, "/bin/sh", &["-c", &script], &[("XDG_RUNTIME_DIR", folder), ("PATH", folder)]);
    terminal.wait_for_text(FIRST);
    terminal.hang_up();
    let exit = terminal.wait_exit();
    assert_eq!((exit.exit_code(), exit.signal()), (129, None));
}

#[test]
fn it_ends_with_its_terminal_while_a_secret_is_typed() {
    let (_notion, home, mut terminal) = at_the_field();
    terminal.send_text("half a token");
    terminal.wait_for_text("12 characters");
    terminal.hang_up();
    let exit = terminal.wait_exit();
    assert_eq!((exit.exit_code(), exit.signal()), (129, None));
    assert!(home.files().is_empty());
}

#[test]
fn a_dumb_terminal_gets_plain_lines_and_keeps_its_state() {
    let home = Sandbox::new().with_variable("TERM", "dumb");
    let terminal = home.start_terminal(WIDE, "--demo");
    terminal.wait_for_text("Have a token?");
    terminal.send_key(TerminalKey::Ctrl('c'));
    ended(&terminal, 130);
    assert!(!terminal.output().contains(&0x1b), "not one code");
}
