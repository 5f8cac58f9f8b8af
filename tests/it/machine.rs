//! Detection of programs and credentials, on fake machines: a folder, fake programs, and a fixed environment.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "tests make files and start programs, and say so when they cannot")]

mod browser;
mod clipboard;
mod discovered_credentials;
mod installers;
mod ntn;
#[cfg(target_os = "linux")]
mod ntn_storage;

use crate::support::deadline::DEADLINE;
use crate::support::machine_folder::{Folder, run};
