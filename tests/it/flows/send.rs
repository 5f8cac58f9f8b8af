//! Handing the token to a secret manager: offered where it is kept, run after a yes, and claimed only once it was read back.

use crate::support::fakes::{CONNECTION, MEMBER, connection_identity, member_identity};
use crate::support::harness::{Harness, TestEffect, probed, setup, verified_outcome, verified_token};
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
    let mut wizard = Harness::new();
    wizard.reply(probed(ProbeResult::Keychain(KeychainState::Available { name: "Secret Service".into() })));
    wizard.press("1 Enter");
    wizard.paste(CONNECTION);
    wizard.reply(verified_outcome(verified_token(CONNECTION, connection_identity())));
    wizard.reply(TaskOutcome::Completed);
    wizard.press("Enter");
    wizard.take_effects();
    wizard.press("4");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("send", vec![TestEffect::Start(Task::FindManagers)]));
    wizard.reply(TaskOutcome::Managers(states(usable)));
    wizard
}

fn to_vault(path: &str) -> SendPlan {
    let manager = managers().iter().find(|manager| manager.id == "vault").unwrap();
    SendRequest { name: None, options: [("path".to_owned(), path.to_owned())].into() }.validate(manager).unwrap()
}

fn typed(wizard: &mut Harness, text: &str) {
    for character in text.chars() {
        wizard.press(&character.to_string());
    }
}

fn asking() -> Harness {
    let mut wizard = with(&["vault"]);
    wizard.press("1");
    typed(&mut wizard, "ci/notion");
    wizard.press("Enter");
    wizard
}

fn running() -> Harness {
    let mut wizard = asking();
    wizard.press("y");
    let handed_on =
        Task::Send(Box::new(to_vault("ci/notion")), Box::new(verified_token(CONNECTION, connection_identity())), setup().today);
    assert_eq!(wizard.take_effects(), [TestEffect::Start(handed_on)]);
    wizard
}

#[test]
fn what_can_be_used_comes_first_and_the_rest_says_why_not() {
    let mut wizard = with(&["vault", "doppler"]);
    let options = wizard.options();
    assert_eq!(options[0], ("HashiCorp Vault".to_owned(), None));
    assert_eq!(options[1], ("Doppler".to_owned(), None));
    assert_eq!(options[2], ("GitHub Actions".to_owned(), Some("it is not installed.".to_owned())));
    wizard.press("3");
    record!(wizard);
    assert_eq!(wizard.take_effects(), []);
}

#[test]
fn what_is_needed_is_asked_for_and_a_secret_is_not_taken_for_it() {
    let mut wizard = with(&["vault"]);
    wizard.press("1");
    record!(wizard);
    wizard.press("Enter");
    record!(wizard);
    for secret in [CONNECTION.to_owned(), format!("https://vault.example/{CONNECTION}")] {
        wizard.paste(&secret);
        record!(wizard);
    }
    wizard.paste("ci/notion");
    wizard.press("Enter");
    record!(wizard);
}

#[test]
fn only_a_yes_runs_it_and_what_was_typed_stays() {
    let mut wizard = asking();
    wizard.press("Enter Enter r c");
    assert_eq!(wizard.take_effects(), []);
    wizard.press("n");
    record!(wizard);
    wizard.press("Enter y");
    assert!(matches!(wizard.take_effects().as_slice(), [TestEffect::Start(Task::Send(..))]));
}

#[test]
fn what_was_read_back_is_told_also_after_the_screen_is_left() {
    let mut wizard = running();
    wizard.send_progress(Progress::OutputLine("Success! Data written".into()));
    record!(wizard);
    wizard.reply(TaskOutcome::Sent(SendOutcome::Confirmed));
    record!(wizard);
    wizard.press("Enter");
    let told = "HashiCorp Vault, NOTION_API_TOKEN: saved and verified.";
    assert_eq!(wizard.take_effects(), [TestEffect::Quit(Outcome::Finished(told.into()))]);
}

#[test]
fn from_there_it_can_be_kept_here_too() {
    let mut wizard = running();
    wizard.reply(TaskOutcome::Sent(SendOutcome::Listed { changed: "2026-11-27T10:00:00Z".into() }));
    record!(wizard);
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "save");
    wizard.take_effects();
    wizard.press("1");
    match wizard.take_effects().as_slice() {
        [TestEffect::Start(Task::Save(request))] => {
            let sent: Vec<_> = request.record.sent_to.iter().map(|copy| (copy.manager.as_str(), copy.is_outdated)).collect();
            assert_eq!(sent, [("vault", false)], "a rotation replaces it there");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_failure_says_what_helps_and_is_asked_about_again() {
    let mut wizard = running();
    let problem = Problem::new(ProblemCode::SendFailed).with_evidence("Sign in first: vault login.");
    wizard.fail(problem);
    record!(wizard);
    wizard.press("r");
    record!(wizard);
    assert_eq!(wizard.take_effects(), []);
}

#[test]
fn stopped_it_is_not_claimed_that_nothing_was_written() {
    let mut wizard = running();
    wizard.press("Esc");
    record!(wizard);
}

#[test]
fn what_was_handed_over_is_not_lost_by_leaving_and_is_told_from_every_page() {
    let told = "HashiCorp Vault, NOTION_API_TOKEN: saved and verified.";
    for road in ["q", "Esc q", "Esc Esc q", "Esc Esc Enter q", "Esc 4 q", "Esc Ctrl-C"] {
        let mut wizard = running();
        wizard.reply(TaskOutcome::Sent(SendOutcome::Confirmed));
        wizard.press(road);
        record!(wizard);
        assert_eq!(wizard.outcome(), Some(&Outcome::Finished(told.into())), "{road}");
    }
}

#[test]
fn until_it_is_handed_over_leaving_would_lose_it_and_so_it_would_the_next_one() {
    let mut wizard = running();
    wizard.fail(Problem::new(ProblemCode::SendFailed));
    wizard.press("q");
    record!(wizard);
    wizard.press("n r y").reply(TaskOutcome::Sent(SendOutcome::Confirmed));
    while wizard.screen_name() != "compare" {
        wizard.press("Esc");
    }
    wizard.press("1 Enter").paste(MEMBER).reply(verified_outcome(verified_token(MEMBER, member_identity())));
    wizard.press("q");
    record!(wizard);
}
