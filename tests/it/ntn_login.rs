//! A login through stand-ins for `ntn`, of either generation. `tests/parts/ntn_login.rs` logs in through the real one.
#![cfg(unix)]

mod failures;
mod two_steps;

use crate::support::ntn_login::NtnLoginRun;
