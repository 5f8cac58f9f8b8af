//! The life of the tokens: renewed early, once for all processes, saved before use; and how a sign-in ends.
#![expect(clippy::disallowed_methods, reason = "looks at files, and kills at moments of a clock")]

use crate::support::fixed_clock::FIXED_VARIABLES;
use crate::support::mcp_sandbox::{McpSandbox, RunningBridge, check_output};
use crate::support::mcp_server::{McpServer, WORKSPACE};
use crate::support::notion::Response;
use crate::support::sandbox::{CommandOutput, poll_until};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const REQUEST: &str = r#"{"jsonrpc":"2.0","id":1,"method":"test/echo"}"#;

fn assert_works(sandbox: &McpSandbox) {
    let answer = sandbox.bridge().ask(REQUEST);
    assert_eq!(answer["result"]["n"], 1.5, "{answer}");
}

/// The clock of the sandbox stands still; each run gets its own.
fn ask_at(sandbox: &McpSandbox, hours: i64, minutes: i64, seconds: i64) -> Value {
    let start: jiff::Timestamp = FIXED_VARIABLES[0].1.parse().unwrap();
    let now = start + jiff::SignedDuration::from_secs((hours * 60 + minutes) * 60 + seconds);
    let mut command = sandbox.home.command("mcp");
    command.env("NOTION_AUTH_NOW", now.to_string());
    let mut bridge = RunningBridge::from_command(command);
    let (first, second) = (bridge.ask(REQUEST), bridge.ask(REQUEST));
    assert_eq!(first, second);
    first
}

#[test]
fn a_token_is_renewed_a_few_minutes_before_it_ends_and_not_earlier() {
    for (life, (hours, minutes, seconds), refreshes) in
        [(28_800, (7, 54, 0), 0), (28_800, (7, 56, 0), 1), (28_800, (30, 0, 0), 1), (60, (0, 0, 30), 0), (60, (0, 0, 50), 1)]
    {
        let sandbox = McpSandbox::new();
        sandbox.server.change(|settings| settings.access_seconds = life);
        sandbox.sign_in();
        for _ in 0..2 {
            // The next process knows the new date.
            assert_eq!(ask_at(&sandbox, hours, minutes, seconds)["result"]["n"], 1.5);
            assert_eq!(sandbox.server.refresh_count(), refreshes, "{life} s after {hours}:{minutes}:{seconds}");
        }
    }
}

#[test]
fn two_days_later_it_works_without_another_sign_in() {
    let sandbox = McpSandbox::signed_in();
    for hours in (0..=48).step_by(4) {
        assert_eq!(ask_at(&sandbox, hours, 0, 0)["result"]["n"], 1.5, "after {hours} h");
    }
    assert_eq!(sandbox.server.refresh_count(), 6);
}

#[test]
fn a_refused_token_is_replaced_once_and_the_request_sent_once_more() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    bridge.ask(REQUEST);
    sandbox.server.expire_access_tokens();
    assert_eq!(bridge.ask(REQUEST)["result"]["n"], 1.5);
    assert_eq!((sandbox.server.refresh_count(), sandbox.server.messages("test/echo").len()), (1, 3));
    // A server that refuses every token is not asked for ever.
    for _ in 0..2 {
        sandbox.server.answer_next("test/echo", Response::json(401, json!({ "error": "invalid_token" })));
    }
    assert_eq!(bridge.ask(REQUEST)["error"]["data"]["code"], "mcp_token_refused");
    assert_eq!(sandbox.server.refresh_count(), 1, "what was just issued and is refused is not renewed again");
}

/// The server refuses a message without reading it, and closes the connection.
#[test]
fn a_connection_that_ends_after_a_refused_token_is_opened_again() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    bridge.ask(REQUEST);
    sandbox.server.answer_next("test/echo", Response::json(401, json!({ "error": "invalid_token" })));
    sandbox.server.answer_next("test/echo", Response::closed());
    // The refresh begins on that connection too.
    sandbox.server.answer_next("GET /mcp", Response::closed());
    assert_eq!(bridge.ask(REQUEST)["result"]["n"], 1.5);
    // For any other message it is an answer: the server may have carried it out.
    sandbox.server.answer_next("test/echo", Response::closed());
    assert_eq!(bridge.ask(REQUEST)["error"]["data"]["code"], "response_truncated");
}

