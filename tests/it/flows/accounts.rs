//! Accounts: what each key does with the highlighted credential, what is said of it, and what is never done unasked.

use crate::support::connection_fakes::connection_record;
use crate::support::fakes::{member_identity, ntn_record, token_record, workspace};
use crate::support::harness::{Harness, TestEffect, open_task};
use crate::support::headline;
use notion_auth::domain::credentials::{
    Candidate, CredentialIndex, CredentialRecord, CredentialSource, Deletion, DiscoveredCredential, LogoutOutcome, RefreshOutcome,
    Revocation, RevocationOutcomes, StoreKind, Unusable,
};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{Outcome, Probe, Task, TaskOutcome};

fn environment() -> DiscoveredCredential {
    DiscoveredCredential {
        source: CredentialSource::Environment,
        place: "NOTION_API_TOKEN".into(),
        workspace: None,
        unusable: None,
    }
}

fn of_ntn(readable: bool) -> DiscoveredCredential {
    let source = CredentialSource::Ntn { workspace: "ws-9".into() };
    DiscoveredCredential {
        source,
        place: "ntn's auth.json".into(),
        workspace: Some(workspace("ws-9", "Gamma")),
        unusable: (!readable).then_some(Unusable::KeptByNtn),
    }
}

fn index(records: Vec<CredentialRecord>) -> CredentialIndex {
    CredentialIndex {
        active: records.first().map(|record| record.account.clone()),
        credentials: records,
        ..CredentialIndex::default()
    }
}

/// Acme, which is active, and Beta, which is of an own connection.
fn two() -> Vec<CredentialRecord> {
    vec![token_record(workspace("ws-1", "Acme")), connection_record(workspace("ws-2", "Beta"))]
}

fn accounts(existing: Vec<DiscoveredCredential>, records: Vec<CredentialRecord>) -> Harness {
    let mut wizard = Harness::new();
    wizard.reply_discovered(existing, index(records));
    wizard.press("s");
    assert_eq!(wizard.screen_name(), "accounts");
    wizard.take_effects();
    wizard
}

/// Returns the tasks that were started, without their ids.
fn begun(wizard: &mut Harness) -> Vec<Task> {
    let of_start = |effect| match effect {
        TestEffect::Start(begun) => Some(begun),
        _ => None,
    };
    wizard.take_effects().into_iter().filter_map(of_start).collect()
}

fn logged_out(record: CredentialRecord, revocation: Revocation, deletion: Deletion) -> TaskOutcome {
    TaskOutcome::LoggedOut(Box::new(LogoutOutcome { record, revocation, deletion }))
}

#[test]
fn to_look_asks_nobody_anything() {
    let mut wizard = accounts(vec![environment(), of_ntn(true)], two());
    for keys in ["Down Down Down Up", "Home End", "Left Right h j k l", "1 2 3 4 8", "PgDn PgUp Space"] {
        wizard.press(keys);
        assert_eq!(wizard.take_effects(), [], "{keys}");
    }
}

#[test]
fn enter_makes_the_highlighted_one_the_active_one_and_says_what_that_does_not_affect() {
    let mut wizard = accounts(vec![of_ntn(true)], two());
    wizard.press("Down Enter");
    assert_eq!(begun(&mut wizard), [Task::Switch(two()[1].account.clone())]);
    wizard.reply(TaskOutcome::Completed);
    assert_eq!(begun(&mut wizard), [Task::Probe(Probe::Inventory)], "the list is looked at again");
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(begun(&mut wizard), [Task::Switch(two()[1].account.clone())], "until the list says so, it can be tried again");
}

#[test]
fn what_cannot_be_done_has_no_key_and_does_nothing() {
    for (selected, key) in
        [("1", "Enter"), ("1", "f"), ("1", "x"), ("2", "Enter"), ("2", "f"), ("4", "Enter"), ("4", "r"), ("4", "f"), ("4", "x")]
    {
        let mut wizard = accounts(vec![environment(), of_ntn(false)], two());
        wizard.press(selected);
        assert!(!wizard.has_key(key), "{selected} {key}");
        wizard.press(key);
        assert_eq!(wizard.take_effects(), [], "{selected} {key}");
    }
}

