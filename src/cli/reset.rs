//! `reset`: arguments and help.

use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct ResetArgs {
    /// Only say what would be removed; nothing is touched
    #[arg(long)]
    pub dry_run: bool,
    /// Agree beforehand: without a terminal nobody can be asked
    #[arg(long, conflicts_with = "dry_run")]
    pub yes: bool,
    /// Write what would be removed as JSON
    #[arg(long, requires = "dry_run")]
    pub json: bool,
}

pub(super) const AFTER_HELP: &str = "\
Removes our entries in the keychain and our files, readable or not. Empty lock files stay in our folder: while one is replaced, two \
commands could write at once. It follows no link, and leaves alone what notion-auth did not make: NOTION_API_TOKEN, and all of ntn's. Nothing is revoked: a token stays good at Notion until it is \
revoked there, and what can be revoked from here is by `notion-auth logout --all`, before the reset.

Examples:
  notion-auth reset --dry-run                        what would be removed
  notion-auth reset --dry-run --json                 the same for a program
  notion-auth reset --yes                            remove it without being asked

It ends with 0 once nothing of it is found any more, with 3 where agreement is missing and no one can be asked, with 6 where something \
could not be looked into or removed, and with 130 where the answer was no.";
