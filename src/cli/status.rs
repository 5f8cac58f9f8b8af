//! `status`: all credentials.

use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct StatusArgs {
    /// Ask Notion about each credential; without it nothing leaves this machine
    #[arg(long)]
    pub check: bool,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}
