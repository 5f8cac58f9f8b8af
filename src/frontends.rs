//! The full screen, its plain twin and the commands, on one core.

pub mod clipboard;
pub mod commands;
pub mod console;
pub mod headless;
pub mod plain;
pub mod stdin;
pub mod tui;
