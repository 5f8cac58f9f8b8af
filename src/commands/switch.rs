//! `switch`: makes another saved credential the active one, and reports what that affects and what it does not.

use super::selection::resolve_ambiguity;
use crate::domain::credentials::{TokenPurpose, find_credential, switch_message};
use crate::domain::problem::Problem;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::accounts;
use crate::runtime::ports::World;
use clap::Args;

/// Make another workspace's credential the active one
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct SwitchArgs {
    /// The workspace (name or ID), or an account as shown by `status`
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
    let record =
        resolve_ambiguity(find_credential(&inventory.index, &args.workspace, TokenPurpose::Any), &inventory.index, console)?;
    let was_active = inventory.index.is_marked(&record.account);
    if !was_active {
        accounts::switch(&record.account, world).await?;
    }
    console.write_lines(&switch_message(record, was_active, &inventory));
    Ok(())
}

const AFTER_HELP: &str = "\
token, run and env use the active credential unless you name a workspace. Notion MCP has its own active sign-in, which \
`notion-auth mcp` uses; switching to one changes nothing else. NOTION_API_TOKEN and NOTION_WORKSPACE_ID take precedence if they are set. \
ntn's default workspace and programs that are already running don't change.

If W matches several credentials, you are asked to choose; without a terminal, switch exits with 3 and lists the key of each, such as \
token@1f3a9c2b.

Examples:
  notion-auth switch Acme                            make Acme active
  notion-auth token --workspace Acme                 use Acme for one command only

Exit status: 0 if the change was confirmed, 3 if the name matches several credentials, 4 if it matches none.";
