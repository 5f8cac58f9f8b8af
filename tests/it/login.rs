//! The built binary without a terminal: what goes in, what comes out on which stream, and the exit code.
#![cfg(unix)]

mod connection;
mod doctor;
mod exit_codes;
mod files;
mod identity;
mod input;
mod later_runs;
mod newer_ntn;
mod paths;
mod proxies;
mod refusals;
mod retries;
mod sign_in;
mod streams;
mod variables;
mod verbose;

pub(crate) use crate::support::signed_in::{read, signed_in};
