//! The client against a Notion that misbehaves on purpose.

mod child;
mod environment;

use crate::support::deadline::DEADLINE;
use crate::support::notion::{FakeNotion, Request, Response, TOKEN, respond_as_member, unused_address};
use notion_auth::adapters::notion_api::{NotionClient, RequestLimits};
use notion_auth::domain::base_url::BaseUrl;
use notion_auth::domain::checks::{CapabilityResponse, Reach, UserList};
use notion_auth::domain::credentials::{Owner, Person};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::NotionApi;
use serde_json::json;
use std::time::Duration;

const LIMITS: RequestLimits = RequestLimits { connect_timeout: DEADLINE, request_timeout: DEADLINE, max_body_bytes: 64 * 1024 };

/// For rows that end by running out of it.
const IMPATIENT: RequestLimits = RequestLimits { request_timeout: Duration::from_millis(300), ..LIMITS };

fn client(base_url: &str) -> NotionClient {
    NotionClient::with_limits(BaseUrl::parse(base_url).expect("a good base"), LIMITS)
}

fn token() -> Secret {
    Secret::new(TOKEN)
}

/// How a server responds.
type Responder = fn(&Request) -> Response;

#[tokio::test]
async fn a_token_is_traced_to_its_person_workspace_and_plan_hint() {
    let fake = FakeNotion::start(respond_as_member);
    let identity = client(&fake.base_url()).whoami(token()).await.expect("a good token");
    let ada = Person { id: "user-1".into(), name: Some("Ada Fake".into()), email: Some("ada@example.com".into()) };
    assert_eq!(identity.owner, Owner::Person(ada));
    assert_eq!(identity.workspace_name(), Some("Fake Works"));
    assert_eq!(identity.upload_limit, Some(5_368_709_120));
    assert_eq!(identity.request_id.as_deref(), Some("fake-request-1"));
}

#[tokio::test]
async fn a_request_carries_the_token_the_pinned_version_and_our_name() {
    let fake = FakeNotion::start(respond_as_member);
    client(&format!("{}/", fake.base_url())).whoami(token()).await.expect("a good token");
    let [request] = &fake.requests()[..] else { panic!("one request is enough") };
    assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/v1/users/me"));
    assert_eq!(request.bearer(), Some(TOKEN));
    assert_eq!(request.header("notion-version"), Some("2026-03-11"));
    assert_eq!(request.header("user-agent"), Some(concat!("notion-auth/", env!("CARGO_PKG_VERSION"))));
}

