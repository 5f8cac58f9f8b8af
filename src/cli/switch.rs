//! `switch`: arguments and help.

use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct SwitchArgs {
    /// The workspace (name or id), or the account as `status` and `logout` write it
    #[arg(value_name = "W")]
    pub workspace: String,
}

pub(super) const AFTER_HELP: &str = "\
The active credential is the one that token, run and env use where no workspace is named. NOTION_API_TOKEN, where it is set, still goes \
before it; ntn's own default workspace is ntn's; programs that run already keep what they were given. Where W fits \
several, you are asked which on a terminal; elsewhere it ends with 3 and lists the key of each, such as token@1f3a9c2b. \
NOTION_WORKSPACE_ID, where it is set, goes before what is active.

Examples:
  notion-auth switch Acme                            from now on
  notion-auth token --workspace Acme                 for one command alone

It ends with 0 once the change was read back, with 3 where the name fits several, and with 4 where it fits none.";
