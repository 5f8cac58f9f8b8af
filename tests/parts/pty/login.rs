//! Needs the real `ntn` 0.4.0: browser login through it, from the first frame to its end, whichever that is.
#![expect(clippy::disallowed_methods, reason = "looks at what other programs left")]

use super::{FIRST, WIDE, shows};
use crate::support::headline;
use crate::support::login_server::{APPROVAL, CODE, LoginServer, WORKSPACE};
use crate::support::notion::{Response, TOKEN};
use crate::support::ntn::NtnHome;
use crate::support::pty::{TerminalKey, TestTerminal};
use crate::support::sandbox::poll_until;
use crate::support::script;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use notion_auth::domain::problem::ProblemCode;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

/// Somebody with `ntn` and a browser that writes down what it is to open. `ntn` uses its file: a kernel's keyring is not had everywhere.
fn person(server: &LoginServer) -> NtnHome {
    let person =
        NtnHome::with_server(server).with_variables([("NOTION_KEYRING", "0".to_owned()), ("TERM", "xterm-256color".to_owned())]);
    let browser = person.home().join("a-browser");
    script::write_script(&browser, "#!/bin/sh\nprintf %s \"$1\" >\"$0.new\"; mv \"$0.new\" \"$0.opened\"\n");
    person.with_variables([("BROWSER", browser.to_str().unwrap().to_owned())])
}

fn wizard(person: &NtnHome, size: (u16, u16)) -> TestTerminal {
    let variables: Vec<_> = person.variables().collect();
    let terminal = TestTerminal::start(size, env!("CARGO_BIN_EXE_notion-auth"), &[], &variables);
    terminal.wait_for_text(FIRST);
    terminal
}

/// The login is under way, its code in sight.
fn invited(person: &NtnHome) -> TestTerminal {
    let terminal = wizard(person, WIDE);
    terminal.wait_for_text("ntn 0.4.0");
    terminal.send_text("3");
    terminal.wait_for_text("Log in with your browser");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text(CODE);
    terminal.wait_for_text(APPROVAL);
    terminal
}

/// Nothing is left: no process, no changed terminal, no secret on it.
fn nothing_is_left(person: &NtnHome, terminal: &TestTerminal) {
    terminal.assert_restored();
    person.wait_for_processes(|alive| alive == 0);
    assert!(!shows(terminal, TOKEN));
}

#[test]
fn two_keys_lead_from_the_first_frame_to_a_verified_login_that_ntn_uses() {
    let server = LoginServer::start();
    let person = person(&server);
    let terminal = invited(&person);
    let opened = poll_until("the browser is opened", || std::fs::read_to_string(person.home().join("a-browser.opened")).ok());
    assert_eq!(opened, APPROVAL);

    server.approve();
    terminal.wait_for_text("Login verified");
    terminal.wait_for_text("Full member at sign-in");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Managed by ntn: ");
    terminal.send_key(TerminalKey::Enter);
    assert_eq!(terminal.wait_exit().exit_code(), 0);
    nothing_is_left(&person, &terminal);

    let listed = person.run_ntn(&["workers", "list"]);
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    let records = std::fs::read_to_string(person.home().join(".notion-auth/credentials.json")).unwrap();
    assert!(records.contains(WORKSPACE.0) && records.contains("\"ntn\"") && !records.contains(TOKEN), "{records}");
}

#[test]
fn every_failure_ends_on_a_page_that_says_what_happened_why_and_what_to_press() {
    let refusal = |status| Response::json(status, json!({"message": "no"}));
    // No two beside each other have the same headline, so each is seen to come.
    let failures = [
        (refusal(429), headline(ProblemCode::LoginInterrupted), "429"),
        (Response::json(200, json!({"status": "expired"})), headline(ProblemCode::LoginExpired), "Login session expired"),
        (refusal(500), headline(ProblemCode::LoginInterrupted), "500"),
        (Response::json(200, json!({"status": "denied"})), headline(ProblemCode::LoginRefused), "denied"),
        (Response::html(200, "<h1>Sign in to the network</h1>"), headline(ProblemCode::LoginInterrupted), ""),
        (refusal(401), headline(ProblemCode::LoginRefused), "401"),
        (Response::json(200, json!({"status": "confirmed"})), headline(ProblemCode::LoginInterrupted), "missing field"),
        (Response::closed(), headline(ProblemCode::LoginUnreachable), ""),
    ];
    let mut server = LoginServer::start();
    let person = person(&server);
    let terminal = invited(&person);
    // The first comes two seconds after a first answer, when ntn asks again; the others at once.
    for (number, (answer, headline, evidence)) in failures.into_iter().enumerate() {
        server = server.on_redeem(answer);
        if number > 0 {
            terminal.send_text("r");
        }
        terminal.wait_for_text(headline);
        let screen = terminal.screen_text();
        assert!(screen.contains("Possible reasons") && screen.contains("What to do") && screen.contains(evidence), "{screen}");
        assert_eq!(server.started_count(), number + 1, "each is a login of its own");
    }
    server = server.on_redeem(Response::json(200, json!({"status": "pending"})));
    terminal.send_text("r");
    terminal.wait_for_text(CODE);
    assert_eq!(server.started_count(), 9, "and another login goes on");
    terminal.send_key(TerminalKey::Ctrl('c'));
    assert_eq!(terminal.wait_exit().exit_code(), 130);
    nothing_is_left(&person, &terminal);
}

