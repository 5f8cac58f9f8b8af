//! The tests that need a real part: a program that `tests/install` installs, or a right that not everybody has. Plain `cargo test`
//! leaves this target out; `cargo test --test parts` runs it, and `bash tests/run` installs the parts before. Each module begins
//! with what it needs.
// Cargo builds this only for tests anyway; this tells clippy that functions beside a `#[test]` are tests too.
#![cfg(test)]

mod completions;
mod env;
mod examples;
mod installed;
mod keychain;
mod login;
mod loopback;
mod machine;
mod ntn_login;
mod plain;
mod pty;
mod recipes;
mod refresh;
mod reset;
mod root;
mod rotate;
mod run_command;
mod scan;
mod send_to;
mod snippets;
mod storage;
mod team_profile;
mod workers;

/// What these tests share with those of `tests/it`.
#[path = "../it"]
#[expect(dead_code, unused_imports, reason = "the other tests use the rest of it")]
mod it {
    pub(crate) mod support;
}
use it::support;
