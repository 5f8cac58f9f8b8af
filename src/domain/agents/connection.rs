//! Computes the text of an agent's file that connects the agent to Notion through `notion-auth mcp`, or that undoes this. It is pure:
//! nothing is read or written here.

use super::config_file::{EditFailure, ServerPath, is_same_otherwise, remove_server, set_server};
use super::method::Connection;
use super::server_entry::ServerEntry;
use super::text_change::TextChange;
use super::{Agent, AgentState, leads_to_notion, secret_in, server_state, texts_of};
use crate::domain::secret::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The name of our server in an agent's file.
const SERVER_NAME: &str = "notion";
/// Its name if another service has taken that one.
const OTHER_SERVER_NAME: &str = "notion-auth";

/// A change that we made to a file, recorded so that it can be undone byte for byte. It contains no secret: of an entry that we
/// replaced, only a plain address is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentConnectionRecord {
    pub file: String,
    /// The name of our server in it.
    pub name: String,
    pub change: TextChange,
    /// True if there was no file.
    pub was_created: bool,
    /// The folders that we made for it, the innermost first.
    #[serde(default)]
    pub folders: Vec<String>,
}

/// An entry for Notion that a connection replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplacedServer {
    pub name: String,
    pub state: AgentState,
    /// The last four characters of the token in it.
    pub detail: Option<String>,
    /// The token in it.
    pub secret: Option<Secret>,
}

/// The content that a file is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEdit {
    /// `None` if there is to be no file.
    pub text: Option<String>,
    /// The name of our server, the change to the text as it was before we first changed it, and whether there was a file then.
    pub record: Option<(String, TextChange, bool)>,
    pub replaces: Option<ReplacedServer>,
}

impl Agent {
    /// Returns the content that connects the agent in this way, or `None` if the file has it already. `text` is `None` if there is
    /// no file.
    pub fn connect(
        &self,
        text: Option<&str>,
        record: Option<&AgentConnectionRecord>,
        wanted: &Connection,
    ) -> Result<Option<FileEdit>, EditFailure> {
        let state = wanted.method.state();
        let current = text.unwrap_or_default();
        let is_ours = |found: &NotionServer| found.table == self.table();
        let servers: Vec<_> = self.notion_servers(current)?.into_iter().filter(is_ours).collect();
        // An entry for a server other than Notion's has an unknown state.
        let is_connected = |server: &NotionServer| {
            let has_state = server.state == state && wanted.entry.is_in(&server.value);
            server.is_enabled && (has_state || server.value == wanted.entry.to_value())
        };
        if servers.iter().any(is_connected) {
            return Ok(None);
        }
        // Our earlier change is undone first, so that the record refers to the text before it.
        let original = record.and_then(|record| self.undo(current, record));
        let is_original = original.is_some();
        let base = original.as_deref().unwrap_or(current);
        let servers = if is_original { self.notion_servers(base)?.into_iter().filter(is_ours).collect() } else { servers };
        let earlier =
            servers.iter().filter(|server| server.is_replaceable()).max_by_key(|server| (server.state == state, server.state));
        let is_taken = servers.iter().any(|server| server.name == SERVER_NAME);
        let name = earlier.map_or(if is_taken { OTHER_SERVER_NAME } else { SERVER_NAME }, |server| server.name.as_str());
        // Other fields of an entry that connects in the same way are a person's choice.
        let present = earlier.filter(|present| present.state == state).map(|present| without_switches(&present.value));
        let entry = match present.as_ref().and_then(Value::as_object) {
            Some(present) => wanted.entry.clone().with_others_of(present),
            None => wanted.entry.clone(),
        };
        let edited = set_server(self.format, base, self.path(name), &entry)?;
        let keeps_record = earlier.is_none_or(|server| server.state == AgentState::OwnSignIn);
        let was_created = if is_original { record.is_some_and(|record| record.was_created) } else { text.is_none() };
        let record = keeps_record.then(|| (name.to_owned(), TextChange::between(base, &edited), was_created));
        let replaces = earlier.filter(|server| server.state != state).map(NotionServer::as_replaced);
        Ok(Some(FileEdit { text: Some(edited), record, replaces }))
    }

