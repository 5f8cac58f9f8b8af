//! An MCP server with its authorization server, as Notion's behaves: discovery, registration of public clients, PKCE, tokens that rotate.
//!
//! A grant's newest refresh token is valid. The one before it works once more, which makes the newest one worthless; any other ends
//! the grant. A test can make it misbehave, by path or by JSON-RPC method.

use super::notion::{FakeNotion, Request, Response, Traffic};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use url::{Url, form_urlencoded};

pub(crate) const WORKSPACE: &str = "workspace-mcp-1";
pub(crate) const USER: &str = "user-mcp-1";

/// Prefixes of all secrets that must not be shown.
pub(crate) const SECRET_PREFIXES: [&str; 3] = ["fake:grant:access-", "fake:grant:refresh-", "fake-mcp-code-"];

/// The settings that a test can choose, even in the middle of a test.
#[derive(Clone)]
pub(crate) struct McpSettings {
    pub(crate) access_seconds: u64,
    /// The `iss` of a redirect; `None` sends none.
    pub(crate) issuer_in_redirect: Option<String>,
    pub(crate) promises_issuer: bool,
    pub(crate) has_suffixed_metadata: bool,
    /// The `resource_metadata` of a 401.
    pub(crate) metadata_pointer: Option<String>,
    /// The scope of a 401, without which it accepts no authorization.
    pub(crate) scope: Option<&'static str>,
    pub(crate) refuses_revocation: bool,
    /// A token that was not issued here and is accepted all the same, such as a PAT.
    pub(crate) own_token: Option<&'static str>,
    pub(crate) session: Option<String>,
    pub(crate) workspace: (String, String),
    /// The delay of the token endpoint.
    pub(crate) token_delay: Duration,
    /// Metadata fields to replace.
    pub(crate) metadata: Vec<(&'static str, Value)>,
}

impl Default for McpSettings {
    fn default() -> Self {
        Self {
            access_seconds: 8 * 60 * 60,
            issuer_in_redirect: None,
            promises_issuer: false,
            has_suffixed_metadata: true,
            metadata_pointer: None,
            scope: None,
            refuses_revocation: false,
            own_token: None,
            session: None,
            workspace: (WORKSPACE.into(), "Fake MCP Works".into()),
            token_delay: Duration::ZERO,
            metadata: Vec::new(),
        }
    }
}

#[derive(Default)]
struct McpServerState {
    settings: McpSettings,
    /// Responses that override the normal ones, by path or JSON-RPC method; the first match is used and removed.
    overrides: Vec<(&'static str, Response)>,
    clients: Vec<(String, Vec<String>)>,
    codes: Vec<Code>,
    grants: Vec<Grant>,
    last_number: usize,
    /// How many refreshes were answered with a pair.
    refreshes: usize,
    sessions: Vec<String>,
}

struct Code {
    value: String,
    client: String,
    redirect: String,
    challenge: String,
    resource: String,
}

struct Grant {
    client: String,
    access: Vec<String>,
    refresh: String,
    /// The token before it, until it was used once more.
    previous: Option<String>,
    is_alive: bool,
}

pub(crate) struct McpServer {
    server: FakeNotion,
    state: Arc<Mutex<McpServerState>>,
}

impl McpServer {
    pub(crate) fn start() -> Self {
        let state = Arc::<Mutex<McpServerState>>::default();
        let server = FakeNotion::start({
            let state = Arc::clone(&state);
            move |request| {
                let (response, delay) = {
                    let mut state = state.lock().unwrap();
                    let response = respond(request, &mut state);
                    (response, if request.path() == "/token" { state.settings.token_delay } else { Duration::ZERO })
                };
                // Without the lock, so that several clients are served at once.
                thread::sleep(delay);
                response
            }
        });
        Self { server, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/mcp", self.server.base_url())
    }

    pub(crate) fn origin(&self) -> String {
        self.server.base_url()
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut McpSettings)) {
        change(&mut self.state.lock().unwrap().settings);
    }

    /// Responds to the next request for this path, such as `/mcp` or `GET /mcp`, or with this JSON-RPC method, with `response`.
    pub(crate) fn answer_next(&self, what: &'static str, response: Response) {
        self.state.lock().unwrap().overrides.push((what, response));
    }

    /// Ends all access tokens, as time does.
    pub(crate) fn expire_access_tokens(&self) {
        for grant in &mut self.state.lock().unwrap().grants {
            grant.access.clear();
        }
    }

    /// Disconnects the client, as in Notion's settings.
    pub(crate) fn disconnect(&self) {
        for grant in &mut self.state.lock().unwrap().grants {
            grant.is_alive = false;
        }
    }

