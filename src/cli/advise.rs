//! `advise`: the path that fits, and what this person may create.

use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct AdviseArgs {
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}
