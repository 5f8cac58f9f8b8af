//! The probe of a connection before a person is sent to Notion.

use super::{AUTHORIZE, INTROSPECT, at};
use crate::support::connection_fakes::{CLIENT_ID, client};
use crate::support::notion::{FakeNotion, Response, respond_as_member, unused_address};
use crate::support::oauth_server::{ConsentDecision, ConsentMode, ErrorFormat, OauthServer};
use notion_auth::domain::oauth::{OauthClient, RedirectUri};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::NotionOauth;
use serde_json::json;

async fn probe(server: &OauthServer, client: OauthClient) -> Result<(), Problem> {
    at(&server.base_url()).check_client(client, RedirectUri::default()).await
}

/// Probes a valid client while authorize returns this response.
async fn authorize_answers(response: Response) -> Result<(), Problem> {
    let server = OauthServer::start();
    server.answer_next(AUTHORIZE, response);
    probe(&server, client()).await
}

/// Probes a valid client while introspection returns this response.
async fn introspection_answers(response: Response) -> Result<(), Problem> {
    let server = OauthServer::start();
    server.answer_next(INTROSPECT, response);
    probe(&server, client()).await
}

fn code(result: Result<(), Problem>) -> Option<ProblemCode> {
    result.err().map(|problem| problem.code)
}

#[tokio::test]
async fn a_good_connection_is_known_by_both_ends_and_nobody_is_asked_for_consent() {
    let server = OauthServer::start();
    assert_eq!(probe(&server, client()).await, Ok(()));
    let requests = server.requests();
    let [authorize, introspect] = ["/v1/oauth/authorize", "/v1/oauth/introspect"]
        .map(|path| requests.iter().find(|request| request.path() == path).expect("both ends were asked"));
    assert_eq!(requests.len(), 2, "the page that authorize redirects to is not fetched");
    assert_eq!(authorize.header("authorization"), None, "whoever serves pages needs no secret");
    let query =
        format!("client_id={CLIENT_ID}&redirect_uri=http%3A%2F%2Flocalhost%3A8765%2Fcallback&response_type=code&owner=user");
    assert_eq!(authorize.target, format!("/v1/oauth/authorize?{query}"));
    assert!(introspect.header("authorization").is_some_and(|value| value.starts_with("Basic ")));
}

#[tokio::test]
async fn an_id_that_authorize_does_not_know_is_named() {
    let server = OauthServer::start().with_settings(|behaviour| behaviour.client_id = "another".into());
    assert_eq!(code(probe(&server, client()).await), Some(ProblemCode::ClientUnknown));
}

#[tokio::test]
async fn a_redirect_address_that_is_not_registered_is_named() {
    let server =
        OauthServer::start().with_settings(|behaviour| behaviour.redirects = vec!["http://localhost:8765/callback/".into()]);
    let problem = probe(&server, client()).await.expect_err("a mismatch");
    let expected = "HTTP 400: redirect_uri, which was http://localhost:8765/callback";
    assert_eq!((problem.code, problem.evidence.as_deref()), (ProblemCode::RedirectMismatch, Some(expected)));
}

#[tokio::test]
async fn a_wrong_secret_is_refused_in_either_shape() {
    for shape in [ErrorFormat::Oauth, ErrorFormat::Api] {
        let server = OauthServer::start().with_settings(|behaviour| behaviour.errors = shape);
        let problem =
            probe(&server, OauthClient { secret: Secret::new("secret_fake_other"), ..client() }).await.expect_err("refused");
        let expected = "HTTP 401 invalid_client, request fake-request-1: it concerns the ID and secret together";
        assert_eq!((problem.code, problem.evidence.as_deref()), (ProblemCode::ClientRefused, Some(expected)), "{shape:?}");
    }
}

