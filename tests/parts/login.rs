//! Needs what its modules name: the built binary without a terminal, with the real programs that it works with.
#![cfg(unix)]

mod browser;
mod doctor;
mod sign_in;
