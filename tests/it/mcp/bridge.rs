//! The bridge: messages pass untouched, several at once, with what the transport asks for in the headers.

use crate::support::mcp_sandbox::{McpSandbox, RunningBridge};
use crate::support::mcp_server::{USER, WORKSPACE};
use crate::support::notion::Response;
use serde_json::{Value, json};
use std::io::Write;

const INITIALIZE: &str =
    r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{}}}"#;
const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;

fn request(id: u32) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"test/echo"}}"#)
}

#[test]
fn a_message_passes_byte_for_byte_and_no_field_is_lost() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    let line = r#"{"z":1.50,"jsonrpc":"2.0","params":{},"method":"test/echo","x":[ 1,  2 ],"id":"a\u0062"}"#;
    let answer = bridge.ask(line);
    assert_eq!(sandbox.server.messages("test/echo")[0].body, line);
    assert_eq!((&answer["unknown"]["kept"], &answer["id"]), (&json!(true), &json!("ab")));
    let batch = r#"[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","method":"b"},{"jsonrpc":"2.0","id":2,"method":"c"}]"#;
    assert_eq!(bridge.ask(batch).as_array().unwrap().len(), 2);
    assert_eq!(sandbox.server.requests().last().unwrap().body, batch);
}

#[test]
fn the_handshake_settles_session_and_version_for_every_later_request() {
    let sandbox = McpSandbox::signed_in();
    sandbox.server.change(|settings| settings.session = Some("session".into()));
    let mut bridge = sandbox.bridge();
    assert_eq!(bridge.ask(INITIALIZE)["result"]["protocolVersion"], "2025-06-18");
    bridge.send(INITIALIZED);
    assert_eq!(bridge.ask(&request(1))["id"], 1);
    let sent = sandbox.server.messages("test/echo").remove(0);
    assert!(sent.header("mcp-session-id").unwrap().starts_with("session-"));
    assert_eq!((sent.header("mcp-protocol-version"), sent.header("mcp-method")), (Some("2025-06-18"), None));
    assert_eq!(sent.header("accept"), Some("application/json, text/event-stream"));
    assert!(sent.header("origin").is_none() && sent.header("notion-version").is_none());
    bridge.finish();
    assert_eq!(sandbox.server.requests().last().unwrap().method, "DELETE");
}

