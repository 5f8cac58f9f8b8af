//! The responses of the simulated Notion. Pure: account, earlier uses and request in; status and body out.
//!
//! Bodies have the documented shapes (<https://developers.notion.com/reference/get-self>, <https://developers.notion.com/reference/get-users>,
//! <https://developers.notion.com/reference/get-user>); details that are not documented there are guesses.

use super::accounts::DemoAccount;
use hyper::StatusCode;
use serde_json::{Value, json};

pub(super) const SEARCH: &str = "/v1/search";

pub(super) const MIKA: &str = "dddddddd-0000-4000-8000-000000000001";
const OLU: &str = "dddddddd-0000-4000-8000-000000000002";
const GIA: &str = "dddddddd-0000-4000-8000-000000000003";
/// Every token and every connection has a bot of its own, as at Notion.
const MIKAS_BOT: &str = "dddddddd-0000-4000-8000-0000000000b1";
const OLUS_BOT: &str = "dddddddd-0000-4000-8000-0000000000b2";
const APPS_BOT: &str = "dddddddd-0000-4000-8000-0000000000b3";
const SYNC_BOT: &str = "dddddddd-0000-4000-8000-0000000000b4";
const MIKAS_NEW_BOT: &str = "dddddddd-0000-4000-8000-0000000000b6";
const MIKAS_SCRIPTS_BOT: &str = "dddddddd-0000-4000-8000-0000000000b7";
const NEW_SYNC_BOT: &str = "dddddddd-0000-4000-8000-0000000000b5";
pub(super) const WORKS: DemoWorkspace =
    DemoWorkspace { id: "dddddddd-0000-4000-8000-0000000000aa", name: "Demo Works", upload_limit: 5_368_709_120 };
const FREE: DemoWorkspace =
    DemoWorkspace { id: "dddddddd-0000-4000-8000-0000000000ff", name: "Olu's Notes", upload_limit: 5_242_880 };

pub(super) struct DemoWorkspace {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// Maximum bytes of one upload; the smaller limit is the Free plan's.
    upload_limit: u64,
}

/// Counts the earlier uses of a token.
#[derive(Clone, Copy, Default)]
pub(super) struct TokenUses {
    pub(super) requests: usize,
    pub(super) searches: usize,
}

pub(super) struct DemoRequest<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    /// True if `Notion-Version` was sent.
    pub(super) versioned: bool,
}

pub(super) enum DemoResponse {
    Notion {
        status: StatusCode,
        body: Value,
        retry_after: Option<u64>,
    },
    /// A server in front of Notion.
    Edge {
        status: StatusCode,
        html: &'static str,
        ray: &'static str,
    },
}

pub(super) fn answer(account: Option<DemoAccount>, uses: TokenUses, request: &DemoRequest<'_>) -> DemoResponse {
    let first = uses.requests == 0;
    match account {
        None | Some(DemoAccount::Revoked) => error(StatusCode::UNAUTHORIZED, "unauthorized", "API token is invalid."),
        Some(DemoAccount::Blocked) => DemoResponse::Edge {
            status: StatusCode::FORBIDDEN,
            html: "<h1>Access denied</h1><p>A rule of this network.</p>",
            ray: "demo0008-DMO",
        },
        Some(DemoAccount::RateLimited) if first => DemoResponse::Notion {
            retry_after: Some(2),
            status: StatusCode::TOO_MANY_REQUESTS,
            body: error_body(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "You have been rate limited."),
        },
        Some(DemoAccount::Trouble) if first => {
            error(StatusCode::SERVICE_UNAVAILABLE, "service_unavailable", "Notion is unavailable.")
        }
        Some(_) if !request.versioned => {
            error(StatusCode::BAD_REQUEST, "missing_version", "Notion-Version header should be defined.")
        }
        Some(account) => match (request.method, request.path) {
            ("GET", "/v1/users/me") => success(me(account)),
            ("GET", "/v1/users") => users(account),
            ("GET", path) if path.starts_with("/v1/users/") => user(account, path.trim_start_matches("/v1/users/")),
            ("POST", SEARCH) => success(search(account, uses.searches)),
            _ => error(StatusCode::BAD_REQUEST, "invalid_request_url", "Invalid request URL."),
        },
    }
}

