//! The checks of a token that Notion knows, and where they lead.

use crate::support::talk::{Talk, cancel, known, start, verified};
use crate::support::world::{CONNECTION, MEMBER, connection, member, record, workspace};
use notion_auth::domain::check::{Answer, Reach, UserList};
use notion_auth::domain::credential::{
    Account, CredentialRecord, Done, Existing, ExistingSource, Ledger, Receipt, StoreKind, Verified,
};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{Outcome, Probe, Progress, Reply, Task};

fn inspect(verified: Verified) -> Task {
    Task::Inspect(Box::new(verified))
}

fn pages(pages: usize) -> Progress {
    Progress::Search(Ok(Answer::Given(Reach { pages, data_sources: 0, more: false })))
}

/// A credential that was found in `source` and that Notion knows; its inspection is task 7.
fn found_in(source: ExistingSource, ledger: Ledger) -> Talk {
    let mut talk = Talk::begin();
    let existing = Existing { source, place: "its place".into(), workspace: Some(workspace("ws-1", "Acme")), unusable: None };
    talk.finds(vec![existing.clone()], ledger);
    talk.press("u");
    let mut found = verified(MEMBER, member());
    found.found_in = Some(existing.source);
    talk.reply(known(found.clone()));
    assert_eq!(talk.effects().last(), Some(&start(7, inspect(found))));
    talk
}

#[test]
fn checks_stream_in_and_are_not_waited_for() {
    let mut talk = Talk::verified();
    talk.reads("More checks are under way. You need not wait for them.");
    talk.progress(pages(3));
    talk.reads("Can see 3 pages");
    talk.press("Enter");
    assert_eq!((talk.screen(), talk.effects()), ("expiry", vec![cancel(7)]));
    talk.press("Esc");
    talk.reads("Can see 3 pages");
    talk.lacks("under way");
}

#[test]
fn a_check_that_fails_leaves_the_others_and_the_token_alone() {
    let mut talk = Talk::verified();
    talk.progress(Progress::Users(Ok(Answer::Given(UserList { people: vec![], complete: true, emails: true }))));
    talk.progress(Progress::Search(Err(Problem::new(ProblemCode::TimedOut))));
    talk.reply(Reply::Inspected);
    talk.reads("Notion knows this token: you are Ada Fake");
    talk.press("Enter");
    assert_eq!(talk.screen(), "expiry");
}

#[test]
fn the_checks_can_be_made_again_during_and_after_them() {
    let again = inspect(verified(MEMBER, member()));
    let mut talk = Talk::verified();
    talk.progress(pages(3));
    talk.press("r");
    assert_eq!(talk.effects(), [cancel(7), start(8, again.clone())]);
    talk.lacks("3 pages");
    talk.reply(Reply::Inspected);
    talk.press("r");
    assert_eq!((talk.screen(), talk.effects()), ("verify", vec![start(9, again)]));
}

#[test]
fn a_token_that_sees_nothing_opens_the_lesson_in_sharing_until_it_sees_something() {
    let lesson = "It sees no page yet. Share one, then press r to check again:";
    let mut talk = Talk::verified_as(connection());
    talk.lacks(lesson);
    talk.progress(pages(0));
    talk.reply(Reply::Inspected);
    talk.reads(lesson);
    talk.press("r");
    talk.progress(pages(1));
    talk.lacks(lesson);
    talk.reads("Can see 1 page");
}

#[test]
fn only_a_token_that_may_end_is_asked_when_it_ends() {
    let mut person = Talk::verified();
    person.press("Enter");
    assert_eq!(person.screen(), "expiry");

    let mut connection = Talk::verified_as(connection());
    connection.press("Enter");
    assert_eq!(connection.screen(), "keep");

    let mut variable = found_in(ExistingSource::Environment, Ledger::default());
    variable.press("Enter");
    assert_eq!(variable.screen(), "expiry");
}

#[test]
fn what_we_keep_already_is_neither_asked_about_nor_written_again() {
    let kept = record(workspace("ws-1", "Acme"));
    let account = kept.account.with_actor(Some("bot-1"));
    let record = CredentialRecord { account, expires_on: Some(jiff::civil::date(2027, 3, 1)), ..kept };
    let ours = ExistingSource::Ours(record.account.clone());
    let ledger = Ledger { credentials: vec![record.clone()], ..Ledger::default() };
    let mut talk = found_in(ours.clone(), ledger);
    talk.reads("Until 2027-03-01, 99 days left.");
    talk.press("Enter");
    assert_eq!((talk.screen(), talk.effects()), ("done", vec![cancel(7), start(8, Task::Probe(Probe::Existing))]));
    talk.press("Enter");
    let note = Some("It was kept before; nothing was written.".into());
    let receipt = Receipt { store: StoreKind::Keychain, place: "its place".into(), note };
    assert_eq!(
        talk.outcome(),
        Some(&Outcome::Done(Box::new(Done { record, receipt, found_in: Some(ours), needs_variable: false })))
    );
}

#[test]
fn what_we_keep_without_a_record_is_kept_anew() {
    let ours = ExistingSource::Ours(Account { workspace: "ws-1".into(), name: "token".into() });
    let mut talk = found_in(ours, Ledger::default());
    talk.press("Enter");
    assert_eq!(talk.screen(), "keep");
}

#[test]
fn what_ntn_keeps_stays_with_ntn() {
    let mut talk = found_in(ExistingSource::Ntn { workspace: "ws-1".into() }, Ledger::default());
    talk.effects();
    talk.press("Enter");
    let record = CredentialRecord {
        account: Account { workspace: "ws-1".into(), name: "token@bot-1".into() },
        store: StoreKind::Ntn,
        kept_on: jiff::civil::date(2026, 11, 22),
        connection: None,
        ..record(workspace("ws-1", "Acme"))
    };
    assert_eq!(talk.effects(), [cancel(7), start(8, Task::Note(Box::new(record)))]);
    talk.reply(Reply::Kept(Ok(Receipt { store: StoreKind::Ntn, place: "managed by ntn".into(), note: None })));
    assert_eq!(talk.screen(), "done");
    talk.reads("its place");
}

#[test]
fn a_variable_that_holds_another_token_is_said_to_go_first() {
    let mut talk = Talk::begin();
    let source = ExistingSource::Environment;
    let existing = Existing { source, place: "NOTION_API_TOKEN".into(), workspace: None, unusable: None };
    talk.finds(vec![existing], Ledger::default());
    talk.press("1 Enter");
    talk.paste(CONNECTION);
    talk.reply(known(verified(CONNECTION, connection())));
    talk.reads("NOTION_API_TOKEN holds another token, which is used instead.");
}