#[test]
fn an_error_that_is_not_about_the_token_renews_none() {
    let sandbox = McpSandbox::signed_in();
    for response in [
        Response::json(403, json!({ "error": "forbidden" })),
        Response::json(200, json!({ "jsonrpc": "2.0", "id": 2, "error": { "code": 1, "message": "no" } })),
    ] {
        sandbox.server.answer_next("tools/list", response);
        assert_ne!(sandbox.run("status --check").exit_code, Some(0));
    }
    assert_eq!(sandbox.server.refresh_count(), 0);
}

#[test]
fn a_refresh_that_fails_is_tried_once_for_all_that_wait_for_it() {
    let sandbox = McpSandbox::signed_in();
    let place = "/.well-known/oauth-authorization-server";
    let count = || sandbox.server.requests().iter().filter(|request| request.path() == place).count();
    let mut bridge = sandbox.bridge();
    bridge.ask(REQUEST);
    sandbox.server.expire_access_tokens();
    let before = count();
    sandbox.server.answer_next(place, Response::json(503, json!({ "error": "no" })));
    (0..10).for_each(|_| bridge.send(REQUEST));
    assert!((0..10).all(|_| bridge.receive()["error"]["data"]["code"] == "notion_server_error"));
    assert_eq!(count(), before + 1);
    // A new sign-in is used at once.
    sandbox.sign_in();
    assert_eq!(bridge.ask(REQUEST)["result"]["n"], 1.5);
}

#[test]
fn a_refresh_under_way_at_the_end_is_saved() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    bridge.ask(REQUEST);
    sandbox.server.expire_access_tokens();
    sandbox.server.change(|settings| settings.token_delay = Duration::from_millis(300));
    bridge.send(REQUEST);
    poll_until("the refresh", || (sandbox.server.refresh_count() > 0).then_some(()));
    bridge.send(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#);
    assert_eq!(bridge.finish().0, Vec::<Value>::new());
    assert_works(&sandbox);
    assert_eq!(sandbox.server.refresh_count(), 1);
}

#[test]
fn a_running_agent_never_gets_into_another_workspace() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    bridge.ask(REQUEST);
    sandbox.server.change(|settings| settings.workspace = ("workspace-mcp-2".into(), "Second Works".into()));
    sandbox.sign_in();
    assert_eq!(sandbox.run(&format!("logout {WORKSPACE}")).exit_code, Some(0));
    for _ in 0..2 {
        assert_eq!(bridge.ask(REQUEST)["error"]["data"]["code"], "mcp_not_signed_in");
    }
    sandbox.server.change(|settings| settings.workspace.0 = WORKSPACE.into());
    sandbox.sign_in();
    assert_eq!(bridge.ask(REQUEST)["result"]["n"], 1.5);
}

#[test]
fn what_another_process_has_renewed_is_taken_over_without_a_refresh() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    bridge.ask(REQUEST);
    assert_eq!(sandbox.run("refresh").exit_code, Some(0));
    assert_eq!(bridge.ask(REQUEST)["result"]["n"], 1.5);
    assert_eq!(sandbox.server.refresh_count(), 1);
}

fn refresh_at_once(rounds: usize) {
    let sandbox = McpSandbox::signed_in();
    sandbox.server.change(|settings| settings.token_delay = Duration::from_millis(20));
    for round in 1..=rounds {
        sandbox.server.expire_access_tokens();
        let mut bridges: Vec<RunningBridge> = (0..8).map(|_| sandbox.bridge()).collect();
        for bridge in &mut bridges {
            bridge.send(REQUEST);
        }
        for bridge in &mut bridges {
            let answer = bridge.receive();
            assert_eq!(answer["result"]["n"], 1.5, "{answer}");
        }
        assert_eq!(sandbox.server.refresh_count(), round);
    }
}

#[test]
fn eight_processes_at_once_refresh_once() {
    refresh_at_once(5);
}

#[test]
#[ignore = "takes minutes: bash tests/storm"]
fn a_hundred_times_eight_processes_at_once_refresh_once() {
    refresh_at_once(100);
}

#[test]
fn ten_requests_at_once_in_one_process_refresh_once() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    bridge.ask(REQUEST);
    sandbox.server.expire_access_tokens();
    (0..10).for_each(|_| bridge.send(REQUEST));
    assert!((0..10).all(|_| bridge.receive()["result"]["n"] == 1.5));
    assert_eq!(sandbox.server.refresh_count(), 1);
}

