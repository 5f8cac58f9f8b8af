//! `switch`: makes another saved credential the active one, and reports what that affects and what it does not.

use super::selection::resolve_ambiguity;
use crate::domain::credentials::{find_credential, switch_message};
use crate::domain::problem::Problem;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::accounts;
use crate::runtime::ports::World;
use clap::Args;

/// Make another workspace's credential the active one
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct SwitchArgs {
    /// The workspace (name or id), or the account as `status` and `logout` write it
    #[arg(value_name = "W")]
    pub workspace: String,
}

pub async fn run(args: &SwitchArgs, world: &World, console: &mut Console) -> u8 {
    match switch(args, world, console).await {
        Ok(()) => EXIT_SUCCESS,
        Err(problem) => console.write_problem(&problem),
    }
}

async fn switch(args: &SwitchArgs, world: &World, console: &mut Console) -> Result<(), Problem> {
    // A problem with another source does not fail the switch; `status` reports it.
    let inventory = accounts::find_credentials(world).await;
    if let Some(problem) = inventory.index_problem {
        return Err(problem);
    }
    let record = resolve_ambiguity(find_credential(&inventory.index, &args.workspace), &inventory.index, console)?;
    let was_active = inventory.index.active.as_ref() == Some(&record.account);
    if !was_active {
        accounts::switch(&record.account, world).await?;
    }
    console.write_lines(&switch_message(record, was_active, &inventory));
    Ok(())
}

const AFTER_HELP: &str = "\
The active credential is the one that token, run and env use where no workspace is named. NOTION_API_TOKEN, where it is set, still goes \
before it; ntn's own default workspace is ntn's; programs that run already keep what they were given. Where W fits \
several, you are asked which on a terminal; elsewhere it ends with 3 and lists the key of each, such as token@1f3a9c2b. \
NOTION_WORKSPACE_ID, where it is set, goes before what is active.

Examples:
  notion-auth switch Acme                            from now on
  notion-auth token --workspace Acme                 for one command alone

It ends with 0 once the change was read back, with 3 where the name fits several, and with 4 where it fits none.";
