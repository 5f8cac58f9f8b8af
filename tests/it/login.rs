//! The built binary without a terminal: what goes in, what comes out on which stream, and the exit code.
#![cfg(unix)]

mod browser;
mod connection;
mod doctor;
mod exit_codes;
mod files;
mod identity;
mod input;
mod later_runs;
mod paths;
mod proxies;
mod refusals;
mod retries;
mod sign_in;
mod streams;
mod variables;
mod verbose;

use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::sandbox::Sandbox;
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
