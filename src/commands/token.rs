//! `token`: prints the active secret, and nothing else, to standard output, for `$(…)`. It sends nothing to Notion.

use super::selection::SelectedCredential;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::ports::World;
use clap::Args;
use jiff::civil::Date;

/// Print the active token to stdout, for use in $(…)
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct TokenArgs {
    /// Use this workspace's credential instead of the active one (name, ID or key)
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
}

pub async fn run(args: &TokenArgs, today: Date, world: &World, console: &mut Console) -> u8 {
    match load_secret(args, today, world, console).await {
        Ok(secret) => {
            console.write_secret(&secret);
            EXIT_SUCCESS
        }
        Err(problem) => console.write_problem(&problem),
    }
}

async fn load_secret(args: &TokenArgs, today: Date, world: &World, console: &mut Console) -> Result<Secret, Problem> {
    let selected = SelectedCredential::select(args.workspace.as_deref(), world, console).await?;
    let secret = selected.secret(world).await?;
    selected.warn_if_expiring(today, console);
    Ok(secret)
}

const AFTER_HELP: &str = "\
Prints only the token to stdout, without contacting Notion. From two weeks before the expiry date you entered, one line on stderr reminds you, if it is a terminal.

If neither --workspace nor NOTION_API_TOKEN is set, NOTION_WORKSPACE_ID selects the workspace. The command fails if that workspace has no \
saved credential, or if NOTION_API_TOKEN contains a saved token of another workspace. W can also be a key as shown by `status`, or its \
beginning. If W matches several credentials, you are asked to choose; without a terminal, token exits with 3.

Examples:
  export NOTION_API_TOKEN=\"$(notion-auth token)\"     use it in this shell
  notion-auth token --workspace Acme                 another workspace's token

Exit status: 0 on success, 3 if the name matches several credentials, 4 if you're not signed in or the name matches none.";
