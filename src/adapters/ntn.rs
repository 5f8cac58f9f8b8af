//! The Notion CLI as a program: finding it, running it to its end, and ending everything it started.

pub mod detect;
pub(super) mod family;
pub(super) mod installation;
pub(super) mod run;
pub(super) mod streamed;
pub(super) mod words;

pub use detect::{PATIENCE, detect, detect_within, require};
