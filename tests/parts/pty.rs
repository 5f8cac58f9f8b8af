//! Needs what its modules name: the wizard in a terminal, with the real programs that it works with.
#![cfg(unix)]

mod connection;
mod login;
mod sign_in;
mod workers;

use crate::support::wizard::{FIRST, WIDE, shows};
