//! `agents connect` and `agents disconnect`, with the built binary and a fake MCP server.

use super::{TOKEN, agent, write};
use crate::support::mcp_sandbox::{McpSandbox, RunningBridge};
use crate::support::mcp_server::SECRET_PREFIXES;
use crate::support::notion::{FakeNotion, Response, respond_as_member};
use crate::support::sandbox::{BINARY, CommandOutput, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The user's file of each agent that can be changed, with a text that it may have.
const FILES: [(&str, &str, &str); 8] = [
    ("claude-code", ".claude.json", "{\n  \"numStartups\": 3,\n  \"projects\": {}\n}"),
    ("codex", ".codex/config.toml", "model = \"o\" # mine\n\n[mcp_servers.other] # theirs\ncommand = \"x\"\n"),
    ("cursor", ".cursor/mcp.json", "{\n\t\"mcpServers\": {\n\t\t\"a\": { \"command\": \"x\" }\n\t}\n}\r\n"),
    ("vscode", ".config/Code/User/mcp.json", "{\n  // ours\n  \"servers\": {},\n}\n"),
    ("gemini-cli", ".gemini/settings.json", "\u{feff}{ \"theme\": \"dark\" }"),
    ("opencode", ".config/opencode/opencode.jsonc", "{ /* c */ }\r\n"),
    ("windsurf", ".codeium/windsurf/mcp_config.json", ""),
    (
        "zed",
        ".config/zed/settings.json",
        "// Zed\n{\n  \"context_servers\": {\n    \"a\": {\"url\": \"https://x.example\"},\n  },\n}",
    ),
];

fn results(run: &CommandOutput) -> BTreeMap<String, String> {
    let document = run.json_document();
    let pair = |agent: &Value| (agent["id"].as_str().unwrap().to_owned(), agent["result"].as_str().unwrap().to_owned());
    document["agents"].as_array().unwrap().iter().map(pair).collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// Everything in the home but our own files.
fn snapshot(home: &Sandbox) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = home.files().into_iter().filter(|file| !file.starts_with(home.path().join(".config/notion-auth")));
    files.map(|file| (file.clone(), std::fs::read(file).unwrap())).collect()
}

#[test]
fn many_agents_are_connected_at_once_and_disconnected_without_a_trace() {
    let sandbox = McpSandbox::signed_in();
    let home = &sandbox.home;
    for (_, path, text) in FILES {
        write(home, path, text);
    }
    write(home, ".config/goose/config.yaml", "extensions: {}\n");
    // Found, but without a file on this system.
    std::fs::create_dir_all(home.path().join(".config/Claude")).unwrap();
    let before = snapshot(home);
    let connect = sandbox.run("agents connect --yes --json");
    assert_eq!(connect.exit_code, Some(0), "{connect:?}");
    let results_by_id = results(&connect);
    for (id, path, _) in FILES {
        assert_eq!(results_by_id[id], "connected", "{connect:?}");
        assert_eq!(agent(home, id)["state"], "bridge", "{}", read(&home.path().join(path)));
        let text = read(&home.path().join(path));
        assert!(SECRET_PREFIXES.iter().all(|secret| !text.contains(secret)), "{text}");
    }
    assert_eq!(results_by_id["goose"], "by_hand");
    let entry = |document: &Value| {
        document["agents"].as_array().unwrap().iter().find(|agent| agent["id"] == "goose").unwrap()["entry"].clone()
    };
    assert!(entry(&connect.json_document()).as_str().is_some_and(|text| text.contains("extensions:")));

    let connected = snapshot(home);
    let again = sandbox.run("agents connect --yes --json");
    assert!(results(&again).iter().all(|(id, result)| result == "connected" || id == "goose"), "{again:?}");
    assert!(again.json_document()["agents"].as_array().unwrap().iter().all(|agent| agent["changed"] == false));
    assert_eq!(snapshot(home), connected, "a second connect changes nothing");

    let disconnect = sandbox.run("agents disconnect --yes --json");
    assert_eq!((disconnect.exit_code, results(&disconnect).len()), (Some(0), FILES.len()), "{disconnect:?}");
    assert_eq!(snapshot(home), before);
}

#[test]
fn a_file_and_its_folders_that_we_made_go_again() {
    let sandbox = McpSandbox::signed_in();
    let home = &sandbox.home;
    for id in ["cursor", "codex", "windsurf"] {
        assert_eq!(results(&sandbox.run(&format!("agents connect {id} --yes --json")))[id], "connected");
    }
    assert!(home.path().join(".codeium/windsurf/mcp_config.json").is_file());
    assert_eq!(sandbox.run("agents disconnect --yes").exit_code, Some(0));
    for folder in [".cursor", ".codex", ".codeium"] {
        assert!(!home.path().join(folder).exists(), "{folder}");
    }
}

#[test]
fn the_entry_names_the_program_by_its_path_and_a_project_by_its_name() {
    let sandbox = McpSandbox::signed_in();
    let home = &sandbox.home;
    let run = sandbox.run("agents connect cursor --yes --json");
    assert_eq!(run.json_document()["agents"][0]["command"], json!([BINARY, "mcp"]));
    // An update replaces what a link on the PATH leads to.
    std::os::unix::fs::symlink(BINARY, home.path().join("bin/notion-auth")).unwrap();
    let run = sandbox.run("agents connect claude-code --workspace workspace-mcp-1 --yes --json");
    let installed = home.path().join("bin/notion-auth");
    assert_eq!(run.json_document()["agents"][0]["command"], json!([installed, "mcp", "--workspace", "workspace-mcp-1"]), "{run:?}");
    let run = sandbox.run("agents connect cursor --scope project --yes --json");
    assert_eq!(run.json_document()["agents"][0]["command"], json!(["notion-auth", "mcp"]));
    assert_eq!(results(&run)["cursor"], "connected", "{run:?}");
}

/// Codex starts a server with few variables and those that its entry names, Gemini CLI without those that may be secrets.
#[test]
fn an_agent_that_holds_variables_back_passes_on_what_the_bridge_needs() {
    let mut sandbox = McpSandbox::new();
    let elsewhere = sandbox.home.path().join("elsewhere");
    sandbox.home = sandbox.home.with_variable("NOTION_AUTH_HOME", elsewhere.to_str().unwrap());
    sandbox.sign_in();
    assert_eq!(sandbox.run("agents connect codex gemini-cli --yes").exit_code, Some(0));
    let home = &sandbox.home;
    let codex: toml::Table = toml::from_str(&read(&home.path().join(".codex/config.toml"))).unwrap();
    let passed: Vec<&str> =
        codex["mcp_servers"]["notion"]["env_vars"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let gemini: Value = serde_json::from_str(&read(&home.path().join(".gemini/settings.json"))).unwrap();
    let own = gemini["mcpServers"]["notion"]["env"].as_object().unwrap();
    let is_passed_by_codex = |name: &str| ["HOME", "PATH", "LANG", "TZ"].contains(&name) || passed.contains(&name);
    let is_passed_by_gemini =
        |name: &str| !["AUTH", "KEY", "CERT"].iter().any(|part| name.contains(part)) || own.contains_key(name);
    for is_passed in [&is_passed_by_codex as &dyn Fn(&str) -> bool, &is_passed_by_gemini] {
        let mut command = home.command("mcp");
        let all: Vec<_> = command.get_envs().map(|(name, value)| (name.to_owned(), value.unwrap().to_owned())).collect();
        command.env_clear().envs(all.into_iter().filter(|(name, _)| is_passed(name.to_str().unwrap())));
        let answer = RunningBridge::from_command(command).ask(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#);
        assert_eq!(answer["result"]["tools"][0]["name"], "notion-search", "{answer}");
    }
    assert!(own.iter().all(|(name, value)| *value == format!("${name}")), "{own:?}");
}

#[test]
fn a_dry_run_shows_the_change_and_writes_nothing() {
    let sandbox = McpSandbox::new();
    let path = write(&sandbox.home, ".codex/config.toml", "# mine\n");
    let before = snapshot(&sandbox.home);
    let run = sandbox.run("agents connect codex --dry-run");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert!(run.stdout.contains(&format!("+++ {}", path.display())) && run.stdout.contains("+[mcp_servers.notion]"), "{run:?}");
    let run = sandbox.run("agents connect codex --dry-run --json");
    assert_eq!((results(&run)["codex"].as_str(), run.stderr.as_str()), ("would_change", ""));
    assert_eq!(snapshot(&sandbox.home), before);
}

#[test]
fn without_consent_nothing_is_written() {
    let sandbox = McpSandbox::signed_in();
    write(&sandbox.home, ".cursor/mcp.json", "{}");
    let before = snapshot(&sandbox.home);
    for options in ["", "--json"] {
        let run = sandbox.run(&format!("agents connect {options}"));
        assert_eq!(run.exit_code, Some(3), "{run:?}");
        assert!(format!("{}{}", run.stdout, run.stderr).contains("--yes"), "{run:?}");
    }
    let terminal = sandbox.home.start_terminal((80, 40), "agents connect");
    terminal.wait_for_text("y or n");
    terminal.send_text("n\r");
    assert_eq!(terminal.wait_exit().exit_code(), 130);
    assert_eq!(snapshot(&sandbox.home), before);
}

#[test]
fn a_token_in_a_file_is_masked_replaced_and_kept_nowhere() {
    let sandbox = McpSandbox::signed_in();
    let home = &sandbox.home;
    let text = format!(
        "{{\n  \"mcpServers\": {{\n    \"notion\": {{\"command\": \"npx\", \"env\": {{\"NOTION_TOKEN\": \"{TOKEN}\"}}}}\n  }}\n}}\n"
    );
    write(home, ".cursor/mcp.json", &text);
    let dry = sandbox.run("agents connect --dry-run");
    assert!(dry.stdout.contains("…0000") && !dry.stdout.contains(TOKEN), "{dry:?}");
    let run = sandbox.run("agents connect --yes --json");
    let replaced = run.json_document()["agents"][0]["replaces"].clone();
    assert_eq!(replaced, json!({ "name": "notion", "state": "plain_secret", "detail": "…0000" }));
    for file in home.files() {
        assert!(!read(&file).contains(TOKEN), "{}", file.display());
    }
    assert_eq!(sandbox.run("agents disconnect --yes").exit_code, Some(0));
    assert_eq!(agent(home, "cursor")["state"], "not_connected");
}

#[test]
fn without_a_sign_in_the_entry_is_written_and_the_result_says_what_is_missing() {
    let sandbox = McpSandbox::new();
    write(&sandbox.home, ".cursor/mcp.json", "{}");
    let run = sandbox.run("agents connect --yes --json");
    assert_eq!((run.exit_code, results(&run)["cursor"].as_str()), (Some(4), "unverified"), "{run:?}");
    assert_eq!(run.json_document()["agents"][0]["problem"]["code"], "mcp_not_signed_in");
    sandbox.sign_in();
    let run = sandbox.run("agents connect --yes --json");
    assert_eq!((run.exit_code, results(&run)["cursor"].as_str()), (Some(0), "connected"), "{run:?}");
}

#[test]
fn unknown_agents_and_missing_files_are_told() {
    let sandbox = McpSandbox::new();
    let run = sandbox.run("agents connect codx --yes --json");
    assert_eq!((run.exit_code, run.json_document()["problem"]["code"].as_str()), (Some(2), Some("agent_not_found")), "{run:?}");
    let run = sandbox.run("agents connect windsurf --scope project --yes --json");
    assert_eq!((run.exit_code, results(&run)["windsurf"].as_str()), (Some(1), "failed"));
    let run = sandbox.run("agents connect --yes");
    assert_eq!(run.exit_code, Some(1), "no agent is here: {run:?}");
    assert_eq!(sandbox.run("agents disconnect --yes").exit_code, Some(0));
}

#[test]
fn a_reset_removes_the_record_and_a_disconnect_still_removes_the_entry() {
    let sandbox = McpSandbox::signed_in();
    let home = &sandbox.home;
    write(home, ".cursor/mcp.json", "{}");
    sandbox.run("agents connect --yes");
    assert!(home.file("agents.json").is_file());
    sandbox.run("reset --yes");
    assert!(!home.file("agents.json").exists());
    assert_eq!(sandbox.run("agents disconnect --yes").exit_code, Some(0));
    assert_eq!(agent(home, "cursor")["state"], "not_connected");
}

#[test]
fn the_demo_changes_no_file() {
    let sandbox = McpSandbox::new();
    write(&sandbox.home, ".cursor/mcp.json", "{}");
    let before = snapshot(&sandbox.home);
    let run = sandbox.run("--demo agents connect cursor --yes --json");
    assert_eq!((run.exit_code, results(&run)["cursor"].as_str()), (Some(0), "connected"), "{run:?}");
    assert_eq!(snapshot(&sandbox.home), before);
}

#[test]
fn the_skill_is_installed_where_agents_read_it_and_goes_with_a_disconnect() {
    let sandbox = McpSandbox::signed_in();
    let home = &sandbox.home;
    let run = sandbox.run("agents connect claude-code codex opencode --skill --yes --json");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    for folder in [".claude/skills", ".agents/skills"] {
        assert!(read(&home.path().join(folder).join("notion-auth/SKILL.md")).starts_with("---\nname: notion-auth\n"), "{folder}");
    }
    assert_eq!(sandbox.run("agents disconnect --yes").exit_code, Some(0));
    for folder in [".claude", ".agents"] {
        assert!(!home.path().join(folder).exists(), "{folder}");
    }
    // A skill of somebody else's stays.
    let other = write(home, ".claude/skills/notion-auth/SKILL.md", "---\nname: notion-auth\n---\nmine");
    let run = sandbox.run("agents connect claude-code --skill --yes --json");
    assert_eq!(run.exit_code, Some(1), "{run:?}");
    sandbox.run("agents disconnect --yes");
    assert!(read(&other).ends_with("mine"));
}

#[test]
fn another_way_is_written_tried_out_and_taken_back() {
    let sandbox = McpSandbox::signed_in();
    let file = write(&sandbox.home, ".claude.json", "{}");
    let run = sandbox.run("agents connect claude-code --how helper --yes --json");
    assert_eq!((run.exit_code, results(&run)["claude-code"].as_str()), (Some(0), "connected"), "{run:?}");
    assert_eq!(agent(&sandbox.home, "claude-code")["state"], "helper");
    let headers: Value = serde_json::from_str(&sandbox.home.run("mcp --headers", "").stdout).unwrap();
    assert!(headers["Authorization"].as_str().unwrap().starts_with("Bearer "));
    assert!(SECRET_PREFIXES.iter().all(|secret| !read(&file).contains(secret)));
    let run = sandbox.run("agents connect claude-code --how own --yes --json");
    assert_eq!((run.exit_code, results(&run)["claude-code"].as_str()), (Some(0), "sign_in_needed"), "{run:?}");
    assert_eq!(sandbox.run("agents disconnect --yes").exit_code, Some(0));
    assert_eq!(read(&file), "{}");
}

#[test]
fn a_way_that_an_agent_does_not_have_is_refused() {
    let sandbox = McpSandbox::signed_in();
    write(&sandbox.home, ".cursor/mcp.json", "{}");
    let run = sandbox.run("agents connect cursor --how helper --yes --json");
    assert_eq!((run.exit_code, results(&run)["cursor"].as_str()), (Some(2), "failed"), "{run:?}");
    assert_eq!(run.json_document()["agents"][0]["problem"]["code"], "agent_method_missing");
}

#[test]
fn without_a_sign_in_the_helper_prints_nothing() {
    let run = McpSandbox::new().run("mcp --headers");
    assert_eq!((run.exit_code, run.stdout.as_str()), (Some(4), ""), "{run:?}");
}

/// A file with a token, and a home in which the private file is chosen and Notion answers.
fn with_a_token(notion: &FakeNotion) -> (McpSandbox, PathBuf) {
    let sandbox = McpSandbox::signed_in();
    let home = sandbox.home.with_variable("NOTION_API_BASE_URL", notion.base_url()).with_variable("NOTION_KEYRING", "0");
    let text = format!("{{\"mcpServers\": {{\"notion\": {{\"command\": \"npx\", \"env\": {{\"NOTION_TOKEN\": \"{TOKEN}\"}}}}}}}}");
    let file = write(&home, ".cursor/mcp.json", &text);
    (McpSandbox { home, ..sandbox }, file)
}

#[test]
fn a_token_is_verified_and_saved_before_the_file_loses_it() {
    let notion = FakeNotion::start(respond_as_member);
    let (sandbox, file) = with_a_token(&notion);
    let run = sandbox.run("agents connect --save-tokens --yes --json");
    assert_eq!((run.exit_code, results(&run)["cursor"].as_str()), (Some(0), "connected"), "{run:?}");
    assert_eq!(run.json_document()["agents"][0]["token"]["result"], "saved");
    assert!(!run.stdout.contains(TOKEN) && !read(&file).contains(TOKEN), "{run:?}");
    assert!(read(&sandbox.home.file("secrets.json")).contains(TOKEN));
    assert_eq!(sandbox.run("status --json").json_document()["credentials"].as_array().unwrap().len(), 2);
}

#[test]
fn a_token_that_cannot_be_saved_stays_in_the_file() {
    let notion = FakeNotion::start(|request| Response::error(500, "internal_server_error", request));
    let (sandbox, file) = with_a_token(&notion);
    let before = read(&file);
    let run = sandbox.run("--no-retry agents connect --save-tokens --yes --json");
    assert_eq!((run.exit_code, results(&run)["cursor"].as_str()), (Some(5), "failed"), "{run:?}");
    assert_eq!(read(&file), before);
}
