//! Replacing a token: what is asked, what starts when, and that the old token is revoked last.

use crate::support::fakes::MEMBER;
use crate::support::harness::{Harness, TestEffect};
use crate::support::rotation::{NEW, agent_file, check, new_record, outcome, outcome_with_rest, plan, plan_with, record, variable};
use notion_auth::domain::credentials::CredentialIndex;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::rotation::{HeldToken, RotationCheck, RotationOutcome, RotationRequest};
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::msg::{Outcome, Probe, Progress, Prompt, PromptId, Task, TaskOutcome};

pub(crate) fn at_accounts(wizard: &mut Harness) {
    let index = CredentialIndex { active: Some(record().account), credentials: vec![record()], ..CredentialIndex::default() };
    wizard.reply_discovered(vec![], index);
    wizard.press("s");
}

/// The page asks for the new token.
pub(crate) fn entering(wizard: &mut Harness) {
    at_accounts(wizard);
    wizard.press("e");
    wizard.reply(TaskOutcome::RotationPlanned(Box::new(plan())));
}

/// The new token sees this many pages.
pub(crate) fn reviewing(wizard: &mut Harness, pages: usize) {
    entering(wizard);
    wizard.paste(NEW);
    wizard.reply(TaskOutcome::RotationChecked(Box::new(check(pages))));
}

pub(crate) fn replacing(wizard: &mut Harness) {
    reviewing(wizard, 3);
    wizard.press("Enter y");
}

fn started(wizard: &mut Harness) -> Vec<Task> {
    let task = |effect| match effect {
        TestEffect::Start(task) => Some(task),
        _ => None,
    };
    wizard.take_effects().into_iter().filter_map(task).collect()
}

fn request(check: RotationCheck, expires_on: Option<jiff::civil::Date>) -> Task {
    let today = crate::support::harness::setup().today;
    Task::Rotate(Box::new(RotationRequest { plan: plan(), check, expires_on, today }))
}

#[test]
fn from_accounts_to_the_proof_that_the_old_token_is_refused() {
    let mut wizard = Harness::new();
    at_accounts(&mut wizard);
    wizard.take_effects();
    wizard.press("e");
    assert_eq!((wizard.screen_name(), started(&mut wizard)), ("rotate", vec![Task::PrepareRotation(Box::new(record()))]));
    wizard.reply(TaskOutcome::RotationPlanned(Box::new(plan())));
    wizard.paste(NEW);
    assert_eq!(started(&mut wizard), [Task::CheckRotation(Box::new(plan()), Secret::new(NEW))]);
    wizard.reply(TaskOutcome::RotationChecked(Box::new(check(3))));
    record!(wizard);
    wizard.press("Right Right Right Enter");
    assert!(matches!(wizard.prompt(), Prompt::Consent { id: PromptId::Rotate, .. }), "{:?}", wizard.prompt());
    wizard.press("n Enter Enter");
    assert_eq!(started(&mut wizard), [], "Enter agrees to nothing");
    wizard.press("y");
    let end = jiff::civil::date(2027, 2, 20);
    assert_eq!(started(&mut wizard), [request(check(3), Some(end))]);
    wizard.send_progress(Progress::OutputLine("a line of its output".into()));
    wizard.reply(TaskOutcome::Rotated(Box::new(outcome())));
    record!(wizard);
    wizard.press("Enter");
    let opened = started(&mut wizard);
    assert!(matches!(opened.as_slice(), [Task::OpenLink(_)]), "{opened:?}");
    for (is_revoked, has_check) in [(false, true), (true, false)] {
        wizard.press("r");
        assert_eq!(started(&mut wizard), [Task::CheckRevoked(Secret::new(MEMBER))]);
        wizard.reply(TaskOutcome::RevocationChecked(is_revoked));
        record!(wizard);
        assert_eq!(wizard.has_key("r"), has_check);
    }
    wizard.press("Enter");
    assert_eq!((wizard.screen_name(), started(&mut wizard)), ("accounts", vec![Task::Probe(Probe::Inventory)]));
}

#[test]
fn a_token_that_is_refused_stays_to_be_corrected() {
    for code in [ProblemCode::RotationMismatch, ProblemCode::RotationSameToken, ProblemCode::Unauthorized] {
        let mut wizard = Harness::new();
        entering(&mut wizard);
        wizard.paste(NEW);
        wizard.take_effects();
        wizard.fail(Problem::new(code).with_evidence("what was found"));
        record!(wizard);
        wizard.paste(MEMBER);
        assert_eq!(started(&mut wizard), [Task::CheckRotation(Box::new(plan()), Secret::new(MEMBER))]);
    }
}

