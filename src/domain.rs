//! What is known and decided. No I/O, no clock, no screen; imports nothing of ours.

pub mod catalog;
pub mod check;
pub mod credential;
pub mod judge;
pub mod link;
pub mod machine;
pub mod membership;
pub mod problem;
pub mod sanitize;
pub mod secret;
