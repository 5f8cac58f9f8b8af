//! `refresh`: arguments and help.

use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct RefreshArgs {
    /// The credential of this workspace (name or id), or with this key, rather than the active one
    #[arg(value_name = "W")]
    pub workspace: Option<String>,
}

pub(super) const AFTER_HELP: &str = "\
Notion's tokens say nothing of an end; each refresh makes the pair before it worthless. Several at once do no harm: one asks Notion, \
and the others find what it kept.

Examples:
  notion-auth refresh                                the active credential
  notion-auth refresh Acme                           the one of this workspace

It ends with 0 where a newer pair is kept, by this or by another notion-auth, with 4 where Notion refused, and with 1 where there is \
nothing to refresh: an API token and a login of ntn are not refreshed here.";