#[test]
fn verifying_shows_what_notion_says_and_keeps_no_secret() {
    let mut wizard = accounts(vec![], two());
    wizard.press("r");
    let source = CredentialSource::Saved(two()[0].account.clone());
    assert_eq!(begun(&mut wizard), [Task::Verify(Candidate::Discovered(source))]);
    wizard.reply_verified(Ok(member_identity()));
    record!(wizard);
    assert!(!format!("{:?}", wizard.model.screen()).contains("Verified"), "only the identity stays");

    // An earlier version kept it without saying whom it acts as.
    let (kept, named) = (two()[0].account.clone(), two()[0].account.with_actor(Some("bot-1")));
    assert_eq!(begun(&mut wizard), [Task::Identify(kept, "bot-1".into())]);
    wizard.reply(TaskOutcome::Identified(named.clone()));
    assert_eq!(begun(&mut wizard), [Task::Probe(Probe::Inventory)]);
    let mut now = two();
    now[0].account = named;
    wizard.reply_discovered(vec![], index(now));
    record!(wizard);
    wizard.press("r");
    begun(&mut wizard);
    wizard.reply_verified(Ok(member_identity()));
    assert_eq!(begun(&mut wizard), [], "its name is right now");

    wizard.press("2 r").reply_verified(Err(Problem::new(ProblemCode::Unauthorized)));
    record!(wizard);
    wizard.press("r");
    assert_eq!(begun(&mut wizard).len(), 2, "r tries again");
}

#[test]
fn a_refresh_needs_its_key_and_says_how_it_ended() {
    let mut wizard = accounts(vec![], two());
    wizard.press("2 f");
    assert_eq!(begun(&mut wizard), [Task::Refresh(Box::new(two()[1].clone()))]);
    wizard.reply(TaskOutcome::Refreshed(RefreshOutcome::Renewed));
    record!(wizard);
    wizard.press("f").fail(Problem::new(ProblemCode::NoNetwork));
    wizard.take_effects();
    wizard.press("r");
    assert_eq!(begun(&mut wizard), [Task::Refresh(Box::new(two()[1].clone()))], "r tries again what failed");
}

#[test]
fn a_logout_asks_first_and_enter_is_no_yes() {
    let mut wizard = accounts(vec![], two());
    wizard.press("2 x");
    record!(wizard);
    wizard.press("Enter 1 Down");
    assert_eq!(wizard.take_effects(), []);
    wizard.press("n");
    record!(wizard);
    wizard.press("x y");
    assert_eq!(begun(&mut wizard), [Task::LogOut(Box::new(two()[1].clone()))]);
}

#[test]
fn after_a_logout_it_is_said_what_is_left_and_who_is_active_now() {
    let mut wizard = accounts(vec![], two());
    wizard.press("1 x");
    record!(wizard);
    wizard.press("y").reply(logged_out(two()[0].clone(), Revocation::Unsupported, Deletion::Done));
    record!(wizard);
    wizard.take_effects();
    wizard.press("o");
    assert_eq!(begun(&mut wizard), [open_task("https://app.notion.com/developers/tokens")]);
}

#[test]
fn where_notion_is_out_of_reach_nothing_is_deleted_and_the_question_comes_again() {
    let mut wizard = accounts(vec![], two());
    let silent = || Err(Problem::new(ProblemCode::NoNetwork));
    let revocation = Revocation::Attempted(RevocationOutcomes { refresh: Some(silent()), access: silent() });
    wizard.press("2 x y").reply(logged_out(two()[1].clone(), revocation, Deletion::Postponed));
    record!(wizard);
    wizard.take_effects();
    wizard.press("r");
    record!(wizard);
    assert_eq!(wizard.take_effects(), [], "it is not done again without a yes");
}

#[test]
fn of_a_login_of_ntns_only_the_note_is_forgotten() {
    let mut wizard = accounts(vec![of_ntn(true)], vec![ntn_record(workspace("ws-9", "Gamma"))]);
    wizard.press("x");
    record!(wizard);
}

#[test]
fn a_login_of_ntns_that_is_not_noted_yet_is_verified_and_then_used() {
    let mut wizard = accounts(vec![of_ntn(true)], vec![]);
    wizard.press("Enter");
    assert_eq!(begun(&mut wizard), [Task::Verify(Candidate::Discovered(of_ntn(true).source))]);
    wizard.reply_verified(Ok(member_identity()));
    assert_eq!(wizard.screen_name(), "verify");
}

