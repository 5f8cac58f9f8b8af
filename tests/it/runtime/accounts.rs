//! The tasks of the Accounts page have the same results as the commands of the same names.

use super::*;
use crate::support::connection_fakes::{CLIENT_ID, REFRESH_TOKEN, connection_record, connection_secrets};
use notion_auth::domain::credentials::{CredentialRecord, Deletion, RefreshOutcome, Revocation};

fn connection(fakes: &FakeWorld) -> CredentialRecord {
    let record = connection_record(workspace("ws-2", "Beta"));
    fakes.store.add_with_secrets(record.clone(), connection_secrets(MEMBER, REFRESH_TOKEN));
    record
}

#[tokio::test(start_paused = true)]
async fn a_switch_ends_when_it_was_read_back() {
    let fakes = FakeWorld::new();
    let acme = token_record(workspace("ws-1", "Acme"));
    fakes.store.add(acme.clone(), MEMBER);
    connection(&fakes);
    let mut work = Work::on(fakes.world());
    assert_eq!(work.reply(Task::Switch(acme.account.clone())).await, Ok(TaskOutcome::Completed));
    assert_eq!(fakes.store.current_index().active, Some(acme.account.clone()));
    fakes.store.activate.push(ScriptedAnswer::Never);
    let silent = Problem::new(ProblemCode::StoreBusy);
    assert_eq!(work.reply(Task::Switch(acme.account)).await, Err(silent));
}

#[tokio::test(start_paused = true)]
async fn a_refresh_is_kept_before_it_ends() {
    let fakes = FakeWorld::new();
    let record = Box::new(connection(&fakes));
    let reply = Work::on(fakes.world()).reply(Task::Refresh(record.clone())).await;
    assert_eq!(reply, Ok(TaskOutcome::Refreshed(RefreshOutcome::Renewed)));
    let account = record.account.key();
    assert_eq!(fakes.store.calls.all().last(), Some(&format!("renew {account}")));
}

#[tokio::test(start_paused = true)]
async fn a_logout_revokes_before_it_deletes() {
    let fakes = FakeWorld::new();
    let record = Box::new(connection(&fakes));
    let Ok(TaskOutcome::LoggedOut(outcome)) = Work::on(fakes.world()).reply(Task::LogOut(record.clone())).await else {
        panic!("no logout")
    };
    assert!(matches!(outcome.revocation, Revocation::Attempted(_)) && outcome.deletion == Deletion::Done, "{outcome:?}");
    assert_eq!(outcome.exit_code(), 0);
    assert_eq!(fakes.oauth.calls.all(), [format!("revoke refresh {CLIENT_ID}"), format!("revoke access {CLIENT_ID}")]);
    assert_eq!(fakes.store.secrets(&record.account), None);
}

#[tokio::test(start_paused = true)]
async fn where_notion_is_out_of_reach_nothing_is_deleted() {
    let fakes = FakeWorld::new();
    let record = Box::new(connection(&fakes));
    for _ in 0..2 {
        fakes.oauth.revoke.push_error(Problem::new(ProblemCode::NoNetwork));
    }
    let Ok(TaskOutcome::LoggedOut(outcome)) = Work::on(fakes.world()).reply(Task::LogOut(record.clone())).await else {
        panic!("no logout")
    };
    assert_eq!((&outcome.deletion, outcome.exit_code()), (&Deletion::Postponed, 5));
    assert!(fakes.store.secrets(&record.account).is_some());
}
