//! Every way out, from a question whose answer is shown and from one whose answer is not: the terminal shows what is typed again.

use super::{FIRST, PlainConversation};
use crate::support::pty::LineMode;
use crate::support::sandbox::Sandbox;
use rustix::process::Signal;

/// The demo, asking for a token.
fn at_a_secret(home: &Sandbox) -> PlainConversation {
    let it = PlainConversation::at_the_first_question(home, "--demo");
    it.say("1").hear("Press Enter (get a token): ").say("").hear("hidden): ");
    assert!(!it.terminal.line_mode().echo, "it is hidden");
    it
}

#[test]
fn ctrl_c_and_the_end_of_input_leave_from_every_question() {
    for bytes in ["\x03", "\x04"] {
        let home = Sandbox::new();
        for it in [PlainConversation::at_the_first_question(&home, "--demo"), at_a_secret(&home)] {
            it.terminal.send_text(bytes);
            it.assert_ended(130);
        }
    }
}

#[test]
fn a_signal_ends_it_with_its_own_exit_code_and_shows_what_is_typed_again() {
    let signals = [
        (Signal::TERM, 143),
        (Signal::HUP, 129),
        (Signal::INT, 130),
        (Signal::QUIT, 131),
        (Signal::ABORT, 134),
        (Signal::USR1, 138),
        (Signal::ALARM, 142),
    ];
    for (signal, code) in signals {
        let home = Sandbox::new();
        let it = at_a_secret(&home);
        it.terminal.send_text("half a token");
        it.terminal.signal(signal);
        it.assert_ended(code);
    }
}

#[test]
fn it_ends_with_its_terminal() {
    let home = Sandbox::new();
    let mut it = at_a_secret(&home);
    it.terminal.hang_up();
    assert_eq!(it.terminal.wait_exit().exit_code(), 129);
}

#[test]
fn ctrl_z_gives_the_terminal_back_and_afterwards_a_secret_is_hidden_again() {
    let home = Sandbox::new();
    let it = at_a_secret(&home);
    it.terminal.send_text("\x1a");
    it.terminal.wait_stopped();
    assert_eq!(it.terminal.line_mode(), LineMode::COOKED);
    it.terminal.signal(Signal::CONT);
    it.hear("hidden): ");
    assert!(!it.terminal.line_mode().echo, "it is hidden again");
    it.say("b").hear("Press Enter (get a token): ").say("q");
    it.assert_ended(130);
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    for arguments in ["--plain", "--plain --demo", ""] {
        let run = Sandbox::new().with_variable("ACCESSIBLE", "1").run(arguments, "1\n\n");
        assert_eq!(run.exit_code, Some(2), "{run:?}");
        assert!(run.stdout.is_empty() && run.stderr.contains("Usage: notion-auth"), "{run:?}");
    }
}

#[test]
fn it_says_nothing_while_it_waits_for_an_answer() {
    let home = Sandbox::new();
    let it = PlainConversation::at_the_first_question(&home, "--demo");
    it.terminal.assert_silent();
    it.terminal.resize((40, 12));
    it.terminal.assert_silent();
    it.say("g").hear("Who is it for? ").say("q");
    it.assert_ended(130);
}

#[test]
fn prose_is_broken_between_words_for_a_terminal_of_this_width_and_what_is_copied_is_not() {
    let home = Sandbox::new();
    let it = PlainConversation::new(home.start_terminal((40, 12), "--plain --demo"));
    it.hear(FIRST).say("1").hear("Press Enter (get a token): ").say("").hear("hidden): ").say("q");
    it.assert_ended(130);
    let transcript = it.transcript(&[]);
    let long: Vec<&str> = transcript.lines().filter(|line| line.chars().count() > 40).collect();
    let is_whole = |line: &&str| line.starts_with("http://127.0.0.1") || line.contains("hidden): ") || line.starts_with(FIRST);
    assert!(long.iter().all(is_whole), "{long:?}");
}

/// Each line for itself would answer a question that nobody has read.
#[test]
fn lines_that_were_pasted_together_run_no_commands() {
    let home = Sandbox::new();
    let it = PlainConversation::at_the_first_question(&home, "--demo");
    it.terminal.send_text("1\r\rq\rquit\r");
    it.hear("Not an option.").hear(FIRST).say("1").hear("Press Enter (get a token): ").say("q");
    it.assert_ended(130);
}

#[test]
fn the_line_ends_behind_a_paste_belong_to_it() {
    let home = Sandbox::new();
    let it = at_a_secret(&home);
    it.terminal.send_text("ntn_demo_guest_through_oauth_0003\r\r\r");
    it.hear("Checks complete. ").say("q");
    it.hear("y or n? ").say("y");
    it.assert_ended(130);
}
