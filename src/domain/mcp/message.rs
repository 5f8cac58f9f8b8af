//! The few fields of a JSON-RPC message that the bridge acts on. The message itself is passed on byte by byte, so that fields
//! that this version does not know are not lost.

use crate::domain::problem::Problem;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::borrow::Cow;

/// The id of a request, as its sender wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Value);

/// The fields of one line, which is a message or a batch of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageInfo {
    /// The ids of all requests in it, each of which needs an answer.
    pub requests: Vec<RequestId>,
    /// The ids of all answers in it.
    pub responses: Vec<RequestId>,
    /// The method of a single request or notification.
    pub method: Option<String>,
    /// The name of the tool or prompt, or the address of the resource, that a single request is about.
    pub name: Option<String>,
    /// The request that a `notifications/cancelled` cancels.
    pub cancelled: Option<RequestId>,
    /// The version of the protocol that a message states in `_meta`, from protocol version 2026-07-28 on, which has no handshake.
    pub stated_version: Option<String>,
    /// The version of the protocol that an answer to `initialize` chooses.
    pub chosen_version: Option<String>,
}

#[derive(Deserialize)]
struct EnvelopeJson<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ParamsJson<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    uri: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "requestId")]
    request_id: Option<&'a RawValue>,
    #[serde(borrow, rename = "_meta")]
    meta: Option<MetaJson<'a>>,
}

#[derive(Deserialize)]
struct MetaJson<'a> {
    #[serde(borrow, default, rename = "io.modelcontextprotocol/protocolVersion")]
    version: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct ResultJson<'a> {
    #[serde(borrow, default, rename = "protocolVersion")]
    version: Option<Cow<'a, str>>,
}

impl RequestId {
    fn new(value: Value) -> Option<Self> {
        matches!(value, Value::String(_) | Value::Number(_)).then_some(Self(value))
    }

    fn from_raw(raw: &RawValue) -> Option<Self> {
        Self::from_json(raw.get().as_bytes())
    }

    pub(super) fn from_json(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok().and_then(Self::new)
    }
}

impl MessageInfo {
    /// Returns `None` for a text that is not a JSON-RPC message.
    pub fn read(line: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(line).ok()?;
        if text.trim_start().starts_with('[') {
            let batch: Vec<EnvelopeJson<'_>> = serde_json::from_str(text).ok()?;
            let mut info = Self::default();
            for envelope in &batch {
                info.add_ids(envelope);
            }
            return (!batch.is_empty()).then_some(info);
        }
        let envelope: EnvelopeJson<'_> = serde_json::from_str(text).ok().filter(|_| text.trim_start().starts_with('{'))?;
        let mut info = Self::default();
        info.add_ids(&envelope);
        info.add_details(&envelope);
        Some(info)
    }

    fn add_ids(&mut self, envelope: &EnvelopeJson<'_>) {
        let id = envelope.id.and_then(RequestId::from_raw);
        let list = if envelope.method.is_some() { &mut self.requests } else { &mut self.responses };
        list.extend(id);
    }

    fn add_details(&mut self, envelope: &EnvelopeJson<'_>) {
        let owned = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
        self.method = envelope.method.as_deref().map(str::to_owned);
        let params: ParamsJson<'_> = envelope.params.and_then(|params| serde_json::from_str(params.get()).ok()).unwrap_or_default();
        self.stated_version = owned(params.meta.and_then(|meta| meta.version));
        match self.method.as_deref() {
            Some("tools/call" | "prompts/get") => self.name = owned(params.name),
            Some("resources/read") => self.name = owned(params.uri),
            Some("notifications/cancelled") => self.cancelled = params.request_id.and_then(RequestId::from_raw),
            _ => {}
        }
        let result = envelope.result.and_then(|result| serde_json::from_str::<ResultJson<'_>>(result.get()).ok());
        self.chosen_version = owned(result.and_then(|result| result.version));
    }

    /// True if the message can be sent a second time without doing anything twice.
    pub fn is_repeatable(&self) -> bool {
        let method = self.method.as_deref().unwrap_or_default();
        method.ends_with("/list") || matches!(method, "initialize" | "ping" | "server/discover" | "resources/read" | "prompts/get")
    }

    pub fn is_method(&self, method: &str) -> bool {
        self.method.as_deref() == Some(method)
    }
}

/// An error that the bridge itself answers with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonRpcError {
    pub code: i32,
    pub message: String,
    /// The problem's stable name and remedies, for programs.
    pub data: Option<Value>,
}

impl JsonRpcError {
    /// The text was not JSON (JSON-RPC 2.0, section 5.1).
    pub fn unreadable() -> Self {
        Self { code: -32700, message: "This line is not a JSON-RPC message.".into(), data: None }
    }

