//! The tokens of a connection afterwards: renewed, asked about, taken back.

use super::{at, granted};
use crate::support::connection_fakes::client;
use crate::support::oauth_server::{ErrorFormat, OauthServer, TokenPairs};
use notion_auth::domain::oauth::{Introspection, OauthClient};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::{NotionApi, NotionOauth};
use serde_json::json;

#[tokio::test]
async fn a_refresh_gives_another_pair_and_ends_the_one_before() {
    for pairs in [TokenPairs::Fresh, TokenPairs::Existing] {
        let server = OauthServer::start().with_settings(|behaviour| behaviour.pairs = pairs);
        let old = granted(&server).await;
        let refresh = old.refresh.expect("a refresh token");
        let new = at(&server.base_url()).refresh(client(), refresh.clone()).await.expect("another pair");
        assert!(!server.is_token_valid(old.access.expose()) && !server.is_token_valid(refresh.expose()), "{pairs:?}");
        assert!(server.is_token_valid(new.access.expose()), "{pairs:?}");
        assert!(new.refresh.is_some_and(|refresh| server.is_token_valid(refresh.expose())), "{pairs:?}");
        let sent = server.requests().pop().expect("a request").body;
        assert_eq!(sent, json!({"grant_type": "refresh_token", "refresh_token": refresh.expose()}).to_string());
    }
}

#[tokio::test]
async fn a_refresh_token_works_once() {
    for shape in [ErrorFormat::Oauth, ErrorFormat::Api] {
        let server = OauthServer::start().with_settings(|behaviour| behaviour.errors = shape);
        let refresh = granted(&server).await.refresh.expect("a refresh token");
        let notion = at(&server.base_url());
        notion.refresh(client(), refresh.clone()).await.expect("another pair");
        let problem = notion.refresh(client(), refresh).await.expect_err("a used token");
        let expected = Problem::new(ProblemCode::RefreshRefused).with_evidence("HTTP 400 invalid_grant, request fake-request-1");
        assert_eq!(problem, expected, "{shape:?}");
        assert_eq!(server.request_count("POST /v1/oauth/token refresh_token"), 2, "nothing is tried again");
    }
}

#[tokio::test]
async fn a_person_who_disconnected_it_ends_every_token() {
    let server = OauthServer::start();
    let grant = granted(&server).await;
    server.disconnect();
    let notion = at(&server.base_url());
    let refused = notion.refresh(client(), grant.refresh.expect("a refresh token")).await.expect_err("disconnected");
    assert_eq!(refused.code, ProblemCode::RefreshRefused);
    assert_eq!(notion.whoami(grant.access).await.expect_err("disconnected").code, ProblemCode::Unauthorized);
}

#[tokio::test]
async fn introspection_tells_a_living_token_from_a_dead_one() {
    let server = OauthServer::start();
    let (notion, grant) = (at(&server.base_url()), granted(&server).await);
    let living = notion.introspect(client(), grant.access).await.expect("an answer");
    assert!(living.active && living.issued_at.is_some());
    assert!(living.scope.is_some_and(|scope| scope.contains("read_content")));
    let dead = notion.introspect(client(), Secret::new("ntn_fake_dead")).await;
    assert_eq!(dead, Ok(Introspection { active: false, scope: None, issued_at: None }));
}

#[tokio::test]
async fn a_refresh_token_that_is_taken_back_takes_its_access_token_along() {
    let server = OauthServer::start();
    let (notion, grant) = (at(&server.base_url()), granted(&server).await);
    let refresh = grant.refresh.expect("a refresh token");
    assert_eq!(notion.revoke(client(), grant.access.clone()).await, Ok(()));
    assert_eq!((server.is_token_valid(grant.access.expose()), server.is_token_valid(refresh.expose())), (false, true));
    assert_eq!(notion.revoke(client(), refresh.clone()).await, Ok(()));
    assert!(!server.is_token_valid(refresh.expose()));
    assert_eq!(notion.revoke(client(), refresh).await, Ok(()), "what is gone already is no failure");
}

#[tokio::test]
async fn a_wrong_secret_is_refused_everywhere() {
    let server = OauthServer::start();
    let wrong = || OauthClient { secret: Secret::new("secret_fake_other"), ..client() };
    let (notion, token) = (at(&server.base_url()), || Secret::new("nrt_fake_refresh"));
    for answer in [
        notion.refresh(wrong(), token()).await.map(drop),
        notion.introspect(wrong(), token()).await.map(drop),
        notion.revoke(wrong(), token()).await,
    ] {
        assert_eq!(answer.expect_err("a wrong secret").code, ProblemCode::ClientRefused);
    }
}
