//! `token`: prints the active secret, and nothing else, to standard output, for `$(…)`. It sends nothing to Notion.

use super::selection::SelectedCredential;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::ports::World;
use clap::Args;
use jiff::civil::Date;

/// Print the active token on standard output, for $(…)
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct TokenArgs {
    /// The credential of this workspace (name or id), or with this key, rather than the active one
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
The secret alone goes to standard output. Asks neither Notion nor anyone. In the last week before the end that you noted, and after it, \
one line on standard error says so.

NOTION_WORKSPACE_ID selects the credential of that workspace, where neither --workspace nor NOTION_API_TOKEN says otherwise; where nothing \
of it is kept, or NOTION_API_TOKEN holds a kept token of another workspace, the command fails. W may also be a key as `status` shows it, or its beginning. Where W fits several, you are asked which on \
a terminal, and it ends with 3 elsewhere.

Examples:
  export NOTION_API_TOKEN=\"$(notion-auth token)\"     hand it to this shell's programs
  notion-auth token --workspace Acme                 that of another workspace

It ends with 0, with 3 where the name fits several, and with 4 where no credential is in use or the name fits none.";
