//! The demo's Notion, seen through the real client.

#![expect(clippy::disallowed_methods, reason = "tests start the server themselves, and fail when it cannot start")]

use notion_auth::adapters::demo::simulated_notion::SimulatedNotion;
use notion_auth::adapters::machine::clock::Clock;
use notion_auth::adapters::notion_api::NotionClient;
use notion_auth::domain::base_url::BaseUrl;
use notion_auth::domain::checks::{CapabilityResponse, Reach};
use notion_auth::domain::credentials::{Owner, TokenKind};
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::NotionApi;
use std::ffi::OsStr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;

/// A running demo; ends with the test.
struct RunningDemo {
    notion: NotionClient,
    server: AbortHandle,
}

impl RunningDemo {
    fn start() -> Self {
        let simulated = SimulatedNotion::bind().expect("a free port").with_latency(Duration::ZERO);
        let notion = NotionClient::new(BaseUrl::parse(&simulated.base_url()).expect("loopback is allowed"));
        Self { notion, server: tokio::spawn(simulated.serve()).abort_handle() }
    }
}

impl Drop for RunningDemo {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The example whose token has this word in it.
fn token(word: &str) -> Secret {
    let example = SimulatedNotion::example_tokens().iter().find(|example| example.token.contains(word)).expect(word);
    Secret::new(example.token)
}

fn reach(pages: usize, data_sources: usize) -> CapabilityResponse<Reach> {
    CapabilityResponse::Granted(Reach { pages, data_sources, has_more: false })
}

#[tokio::test]
async fn a_member_sees_pages_and_may_not_list_users() {
    let demo = RunningDemo::start();
    let identity = demo.notion.whoami(token("member")).await.expect("a good token");
    assert_eq!((identity.kind(), identity.display_name()), (TokenKind::User, Some("Mika Demo")));
    assert_eq!((identity.workspace_name(), identity.upload_limit), (Some("Demo Works"), Some(5_368_709_120)));
    assert_eq!(demo.notion.search(token("member")).await, Ok(reach(42, 3)));
    let refused = CapabilityResponse::Refused { status: 403, code: "restricted_resource".into() };
    assert_eq!(demo.notion.list_users(token("member")).await, Ok(refused));
    let id = identity.person().expect("a person").id.clone();
    assert_eq!(demo.notion.user_exists(token("member"), id).await, Ok(CapabilityResponse::Granted(true)));
}

#[tokio::test]
async fn an_owner_on_free_is_given_away_by_the_upload_limit() {
    let demo = RunningDemo::start();
    let identity = demo.notion.whoami(token("owner")).await.expect("a good token");
    assert_eq!((identity.display_name(), identity.upload_limit), (Some("Olu Demo"), Some(5_242_880)));
}

#[tokio::test]
async fn a_guest_is_found_and_not_listed() {
    let demo = RunningDemo::start();
    let identity = demo.notion.whoami(token("guest")).await.expect("a good token");
    let guest = identity.person().expect("a person").id.clone();
    assert_eq!(demo.notion.user_exists(token("guest"), guest.clone()).await, Ok(CapabilityResponse::Granted(true)));
    let Ok(CapabilityResponse::Granted(list)) = demo.notion.list_users(token("guest")).await else {
        panic!("an OAuth connection may list users")
    };
    assert!(list.is_complete && list.has_emails && !list.people.is_empty() && !list.people.contains(&guest), "{list:?}");
}

#[tokio::test]
async fn a_connection_acts_as_its_own_bot() {
    let demo = RunningDemo::start();
    let identity = demo.notion.whoami(token("with_pages")).await.expect("a good token");
    assert_eq!((identity.owner.clone(), identity.display_name()), (Owner::Workspace, Some("Demo Sync")));
    assert_eq!(demo.notion.search(token("with_pages")).await, Ok(reach(12, 1)));
}

#[tokio::test]
async fn pages_are_shared_with_the_empty_connection_after_the_first_look() {
    let demo = RunningDemo::start();
    for expected in [reach(0, 0), reach(3, 0), reach(3, 0)] {
        assert_eq!(demo.notion.search(token("without_pages")).await, Ok(expected));
    }
}

#[tokio::test]
async fn refusals_and_troubles_are_the_real_ones() {
    let demo = RunningDemo::start();
    for (secret, code, retry_after) in [
        (token("revoked"), ProblemCode::Unauthorized, None),
        (token("blocked"), ProblemCode::BlockedByNetwork, None),
        (token("rate_limited"), ProblemCode::RateLimited, Some(2)),
        (token("trouble"), ProblemCode::NotionServerError, None),
        (Secret::new("ntn_fake_unknown_0000000000000000000000000000"), ProblemCode::Unauthorized, None),
    ] {
        let problem = demo.notion.whoami(secret).await.expect_err(code.name());
        assert_eq!((problem.code, problem.retry_after), (code, retry_after), "{problem:?}");
    }
}

#[tokio::test]
async fn patience_and_outage_pass() {
    let demo = RunningDemo::start();
    for word in ["rate_limited", "trouble"] {
        demo.notion.whoami(token(word)).await.expect_err("the first time");
        let identity = demo.notion.whoami(token(word)).await.expect("the second time");
        assert_eq!(identity.display_name(), Some("Mika Demo"), "{word}");
    }
}

#[tokio::test]
async fn the_host_is_reachable_and_its_clock_agrees() {
    let demo = RunningDemo::start();
    let reachable = demo.notion.reach_host().await.expect("reachable");
    assert!(reachable.clock_skew_s.is_some_and(|seconds| seconds.abs() <= 2), "{reachable:?}");
}

#[tokio::test]
async fn a_clock_that_a_test_fixed_is_the_demos_too() {
    let clock = Clock::from_setting(Some(OsStr::new("1999-12-31T23:59:59Z"))).expect("an instant");
    let simulated = SimulatedNotion::bind().expect("a free port").with_latency(Duration::ZERO).with_clock(clock);
    let notion = NotionClient::new(BaseUrl::parse(&simulated.base_url()).expect("loopback is allowed")).with_clock(clock);
    let _server = tokio::spawn(simulated.serve());
    assert_eq!(notion.reach_host().await.expect("reachable").clock_skew_s, Some(0));
}

/// Sends a request for the portal's page, and returns the response.
async fn send_to_portal(address: &str, method: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("the demo listens");
    let length = body.len();
    let request = format!(
        "{method} /developers/tokens HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.expect("a request");
    let mut page = String::new();
    stream.read_to_string(&mut page).await.expect("a page");
    page
}

#[tokio::test]
async fn a_token_that_is_revoked_on_the_portal_is_refused_and_the_second_one_of_the_person_works() {
    let simulated = SimulatedNotion::bind().expect("a free port").with_latency(Duration::ZERO);
    let notion = NotionClient::new(BaseUrl::parse(&simulated.base_url()).expect("loopback is allowed"));
    let address = simulated.base_url().replace("http://", "");
    let server = tokio::spawn(simulated.serve());
    let (old, new) = (token("member_on"), token("member_with"));
    let [before, other] = [old.clone(), new.clone()].map(|token| notion.whoami(token));
    let (before, other) = (before.await.expect("it works"), other.await.expect("it works"));
    assert_eq!(before.person(), other.person());
    assert_ne!(before.actor_id(), other.actor_id(), "each token has a bot of its own");
    let page = send_to_portal(&address, "POST", &format!("revoke={}", old.expose())).await;
    assert!(page.contains("Revoked"), "{page}");
    assert_eq!(notion.whoami(old).await.expect_err("it is revoked").code, ProblemCode::Unauthorized);
    assert!(notion.whoami(new).await.is_ok());
    server.abort();
}

#[tokio::test]
async fn the_portal_lists_every_example_says_it_is_simulated_and_loads_nothing() {
    let simulated = SimulatedNotion::bind().expect("a free port");
    let link = simulated.portal_page();
    assert_eq!(link.as_str(), format!("{}/developers/tokens", simulated.base_url()));
    let address = simulated.base_url().replace("http://", "");
    let server = tokio::spawn(simulated.serve());

    let page = send_to_portal(&address, "GET", "").await;
    server.abort();

    assert!(page.starts_with("HTTP/1.1 200") && page.contains("This page is simulated"), "{page}");
    assert!(page.contains("content-security-policy: default-src 'none'"), "{page}");
    for example in SimulatedNotion::example_tokens() {
        assert!(page.contains(example.token) && page.contains(example.effect), "{}", example.token);
    }
    for outside in ["src=", "href=", "url(", "@import"] {
        assert!(!page.contains(outside), "the page loads something: {outside}");
    }
}
