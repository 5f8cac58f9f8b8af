//! A team profile on the command line: the commands with fakes, the files with the real adapter, and the built binary.

mod commands;
#[cfg(unix)]
mod files;
mod login;
mod parsing;
#[cfg(unix)]
mod program;
