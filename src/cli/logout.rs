//! `logout`: arguments and help.

use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct LogoutArgs {
    /// The workspace (name or id); not needed where only one is kept
    #[arg(value_name = "W", conflicts_with = "all")]
    pub workspace: Option<String>,
    /// Everything that notion-auth keeps
    #[arg(long)]
    pub all: bool,
    /// Ask Notion nothing: the tokens of an own connection are not revoked
    #[arg(long)]
    pub local_only: bool,
}

pub(super) const AFTER_HELP: &str = "\
Where W is not given, NOTION_WORKSPACE_ID selects the credential of that workspace; where several are left, you are asked which on a \
terminal, and it ends with 3 elsewhere.

The tokens of an own OAuth connection are revoked at Notion first. Where Notion cannot be reached nothing is deleted, so that it can be \
tried again; where it refuses, they are deleted here and the page to disconnect them is named. An API token can only be revoked in the \
portal, and a login of ntn is ntn's own.

Ctrl-C ends the wait for a dialog of the keychain, with 130: what is known of the entry is said. A second one ends at once.

Examples:
  notion-auth logout                                 the only one that is kept
  notion-auth logout Acme                            the one of this workspace
  notion-auth logout --all --local-only              everything, without asking Notion";
