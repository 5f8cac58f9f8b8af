//! The requests that prove a token, and what is read from the answers: `initialize`, `tools/list`, and `notion-fetch` with the
//! id `self`, which names the workspace and the person (<https://developers.notion.com/guides/mcp/build-mcp-client>).

use crate::domain::credentials::{Identity, Owner, Person, Workspace};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use serde_json::{Value, json};

/// The version of the protocol to ask for. A server that speaks another one answers with that.
const PROTOCOL_VERSION: &str = "2025-11-25";

/// The tool that names the person a token acts as. For some clients, Notion leaves out its prefix.
const FETCH_TOOLS: [&str; 2] = ["notion-fetch", "fetch"];

pub fn initialize_request() -> String {
    let client = json!({ "name": "notion-auth", "version": env!("CARGO_PKG_VERSION") });
    let params = json!({ "protocolVersion": PROTOCOL_VERSION, "capabilities": {}, "clientInfo": client });
    json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params }).to_string()
}

pub fn initialized_notification() -> String {
    json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string()
}

pub fn tools_request() -> String {
    json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" }).to_string()
}

/// Calls the tool of this name for the person that the token acts as.
pub fn self_request(tool: &str) -> String {
    json!({ "jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": { "name": tool, "arguments": { "id": "self" } } })
        .to_string()
}

/// The tools of a server, as far as they matter here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolList {
    pub count: usize,
    /// The tool that names the person the token acts as, by its name on this server.
    pub fetch: Option<&'static str>,
}

/// Returns the result of an answer, or the problem that the server reports instead.
fn result_of(line: &[u8]) -> Result<Value, Problem> {
    let mut answer: Value = serde_json::from_slice(line).map_err(|_| unreadable("it is not JSON"))?;
    if let Some(error) = answer.get("error") {
        let (code, text) = (error.get("code").and_then(Value::as_i64), error.get("message").and_then(Value::as_str));
        let evidence = format!("JSON-RPC error {}: {}", code.unwrap_or_default(), text.unwrap_or_default());
        return Err(Problem::new(ProblemCode::UnexpectedResponse).with_evidence(evidence));
    }
    answer.get_mut("result").map(Value::take).ok_or_else(|| unreadable("it has no result"))
}

/// Returns the problem that our bridge reports in an answer, with its own code.
pub fn read_bridge_problem(line: &[u8]) -> Option<Problem> {
    let answer: Value = serde_json::from_slice(line).ok()?;
    let data = answer.get("error")?.get("data")?;
    let code: ProblemCode = serde_json::from_value(data.get("code")?.clone()).ok()?;
    let problem = Problem::new(code);
    Some(match data.get("evidence").and_then(Value::as_str) {
        Some(evidence) => problem.with_evidence(evidence),
        None => problem,
    })
}

fn unreadable(what: &str) -> Problem {
    Problem::new(ProblemCode::ResponseUnreadable).with_evidence(what)
}

/// Returns the version that the server chose.
pub fn read_initialized(line: &[u8]) -> Result<String, Problem> {
    let result = result_of(line)?;
    let version = result.get("protocolVersion").and_then(Value::as_str);
    version.map(sanitize).ok_or_else(|| unreadable("the answer to initialize has no protocolVersion"))
}

pub fn read_tools(line: &[u8]) -> Result<ToolList, Problem> {
    let result = result_of(line)?;
    let tools = result.get("tools").and_then(Value::as_array).ok_or_else(|| unreadable("the answer to tools/list has no tools"))?;
    let has = |wanted: &str| tools.iter().any(|tool| tool.get("name").and_then(Value::as_str) == Some(wanted));
    Ok(ToolList { count: tools.len(), fetch: FETCH_TOOLS.into_iter().find(|name| has(name)) })
}

/// Reads the workspace and the person from the answer of the tool, which holds them as JSON in a text.
pub fn read_self(line: &[u8]) -> Result<Identity, Problem> {
    let result = result_of(line)?;
    let texts =
        || result.get("content").and_then(Value::as_array).into_iter().flatten().filter_map(|part| part.get("text")?.as_str());
    if result.get("isError").and_then(Value::as_bool) == Some(true) {
        return Err(unreadable(&format!("the tool that names the workspace failed: {}", texts().next().unwrap_or_default())));
    }
    let parsed = texts().filter_map(|text| serde_json::from_str::<Value>(text).ok());
    let found =
        parsed.chain(result.get("structuredContent").cloned()).find_map(|value| identity_of(value.get("self").unwrap_or(&value)));
    found.ok_or_else(|| unreadable("it names no workspace"))
}

fn identity_of(value: &Value) -> Option<Identity> {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(sanitize).filter(|text| !text.is_empty());
    let workspace = value.get("workspace")?;
    let workspace = Workspace { id: text(workspace, "id")?, name: text(workspace, "name") };
    let person = value
        .get("user")
        .and_then(|user| Some(Person { id: text(user, "id")?, name: text(user, "name"), email: text(user, "email") }));
    Some(Identity {
        owner: person.map_or(Owner::Unknown, Owner::Person),
        bot_id: None,
        bot_name: None,
        workspace: Some(workspace),
        upload_limit: None,
        request_id: None,
    })
}

/// The identity at a server without such a tool: the host of the server is taken for the workspace.
pub fn unknown_identity(host: &str) -> Identity {
    let workspace = Some(Workspace { id: sanitize(host), name: None });
    Identity { owner: Owner::Unknown, bot_id: None, bot_name: None, workspace, upload_limit: None, request_id: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_person_and_the_workspace_are_read_from_the_text_of_the_tool() {
        let inner =
            json!({ "self": { "workspace": { "id": "ws-1", "name": "Acme\u{1b}[31m" }, "user": { "id": "u-1", "name": "Mika" } } });
        let line = json!({ "jsonrpc": "2.0", "id": 3, "result": { "content": [{ "type": "text", "text": inner.to_string() }] } });
        let identity = read_self(line.to_string().as_bytes()).expect("an identity");
        assert_eq!(identity.workspace_name(), Some("Acme[31m"));
        assert_eq!((identity.actor_id(), identity.display_name()), (Some("u-1"), Some("Mika")));
    }

    #[test]
    fn an_error_is_not_taken_for_an_answer() {
        let error = json!({ "id": 1, "error": { "code": -32601, "message": "no" } }).to_string();
        let failed =
            json!({ "id": 3, "result": { "isError": true, "content": [{ "type": "text", "text": "rate limited" }] } }).to_string();
        assert!(read_initialized(error.as_bytes()).is_err() && read_self(failed.as_bytes()).is_err());
        assert!(read_tools(b"{\"id\":2,\"result\":{}}").is_err() && read_self(b"<html>").is_err());
    }

    #[test]
    fn the_tool_is_found_with_and_without_its_prefix() {
        let tools =
            |name: &str| read_tools(json!({ "result": { "tools": [{ "name": "x" }, { "name": name }] } }).to_string().as_bytes());
        assert_eq!(tools("fetch").map(|tools| (tools.count, tools.fetch)), Ok((2, Some("fetch"))));
        assert_eq!(tools("notion-fetch").map(|tools| tools.fetch), Ok(Some("notion-fetch")));
        assert_eq!(tools("y").map(|tools| tools.fetch), Ok(None));
    }
}
