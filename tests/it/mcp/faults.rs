//! A server that drops, stalls, refuses or overflows: every request is answered, and the next one works.
#![expect(clippy::disallowed_methods, reason = "looks at the memory of a process")]

use crate::support::deadline::DEADLINE;
use crate::support::mcp_sandbox::McpSandbox;
use crate::support::notion::{Request, Response};
use notion_auth::runtime::bridge::{self, AgentLine, BridgeLimits};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::mpsc::channel;

const REQUEST: &str = r#"{"jsonrpc":"2.0","id":"r-1","method":"test/fault"}"#;

#[test]
fn every_fault_of_the_server_is_an_answer_and_the_next_request_works() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    let answer = |id: &str| format!(r#"{{"jsonrpc":"2.0","id":"{id}","result":{{"big":"{}"}}}}"#, "x".repeat(100));
    let error = |status: u16| Response::json(status, json!({ "error": "no" }));
    for (name, response, code) in [
        ("drops", Response::closed(), "response_truncated"),
        ("403", error(403), "mcp_forbidden"),
        ("404", error(404), "unexpected_response"),
        ("400", error(400), "unexpected_response"),
        ("429", error(429).header("retry-after", "7"), "rate_limited"),
        ("500", error(500), "notion_server_error"),
        ("503", Response::html(503, "<html>"), "notion_server_error"),
        ("redirect", Response::redirect(307, "https://evil.example/mcp"), "redirected"),
        ("a page", Response::html(200, "<html>"), "unexpected_response"),
        ("no body", Response::text(202, ""), "response_truncated"),
        ("another answer", Response::json(200, json!({ "jsonrpc": "2.0", "id": "other", "result": {} })), "response_truncated"),
        ("no JSON", Response::events("data: <html>\n\n"), "response_unreadable"),
        ("half JSON", Response::json(200, json!({})).cut_after(1), "response_truncated"),
        ("half an event", Response::events(format!("data: {}", answer("r-1"))), "response_truncated"),
        ("a cut event", Response::events(format!("data: {}\n\n", answer("r-1"))).cut_after(20), "response_truncated"),
        ("no HTTP", Response::raw(b"hello\r\n\r\n"), "unexpected_response"),
    ] {
        sandbox.server.answer_next("test/fault", response);
        bridge.send(REQUEST);
        let mut refused = bridge.receive();
        if name == "another answer" {
            assert_eq!(refused["id"], "other");
            refused = bridge.receive();
        }
        assert_eq!((&refused["id"], &refused["error"]["data"]["code"]), (&json!("r-1"), &json!(code)), "{name}: {refused}");
        let wait = if name == "429" { json!(7) } else { Value::Null };
        assert_eq!(refused["error"]["data"]["retry_after"], wait, "{name}");
        assert_eq!(bridge.ask(REQUEST)["result"]["n"], 1.5, "{name}");
    }
    assert_eq!(bridge.finish().0, Vec::<Value>::new());
}

#[test]
fn an_error_of_json_rpc_is_an_answer_whatever_its_status() {
    let sandbox = McpSandbox::signed_in();
    let refused = sandbox.bridge().ask(r#"{"jsonrpc":"2.0","id":3,"method":"test/unknown"}"#);
    assert_eq!((&refused["id"], &refused["error"]["code"]), (&json!(3), &json!(-32601)));
}

#[test]
fn a_batch_whose_answer_is_cut_is_answered_one_by_one() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    let first = json!({ "jsonrpc": "2.0", "id": 1, "result": {} });
    sandbox.server.answer_next("/mcp", Response::events(format!("data: {first}\n\ndata: {{\"jsonrpc")));
    bridge.send(r#"[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","id":2,"method":"b"}]"#);
    assert_eq!(bridge.receive(), first);
    assert_eq!(bridge.receive()["id"], 2);
}

#[test]
fn a_hundred_megabytes_are_refused_and_not_kept() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    let flood = [b"data: ".as_slice(), &vec![b'x'; 100 * 1024 * 1024], b"\n\n"].concat();
    sandbox.server.answer_next("test/fault", Response::events(flood));
    assert_eq!(bridge.ask(REQUEST)["error"]["data"]["code"], "response_too_large");
    let status = std::fs::read_to_string(format!("/proc/{}/status", bridge.id())).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    assert!(peak.is_none_or(|peak| peak < 90 * 1024), "{peak:?} kB");
    assert_eq!(bridge.ask(REQUEST)["result"]["n"], 1.5);
}

#[test]
fn a_stream_that_breaks_is_taken_up_again_after_its_last_event() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    let progress = json!({ "jsonrpc": "2.0", "method": "notifications/progress" });
    let answer = json!({ "jsonrpc": "2.0", "id": "r-1", "result": { "resumed": true } });
    sandbox.server.answer_next("test/fault", Response::events(format!("retry: 1\nid: e-1\ndata: {progress}\n\n")));
    sandbox.server.answer_next("GET /mcp", Response::events(format!("id: e-2\ndata: {answer}\n\n")));
    bridge.send(REQUEST);
    assert_eq!(bridge.receive()["method"], "notifications/progress");
    assert_eq!(bridge.receive(), answer);
    assert_eq!(sandbox.server.requests().last().unwrap().header("last-event-id"), Some("e-1"));
}

