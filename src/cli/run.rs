//! `run`: a command with the credential in its environment.

use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct RunArgs {
    /// The credential of this workspace (name or id) rather than the active one
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
    /// The command and its arguments, after --
    #[arg(value_name = "CMD", required = true, last = true)]
    pub command: Vec<std::ffi::OsString>,
}
