//! Tests the harness itself with small shell scripts: that it sees what a program does, and above all what it fails to restore.
#![expect(clippy::disallowed_methods, reason = "starts programs, and looks at what they hold open")]

use crate::support::fixed_clock::clock_shift_variables;
use crate::support::pty::pair::PtyPair;
use crate::support::pty::{LineMode, TerminalKey, TerminalMode, TestTerminal, screen_text};
use crate::support::sandbox::poll_until;
use crate::support::subprocess::test_in_subprocess;
use rustix::process::Signal;
use std::fs;
use std::path::Path;
use std::process::{Child, Command};

fn shell(script: &str) -> TestTerminal {
    TestTerminal::start((40, 10), "/bin/sh", &["-c", script], &[("PATH", "/usr/bin:/bin")])
}

#[test]
fn a_program_gets_only_the_environment_it_is_given() {
    let terminal = TestTerminal::start((120, 20), "/usr/bin/env", &[], &[("GIVEN", "yes")]);
    assert!(terminal.wait_exit().success());
    let mut names: Vec<String> =
        terminal.screen_text().lines().filter_map(|line| Some(line.split_once('=')?.0.to_owned())).collect();
    names.sort();
    names.retain(|name| clock_shift_variables().all(|(shifting, _)| shifting.to_str() != Some(name)));
    assert_eq!(names, ["GIVEN", "HOME", "LANG", "NOTION_AUTH_NOW", "TERM", "TZ"]);
    assert!(terminal.home().is_dir());
}

#[test]
fn output_is_complete_when_the_program_has_ended() {
    let terminal = shell("seq 1 5000; printf last; exit 7");
    assert_eq!(terminal.wait_exit().exit_code(), 7);
    assert!(terminal.output().ends_with(b"5000\r\nlast"));
    terminal.assert_restored();
}

#[test]
fn keys_and_bursts_arrive_as_a_terminal_sends_them() {
    let script = "stty raw -echo; printf ready; head -c 23 | od -An -v -w32 -tx1";
    let terminal = TestTerminal::start((120, 10), "/bin/sh", &["-c", script], &[("PATH", "/usr/bin:/bin")]);
    terminal.wait_for_text("ready");
    terminal.send_key(TerminalKey::Up);
    terminal.send_key(TerminalKey::BackTab);
    terminal.send_key(TerminalKey::Esc);
    terminal.send_key(TerminalKey::Backspace);
    terminal.send_key(TerminalKey::Ctrl('c'));
    terminal.send_burst("a\nb");
    terminal.send_key(TerminalKey::Enter);
    terminal.send_key(TerminalKey::Tab);
    terminal.send_key(TerminalKey::Down);
    terminal.send_key(TerminalKey::Right);
    terminal.send_key(TerminalKey::Left);
    terminal.wait_for_text("1b 5b 41 1b 5b 5a 1b 7f 03 61 0d 62 0d 09 1b 5b 42 1b 5b 43 1b 5b 44");
}

#[test]
fn a_paste_is_marked_once_the_program_asked_for_marks() {
    let terminal = shell("stty raw -echo; printf '\\033[?2004h'; head -c 14 | od -An -c; printf '\\033[?2004l'");
    terminal.paste("é");
    terminal.wait_for_text("2   0   0   ~ 303 251");
}

#[test]
fn questions_are_answered_and_counted() {
    let terminal = shell("stty raw -echo; printf 'at\\033[6n'; head -c 6 | od -An -c; printf '\\033[c'; head -c 9 | od -An -c");
    terminal.wait_for_text("[   1   ;   3   R");
    terminal.wait_for_text("[   ?   6   2");
    assert_eq!(terminal.query_count(), 2);
}

#[test]
fn a_frame_is_seen_when_it_is_whole() {
    let terminal = shell("stty -echo; printf '\\033[?2026hhalf'; read -r _; printf ' whole\\033[?2026l'");
    poll_until("the half of it", || terminal.screen_text().contains("half").then_some(()));
    let seen = std::cell::Cell::new(String::new());
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for(
        |screen| {
            seen.set(screen_text(screen));
            true
        },
        "any frame",
    );
    assert_eq!(seen.take(), "half whole");
}