#[test]
fn less_access_is_named_before_the_question() {
    let mut wizard = Harness::new();
    reviewing(&mut wizard, 1);
    wizard.press("Enter");
    record!(wizard);
    wizard.press("n Esc");
    assert_eq!(
        notion_auth::wizard::app::mode(&wizard.model),
        notion_auth::wizard::msg::Mode::Insert,
        "another token can be entered"
    );
}

#[test]
fn what_is_left_is_tried_again_with_the_same_token() {
    let mut wizard = Harness::new();
    replacing(&mut wizard);
    wizard.reply(TaskOutcome::Rotated(Box::new(outcome_with_rest())));
    record!(wizard);
    wizard.take_effects();
    wizard.press("Enter");
    assert_eq!(started(&mut wizard), [Task::PrepareRotation(Box::new(new_record()))]);
    // The store has the new token by now.
    let rest = plan_with(NEW);
    wizard.reply(TaskOutcome::RotationPlanned(Box::new(rest.clone())));
    assert_eq!(started(&mut wizard), [Task::CheckRotation(Box::new(rest), Secret::new(NEW))], "nobody enters it twice");
    wizard.reply(TaskOutcome::RotationChecked(Box::new(RotationCheck { is_saved: true, ..check(3) })));
    wizard.press("Enter");
    assert_eq!(started(&mut wizard), []);
    wizard.press("y");
    assert_eq!(started(&mut wizard).len(), 1);
    wizard.reply(TaskOutcome::Rotated(Box::new(outcome())));
    wizard.press("r");
    assert_eq!(started(&mut wizard), [Task::CheckRevoked(Secret::new(MEMBER))], "never the new token");
}

#[test]
fn enter_does_what_comes_first_where_a_place_still_holds_the_old_token() {
    let mut wizard = Harness::new();
    replacing(&mut wizard);
    let variable = variable("NOTION_TOKEN", HeldToken::Old);
    wizard.reply(TaskOutcome::Rotated(Box::new(RotationOutcome {
        others: vec![variable.clone(), agent_file(HeldToken::Old)],
        ..outcome()
    })));
    record!(wizard);
    wizard.take_effects();
    wizard.press("Enter");
    let copied = wizard.take_effects();
    let is_command = |effect: &TestEffect| format!("{effect:?}").contains("export NOTION_TOKEN=");
    assert!(copied.iter().any(is_command), "{copied:?}");

    let mut wizard = Harness::new();
    replacing(&mut wizard);
    wizard.reply(TaskOutcome::Rotated(Box::new(RotationOutcome { others: vec![agent_file(HeldToken::Old)], ..outcome() })));
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "agents");
    wizard.take_effects();
    wizard.press("Esc");
    // The agent may be connected by now, so its file is looked at again.
    let looked = started(&mut wizard);
    assert!(looked.contains(&Task::FindHolders(Secret::new(MEMBER))), "{looked:?}");
    record!(wizard);
    wizard.reply(TaskOutcome::HoldersFound(vec![agent_file(HeldToken::Different)]));
    record!(wizard);
    wizard.press("Enter");
    let opened = started(&mut wizard);
    assert!(matches!(opened.as_slice(), [Task::OpenLink(_)]), "{opened:?}");
}

#[test]
fn of_a_rotation_that_is_continued_the_old_token_is_not_known() {
    let mut wizard = Harness::new();
    at_accounts(&mut wizard);
    wizard.press("e");
    wizard.reply(TaskOutcome::RotationPlanned(Box::new(plan_with(NEW))));
    wizard.paste(NEW);
    wizard.reply(TaskOutcome::RotationChecked(Box::new(RotationCheck { is_saved: true, ..check(3) })));
    wizard.press("Enter y");
    wizard.take_effects();
    let others = vec![agent_file(HeldToken::Unknown), variable("NOTION_TOKEN", HeldToken::Unknown)];
    wizard.reply(TaskOutcome::Rotated(Box::new(RotationOutcome { others, ..outcome() })));
    record!(wizard);
    assert!(!wizard.has_key("r") && wizard.has_key("o"));
    assert_eq!(started(&mut wizard), []);
    // A place that has the new token by now needs nothing.
    wizard.press("Enter");
    wizard.take_effects();
    wizard.press("Esc");
    let looked = started(&mut wizard);
    assert!(looked.contains(&Task::FindHolders(Secret::new(NEW))), "{looked:?}");
    wizard.reply(TaskOutcome::HoldersFound(vec![variable("NOTION_TOKEN", HeldToken::Old)]));
    wizard.press("Enter");
    let opened = started(&mut wizard);
    assert!(matches!(opened.as_slice(), [Task::OpenLink(_)]), "{opened:?}");
}

