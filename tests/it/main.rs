//! The tests that need nothing but Rust and a shell. A file of this folder that is not listed here fails `layers::no_test_file_is_forgotten`.
// Cargo builds this only for tests anyway; this tells clippy that functions beside a `#[test]` are tests too.
#![cfg(test)]

mod agents;
mod catalog;
mod cli;
mod coding_agents;
mod completions;
mod core_dumps;
mod examples;
mod flows;
mod frozen_names;
mod fuzz_lock;
mod home_folders;
mod layers;
mod login;
mod loopback;
mod machine;
mod mcp;
mod memory;
mod names;
mod notion_api;
mod notion_oauth;
mod ntn_login;
mod plain;
mod problems;
mod process;
mod properties;
mod providers;
mod pty;
mod question;
mod readme_picture;
mod refresh;
mod reset;
mod rotate;
mod run_command;
mod runtime;
mod scan;
mod screens;
mod send_to;
mod simulated_notion;
mod snippets;
#[cfg_attr(not(unix), expect(dead_code, reason = "the tests for Unix use the rest of it"))]
mod storage;
#[expect(dead_code, reason = "the tests that need a real part use the rest of it")]
mod support;
mod team_profile;
mod test_clock;
mod token_text;
mod windows;
mod workers;
