//! `token`: prints the active secret, and nothing else, to standard output, for `$(…)`. It sends nothing to Notion.

use super::chosen::Chosen;
use crate::cli::TokenArgs;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::frontends::console::{Console, DONE};
use crate::runtime::ports::World;
use jiff::civil::Date;

pub async fn run(args: &TokenArgs, today: Date, world: &World, console: &mut Console) -> u8 {
    match secret(args, today, world, console).await {
        Ok(secret) => {
            console.secret(&secret);
            DONE
        }
        Err(problem) => console.problem(&problem),
    }
}

async fn secret(args: &TokenArgs, today: Date, world: &World, console: &mut Console) -> Result<Secret, Problem> {
    let chosen = Chosen::find(args.workspace.as_deref(), world, console).await?;
    let secret = chosen.secret(world).await?;
    chosen.remind(today, console);
    Ok(secret)
}
