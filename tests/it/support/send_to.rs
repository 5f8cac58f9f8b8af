//! `send-to` by the built binary.
#![cfg(unix)]

use super::notion::{FakeNotion, Response, TOKEN};
use super::sandbox::{CommandOutput, Sandbox};
use serde_json::json;

/// Signed in, with the token in the private file; Notion takes it, or refuses it.
pub(crate) fn signed_in(status: u16) -> (FakeNotion, Sandbox) {
    let me = json!({"object": "user", "id": "bot-1", "name": "Ada's token", "type": "bot", "bot": {
        "owner": {"type": "workspace", "workspace": true}, "workspace_id": "workspace-1", "workspace_name": "Fake Works"}});
    let refusal = json!({"object": "error", "status": 401, "code": "unauthorized", "message": "API token is invalid."});
    let notion = FakeNotion::start(move |_| Response::json(status, if status == 200 { me.clone() } else { refusal.clone() }));
    let home = Sandbox::with_notion(&notion);
    let account = json!({"workspace": "workspace-1", "name": "token"});
    let record = json!({
        "account": account, "workspace": {"id": "workspace-1", "name": "Fake Works"}, "user": "Ada Fake", "kind": "user",
        "path": "token", "store": "file", "saved_on": "2026-11-01",
    });
    home.write_file("credentials.json", &json!({"schema": 1, "active": account, "credentials": [record]}).to_string());
    home.write_file("secrets.json", &json!({"schema": 1, "secrets": {"workspace-1/token": TOKEN}}).to_string());
    (notion, home)
}

pub(crate) fn hand_to(home: &Sandbox, arguments: &str) -> CommandOutput {
    home.run(&format!("send-to {arguments}"), "")
}
