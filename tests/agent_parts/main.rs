//! The tests with real coding agents, MCP servers and another bridge. `bash tests/agents` installs them and runs this target; plain
//! `cargo test` leaves it out. Each module begins with what it needs.
#![cfg(test)]
#![cfg(target_os = "linux")]

mod agents;
mod conformance;
mod installed;
mod models;
mod node_server;
mod oauth_provider;
mod peer;
mod sdk_server;

/// What these tests share with those of `tests/it`.
#[path = "../it"]
#[expect(dead_code, unused_imports, reason = "the other tests use the rest of it")]
mod it {
    pub(crate) mod support;
}
use it::support;
