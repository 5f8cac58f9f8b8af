//! `status`: arguments and help.

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

pub(super) const AFTER_HELP: &str = "\
What it calls active is what token prints, and what run and env use. An end is told where you noted one when you signed in: Notion does \
not tell.

Examples:
  notion-auth status                                 all credentials, without asking Notion
  notion-auth status --check                         ask Notion about each
  notion-auth status --json                          the same for a program

It ends with 0 where a credential is active; with --check, where Notion takes it too. It ends with 4 where none is, or Notion refuses it, \
and with 5 where Notion cannot be reached.";
