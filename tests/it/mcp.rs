//! Notion MCP: the sign-in, the life of its tokens, and the bridge that agents start, with the built binary against a fake server.
#![cfg(unix)]

mod bridge;
mod commands;
mod faults;
mod login;
mod own_token;
mod refresh;
mod sessions;
