//! The built binary in a terminal: the roads a person walks, and how the terminal is given back at the end of each.
#![cfg(unix)]

mod accounts;
mod clipboard;
mod connection;
mod cursor;
mod demo;
mod exits;
mod fragmented_input;
mod install;
mod output_bytes;
mod panics;
mod printed_link;
mod sign_in;
mod sizes;
mod suspend;
mod test_terminal;
mod token_field;

use crate::support::wizard::{FIRST, WIDE, all_found, at_the_field, demo, ended, leave, shows, to_the_field};
