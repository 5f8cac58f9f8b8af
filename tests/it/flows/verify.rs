//! The checks of a token that Notion knows, and where they lead.

use crate::support::fakes::{CONNECTION, MEMBER, connection_identity, member_identity, token_record, workspace};
use crate::support::harness::{Harness, TestEffect, verified_outcome, verified_token};
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::checks::{CapabilityResponse, Reach, UserList};
use notion_auth::domain::credentials::{
    Account, CredentialIndex, CredentialRecord, CredentialSource, DiscoveredCredential, Receipt, SignInOutcome, StoreKind,
    VerifiedCredential,
};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::msg::{Outcome, Probe, Progress, Prompt, PromptId, Task, TaskOutcome};

fn inspect(verified: VerifiedCredential) -> Task {
    Task::Inspect(Box::new(verified))
}

fn pages(pages: usize) -> Progress {
    Progress::Search(Ok(CapabilityResponse::Granted(Reach { pages, data_sources: 0, has_more: false })))
}

fn discovered(source: CredentialSource) -> VerifiedCredential {
    VerifiedCredential::new(Secret::new(MEMBER), member_identity(), AuthPath::Token, Some(source))
}

/// A credential that was found in `source` and that Notion knows; it is being inspected.
fn found_in(source: CredentialSource, index: CredentialIndex) -> Harness {
    let mut wizard = Harness::new();
    let existing =
        DiscoveredCredential { source, place: "its place".into(), workspace: Some(workspace("ws-1", "Acme")), unusable: None };
    wizard.reply_discovered(vec![existing.clone()], index);
    wizard.press("u");
    let found = discovered(existing.source);
    wizard.reply(verified_outcome(found.clone()));
    assert_eq!(wizard.take_effects().last(), Some(&TestEffect::Start(inspect(found))));
    wizard
}

#[test]
fn checks_stream_in_and_are_not_waited_for() {
    let mut wizard = Harness::with_verified_token();
    record!(wizard);
    wizard.send_progress(pages(3));
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(
        (wizard.screen_name(), wizard.take_effects()),
        ("save", vec![TestEffect::Cancel(inspect(verified_token(MEMBER, member_identity())))])
    );
    wizard.press("Esc");
    record!(wizard);
}

#[test]
fn a_check_that_fails_leaves_the_others_and_the_token_alone() {
    let mut wizard = Harness::with_verified_token();
    wizard.send_progress(Progress::Users(Ok(CapabilityResponse::Granted(UserList {
        people: vec![],
        is_complete: true,
        has_emails: true,
    }))));
    wizard.send_progress(Progress::Search(Err(Problem::new(ProblemCode::TimedOut))));
    wizard.reply(TaskOutcome::Completed);
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "save");
}

#[test]
fn the_checks_can_be_made_again_during_and_after_them() {
    let again = inspect(verified_token(MEMBER, member_identity()));
    let mut wizard = Harness::with_verified_token();
    wizard.send_progress(pages(3));
    wizard.press("r");
    assert_eq!(wizard.take_effects(), [TestEffect::Cancel(again.clone()), TestEffect::Start(again.clone())]);
    record!(wizard);
    wizard.reply(TaskOutcome::Completed);
    wizard.press("r");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("verify", vec![TestEffect::Start(again)]));
}

fn watch_reach() -> Task {
    Task::WatchReach(Box::new(verified_token(MEMBER, connection_identity())))
}

/// A connection's token that sees nothing yet.
fn watching() -> Harness {
    let mut wizard = Harness::with_verified_identity(connection_identity());
    wizard.send_progress(pages(0));
    wizard.take_effects();
    wizard.reply(TaskOutcome::Completed);
    wizard
}

#[test]
fn a_token_that_sees_nothing_is_searched_again_by_itself_until_it_sees_something() {
    let mut wizard = watching();
    assert_eq!(wizard.take_effects(), [TestEffect::Start(watch_reach())]);
    record!(wizard);
    assert!(matches!(wizard.prompt(), Prompt::Choice { id: PromptId::Continue, .. }), "nobody has to wait for it");
    wizard.send_progress(pages(1));
    wizard.reply(TaskOutcome::Completed);
    record!(wizard);
    assert_eq!(wizard.take_effects(), []);
}

#[test]
fn the_watch_ends_with_the_page() {
    let mut further = watching();
    further.take_effects();
    further.press("Enter");
    assert_eq!((further.screen_name(), further.take_effects()), ("save", vec![TestEffect::Cancel(watch_reach())]));
    let mut back = watching();
    back.take_effects();
    back.press("Esc");
    assert_eq!((back.screen_name(), back.take_effects()), ("token", vec![TestEffect::Cancel(watch_reach())]));
    let mut again = watching();
    again.take_effects();
    again.press("r");
    let inspect = inspect(verified_token(MEMBER, connection_identity()));
    assert_eq!(again.take_effects(), [TestEffect::Cancel(watch_reach()), TestEffect::Start(inspect)]);
}