/// The server has handled the request, and the response is lost: the same refresh token is used once more, and no third time.
#[test]
fn a_lost_response_is_asked_for_once_more() {
    let sandbox = McpSandbox::signed_in();
    sandbox.server.answer_next("/token", Response::closed());
    assert_eq!(sandbox.run("refresh").exit_code, Some(0));
    for _ in 0..2 {
        sandbox.server.answer_next("/token", Response::closed());
    }
    let before = sandbox.server.requests().iter().filter(|request| request.path() == "/token").count();
    assert_eq!(sandbox.run("refresh").exit_code, Some(5));
    assert_eq!(sandbox.server.requests().iter().filter(|request| request.path() == "/token").count(), before + 2);
    assert_works(&sandbox);
}

#[test]
fn an_ended_grant_is_final_and_says_how_to_sign_in_again() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    bridge.ask(REQUEST);
    sandbox.server.disconnect();
    let refused = bridge.ask(REQUEST);
    assert_eq!(refused["error"]["data"]["code"], "mcp_sign_in_ended");
    assert!(refused["error"]["message"].as_str().unwrap().contains("notion-auth login --path mcp"));
    let token_requests = || sandbox.server.requests().iter().filter(|request| request.path() == "/token").count();
    let before = token_requests();
    assert_eq!(bridge.ask(REQUEST)["error"]["data"]["code"], "mcp_sign_in_ended");
    assert_eq!(token_requests(), before, "a dead token is not sent again");
    assert_eq!(sandbox.run("refresh").exit_code, Some(4));
    assert_eq!(sandbox.run("status --check").exit_code, Some(4));
    // Signing in again repairs it, also for the agent that is running.
    sandbox.sign_in();
    assert_eq!(bridge.ask(REQUEST)["result"]["n"], 1.5);
}

#[test]
fn a_lost_registration_says_so_and_the_next_sign_in_registers_anew() {
    let sandbox = McpSandbox::signed_in();
    sandbox.server.forget_clients();
    sandbox.server.expire_access_tokens();
    assert_eq!(sandbox.bridge().ask(REQUEST)["error"]["data"]["code"], "mcp_client_lost");
    sandbox.sign_in();
    assert_works(&sandbox);
}

#[test]
fn tokens_go_to_the_issuer_that_they_are_from_alone() {
    let sandbox = McpSandbox::signed_in();
    let other = McpServer::start();
    let (resource, issuer) = (sandbox.server.url(), other.origin());
    let document = json!({ "resource": resource, "authorization_servers": [issuer] });
    sandbox.server.answer_next("/.well-known/oauth-protected-resource/mcp", Response::json(200, document));
    let run = sandbox.run("refresh");
    assert_eq!(run.exit_code, Some(5), "{run:?}");
    assert!(other.requests().iter().all(|request| request.path() != "/token"));
}

/// Kills refreshes at random moments; whenever the server is asked in peace afterwards, the sign-in still works.
fn survive_kills(kills: usize) {
    let sandbox = McpSandbox::signed_in();
    let begin = Instant::now();
    assert_eq!(sandbox.run("refresh").exit_code, Some(0));
    let duration = begin.elapsed();
    let mut random: u64 = 20_261_129;
    for kill in 0..kills {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let mut child = sandbox.home.start("refresh");
        let wait = duration * u32::try_from((random >> 40) & 0xff).unwrap() / 0xff;
        let end = Instant::now() + wait;
        while Instant::now() < end && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let _ = child.kill();
        check_output(CommandOutput::wait(child));
        sandbox.server.finish_requests();
        let run = sandbox.run("refresh");
        assert_eq!(run.exit_code, Some(0), "kill {kill}: {run:?}");
    }
    let (rest, _) = {
        let mut bridge = sandbox.bridge();
        bridge.send(REQUEST);
        bridge.finish()
    };
    assert_eq!(rest.iter().filter(|answer| answer["result"]["n"] == 1.5).count(), 1, "{rest:?}");
    let secrets: Value = serde_json::from_slice(&std::fs::read(sandbox.home.file("secrets.json")).unwrap()).unwrap();
    assert!(secrets.is_object());
}

#[test]
fn a_killed_refresh_loses_nothing() {
    survive_kills(12);
}

#[test]
#[ignore = "takes minutes: bash tests/storm"]
fn three_hundred_killed_refreshes_lose_nothing() {
    survive_kills(300);
}
