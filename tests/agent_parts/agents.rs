//! Needs Claude Code, Codex, opencode and Gemini CLI: connected by `agents connect`, each reaches the server through the bridge, and
//! `agents disconnect` gives their settings back.
#![expect(clippy::disallowed_methods, reason = "reads and writes the files of agents")]

use crate::installed::with_agents;
use crate::models;
use crate::support::mcp_sandbox::McpSandbox;
use crate::support::mcp_server::SECRET_PREFIXES;
use crate::support::notion::Request;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;

struct AgentProgram {
    id: &'static str,
    /// The name by which it introduces itself to a server.
    client: &'static str,
    settings: &'static str,
    /// Its own command that adds another server, by which it writes its settings itself.
    add: &'static [&'static str],
    /// Its own command that lists its servers, and how a connected one is listed.
    list: &'static [&'static str],
    listed: &'static str,
    /// Its command for a session without a person, if only a session asks for the tools. `MODELS` is the address of the models.
    session: &'static [&'static str],
}

const AGENTS: [AgentProgram; 4] = [
    AgentProgram {
        id: "claude-code",
        client: "claude-code",
        settings: ".claude.json",
        add: &["claude", "mcp", "add", "--scope", "user", "other", "--", "true"],
        list: &["claude", "mcp", "list"],
        listed: "mcp - ✔ Connected",
        session: &[],
    },
    AgentProgram {
        id: "codex",
        client: "codex-mcp-client",
        settings: ".codex/config.toml",
        add: &["codex", "mcp", "add", "other", "--", "true"],
        // It lists without connecting.
        list: &["codex", "mcp", "list"],
        listed: "enabled",
        session: &[
            "codex",
            "exec",
            "--skip-git-repo-check",
            "-c",
            "model=\"test\"",
            "-c",
            "model_provider=\"test\"",
            "-c",
            "model_providers.test={name=\"test\",base_url=\"MODELS/v1\",wire_api=\"responses\"}",
            "hello",
        ],
    },
    AgentProgram {
        id: "opencode",
        client: "opencode",
        settings: ".config/opencode/opencode.jsonc",
        add: &["opencode", "mcp", "add", "other", "--", "true"],
        list: &["opencode", "mcp", "list"],
        listed: "✓ notion",
        session: &[],
    },
    AgentProgram {
        id: "gemini-cli",
        client: "gemini-cli-mcp-client",
        settings: ".gemini/settings.json",
        add: &["gemini", "mcp", "add", "-s", "user", "other", "true"],
        list: &["gemini", "mcp", "list"],
        listed: "mcp (stdio) - Connected",
        session: &["gemini", "--model", "gemini-2.5-pro", "--prompt", "hello"],
    },
];

/// A home whose agents have written settings of their own.
fn home_with_agents(models: &str) -> McpSandbox {
    let mut sandbox = McpSandbox::new();
    let elsewhere = sandbox.home.path().join("elsewhere");
    sandbox.home = with_agents(sandbox.home)
        // An agent that doesn't pass this on starts a bridge that finds no sign-in.
        .with_variable("NOTION_AUTH_HOME", elsewhere.to_str().unwrap())
        .with_variable("GOOGLE_GEMINI_BASE_URL", models)
        .with_variable("GEMINI_API_KEY", "fake");
    sandbox.sign_in();
    let gemini = sandbox.home.path().join(".gemini");
    std::fs::create_dir(&gemini).unwrap();
    std::fs::write(gemini.join("settings.json"), r#"{ "security": { "auth": { "selectedType": "gemini-api-key" } } }"#).unwrap();
    for agent in &AGENTS {
        run(&sandbox, agent.add);
        assert!(sandbox.home.path().join(agent.settings).is_file(), "{}", agent.id);
    }
    sandbox
}

/// Runs a command of an agent, and returns what it printed.
#[track_caller]
fn run(sandbox: &McpSandbox, command: &[&str]) -> String {
    let (program, arguments) = command.split_first().unwrap();
    let output = sandbox.home.program_command(program).args(arguments).stdin(Stdio::null()).output().unwrap();
    let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {printed}");
    printed
}

fn settings(sandbox: &McpSandbox) -> BTreeMap<&'static str, String> {
    AGENTS.iter().map(|agent| (agent.id, std::fs::read_to_string(sandbox.home.path().join(agent.settings)).unwrap())).collect()
}

