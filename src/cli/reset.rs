//! `reset`: everything that notion-auth keeps on this machine is removed.

use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct ResetArgs {
    /// Only say what would be removed
    #[arg(long)]
    pub dry_run: bool,
}
