//! `token`: the active secret.

use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct TokenArgs {
    /// The credential of this workspace (name or id) rather than the active one
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
}