/// Returns the states of all agents, or the results of a change, by id.
fn field_by_id(document: &Value, field: &str) -> BTreeMap<String, String> {
    let pair = |agent: &Value| (agent["id"].as_str().unwrap().to_owned(), agent[field].as_str().unwrap().to_owned());
    document["agents"].as_array().unwrap().iter().map(pair).collect()
}

fn connect(sandbox: &McpSandbox) {
    let run = sandbox.run("agents connect --yes --json");
    let results = field_by_id(&run.json_document(), "result");
    let expected: BTreeMap<_, _> = AGENTS.iter().map(|agent| (agent.id.to_owned(), "connected".to_owned())).collect();
    assert_eq!((run.exit_code, results), (Some(0), expected), "{run:?}");
}

fn disconnect(sandbox: &McpSandbox) {
    let run = sandbox.run("agents disconnect --yes --json");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    let states = field_by_id(&sandbox.run("agents --json").json_document(), "state");
    assert!(AGENTS.iter().all(|agent| states[agent.id] == "not_connected"), "{states:?}");
}

fn is_from(request: &Request, agent: &AgentProgram) -> bool {
    request.body.contains(&format!("\"name\":\"{}\"", agent.client))
}

/// The secrets of the sign-in are in this file of ours and in no other.
fn check_secrets(sandbox: &McpSandbox) {
    let has_secret = |file: &PathBuf| {
        let bytes = std::fs::read(file).unwrap_or_default();
        SECRET_PREFIXES.iter().any(|secret| bytes.windows(secret.len()).any(|part| part == secret.as_bytes()))
    };
    let files: Vec<PathBuf> = sandbox.home.files().into_iter().filter(has_secret).collect();
    assert_eq!(files, [sandbox.home.path().join("elsewhere/secrets.json")]);
}

#[test]
fn every_agent_asks_for_the_tools_through_the_bridge_and_keeps_no_secret() {
    let models = models::start();
    let sandbox = home_with_agents(&models.base_url());
    connect(&sandbox);
    for agent in &AGENTS {
        let before = sandbox.server.requests().len();
        let listed = run(&sandbox, agent.list);
        let line = listed.lines().find(|line| line.contains("notion"));
        assert!(line.is_some_and(|line| line.contains(agent.listed)), "{}: {listed}", agent.id);
        if !agent.session.is_empty() {
            let command: Vec<String> = agent.session.iter().map(|part| part.replace("MODELS", &models.base_url())).collect();
            run(&sandbox, &command.iter().map(String::as_str).collect::<Vec<_>>());
        }
        let requests = sandbox.server.requests().split_off(before);
        let (has_introduced, has_asked) = requests.iter().fold((false, false), |(has_introduced, has_asked), request| {
            assert!(request.bearer().is_some_and(|token| token.starts_with("fake:grant:access-")), "{}: {request:?}", agent.id);
            (has_introduced || is_from(request, agent), has_asked || request.body.contains("\"tools/list\""))
        });
        assert!(has_introduced && has_asked, "{}: {requests:?}", agent.id);
        check_secrets(&sandbox);
    }
    assert_eq!(sandbox.server.refresh_count(), 0, "all of them found the same sign-in");
    disconnect(&sandbox);
    for (id, text) in settings(&sandbox) {
        assert!(text.contains("other") && !text.contains("notion"), "{id}: {text}");
    }
    check_secrets(&sandbox);
}

#[test]
fn settings_that_an_agent_wrote_come_back_byte_for_byte() {
    let sandbox = home_with_agents("http://127.0.0.1:1");
    let before = settings(&sandbox);
    connect(&sandbox);
    assert!(settings(&sandbox).iter().all(|(id, text)| before[id] != *text && text.contains("notion")));
    disconnect(&sandbox);
    assert_eq!(settings(&sandbox), before);
}
