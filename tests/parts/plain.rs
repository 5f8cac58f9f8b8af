//! Needs what its modules name: plain mode with the real programs that it works with.
#![cfg(unix)]

mod login;
mod token;
mod workers;

use crate::support::conversation::{FIRST, PlainConversation, WIDE, accept};
