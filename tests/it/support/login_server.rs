//! Notion's side of a browser login, as `ntn` speaks with it: answers as it is told to, also half-way through a login.
//!
//! `ntn login` goes to a fixed address in each of its environments. In `local` that is plain HTTP, and a proxy variable
//! leads it here. Everything else comes here through `NOTION_API_BASE_URL`: `ntn workers list`, and our own calls.
#![cfg(unix)]

use super::notion::{FakeNotion, Request, Response, TOKEN, member};
use serde_json::json;
use std::sync::{Arc, Mutex};

/// The code that is to be compared.
pub(crate) const CODE: &str = "ABCD-1234";

/// Where the browser is sent.
pub(crate) const APPROVAL: &str = "http://localhost:3000/browser/approve?session=session-1";

/// The workspace of [`member`].
pub(crate) const WORKSPACE: (&str, &str) = ("workspace-1", "Fake Works");

struct Script {
    init: Response,
    redeem: Response,
    /// How many more answers are "pending" first.
    pending: usize,
    registry: Response,
}

pub(crate) struct LoginServer {
    notion: FakeNotion,
    script: Arc<Mutex<Script>>,
}

impl LoginServer {
    /// Begins every login, and nobody approves it.
    pub(crate) fn start() -> Self {
        let script = Arc::new(Mutex::new(Script {
            init: Response::json(200, json!({"sessionId": "session-1", "verificationCode": CODE, "browserUrl": APPROVAL})),
            redeem: Response::json(200, json!({"status": "pending"})),
            pending: 0,
            registry: Response::html(403, "no"),
        }));
        let notion = FakeNotion::start({
            let script = Arc::clone(&script);
            move |request| answer(request, &mut script.lock().unwrap())
        });
        Self { notion, script }
    }

    fn change(self, change: impl FnOnce(&mut Script)) -> Self {
        change(&mut self.script.lock().unwrap());
        self
    }

    /// What beginning a login is answered with.
    pub(crate) fn on_init(self, response: Response) -> Self {
        self.change(|script| script.init = response)
    }

    /// What asking for the approval is answered with.
    pub(crate) fn on_redeem(self, response: Response) -> Self {
        self.change(|script| script.redeem = response)
    }

    /// That many times "pending" before it.
    pub(crate) fn after_pending(self, times: usize) -> Self {
        self.change(|script| script.pending = times)
    }

    /// A registry that is blocked without a word: asking it for newer versions takes as long as one has patience.
    pub(crate) fn registry_is_silent(self) -> Self {
        self.change(|script| script.registry = Response::silence())
    }

    /// Somebody approves; the next question for it is answered so.
    pub(crate) fn approve(&self) {
        self.approve_for(WORKSPACE.0, WORKSPACE.1);
    }

    pub(crate) fn approve_for(&self, id: &str, name: &str) {
        self.script.lock().unwrap().redeem = approved(id, name);
    }

    /// What leads an `ntn`, and us, here.
    pub(crate) fn variables(&self) -> [(&'static str, String); 4] {
        let here = self.notion.base_url();
        [("NOTION_ENV", "local".into()), ("HTTP_PROXY", here.clone()), ("HTTPS_PROXY", here.clone()), ("NOTION_API_BASE_URL", here)]
    }

    /// How often the approval was asked for.
    pub(crate) fn polls(&self) -> usize {
        self.notion.requests().iter().filter(|request| is_redeem(request)).count()
    }

    /// How often a login was begun.
    pub(crate) fn begun(&self) -> usize {
        self.notion.requests().iter().filter(|request| request.target.ends_with("workersCliLoginInit")).count()
    }

    /// How often `ntn` went to look for a newer version of itself.
    pub(crate) fn update_checks(&self) -> usize {
        self.notion.requests().iter().filter(|request| request.method == "CONNECT").count()
    }

    pub(crate) async fn until_begun(&self) {
        self.notion.until(|seen| seen.requests.iter().any(|request| request.target.ends_with("workersCliLoginInit"))).await;
    }

    pub(crate) async fn until_polled(&self, times: usize) {
        self.notion.until(move |seen| seen.requests.iter().filter(|request| is_redeem(request)).count() >= times).await;
    }
}

/// An approval, and the token that comes of it.
pub(crate) fn approved(id: &str, name: &str) -> Response {
    Response::json(200, json!({"status": "confirmed", "token": TOKEN, "spaceId": id, "spaceName": name}))
}

fn is_redeem(request: &Request) -> bool {
    request.target.ends_with("workersCliLoginRedeem")
}

fn answer(request: &Request, script: &mut Script) -> Response {
    if request.method == "CONNECT" {
        return script.registry.clone();
    }
    // A proxy is asked for whole addresses.
    let path = request.target.split_once("://").map_or(request.path(), |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    match path {
        "/api/v3/workersCliLoginInit" => script.init.clone(),
        "/api/v3/workersCliLoginRedeem" if script.pending > 0 => {
            script.pending -= 1;
            Response::json(200, json!({"status": "pending"}))
        }
        "/api/v3/workersCliLoginRedeem" => script.redeem.clone(),
        "/api/v3/workersListWorkers" if request.bearer() == Some(TOKEN) => Response::json(200, json!({"workers": []})),
        path => member(&Request { target: path.to_owned(), ..request.clone() }),
    }
}
