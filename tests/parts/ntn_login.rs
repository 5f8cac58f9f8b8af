//! Needs the real `ntn` 0.4.0: a login through it against a fake Notion.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "tests look at what is on the disk")]

mod approval;
mod cleanup;
mod failures;
mod picker;
mod storage;

use crate::support::ntn_login::NtnLoginRun;
