//! Notion's side of `ntn workers`, and the provider that a worker signs in to. The only worker is created, deployed, given variables
//! and signed in, in the order that Notion requires. The response to any call can be overridden.
#![cfg(unix)]

use super::notion::{FakeNotion, Request, Response, TOKEN};
use notion_auth::domain::workers::provider::Provider;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

pub(crate) const WORKER: &str = "worker-1";
pub(crate) const WORKSPACE: &str = "workspace-1";

/// The token of the provider, which must never be shown.
pub(crate) const PROVIDER_TOKEN: &str = "fake_token_of_the_provider_0000000000";

pub(crate) const TOKEN_EXPIRES_AT: &str = "2026-12-01T00:00:00.000Z";

#[derive(Default)]
struct WorkerState {
    /// The capability that the sources declare.
    key: String,
    authorize: String,
    scope: String,
    is_deployed: bool,
    variables: BTreeMap<String, String>,
    /// The client id at the last deployment, which is when Notion reads it.
    bound_client_id: Option<String>,
    has_consented: bool,
    /// Responses that override the normal ones, by call.
    overrides: HashMap<&'static str, Response>,
}

pub(crate) struct WorkersServer {
    notion: FakeNotion,
    state: Arc<Mutex<WorkerState>>,
}

impl WorkersServer {
    /// Starts a server for a worker that declares this provider under the provider's id.
    pub(crate) fn start_oauth(provider: &Provider) -> Self {
        let state = Arc::new(Mutex::new(WorkerState {
            key: provider.id.clone(),
            authorize: provider.authorization_endpoint.clone(),
            scope: provider.scope.clone(),
            ..WorkerState::default()
        }));
        let notion = FakeNotion::start({
            let state = Arc::clone(&state);
            move |request| respond(request, &mut state.lock().unwrap())
        });
        Self { notion, state }
    }

    /// Overrides the response to a call of `workers…`, or to `upload`.
    pub(crate) fn override_call(&self, call: &'static str, response: Response) {
        self.state.lock().unwrap().overrides.insert(call, response);
    }

    pub(crate) fn clear_override(&self, call: &'static str) {
        self.state.lock().unwrap().overrides.remove(call);
    }

    /// Approves the sign-in at the provider.
    pub(crate) fn give_consent(&self) {
        self.state.lock().unwrap().has_consented = true;
    }

    pub(crate) fn variables(&self) -> BTreeMap<String, String> {
        self.state.lock().unwrap().variables.clone()
    }

    /// Returns how often a call was made.
    pub(crate) fn call_count(&self, call: &str) -> usize {
        self.notion.requests().iter().filter(|request| call_name(request) == call).count()
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.notion.requests()
    }

    pub(crate) async fn wait_until_called(&self, call: &'static str) {
        self.notion.wait_until(move |seen| seen.requests.iter().any(|request| call_name(request) == call)).await;
    }

    pub(crate) fn base_url(&self) -> String {
        self.notion.base_url()
    }
}

/// Returns an error in the format of Notion's private API.
pub(crate) fn refusal(status: u16, name: &str, message: &str) -> Response {
    Response::json(status, json!({"name": name, "message": message}))
}

/// Returns the response of a build, one JSON value per line.
pub(crate) fn build_response(lines: &[Value]) -> Response {
    let text = lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n") + "\n";
    Response::html(200, &text).header("content-type", "application/x-ndjson")
}

pub(crate) fn log_line(stream: &str, data: &str) -> Value {
    json!({"_tag": "log", "event": {"stream": stream, "data": data}})
}

/// Returns the call: `workersGetWorker` for `/api/v3/workersGetWorker`.
fn call_name(request: &Request) -> &str {
    request.path().rsplit('/').next().unwrap_or_default()
}

fn respond(request: &Request, state: &mut WorkerState) -> Response {
    let call = call_name(request);
    if let Some(response) = state.overrides.iter().find(|(known, _)| **known == call).map(|(_, response)| response) {
        return response.clone();
    }
    if call != "upload" && request.bearer() != Some(TOKEN) {
        return refusal(401, "UnauthorizedError", "no");
    }
    let host = request.header("host").unwrap_or_default();
    let asked: Value = serde_json::from_str(&request.body).unwrap_or_default();
    match call {
        "workersCreateWorker" | "workersUpdateWorker" => {
            let worker = json!({"workerId": WORKER, "name": "fake", "spaceId": WORKSPACE, "createdAt": "2026-11-22", "updatedAt": "2026-11-22"});
            Response::json(200, json!({"worker": worker, "url": format!("http://{host}/upload"), "fields": {"k": "v"}}))
        }
        "workersBuildWorker" => build_response(&[
            log_line("stdout", "npm ci\n"),
            log_line("stderr", "a warning"),
            json!({"_tag": "result", "result": {"ok": true}}),
        ]),
        "workersFetchAndSaveCapabilities" => {
            state.is_deployed = true;
            let id = state.variables.iter().find(|(name, _)| name.ends_with("_CLIENT_ID"));
            state.bound_client_id = id.map(|(_, value)| value.clone());
            capabilities_response(state)
        }
        "workersListCapabilities" => capabilities_response(state),
        "workersListSecrets" => {
            let secrets: Vec<Value> = state.variables.keys().map(|key| json!({"key": key, "createdAt": "2026-11-22"})).collect();
            Response::json(200, json!({"secrets": secrets}))
        }
        "workersPullEnv" => {
            let env: Vec<Value> = state.variables.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
            Response::json(200, json!({"env": env}))
        }
        "workersUpsertSecrets" => {
            for secret in asked["secrets"].as_array().unwrap() {
                let text = |name: &str| secret[name].as_str().unwrap().to_owned();
                state.variables.insert(text("key"), text("value"));
            }
            Response::json(200, json!({}))
        }
        "workersStartOauth" => start(&asked, state),
        "workersGetOauthToken" if state.has_consented && asked["oauthCapabilityKey"] == state.key.as_str() => {
            Response::json(200, json!({"accessToken": PROVIDER_TOKEN, "expiresAt": TOKEN_EXPIRES_AT}))
        }
        "workersGetOauthToken" => refusal(404, "NotFoundError", "There is no token."),
        "upload" => Response::json(204, json!({})),
        _ => refusal(404, "NotFoundError", "There is no such call."),
    }
}

fn capabilities_response(state: &WorkerState) -> Response {
    let oauth = state.is_deployed.then(|| json!({"_tag": "oauth", "key": state.key}));
    let all: Vec<Value> = oauth.into_iter().chain([json!({"_tag": "tool", "key": "another"})]).collect();
    Response::json(200, json!({"capabilities": all}))
}

/// Starts the sign-in with the client id of the last deployment; Notion ignores variables that were changed since.
fn start(asked: &Value, state: &WorkerState) -> Response {
    match &state.bound_client_id {
        Some(id) if state.is_deployed && asked["oauthCapabilityKey"] == state.key.as_str() => {
            let url =
                format!("{}?response_type=code&client_id={id}&scope={}&state=fake", state.authorize, state.scope.replace(' ', "+"));
            Response::json(200, json!({"authorizationUrl": url, "state": "fake"}))
        }
        _ => refusal(400, "ValidationError", "The capability has no client id."),
    }
}
