//! The full screen and the commands, on one core.

pub mod clipboard;
pub mod commands;
pub mod console;
pub mod headless;
pub mod stdin;
pub mod tui;
