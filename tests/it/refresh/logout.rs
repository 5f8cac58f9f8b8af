//! Logging out of an own connection: what Notion still takes afterwards, and what is left here.

use super::signals::asked;
use super::{Life, checked};
use crate::support::notion::Response;
use crate::support::sandbox::CommandOutput;
use notion_auth::domain::credentials::CredentialIndex;
use serde_json::Value;

impl Life {
    /// The tokens that Notion was asked to revoke, in order.
    fn revoked(&self) -> Vec<String> {
        let requests = self.server.requests();
        let bodies = requests.iter().filter(|request| request.path() == "/v1/oauth/revoke").map(|request| &request.body);
        bodies.map(|body| serde_json::from_str::<Value>(body).unwrap()["token"].as_str().unwrap().to_owned()).collect()
    }

    #[track_caller]
    fn assert_gone(&self) {
        assert_eq!(self.store().load_index_blocking(), Ok(CredentialIndex::default()));
        let file = crate::login::read(&self.home.file("secrets.json"));
        assert!(!file.contains("fake"), "{file}");
    }
}

#[test]
fn both_tokens_are_revoked_in_order_and_then_deleted() {
    let life = Life::new();
    let kept = life.kept();
    let run = life.run("logout");
    assert_eq!((run.exit_code, run.stdout.as_str()), (Some(0), ""), "{run:?}");
    let expected = "Fake Works: the refresh token was revoked.\nFake Works: the access token was revoked.\nFake Works: deleted from the file.\n";
    assert_eq!(run.stderr, expected);
    let (refresh, access) = (kept.refresh.unwrap(), kept.token);
    assert_eq!(life.revoked(), [refresh.expose(), access.expose()]);
    assert!(!life.server.is_token_valid(refresh.expose()) && !life.server.is_token_valid(access.expose()));
    life.assert_gone();
}

#[test]
fn where_notion_cannot_be_reached_it_is_kept_until_that_is_given_up() {
    let Life { server, home } = Life::new();
    let home = home.with_variable("NOTION_API_BASE_URL", format!("http://{}", crate::support::notion::unused_address()));
    let life = Life { server, home };
    let run = life.run("logout");
    assert_eq!(run.exit_code, Some(5), "{run:?}");
    assert!(run.stderr.contains("the refresh token was not revoked: Notion could not be reached."), "{}", run.stderr);
    assert!(run.stderr.contains("\n  notion-auth logout --local-only workspace-1/oauth\n"), "{}", run.stderr);
    life.assert_alive();

    let access = life.kept().token;
    let run = life.run("logout --local-only workspace-1/oauth");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert!(run.stderr.contains("deleted from the file."), "{}", run.stderr);
    assert!(run.stderr.contains("The tokens keep working until you disconnect"), "{}", run.stderr);
    assert!(life.revoked().is_empty() && life.server.is_token_valid(access.expose()));
    life.assert_gone();
}

#[test]
fn a_client_secret_that_was_replaced_in_the_portal_is_said_and_it_is_deleted_here() {
    let life = Life::new();
    life.server.change(|behaviour| behaviour.client_secret = "secret_fake_replaced_0000000000000000000".into());
    let run = life.run("logout");
    assert_eq!(run.exit_code, Some(4), "{run:?}");
    assert!(run.stderr.contains("Notion does not accept this client secret."), "{}", run.stderr);
    assert!(run.stderr.contains("https://app.notion.com/developers/connections"), "{}", run.stderr);
    life.assert_gone();
}

#[test]
fn what_its_person_has_disconnected_already_is_deleted_without_a_word_of_trouble() {
    let life = Life::new();
    life.server.disconnect();
    let run = life.run("logout --all");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    life.assert_gone();
}

#[test]
fn a_logout_during_a_refresh_takes_back_the_pair_that_it_brings() {
    let life = Life::new();
    let (refresh, lock) = asked(&life);
    let logout = life.home.start("logout");
    drop(lock);
    for run in [refresh, logout].map(CommandOutput::wait).map(checked) {
        assert_eq!(run.exit_code, Some(0), "{run:?}");
    }
    assert_eq!((life.server.pair_count(), life.revoked().len()), (2, 2));
    assert!(life.revoked().iter().all(|token| token.contains("_0002_")), "the newer pair");
    life.assert_gone();
}

#[test]
fn a_notion_that_does_not_understand_is_told_and_does_not_keep_the_credential_here_for_ever() {
    let life = Life::new();
    for token in ["refresh", "access"] {
        let refusal = Response::json(400, serde_json::json!({"error": "invalid_request", "request_id": token}));
        life.server.answer_next("/v1/oauth/revoke", refusal);
    }
    let run = life.run("logout");
    assert_eq!(run.exit_code, Some(1), "{run:?}");
    assert!(run.stderr.contains("the refresh token was not revoked: Notion returned an error"), "{}", run.stderr);
    life.assert_gone();
}

#[test]
fn tokens_that_notion_calls_dead_are_as_good_as_revoked() {
    let life = Life::new();
    for error in ["invalid_grant", "invalid_token"] {
        life.server.answer_next("/v1/oauth/revoke", Response::json(400, serde_json::json!({"error": error})));
    }
    let run = life.run("logout");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    life.assert_gone();
}
