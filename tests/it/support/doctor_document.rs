//! The document of `doctor --json`, and its checks.
#![cfg(unix)]

use super::sandbox::{CommandOutput, Sandbox};
use serde_json::Value;

/// The document, the exit code, and nothing in it that must not be pasted.
#[track_caller]
pub(crate) fn doctor(home: &Sandbox, arguments: &str) -> (Option<i32>, Value) {
    let run: CommandOutput = home.run(&format!("doctor --json {arguments}"), "");
    assert_eq!(run.stderr, "", "{run:?}");
    assert!(!run.stdout.contains(home.path().to_str().unwrap()), "the home folder is ~: {}", run.stdout);
    (run.exit_code, run.json_document())
}

#[track_caller]
pub(crate) fn the<'a>(document: &'a Value, id: &str) -> &'a Value {
    let all = document["checks"].as_array().unwrap();
    all.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("no {id}: {document:#}"))
}

pub(crate) fn evidence<'a>(document: &'a Value, id: &str) -> &'a str {
    the(document, id)["evidence"].as_str().unwrap()
}