fn me(account: DemoAccount) -> Value {
    let connection = || json!({"type": "workspace", "workspace": true});
    let (id, name, owner, place) = match account {
        DemoAccount::Connection => (SYNC_BOT, "Demo Sync", connection(), WORKS),
        DemoAccount::EmptyConnection => (NEW_SYNC_BOT, "Demo Sync", connection(), WORKS),
        DemoAccount::OwnerOnFree => (OLUS_BOT, "Olu's token", json!({"type": "user", "user": person(OLU, "Olu Demo")}), FREE),
        DemoAccount::Guest => (APPS_BOT, "Demo App", json!({"type": "user", "user": person(GIA, "Gia Demo")}), WORKS),
        DemoAccount::MemberAgain => {
            (MIKAS_NEW_BOT, "Mika's new token", json!({"type": "user", "user": person(MIKA, "Mika Demo")}), WORKS)
        }
        DemoAccount::Scripts => {
            (MIKAS_SCRIPTS_BOT, "Mika's scripts", json!({"type": "user", "user": person(MIKA, "Mika Demo")}), WORKS)
        }
        DemoAccount::Member | DemoAccount::Revoked | DemoAccount::RateLimited | DemoAccount::Blocked | DemoAccount::Trouble => {
            (MIKAS_BOT, "Mika's token", json!({"type": "user", "user": person(MIKA, "Mika Demo")}), WORKS)
        }
    };
    json!({"object": "user", "id": id, "name": name, "avatar_url": null, "type": "bot",
           "bot": {"owner": owner, "workspace_id": place.id, "workspace_name": place.name,
                   "workspace_limits": {"max_file_upload_size_in_bytes": place.upload_limit}}})
}

/// Guests are never listed, and a personal access token may not list users.
fn users(account: DemoAccount) -> DemoResponse {
    if !may_see_users(account) {
        return error(StatusCode::FORBIDDEN, "restricted_resource", "This token cannot list users.");
    }
    let bot = json!({"object": "user", "id": SYNC_BOT, "name": "Demo Sync", "avatar_url": null, "type": "bot", "bot": {}});
    let results = json!([person(MIKA, "Mika Demo"), person(OLU, "Olu Demo"), bot]);
    success(json!({"object": "list", "results": results, "has_more": false, "next_cursor": null}))
}

/// A personal access token finds its own creator only; others find members and guests.
fn user(account: DemoAccount, id: &str) -> DemoResponse {
    let own = if account == DemoAccount::OwnerOnFree { OLU } else { MIKA };
    let found = [(MIKA, "Mika Demo"), (OLU, "Olu Demo"), (GIA, "Gia Demo")].into_iter().find(|(known, _)| *known == id);
    match found.filter(|(known, _)| may_see_users(account) || *known == own) {
        Some((id, name)) => success(person(id, name)),
        None => error(StatusCode::NOT_FOUND, "object_not_found", "Could not find user."),
    }
}

fn may_see_users(account: DemoAccount) -> bool {
    matches!(account, DemoAccount::Guest | DemoAccount::Connection | DemoAccount::EmptyConnection)
}

fn search(account: DemoAccount, searches: usize) -> Value {
    let (pages, data_sources) = match account {
        DemoAccount::OwnerOnFree => (7, 1),
        DemoAccount::Guest => (2, 0),
        DemoAccount::Connection => (12, 1),
        DemoAccount::EmptyConnection if searches == 0 => (0, 0),
        DemoAccount::EmptyConnection => (3, 0),
        DemoAccount::Member
        | DemoAccount::MemberAgain
        | DemoAccount::Scripts
        | DemoAccount::Revoked
        | DemoAccount::RateLimited
        | DemoAccount::Blocked
        | DemoAccount::Trouble => (42, 3),
    };
    let item = |object: &str, number: usize| json!({"object": object, "id": format!("dddddddd-0000-4000-8000-{number:012}")});
    let found = (0..pages).map(|number| item("page", number));
    let results: Vec<_> = found.chain((0..data_sources).map(|number| item("data_source", 1000 + number))).collect();
    json!({"object": "list", "results": results, "has_more": false, "next_cursor": null, "type": "page_or_data_source"})
}

fn person(id: &str, name: &str) -> Value {
    let local = name.split(' ').next().unwrap_or_default().to_lowercase();
    json!({"object": "user", "id": id, "name": name, "avatar_url": null, "type": "person",
           "person": {"email": format!("{local}@demo.example"), "email_verified": true}})
}

fn success(mut body: Value) -> DemoResponse {
    if let Some(fields) = body.as_object_mut() {
        fields.insert("request_id".into(), REQUEST_ID.into());
    }
    DemoResponse::Notion { status: StatusCode::OK, body, retry_after: None }
}

fn error(status: StatusCode, code: &str, message: &str) -> DemoResponse {
    DemoResponse::Notion { status, body: error_body(status, code, message), retry_after: None }
}

fn error_body(status: StatusCode, code: &str, message: &str) -> Value {
    json!({"object": "error", "status": status.as_u16(), "code": code, "message": message, "request_id": REQUEST_ID})
}

/// One id for all responses, because no one at Notion could look it up.
const REQUEST_ID: &str = "dddddddd-0000-4000-8000-00000000d340";