#[tokio::test]
async fn a_redirect_to_a_page_of_notion_proves_no_id() {
    // As Notion does it: the page behind the redirect is the first to know the id.
    let server = OauthServer::start().with_settings(|behaviour| behaviour.client_id = "another".into());
    server.answer_next(AUTHORIZE, Response::redirect(302, "https://app.notion.com/install-integration?client_id=x"));
    assert_eq!(code(probe(&server, client()).await), Some(ProblemCode::ClientRefused));
}

#[tokio::test]
async fn what_authorize_answers_is_read_for_no_more_than_it_says() {
    let oauth = |error: &str, words: &str| {
        Response::json(400, json!({"error": error, "error_description": words, "request_id": "fake-request-1"}))
    };
    let api =
        |words: &str| Response::json(400, json!({"object": "error", "status": 400, "code": "validation_error", "message": words}));
    let back = |query: &str| Response::redirect(302, &format!("http://localhost:8765/callback?{query}"));
    let page = |words: &str| Response::html(400, &format!("<h1>Something went wrong</h1><p>{words}"));
    for (name, response, expected) in [
        ("a page to sign in", Response::redirect(302, "https://www.notion.so/login?error=none"), None),
        ("a page of its own", Response::redirect(303, "/consent"), None),
        ("the consent page", Response::html(200, "<h1>Allow redirect_uri?</h1>"), None),
        ("consent at once", back("code=fake-code-9999"), None),
        ("validation of the id", oauth("invalid_request", "query.client_id should be a string"), Some(ProblemCode::ClientUnknown)),
        (
            "validation of the address",
            oauth("invalid_request", "query.redirect_uri is not it"),
            Some(ProblemCode::RedirectMismatch),
        ),
        ("the other shape", api("query.redirect_uri should be registered"), Some(ProblemCode::RedirectMismatch)),
        ("no reason", api(""), Some(ProblemCode::ClientUnknown)),
        ("an error with 200", Response::json(200, json!({"error": "invalid_client"})), Some(ProblemCode::ClientUnknown)),
        ("a page about the address", page("Missing or invalid redirect URI."), Some(ProblemCode::RedirectMismatch)),
        ("a page about the id", page("Missing or incomplete Client ID."), Some(ProblemCode::ClientUnknown)),
        ("a page that repeats all", page("?client_id=a&redirect_uri=b"), Some(ProblemCode::ClientUnknown)),
        ("nothing there", Response::html(404, "not found"), Some(ProblemCode::ClientUnknown)),
        ("an error sent back", back("error=invalid_scope&state="), Some(ProblemCode::AuthorizationRefused)),
        ("another kind of connection", back("error=unauthorized_client"), Some(ProblemCode::ClientUnknown)),
        ("trouble sent back", back("error=server_error"), Some(ProblemCode::NotionServerError)),
        ("a rule of the network", Response::html(403, "blocked"), Some(ProblemCode::BlockedByNetwork)),
        ("a proxy", Response::html(407, "who are you"), Some(ProblemCode::ProxyRefused)),
        ("a limit", Response::html(429, "slow down").header("retry-after", "7"), Some(ProblemCode::RateLimited)),
        ("trouble", Response::html(502, "later"), Some(ProblemCode::NotionServerError)),
        ("a redirect without a target", Response::html(302, ""), Some(ProblemCode::ResponseUnreadable)),
        ("a hang-up", Response::closed(), Some(ProblemCode::ResponseTruncated)),
        ("a page without end", Response::endless(), Some(ProblemCode::ResponseTooLarge)),
    ] {
        assert_eq!(code(authorize_answers(response).await), expected, "{name}");
    }
}

