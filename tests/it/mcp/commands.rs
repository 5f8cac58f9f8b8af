//! The other commands: no token for Notion MCP is handed out for the REST API, and a logout ends the grant.
#![expect(clippy::disallowed_methods, reason = "looks at files")]

use crate::support::mcp_sandbox::McpSandbox;
use crate::support::mcp_server::WORKSPACE;
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use serde_json::json;

fn code(run: &crate::support::sandbox::CommandOutput) -> bool {
    run.stderr.contains(crate::support::headline(notion_auth::domain::problem::ProblemCode::McpOnly))
}

#[test]
fn a_token_for_mcp_is_never_handed_out_for_the_rest_api() {
    let sandbox = McpSandbox::signed_in();
    for command in ["token", "env --reveal", "run -- printenv NOTION_API_TOKEN"] {
        let run = sandbox.run(command);
        assert_eq!((run.exit_code, code(&run)), (Some(4), true), "{command}: {run:?}");
        let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
        let named = sandbox.run(&format!("{name} --workspace {WORKSPACE} {rest}"));
        assert_eq!((named.exit_code, code(&named)), (Some(4), true), "{command}: {named:?}");
    }
    assert_eq!(sandbox.run("status").exit_code, Some(0));
}

#[test]
fn a_token_of_the_same_workspace_stays_the_active_one() {
    let mut sandbox = McpSandbox::new();
    let notion = FakeNotion::start(respond_as_member);
    sandbox.home = sandbox.home.with_variable("NOTION_API_BASE_URL", notion.base_url());
    let login = sandbox.home.run("login --token-stdin --store file", TOKEN);
    assert_eq!(login.exit_code, Some(0), "{login:?}");
    let own = sandbox.home.run("status --json", "").json_document()["active"]["workspace"].clone();
    let workspace = (own["id"].as_str().unwrap().to_owned(), own["name"].as_str().unwrap_or("x").to_owned());
    sandbox.server.change(|settings| settings.workspace = workspace.clone());
    sandbox.sign_in();
    for arguments in ["token".to_owned(), format!("token --workspace {}", workspace.0)] {
        let token = sandbox.home.run_allowing_secret(&arguments, "");
        assert_eq!(token.stdout.trim(), TOKEN, "{token:?}");
    }
    let status = sandbox.run("status --json").json_document();
    assert_eq!((&status["active"]["kind"], status["credentials"].as_array().unwrap().len()), (&json!("user"), 2));
    assert_eq!(sandbox.bridge().ask(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)["id"], 1);
}

#[test]
fn a_logout_revokes_the_grant_with_the_refresh_token_and_leaves_nothing() {
    let sandbox = McpSandbox::signed_in();
    let run = sandbox.run("logout");
    assert_eq!((run.exit_code, sandbox.server.is_connected()), (Some(0), false), "{run:?}");
    let revocations: Vec<_> = sandbox
        .server
        .requests()
        .into_iter()
        .filter(|request| request.path() == "/token" && !request.body.contains("grant_type"))
        .collect();
    assert!(revocations[0].body.contains("refresh-"), "the refresh token comes first");
    let secrets = std::fs::read_to_string(sandbox.home.file("secrets.json")).unwrap_or_default();
    assert!(!secrets.contains("mcp"), "{secrets}");
    assert_eq!(sandbox.run("status --json").json_document()["credentials"], json!([]));
}

#[test]
fn a_logout_that_reaches_nobody_deletes_nothing_unless_it_is_local() {
    let sandbox = McpSandbox::signed_in();
    sandbox.server.answer_next("/.well-known/oauth-authorization-server", crate::support::notion::Response::json(503, json!({})));
    assert_eq!(sandbox.run("--no-retry logout").exit_code, Some(5));
    assert_eq!(sandbox.run("status --check").exit_code, Some(0));
    assert_eq!(sandbox.run("logout --local-only").exit_code, Some(0));
    assert!(sandbox.server.is_connected());
}

#[test]
fn a_reset_removes_all_of_it_and_doctor_verifies_it() {
    let sandbox = McpSandbox::signed_in();
    let doctor = sandbox.run("doctor --json").json_document();
    let checks = doctor["checks"].as_array().unwrap();
    assert!(checks.iter().any(|check| check["id"] == "credential.valid" && check["verdict"] == "pass"), "{checks:#?}");
    let reset = sandbox.run("reset --yes");
    assert_eq!(reset.exit_code, Some(0), "{reset:?}");
    assert!(!sandbox.home.file("secrets.json").exists());
}

#[test]
fn without_a_revocation_endpoint_a_logout_deletes_and_says_that_it_stays_valid() {
    let sandbox = McpSandbox::signed_in();
    sandbox.server.change(|settings| settings.metadata = vec![("revocation_endpoint", serde_json::Value::Null)]);
    let run = sandbox.run("logout");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert_eq!(sandbox.run("status --json").json_document()["credentials"], serde_json::json!([]));
    assert!(sandbox.server.is_connected());
}

#[test]
fn the_demo_learned_it() {
    let sandbox = McpSandbox::new();
    let mut bridge = crate::support::mcp_sandbox::RunningBridge::start_with(&sandbox.home, "--demo mcp");
    bridge.send(r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#);
    assert_eq!(bridge.receive()["result"]["protocolVersion"], "2025-11-25");
    bridge.send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    let tools = bridge.ask(r#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#);
    assert_eq!(tools["result"]["tools"][1]["name"], "notion-fetch");
    let (rest, output) = bridge.finish();
    assert_eq!((rest.len(), output.exit_code), (0, Some(0)), "{output:?}");
    let login = sandbox.home.run("--demo login --path mcp --store file --json", "");
    assert_eq!(login.json_lines().last().unwrap()["kind"], "mcp", "{login:?}");
}

#[test]
fn verbose_lists_the_requests_to_the_server() {
    let sandbox = McpSandbox::signed_in();
    let run = sandbox.run("status --check -v");
    let is_message = |line: &str| line.contains("http") && line.contains("POST /mcp") && line.contains("200");
    assert!(run.stderr.lines().any(is_message), "{run:?}");
}
