//! `logout` of an own connection: revoked first, then deleted, and what happened to each is said.

use super::{CommandOutcome, outcome, small_catalog};
use crate::support::connection_fakes::{CLIENT_ID, REFRESH_TOKEN, connection_record, connection_secrets};
use crate::support::fakes::{CONNECTION, FakeWorld, MEMBER, token_record, workspace};
use notion_auth::commands::logout::{self, LogoutArgs};
use notion_auth::domain::credentials::Account;
use notion_auth::domain::problem::{Problem, ProblemCode};

async fn logout(fakes: &FakeWorld, local_only: bool) -> CommandOutcome {
    let args = LogoutArgs { workspace: None, all: true, local_only };
    let (world, catalog) = (fakes.world(), small_catalog());
    let outcome = outcome(async |console| logout::run(&args, &world, &catalog, console).await).await;
    assert!(!outcome.err.contains(MEMBER) && !outcome.err.contains(REFRESH_TOKEN), "{}", outcome.err);
    outcome
}

fn account() -> Account {
    connection_record(workspace("ws-1", "Acme")).account
}

fn kept() -> FakeWorld {
    let fakes = FakeWorld::new();
    fakes.store.add_with_secrets(connection_record(workspace("ws-1", "Acme")), connection_secrets(MEMBER, REFRESH_TOKEN));
    fakes
}

/// The messages as one line, however it was wrapped.
fn messages(outcome: &CommandOutcome) -> String {
    outcome.err.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn problem(code: ProblemCode) -> Problem {
    Problem::new(code).with_evidence("fake evidence")
}

#[tokio::test]
async fn both_tokens_are_revoked_before_anything_is_deleted() {
    let fakes = kept();
    let shown = logout(&fakes, false).await;
    assert_eq!(shown.exit_code, 0);
    let expected = "Acme: the refresh token was revoked.\nAcme: the access token was revoked.\nAcme: deleted from the keychain.\n";
    assert_eq!(shown.err, expected);
    assert_eq!(fakes.oauth.calls.all(), [format!("revoke refresh {CLIENT_ID}"), format!("revoke access {CLIENT_ID}")]);
    let expected = ["index", "look", "lock_account ws-1/oauth", "index", "load ws-1/oauth", "forget ws-1/oauth", "index", "look"];
    assert_eq!(fakes.store.calls.all(), expected);
}

#[tokio::test]
async fn where_notion_is_out_of_reach_nothing_is_deleted_and_the_way_out_is_named() {
    for (refresh, access) in [(true, true), (true, false), (false, true)] {
        let fakes = kept();
        for fails in [refresh, access] {
            use crate::support::fakes::ScriptedAnswer;
            fakes.oauth.revoke.push(ScriptedAnswer::Now(if fails { Err(problem(ProblemCode::NoNetwork)) } else { Ok(()) }));
        }
        let shown = logout(&fakes, false).await;
        assert_eq!(shown.exit_code, 5);
        let messages = messages(&shown);
        assert_eq!(messages.contains("the refresh token was not revoked: Notion could not be reached."), refresh, "{messages}");
        assert_eq!(messages.contains("the access token was not revoked: Notion could not be reached."), access, "{messages}");
        assert!(messages.contains("nothing was deleted"), "{messages}");
        assert!(shown.err.contains("\n  notion-auth logout --local-only ws-1/oauth\n"), "{}", shown.err);
        assert!(fakes.store.secrets(&account()).is_some());
    }
}

#[tokio::test]
async fn where_notion_refuses_the_client_it_is_deleted_here_and_the_page_to_disconnect_it_is_named() {
    let fakes = kept();
    fakes.oauth.revoke.push_error(problem(ProblemCode::ClientRefused));
    fakes.oauth.revoke.push_error(problem(ProblemCode::ClientRefused));
    let shown = logout(&fakes, false).await;
    assert_eq!(shown.exit_code, 4);
    let messages = messages(&shown);
    assert!(
        messages.contains("the refresh token was not revoked: Notion refused. Acme: the access token was not revoked"),
        "{messages}"
    );
    assert_eq!(messages.matches("Notion does not accept this client secret.").count(), 1, "{messages}");
    assert!(messages.contains("Acme: deleted from the keychain."), "{messages}");
    assert!(messages.contains("The tokens keep working until you disconnect the connection in Notion under Settings → Connections. Its owner manages it at"), "{messages}");
    assert!(shown.err.contains("\n  https://app.notion.com/developers/connections\n"), "{}", shown.err);
    assert!(fakes.store.secrets(&account()).is_none());
}

#[tokio::test]
async fn said_to_be_local_it_asks_notion_nothing_and_says_that_the_tokens_live_on() {
    let fakes = kept();
    let shown = logout(&fakes, true).await;
    assert_eq!(shown.exit_code, 0);
    assert!(fakes.oauth.calls.is_empty());
    let messages = messages(&shown);
    assert!(messages.starts_with("Acme: deleted from the keychain. The tokens keep working until"), "{messages}");
    assert!(fakes.store.secrets(&account()).is_none());
}

#[tokio::test]
async fn what_has_lost_its_client_secret_cannot_be_revoked_and_is_deleted_all_the_same() {
    let fakes = kept();
    fakes.store.load.push_error(problem(ProblemCode::SecretMissing));
    let shown = logout(&fakes, false).await;
    assert_eq!(shown.exit_code, 0);
    let messages = messages(&shown);
    assert!(
        messages.contains(": it can't be revoked from here because a required secret is missing:")
            && messages.contains("fake evidence"),
        "{messages}"
    );
    assert!(messages.contains("deleted from the keychain. The tokens keep working until"), "{messages}");
}

#[tokio::test]
async fn a_keychain_that_does_not_open_is_told_and_nothing_is_deleted() {
    let fakes = kept();
    fakes.store.load.push_error(problem(ProblemCode::KeychainLocked));
    let shown = logout(&fakes, false).await;
    assert_eq!(shown.exit_code, 6);
    assert!(shown.err.contains("nothing was deleted"), "{}", shown.err);
    assert!(fakes.store.secrets(&account()).is_some() && fakes.oauth.calls.is_empty());
}

#[tokio::test]
async fn all_goes_on_past_one_that_cannot_be_revoked() {
    let fakes = kept();
    fakes.store.add(token_record(workspace("ws-2", "Beta")), CONNECTION);
    fakes.oauth.revoke.push_error(problem(ProblemCode::NoNetwork));
    fakes.oauth.revoke.push_error(problem(ProblemCode::NoNetwork));
    let shown = logout(&fakes, false).await;
    assert_eq!(shown.exit_code, 5);
    assert!(shown.err.contains("Beta: deleted from the keychain."), "{}", shown.err);
    assert!(shown.err.contains("Still saved: Acme."), "{}", shown.err);
}