#[tokio::test]
async fn any_answer_of_notion_but_a_refused_client_accepts_the_secret() {
    let error = |status: u16, code: &str| Response::json(status, json!({"error": code, "request_id": "fake-request-1"}));
    for (name, response, expected) in [
        ("a dead token", Response::json(200, json!({"active": false})), None),
        ("a refused token", error(400, "invalid_request"), None),
        ("an unknown token", error(404, "object_not_found"), None),
        ("a refused client", error(401, "invalid_client"), Some(ProblemCode::ClientRefused)),
        ("a refused client with another status", error(400, "invalid_client"), Some(ProblemCode::ClientRefused)),
        ("a code of the API", error(401, "unauthorized"), Some(ProblemCode::ClientRefused)),
        ("another kind of connection", error(400, "unauthorized_client"), Some(ProblemCode::ClientUnknown)),
        ("a limit", error(429, "rate_limited"), Some(ProblemCode::RateLimited)),
        ("trouble", error(503, "service_unavailable"), Some(ProblemCode::NotionServerError)),
        ("a hotel's page", Response::html(200, "<h1>Welcome</h1>"), Some(ProblemCode::UnexpectedResponse)),
        ("a hotel's redirect", Response::redirect(302, "http://hotel.example/"), Some(ProblemCode::Redirected)),
        ("a cut answer", Response::json(200, json!({"active": false})).cut_after(3), Some(ProblemCode::ResponseTruncated)),
    ] {
        assert_eq!(code(introspection_answers(response).await), expected, "{name}");
    }
}

#[tokio::test]
async fn a_hotel_that_answers_for_notion_is_not_taken_for_a_wrong_id() {
    for script in [|_: &_| Response::html(404, "who?"), |_: &_| Response::html(200, "<h1>Welcome</h1>")] {
        let hotel = FakeNotion::start(script);
        let probed = at(&hotel.base_url()).check_client(client(), RedirectUri::default()).await;
        assert_eq!(code(probed), Some(ProblemCode::UnexpectedResponse));
    }
}

#[tokio::test]
async fn a_missing_network_is_one() {
    let probed = at(&format!("http://{}", unused_address())).check_client(client(), RedirectUri::default()).await;
    assert_eq!(code(probed), Some(ProblemCode::NoNetwork));
}

#[tokio::test]
async fn a_redirect_to_another_host_gets_no_request_at_all() {
    let other = FakeNotion::start(respond_as_member);
    let (elsewhere, server) = (other.base_url(), OauthServer::start());
    server.answer_next(AUTHORIZE, Response::redirect(302, &elsewhere));
    server.answer_next(INTROSPECT, Response::redirect(307, &elsewhere));
    assert_eq!(code(probe(&server, client()).await), Some(ProblemCode::Redirected));
    assert_eq!(other.requests(), []);
}

#[tokio::test]
async fn a_connection_that_allows_by_itself_is_still_only_looked_at() {
    let server = OauthServer::start().with_settings(|behaviour| behaviour.consent = ConsentMode::Immediate(ConsentDecision::Allow));
    assert_eq!(probe(&server, client()).await, Ok(()));
    assert_eq!(server.pair_count(), 0);
}

#[tokio::test]
async fn what_no_header_takes_is_told_apart_and_sent_nowhere() {
    let server = OauthServer::start();
    let odd = |id: &str, secret: &str| OauthClient { id: id.into(), secret: Secret::new(secret) };
    for (client, code, evidence) in [
        (odd(CLIENT_ID, "secret_fäke"), ProblemCode::ClientRefused, "character 9 of 11 is not allowed in a secret"),
        (odd(CLIENT_ID, "secret\r\nfake"), ProblemCode::ClientRefused, "character 7 of 12 is not allowed in a secret"),
        (odd("fake id", "secret_fake"), ProblemCode::ClientUnknown, "character 5 of 7 is not allowed in a client ID"),
        (odd("", "secret_fake"), ProblemCode::ClientUnknown, "it is empty"),
    ] {
        server.answer_next(AUTHORIZE, Response::redirect(302, "/consent"));
        let problem = probe(&server, client).await.expect_err(evidence);
        assert_eq!((problem.code, problem.evidence.as_deref()), (code, Some(evidence)));
    }
    assert_eq!(server.request_count("POST /v1/oauth/introspect"), 0);
}
