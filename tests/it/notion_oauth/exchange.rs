//! A code becomes tokens, or a reason why not.

use super::{INTROSPECT, LIMITS, TOKEN, allowed, at, exchange, granted, token_requests};
use crate::support::connection_fakes::client;
use crate::support::notion::{FakeNotion, Response, respond_as_member};
use crate::support::oauth_server::{ErrorFormat, OauthServer, TokenPairs};
use notion_auth::adapters::notion_api::{NotionClient, RequestLimits};
use notion_auth::domain::base_url::BaseUrl;
use notion_auth::domain::oauth::{CodeExchange, OauthClient, Pkce, RedirectUri};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::{NotionApi, NotionOauth};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_code_becomes_a_pair_whose_token_is_the_person_s() {
    let server = OauthServer::start();
    let grant = granted(&server).await;
    let identity = at(&server.base_url()).whoami(grant.access).await.expect("a good token");
    assert_eq!(identity.display_name(), Some("Ada Fake"));
    assert!(grant.refresh.is_some_and(|refresh| server.is_token_valid(refresh.expose())));
}

#[tokio::test]
async fn the_request_is_the_documented_one() {
    let server = OauthServer::start();
    let exchange = allowed(&server, Pkce::Never);
    let code = exchange.code.clone();
    at(&server.base_url()).exchange_code(exchange).await.expect("a grant");
    let [request] = &server.requests()[..] else { panic!("one request is enough") };
    assert_eq!(request.header("notion-version"), Some("2026-03-11"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert!(request.header("authorization").is_some_and(|value| value.starts_with("Basic ")));
    let redirect = RedirectUri::default().to_string();
    let body = json!({"grant_type": "authorization_code", "code": code.expose(), "redirect_uri": redirect});
    assert_eq!(token_requests(&server), [body]);
}

#[tokio::test]
async fn a_connection_may_mint_a_pair_each_time_or_give_the_same_one() {
    for (pairs, made) in [(TokenPairs::Fresh, 2), (TokenPairs::Existing, 1), (TokenPairs::WithoutRefresh, 2)] {
        let server = OauthServer::start().with_settings(|behaviour| behaviour.pairs = pairs);
        let (first, second) = (granted(&server).await, granted(&server).await);
        assert_eq!((first == second, server.pair_count()), (made == 1, made), "{pairs:?}");
        assert_eq!(first.refresh.is_none(), pairs == TokenPairs::WithoutRefresh);
        assert!(server.is_token_valid(first.access.expose()) && server.is_token_valid(second.access.expose()), "{pairs:?}");
    }
}

#[tokio::test]
async fn a_code_works_once() {
    for shape in [ErrorFormat::Oauth, ErrorFormat::Api] {
        let server = OauthServer::start().with_settings(|behaviour| behaviour.errors = shape);
        let exchanged = allowed(&server, Pkce::Auto);
        exchange(&server, exchanged.clone()).await.expect("a grant");
        let problem = exchange(&server, exchanged).await.expect_err("a used code");
        let expected = Problem::new(ProblemCode::CodeRefused).with_evidence("HTTP 400 invalid_grant, request fake-request-1");
        assert_eq!(problem, expected, "{shape:?}");
        assert_eq!(token_requests(&server).len(), 2, "nothing is tried again");
    }
}

#[tokio::test]
async fn another_redirect_address_or_a_wrong_secret_is_refused_for_what_it_is() {
    let server = OauthServer::start();
    let elsewhere = CodeExchange { redirect: RedirectUri { port: 1 }, ..allowed(&server, Pkce::Auto) };
    assert_eq!(exchange(&server, elsewhere).await.expect_err("elsewhere").code, ProblemCode::CodeRefused);
    let wrong = OauthClient { secret: Secret::new("secret_fake_other"), ..client() };
    let wrong = CodeExchange { client: wrong, ..allowed(&server, Pkce::Auto) };
    assert_eq!(exchange(&server, wrong).await.expect_err("a wrong secret").code, ProblemCode::ClientRefused);
}

#[tokio::test]
async fn each_answer_has_its_problem_and_a_code_is_sent_but_once() {
    let error = |status: u16, code: &str, words: &str| {
        Response::json(status, json!({"error": code, "error_description": words, "request_id": "fake-request-1"}))
    };
    let rows = [
        ("a spent code", error(400, "invalid_grant", ""), ProblemCode::CodeRefused),
        ("a code of another form", error(400, "validation_error", "body.code should be a uuid"), ProblemCode::CodeRefused),
        ("another redirect", error(400, "invalid_request", "body.redirect_uri"), ProblemCode::RedirectMismatch),
        ("a wrong client", error(401, "invalid_client", ""), ProblemCode::ClientRefused),
        ("a nameless 401", Response::json(401, json!({})).header("x-notion-request-id", "fake"), ProblemCode::ClientRefused),
        ("another kind of connection", error(400, "unauthorized_client", ""), ProblemCode::ClientUnknown),
        ("a grant type of old", error(400, "unsupported_grant_type", ""), ProblemCode::Bug),
        ("not for you", error(403, "test_env_error", ""), ProblemCode::AuthorizationRefused),
        ("a rule of the network", Response::html(403, "blocked"), ProblemCode::BlockedByNetwork),
        ("a path of old", error(404, "object_not_found", ""), ProblemCode::ResponseUnreadable),
        ("a proxy", Response::html(407, "who are you"), ProblemCode::ProxyRefused),
        ("a limit", error(429, "rate_limited", ""), ProblemCode::RateLimited),
        ("trouble", error(500, "internal_server_error", ""), ProblemCode::NotionServerError),
        ("a bad gateway", Response::html(502, "<h1>Bad gateway"), ProblemCode::NotionServerError),
        ("overload", error(529, "service_overload", ""), ProblemCode::Overloaded),
        ("a page", Response::html(200, "<h1>Welcome</h1>"), ProblemCode::UnexpectedResponse),
        ("a page that refuses", Response::html(401, "<h1>Sign in</h1>"), ProblemCode::UnexpectedResponse),
        ("a redirect", Response::redirect(307, TOKEN), ProblemCode::Redirected),
        ("no token", Response::json(200, json!({"refresh_token": "nrt_fake"})), ProblemCode::ResponseUnreadable),
        ("an empty token", Response::json(200, json!({"access_token": ""})), ProblemCode::ResponseUnreadable),
        ("broken JSON", Response::raw(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{\"a"), ProblemCode::ResponseUnreadable),
        ("a cut answer", Response::json(200, json!({"access_token": "ntn_fake"})).cut_after(9), ProblemCode::ResponseTruncated),
        ("cut chunks", Response::json(200, json!({"access_token": "ntn_fake"})).chunked_and_cut(), ProblemCode::ResponseTruncated),
        ("a huge answer", Response::json(200, json!("x".repeat(65 * 1024))), ProblemCode::ResponseTooLarge),
        ("no end", Response::endless(), ProblemCode::ResponseTooLarge),
        ("garbage", Response::raw(b"\x16\x03\x01 garbage\r\n\r\n"), ProblemCode::UnexpectedResponse),
        ("a hang-up", Response::closed(), ProblemCode::ResponseTruncated),
        ("silence", Response::silent(), ProblemCode::TimedOut),
    ];
    for (name, response, code) in rows {
        let server = OauthServer::start();
        let exchange = allowed(&server, Pkce::Auto);
        server.answer_next(TOKEN, response);
        let whole = if code == ProblemCode::TimedOut { Duration::from_millis(300) } else { LIMITS.request_timeout };
        let base = BaseUrl::parse(&server.base_url()).expect("a good base");
        let problem = NotionClient::with_limits(base, RequestLimits { request_timeout: whole, ..LIMITS })
            .exchange_code(exchange)
            .await
            .expect_err(name);
        assert_eq!(problem.code, code, "{name}: {problem:?}");
        assert!(problem.evidence.is_some(), "{name} has no evidence");
        server.wait_until(|seen| !seen.requests.is_empty()).await;
        assert_eq!(server.requests().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_limit_says_how_long_to_wait() {
    for response in [
        Response::json(429, json!({"error": "rate_limited"})).header("retry-after", "7"),
        Response::json(429, json!({"object": "error", "code": "rate_limited", "additional_data": {"retry_after": 7}})),
        Response::html(503, "later").header("retry-after", "7"),
    ] {
        let server = OauthServer::start();
        let exchange = allowed(&server, Pkce::Auto);
        server.answer_next(TOKEN, response);
        let problem = at(&server.base_url()).exchange_code(exchange).await.expect_err("not now");
        assert_eq!(problem.retry_after, Some(7), "{problem:?}");
    }
}

#[tokio::test]
async fn a_redirect_takes_no_code_to_another_host() {
    let other = FakeNotion::start(respond_as_member);
    for path in [TOKEN, INTROSPECT, "/v1/oauth/revoke"] {
        let server = OauthServer::start();
        server.answer_next(path, Response::redirect(307, &format!("{}{path}", other.base_url())));
        let (client, token) = (client(), Secret::new("nrt_fake_refresh"));
        let notion = at(&server.base_url());
        let problem = match path {
            TOKEN => notion.refresh(client, token).await.map(drop),
            INTROSPECT => notion.introspect(client, token).await.map(drop),
            _ => notion.revoke(client, token).await,
        };
        assert_eq!(problem, Err(Problem::new(ProblemCode::Redirected).with_evidence("HTTP 307 to 127.0.0.1")), "{path}");
    }
    assert_eq!(other.requests(), []);
}