    /// Returns the content without our connection, or `None` if the agent isn't connected through us. An entry for the agent's own
    /// sign-in counts if we wrote it and it has not been changed since.
    pub fn disconnect(&self, text: &str, record: Option<&AgentConnectionRecord>) -> Result<Option<FileEdit>, EditFailure> {
        let original = record.and_then(|record| self.undo(text, record));
        let is_written = |server: &NotionServer| original.is_some() && record.is_some_and(|record| record.name == server.name);
        let is_ours = |server: &NotionServer| server.is_through_us() || is_written(server);
        let ours: Vec<_> = self.notion_servers(text)?.into_iter().filter(is_ours).collect();
        if ours.is_empty() {
            return Ok(None);
        }
        let was_created = record.is_some_and(|record| record.was_created);
        let mut rest = original.clone().unwrap_or_else(|| text.to_owned());
        for server in ours.iter().filter(|server| server.is_through_us()) {
            let is_left = |left: &NotionServer| left.is_through_us() && (&left.table, &left.name) == (&server.table, &server.name);
            if self.notion_servers(&rest)?.iter().any(is_left) {
                rest = remove_server(self.format, &rest, ServerPath { table: &server.table, name: &server.name })?;
            }
        }
        let is_empty = is_same_otherwise(self.format, &rest, "", self.path(SERVER_NAME));
        let text = (!(was_created && is_empty)).then_some(rest);
        Ok(Some(FileEdit { text, record: None, replaces: None }))
    }

    /// Undoes our change, unless that would affect anything else.
    fn undo(&self, text: &str, record: &AgentConnectionRecord) -> Option<String> {
        let original = record.change.undo(text)?;
        is_same_otherwise(self.format, text, &original, self.path(&record.name)).then_some(original)
    }

    /// The keys of the table that our entry is written to.
    fn table(&self) -> &[String] {
        self.entries.first().map(Vec::as_slice).unwrap_or_default()
    }

    fn path<'a>(&'a self, name: &'a str) -> ServerPath<'a> {
        ServerPath { table: self.table(), name }
    }

    /// Returns the servers in a file that have to do with Notion, whether they are turned on or off.
    fn notion_servers(&self, text: &str) -> Result<Vec<NotionServer>, EditFailure> {
        let document = match self.format {
            super::ConfigFormat::Yaml => return Err(EditFailure::NotEditable),
            format => format.parse(text).map_err(|_| EditFailure::Malformed)?.unwrap_or_default(),
        };
        let tables = self.entries.iter().flat_map(|path| tables_at(&document, path));
        let servers = tables.flat_map(|(table, servers)| servers.iter().map(move |(name, value)| (table.clone(), name, value)));
        let found = servers.filter_map(|(table, name, value)| {
            let (state, detail) = server_state(name, &without_switches(value))?;
            let is_enabled = server_state(name, value).is_some();
            Some(NotionServer { table, name: name.clone(), value: value.clone(), state, detail, is_enabled })
        });
        Ok(found.collect())
    }
}

/// Returns the tables at a path of keys, in which `*` matches every key, each with its own path.
fn tables_at<'a>(value: &'a Value, path: &[String]) -> Vec<(Vec<String>, &'a Map<String, Value>)> {
    let Some(fields) = value.as_object() else { return Vec::new() };
    let Some((key, rest)) = path.split_first() else { return vec![(Vec::new(), fields)] };
    let matching = fields.iter().filter(|(name, _)| key == "*" || *name == key);
    let tables = matching.flat_map(|(name, field)| {
        tables_at(field, rest).into_iter().map(move |(path, table)| ([vec![name.clone()], path].concat(), table))
    });
    tables.collect()
}

/// The fields that turn a server on or off.
const SWITCHES: [&str; 2] = ["enabled", "disabled"];

fn without_switches(server: &Value) -> Value {
    let mut server = server.clone();
    if let Some(fields) = server.as_object_mut() {
        fields.retain(|name, _| !SWITCHES.contains(&name.as_str()));
    }
    server
}

/// A server in a file that has to do with Notion.
struct NotionServer {
    /// The keys of the table that it is in.
    table: Vec<String>,
    name: String,
    value: Value,
    state: AgentState,
    detail: Option<String>,
    is_enabled: bool,
}

impl NotionServer {
    /// False for a server of another service that only has Notion in its name.
    fn is_replaceable(&self) -> bool {
        match self.state {
            AgentState::Unknown => texts_of(&self.value).into_iter().any(leads_to_notion),
            AgentState::NotConnected => false,
            _ => true,
        }
    }

    /// True if it starts this program.
    fn is_through_us(&self) -> bool {
        matches!(self.state, AgentState::Bridge | AgentState::Helper)
    }

    fn as_replaced(&self) -> ReplacedServer {
        let secret = secret_in(&texts_of(&self.value));
        ReplacedServer { name: self.name.clone(), state: self.state, detail: self.detail.clone(), secret }
    }
}

/// Returns the lines to add by hand to a file that we do not change: YAML, whose scalars and lists JSON is a part of.
pub fn manual_entry(agent: &Agent, server: &ServerEntry) -> String {
    let mut lines = Vec::new();
    for (depth, key) in agent.table().iter().map(String::as_str).chain([SERVER_NAME]).enumerate() {
        lines.push(format!("{}{key}:", "  ".repeat(depth)));
    }
    let indent = "  ".repeat(lines.len());
    lines.extend(server.fields().map(|(name, value)| format!("{indent}{name}: {value}")));
    lines.join("\n")
}

#[cfg(test)]
mod tests;
