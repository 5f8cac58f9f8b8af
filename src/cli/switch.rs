//! `switch`: another credential becomes the active one.

use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct SwitchArgs {
    /// The workspace (name or id)
    #[arg(value_name = "W")]
    pub workspace: String,
}