#[test]
fn ntns_own_list_of_workspaces_is_answered_by_ours() {
    let server = LoginServer::start();
    let person = person(&server);
    for (id, name) in [WORKSPACE, ("workspace-2", "Other Works")] {
        server.approve_for(id, name);
        let terminal = wizard(&person, WIDE);
        terminal.wait_for_text("ntn 0.4.0");
        terminal.send_text("3");
        terminal.wait_for_text("How do you want to sign in");
        terminal.send_key(TerminalKey::Enter);
        if id != WORKSPACE.0 {
            terminal.wait_for_text("Which workspace?");
            terminal.send_text("2");
        }
        terminal.wait_for_text("Login verified");
        terminal.send_key(TerminalKey::Ctrl('c'));
        terminal.wait_exit();
    }
    assert_eq!(person.read_state("config.json")["defaultWorkspaceIds"]["local"], "workspace-2");

    // Both are known now; the first one is taken again, without a browser.
    let terminal = wizard(&person, WIDE);
    terminal.wait_for_text("ntn 0.4.0");
    terminal.send_text("3");
    terminal.wait_for_text("How do you want to sign in");
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text("Fake Works");
    terminal.wait_for_text("Other Works");
    let begun = server.started_count();
    terminal.send_text("1");
    terminal.wait_for_text("Login verified");
    assert_eq!(server.started_count(), begun, "no login was begun");
    assert_eq!(person.read_state("config.json")["defaultWorkspaceIds"]["local"], WORKSPACE.0);
    terminal.send_key(TerminalKey::Ctrl('c'));
    terminal.wait_exit();
    nothing_is_left(&person, &terminal);
}

#[test]
fn esc_ends_ntn_and_stays_on_the_page() {
    let server = LoginServer::start();
    let person = person(&server);
    let terminal = invited(&person);
    terminal.send_key(TerminalKey::Esc);
    terminal.wait_for_text("Cancelled.");
    person.wait_for_processes(|alive| alive == 1);
    terminal.send_text("r");
    terminal.wait_for_text(CODE);
    terminal.send_key(TerminalKey::Esc);
    terminal.wait_for_text("Cancelled.");
    terminal.send_key(TerminalKey::Esc);
    terminal.wait_for_text("How do you want to sign in");
    terminal.send_text("q");
    assert_eq!(terminal.wait_exit().exit_code(), 130);
    nothing_is_left(&person, &terminal);
}

#[test]
fn whatever_ends_the_wizard_ends_ntn_too() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let server = LoginServer::start();
        let person = person(&server);
        let terminal = invited(&person);
        terminal.signal(signal);
        assert_eq!(terminal.wait_exit().exit_code(), code);
        nothing_is_left(&person, &terminal);
    }
    let server = LoginServer::start();
    let person = person(&server);
    let terminal = invited(&person);
    terminal.signal(Signal::KILL);
    terminal.wait_exit();
    person.wait_for_processes(|alive| alive == 0);
}

#[test]
fn an_ntn_that_is_killed_is_told_and_a_new_login_is_one_key_away() {
    let server = LoginServer::start();
    let person = person(&server);
    let terminal = invited(&person);
    for number in person.processes().into_iter().filter(|number| *number != terminal.pid()) {
        // The browser's may have ended by itself; that ntn's was there, the next line says.
        let _ = kill_process(Pid::from_raw(number).unwrap(), Signal::KILL);
    }
    terminal.wait_for_text("SIGKILL");
    server.approve();
    terminal.send_text("r");
    terminal.wait_for_text("Login verified");
    terminal.send_key(TerminalKey::Ctrl('c'));
    terminal.wait_exit();
    nothing_is_left(&person, &terminal);
}

#[test]
fn nothing_moves_while_the_code_is_in_sight() {
    let server = LoginServer::start();
    let person = person(&server);
    let terminal = invited(&person);
    terminal.wait_for_text("Opening your browser");
    terminal.assert_silent();
    terminal.send_key(TerminalKey::Ctrl('c'));
    terminal.wait_exit();
    nothing_is_left(&person, &terminal);
}

#[test]
fn the_link_is_copied_printed_and_shown_as_a_picture() {
    let server = LoginServer::start();
    let person = person(&server);
    let terminal = invited(&person);
    // Said when the browser is open, whatever was pressed meanwhile: it would take the place of what is said of the copy.
    terminal.wait_for_text("Opening your browser");
    terminal.send_text("c");
    terminal.wait_for_text("Copied via the terminal");
    assert_eq!(STANDARD.decode(terminal.clipboard().unwrap()).unwrap(), APPROVAL.as_bytes());
    terminal.send_text("p");
    terminal.wait_for_text("Press Enter to return");
    assert!(terminal.screen_text().lines().any(|line| line == APPROVAL), "{}", terminal.screen_text());
    terminal.send_key(TerminalKey::Enter);
    terminal.wait_for_text(CODE);
    server.approve();
    terminal.wait_for_text("Login verified");
    terminal.send_key(TerminalKey::Ctrl('c'));
    terminal.wait_exit();
    nothing_is_left(&person, &terminal);
}
