//! Runs other programs: finds them, starts them, reads what they print, and ends everything they started.

pub mod captured;
pub mod core_dumps;
pub mod error_tail;
pub mod launcher;
pub mod process_group;
pub mod program_search;
pub mod streamed;
pub mod terminal_session;
