//! The lines themselves, without a terminal.
