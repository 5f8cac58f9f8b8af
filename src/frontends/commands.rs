//! The commands without a screen. Each is one function: its arguments, the ports it needs and a console in, an exit
//! code out. Where an answer is missing it says which, and exits with 3; only `reset` asks one, at a terminal.

pub mod advise;
pub mod ask;
mod chosen;
pub mod completions;
pub mod doctor;
pub mod env;
pub mod hand_to;
pub mod logout;
pub mod paths;
pub mod refresh;
pub mod reset;
pub mod run;
mod statement;
pub mod status;
pub mod switch;
pub mod token;
