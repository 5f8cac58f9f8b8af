//! Correct responses: a workspace with one valid token.

use super::{Request, Response};
use serde_json::json;

/// The only token that [`member`] accepts.
pub(crate) const TOKEN: &str = "ntn_fake_member_0000000000000000000000000000";

/// Responds as for a member's personal access token in a paid workspace: it can read pages, but not list users.
pub(crate) fn respond_as_member(request: &Request) -> Response {
    if request.bearer() != Some(TOKEN) {
        return Response::error(401, "unauthorized", request);
    }
    match (request.method.as_str(), request.path()) {
        ("GET", "/v1/users/me") => Response::json(
            200,
            json!({"object": "user", "id": "bot-1", "name": "Fake token", "avatar_url": null, "type": "bot",
                   "bot": {"owner": {"type": "user", "user": {"object": "user", "id": "user-1", "name": "Ada Fake", "avatar_url": null,
                                     "type": "person", "person": {"email": "ada@example.com", "email_verified": true}}},
                           "workspace_id": "workspace-1", "workspace_name": "Fake Works",
                           "workspace_limits": {"max_file_upload_size_in_bytes": 5_368_709_120_u64}},
                   "request_id": "fake-request-1"}),
        ),
        ("GET", "/v1/users") => Response::error(403, "restricted_resource", request),
        ("GET", "/v1/users/user-1") => {
            Response::json(200, json!({"object": "user", "id": "user-1", "name": "Ada Fake", "type": "person", "person": {}}))
        }
        ("POST", "/v1/search") => {
            let results = json!([{"object": "page", "id": "page-1"}, {"object": "page", "id": "page-2"}, {"object": "data_source", "id": "ds-1"}]);
            Response::json(200, json!({"object": "list", "results": results, "has_more": false, "next_cursor": null}))
        }
        _ => Response::error(404, "object_not_found", request),
    }
}