    pub(crate) fn forget_clients(&self) {
        self.state.lock().unwrap().clients.clear();
    }

    pub(crate) fn forget_sessions(&self) {
        self.state.lock().unwrap().sessions.clear();
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connection_count() > 0
    }

    pub(crate) fn connection_count(&self) -> usize {
        self.state.lock().unwrap().grants.iter().filter(|grant| grant.is_alive).count()
    }

    pub(crate) fn refresh_count(&self) -> usize {
        self.state.lock().unwrap().refreshes
    }

    /// Returns all requests so far, including their secrets.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.server.requests()
    }

    /// Returns the messages that were POSTed to the server with this method.
    pub(crate) fn messages(&self, method: &str) -> Vec<Request> {
        let has_method = |request: &Request| rpc_method(request).as_deref() == Some(method);
        self.requests().into_iter().filter(|request| request.path() == "/mcp" && has_method(request)).collect()
    }

    pub(crate) fn finish_requests(&self) {
        self.server.finish_requests();
    }

    pub(crate) async fn wait_until(&self, condition: impl Fn(&Traffic) -> bool + Send + 'static) {
        self.server.wait_until(condition).await;
    }

    /// Approves an authorize link without a browser, and returns the redirect URL.
    #[track_caller]
    pub(crate) fn approve(&self, link: &str) -> String {
        authorize(link, &mut self.state.lock().unwrap(), &self.server.base_url()).unwrap_or_else(|why| panic!("{why}: {link}"))
    }

    /// Returns an authorization that the person has denied.
    pub(crate) fn deny(&self, link: &str) -> String {
        assert!(link.starts_with(&self.origin()), "{link}");
        let link = Url::parse(link).unwrap();
        let value = |name: &str| link.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap();
        format!("{}?error=access_denied&state={}", value("redirect_uri"), value("state"))
    }
}

fn rpc_method(request: &Request) -> Option<String> {
    serde_json::from_str::<Value>(&request.body).ok()?.get("method")?.as_str().map(str::to_owned)
}

fn authorize(link: &str, state: &mut McpServerState, origin: &str) -> Result<String, &'static str> {
    let link = Url::parse(link).map_err(|_| "no link")?;
    let value = |name: &str| link.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let needed = |name: &'static str| value(name).ok_or(name);
    let (client, redirect) = (needed("client_id")?, needed("redirect_uri")?);
    let is_registered = state.clients.iter().any(|(id, redirects)| *id == client && redirects.contains(&redirect));
    if !is_registered {
        return Err("Invalid redirect_uri for OAuth client");
    }
    if value("response_type").as_deref() != Some("code") || value("code_challenge_method").as_deref() != Some("S256") {
        return Err("Invalid authorization request");
    }
    if value("resource") != Some(format!("{origin}{}", if state.settings.has_suffixed_metadata { "/mcp" } else { "" })) {
        return Err("invalid_target");
    }
    if value("scope").as_deref() != state.settings.scope {
        return Err("invalid_scope");
    }
    state.last_number += 1;
    let code = format!("fake-mcp-code-{:04}", state.last_number);
    let challenge = needed("code_challenge")?;
    let resource = needed("resource")?;
    let mut to = Url::parse(&redirect).map_err(|_| "no redirect")?;
    to.query_pairs_mut().append_pair("code", &code).append_pair("state", &needed("state")?);
    if let Some(issuer) = &state.settings.issuer_in_redirect {
        to.query_pairs_mut().append_pair("iss", issuer);
    }
    state.codes.push(Code { value: code, client, redirect, challenge, resource });
    Ok(to.into())
}

