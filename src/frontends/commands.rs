//! The commands without a screen. Each is one function: its arguments, the ports it needs and a console in, an exit
//! code out. None of them asks anything; where an answer is missing it says which, and exits with 3.

pub mod advise;
mod choice;
mod chosen;
pub mod completions;
pub mod env;
pub mod logout;
pub mod paths;
pub mod refresh;
pub mod run;
pub mod status;
pub mod token;
