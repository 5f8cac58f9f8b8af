//! Browser login through the real `ntn` 0.4.0, in lines; and installing it.
#![expect(clippy::disallowed_methods, reason = "looks at what other programs left")]

use super::{Conversation, FIRST, WIDE};
use crate::support::login_server::{APPROVAL, CODE, LoginServer, WORKSPACE};
use crate::support::notion::{Response, TOKEN};
use crate::support::ntn::Person;
use crate::support::pty::Terminal;
use serde_json::json;

/// Somebody with `ntn`, on a machine where no browser will appear.
fn person(server: &LoginServer) -> Person {
    Person::at(server).and([
        ("NOTION_KEYRING", "0".to_owned()),
        ("TERM", "xterm-256color".to_owned()),
        ("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22".to_owned()),
    ])
}

fn twin(person: &Person) -> Conversation {
    let variables: Vec<_> = person.variables().collect();
    let it = Conversation::new(Terminal::start(WIDE, env!("CARGO_BIN_EXE_notion-auth"), &["--plain"], &variables));
    it.hear(FIRST);
    it
}

fn invited(it: &Conversation) {
    it.say("3").hear("Which way? ").say("1").hear("Approve only if Notion shows this code:").hear(CODE).hear(APPROVAL);
    it.hear("waiting: Waiting for your approval").hear("Keys: ");
}

#[test]
fn a_browser_login_is_told_once_and_ends_as_ntns_own() {
    let server = LoginServer::start();
    let person = person(&server);
    let it = twin(&person);
    invited(&it);
    it.say("p").hear(APPROVAL);
    server.approve();
    it.hear("you are Ada Fake").hear("The checks are in. ").say("").hear("Managed by ntn: ").hear("Enter finishes: ").say("");
    it.assert_ended(0);
    person.until_processes(|alive| alive == 0);
    let told = it.transcript(&[]);
    assert_eq!(told.matches("Approve only if Notion shows this code:").count(), 1, "told once: {told}");
    assert_eq!(told.matches(APPROVAL).count(), 2, "once by itself, once asked for: {told}");
    let records = std::fs::read_to_string(person.home().join(".notion-auth/credentials.json")).unwrap();
    assert!(records.contains(WORKSPACE.0) && !records.contains(TOKEN), "{records}");
}

#[test]
fn a_login_that_fails_says_why_and_one_that_is_stopped_leaves_no_process() {
    let server = LoginServer::start().on_redeem(Response::json(200, json!({"status": "denied"})));
    let person = person(&server);
    let it = twin(&person);
    it.say("3").hear("Which way? ").say("1").hear("problem: The login was not allowed.").hear("It may be that").hear("under way. ");
    let server = server.on_redeem(Response::json(200, json!({"status": "pending"})));
    it.say("r").hear(CODE).hear("Keys: ").say("b").hear("Stopped").hear("under way. ");
    person.until_processes(|alive| alive == 0);
    it.say("q");
    it.assert_ended(130);
    drop(server);
}

#[test]
fn headless_is_a_token_for_the_variable() {
    let server = LoginServer::start();
    let person = person(&server);
    let it = twin(&person);
    it.say("3").hear("Which way? ").say("2").hear("A token for NOTION_API_TOKEN").hear("it will not show): ");
    it.say(TOKEN).hear("you are Ada Fake").hear("The checks are in. ").say("").hear("end? ").say("").hear("be kept? ");
    it.say("3").hear("Enter finishes: ").say("");
    it.assert_ended(0);
}

#[test]
fn installing_ntn_asks_first_and_tells_each_line_as_it_comes() {
    let home = crate::support::binary::Home::new().with("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
    home.program("node", "echo v22.0.0");
    home.program("npm", "[ \"$1\" = --version ] && { echo 10.9.0; exit; }; [ \"$1\" = install ] || { echo /nowhere; exit; }; echo one; echo two; echo two; echo E: no >&2; exit 1");
    let it = Conversation::at_the_first_question(&home, "");
    it.say("3").hear("Which way? ").say("1").hear("Install ntn");
    it.hear("npm install --global ntn");
    it.say("q");
    it.assert_ended(130);
}