fn respond(request: &Request, state: &mut McpServerState) -> Response {
    let (path, method) = (request.path(), rpc_method(request));
    let place = format!("{} {path}", request.method);
    let is_meant = |what: &str| what == path || what == place || Some(what) == method.as_deref();
    if let Some(at) = state.overrides.iter().position(|(what, _)| is_meant(what)) {
        return state.overrides.remove(at).1;
    }
    let origin = format!("http://{}", request.header("host").unwrap_or_default());
    match (request.method.as_str(), path) {
        ("GET", "/.well-known/oauth-protected-resource/mcp") if state.settings.has_suffixed_metadata => {
            Response::json(200, json!({ "resource": format!("{origin}/mcp"), "authorization_servers": [origin] }))
        }
        ("GET", "/.well-known/oauth-protected-resource") => {
            Response::json(200, json!({ "resource": origin, "authorization_servers": [origin] }))
        }
        ("GET", "/.well-known/oauth-authorization-server") => Response::json(200, metadata(&origin, &state.settings)),
        ("POST", "/register") => register(request, state),
        ("POST", "/token") => token(request, state),
        (_, "/mcp") if !is_authorized(request, state) => {
            let pointer = state.settings.metadata_pointer.as_ref();
            let pointer = pointer.map(|place| format!(", resource_metadata=\"{place}\"")).unwrap_or_default();
            let scope = state.settings.scope.map(|scope| format!(", scope=\"{scope}\"")).unwrap_or_default();
            Response::json(401, json!({ "error": "invalid_token", "error_description": "Missing or invalid access token" }))
                .header("www-authenticate", &format!("Bearer realm=\"OAuth\"{pointer}{scope}, error=\"invalid_token\""))
        }
        (_, "/mcp") if request.header("origin").is_some() => {
            Response::json(403, json!({ "jsonrpc": "2.0", "error": { "code": -32000 } }))
        }
        ("POST", "/mcp") => message(request, state),
        ("GET", "/mcp") => Response::text(405, "no stream"),
        ("DELETE", "/mcp") => Response::text(200, ""),
        _ => Response::html(404, "<!doctype html><title>Not here</title>"),
    }
}

fn metadata(origin: &str, settings: &McpSettings) -> Value {
    let mut metadata = json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/authorize"),
        "token_endpoint": format!("{origin}/token"),
        "registration_endpoint": format!("{origin}/register"),
        "revocation_endpoint": format!("{origin}/token"),
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["plain", "S256"],
    });
    if settings.promises_issuer {
        metadata["authorization_response_iss_parameter_supported"] = json!(true);
    }
    for (name, value) in &settings.metadata {
        metadata[*name] = value.clone();
    }
    metadata
}

fn register(request: &Request, state: &mut McpServerState) -> Response {
    let asked: Value = serde_json::from_str(&request.body).unwrap_or_default();
    let redirects: Vec<String> = serde_json::from_value(asked["redirect_uris"].clone()).unwrap_or_default();
    if asked["token_endpoint_auth_method"] != "none" || redirects.is_empty() || request.header("authorization").is_some() {
        return Response::json(400, json!({ "error": "invalid_client_metadata" }));
    }
    state.last_number += 1;
    let id = format!("fakeMcpClient{:04}", state.last_number);
    state.clients.push((id.clone(), redirects));
    let mut answer = asked;
    answer["client_id"] = json!(id);
    Response::json(201, answer)
}

