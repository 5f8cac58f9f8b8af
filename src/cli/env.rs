//! `env`: lines to paste into a shell, a file or a pipeline.

use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct EnvArgs {
    /// The credential of this workspace (name or id) rather than the active one
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
}
