//! Failures that pass by themselves, as the built binary meets them.

use crate::support::notion::{FakeNotion, Request, Response, TOKEN, respond_as_member};
use crate::support::sandbox::Sandbox;
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Answers like this for so many requests about the token's owner, and well afterwards.
fn recovering(times: usize, fail: impl Fn(&Request) -> Response + Send + Sync + 'static) -> FakeNotion {
    let asked = AtomicUsize::new(0);
    FakeNotion::start(move |request| {
        let is_early = request.path() == "/v1/users/me" && request.header("authorization").is_some();
        if is_early && asked.fetch_add(1, Ordering::SeqCst) < times { fail(request) } else { respond_as_member(request) }
    })
}

fn rate_limited(request: &Request) -> Response {
    Response::error(429, "rate_limited", request).header("retry-after", "1")
}

#[test]
fn a_login_waits_as_long_as_notion_says_and_tells_so_once() {
    let notion = recovering(1, rate_limited);
    let run = Sandbox::with_notion(&notion).run("login --token-stdin --store file --json", TOKEN);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    let events = run.json_lines();
    let retries: Vec<_> = events.iter().filter(|event| event["event"] == "retry").collect();
    assert_eq!(retries.len(), 1, "{run:?}");
    assert_eq!((&retries[0]["code"], &retries[0]["attempt"], &retries[0]["of"]), (&"rate_limited".into(), &2.into(), &3.into()));
    assert_eq!(retries[0]["after_seconds"], 1, "it says the number that Notion said: {run:?}");
}

#[test]
fn a_connection_that_breaks_off_is_tried_again_also_by_status() {
    let notion = recovering(0, rate_limited);
    let home = Sandbox::with_notion(&notion);
    assert_eq!(home.run("login --token-stdin --store file", TOKEN).exit_code, Some(0));
    let flaky = recovering(1, |_| Response::closed());
    let home = home.with_variable("NOTION_API_BASE_URL", flaky.base_url());
    let run = home.run("status --check", "");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert!(run.stderr.contains("Retrying in "), "{run:?}");
}

#[test]
fn it_gives_up_after_three_tries_or_at_once_where_asked_to() {
    let notion = recovering(usize::MAX, |request| Response::error(503, "service_unavailable", request));
    let asked = || notion.requests().iter().filter(|request| request.header("authorization").is_some()).count();
    let run = Sandbox::with_notion(&notion).run("login --token-stdin --store file", TOKEN);
    assert_eq!((run.exit_code, asked()), (Some(5), 3), "{run:?}");
    let run = Sandbox::with_notion(&notion).run("--no-retry login --token-stdin --store file", TOKEN);
    assert_eq!((run.exit_code, asked()), (Some(5), 4), "{run:?}");
}

#[test]
fn what_waiting_does_not_help_is_not_tried_again() {
    let blocked = |_: &Request| {
        let reason = json!({ "rate_limit_reason": "public_api_request_blocked" });
        Response::json(429, json!({ "object": "error", "status": 429, "code": "rate_limited", "additional_data": reason }))
    };
    let notion = recovering(usize::MAX, blocked);
    let run = Sandbox::with_notion(&notion).run("login --token-stdin --store file --json", TOKEN);
    let codes: Vec<_> = run.json_lines().iter().map(|event| event["code"].clone()).collect();
    assert_eq!((run.exit_code, codes.last()), (Some(5), Some(&"request_blocked".into())), "{run:?}");
    assert!(!run.stdout.contains("\"retry\""), "{run:?}");
}

#[test]
fn a_date_that_is_far_away_is_not_waited_for_and_is_told() {
    let dated = |request: &Request| {
        let error = Response::error(429, "rate_limited", request);
        error.header("date", "Sun, 06 Nov 1994 08:49:37 GMT").header("retry-after", "Sun, 06 Nov 1994 10:49:37 GMT")
    };
    let notion = recovering(1, dated);
    let run = Sandbox::with_notion(&notion).run("login --token-stdin --store file --json", TOKEN);
    let last = run.json_lines().pop().unwrap();
    assert_eq!((run.exit_code, &last["code"], &last["retry_after"]), (Some(5), &"rate_limited".into(), &7200.into()), "{run:?}");
    assert!(!run.stdout.contains("\"retry\""), "{run:?}");
}
