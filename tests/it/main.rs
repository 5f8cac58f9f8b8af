//! One test binary. A file of this folder that is not listed here fails `layers::no_test_file_is_forgotten`.
// Cargo builds this only for tests anyway; this tells clippy that functions beside a `#[test]` are tests too.
#![cfg(test)]

mod agents;
mod any_day;
mod catalog;
mod cli;
mod completions;
mod core_dumps;
mod examples;
mod flows;
mod handing;
mod homes;
mod keychain;
mod layers;
mod login;
mod loopback;
mod machine;
mod memory;
mod notion_api;
mod notion_oauth;
mod ntn_login;
mod picture;
mod plain;
mod problems;
mod properties;
mod providers;
mod pty;
mod question;
mod recipes;
mod refresh;
mod reset;
mod running;
mod runtime;
mod screens;
mod simulated_notion;
mod snippets;
mod storage;
mod support;
mod token_text;
mod workers;