#[test]
fn a_page_that_continues_its_own_rotation_compares_with_the_old_token() {
    let mut wizard = Harness::new();
    replacing(&mut wizard);
    wizard.reply(TaskOutcome::Rotated(Box::new(outcome_with_rest())));
    wizard.press("Enter");
    wizard.reply(TaskOutcome::RotationPlanned(Box::new(plan_with(NEW))));
    wizard.reply(TaskOutcome::RotationChecked(Box::new(RotationCheck { is_saved: true, ..check(3) })));
    wizard.press("Enter y");
    wizard.take_effects();
    let others = vec![variable("NOTION_TOKEN", HeldToken::Unknown)];
    wizard.reply(TaskOutcome::Rotated(Box::new(RotationOutcome { others, ..outcome() })));
    assert_eq!(started(&mut wizard), [Task::FindHolders(Secret::new(MEMBER))]);
    wizard.reply(TaskOutcome::HoldersFound(vec![variable("NOTION_TOKEN", HeldToken::Different)]));
    wizard.press("Enter");
    let opened = started(&mut wizard);
    assert!(matches!(opened.as_slice(), [Task::OpenLink(_)]), "{opened:?}");
}

#[test]
fn stopping_ends_the_wait_and_shows_what_is_left() {
    let mut wizard = Harness::new();
    replacing(&mut wizard);
    wizard.take_effects();
    wizard.press("Esc");
    assert!(matches!(wizard.take_effects().as_slice(), [TestEffect::EndWait(_)]));
    wizard.reply(TaskOutcome::Rotated(Box::new(outcome_with_rest())));
    assert_eq!(wizard.screen_name(), "rotate");
}

#[test]
fn a_checked_token_is_not_lost_by_leaving_and_what_was_replaced_is_told() {
    let mut wizard = Harness::new();
    reviewing(&mut wizard, 3);
    wizard.press("q");
    assert!(matches!(wizard.prompt(), Prompt::Consent { id: PromptId::UnsavedCredential, .. }), "{:?}", wizard.prompt());
    wizard.press("n Enter y").reply(TaskOutcome::Rotated(Box::new(outcome())));
    wizard.press("q");
    assert_eq!(wizard.outcome(), Some(&Outcome::Finished("The token of Acme was replaced.".into())));
}

#[test]
fn a_plan_that_cannot_be_made_says_what_helps() {
    let mut wizard = Harness::new();
    at_accounts(&mut wizard);
    wizard.press("e");
    wizard.fail(Problem::new(ProblemCode::KeychainLocked));
    record!(wizard);
    wizard.take_effects();
    wizard.press("r");
    assert_eq!(started(&mut wizard), [Task::PrepareRotation(Box::new(record()))]);
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "rotate", "the first Esc stops the wait");
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "accounts");
}

#[test]
fn the_reminder_is_written_from_accounts_and_needs_a_date() {
    let mut wizard = Harness::new();
    at_accounts(&mut wizard);
    wizard.take_effects();
    wizard.press("i");
    match started(&mut wizard).as_slice() {
        [Task::WriteReminder(file)] => {
            assert_eq!(file.name, "notion-auth-acme-2026-11-29.ics");
            assert!(file.text.contains("DTSTART;VALUE=DATE:20261129"), "{}", file.text);
        }
        other => panic!("{other:?}"),
    }
    let mut wizard = Harness::new();
    let mut undated = record();
    undated.expires_on = None;
    let index = CredentialIndex { credentials: vec![undated], ..CredentialIndex::default() };
    wizard.reply_discovered(vec![], index);
    wizard.press("s");
    wizard.take_effects();
    wizard.press("i");
    assert_eq!(started(&mut wizard), []);
    record!(wizard);
}

#[test]
fn the_first_page_leads_here_only_while_the_end_is_near() {
    for (days, has_key) in [(14, true), (15, false)] {
        let mut wizard = Harness::new();
        let mut near = record();
        near.expires_on = crate::support::harness::setup().today.checked_add(jiff::Span::new().days(days)).ok();
        let index = CredentialIndex { active: Some(near.account.clone()), credentials: vec![near], ..CredentialIndex::default() };
        wizard.reply_discovered(vec![], index);
        wizard.press("e");
        assert_eq!(wizard.screen_name() == "rotate", has_key, "{days}");
    }
}

#[test]
fn the_portal_opens_from_the_empty_field() {
    let mut wizard = Harness::new();
    entering(&mut wizard);
    wizard.take_effects();
    wizard.press("Enter");
    let opened = started(&mut wizard);
    assert!(matches!(opened.as_slice(), [Task::OpenLink(_)]), "{opened:?}");
}