#[test]
fn what_the_server_sends_by_itself_is_passed_on_and_its_stream_is_resumed_where_it_broke() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    let message = |level: &str| json!({ "jsonrpc": "2.0", "method": "notifications/message", "params": { "level": level } });
    let event = |id: &str| format!("retry: 1\nid: {id}\ndata: {}\n\n", message(id));
    sandbox.server.answer_next("GET /mcp", Response::events(event("s-1")));
    sandbox.server.answer_next("GET /mcp", Response::events(format!("{}data: half", event("s-2"))));
    sandbox.server.answer_next("GET /mcp", Response::json(503, json!({ "error": "no" })));
    sandbox.server.answer_next("GET /mcp", Response::events(event("s-3")));
    bridge.ask(r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{}}}"#);
    bridge.send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    for id in ["s-1", "s-2", "s-3"] {
        assert_eq!(bridge.receive(), message(id));
    }
    // The sign-in asked once, without a token.
    let listens = |request: &Request| request.method == "GET" && request.path() == "/mcp" && request.bearer().is_some();
    let requests: Vec<_> = sandbox.server.requests().into_iter().filter(listens).collect();
    let asked: Vec<_> = requests.iter().map(|request| request.header("last-event-id")).take(4).collect();
    assert_eq!(asked, [None, Some("s-1"), Some("s-2"), Some("s-2")]);
    assert_eq!(requests[0].header("accept"), Some("text/event-stream"));
    assert_eq!(bridge.finish().0, Vec::<Value>::new());
}

#[test]
fn a_line_of_many_megabytes_is_refused_by_its_id() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    let text = "x".repeat(40 * 1024 * 1024);
    let refused = bridge.ask(&format!(r#"{{"jsonrpc":"2.0","method":"m","params":"{text}","id":"r-1"}}"#));
    assert_eq!((&refused["id"], &refused["error"]["code"]), (&json!("r-1"), &json!(-32600)));
    assert_eq!(bridge.ask(&format!(r#"{{"id":"cut","params":"{text}"#))["id"], Value::Null);
    assert_eq!(sandbox.server.messages("m").len(), 0);
    assert_eq!(bridge.ask(REQUEST)["result"]["n"], 1.5);
}

#[tokio::test]
async fn a_server_that_stalls_is_given_up_and_the_request_is_answered() {
    let sandbox = McpSandbox::signed_in();
    let limits = BridgeLimits { response_timeout: Duration::from_millis(300), ..BridgeLimits::default() };
    for response in
        [Response::silent(), Response::json(200, json!({})).stalled_after(1), Response::events("data: x\n").stalled_after(3)]
    {
        let ((agent, lines), (output, mut answers)) = (channel(1), channel(1));
        sandbox.server.answer_next("test/fault", response);
        let task = tokio::task::spawn(bridge::run(sandbox.world(), None, limits, lines, output));
        agent.send(AgentLine::Message(REQUEST.into())).await.unwrap();
        let answer = tokio::time::timeout(DEADLINE, answers.recv()).await.unwrap().unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!((&answer["id"], &answer["error"]["data"]["code"]), (&json!("r-1"), &json!("timed_out")));
        drop(agent);
        tokio::time::timeout(DEADLINE, task).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn too_much_at_once_is_refused() {
    let sandbox = McpSandbox::signed_in();
    let limits = BridgeLimits { max_requests: 1, drain_timeout: Duration::ZERO, ..BridgeLimits::default() };
    let ((agent, lines), (output, mut answers)) = (channel(1), channel(4));
    sandbox.server.answer_next("test/fault", Response::silent());
    let task = tokio::task::spawn(bridge::run(sandbox.world(), None, limits, lines, output));
    agent.send(AgentLine::TooLong(None)).await.unwrap();
    let refused: Value = serde_json::from_slice(&answers.recv().await.unwrap()).unwrap();
    assert_eq!((&refused["id"], &refused["error"]["code"]), (&Value::Null, &json!(-32600)));
    for id in ["r-1", "r-2"] {
        agent.send(AgentLine::Message(REQUEST.replace("r-1", id).into_bytes())).await.unwrap();
    }
    drop(agent);
    tokio::time::timeout(DEADLINE, task).await.unwrap().unwrap();
    let mut codes = Vec::new();
    while let Some(answer) = answers.recv().await {
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        codes.push((answer["id"].clone(), answer["error"]["data"]["code"].clone()));
    }
    assert_eq!(codes, [(json!("r-2"), json!("too_many_requests")), (json!("r-1"), json!("cancelled"))]);
}
