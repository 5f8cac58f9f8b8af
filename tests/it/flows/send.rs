//! Handing the token to a secret manager: offered where it is kept, run after a yes, and claimed only once it was read back.

use crate::support::fakes::{CONNECTION, MEMBER, connection_identity, member_identity};
use crate::support::harness::{Harness, TestEffect, probed, verified_outcome, verified_token};
use crate::support::screen_transcript::record;
use notion_auth::domain::machine::KeychainState;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret_manager::{ManagerState, SendOutcome, SendPlan, SendRequest, managers};
use notion_auth::wizard::msg::{Outcome, ProbeResult, Progress, Task, TaskOutcome};

/// Only these can be used here.
fn states(usable: &[&str]) -> Vec<ManagerState> {
    let unusable = |id: &str| (!usable.contains(&id)).then(|| "it is not installed".to_owned());
    managers().iter().map(|manager| ManagerState { manager, unusable_reason: unusable(&manager.id) }).collect()
}

/// At the page; what is handed over will be task 9.
fn with(usable: &[&str]) -> Harness {
    let mut talk = Harness::new();
    talk.reply(probed(ProbeResult::Keychain(KeychainState::Available { name: "Secret Service".into() })));
    talk.press("1 Enter");
    talk.paste(CONNECTION);
    talk.reply(verified_outcome(verified_token(CONNECTION, connection_identity())));
    talk.reply(TaskOutcome::Completed);
    talk.press("Enter");
    talk.take_effects();
    talk.press("4");
    assert_eq!((talk.screen_name(), talk.take_effects()), ("send", vec![TestEffect::Start(Task::FindManagers)]));
    talk.reply(TaskOutcome::Managers(states(usable)));
    talk
}

fn to_vault(path: &str) -> SendPlan {
    let manager = managers().iter().find(|manager| manager.id == "vault").unwrap();
    SendRequest { name: None, options: [("path".to_owned(), path.to_owned())].into() }.validate(manager).unwrap()
}

fn typed(talk: &mut Harness, text: &str) {
    for character in text.chars() {
        talk.press(&character.to_string());
    }
}

fn asking() -> Harness {
    let mut talk = with(&["vault"]);
    talk.press("1");
    typed(&mut talk, "ci/notion");
    talk.press("Enter");
    talk
}

fn running() -> Harness {
    let mut talk = asking();
    talk.press("y");
    let handed_on = Task::Send(Box::new(to_vault("ci/notion")), Box::new(verified_token(CONNECTION, connection_identity())));
    assert_eq!(talk.take_effects(), [TestEffect::Start(handed_on)]);
    talk
}

#[test]
fn what_can_be_used_comes_first_and_the_rest_says_why_not() {
    let mut talk = with(&["vault", "doppler"]);
    let options = talk.options();
    assert_eq!(options[0], ("HashiCorp Vault".to_owned(), None));
    assert_eq!(options[1], ("Doppler".to_owned(), None));
    assert_eq!(options[2], ("GitHub Actions".to_owned(), Some("it is not installed.".to_owned())));
    talk.press("3");
    record!(talk);
    assert_eq!(talk.take_effects(), []);
}

#[test]
fn what_is_needed_is_asked_for_and_a_secret_is_not_taken_for_it() {
    let mut talk = with(&["vault"]);
    talk.press("1");
    record!(talk);
    talk.press("Enter");
    record!(talk);
    for secret in [CONNECTION.to_owned(), format!("https://vault.example/{CONNECTION}")] {
        talk.paste(&secret);
        record!(talk);
    }
    talk.paste("ci/notion");
    talk.press("Enter");
    record!(talk);
}

#[test]
fn only_a_yes_runs_it_and_what_was_typed_stays() {
    let mut talk = asking();
    talk.press("Enter Enter r c");
    assert_eq!(talk.take_effects(), []);
    talk.press("n");
    record!(talk);
    talk.press("Enter y");
    assert!(matches!(talk.take_effects().as_slice(), [TestEffect::Start(Task::Send(..))]));
}

#[test]
fn what_was_read_back_is_told_also_after_the_screen_is_left() {
    let mut talk = running();
    talk.send_progress(Progress::OutputLine("Success! Data written".into()));
    record!(talk);
    talk.reply(TaskOutcome::Sent(SendOutcome::Confirmed));
    record!(talk);
    talk.press("Enter");
    let told = "HashiCorp Vault, NOTION_API_TOKEN: saved and verified.";
    assert_eq!(talk.take_effects(), [TestEffect::Quit(Outcome::Finished(told.into()))]);
}

#[test]
fn from_there_it_can_be_kept_here_too() {
    let mut talk = running();
    talk.reply(TaskOutcome::Sent(SendOutcome::Listed { changed: "2026-11-27T10:00:00Z".into() }));
    record!(talk);
    talk.press("Esc");
    assert_eq!(talk.screen_name(), "save");
}

#[test]
fn a_failure_says_what_helps_and_is_asked_about_again() {
    let mut talk = running();
    let problem = Problem::new(ProblemCode::SendFailed).with_evidence("Sign in first: vault login.");
    talk.fail(problem);
    record!(talk);
    talk.press("r");
    record!(talk);
    assert_eq!(talk.take_effects(), []);
}

#[test]
fn stopped_it_is_not_claimed_that_nothing_was_written() {
    let mut talk = running();
    talk.press("Esc");
    record!(talk);
}

#[test]
fn what_was_handed_over_is_not_lost_by_leaving_and_is_told_from_every_page() {
    let told = "HashiCorp Vault, NOTION_API_TOKEN: saved and verified.";
    for road in ["q", "Esc q", "Esc Esc q", "Esc Esc Enter q", "Esc 4 q", "Esc Ctrl-C"] {
        let mut talk = running();
        talk.reply(TaskOutcome::Sent(SendOutcome::Confirmed));
        talk.press(road);
        record!(talk);
        assert_eq!(talk.outcome(), Some(&Outcome::Finished(told.into())), "{road}");
    }
}

#[test]
fn until_it_is_handed_over_leaving_would_lose_it_and_so_it_would_the_next_one() {
    let mut talk = running();
    talk.fail(Problem::new(ProblemCode::SendFailed));
    talk.press("q");
    record!(talk);
    talk.press("n r y").reply(TaskOutcome::Sent(SendOutcome::Confirmed));
    while talk.screen_name() != "compare" {
        talk.press("Esc");
    }
    talk.press("1 Enter").paste(MEMBER).reply(verified_outcome(verified_token(MEMBER, member_identity())));
    talk.press("q");
    record!(talk);
}
