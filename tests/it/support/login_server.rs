//! Notion's side of a browser login through `ntn`, with responses that can be changed in the middle of a login.
//!
//! `ntn login` uses a fixed address in each of its environments. In `local` it is plain HTTP, so a proxy variable redirects it
//! here. `ntn workers list` and notion-auth's own requests come through `NOTION_API_BASE_URL`.
#![cfg(unix)]

use super::notion::{FakeNotion, Request, Response, TOKEN, respond_as_member};
use serde_json::json;
use std::sync::{Arc, Mutex};

/// The verification code.
pub(crate) const CODE: &str = "ABCD-1234";

/// The URL that the browser opens.
pub(crate) const APPROVAL: &str = "http://localhost:3000/browser/approve?session=session-1";

/// The id and name of the workspace of [`member`].
pub(crate) const WORKSPACE: (&str, &str) = ("workspace-1", "Fake Works");

struct LoginResponses {
    init: Response,
    redeem: Response,
    /// The number of further responses that are "pending".
    pending_count: usize,
    registry: Response,
}

pub(crate) struct LoginServer {
    notion: FakeNotion,
    responses: Arc<Mutex<LoginResponses>>,
}

impl LoginServer {
    /// Starts a server on which every login stays pending.
    pub(crate) fn start() -> Self {
        let script = Arc::new(Mutex::new(LoginResponses {
            init: Response::json(200, json!({"sessionId": "session-1", "verificationCode": CODE, "browserUrl": APPROVAL})),
            redeem: Response::json(200, json!({"status": "pending"})),
            pending_count: 0,
            registry: Response::html(403, "no"),
        }));
        let notion = FakeNotion::start({
            let script = Arc::clone(&script);
            move |request| respond(request, &mut script.lock().unwrap())
        });
        Self { notion, responses: script }
    }

    fn change(self, change: impl FnOnce(&mut LoginResponses)) -> Self {
        change(&mut self.responses.lock().unwrap());
        self
    }

    /// Sets the response to the start of a login.
    pub(crate) fn on_init(self, response: Response) -> Self {
        self.change(|script| script.init = response)
    }

    /// Sets the response to a poll for the approval.
    pub(crate) fn on_redeem(self, response: Response) -> Self {
        self.change(|script| script.redeem = response)
    }

    /// Responds "pending" to that many polls first.
    pub(crate) fn after_pending(self, times: usize) -> Self {
        self.change(|script| script.pending_count = times)
    }

    /// Makes the npm registry unresponsive, so that an update check waits until its timeout.
    pub(crate) fn with_silent_registry(self) -> Self {
        self.change(|script| script.registry = Response::silent())
    }

    pub(crate) fn hold_checks(&self) {
        self.notion.hold_checks();
    }

    pub(crate) fn release_checks(&self) {
        self.notion.release_checks();
    }

    /// Approves the login; the next poll reports it.
    pub(crate) fn approve(&self) {
        self.approve_for(WORKSPACE.0, WORKSPACE.1);
    }

    pub(crate) fn approve_for(&self, id: &str, name: &str) {
        self.responses.lock().unwrap().redeem = approval_response(id, name);
    }

    /// Returns the variables that direct `ntn` and notion-auth to this server.
    pub(crate) fn environment(&self) -> [(&'static str, String); 4] {
        let here = self.notion.base_url();
        [("NOTION_ENV", "local".into()), ("HTTP_PROXY", here.clone()), ("HTTPS_PROXY", here.clone()), ("NOTION_API_BASE_URL", here)]
    }

    /// Returns how often the approval was polled.
    pub(crate) fn poll_count(&self) -> usize {
        self.notion.requests().iter().filter(|request| is_redeem(request)).count()
    }

    /// Returns how many logins were started.
    pub(crate) fn started_count(&self) -> usize {
        self.notion.requests().iter().filter(|request| request.target.ends_with("workersCliLoginInit")).count()
    }

    /// Returns how often `ntn` checked for a newer version.
    pub(crate) fn update_check_count(&self) -> usize {
        self.notion.requests().iter().filter(|request| request.method == "CONNECT").count()
    }

    pub(crate) async fn wait_until_started(&self) {
        self.notion.wait_until(|seen| seen.requests.iter().any(|request| request.target.ends_with("workersCliLoginInit"))).await;
    }

    pub(crate) async fn wait_until_polled(&self, times: usize) {
        self.notion.wait_until(move |seen| seen.requests.iter().filter(|request| is_redeem(request)).count() >= times).await;
    }
}

/// Returns the response for an approved login, with its token.
pub(crate) fn approval_response(id: &str, name: &str) -> Response {
    Response::json(200, json!({"status": "confirmed", "token": TOKEN, "spaceId": id, "spaceName": name}))
}

fn is_redeem(request: &Request) -> bool {
    request.target.ends_with("workersCliLoginRedeem")
}

fn respond(request: &Request, script: &mut LoginResponses) -> Response {
    if request.method == "CONNECT" {
        return script.registry.clone();
    }
    // A request to a proxy has an absolute URL.
    let path = request.target.split_once("://").map_or(request.path(), |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    match path {
        "/api/v3/workersCliLoginInit" => script.init.clone(),
        "/api/v3/workersCliLoginRedeem" if script.pending_count > 0 => {
            script.pending_count -= 1;
            Response::json(200, json!({"status": "pending"}))
        }
        "/api/v3/workersCliLoginRedeem" => script.redeem.clone(),
        "/api/v3/workersListWorkers" if request.bearer() == Some(TOKEN) => Response::json(200, json!({"workers": []})),
        path => respond_as_member(&Request { target: path.to_owned(), ..request.clone() }),
    }
}
