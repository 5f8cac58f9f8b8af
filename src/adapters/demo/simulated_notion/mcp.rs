//! The simulated Notion's MCP server, and the authorization server that it names
//! (<https://developers.notion.com/guides/mcp/build-mcp-client>). Its tokens rotate; they open nothing.

use super::accounts::{DemoAccount, find_example};
use super::answers::{DemoResponse, MIKA, WORKS};
use super::oauth::{AUTHORIZATION_CODE, MCP_AUTHORIZE_PATH, query_value};
use hyper::StatusCode;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) const PATH: &str = "/mcp";

/// The tools, each with its argument.
pub(super) const TOOLS: [(&str, &str); 2] = [("notion-search", "query"), ("notion-fetch", "id")];

const CLIENT_ID: &str = "demoMcpClient001";
const ACCESS_PREFIX: &str = "demo:grant:access-";
const REFRESH_PREFIX: &str = "demo:grant:refresh-";
/// As long as Notion's own access tokens live.
const ACCESS_SECONDS: u64 = 8 * 60 * 60;

/// How often a pair was issued. The newest pair is valid, and the one before it.
#[derive(Debug, Default)]
pub(super) struct McpPairs(AtomicU64);

pub(super) struct DemoMcpRequest<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    /// The address that the request was sent to.
    pub(super) origin: &'a str,
    pub(super) token: Option<&'a str>,
    pub(super) body: &'a [u8],
}

impl McpPairs {
    /// Returns `None` for every address that is not of this server.
    pub(super) fn respond(&self, request: &DemoMcpRequest<'_>) -> Option<DemoResponse> {
        let origin = request.origin;
        Some(match (request.method, request.path) {
            ("GET", "/.well-known/oauth-protected-resource/mcp") => ok(json!({
                "resource": format!("{origin}{PATH}"),
                "authorization_servers": [origin],
                "bearer_methods_supported": ["header"],
                "resource_name": "Notion MCP (demo)",
            })),
            ("GET", "/.well-known/oauth-authorization-server") => ok(json!({
                "issuer": origin,
                "authorization_endpoint": format!("{origin}{MCP_AUTHORIZE_PATH}"),
                "token_endpoint": format!("{origin}/token"),
                "registration_endpoint": format!("{origin}/register"),
                "revocation_endpoint": format!("{origin}/token"),
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code", "refresh_token"],
                "token_endpoint_auth_methods_supported": ["none"],
                "code_challenge_methods_supported": ["S256"],
            })),
            ("POST", "/register") => register(request.body),
            ("POST", "/token") => self.respond_with_tokens(&String::from_utf8_lossy(request.body)),
            ("POST", PATH) if !self.is_valid(request.token, ACCESS_PREFIX) && !is_member(request.token) => {
                refuse(StatusCode::UNAUTHORIZED, "invalid_token")
            }
            ("POST", PATH) => respond_to_message(request.body),
            (_, PATH) => refuse(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            _ => return None,
        })
    }

    fn is_valid(&self, token: Option<&str>, prefix: &str) -> bool {
        let number: Option<u64> = token.and_then(|token| token.strip_prefix(prefix)?.parse().ok());
        let newest = self.0.load(Ordering::SeqCst);
        number.is_some_and(|number| number > 0 && (number == newest || number + 1 == newest))
    }

    fn respond_with_tokens(&self, form: &str) -> DemoResponse {
        let is = |name: &str, value: &str| query_value(form, name).as_deref() == Some(value);
        let has = |name: &str| query_value(form, name).is_some();
        if !is("client_id", CLIENT_ID) {
            return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
        }
        if !has("grant_type") {
            return ok(json!({}));
        }
        let is_code = is("grant_type", "authorization_code") && is("code", AUTHORIZATION_CODE) && has("code_verifier");
        let refresh = query_value(form, "refresh_token");
        if !is_code && !self.is_valid(refresh.as_deref(), REFRESH_PREFIX) {
            return refuse(StatusCode::BAD_REQUEST, "invalid_grant");
        }
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        ok(json!({
            "access_token": format!("{ACCESS_PREFIX}{number}"),
            "refresh_token": format!("{REFRESH_PREFIX}{number}"),
            "token_type": "bearer",
            "expires_in": ACCESS_SECONDS,
        }))
    }
}

fn register(body: &[u8]) -> DemoResponse {
    let mut client: Value = serde_json::from_slice(body).unwrap_or_default();
    match client.as_object_mut() {
        Some(fields) => {
            fields.insert("client_id".into(), CLIENT_ID.into());
            json_response(StatusCode::CREATED, client)
        }
        None => refuse(StatusCode::BAD_REQUEST, "invalid_client_metadata"),
    }
}

fn respond_to_message(body: &[u8]) -> DemoResponse {
    let message: Value = serde_json::from_slice(body).unwrap_or_default();
    let (Some(id), Some(method)) = (message.get("id"), message.get("method").and_then(Value::as_str)) else {
        return json_response(StatusCode::ACCEPTED, Value::Null);
    };
    let params = message.get("params").cloned().unwrap_or_default();
    let result = match method {
        "initialize" => json!({
            "protocolVersion": params.get("protocolVersion"),
            "capabilities": { "tools": {} },
            "serverInfo": { "name": "Notion MCP (demo)", "version": "1.0.0" },
        }),
        "ping" => json!({}),
        "tools/list" => json!({ "tools": TOOLS.map(tool) }),
        "tools/call" => json!({ "content": [{ "type": "text", "text": call(&params).to_string() }] }),
        _ => {
            let error = json!({ "code": -32601, "message": "Method not found" });
            return ok(json!({ "jsonrpc": "2.0", "id": id, "error": error }));
        }
    };
    ok(json!({ "jsonrpc": "2.0", "id": id, "result": result }))
}

fn tool((name, argument): (&str, &str)) -> Value {
    let schema = json!({ "type": "object", "properties": { argument: { "type": "string" } }, "required": [argument] });
    json!({ "name": name, "description": format!("{name} of the demo"), "inputSchema": schema })
}

fn call(params: &Value) -> Value {
    let id = params.get("arguments").and_then(|arguments| arguments.get("id")).and_then(Value::as_str);
    if id == Some("self") {
        let workspace = json!({ "id": WORKS.id, "name": WORKS.name });
        let user = json!({ "id": MIKA, "name": "Mika Demo", "type": "person", "email": "mika@demo.example" });
        return json!({ "self": { "workspace": workspace, "user": user } });
    }
    json!({ "results": [{ "title": "A page of the demo" }] })
}

fn ok(body: Value) -> DemoResponse {
    json_response(StatusCode::OK, body)
}

fn refuse(status: StatusCode, error: &str) -> DemoResponse {
    json_response(status, json!({ "error": error }))
}

fn json_response(status: StatusCode, body: Value) -> DemoResponse {
    DemoResponse::Notion { status, body, retry_after: None }
}

/// This server accepts a person's own token. Whether Notion's does, its documentation leaves open.
fn is_member(token: Option<&str>) -> bool {
    let example = token.and_then(find_example);
    example.is_some_and(|example| matches!(example.account, DemoAccount::Member | DemoAccount::MemberAgain))
}
