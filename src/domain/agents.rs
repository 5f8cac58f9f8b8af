//! The coding agents that can use Notion MCP, from `assets/agents.toml`, and how each is connected, as its files say.

pub mod config_file;
pub mod connection;
mod content;
pub mod method;
pub mod plan;
pub mod selection;
pub mod server_entry;
pub mod skill;
pub mod text_change;

pub use content::{Agent, AgentFile, AgentsToml, ConfigFormat, OwnSignIn, Scope, SkillFolder};

use super::mcp::McpUrl;
use super::secret::Secret;
use super::token_text::{contains_secret, is_secret_word};
use serde_json::Value;
use std::sync::LazyLock;
use strum::IntoStaticStr;
use url::Url;

/// The build script has checked that it parses.
static CONTENT: LazyLock<AgentsToml> = LazyLock::new(|| postcard::from_bytes(shipped!("agents")).unwrap_or_default());

pub fn known_agents() -> &'static [Agent] {
    &CONTENT.agents
}

/// How an agent is connected to Notion. The order is that of importance: of several files, the last state counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum AgentState {
    NotConnected,
    /// A file can't be read, or names a server that is neither ours nor Notion's.
    Unknown,
    /// It signs in to Notion MCP by itself.
    OwnSignIn,
    /// It connects by itself, with headers that `notion-auth mcp --headers` prints.
    Helper,
    /// It starts `notion-auth mcp`.
    Bridge,
    /// A file contains a token, which every program of this user can read.
    PlainSecret,
}

/// The findings of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentFileFinding {
    pub scope: Scope,
    /// The path, sanitised.
    pub path: String,
    pub state: AgentState,
    /// The last four characters of the secret, or why the file can't be read.
    pub detail: Option<String>,
}

/// An agent, and what was found about it on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentFinding {
    pub agent: &'static Agent,
    pub is_found: bool,
    /// The files that exist.
    pub files: Vec<AgentFileFinding>,
}

impl AgentFinding {
    pub fn state(&self) -> AgentState {
        self.files.iter().map(|file| file.state).max().unwrap_or(AgentState::NotConnected)
    }
}

impl Agent {
    /// Returns the state that the text of one of its files says, and the detail.
    pub fn read_state(&self, text: &str) -> (AgentState, Option<String>) {
        match self.format.parse(text) {
            Ok(Some(document)) => self.state_of(&document),
            // An empty file lists nothing.
            Ok(None) => (AgentState::NotConnected, None),
            Err(reason) => (AgentState::Unknown, Some(reason)),
        }
    }

    fn state_of(&self, document: &Value) -> (AgentState, Option<String>) {
        let tables = self.entries.iter().flat_map(|path| values_at(document, path)).filter_map(Value::as_object);
        let states = tables.flatten().filter_map(|(name, server)| server_state(name, server));
        states.max_by_key(|(state, _)| *state).unwrap_or((AgentState::NotConnected, None))
    }
}

/// Returns the values at a path of keys, in which `*` matches every key.
fn values_at<'a>(value: &'a Value, path: &[String]) -> Vec<&'a Value> {
    match path {
        [] => vec![value],
        [key, rest @ ..] if key == "*" => {
            value.as_object().into_iter().flat_map(|fields| fields.values()).flat_map(|field| values_at(field, rest)).collect()
        }
        [key, rest @ ..] => value.get(key).map(|field| values_at(field, rest)).unwrap_or_default(),
    }
}

/// Returns `None` for a server that has nothing to do with Notion, or that is turned off.
fn server_state(name: &str, server: &Value) -> Option<(AgentState, Option<String>)> {
    let flag = |name: &str| server.get(name).and_then(Value::as_bool);
    if flag("enabled") == Some(false) || flag("disabled") == Some(true) {
        return None;
    }
    let texts = texts_of(server);
    let mut words = texts.iter().copied();
    let is_notion = name.to_ascii_lowercase().contains("notion")
        || words.any(|text| {
            leads_to_notion(text)
                || text.contains("notion-mcp-server")
                || is_program(text, "notion-auth")
                || is_helper_command(text)
        });
    if !is_notion {
        return None;
    }
    if let Some(secret) = secret_in(&texts) {
        return Some((AgentState::PlainSecret, secret.last_four().map(|end| format!("…{end}"))));
    }
    if texts.iter().any(|text| is_program(text, "notion-auth")) && texts.contains(&"mcp") {
        return Some((AgentState::Bridge, None));
    }
    if texts.iter().any(|text| is_helper_command(text)) {
        return Some((AgentState::Helper, None));
    }
    let address = ["url", "serverUrl", "httpUrl", "uri"].iter().find_map(|key| server.get(key)?.as_str());
    let has_headers =
        server.as_object().is_some_and(|fields| fields.keys().any(|key| key.contains("header") || key.contains("bearer")));
    if address.is_some_and(leads_to_notion) && !has_headers {
        return Some((AgentState::OwnSignIn, None));
    }
    Some((AgentState::Unknown, None))
}

/// Returns the first token in these texts.
fn secret_in(texts: &[&str]) -> Option<Secret> {
    texts.iter().flat_map(|text| text.split([' ', '"', ','])).find(|word| is_secret_word(word)).map(Secret::new)
}

/// Returns all texts in a value, however deep.
pub fn texts_of(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts_of).collect(),
        Value::Object(fields) => fields.values().flat_map(texts_of).collect(),
        _ => Vec::new(),
    }
}

