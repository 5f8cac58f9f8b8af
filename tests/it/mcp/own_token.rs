//! A person's own token for Notion MCP: the server's answer decides whether it is saved.

use crate::support::mcp_sandbox::{McpSandbox, RunningBridge};
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::sandbox::CommandOutput;
use serde_json::{Value, json};

const LOGIN: &str = "login --path mcp --token-stdin --store file --json";
const TOOLS: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;

/// A machine that reaches both servers, and the REST API that knows the token.
fn machine() -> (McpSandbox, FakeNotion) {
    let notion = FakeNotion::start(respond_as_member);
    let mut sandbox = McpSandbox::new();
    sandbox.home = sandbox.home.with_variable("NOTION_API_BASE_URL", notion.base_url());
    (sandbox, notion)
}

fn accepting_machine() -> (McpSandbox, FakeNotion) {
    let (sandbox, notion) = machine();
    sandbox.server.change(|settings| settings.own_token = Some(TOKEN));
    (sandbox, notion)
}

fn last(run: &CommandOutput) -> Value {
    run.json_lines().pop().unwrap()
}

#[test]
fn an_accepted_token_is_saved_serves_the_bridge_and_is_never_refreshed() {
    let (sandbox, _notion) = accepting_machine();
    let done = last(&sandbox.home.run(&format!("{LOGIN} --expires 2027-01-05"), TOKEN));
    assert_eq!((&done["event"], &done["kind"], &done["path"]), (&json!("done"), &json!("mcp"), &json!("mcp")), "{done}");
    assert_eq!((&done["user"], &done["expires_at"]), (&json!("Ada Fake"), &json!("2027-01-05")));

    let checked = sandbox.home.run("status --check --json", "").json_document();
    assert_eq!(checked["credentials"][0]["verdict"], "pass");
    let mut bridge = RunningBridge::start(&sandbox.home);
    assert!(bridge.ask(TOOLS)["result"]["tools"].is_array());
    bridge.finish();
    assert_eq!(sandbox.server.requests().iter().filter(|request| request.path() != "/mcp").count(), 0);
    assert_eq!(sandbox.home.run("refresh", "").exit_code, Some(1), "there is no refresh token");
}

#[test]
fn a_token_that_is_refused_is_not_saved_whichever_of_the_two_refuses_it() {
    let (sandbox, notion) = machine();
    let problem = last(&sandbox.home.run(LOGIN, TOKEN));
    assert_eq!((&problem["event"], &problem["code"]), (&json!("problem"), &json!("mcp_own_token_refused")));
    assert_eq!(sandbox.home.data_files(), Vec::<std::path::PathBuf>::new());
    drop(notion);

    let (sandbox, _notion) = accepting_machine();
    let before = sandbox.server.requests().len();
    for (input, code) in [("", "token_missing"), ("ghp_fakefakefakefakefakefakefakefakefake", "foreign_secret")] {
        assert_eq!(last(&sandbox.home.run(LOGIN, input))["code"], code);
    }
    assert_eq!(sandbox.server.requests().len(), before, "nothing was sent");
}

/// The token is the person's, who may use it elsewhere.
#[test]
fn logging_out_deletes_it_here_and_revokes_nothing() {
    let (sandbox, _notion) = accepting_machine();
    assert_eq!(last(&sandbox.home.run(LOGIN, TOKEN))["event"], "done");
    let run = sandbox.home.run("logout --all", "");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert!(run.stdout.contains("/developers/tokens") || run.stderr.contains("/developers/tokens"), "{run:?}");
    assert_eq!(sandbox.server.requests().iter().filter(|request| request.path() == "/revoke").count(), 0);
    assert_eq!(sandbox.home.run("status --json", "").json_document()["credentials"], json!([]));
}

#[test]
fn once_it_is_refused_the_agent_is_told_to_have_a_person_sign_in() {
    let (sandbox, _notion) = accepting_machine();
    assert_eq!(last(&sandbox.home.run(LOGIN, TOKEN))["event"], "done");
    sandbox.server.change(|settings| settings.own_token = None);
    let mut bridge = RunningBridge::start(&sandbox.home);
    assert_eq!(bridge.ask(TOOLS)["error"]["data"]["code"], "mcp_token_refused");
}
