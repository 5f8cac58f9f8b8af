use super::*;
use crate::domain::agents::known_agents;
use crate::domain::agents::method::{ConnectionMethod, EntryValues};
use crate::domain::mcp::McpUrl;
use serde_json::json;

fn agent(id: &str) -> &'static Agent {
    known_agents().iter().find(|agent| agent.id == id).expect(id)
}

fn connection(id: &str, method: ConnectionMethod, workspace: Option<&str>) -> Connection {
    let values = EntryValues { program: "/opt/bin/notion-auth", workspace, server: McpUrl::NOTION };
    agent(id).connection(method, values).expect(id)
}

fn bridge(id: &str) -> Connection {
    connection(id, ConnectionMethod::Bridge, None)
}

/// Connects, and returns the new text with the record of it.
#[track_caller]
fn connected(
    id: &str,
    text: Option<&str>,
    record: Option<&AgentConnectionRecord>,
    server: &Connection,
) -> (String, Option<AgentConnectionRecord>) {
    let edit = agent(id).connect(text, record, server).unwrap().expect("a change");
    let record = edit.record.map(|(name, change, was_created)| AgentConnectionRecord {
        file: "f".into(),
        name,
        change,
        was_created,
        folders: Vec::new(),
    });
    (edit.text.unwrap(), record)
}

#[test]
fn connect_then_disconnect_gives_every_file_back() {
    let texts = |id: &str| match id {
        "codex" => vec![None, Some(""), Some("# a\n"), Some("[mcp_servers.x]\ncommand = \"y\" # z\n")],
        _ => vec![None, Some(""), Some("{}"), Some("{}\n"), Some("{\"a\":1}"), Some("{\n  // c\n  \"a\": [1,],\n}\n")],
    };
    for agent in known_agents().iter().filter(|agent| agent.id != "goose") {
        for text in texts(&agent.id) {
            let (after, record) = connected(&agent.id, text, None, &bridge(&agent.id));
            assert_eq!(agent.read_state(&after).0, AgentState::Bridge, "{after}");
            assert_eq!(agent.connect(Some(&after), record.as_ref(), &bridge(&agent.id)), Ok(None), "{after}");
            let back = agent.disconnect(&after, record.as_ref()).unwrap().unwrap();
            assert_eq!(back.text.as_deref(), text, "{}", agent.id);
        }
    }
}

#[test]
fn a_second_connection_with_another_workspace_can_be_taken_back_too() {
    let first = Some("{ \"mcpServers\": {} }");
    let (after, record) = connected("cursor", first, None, &bridge("cursor"));
    let other = connection("cursor", ConnectionMethod::Bridge, Some("Acme"));
    let (again, record) = connected("cursor", Some(&after), record.as_ref(), &other);
    assert!(again.contains("Acme") && again.matches("notion-auth").count() == 1, "{again}");
    assert_eq!(agent("cursor").disconnect(&again, record.as_ref()).unwrap().unwrap().text.as_deref(), first);
}

#[test]
fn an_own_sign_in_is_replaced_under_its_name_and_comes_back() {
    let text = "{\"mcpServers\": {\"Notion\": {\"type\": \"http\", \"url\": \"https://mcp.notion.com/mcp\"}, \"b\": {}}}";
    let edit = agent("claude-code").connect(Some(text), None, &bridge("claude-code")).unwrap().unwrap();
    let replaced = edit.replaces.unwrap();
    assert_eq!((replaced.name.as_str(), replaced.state), ("Notion", AgentState::OwnSignIn));
    let (after, record) = connected("claude-code", Some(text), None, &bridge("claude-code"));
    assert!(!after.contains("https://mcp.notion.com"), "{after}");
    assert_eq!(agent("claude-code").disconnect(&after, record.as_ref()).unwrap().unwrap().text.as_deref(), Some(text));
}

#[test]
fn a_secret_is_replaced_and_never_kept_in_a_record() {
    let text = "{\"mcpServers\": {\"notion\": {\"command\": \"npx\", \"args\": [\"@notionhq/notion-mcp-server\"], \"env\": {\"NOTION_TOKEN\": \"ntn_fake_member_0000000000000000000000000000\"}}}}";
    let edit = agent("cursor").connect(Some(text), None, &bridge("cursor")).unwrap().unwrap();
    let replaced = edit.replaces.unwrap();
    assert_eq!((replaced.state, replaced.detail.as_deref()), (AgentState::PlainSecret, Some("…0000")));
    assert_eq!((edit.record, edit.text.unwrap().contains("ntn_")), (None, false));
}

#[test]
fn another_service_keeps_its_entry() {
    let text = "{\"mcpServers\": {\"notion\": {\"url\": \"https://notion.example/mcp\"}}}";
    let (after, record) = connected("cursor", Some(text), None, &bridge("cursor"));
    assert!(after.contains("https://notion.example/mcp") && after.contains("\"notion-auth\""), "{after}");
    assert_eq!(agent("cursor").disconnect(&after, record.as_ref()).unwrap().unwrap().text.as_deref(), Some(text));
}

#[test]
fn what_a_person_added_to_our_entry_stays() {
    let text = "{\"mcpServers\": {\"n\": {\"command\": \"/old/notion-auth\", \"args\": [\"mcp\"], \"env\": {\"A\": \"b\"}}}}";
    let (after, _) = connected("cursor", Some(text), None, &bridge("cursor"));
    let document: Value = serde_json::from_str(&after).unwrap();
    assert_eq!(document["mcpServers"]["n"], json!({ "command": "/opt/bin/notion-auth", "args": ["mcp"], "env": { "A": "b" } }));
}

