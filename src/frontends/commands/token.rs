//! `token`: prints the active secret, and nothing else, to standard output, for `$(…)`. It sends nothing to Notion.

use super::selection::SelectedCredential;
use crate::cli::TokenArgs;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::ports::World;
use jiff::civil::Date;

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
    let chosen = SelectedCredential::select(args.workspace.as_deref(), world, console).await?;
    let secret = chosen.secret(world).await?;
    chosen.warn_if_expiring(today, console);
    Ok(secret)
}
