//! `refresh`: what is said of a new pair, and the exit code where there is none.

use super::{CommandOutcome, outcome};
use crate::support::connection_fakes::{REFRESH_TOKEN, connection_record, connection_secrets};
use crate::support::fakes::{FakeWorld, MEMBER, STRANGER, ScriptedAnswer, ntn_record, token_record, workspace};
use notion_auth::commands::refresh::{self, RefreshArgs};
use notion_auth::domain::problem::{Problem, ProblemCode};

const OLDER: &str = "nrt_fake_refresh_older_0000000000000000000000";

async fn refresh(fakes: &FakeWorld, workspace: Option<&str>) -> CommandOutcome {
    let (args, world) = (RefreshArgs { workspace: workspace.map(Into::into) }, fakes.world());
    let outcome = outcome(async |console| refresh::run(&args, &world, console).await).await;
    assert_eq!(outcome.out, "", "there is no data, only messages");
    for secret in [MEMBER, STRANGER, REFRESH_TOKEN, OLDER] {
        assert!(!outcome.err.contains(secret), "{}", outcome.err);
    }
    outcome
}

fn kept() -> FakeWorld {
    let fakes = FakeWorld::new();
    fakes.store.add_with_secrets(connection_record(workspace("ws-1", "Acme")), connection_secrets(STRANGER, OLDER));
    fakes
}

#[tokio::test]
async fn a_new_pair_is_said_to_be_kept_and_where() {
    let fakes = kept();
    let shown = refresh(&fakes, None).await;
    let expected = "Acme: the tokens were refreshed and saved in the keychain.\n";
    assert_eq!((shown.exit_code, shown.err.as_str()), (0, expected));
    assert_eq!(
        fakes.store.secrets(&connection_record(workspace("ws-1", "Acme")).account),
        Some(connection_secrets(MEMBER, REFRESH_TOKEN))
    );
}

#[tokio::test]
async fn that_another_was_faster_is_a_success_too() {
    let fakes = kept();
    fakes.store.load.push(ScriptedAnswer::Now(Ok(connection_secrets(STRANGER, "nrt_fake_refresh_before_that"))));
    let shown = refresh(&fakes, None).await;
    assert_eq!(shown.exit_code, 0);
    assert!(shown.err.starts_with("Acme: another notion-auth process has just refreshed the tokens"), "{}", shown.err);
}

#[tokio::test]
async fn a_problem_is_told_with_its_exit_code() {
    for (code, exit_code) in
        [(ProblemCode::RefreshRefused, 4), (ProblemCode::ClientRefused, 4), (ProblemCode::NoNetwork, 5), (ProblemCode::TimedOut, 5)]
    {
        let fakes = kept();
        fakes.oauth.refresh.push_error(Problem::new(code).with_evidence("fake evidence"));
        let shown = refresh(&fakes, None).await;
        assert_eq!(shown.exit_code, exit_code, "{code:?}");
        assert!(shown.err.contains("details: fake evidence"), "{}", shown.err);
    }
}

#[tokio::test]
async fn the_active_one_is_meant_unless_a_workspace_is_named() {
    let fakes = kept();
    fakes.store.add(token_record(workspace("ws-2", "Beta")), MEMBER);
    let shown = refresh(&fakes, None).await;
    assert_eq!(shown.exit_code, 1);
    assert!(shown.err.contains("details: ws-2/token: it is not an OAuth connection's credential"), "{}", shown.err);
    assert_eq!(refresh(&fakes, Some("acme")).await.exit_code, 0);
    assert_eq!(refresh(&fakes, Some("nowhere")).await.exit_code, 4);
}

#[tokio::test]
async fn a_login_of_ntn_is_not_ours_to_refresh() {
    let fakes = FakeWorld::new();
    fakes.store.add_ntn_login(ntn_record(workspace("ws-9", "Gamma")));
    let shown = refresh(&fakes, None).await;
    assert_eq!(shown.exit_code, 1);
    assert!(shown.err.contains("ntn manages this login"), "{}", shown.err);
    assert!(fakes.oauth.calls.is_empty());
}

#[tokio::test]
async fn without_a_credential_there_is_none_to_refresh() {
    let fakes = FakeWorld::new();
    assert_eq!(refresh(&fakes, None).await.exit_code, 4);
}
