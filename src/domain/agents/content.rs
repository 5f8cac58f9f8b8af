//! The types of `assets/agents.toml`. The build script parses the file with them, so that an error in it fails the build.

use serde::{Deserialize, Serialize};

/// A coding agent that can use MCP servers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    pub id: String,
    pub name: String,
    /// The programs on `PATH` that show that it is installed.
    #[serde(default)]
    pub programs: Vec<String>,
    /// The folders that show that it is installed.
    pub folders: Vec<String>,
    /// The paths of keys that lead to a table of servers, in which `*` matches every key.
    pub entries: Vec<Vec<String>>,
    pub format: ConfigFormat,
    pub files: Vec<AgentFile>,
    /// The server that is `notion-auth mcp`, in JSON.
    pub bridge: String,
    /// The server whose headers a command of ours prints, in JSON. `None` if the agent runs no such command.
    #[serde(default)]
    pub helper: Option<String>,
    /// The server that the agent signs in to by itself.
    #[serde(default)]
    pub own: Option<OwnSignIn>,
    /// The folder from which it reads skills, and the address of the public page that says so.
    #[serde(default)]
    pub skills: Option<SkillFolder>,
    /// Address of the public page that describes the files.
    pub source: String,
    pub as_of: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnSignIn {
    /// The server, in JSON.
    pub entry: String,
    /// How a person signs in with the agent afterwards, as a sentence.
    pub next: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillFolder {
    pub path: String,
    pub source: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentFile {
    pub scope: Scope,
    pub path: String,
    /// The systems on which the path counts; empty for all.
    #[serde(default)]
    pub systems: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Scope {
    User,
    Project,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfigFormat {
    Json,
    /// JSON with comments and trailing commas.
    Jsonc,
    Toml,
    /// Not read: its state is unknown.
    Yaml,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentsToml {
    #[serde(rename = "agent")]
    pub agents: Vec<Agent>,
}