#[test]
fn a_client_of_2026_07_28_needs_no_handshake_and_its_headers_are_set_from_the_message() {
    let sandbox = McpSandbox::signed_in();
    let meta = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#;
    let mut bridge = sandbox.bridge();
    let discovered = bridge.ask(&format!(r#"{{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{{{meta}}}}}"#));
    assert_eq!(discovered["result"]["supportedVersions"][0], "2026-07-28");
    bridge.ask(&format!(r#"{{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{{"name":"söc",{meta}}}}}"#));
    let sent = sandbox.server.messages("tools/call").pop().unwrap();
    assert_eq!((sent.header("mcp-protocol-version"), sent.header("mcp-method")), (Some("2026-07-28"), Some("tools/call")));
    assert_eq!(sent.header("mcp-name"), Some("=?base64?c8O2Yw==?="));
    assert!(sandbox.server.messages("initialize").len() == 1, "only the sign-in used it");
}

#[test]
fn a_session_that_the_server_forgot_is_opened_again_unseen() {
    let sandbox = McpSandbox::signed_in();
    sandbox.server.change(|settings| settings.session = Some("session".into()));
    let mut bridge = sandbox.bridge();
    bridge.ask(INITIALIZE);
    bridge.send(INITIALIZED);
    bridge.ask(&request(1));
    sandbox.server.forget_sessions();
    assert_eq!(bridge.ask(&request(2))["result"]["n"], 1.5);
    let (rest, _) = bridge.finish();
    assert_eq!(rest, Vec::<Value>::new(), "nothing of it is seen");
}

#[test]
fn an_event_stream_is_passed_on_message_by_message() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    bridge.send(r#"{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"notion-fetch","arguments":{"id":"self"}}}"#);
    assert_eq!(bridge.receive()["method"], "notifications/progress");
    let answer = bridge.receive();
    assert!(answer["result"]["content"][0]["text"].as_str().unwrap().contains(USER));
}

#[test]
fn a_pretty_answer_becomes_one_line() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    let pretty = "{\r\n  \"jsonrpc\": \"2.0\",\n  \"id\": 1,\n  \"result\": { \"text\": \"a\\nb\" }\n}\n";
    sandbox.server.answer_next(
        "test/echo",
        Response::raw(
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{pretty}", pretty.len())
                .as_bytes(),
        ),
    );
    assert_eq!(bridge.ask(&request(1))["result"]["text"], "a\nb");
}

#[test]
fn several_requests_are_under_way_at_once_and_a_slow_one_holds_up_none() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    sandbox.server.answer_next("test/slow", Response::silent());
    bridge.send(r#"{"jsonrpc":"2.0","id":"slow","method":"test/slow"}"#);
    (1..=20).for_each(|id| bridge.send(&request(id)));
    let mut answered: Vec<u64> = (1..=20).map(|_| bridge.receive()["id"].as_u64().unwrap()).collect();
    answered.sort_unstable();
    assert!(answered.into_iter().eq(1..=20));
    // A request that is still waiting at the end is answered too.
    let (rest, _) = bridge.finish();
    assert_eq!((rest.len(), &rest[0]["id"]), (1, &json!("slow")));
}

#[test]
fn a_cancelled_request_is_dropped_and_gets_no_answer() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    sandbox.server.answer_next("test/slow", Response::silent());
    bridge.send(r#"{"jsonrpc":"2.0","id":9,"method":"test/slow"}"#);
    while sandbox.server.messages("test/slow").is_empty() {
        std::thread::yield_now();
    }
    bridge.send(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9}}"#);
    // The silent response ends when its client is gone.
    sandbox.server.finish_requests();
    assert_eq!(bridge.ask(&request(1))["id"], 1);
    assert_eq!(sandbox.server.messages("notifications/cancelled").len(), 1);
    let (rest, _) = bridge.finish();
    assert_eq!(rest, Vec::<Value>::new());
}

#[test]
fn what_is_no_message_is_answered() {
    let sandbox = McpSandbox::signed_in();
    let mut bridge = sandbox.bridge();
    assert_eq!(bridge.ask("not JSON")["error"]["code"], -32700);
    assert_eq!(bridge.ask(&request(1))["id"], 1);
}

#[test]
fn without_a_sign_in_each_request_says_how_and_a_later_sign_in_is_found() {
    let sandbox = McpSandbox::new();
    let mut bridge = sandbox.bridge();
    let refused = bridge.ask(&request(1));
    assert_eq!((&refused["id"], &refused["error"]["data"]["code"]), (&json!(1), &json!("mcp_not_signed_in")));
    assert!(refused["error"]["message"].as_str().unwrap().contains("notion-auth login --path mcp"));
    sandbox.sign_in();
    assert_eq!(bridge.ask(&request(2))["result"]["n"], 1.5);
}

#[test]
fn the_workspace_can_be_named() {
    let sandbox = McpSandbox::signed_in();
    sandbox.server.change(|settings| settings.workspace = ("workspace-mcp-2".into(), "Second Works".into()));
    sandbox.sign_in();
    let token_of = |arguments: &str| {
        let mut bridge = RunningBridge::start_with(&sandbox.home, arguments);
        bridge.ask(&request(1));
        sandbox.server.messages("test/echo").pop().unwrap().bearer().unwrap().to_owned()
    };
    assert_ne!(token_of(&format!("mcp --workspace {WORKSPACE}")), token_of("mcp"));
    assert_eq!(token_of("mcp --workspace Second"), token_of("mcp --workspace workspace-mcp-2"));
    let unknown = RunningBridge::start_with(&sandbox.home, "mcp --workspace nobody").ask(&request(1));
    assert_eq!(unknown["error"]["data"]["code"], "credential_not_found");
}

#[test]
fn it_ends_when_nobody_reads_it_any_more() {
    let sandbox = McpSandbox::signed_in();
    let mut child = sandbox.home.start("mcp");
    drop(child.stdout.take());
    let mut input = child.stdin.take().unwrap();
    // The first write fails at the closed pipe; the input stays open.
    let _ = input.write_all(format!("{}\n", request(1)).as_bytes());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_sign_in_to_one_server_is_not_sent_to_another() {
    let sandbox = McpSandbox::signed_in();
    let other = crate::support::mcp_server::McpServer::start();
    let home = sandbox.home.with_variable("NOTION_MCP_URL", other.url());
    assert_eq!(RunningBridge::start(&home).ask(&request(1))["error"]["data"]["code"], "mcp_url_refused");
    assert_eq!(other.requests().len(), 0);
}
