//! A bridge whose server forgets its session, or is silent: nothing hangs, and nothing is lost for good.

use crate::support::deadline::DEADLINE;
use crate::support::mcp_sandbox::McpSandbox;
use crate::support::mcp_server::McpServer;
use crate::support::notion::{Request, Response};
use notion_auth::runtime::bridge::{self, AgentLine, BridgeLimits};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

const INITIALIZE: &str =
    r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{}}}"#;
const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;

fn request(id: u32) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"test/echo"}}"#)
}

/// A bridge in this process, with limits that a test can wait for.
struct LocalBridge {
    agent: Sender<AgentLine>,
    answers: Receiver<Vec<u8>>,
    task: JoinHandle<()>,
}

impl LocalBridge {
    fn start(sandbox: &McpSandbox, limits: BridgeLimits) -> Self {
        let ((agent, lines), (output, answers)) = (channel(8), channel(64));
        #[expect(clippy::disallowed_methods, reason = "the bridge runs beside the test that talks to it")]
        let task = tokio::task::spawn(bridge::run(sandbox.world(), None, limits, lines, output));
        Self { agent, answers, task }
    }

    async fn send(&self, line: &str) {
        self.agent.send(AgentLine::Message(line.into())).await.unwrap();
    }

    async fn receive(&mut self) -> Value {
        serde_json::from_slice(&timeout(DEADLINE, self.answers.recv()).await.unwrap().unwrap()).unwrap()
    }

    async fn ask(&mut self, line: &str) -> Value {
        self.send(line).await;
        self.receive().await
    }

    /// Closes the input, and returns the lines that were still to come.
    async fn finish(mut self) -> Vec<Value> {
        drop(self.agent);
        timeout(DEADLINE, self.task).await.unwrap().unwrap();
        std::iter::from_fn(|| self.answers.try_recv().ok()).map(|line| serde_json::from_slice(&line).unwrap()).collect()
    }
}

/// Opens a session and uses it. The bridge gives a silent server up after half a second.
async fn with_session() -> (McpSandbox, LocalBridge) {
    let sandbox = McpSandbox::signed_in();
    sandbox.server.change(|settings| settings.session = Some("session".into()));
    let limits = BridgeLimits { response_timeout: Duration::from_millis(500), ..BridgeLimits::default() };
    let mut bridge = LocalBridge::start(&sandbox, limits);
    let ready = async {
        // A busy machine may be late.
        while bridge.ask(INITIALIZE).await["result"].is_null() {}
        bridge.send(INITIALIZED).await;
        while bridge.ask(&request(1)).await["result"].is_null() {}
    };
    timeout(DEADLINE, ready).await.unwrap();
    (sandbox, bridge)
}

#[tokio::test]
async fn a_reopening_that_stalls_or_fails_is_an_answer_and_the_next_request_opens_the_session() {
    for response in [
        Response::silent(),
        Response::json(200, json!({})).stalled_after(1),
        Response::events("data: x\n").stalled_after(3),
        Response::json(503, json!({ "error": "no" })),
        Response::events(format!("data: {}\n\n", "x".repeat(100))),
    ] {
        let (sandbox, mut bridge) = with_session().await;
        sandbox.server.forget_sessions();
        sandbox.server.answer_next("initialize", response);
        let refused = bridge.ask(&request(2)).await;
        assert_eq!((&refused["id"], refused["error"]["data"]["code"].is_string()), (&json!(2), true), "{refused}");
        // A busy machine may be late once more.
        let works = async { while bridge.ask(&request(3)).await["result"]["n"] != 1.5 {} };
        timeout(DEADLINE, works).await.unwrap();
    }
}

#[tokio::test]
async fn a_reopening_skips_what_comes_before_its_answer() {
    let (sandbox, mut bridge) = with_session().await;
    sandbox.server.answer_next("test/echo", Response::text(404, "no such session"));
    let progress = json!({ "jsonrpc": "2.0", "method": "notifications/progress" });
    let answer = json!({ "jsonrpc": "2.0", "id": 0, "result": { "protocolVersion": "2025-03-26" } });
    sandbox.server.answer_next("initialize", Response::events(format!("data: {progress}\n\ndata: {answer}\n\n")));
    sandbox.server.change(|settings| settings.session = None);
    let works = async { while bridge.ask(&request(2)).await["result"].is_null() {} };
    timeout(DEADLINE, works).await.unwrap();
    let sent = sandbox.server.messages("test/echo").pop().unwrap();
    assert_eq!((sent.header("mcp-session-id"), sent.header("mcp-protocol-version")), (None, Some("2025-03-26")));
}