#[tokio::test]
async fn each_misbehaviour_has_its_problem_and_none_repeats_the_token() {
    let rows: &[(&str, Responder, ProblemCode)] = &[
        ("refused token", |request| Response::error(401, "unauthorized", request), ProblemCode::Unauthorized),
        ("missing right", |request| Response::error(403, "restricted_resource", request), ProblemCode::Restricted),
        ("network rule", |_| Response::html(403, "<h1>Blocked</h1>").header("cf-ray", "8f00-FRA"), ProblemCode::BlockedByNetwork),
        ("wrong path", |request| Response::error(404, "object_not_found", request), ProblemCode::ResponseUnreadable),
        ("wrong base", |request| Response::error(400, "invalid_request_url", request), ProblemCode::BaseUrlWrong),
        ("conflict", |request| Response::error(409, "conflict_error", request), ProblemCode::Conflict),
        ("too many", |request| Response::error(429, "rate_limited", request).header("retry-after", "7"), ProblemCode::RateLimited),
        ("broken", |request| Response::error(500, "internal_server_error", request), ProblemCode::NotionServerError),
        ("bad gateway page", |_| Response::html(502, "<h1>Bad gateway</h1>"), ProblemCode::NotionServerError),
        ("maintenance", |request| Response::error(503, "service_unavailable", request), ProblemCode::NotionServerError),
        ("overload", |request| Response::error(529, "service_overload", request), ProblemCode::Overloaded),
        ("proxy's own no", |_| Response::html(407, "who are you"), ProblemCode::ProxyRefused),
        ("login page", |_| Response::html(200, "<h1>Welcome to the hotel</h1>"), ProblemCode::UnexpectedResponse),
        ("text for JSON", |_| Response::json(200, json!({})).header("content-type", "text/plain"), ProblemCode::UnexpectedResponse),
        ("garbage", |_| Response::raw(b"\x16\x03\x01 SSH-2.0 garbage\r\n\r\n"), ProblemCode::UnexpectedResponse),
        ("broken JSON", |_| Response::raw(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{\"a"), ProblemCode::ResponseUnreadable),
        ("no user", |_| Response::json(200, json!({"object": "list"})), ProblemCode::ResponseUnreadable),
        ("cut body", |request| respond_as_member(request).cut_after(10), ProblemCode::ResponseTruncated),
        ("cut chunks", |request| respond_as_member(request).chunked_and_cut(), ProblemCode::ResponseTruncated),
        ("endless body", |_| Response::endless(), ProblemCode::ResponseTooLarge),
        ("large body", |_| Response::json(200, json!("x".repeat(65 * 1024))), ProblemCode::ResponseTooLarge),
        ("redirect away", |_| Response::redirect(302, &format!("https://{TOKEN}.example/{TOKEN}")), ProblemCode::Redirected),
        ("redirect to itself", |request| Response::redirect(307, &request.target), ProblemCode::Redirected),
        ("hang-up", |_| Response::closed(), ProblemCode::ResponseTruncated),
        ("silence", |_| Response::silent(), ProblemCode::TimedOut),
        ("stalled body", |request| respond_as_member(request).stalled_after(10), ProblemCode::TimedOut),
    ];
    for (name, script, code) in rows {
        let fake = FakeNotion::start(script);
        let limits = if *code == ProblemCode::TimedOut { IMPATIENT } else { LIMITS };
        let client = NotionClient::with_limits(BaseUrl::parse(&fake.base_url()).expect("a good base"), limits);
        let problem = client.whoami(token()).await.expect_err(name);
        assert_eq!(problem.code, *code, "{name}: {problem:?}");
        assert!(problem.evidence.is_some(), "{name} has no evidence");
        assert!(!format!("{problem:?}").to_lowercase().contains(&TOKEN.to_lowercase()), "{name}: {problem:?}");
        fake.wait_until(|seen| !seen.requests.is_empty()).await;
        assert_eq!(fake.requests().len(), 1, "{name}: nothing is retried or followed");
    }
}

#[tokio::test]
async fn a_refused_connection_is_a_missing_network() {
    let problem = client(&format!("http://{}", unused_address())).whoami(token()).await.expect_err("nobody listens");
    assert_eq!(problem.code, ProblemCode::NoNetwork);
    assert!(problem.evidence.is_some_and(|evidence| evidence.to_lowercase().contains("refused")));
}

#[tokio::test]
async fn the_evidence_names_status_code_and_request() {
    let fake = FakeNotion::start(|request| Response::error(401, "unauthorized", request));
    let problem = client(&fake.base_url()).whoami(token()).await.expect_err("401");
    assert_eq!(problem, Problem::new(ProblemCode::Unauthorized).with_evidence("HTTP 401 unauthorized, request fake-request-1"));
}

#[tokio::test]
async fn a_rate_limit_says_how_long_to_wait() {
    let fake = FakeNotion::start(|request| Response::error(429, "rate_limited", request).header("retry-after", "7"));
    let problem = client(&fake.base_url()).whoami(token()).await.expect_err("429");
    assert_eq!(problem.retry_after, Some(7));
}

#[tokio::test]
async fn a_redirect_to_another_host_gets_no_request_at_all() {
    let other = FakeNotion::start(respond_as_member);
    let elsewhere = other.base_url();
    let fake = FakeNotion::start(move |_| Response::redirect(302, &elsewhere));
    let problem = client(&fake.base_url()).whoami(token()).await.expect_err("a redirect");
    assert_eq!(problem, Problem::new(ProblemCode::Redirected).with_evidence("HTTP 302 to 127.0.0.1"));
    assert_eq!(other.requests(), []);
}

#[tokio::test]
async fn a_download_without_end_stops_at_its_limit() {
    let fake = FakeNotion::start(|_| Response::endless());
    client(&fake.base_url()).whoami(token()).await.expect_err("too large");
    // The limit, and what the two sockets hold in between; a client that reads on would never leave.
    fake.wait_until(|seen| seen.disconnected == 1 && seen.bytes_sent < 16 * 1024 * 1024).await;
}

#[tokio::test]
async fn names_full_of_escape_codes_arrive_harmless() {
    let fake = FakeNotion::start(|_| {
        let bot = json!({"owner": {"type": "workspace"}, "workspace_id": "w", "workspace_name": "\u{1b}]0;owned\u{7}Acme\u{202e}"});
        Response::json(200, json!({"object": "user", "id": "b", "type": "bot", "name": "\u{1b}[2J\u{1b}[31mSync", "bot": bot}))
    });
    let identity = client(&fake.base_url()).whoami(token()).await.expect("a user");
    assert_eq!((identity.bot_name.as_deref(), identity.workspace_name()), (Some("[2J[31mSync"), Some("]0;ownedAcme")));
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_a_token_and_goes_nowhere() {
    let fake = FakeNotion::start(respond_as_member);
    for text in ["", "ntn_fake\r\nX-Injected: yes", "ntn_fäke", "ntn_\u{7f}"] {
        let problem = client(&fake.base_url()).whoami(Secret::new(text)).await.expect_err(text);
        assert_eq!(problem.code, ProblemCode::NotAToken, "{text:?}");
    }
    assert_eq!(fake.requests(), []);
}

#[tokio::test]
async fn dropping_a_job_hangs_up() {
    let fake = FakeNotion::start(|_| Response::silent());
    let job = client(&fake.base_url()).whoami(token());
    tokio::select! {
        answer = job => panic!("silence answered {answer:?}"),
        () = fake.wait_until(|seen| seen.requests.len() == 1) => {}
    }
    fake.wait_until(|seen| seen.disconnected == 1).await;
}

#[tokio::test]
async fn the_user_list_is_read_to_its_end() {
    let fake = FakeNotion::start(|request| {
        let person =
            |id: &str| json!({"object": "user", "id": id, "type": "person", "person": {"email": format!("{id}@example.com")}});
        let bot = json!({"object": "user", "id": "bot-1", "type": "bot", "bot": {}});
        match request.target.as_str() {
            "/v1/users?page_size=100" => Response::json(
                200,
                json!({"object": "list", "results": [person("a"), bot], "has_more": true, "next_cursor": "c 2&"}),
            ),
            "/v1/users?page_size=100&start_cursor=c+2%26" => {
                Response::json(200, json!({"object": "list", "results": [person("b")], "has_more": false, "next_cursor": null}))
            }
            _ => Response::error(400, "invalid_request_url", request),
        }
    });
    let list = UserList { people: vec!["a".into(), "b".into()], is_complete: true, has_emails: true };
    assert_eq!(client(&fake.base_url()).list_users(token()).await, Ok(CapabilityResponse::Granted(list)));
}

#[tokio::test]
async fn a_user_list_without_end_is_left_incomplete() {
    let fake =
        FakeNotion::start(|_| Response::json(200, json!({"object": "list", "results": [], "has_more": true, "next_cursor": "on"})));
    let list = UserList { people: Vec::new(), is_complete: false, has_emails: false };
    assert_eq!(client(&fake.base_url()).list_users(token()).await, Ok(CapabilityResponse::Granted(list)));
    assert_eq!(fake.requests().len(), 5);
}

#[tokio::test]
async fn a_missing_right_is_an_answer_to_a_probe() {
    let fake = FakeNotion::start(|request| Response::error(403, "restricted_resource", request));
    let client = client(&fake.base_url());
    let (status, code) = (403, "restricted_resource".to_owned());
    assert_eq!(client.list_users(token()).await, Ok(CapabilityResponse::Refused { status, code: code.clone() }));
    assert_eq!(client.user_exists(token(), "user-1".into()).await, Ok(CapabilityResponse::Refused { status, code: code.clone() }));
    assert_eq!(client.search(token()).await, Ok(CapabilityResponse::Refused { status, code }));
}

#[tokio::test]
async fn a_refusal_that_repeats_the_token_does_not_show_it() {
    let echo = token().expose().to_owned();
    let fake = FakeNotion::start(move |request| Response::error(403, &echo, request));
    let client = client(&fake.base_url());
    let Ok(CapabilityResponse::Refused { code, .. }) = client.search(token()).await else { panic!("it is refused") };
    assert!(!code.contains(token().expose()), "{code}");
    let Ok(CapabilityResponse::Refused { code, .. }) = client.user_exists(token(), "user-1".into()).await else {
        panic!("it is refused")
    };
    assert!(!code.contains(token().expose()), "{code}");
}

#[tokio::test]
async fn a_user_is_found_or_not() {
    let fake = FakeNotion::start(respond_as_member);
    let client = client(&fake.base_url());
    assert_eq!(client.user_exists(token(), "user-1".into()).await, Ok(CapabilityResponse::Granted(true)));
    assert_eq!(client.user_exists(token(), "somebody/else".into()).await, Ok(CapabilityResponse::Granted(false)));
    assert_eq!(fake.requests()[1].target, "/v1/users/somebody%2Felse");
}

#[tokio::test]
async fn a_search_counts_what_the_token_sees() {
    let fake = FakeNotion::start(respond_as_member);
    let reach = Reach { pages: 2, data_sources: 1, has_more: false };
    assert_eq!(client(&fake.base_url()).search(token()).await, Ok(CapabilityResponse::Granted(reach)));
    let [request] = &fake.requests()[..] else { panic!("one request is enough") };
    assert_eq!((request.method.as_str(), request.body.as_str()), ("POST", r#"{"page_size":100}"#));
}

#[tokio::test]
async fn the_host_is_reached_without_a_token_by_any_answer_of_the_api() {
    for status in [401, 404, 429] {
        let fake = FakeNotion::start(move |request| {
            Response::error(status, "any", request).header("date", "Sun, 06 Nov 1994 08:49:37 GMT")
        });
        let reachable = client(&fake.base_url()).reach_host().await.expect("reachable");
        assert!(reachable.clock_skew_s.is_some_and(|seconds| seconds > 0), "{status}: 1994 is long ago");
        assert_eq!(fake.requests()[0].header("authorization"), None);
    }
}

#[tokio::test]
async fn an_answer_of_another_is_no_reach() {
    let rows: [(Responder, ProblemCode); 3] = [
        (|_| Response::html(401, "<h1>Log in to the hotel</h1>"), ProblemCode::UnexpectedResponse),
        (|_| Response::html(200, "<h1>Welcome</h1>"), ProblemCode::UnexpectedResponse),
        (|_| Response::html(503, "<h1>Later</h1>"), ProblemCode::NotionServerError),
    ];
    for (script, code) in rows {
        let fake = FakeNotion::start(script);
        let problem = client(&fake.base_url()).reach_host().await.expect_err("no reach");
        assert_eq!(problem.code, code);
    }
}