#[test]
fn what_a_person_added_to_a_table_of_our_entry_stays_too() {
    let text = "{\"mcpServers\": {\"n\": {\"command\": \"/old/notion-auth\", \"args\": [\"mcp\"], \"env\": {\"A\": \"b\"}}}}";
    let (after, _) = connected("gemini-cli", Some(text), None, &bridge("gemini-cli"));
    let document: Value = serde_json::from_str(&after).unwrap();
    assert_eq!(document["mcpServers"]["n"]["env"], json!({ "A": "b", "NOTION_AUTH_HOME": "$NOTION_AUTH_HOME" }));
    assert_eq!(agent("gemini-cli").connect(Some(&after), None, &bridge("gemini-cli")), Ok(None), "{after}");
}

#[test]
fn after_somebody_elses_edit_only_our_entry_goes() {
    let (after, record) = connected("cursor", None, None, &bridge("cursor"));
    let edited = after.replacen("\"notion\"", "\"other\": {\"command\": \"x\"},\n    \"notion\"", 1);
    let rest = agent("cursor").disconnect(&edited, record.as_ref()).unwrap().unwrap().text.expect("the file stays");
    let document: Value = serde_json::from_str(&rest).unwrap();
    assert_eq!(document, json!({ "mcpServers": { "other": { "command": "x" } } }));
    // Without a record, an empty table is left.
    let rest = agent("cursor").disconnect(&after, None).unwrap().unwrap().text.expect("the file stays");
    assert_eq!(serde_json::from_str::<Value>(&rest).unwrap(), json!({ "mcpServers": {} }));
    assert_eq!(agent("cursor").disconnect(&rest, None), Ok(None));
}

#[test]
fn an_edit_by_hand_is_written_as_yaml() {
    let text = manual_entry(agent("goose"), &bridge("goose").entry);
    let start = "extensions:\n  notion:\n    type: \"stdio\"\n    cmd: \"/opt/bin/notion-auth\"\n    args: [\"mcp\"]\n";
    assert!(text.starts_with(start), "{text}");
}

#[test]
fn an_entry_that_is_turned_off_is_turned_on_again() {
    let text = "{\"mcpServers\": {\"notion\": {\"command\": \"/opt/bin/notion-auth\", \"args\": [\"mcp\"], \"disabled\": true}}}";
    let (after, _) = connected("windsurf", Some(text), None, &bridge("windsurf"));
    assert!(!after.contains("disabled"), "{after}");
    // A disconnect removes it in both cases.
    let rest = agent("windsurf").disconnect(text, None).unwrap().unwrap().text.unwrap();
    assert!(!rest.contains("notion-auth"), "{rest}");
}

#[test]
fn an_entry_for_one_project_counts_for_no_other_and_goes_with_a_disconnect() {
    let text =
        "{\"projects\": {\"/a\": {\"mcpServers\": {\"n\": {\"command\": \"notion-auth\", \"args\": [\"mcp\"]}, \"b\": {}}}}}";
    let (after, record) = connected("claude-code", Some(text), None, &bridge("claude-code"));
    let rest = agent("claude-code").disconnect(&after, record.as_ref()).unwrap().unwrap().text.unwrap();
    let document: Value = serde_json::from_str(&rest).unwrap();
    assert_eq!(document, json!({ "projects": { "/a": { "mcpServers": { "b": {} } } } }));
}

#[test]
fn every_way_of_every_agent_is_recognised_and_comes_back() {
    for agent in known_agents().iter().filter(|agent| agent.id != "goose") {
        for method in agent.methods() {
            let wanted = connection(&agent.id, method, None);
            let (after, record) = connected(&agent.id, None, None, &wanted);
            assert_eq!(agent.read_state(&after).0, method.state(), "{after}");
            assert_eq!(agent.connect(Some(&after), record.as_ref(), &wanted), Ok(None), "{after}");
            let back = agent.disconnect(&after, record.as_ref()).unwrap().expect("it is connected");
            assert_eq!(back.text, None, "{} {method:?}", agent.id);
        }
    }
}

#[test]
fn one_way_replaces_another_and_the_file_still_comes_back() {
    let original = Some("{ \"numStartups\": 1 }");
    let mut text = original.map(str::to_owned);
    let mut record = None;
    for method in [ConnectionMethod::Bridge, ConnectionMethod::Helper, ConnectionMethod::Own, ConnectionMethod::Bridge] {
        let (after, now) = connected("claude-code", text.as_deref(), record.as_ref(), &connection("claude-code", method, None));
        assert_eq!(agent("claude-code").read_state(&after).0, method.state(), "{after}");
        (text, record) = (Some(after), now);
    }
    let back = agent("claude-code").disconnect(text.as_deref().unwrap(), record.as_ref()).unwrap().unwrap();
    assert_eq!(back.text.as_deref(), original);
}

#[test]
fn an_own_sign_in_that_we_did_not_write_stays() {
    let text = "{\"mcpServers\": {\"notion\": {\"type\": \"http\", \"url\": \"https://mcp.notion.com/mcp\"}}}";
    assert_eq!(agent("claude-code").disconnect(text, None), Ok(None));
}
