//! Implementations of the ports. Each folder is about one part of the outside world.

/// Blocking work on threads of its own.
mod blocking_thread;
/// Calendar files.
pub mod calendar_file;
/// Coding agents: their files, and the bridge that they start.
pub mod coding_agents;
/// The adapters that `--demo` uses in place of the real ones.
pub mod demo;
/// The listener that receives the browser's redirect.
pub mod loopback;
/// This computer: its environment variables, clock, browser and clipboard.
pub mod machine;
/// The client of Notion's HTTP interface.
pub mod notion_api;
/// The Notion CLI: finding it, installing it, logging in with it, and its workers.
pub mod ntn_cli;
/// Tokens in plain text: files, repositories, and the lines of shell profiles.
pub mod plain_text_scan;
/// Running other programs.
pub mod process;
/// The secret managers of teams.
pub mod secret_managers;
/// The storage of credentials: keychain and files.
pub mod storage;
/// The lines of `-v`.
pub mod trace;
