//! An own connection in lines: nobody sees a browser here, so the address that it ended on elsewhere is pasted.
#![expect(clippy::disallowed_methods, reason = "looks at what was kept")]

use super::{PlainConversation, accept};
use crate::support::connection_fakes::{CLIENT_ID, CLIENT_SECRET};
use crate::support::connection_sandbox::{ConnectionSandbox, SECRET_PREFIXES};

/// The question for the client id, at the port that is registered.
fn asked_for_the_id(desk: &ConnectionSandbox) -> PlainConversation {
    let it = PlainConversation::at_the_first_question(&desk.home, "");
    it.say("2").hear("Which kind of OAuth? ").say("1").hear("The client ID: ").say("k").hear("The port of the redirect URI: ");
    it.say("99").hear("A port is a number from 1024 to 65535.").hear("The port of the redirect URI: ");
    it.say(&desk.port.to_string()).hear(&format!("http://localhost:{}/callback", desk.port)).hear("The client ID: ");
    it
}

fn link(it: &PlainConversation) -> String {
    let transcript = it.transcript(&[]);
    transcript.lines().rfind(|line| line.contains("/v1/oauth/authorize")).expect("a link").to_owned()
}

/// The usual port is asked for before another one is chosen, and anybody may hold it.
fn usual_port_named(told: &str) -> String {
    let (before, rest) = told.split_once("http://localhost:8765/callback\n").expect("the usual port");
    let (_, after) = rest.split_once("\n\n").expect("a blank line");
    format!("{before}http://localhost:8765/callback\n(whether port 8765 is free)\n\n{after}")
}

#[test]
fn the_address_of_another_machines_browser_is_pasted_and_all_three_secrets_are_kept() {
    let desk = ConnectionSandbox::new();
    let it = asked_for_the_id(&desk);
    it.say(CLIENT_ID).hear(CLIENT_ID).hear("The client secret (hidden): ");
    assert!(!it.terminal.line_mode().echo);
    it.say(CLIENT_SECRET)
        .hear("Open this page and choose Allow:")
        .hear("waiting: Listening on ")
        .hear("Paste the last page's URL: ");
    it.say(&format!("http://localhost:{}/wrong", desk.port)).hear("problem: ").hear("Paste the last page's URL: ");
    let link = link(&it);
    let answer = desk.server.allow(&link);
    desk.server.hold_checks();
    it.say(&answer).hear("Acts as: Ada Fake").hear("Press Enter (continue): ");
    desk.server.release_checks();
    it.hear("Checks complete. ")
        .say("")
        .hear("save both tokens and the client secret? ")
        .say("2")
        .hear("y or n? ")
        .say("y")
        .hear("Saved and read back: ");
    it.hear("Press Enter (finish): ").say("d").hear("The same on your own server").hear("1. ").hear("In which language? ");
    it.say("2").hear("selected: 2. ").hear("In which language? ").say("b").hear("Press Enter (finish): ").say("");
    it.assert_ended(0);
    for secret in SECRET_PREFIXES.iter().filter(|secret| **secret != "fake-code-") {
        assert!(!it.transcript(&[]).contains(secret), "{secret}");
    }
    let (home, port) = (desk.home.path().to_str().unwrap(), desk.port.to_string());
    let told =
        it.transcript(&[(&answer, "ANSWER"), (&link, "http://notion/v1/oauth/authorize?LINK"), (home, "HOME"), (&port, "PORT")]);
    let told = told.split_once("Step 3 of 6").unwrap().1;
    accept("connection", &usual_port_named(told.split_once("In which language?").unwrap().0));
    let secrets = std::fs::read_to_string(desk.home.file("secrets.json")).unwrap();
    assert!(secrets.contains("workspace-1/oauth-refresh") && secrets.contains(CLIENT_SECRET));
}

#[test]
fn a_wrong_secret_is_told_and_only_it_is_asked_for_again() {
    let desk = ConnectionSandbox::new();
    let it = asked_for_the_id(&desk);
    it.say(CLIENT_ID).hear("The client secret (hidden): ");
    it.say("secret_fake_wrong_0000000000000000000000000000").hear("problem: ").hear("The client secret (hidden): ");
    it.say(CLIENT_SECRET)
        .hear("Open this page")
        .hear("Paste the last page's URL: ")
        .say(&desk.server.cancel(&link(&it)))
        .hear("problem: ");
    it.hear("No active link. ").say("q");
    it.assert_ended(130);
}