#[test]
fn what_notion_does_not_tell_is_folded_behind_one_key() {
    let mut wizard = Harness::with_verified_token();
    wizard.reply(TaskOutcome::Completed);
    let folded = wizard.screen_text();
    wizard.press("d");
    assert_ne!(wizard.screen_text(), folded);
    wizard.press("Tab");
    assert_eq!(wizard.screen_text(), folded);
}

/// True if Save asks when the token expires.
fn asks_expiry(wizard: &mut Harness) -> bool {
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "save");
    wizard.has_key("Right")
}

#[test]
fn only_a_token_that_may_be_a_pat_is_asked_when_it_ends() {
    assert!(asks_expiry(&mut Harness::with_verified_token()));
    assert!(!asks_expiry(&mut Harness::with_verified_identity(connection_identity())));
    assert!(asks_expiry(&mut found_in(CredentialSource::Environment, CredentialIndex::default())));
    assert!(asks_expiry(&mut found_in(CredentialSource::OtherVariable("NOTION_TOKEN"), CredentialIndex::default())));
    let mut oauth = Harness::with_verified_token();
    let people = UserList { people: vec![], is_complete: true, has_emails: true };
    oauth.send_progress(Progress::Users(Ok(CapabilityResponse::Granted(people))));
    assert!(!asks_expiry(&mut oauth), "a PAT can't list people");
}

#[test]
fn what_we_keep_already_is_neither_asked_about_nor_written_again() {
    let kept = token_record(workspace("ws-1", "Acme"));
    let account = kept.account.with_actor(Some("bot-1"));
    let record = CredentialRecord { account, expires_on: Some(jiff::civil::date(2027, 3, 1)), ..kept };
    let ours = CredentialSource::Saved(record.account.clone());
    let index = CredentialIndex { credentials: vec![record.clone()], ..CredentialIndex::default() };
    let mut wizard = found_in(ours.clone(), index);
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(
        (wizard.screen_name(), wizard.take_effects()),
        ("done", vec![TestEffect::Cancel(inspect(discovered(ours.clone()))), TestEffect::Start(Task::Probe(Probe::Inventory))])
    );
    wizard.press("Enter");
    let note = Some("It was saved before; nothing was written.".into());
    let receipt = Receipt { store: StoreKind::Keychain, place: "keychain, account ws-1/token@bot-1".into(), note };
    assert_eq!(
        wizard.outcome(),
        Some(&Outcome::Done(Box::new(SignInOutcome { record, receipt, found_in: Some(ours), needs_keyring_variable: false })))
    );
}

#[test]
fn what_we_keep_without_a_record_is_kept_anew() {
    let ours = CredentialSource::Saved(Account { workspace: "ws-1".into(), name: "token".into() });
    let mut wizard = found_in(ours, CredentialIndex::default());
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "save");
}

#[test]
fn what_ntn_keeps_stays_with_ntn() {
    let source = CredentialSource::Ntn { workspace: "ws-1".into() };
    let mut wizard = found_in(source.clone(), CredentialIndex::default());
    wizard.take_effects();
    wizard.press("Enter");
    let record = CredentialRecord {
        account: Account { workspace: "ws-1".into(), name: "token@bot-1".into() },
        store: StoreKind::Ntn,
        saved_on: jiff::civil::date(2026, 11, 22),
        person: Some("person-1".into()),
        ..token_record(workspace("ws-1", "Acme"))
    };
    assert_eq!(
        wizard.take_effects(),
        [TestEffect::Cancel(inspect(discovered(source))), TestEffect::Start(Task::RecordNtnLogin(Box::new(record)))]
    );
    wizard.reply(TaskOutcome::Saved(Receipt { store: StoreKind::Ntn, place: "managed by ntn".into(), note: None }));
    assert_eq!(wizard.screen_name(), "done");
    record!(wizard);
}

#[test]
fn a_variable_that_holds_another_token_is_said_to_go_first() {
    let mut wizard = Harness::new();
    let source = CredentialSource::Environment;
    let existing = DiscoveredCredential { source, place: "NOTION_API_TOKEN".into(), workspace: None, unusable: None };
    wizard.reply_discovered(vec![existing], CredentialIndex::default());
    wizard.press("1 Enter");
    wizard.paste(CONNECTION);
    wizard.reply(verified_outcome(verified_token(CONNECTION, connection_identity())));
    record!(wizard);
}
