//! The built binary without a terminal: what goes in, what comes out on which stream, and the exit code.
#![cfg(unix)]

mod afterwards;
mod browser;
mod connection;
mod doctor;
mod exit_codes;
mod files;
mod identity;
mod input;
mod paths;
mod proxies;
mod refusals;
mod retries;
mod sign_in;
mod streams;
mod variables;
mod verbose;

use crate::support::binary::Home;
use crate::support::notion::{FakeNotion, TOKEN, member};
use std::path::Path;

/// A home at a Notion where [`TOKEN`] works, with the token kept in the private file.
pub(crate) fn signed_in() -> (FakeNotion, Home) {
    let notion = FakeNotion::start(member);
    let home = Home::at(&notion);
    let run = home.run("login --token-stdin --store file", TOKEN);
    assert_eq!(run.code, Some(0), "{run:?}");
    (notion, home)
}

#[expect(clippy::disallowed_methods, reason = "looks at what was written")]
pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}
