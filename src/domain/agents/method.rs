//! The ways in which an agent can reach Notion MCP, and the entry that each one needs.

use super::server_entry::ServerEntry;
use super::{Agent, AgentState, is_program};
use crate::domain::command_line::shell_quote;
use crate::domain::mcp::McpUrl;
use serde_json::Value;
use strum::{IntoStaticStr, VariantArray};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum ConnectionMethod {
    /// The agent starts `notion-auth mcp`.
    #[default]
    Bridge,
    /// The agent connects by itself, with headers that a command of ours prints.
    Helper,
    /// The agent connects and signs in by itself.
    Own,
}

impl ConnectionMethod {
    /// Returns the state of an agent that is connected in this way.
    pub fn state(self) -> AgentState {
        match self {
            Self::Bridge => AgentState::Bridge,
            Self::Helper => AgentState::Helper,
            Self::Own => AgentState::OwnSignIn,
        }
    }
}

/// The values of this machine that an entry needs.
#[derive(Clone, Copy, Debug)]
pub struct EntryValues<'a> {
    pub program: &'a str,
    pub workspace: Option<&'a str>,
    /// The address of the MCP server.
    pub server: &'a str,
}

/// The entry that is written to an agent's file.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    pub method: ConnectionMethod,
    pub entry: ServerEntry,
    /// The program and the arguments that the agent starts: the bridge, or the command that prints headers.
    pub command: Vec<String>,
}

impl Agent {
    /// Returns the connection by this method, or `None` if the agent doesn't support it.
    pub fn connection(&self, method: ConnectionMethod, values: EntryValues<'_>) -> Option<Connection> {
        let text = match method {
            ConnectionMethod::Bridge => &self.bridge,
            ConnectionMethod::Helper => self.helper.as_ref()?,
            ConnectionMethod::Own => &self.own.as_ref()?.entry,
        };
        let mut entry = ServerEntry::parse(text)?;
        let mut command = Vec::new();
        entry.values_mut().for_each(|value| fill_in(value, values, &mut command));
        Some(Connection { method, entry, command })
    }

    /// Returns the methods that the agent supports.
    pub fn methods(&self) -> impl Iterator<Item = ConnectionMethod> {
        ConnectionMethod::VARIANTS.iter().copied().filter(|method| match method {
            ConnectionMethod::Bridge => true,
            ConnectionMethod::Helper => self.helper.is_some(),
            ConnectionMethod::Own => self.own.is_some(),
        })
    }
}

/// Replaces the program's name with its path and Notion's server with the actual one, and appends the workspace to the arguments.
/// Collects the command that the agent starts.
fn fill_in(value: &mut Value, values: EntryValues<'_>, command: &mut Vec<String>) {
    match value {
        Value::String(text) if text == McpUrl::NOTION => values.server.clone_into(text),
        Value::String(text) if is_program(text, "notion-auth") => {
            values.program.clone_into(text);
            command.push(text.clone());
        }
        // A command line, which the agent gives to a shell.
        Value::String(text) if text.split(' ').next().is_some_and(|word| is_program(word, "notion-auth")) => {
            command.push(values.program.to_owned());
            command.extend(text.split(' ').skip(1).map(str::to_owned));
            command.extend(workspace_option(values));
            *text = command.iter().map(|word| shell_quote(word)).collect::<Vec<_>>().join(" ");
        }
        // The arguments, which may include the program.
        Value::Array(items) if items.iter().any(|item| item == "mcp") => {
            for item in items.iter_mut() {
                fill_in(item, values, &mut Vec::new());
            }
            items.extend(workspace_option(values).map(Value::from));
            command.extend(items.iter().filter_map(Value::as_str).map(str::to_owned));
        }
        _ => {}
    }
}

fn workspace_option(values: EntryValues<'_>) -> impl Iterator<Item = String> {
    values.workspace.into_iter().flat_map(|workspace| ["--workspace".to_owned(), workspace.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agents::known_agents;

    fn connection(id: &str, method: ConnectionMethod, workspace: Option<&str>) -> Option<Connection> {
        let agent = known_agents().iter().find(|agent| agent.id == id).expect(id);
        agent.connection(method, EntryValues { program: "/opt/a b/notion-auth", workspace, server: "http://127.0.0.1:1/mcp" })
    }

    #[test]
    fn the_entry_has_the_program_and_the_workspace_where_the_data_have_their_places() {
        for agent in known_agents() {
            let values = EntryValues { program: r"C:\a b\notion-auth.exe", workspace: Some("Acme"), server: McpUrl::NOTION };
            let command = agent.connection(ConnectionMethod::Bridge, values).expect(&agent.id).command;
            assert_eq!(command, [r"C:\a b\notion-auth.exe", "mcp", "--workspace", "Acme"], "{}", agent.id);
        }
    }

    #[test]
    fn a_helper_is_a_command_line_whose_words_are_quoted() {
        let helper = connection("claude-code", ConnectionMethod::Helper, Some("Acme Test")).expect("it has one");
        assert_eq!(helper.command, ["/opt/a b/notion-auth", "mcp", "--headers", "--workspace", "Acme Test"]);
        let entry = helper.entry.to_value();
        assert_eq!(entry["headersHelper"], "'/opt/a b/notion-auth' mcp --headers --workspace 'Acme Test'");
        assert_eq!(entry["url"], "http://127.0.0.1:1/mcp");
    }

    #[test]
    fn an_agent_has_only_the_ways_of_its_data() {
        assert_eq!(connection("cursor", ConnectionMethod::Helper, None), None);
        assert_eq!(connection("claude-desktop", ConnectionMethod::Own, None), None);
        assert_eq!(connection("codex", ConnectionMethod::Own, None).map(|own| own.command), Some(Vec::new()));
    }
}
