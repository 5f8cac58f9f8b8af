//! The Notion CLI, `ntn`: finding it, installing it, logging in with it, reading its files, and running its workers.

pub mod detect;
pub mod files;
pub(super) mod installation;
pub mod installers;
#[cfg(target_os = "linux")]
pub mod kernel_keyring;
pub mod login;
pub mod token_location;
pub mod workers;

pub use detect::{REQUIRE_TIMEOUT, detect, detect_within, require};
