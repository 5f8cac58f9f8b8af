//! The Notion CLI as a program: finding it, running it to its end, and ending everything it started.

pub mod detect;
pub(super) mod error_tail;
pub(super) mod installation;
pub(super) mod process_group;
pub(super) mod run;
pub(super) mod streamed;

pub use detect::{REQUIRE_TIMEOUT, detect, detect_within, require};
