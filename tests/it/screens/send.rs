//! Handing the token to a secret manager.

use super::{hold, hold_ascii, hold_layout};
use crate::support::fakes::{CONNECTION, connection_identity};
use crate::support::harness::{Harness, probed, verified_outcome, verified_token};
use notion_auth::domain::machine::KeychainState;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret_manager::{ManagerState, SendOutcome, managers};
use notion_auth::wizard::msg::{ProbeResult, Progress, TaskOutcome};

fn at_the_page(wizard: &mut Harness) {
    let unusable = |id: &str| (!["github", "vault"].contains(&id)).then(|| "its client is not installed".to_owned());
    let states = managers().iter().map(|manager| ManagerState { manager, unusable_reason: unusable(&manager.id) }).collect();
    wizard
        .reply(probed(ProbeResult::Keychain(KeychainState::Available { name: "Secret Service".into() })))
        .press("1 Enter")
        .paste(CONNECTION);
    wizard
        .reply(verified_outcome(verified_token(CONNECTION, connection_identity())))
        .reply(TaskOutcome::Completed)
        .press("Enter")
        .press("4");
    wizard.reply(TaskOutcome::Managers(states));
}

fn asking(wizard: &mut Harness) {
    at_the_page(wizard);
    wizard.press("2").paste("ci/notion").press("Enter");
}

fn running(wizard: &mut Harness) {
    asking(wizard);
    wizard.press("y").send_progress(Progress::OutputLine("Key              Value".into()));
}

#[test]
fn the_managers_are_picked_from() {
    hold_layout("send_picking", at_the_page);
    hold_ascii("send_picking_ascii", at_the_page);
}

#[test]
fn its_fields_are_filled_in() {
    hold("send_filling", |wizard| {
        at_the_page(wizard);
        wizard.press("2 Enter");
    });
}

#[test]
fn the_exact_commands_are_agreed_to() {
    hold_layout("send_consent", asking);
}

#[test]
fn its_output_is_shown_while_it_runs() {
    hold("send_running", running);
}

#[test]
fn what_was_read_back_is_the_end() {
    hold("send_sent", |wizard| {
        at_the_page(wizard);
        wizard.press("1").paste("acme/app").press("Enter y");
        wizard.reply(TaskOutcome::Sent(SendOutcome::Listed { changed: "2026-11-27T10:00:00Z".into() }));
    });
}

#[test]
fn a_failure_says_what_helps() {
    hold("send_failed", |wizard| {
        running(wizard);
        let seen = "Sign in first: vault login. (vault says: * permission denied)";
        wizard.fail(Problem::new(ProblemCode::SendFailed).with_evidence(seen));
    });
}
