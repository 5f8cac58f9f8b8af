//! The plain twin: the whole wizard in lines, with the built binary in a terminal, and the lines themselves without one.
#![cfg(unix)]

mod activation;
mod connection;
mod exits;
mod install;
mod lines;
mod panics;
mod rotate;
mod send;
mod token;

use crate::support::conversation::{FIRST, PlainConversation, WIDE, accept};