#[test]
fn what_is_sent_to_the_clipboard_is_kept() {
    let terminal = shell("printf '\\033]52;c;bm90aW9u\\007'");
    terminal.wait_exit();
    assert_eq!(terminal.clipboard().as_deref(), Some("bm90aW9u"));
}

#[test]
fn a_new_size_reaches_the_program() {
    let terminal = shell("trap 'stty size; exit' WINCH; printf ready; while :; do read -r _; done");
    terminal.wait_for_text("ready");
    terminal.resize((70, 33));
    terminal.wait_for_text("33 70");
}

#[test]
fn an_ending_by_signal_is_told_from_an_ordinary_one() {
    let terminal = shell("printf ready; exec cat");
    terminal.wait_for_text("ready");
    terminal.signal(Signal::TERM);
    assert!(terminal.wait_exit().signal().is_some());
}

#[test]
fn a_program_that_stops_itself_is_noticed_and_can_go_on() {
    let terminal = shell("printf ready; kill -STOP $$; printf again");
    terminal.wait_for_text("ready");
    terminal.wait_stopped();
    terminal.signal(Signal::CONT);
    terminal.wait_for_text("again");
}

#[test]
fn a_terminal_that_goes_away_hangs_up_its_program() {
    let mut terminal = shell("trap 'echo hup > $HOME/told; exit 3' HUP; printf ready; while :; do read -r _ || sleep 1; done");
    terminal.wait_for_text("ready");
    terminal.hang_up();
    assert_eq!(terminal.wait_exit().exit_code(), 3);
    assert!(terminal.home().join("told").exists());
}

/// The test's name within this binary. It runs in a separate process, so that terminals of other tests do not interfere.
const SUBPROCESS_TEST: &str = "pty::test_terminal::terminals_are_opened_while_programs_start";

#[test]
fn a_program_that_starts_meanwhile_has_no_copy_of_a_terminal() {
    let output = test_in_subprocess(&[], SUBPROCESS_TEST).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn terminals_are_opened_while_programs_start() {
    let start = || Command::new("/bin/sleep").arg("60").spawn().unwrap();
    let mut programs: Vec<Child> = std::thread::scope(|scope| {
        let starting = scope.spawn(|| std::iter::repeat_with(start).take(200).collect());
        while !starting.is_finished() {
            PtyPair::open((80, 24)).unwrap();
        }
        starting.join().unwrap()
    });
    let holders = programs.iter().filter(|program| has_a_terminal(program.id())).count();
    for program in &mut programs {
        program.kill().unwrap();
        program.wait().unwrap();
    }
    assert_eq!(holders, 0, "so many of them would keep a terminal from hanging up");
}

fn has_a_terminal(process: u32) -> bool {
    let open = fs::read_dir(format!("/proc/{process}/fd")).unwrap();
    open.filter_map(|file| fs::read_link(file.unwrap().path()).ok())
        .any(|file| file == Path::new("/dev/ptmx") || file.ends_with("pts/ptmx"))
}

#[test]
fn every_mode_that_is_left_on_is_seen() {
    for (left_on, mode) in [
        ("\\033[?1049h", TerminalMode::AlternateScreen),
        ("\\033[?25l", TerminalMode::HiddenCursor),
        ("\\033[?2004h", TerminalMode::BracketedPaste),
        ("\\033[?1000h", TerminalMode::Mouse),
    ] {
        let terminal = shell(&format!("printf '{left_on}'"));
        terminal.wait_exit();
        assert_eq!(terminal.modes(), [mode], "{left_on}");
    }
}

#[test]
fn a_line_mode_that_is_left_changed_is_seen() {
    let terminal = shell("stty raw -echo");
    terminal.wait_exit();
    assert_eq!(terminal.line_mode(), LineMode { lines: false, echo: false, signals: false });
}

#[test]
fn waiting_in_vain_shows_the_screen_and_how_the_program_ended() {
    let terminal = shell("printf 'what is there'; exit 4");
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| terminal.wait_for_text("what is not")));
    let message = *outcome.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("what is not") && message.contains("what is there") && message.contains("code 4"), "{message}");
}