#[test]
fn the_wait_of_a_logout_for_the_keychain_can_be_ended_and_it_still_says_what_became_of_it() {
    let mut wizard = accounts(vec![], two());
    wizard.press("1 x y");
    let task = begun(&mut wizard).remove(0);
    assert!(matches!(task, Task::LogOut(_)), "{task:?}");
    wizard.press("Esc");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("accounts", vec![TestEffect::EndWait(task)]));
    wizard.press("Esc");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("accounts", vec![]), "once is enough");
    let slow = Deletion::Failed(Problem::new(ProblemCode::KeychainSlow).with_evidence("no response before it was cancelled"));
    wizard.reply(logged_out(two()[0].clone(), Revocation::Unsupported, slow));
    record!(wizard);

    let in_file = CredentialRecord { store: StoreKind::File, ..two()[0].clone() };
    let mut wizard = accounts(vec![], vec![in_file]);
    wizard.press("x y");
    wizard.take_effects();
    wizard.press("Esc");
    assert_eq!(wizard.take_effects(), [], "no dialog is waited for");
}

#[test]
fn leaving_while_it_writes_waits_and_back_stops_nothing() {
    let mut wizard = accounts(vec![], two());
    wizard.press("2 Enter");
    wizard.take_effects();
    wizard.press("Esc");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("accounts", vec![]));
    wizard.press("Ctrl-C");
    record!(wizard);
    assert_eq!(wizard.outcome(), None);
    wizard.reply(TaskOutcome::Completed);
    assert_eq!(wizard.outcome(), Some(&Outcome::Cancelled));
}

#[test]
fn one_more_is_signed_in_to_from_the_first_page() {
    let mut wizard = accounts(vec![], two());
    wizard.press("n");
    assert_eq!(wizard.screen_name(), "compare");
    wizard.press("s Esc");
    assert_eq!(wizard.screen_name(), "compare", "there is nothing behind it");
    let mut none = accounts(vec![], vec![]);
    record!(none);
    none.press("Enter");
    assert_eq!(none.take_effects(), []);
}

#[test]
fn workspaces_of_one_name_are_told_apart() {
    let wizard = accounts(vec![], vec![token_record(workspace("ws-1", "Acme")), token_record(workspace("ws-2", "Acme"))]);
    record!(wizard);
}

#[test]
fn a_thousand_are_walked_with_the_highlight_in_sight() {
    let many = (0..1000).map(|n| token_record(workspace(&format!("ws-{n}"), &format!("Space {n}")))).collect();
    let mut wizard = accounts(vec![], many);
    for (keys, title) in
        [("End", "Space 999 (notion-auth)"), ("Left", "Space 989"), ("Up", "Space 988"), ("Home Right Down", "Space 11")]
    {
        wizard.press(keys);
        wizard.assert_shows(&format!("▌ {}", title.split(' ').nth(1).unwrap().parse::<usize>().map(|n| n + 1).unwrap()));
        wizard.assert_shows(title);
        assert!(wizard.render(notion_auth::wizard::theme::Theme::default()).cursor.is_some());
    }
    wizard.assert_shows("of 1000");
}

#[test]
fn an_end_that_is_near_stands_on_the_first_page_and_in_the_list() {
    let mut acme = token_record(workspace("ws-1", "Acme"));
    acme.expires_on = Some(jiff::civil::date(2026, 11, 25));
    let ours = DiscoveredCredential {
        source: CredentialSource::Saved(acme.account.clone()),
        place: "keychain".into(),
        workspace: Some(acme.workspace.clone()),
        unusable: None,
    };
    let mut wizard = Harness::new();
    wizard.reply_discovered(vec![ours], index(vec![acme]));
    record!(wizard);
    wizard.press("s");
    record!(wizard);
}

#[test]
fn one_that_is_kept_is_handed_over_after_notion_has_answered_to_it() {
    let mut wizard = accounts(vec![], two());
    wizard.press("t");
    let source = CredentialSource::Saved(two()[0].account.clone());
    assert_eq!(begun(&mut wizard), [Task::Verify(Candidate::Discovered(source))]);
    wizard.reply_verified(Err(Problem::new(ProblemCode::NoNetwork)));
    wizard.assert_shows(headline(ProblemCode::NoNetwork));
    assert_eq!(wizard.screen_name(), "accounts");
    wizard.press("r");
    assert_eq!(begun(&mut wizard).len(), 1, "r tries the same again");
    wizard.reply_verified(Ok(member_identity()));
    assert_eq!(wizard.screen_name(), "send");
    assert_eq!(begun(&mut wizard), [Task::FindManagers]);
    wizard.press("q");
    assert_eq!(wizard.outcome(), Some(&Outcome::Cancelled), "it is kept: nothing would be lost");
}

#[test]
fn tokens_that_are_renewed_cannot_be_sent() {
    let mut wizard = accounts(vec![], two());
    wizard.press("2");
    assert!(!wizard.has_key("t"));
    wizard.press("t");
    assert_eq!(wizard.take_effects(), []);
}