#[tokio::test]
async fn a_handshake_that_is_silent_holds_up_neither_the_end_nor_what_needs_no_session() {
    let sandbox = McpSandbox::signed_in();
    sandbox.server.answer_next("initialize", Response::silent());
    let limits = BridgeLimits { drain_timeout: Duration::ZERO, ..BridgeLimits::default() };
    let mut bridge = LocalBridge::start(&sandbox, limits);
    bridge.send(INITIALIZE).await;
    assert_eq!(bridge.ask("no message").await["error"]["code"], -32700);
    bridge.send(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":0}}"#).await;
    assert_eq!(bridge.ask(&request(1)).await["result"]["n"], 1.5);
    assert_eq!(bridge.finish().await, Vec::<Value>::new());
}

#[tokio::test]
async fn requests_and_bytes_have_limits_of_their_own() {
    let sandbox = McpSandbox::signed_in();
    let batch = r#"[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","id":2,"method":"b"}]"#;
    for limits in [
        BridgeLimits { max_requests: 1, ..BridgeLimits::default() },
        BridgeLimits { pending_bytes: batch.len() - 1, ..BridgeLimits::default() },
    ] {
        let mut bridge = LocalBridge::start(&sandbox, limits);
        let first = bridge.ask(batch).await;
        let second = bridge.receive().await;
        for (refused, id) in [(first, 1), (second, 2)] {
            assert_eq!((&refused["id"], &refused["error"]["data"]["code"]), (&json!(id), &json!("too_many_requests")));
        }
        assert_eq!(bridge.ask(&request(3)).await["result"]["n"], 1.5);
    }
}

fn is_listening(request: &Request) -> bool {
    request.method == "GET" && request.path() == "/mcp" && request.bearer().is_some()
}

fn stream_count(server: &McpServer) -> usize {
    server.requests().iter().filter(|request| is_listening(request)).count()
}

fn message(level: &str) -> Value {
    json!({ "jsonrpc": "2.0", "method": "notifications/message", "params": { "level": level } })
}

#[tokio::test]
async fn only_messages_of_the_protocol_are_passed_on_from_the_stream() {
    let sandbox = McpSandbox::signed_in();
    sandbox.server.answer_next("GET /mcp", Response::events(format!("data: hello\n\ndata: [1]\n\ndata: {}\n\n", message("a"))));
    let mut bridge = LocalBridge::start(&sandbox, BridgeLimits::default());
    bridge.ask(INITIALIZE).await;
    assert_eq!(bridge.ask(INITIALIZED).await, message("a"));
    assert_eq!(bridge.finish().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_second_handshake_leaves_one_stream() {
    let sandbox = McpSandbox::signed_in();
    let event = format!("data: {}\n\n", message("a"));
    for _ in 0..2 {
        sandbox.server.answer_next("GET /mcp", Response::events(format!("{event}data: ")).stalled_after(event.len()));
    }
    let mut bridge = LocalBridge::start(&sandbox, BridgeLimits::default());
    for _ in 0..2 {
        bridge.ask(INITIALIZE).await;
        assert_eq!(bridge.ask(INITIALIZED).await, message("a"));
    }
    // The first one is closed by then.
    sandbox.server.wait_until(|traffic| traffic.disconnected > 0).await;
    assert_eq!(stream_count(&sandbox.server), 2);
}

#[tokio::test]
async fn the_stream_comes_back_in_the_session_that_was_opened_again() {
    let sandbox = McpSandbox::signed_in();
    sandbox.server.change(|settings| settings.session = Some("session".into()));
    sandbox.server.answer_next("GET /mcp", Response::events(format!("id: e-1\ndata: {}\n\n", message("a"))));
    sandbox.server.answer_next("GET /mcp", Response::text(404, "no such session"));
    sandbox.server.answer_next("GET /mcp", Response::events(format!("data: {}\n\n", message("b"))));
    let limits = BridgeLimits { reconnect_pause: Duration::from_millis(1), ..BridgeLimits::default() };
    let mut bridge = LocalBridge::start(&sandbox, limits);
    bridge.ask(INITIALIZE).await;
    assert_eq!(bridge.ask(INITIALIZED).await, message("a"));
    assert_eq!(bridge.receive().await, message("b"));
    let streams: Vec<_> = sandbox.server.requests().into_iter().filter(is_listening).collect();
    assert_ne!(streams[0].header("mcp-session-id"), streams[2].header("mcp-session-id"));
    assert_eq!((streams[1].header("last-event-id"), streams[2].header("last-event-id")), (Some("e-1"), None));
}
