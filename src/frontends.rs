//! The front ends: the full screen, plain mode, `login` without a screen, and the commands. All share one core.

pub mod clipboard;
pub mod commands;
pub mod console;
pub mod headless;
pub mod plain;
pub mod stdin;
pub mod tui;
