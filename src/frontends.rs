//! The full screen and the commands, on one core.

pub mod commands;
pub mod console;
