//! The front ends: the full screen, plain mode, and `login` without a screen. All share one core.

pub mod clipboard;
pub mod console;
pub mod headless;
pub mod plain;
pub mod stdin;
pub mod stdio;
pub mod tui;
