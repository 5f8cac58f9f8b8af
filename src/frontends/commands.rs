//! The commands without a screen. Each is a function from its arguments, the ports it needs and a console to an exit code.
//! If required input is missing, the command names it and exits with 3. Commands prompt only at a terminal.

pub mod advise;
pub mod ask;
mod claim;
pub mod completions;
pub mod doctor;
pub mod env;
pub mod logout;
pub mod paths;
pub mod refresh;
pub mod reset;
pub mod run;
mod selection;
pub mod send_to;
pub mod status;
pub mod switch;
pub mod token;
