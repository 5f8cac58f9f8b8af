//! The life of an own connection's tokens: a newer pair is never lost, and what is taken back is taken back in order.

use crate::support::connection_fakes::{CLIENT_ID, REFRESH_TOKEN, connection_record, connection_secrets, grant};
use crate::support::fakes::{FakeWorld, MEMBER, STRANGER, ScriptedAnswer, ntn_record, token_record, workspace};
use notion_auth::domain::credentials::{CredentialRecord, Secrets};
use notion_auth::domain::oauth::TokenGrant;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::oauth::{RefreshOutcome, refresh, revoke};
use std::time::Duration;

/// The refresh token from before [`grant`].
const OLDER: &str = "nrt_fake_refresh_older_0000000000000000000000";

fn ours() -> CredentialRecord {
    connection_record(workspace("ws-1", "Acme"))
}

/// An own connection is kept, with a pair from before.
fn kept() -> FakeWorld {
    let fakes = FakeWorld::new();
    fakes.store.add_with_secrets(ours(), connection_secrets(STRANGER, OLDER));
    fakes
}

fn now(fakes: &FakeWorld) -> Secrets {
    fakes.store.secrets(&ours().account).unwrap()
}

fn problem(code: ProblemCode) -> Problem {
    Problem::new(code).with_evidence("fake evidence")
}

#[tokio::test(start_paused = true)]
async fn a_new_pair_takes_the_place_of_the_old_one_in_its_turn() {
    let fakes = kept();
    assert_eq!(refresh(&fakes.world(), &ours()).await, Ok(RefreshOutcome::Renewed));
    assert_eq!(now(&fakes), connection_secrets(MEMBER, REFRESH_TOKEN));
    let expected = ["load", "lock_account", "load", "begin_renewal", "renew"].map(|call| format!("{call} ws-1/oauth"));
    assert_eq!(fakes.store.calls.all(), expected);
    assert_eq!(fakes.oauth.calls.all(), [format!("refresh {CLIENT_ID}")]);
}

#[tokio::test(start_paused = true)]
async fn without_a_new_refresh_token_the_old_one_goes_on() {
    let fakes = kept();
    fakes.oauth.refresh.push(ScriptedAnswer::Now(Ok(TokenGrant { refresh: None, ..grant() })));
    assert_eq!(refresh(&fakes.world(), &ours()).await, Ok(RefreshOutcome::Renewed));
    assert_eq!(now(&fakes), connection_secrets(MEMBER, OLDER));
}

