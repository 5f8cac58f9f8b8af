//! `hand-to`: the secret goes to the secret manager that a team already runs.

use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct HandToArgs {
    /// The credential of this workspace (name or id) rather than the active one
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
}
