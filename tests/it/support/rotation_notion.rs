//! A Notion at which a person has several tokens, and a colleague has one.

use super::notion::{FakeNotion, Request, Response, TOKEN};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A second token of the same person: it has a bot of its own.
pub(crate) const NEW: &str = "ntn_fake_renewed_000000000000000000000000000";
/// A token of the same person that sees less.
pub(crate) const SMALLER: &str = "ntn_fake_smaller_000000000000000000000000000";
/// A token of another person in the same workspace.
pub(crate) const COLLEAGUE: &str = "ntn_fake_colleague_0000000000000000000000000";
/// A token of the same person in another workspace.
pub(crate) const ELSEWHERE: &str = "ntn_fake_elsewhere_0000000000000000000000000";

/// A Notion that knows all of these tokens, until the old one is revoked.
pub(crate) struct Notion {
    pub(crate) server: FakeNotion,
    is_revoked: Arc<AtomicBool>,
}

impl Notion {
    pub(crate) fn start() -> Self {
        let is_revoked = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_revoked);
        let server = FakeNotion::start(move |request| respond(request, flag.load(Ordering::SeqCst)));
        Self { server, is_revoked }
    }

    pub(crate) fn revoke_old(&self) {
        self.is_revoked.store(true, Ordering::SeqCst);
    }
}

fn respond(request: &Request, is_revoked: bool) -> Response {
    let token = request.bearer().unwrap_or_default();
    let (bot, person, workspace) = match token {
        TOKEN if is_revoked => return Response::error(401, "unauthorized", request),
        TOKEN => ("bot-1", "user-1", "workspace-1"),
        NEW => ("bot-2", "user-1", "workspace-1"),
        SMALLER => ("bot-3", "user-1", "workspace-1"),
        COLLEAGUE => ("bot-4", "user-2", "workspace-1"),
        ELSEWHERE => ("bot-5", "user-1", "workspace-2"),
        _ => return Response::error(401, "unauthorized", request),
    };
    match (request.method.as_str(), request.path()) {
        ("GET", "/v1/users/me") => {
            let owner = json!({"type": "user", "user": {"object": "user", "id": person, "name": "Ada Fake", "type": "person", "person": {}}});
            let bot_fields = json!({"owner": owner, "workspace_id": workspace, "workspace_name": "Fake Works"});
            Response::json(200, json!({"object": "user", "id": bot, "name": "A token", "type": "bot", "bot": bot_fields}))
        }
        ("GET", "/v1/users") => Response::error(403, "restricted_resource", request),
        ("POST", "/v1/search") => {
            let count = if token == SMALLER { 1 } else { 3 };
            let pages: Vec<_> = (0..count).map(|number| json!({"object": "page", "id": format!("page-{number}")})).collect();
            Response::json(200, json!({"object": "list", "results": pages, "has_more": false, "next_cursor": null}))
        }
        _ => Response::error(404, "object_not_found", request),
    }
}
