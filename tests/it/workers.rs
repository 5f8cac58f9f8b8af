//! The Workers runbook in the demo, and through stand-ins for newer versions of `ntn`. `tests/parts/workers.rs` has the real 0.4.0.
#![cfg(unix)]

mod demo;
mod newer_ntn;

use crate::support::worker_desk::{CLIENT_SECRET, WorkerDesk, await_token, credentials, deploy, github, start, within};
