//! Needs `@cloudflare/workers-oauth-provider`, the library that Notion names for its own server, in Cloudflare's runtime (miniflare): its
//! rotation of refresh tokens, and access tokens of a minute.
#![expect(clippy::disallowed_methods, reason = "reads a file, and kills at moments of a clock")]

use crate::installed::package_file;
use crate::node_server::{NodeServer, request, signed_in};
use crate::support::mcp_sandbox::RunningBridge;
use crate::support::ports::free_port;
use crate::support::sandbox::{CommandOutput, Sandbox};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};
use url::form_urlencoded;

const FETCH: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"notion-fetch","arguments":{"id":"self"}}}"#;

const LIST: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;

struct OauthProvider {
    _server: NodeServer,
    port: u16,
    home: Sandbox,
}

impl OauthProvider {
    fn signed_in() -> Self {
        let port = free_port();
        let start = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agent_parts/oauth_provider/start.mjs");
        let packages = package_file("");
        let arguments = [start.to_str().unwrap(), packages.to_str().unwrap(), &port.to_string()];
        let server = NodeServer::start(&arguments, &[], "ready");
        Self { _server: server, port, home: signed_in(port) }
    }

    /// Returns one of the saved secrets of the sign-in.
    fn secret(&self, kind: &str) -> String {
        let document: Value = serde_json::from_slice(&std::fs::read(self.home.file("secrets.json")).unwrap()).unwrap();
        document["secrets"][format!("workspace-provider/{kind}@user-provider")].as_str().unwrap().to_owned()
    }

    /// Ends the access token, as time does.
    fn revoke_access_token(&self) {
        let (token, client) = (self.secret("mcp"), self.secret("mcp-client-id"));
        let form =
            form_urlencoded::Serializer::new(String::new()).append_pair("token", &token).append_pair("client_id", &client).finish();
        let response = request(self.port, "POST", "/token", &form);
        assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    }

    /// Returns how many refreshes the server has answered, which its tool reports with everything else.
    #[track_caller]
    fn refresh_count(answer: &Value) -> u64 {
        let text = answer["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{answer}"));
        serde_json::from_str::<Value>(text).unwrap()["refreshes"].as_u64().unwrap()
    }

    fn assert_works(&self) -> u64 {
        Self::refresh_count(&RunningBridge::start(&self.home).ask(FETCH))
    }
}

#[test]
fn refresh_tokens_rotate_and_a_logout_ends_the_grant() {
    let provider = OauthProvider::signed_in();
    let mut seen = vec![provider.secret("mcp-refresh")];
    for count in 1..=5 {
        let run = provider.home.run("refresh", "");
        assert_eq!(run.exit_code, Some(0), "{run:?}");
        assert_eq!(provider.assert_works(), count);
        assert!(!seen.contains(&provider.secret("mcp-refresh")));
        seen.push(provider.secret("mcp-refresh"));
    }
    let (refresh, client) = (provider.secret("mcp-refresh"), provider.secret("mcp-client-id"));
    let run = provider.home.run("logout workspace-provider", "");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs([("grant_type", "refresh_token"), ("refresh_token", &refresh), ("client_id", &client)]);
    let response = request(provider.port, "POST", "/token", &form.finish());
    assert!(response.starts_with("HTTP/1.1 400") && response.contains("invalid_grant"), "{response}");
}

#[test]
fn an_agent_outlives_its_tokens() {
    let provider = OauthProvider::signed_in();
    let mut bridge = RunningBridge::start(&provider.home);
    let begin = Instant::now();
    // Each answer takes the server a second.
    let slow = FETCH.replace("\"self\"", "\"slow\"");
    while OauthProvider::refresh_count(&bridge.ask(&slow)) < 2 {
        assert!(begin.elapsed() < Duration::from_secs(300));
    }
    assert!(begin.elapsed() > Duration::from_secs(60), "the tokens live for a minute each");
}

#[test]
fn eight_bridges_at_once_refresh_once() {
    let provider = OauthProvider::signed_in();
    for round in 1..=rounds("AGENT_PARTS_ROUNDS", 5) {
        provider.revoke_access_token();
        // The server refuses a message without reading it, and may close the connection before its refusal is read. Then only a
        // message that changes nothing is sent again, as an agent's first ones are.
        let mut bridges: Vec<RunningBridge> = (0..8).map(|_| RunningBridge::start(&provider.home)).collect();
        for bridge in &mut bridges {
            bridge.send(LIST);
        }
        for bridge in &mut bridges {
            let answer = bridge.receive();
            assert_eq!(answer["result"]["tools"][0]["name"], "notion-fetch", "round {round}: {answer}");
        }
        assert_eq!(provider.assert_works(), round);
    }
}

#[test]
fn killed_refreshes_lose_nothing() {
    let provider = OauthProvider::signed_in();
    let begin = Instant::now();
    assert_eq!(provider.home.run("refresh", "").exit_code, Some(0));
    let duration = begin.elapsed();
    let mut random: u64 = 20_261_129;
    for kill in 0..rounds("AGENT_PARTS_KILLS", 20) {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let end = Instant::now() + duration * u32::try_from((random >> 40) & 0xff).unwrap() / 0xff;
        let mut child = provider.home.start("refresh");
        while Instant::now() < end && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let _ = child.kill();
        CommandOutput::wait(child);
        let run = provider.home.run("refresh", "");
        assert_eq!(run.exit_code, Some(0), "kill {kill}: {run:?}");
    }
    provider.assert_works();
}

/// Returns how often to repeat something: what this variable says, or a few times.
fn rounds(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |count| count.parse().unwrap())
}