fn token(request: &Request, state: &mut McpServerState) -> Response {
    let value = |name: &str| {
        form_urlencoded::parse(request.body.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    let refuse = |status: u16, error: &str| Response::json(status, json!({ "error": error, "error_description": request.body }));
    let client = value("client_id");
    if request.header("authorization").is_some() {
        return refuse(400, "invalid_request");
    }
    if state.clients.iter().all(|(id, _)| *id != client) {
        return refuse(401, "invalid_client");
    }
    match value("grant_type").as_str() {
        "authorization_code" => {
            let at = state.codes.iter().position(|code| code.value == value("code"));
            let Some(code) = at.map(|at| state.codes.remove(at)) else { return refuse(400, "invalid_grant") };
            let hash = ring::digest::digest(&ring::digest::SHA256, value("code_verifier").as_bytes());
            let is_proved = BASE64_URL_SAFE_NO_PAD.encode(hash) == code.challenge;
            let is_same =
                (client == code.client) && (value("redirect_uri") == code.redirect) && (value("resource") == code.resource);
            if !is_proved || !is_same {
                return refuse(400, "invalid_grant");
            }
            state.grants.push(Grant { client, access: Vec::new(), refresh: String::new(), previous: None, is_alive: true });
            let at = state.grants.len() - 1;
            issue(state, at, None)
        }
        "refresh_token" => {
            let used = value("refresh_token");
            let found = state.grants.iter().position(|grant| grant.refresh == used || grant.previous.as_ref() == Some(&used));
            match found {
                Some(at) if state.grants[at].is_alive && state.grants[at].client == client => {
                    // The one before it works once more, and no third time.
                    let previous = (state.grants[at].refresh == used).then_some(used);
                    state.refreshes += 1;
                    issue(state, at, previous)
                }
                _ => {
                    // A refresh token that was rotated out longer ago counts as stolen, which ends the whole grant.
                    state.grants.iter_mut().filter(|grant| grant.client == client).for_each(|grant| grant.is_alive = false);
                    refuse(400, "invalid_grant")
                }
            }
        }
        // Revocation.
        "" if state.settings.refuses_revocation => Response::json(503, json!({ "error": "temporarily_unavailable" })),
        "" => {
            let token = value("token");
            for grant in &mut state.grants {
                grant.access.retain(|access| *access != token);
                if grant.refresh == token {
                    grant.is_alive = false;
                }
            }
            Response::text(200, "")
        }
        _ => refuse(400, "unsupported_grant_type"),
    }
}

fn issue(state: &mut McpServerState, at: usize, previous: Option<String>) -> Response {
    state.last_number += 1;
    let number = state.last_number;
    let grant = &mut state.grants[at];
    let access = format!("fake:grant:access-{number:06}");
    grant.previous = previous;
    grant.refresh = format!("fake:grant:refresh-{number:06}");
    // A refresh ends all access tokens that were issued before.
    grant.access = vec![access.clone()];
    Response::json(
        200,
        json!({
            "access_token": access, "refresh_token": grant.refresh, "token_type": "bearer", "expires_in": state.settings.access_seconds,
            "scope": "", "workspace_id": state.settings.workspace.0,
        }),
    )
}

fn is_authorized(request: &Request, state: &McpServerState) -> bool {
    let token = request.bearer().unwrap_or_default();
    let is_issued = state.grants.iter().any(|grant| grant.is_alive && grant.access.iter().any(|access| access == token));
    is_issued || state.settings.own_token == Some(token)
}

fn message(request: &Request, state: &mut McpServerState) -> Response {
    let Ok(message) = serde_json::from_str::<Value>(&request.body) else {
        return Response::json(400, json!({ "jsonrpc": "2.0", "id": null, "error": { "code": -32700, "message": "Parse error" } }));
    };
    if message.is_array() {
        let answers: Vec<Value> = message.as_array().unwrap().iter().filter_map(answer_as_echo).collect();
        return Response::json(200, json!(answers));
    }
    let method = message["method"].as_str().unwrap_or_default().to_owned();
    if state.settings.session.is_some() && method != "initialize" {
        let session = request.header("mcp-session-id").unwrap_or_default();
        if !state.sessions.iter().any(|known| known == session) {
            return Response::text(404, "no such session");
        }
    }
    let Some(id) = message.get("id").filter(|_| message.get("method").is_some()) else { return Response::text(202, "") };
    let result = |result: Value| json!({ "jsonrpc": "2.0", "id": id, "result": result });
    match method.as_str() {
        "initialize" => {
            let version = &message["params"]["protocolVersion"];
            let answer = result(
                json!({ "protocolVersion": version, "capabilities": { "tools": {} }, "serverInfo": { "name": "fake", "version": "1" } }),
            );
            let response = Response::json(200, answer);
            match state.settings.session.clone() {
                Some(prefix) => {
                    state.last_number += 1;
                    let session = format!("{prefix}-{}", state.last_number);
                    state.sessions.push(session.clone());
                    response.header("mcp-session-id", &session)
                }
                None => response,
            }
        }
        "tools/list" => {
            let tool = |name: &str| json!({ "name": name, "inputSchema": { "type": "object" } });
            Response::json(200, result(json!({ "tools": [tool("notion-search"), tool("notion-fetch")] })))
        }
        "tools/call" if message["params"]["arguments"]["id"] == "self" => {
            let (id, name) = &state.settings.workspace;
            let inner = json!({ "self": { "workspace": { "id": id, "name": name }, "user": { "id": USER, "name": "Ada Fake", "type": "person" } } });
            let answer = result(json!({ "content": [{ "type": "text", "text": inner.to_string() }] }));
            let progress = json!({ "jsonrpc": "2.0", "method": "notifications/progress", "params": { "progress": 1 } });
            Response::events(format!("event: message\ndata: {progress}\n\nid: 7\nevent: message\ndata: {answer}\n\n"))
        }
        "server/discover" => Response::json(200, result(json!({ "supportedVersions": ["2026-07-28"] }))),
        "test/unknown" => {
            Response::json(404, json!({ "jsonrpc": "2.0", "id": id, "error": { "code": -32601, "message": "Method not found" } }))
        }
        _ => Response::json(200, answer_as_echo(&message).unwrap()),
    }
}

/// Returns the whole request as its own result, in a shape that no type describes.
fn answer_as_echo(message: &Value) -> Option<Value> {
    let id = message.get("id").filter(|_| message.get("method").is_some())?;
    Some(json!({ "unknown": { "kept": true }, "jsonrpc": "2.0", "id": id, "result": { "echo": message, "n": 1.50 } }))
}