fn leads_to_notion(text: &str) -> bool {
    let host = |text: &str| Url::parse(text).ok()?.host_str().map(str::to_owned);
    host(text).is_some_and(|found| Some(found) == host(McpUrl::NOTION))
}

fn is_program(text: &str, name: &str) -> bool {
    let file = text.rsplit(['/', '\\']).next().unwrap_or(text);
    file.strip_suffix(".exe").unwrap_or(file) == name
}

/// A command line such as `'/opt/my tools/notion-auth' mcp --headers`.
fn is_helper_command(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().map(|word| word.trim_matches(['\'', '"'])).collect();
    words.contains(&"--headers") && words.iter().any(|word| is_program(word, "notion-auth"))
}

/// False for a token of Notion MCP. It isn't worth saving: without its refresh token it expires after a few hours.
pub fn can_be_saved(secret: &Secret) -> bool {
    contains_secret(secret)
}

impl ConfigFormat {
    /// Returns `None` for a file without content. A reason contains nothing of the file.
    fn parse(self, text: &str) -> Result<Option<Value>, String> {
        let text = text.trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            return Ok(None);
        }
        match self {
            // Agents differ in what they allow in JSON, and lenient reading does no harm.
            Self::Json | Self::Jsonc => {
                let parsed = jsonc_parser::parse_to_serde_value::<Value>(text, &jsonc_parser::ParseOptions::default());
                parsed.map(Some).map_err(|_| "it is not valid JSON".to_owned())
            }
            Self::Toml => toml::from_str(text).map(Some).map_err(|_| "it is not valid TOML".to_owned()),
            Self::Yaml => Err("YAML is not read".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(id: &str, text: &str) -> AgentState {
        let agent = known_agents().iter().find(|agent| agent.id == id).expect(id);
        agent.read_state(text).0
    }

    #[test]
    fn each_way_to_connect_is_told_apart() {
        let claude = |server: &str| state("claude-code", &format!("{{\"mcpServers\": {{\"Notion\": {server}}}}}"));
        for (server, expected) in [
            (r#"{"command": "/opt/bin/notion-auth", "args": ["mcp", "--workspace", "Acme"]}"#, AgentState::Bridge),
            (r#"{"type": "http", "url": "https://mcp.notion.com/mcp"}"#, AgentState::OwnSignIn),
            (r#"{"url": "https://mcp.notion.com/mcp", "headers": {"Authorization": "Bearer ${NOTION}"}}"#, AgentState::Unknown),
            (
                r#"{"command": "npx", "args": ["-y", "@notionhq/notion-mcp-server"], "env": {"NOTION_TOKEN": "ntn_fake_member_0000000000000000000000000000"}}"#,
                AgentState::PlainSecret,
            ),
            (
                r#"{"url": "https://mcp.notion.com/mcp", "headers": {"Authorization": "Bearer fakeuser1:fakegrant:fakesecret0001"}}"#,
                AgentState::PlainSecret,
            ),
        ] {
            assert_eq!(claude(server), expected, "{server}");
        }
        assert_eq!(state("codex", "[mcp_servers.n]\nurl = \"https://mcp.notion.com/mcp\"\n"), AgentState::OwnSignIn);
        assert_eq!(
            state("vscode", "{ // ours\n \"servers\": {\"a\": {\"command\": \"notion-auth\", \"args\": [\"mcp\"],},},}"),
            AgentState::Bridge
        );
    }

    #[test]
    fn another_server_is_none_of_our_business() {
        let text = r#"{"mcpServers": {"github": {"url": "https://x.example", "headers": {"a": "ghp_fake0000000000000000000000000000000000"}}}}"#;
        assert_eq!(state("cursor", text), AgentState::NotConnected);
        for text in ["", " \n", "{}", "{\"mcpServers\": []}", "{\"mcpServers\": {\"notion\": 1}}"] {
            assert!(matches!(state("cursor", text), AgentState::NotConnected | AgentState::Unknown), "{text}");
        }
    }

    #[test]
    fn the_default_scope_of_claude_code_is_read_too() {
        let text =
            r#"{"projects": {"/a": {}, "/b": {"mcpServers": {"n": {"type": "http", "url": "https://mcp.notion.com/mcp"}}}}}"#;
        assert_eq!(state("claude-code", text), AgentState::OwnSignIn);
    }

    #[test]
    fn a_server_that_is_turned_off_is_none() {
        let server = r#"{"url": "https://mcp.notion.com/mcp", "disabled": true}"#;
        assert_eq!(state("cursor", &format!("{{\"mcpServers\": {{\"notion\": {server}}}}}")), AgentState::NotConnected);
        let text = r#"{"mcp": {"notion": {"type": "remote", "url": "https://mcp.notion.com/mcp", "enabled": false}}}"#;
        assert_eq!(state("opencode", text), AgentState::NotConnected);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_unknown_and_not_quoted() {
        for (id, text) in [("cursor", "{ hunter2"), ("codex", "hunter2 = "), ("goose", "hunter2:")] {
            let agent = known_agents().iter().find(|agent| agent.id == id).expect(id);
            let (state, detail) = agent.read_state(text);
            assert_eq!(state, AgentState::Unknown);
            assert!(detail.is_some_and(|detail| !detail.contains("hunter2")), "{id}");
        }
    }
}
