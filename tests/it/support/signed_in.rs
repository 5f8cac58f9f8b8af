//! A home where somebody is signed in with a token.
#![cfg(unix)]

use super::notion::{FakeNotion, TOKEN, respond_as_member};
use super::sandbox::Sandbox;
use serde_json::json;
use std::path::Path;

/// A home at a Notion where [`TOKEN`] works, with the token kept in the private file.
pub(crate) fn signed_in() -> (FakeNotion, Sandbox) {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let run = home.run("login --token-stdin --store file", TOKEN);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    (notion, home)
}

#[expect(clippy::disallowed_methods, reason = "looks at what was written")]
pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// Keeps a token in the private file without asking Notion about it.
pub(crate) fn keep_token(home: &Sandbox, workspace: &str, token: &str) {
    let account = json!({"workspace": workspace, "name": "token"});
    let record = json!({
        "account": account, "workspace": {"id": workspace, "name": "Fake Works"}, "user": "Ada Fake", "kind": "user",
        "path": "token", "store": "file", "saved_on": "2026-11-01",
    });
    home.write_file("credentials.json", &json!({"schema": 1, "active": account, "credentials": [record]}).to_string());
    home.write_file("secrets.json", &json!({"schema": 1, "secrets": {format!("{workspace}/token"): token}}).to_string());
}
