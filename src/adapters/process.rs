//! Runs other programs: finds them, starts them, reads what they print, and ends everything they started.

pub mod conversation;
pub mod core_dumps;
pub mod error_tail;
pub mod launcher;
pub mod output_lines;
pub mod program;
pub mod program_search;
mod running_program;
#[cfg(unix)]
pub mod terminal_session;