#[tokio::test(start_paused = true)]
async fn what_another_process_kept_while_we_waited_stands() {
    let fakes = kept();
    fakes.store.load.push(ScriptedAnswer::Now(Ok(connection_secrets(STRANGER, "nrt_fake_refresh_before_that"))));
    assert_eq!(refresh(&fakes.world(), &ours()).await, Ok(RefreshOutcome::ByAnotherProcess));
    assert!(fakes.oauth.calls.is_empty(), "nobody asked Notion");
    assert_eq!(now(&fakes), connection_secrets(STRANGER, OLDER));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_counts_for_nothing_where_a_newer_token_arrived_meanwhile() {
    let fakes = kept();
    for refresh in [OLDER, OLDER, REFRESH_TOKEN] {
        fakes.store.load.push(ScriptedAnswer::Now(Ok(connection_secrets(STRANGER, refresh))));
    }
    fakes.oauth.refresh.push_error(problem(ProblemCode::RefreshRefused));
    assert_eq!(refresh(&fakes.world(), &ours()).await, Ok(RefreshOutcome::ByAnotherProcess));
}

#[tokio::test(start_paused = true)]
async fn whatever_keeps_the_new_pair_away_changes_nothing() {
    for code in [ProblemCode::RefreshRefused, ProblemCode::RateLimited, ProblemCode::TlsFailed, ProblemCode::ClientRefused] {
        let fakes = kept();
        fakes.oauth.refresh.push_error(problem(code));
        assert_eq!(refresh(&fakes.world(), &ours()).await, Err(problem(code)));
        assert_eq!(now(&fakes), connection_secrets(STRANGER, OLDER));
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_forgotten_while_we_waited_is_not_asked_about() {
    let fakes = kept();
    fakes.store.load.push(ScriptedAnswer::Now(Ok(connection_secrets(STRANGER, OLDER))));
    fakes.store.load.push_error(problem(ProblemCode::NotSignedIn));
    assert_eq!(refresh(&fakes.world(), &ours()).await, Err(problem(ProblemCode::NotSignedIn)));
    assert!(fakes.oauth.calls.is_empty());
}

/// A logout deletes the refresh token first, and a read in between finds the rest.
#[tokio::test(start_paused = true)]
async fn a_logout_half_done_is_waited_for_and_not_taken_for_a_pair_without_a_refresh_token() {
    let fakes = kept();
    let half_deleted = Secrets { refresh: None, ..connection_secrets(STRANGER, OLDER) };
    fakes.store.load.push(ScriptedAnswer::Now(Ok(half_deleted)));
    fakes.store.load.push(ScriptedAnswer::Now(Err(problem(ProblemCode::NotSignedIn))));
    assert_eq!(refresh(&fakes.world(), &ours()).await, Err(problem(ProblemCode::NotSignedIn)));
    assert_eq!(fakes.store.calls.all(), ["load", "lock_account", "load"].map(|call| format!("{call} ws-1/oauth")));
    assert!(fakes.oauth.calls.is_empty());
}

#[tokio::test(start_paused = true)]
async fn only_what_has_a_refresh_token_can_be_refreshed_and_why_is_said() {
    let fakes = FakeWorld::new();
    let (token, login) = (token_record(workspace("ws-1", "Acme")), ntn_record(workspace("ws-9", "Gamma")));
    fakes.store.add_with_secrets(ours(), Secrets { refresh: None, ..connection_secrets(MEMBER, REFRESH_TOKEN) });
    for (record, why) in [
        (token, "ws-1/token: it is not an OAuth connection's credential"),
        (login, "ws-9/cli: ntn manages this login and refreshes it itself"),
        (ours(), "ws-1/oauth: Notion issued no refresh token with it"),
    ] {
        let expected = Problem::new(ProblemCode::NothingToRefresh).with_evidence(why);
        assert_eq!(refresh(&fakes.world(), &record).await, Err(expected));
    }
    assert!(fakes.oauth.calls.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_new_pair_that_could_not_be_written_is_written_once_more() {
    let fakes = kept();
    fakes.store.renew.push_error(problem(ProblemCode::KeychainLocked));
    assert_eq!(refresh(&fakes.world(), &ours()).await, Ok(RefreshOutcome::Renewed));
    assert_eq!(now(&fakes), connection_secrets(MEMBER, REFRESH_TOKEN));
}

#[tokio::test(start_paused = true)]
async fn a_new_pair_that_cannot_be_written_is_said_to_be_lost_and_what_that_means() {
    let fakes = kept();
    fakes.store.renew.push_error(problem(ProblemCode::KeychainLocked));
    fakes.store.renew.push_error(problem(ProblemCode::KeychainLocked));
    let lost = refresh(&fakes.world(), &ours()).await.unwrap_err();
    let seen = lost.evidence.unwrap();
    assert_eq!(lost.code, ProblemCode::KeychainLocked);
    assert!(
        seen.contains("could not be saved (fake evidence)")
            && seen.contains("the saved refresh token no longer works: sign in again with notion-auth login --path oauth"),
        "{seen}"
    );
    assert!(!seen.contains(REFRESH_TOKEN) && !seen.contains(MEMBER), "{seen}");
}

#[tokio::test(start_paused = true)]
async fn half_a_pair_that_was_written_is_said_to_be_mended_by_another_refresh() {
    let fakes = kept();
    fakes.store.renew.push_error(problem(ProblemCode::KeychainLocked));
    fakes.store.renew.push_error(problem(ProblemCode::KeychainLocked));
    for refresh in [OLDER, OLDER, REFRESH_TOKEN] {
        fakes.store.load.push(ScriptedAnswer::Now(Ok(connection_secrets(STRANGER, refresh))));
    }
    let seen = refresh(&fakes.world(), &ours()).await.unwrap_err().evidence.unwrap();
    assert!(seen.contains("run notion-auth refresh again") && !seen.contains("worthless"), "{seen}");
}

#[tokio::test(start_paused = true)]
async fn a_pair_is_kept_although_nobody_waits_for_it_any_more() {
    let fakes = kept();
    fakes.oauth.refresh.push(ScriptedAnswer::After(Duration::from_secs(5), Ok(grant())));
    let world = fakes.world();
    let left = tokio::time::timeout(Duration::from_secs(1), refresh(&world, &ours())).await;
    assert!(left.is_err(), "Notion has not answered yet");
    assert_eq!(now(&fakes), connection_secrets(STRANGER, OLDER));
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(now(&fakes), connection_secrets(MEMBER, REFRESH_TOKEN));
}

#[tokio::test(start_paused = true)]
async fn the_refresh_token_is_taken_back_before_the_access_token() {
    let fakes = FakeWorld::new();
    fakes.store.add_with_secrets(ours(), connection_secrets(MEMBER, REFRESH_TOKEN));
    let revoked = revoke(&fakes.world(), &ours(), fakes.store.secrets(&ours().account).unwrap()).await.unwrap().unwrap();
    assert_eq!((revoked.refresh, revoked.access), (Some(Ok(())), Ok(())));
    assert_eq!(fakes.oauth.calls.all(), [format!("revoke refresh {CLIENT_ID}"), format!("revoke access {CLIENT_ID}")]);
    assert!(fakes.store.secrets(&ours().account).is_some(), "what is kept here stays");
}

#[tokio::test(start_paused = true)]
async fn each_of_the_two_has_an_outcome_of_its_own() {
    let fakes = FakeWorld::new();
    fakes.store.add_with_secrets(ours(), connection_secrets(MEMBER, REFRESH_TOKEN));
    fakes.oauth.revoke.push_error(problem(ProblemCode::TimedOut));
    let revoked = revoke(&fakes.world(), &ours(), fakes.store.secrets(&ours().account).unwrap()).await.unwrap().unwrap();
    assert_eq!((revoked.refresh, revoked.access), (Some(Err(problem(ProblemCode::TimedOut))), Ok(())));

    fakes.store.add_with_secrets(
        ours(),
        Secrets { refresh: None, token: Secret::new(MEMBER), ..connection_secrets(MEMBER, REFRESH_TOKEN) },
    );
    let revoked = revoke(&fakes.world(), &ours(), fakes.store.secrets(&ours().account).unwrap()).await.unwrap().unwrap();
    assert_eq!((revoked.refresh, revoked.access), (None, Ok(())));
}

#[tokio::test(start_paused = true)]
async fn what_only_the_portal_can_take_back_is_not_asked_about() {
    let fakes = FakeWorld::new();
    for record in [token_record(workspace("ws-1", "Acme")), ntn_record(workspace("ws-9", "Gamma"))] {
        assert!(revoke(&fakes.world(), &record, Secrets::from_token(Secret::new(MEMBER))).await.unwrap().is_none());
    }
    assert!(fakes.oauth.calls.is_empty() && fakes.store.calls.is_empty());
}

#[tokio::test(start_paused = true)]
async fn without_room_for_the_answer_notion_is_not_asked() {
    let fakes = kept();
    fakes.store.begin_renewal.push_error(problem(ProblemCode::FileFailed));
    assert_eq!(refresh(&fakes.world(), &ours()).await, Err(problem(ProblemCode::FileFailed)));
    assert!(fakes.oauth.calls.is_empty());
    assert_eq!(now(&fakes), connection_secrets(STRANGER, OLDER));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_lost_may_have_been_a_new_pair_and_that_is_said() {
    use ProblemCode::{NoNetwork, NotionServerError, Overloaded, ResponseTruncated, ResponseUnreadable, TimedOut};
    for code in [NotionServerError, Overloaded, NoNetwork, TimedOut, ResponseTruncated, ResponseUnreadable] {
        let fakes = kept();
        fakes.oauth.refresh.push_error(problem(code));
        let failed = refresh(&fakes.world(), &ours()).await.unwrap_err();
        assert_eq!(failed.code, code);
        assert!(failed.evidence.is_some_and(|seen| seen.contains("may have renewed")), "{code:?}");
        assert_eq!(fakes.store.calls.all().last().unwrap(), "cancel_renewal ws-1/oauth");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pair_that_stays_in_its_reserved_room_is_kept_and_why_is_said() {
    let fakes = kept();
    for _ in 0..2 {
        fakes.store.renew.push(ScriptedAnswer::Now(Ok(Some(problem(ProblemCode::FileFailed)))));
    }
    let how = refresh(&fakes.world(), &ours()).await.unwrap();
    assert_eq!(how, RefreshOutcome::SavedInReserve(problem(ProblemCode::FileFailed)));
    let said = notion_auth::domain::credentials::refresh_message(&ours(), &how);
    assert!(said.contains(": the tokens were refreshed and are in use, but the") && said.contains("fake evidence"), "{said}");
}
