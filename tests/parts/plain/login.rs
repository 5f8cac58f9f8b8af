//! Browser login through the real `ntn` 0.4.0, in lines; and installing it.
#![expect(clippy::disallowed_methods, reason = "looks at what other programs left")]

use super::{FIRST, PlainConversation, WIDE, accept};
use crate::support::login_server::{APPROVAL, CODE, LoginServer, WORKSPACE};
use crate::support::notion::{Response, TOKEN};
use crate::support::ntn::NtnHome;
use crate::support::pty::TestTerminal;
use serde_json::json;

/// Somebody with `ntn`, on a machine where no browser will appear.
fn person(server: &LoginServer) -> NtnHome {
    NtnHome::with_server(server).with_variables([
        ("NOTION_KEYRING", "0".to_owned()),
        ("TERM", "xterm-256color".to_owned()),
        ("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22".to_owned()),
    ])
}

fn twin(person: &NtnHome) -> PlainConversation {
    let variables: Vec<_> = person.variables().collect();
    let it = PlainConversation::new(TestTerminal::start(WIDE, env!("CARGO_BIN_EXE_notion-auth"), &["--plain"], &variables));
    it.hear(FIRST);
    it
}

fn invited(it: &PlainConversation) {
    it.say("3")
        .hear("How do you want to sign in to the Notion CLI? ")
        .say("1")
        .hear("Approve only if Notion shows this code:")
        .hear(CODE)
        .hear(APPROVAL);
    it.hear("waiting: Waiting for approval").hear("Keys: ").hear("Press Enter (open): ");
}

#[test]
fn a_browser_login_is_told_once_and_ends_as_ntns_own() {
    let server = LoginServer::start();
    let person = person(&server);
    let it = twin(&person);
    invited(&it);
    it.say("p").hear(APPROVAL);
    server.hold_checks();
    server.approve();
    it.hear("Acts as: Ada Fake").hear("Press Enter (continue): ");
    server.release_checks();
    it.hear("Checks complete. ").say("").hear("Managed by ntn: ").hear("Press Enter (finish): ").say("");
    it.assert_ended(0);
    person.wait_for_processes(|alive| alive == 0);
    let told = it.transcript(&[]);
    assert_eq!(told.matches("Approve only if Notion shows this code:").count(), 1, "told once: {told}");
    assert_eq!(told.matches(APPROVAL).count(), 2, "once by itself, once asked for: {told}");
    let told = it.transcript(&[(person.home().to_str().unwrap(), "HOME")]);
    accept("login", told.split_once("Step 3 of 6").unwrap().1);
    let records = std::fs::read_to_string(person.home().join(".notion-auth/credentials.json")).unwrap();
    assert!(records.contains(WORKSPACE.0) && !records.contains(TOKEN), "{records}");
}

#[test]
fn a_login_that_fails_says_why_and_one_that_is_stopped_leaves_no_process() {
    let server = LoginServer::start().on_redeem(Response::json(200, json!({"status": "denied"})));
    let person = person(&server);
    let it = twin(&person);
    it.say("3")
        .hear("How do you want to sign in to the Notion CLI? ")
        .say("1")
        .hear("problem: The login was not allowed.")
        .hear("Possible reasons")
        .hear("in progress. ");
    let server = server.on_redeem(Response::json(200, json!({"status": "pending"})));
    it.say("r").hear(CODE).hear("Keys: ").say("b").hear("Cancelled").hear("in progress. ").say("q");
    it.assert_ended(130);
    person.wait_for_processes(|alive| alive == 0);
    drop(server);
}

#[test]
fn headless_is_a_token_for_the_variable() {
    let server = LoginServer::start();
    let person = person(&server);
    let it = twin(&person);
    it.say("3")
        .hear("How do you want to sign in to the Notion CLI? ")
        .say("2")
        .hear("A token for NOTION_API_TOKEN")
        .hear("hidden): ");
    it.say(TOKEN).hear("Acts as: Ada Fake").hear("Checks complete. ").say("").hear("save the token? ");
    it.say("3").hear("Press Enter (finish): ").say("");
    it.assert_ended(0);
}
