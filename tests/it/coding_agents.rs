//! The coding agents of `assets/agents.toml`, and `agents`, which reads their files.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "writes the files of agents")]

mod connect;
mod hostile_files;

use crate::support::sandbox::Sandbox;
use jiff::civil::Date;
use notion_auth::domain::agents::skill::SKILL_TEXT;
use notion_auth::domain::agents::{AgentState, AgentsToml, ConfigFormat, known_agents};
use notion_auth::domain::link::Link;
use notion_auth::domain::problem::ProblemCode;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;

const SHIPPED: &str = include_str!("../../assets/agents.toml");
const TOKEN: &str = "ntn_fake_member_0000000000000000000000000000";

#[test]
fn every_entry_is_complete_and_the_binary_carries_it() {
    let file: AgentsToml = toml::from_str(SHIPPED).expect("the shipped agents parse");
    assert_eq!(file.agents, known_agents());
    let ids: BTreeSet<&str> = known_agents().iter().map(|agent| agent.id.as_str()).collect();
    assert_eq!(ids.len(), known_agents().len());
    for agent in known_agents() {
        let id = &agent.id;
        assert!(id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{id}");
        assert!(Link::parse(&agent.source).is_ok() && agent.as_of.parse::<Date>().is_ok(), "{id}");
        assert!(agent.entries.iter().all(|path| !path.is_empty()) && !agent.files.is_empty(), "{id}");
        let starts = ["~/", "./", "{config}/", "{CODEX_HOME}", "{XDG_CONFIG_HOME}/"];
        for path in agent.folders.iter().chain(agent.files.iter().map(|file| &file.path)) {
            assert!(starts.iter().any(|start| path.starts_with(start)) && !path.contains(".."), "{id}: {path}");
        }
        if let Some(skills) = &agent.skills {
            assert!(Link::parse(&skills.source).is_ok() && skills.path.starts_with("~/"), "{id}");
        }
        for system in agent.files.iter().flat_map(|file| &file.systems) {
            assert!(["linux", "macos", "windows"].contains(&system.as_str()), "{id}: {system}");
        }
    }
}

#[test]
fn the_bridge_of_every_agent_is_recognised_in_its_file() {
    for agent in known_agents() {
        let bridge: Value = serde_json::from_str(&agent.bridge).expect(&agent.id);
        let inner = json!({ "notion": bridge });
        let document = agent.entries[0].iter().rev().fold(inner, |inner, key| json!({ key: inner }));
        let text = match agent.format {
            ConfigFormat::Json | ConfigFormat::Jsonc => document.to_string(),
            ConfigFormat::Toml => "[mcp_servers.notion]\ncommand = \"notion-auth\"\nargs = [\"mcp\"]\n".to_owned(),
            ConfigFormat::Yaml => continue,
        };
        assert_eq!(agent.read_state(&text).0, AgentState::Bridge, "{}", agent.id);
    }
}

fn write(home: &Sandbox, path: &str, text: &str) -> PathBuf {
    let path = home.path().join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

fn agent(home: &Sandbox, id: &str) -> Value {
    let run = home.run("agents --json", "");
    assert_eq!((run.exit_code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    let document = run.json_document();
    let found = document["agents"].as_array().unwrap().iter().find(|agent| agent["id"] == id).cloned();
    found.expect(id)
}

#[test]
fn an_agent_is_found_by_its_program_its_folder_or_its_file() {
    let home = Sandbox::new();
    for id in ["claude-code", "cursor", "zed"] {
        assert_eq!((&agent(&home, id)["found"], &agent(&home, id)["state"]), (&json!(false), &json!("not_connected")), "{id}");
    }
    home.add_program("claude", "exit 1");
    std::fs::create_dir(home.path().join(".cursor")).unwrap();
    write(&home, ".config/zed/settings.json", "{}");
    for id in ["claude-code", "cursor", "zed"] {
        assert_eq!((&agent(&home, id)["found"], &agent(&home, id)["state"]), (&json!(true), &json!("not_connected")), "{id}");
    }
}

#[test]
fn a_token_in_a_file_is_named_by_its_end_and_comes_before_any_other_state() {
    let home = Sandbox::new();
    let elsewhere = home.path().join("elsewhere");
    let home = home.with_variable("CODEX_HOME", elsewhere.to_str().unwrap());
    write(&home, ".codex/config.toml", "[mcp_servers.notion]\nurl = \"https://mcp.notion.com/mcp\"\n");
    assert_eq!(agent(&home, "codex")["state"], "own_sign_in");
    write(&home, "elsewhere/config.toml", &format!("[mcp_servers.notion.env]\nNOTION_TOKEN = \"{TOKEN}\"\n"));
    let codex = agent(&home, "codex");
    assert_eq!((&codex["state"], &codex["files"][0]["detail"]), (&json!("plain_secret"), &json!("…0000")));
    for command in ["agents", "agents --json"] {
        let run = home.run(command, "");
        assert!(!run.stdout.contains(TOKEN) && !run.stderr.contains(TOKEN), "{run:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_unknown_and_the_others_are_read() {
    let home = Sandbox::new();
    write(&home, ".cursor/mcp.json", "{ broken");
    write(
        &home,
        ".gemini/settings.json",
        "{ \"mcpServers\": { // ours\n \"n\": { \"command\": \"notion-auth\", \"args\": [\"mcp\"], }, }, }",
    );
    std::fs::create_dir_all(home.path().join(".claude.json")).unwrap();
    for (id, state) in [("cursor", "unknown"), ("claude-code", "unknown"), ("gemini-cli", "bridge")] {
        assert_eq!(agent(&home, id)["state"], state, "{id}");
    }
}

#[test]
fn the_demo_looks_at_no_agent_of_the_person() {
    let home = Sandbox::new();
    write(&home, ".gemini/settings.json", "{}");
    let document = home.run("--demo agents --json", "").json_document();
    let agents = document["agents"].as_array().unwrap();
    let found: BTreeSet<_> =
        agents.iter().filter(|agent| agent["found"] == true).map(|agent| agent["id"].as_str().unwrap()).collect();
    assert_eq!(found, BTreeSet::from(["claude-code", "codex", "cursor", "goose", "opencode"]), "the invented ones");
    let own_file = format!("{}/.", home.path().to_str().unwrap());
    assert!(agents.iter().all(|agent| !agent["files"].to_string().contains(&own_file)), "{document}");
}

#[test]
fn the_skill_names_only_commands_and_codes_that_exist() {
    let words = SKILL_TEXT.split('`').skip(1).step_by(2);
    for word in words.filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') && word.contains('_')) {
        let is_code = ProblemCode::ALL.iter().any(|code| code.name() == word);
        assert!(is_code || word == "retry_after", "{word}");
    }
    let commands = SKILL_TEXT.lines().filter(|line| line.starts_with("notion-auth "));
    for line in commands {
        let command = line.split(" #").next().unwrap().replace("\"Acme\"", "Acme");
        let arguments: Vec<&str> = command.split_whitespace().collect();
        assert!(notion_auth::cli::parse(arguments).is_ok(), "{command}");
    }
}