    /// Too many requests are waiting for an answer. This is a limit of the bridge, not of Notion's.
    pub fn too_many() -> Self {
        let message = "notion-auth: Too many requests are waiting for an answer. Send this one again when some have been answered.";
        Self { code: -32000, message: message.into(), data: Some(json!({ "code": "too_many_requests" })) }
    }

    /// The message is longer than is accepted.
    pub fn too_long(most: usize) -> Self {
        let message = format!("This message is longer than {} MB.", most / (1024 * 1024));
        Self { code: -32600, message, data: None }
    }
}

impl From<&Problem> for JsonRpcError {
    /// The message says what happened and how to repair it, because an agent shows nothing else.
    fn from(problem: &Problem) -> Self {
        let remedies: Vec<&str> = problem.remedies().iter().map(|remedy| remedy.text.as_str()).collect();
        let message = [&[problem.to_string().as_str()], remedies.as_slice()].concat().join(" ");
        let data = json!({ "code": problem.code.name(), "evidence": problem.evidence, "retry_after": problem.retry_after, "remedies": remedies });
        Self { code: -32001, message: format!("notion-auth: {message}"), data: Some(data) }
    }
}

/// Returns the answer to a request that got none. Without a known id it is `null`, as JSON-RPC asks.
pub fn error_response(id: Option<&RequestId>, error: &JsonRpcError) -> String {
    let mut object = json!({ "code": error.code, "message": error.message });
    if let (Some(data), Some(object)) = (&error.data, object.as_object_mut()) {
        object.insert("data".into(), data.clone());
    }
    json!({ "jsonrpc": "2.0", "id": id.map_or(&Value::Null, |id| &id.0), "error": object }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::problem::ProblemCode;

    fn read(text: &str) -> MessageInfo {
        MessageInfo::read(text.as_bytes()).expect(text)
    }

    #[test]
    fn requests_notifications_and_answers_are_told_apart() {
        let request = read(r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"notion-fetch","x":[1]}}"#);
        assert_eq!((request.requests.len(), request.name.as_deref()), (1, Some("notion-fetch")));
        let notification = read(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a"}}"#);
        assert_eq!((notification.requests.len(), notification.cancelled), (0, RequestId::new("a".into())));
        let answer = read(r#"{"jsonrpc":"2.0","id":7,"result":{"protocolVersion":"2025-06-18"}}"#);
        assert_eq!((answer.responses, answer.chosen_version.as_deref()), (request.requests, Some("2025-06-18")));
        let batch = read(r#"[{"id":1,"method":"a"},{"method":"b"},{"id":"2","method":"c"},{"id":3,"result":{}}]"#);
        assert_eq!((batch.requests.len(), batch.responses.len(), batch.method), (2, 1, None));
    }

    #[test]
    fn the_version_of_a_message_without_a_handshake_is_in_its_meta() {
        let stated = read(
            r#"{"id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#,
        );
        assert_eq!(stated.stated_version.as_deref(), Some("2026-07-28"));
        assert_eq!(read(r#"{"id":1,"method":"x","params":[1,2]}"#).stated_version, None);
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for text in ["", "null", "7", "\"id\"", "{", "[]", "[1]", "{\"id\":1} {\"id\":2}"] {
            assert_eq!(MessageInfo::read(text.as_bytes()), None, "{text}");
        }
        assert_eq!(MessageInfo::read(b"{\"id\":\"\xff\"}"), None);
    }

    #[test]
    fn an_error_names_the_problem_and_how_to_repair_it() {
        let id = read(r#"{"id":"x-1","method":"m"}"#).requests.remove(0);
        let problem = Problem::new(ProblemCode::McpSignInEnded).with_evidence("HTTP 400 invalid_grant");
        let response: Value = serde_json::from_str(&error_response(Some(&id), &JsonRpcError::from(&problem))).expect("JSON");
        assert_eq!((response["id"].as_str(), response["error"]["data"]["code"].as_str()), (Some("x-1"), Some("mcp_sign_in_ended")));
        assert!(response["error"]["message"].as_str().is_some_and(|text| text.contains("notion-auth login --path mcp")));
        let unknown: Value = serde_json::from_str(&error_response(None, &JsonRpcError::unreadable())).expect("JSON");
        assert_eq!((&unknown["id"], unknown["error"]["code"].as_i64()), (&Value::Null, Some(-32700)));
    }
}
