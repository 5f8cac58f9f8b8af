//! The commands without a screen. Each is one function: its arguments, the ports it needs and a console in, an exit
//! code out. None of them asks anything; where an answer is missing it says which, and exits with 3.

pub mod ask;
mod choice;
pub mod logout;
pub mod paths;
pub mod refresh;
mod statement;
pub mod status;
pub mod token;
