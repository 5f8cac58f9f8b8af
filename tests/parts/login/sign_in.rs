//! Needs gnome-keyring, D-Bus and secret-tool: signing in and out with a real keychain.

use crate::installed::secret_service::SecretService;
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::sandbox::{CommandOutput, Sandbox};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read};

#[test]
fn the_keychain_holds_it_for_this_program_and_for_others() {
    let service = SecretService::start();
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion).with_keychain(&service);
    let lookup = || service.run_secret_tool(&["lookup", "service", "notion-auth", "username", "workspace-1/token@bot-1"]);

    let run = home.run("login --token-stdin", TOKEN);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert!(run.stderr.contains("Secret Service"), "{}", run.stderr);
    assert_eq!(lookup(), TOKEN);
    assert!(!home.file("secrets.json").exists(), "no plain text beside it");

    assert_eq!(home.run_allowing_secret("token", "").stdout, format!("{TOKEN}\n"));
    assert_eq!(home.run("logout", "").exit_code, Some(0));
    assert_eq!(lookup(), "", "nothing is left");
}

#[test]
fn an_interrupt_ends_the_wait_of_a_logout_for_the_keychain_and_it_says_what_is_known() {
    let service = SecretService::start();
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion).with_keychain(&service);
    assert_eq!(home.run("login --token-stdin", TOKEN).exit_code, Some(0));
    service.falls_silent();
    let mut logout = home.start("logout");
    let mut err = BufReader::new(logout.stderr.take().unwrap());
    let mut said = String::new();
    err.read_line(&mut said).unwrap();
    assert!(said.starts_with("Waiting for your keychain."), "{said}");
    kill_process(Pid::from_child(&logout), Signal::INT).unwrap();
    err.read_to_string(&mut said).unwrap();
    let run = CommandOutput { stderr: said, ..CommandOutput::wait(logout) };
    assert_eq!(run.exit_code, Some(130), "{run:?}");
    assert!(run.stderr.contains("it may or may not have been deleted"), "{run:?}");
    assert!(run.stderr.contains("Still saved: Fake Works."), "{run:?}");
}
