//! `token`: the active secret on standard output, and nothing else there, for `$(…)`. Asks neither Notion nor anyone.

use super::choice;
use crate::cli::TokenArgs;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::frontends::console::{Console, DONE};
use crate::runtime::ports::World;

pub async fn run(args: &TokenArgs, world: &World, console: &mut Console) -> u8 {
    match secret(args, world).await {
        Ok(secret) => {
            console.secret(&secret);
            DONE
        }
        Err(problem) => console.problem(&problem),
    }
}

/// The variable goes before what is kept, unless a workspace is named.
async fn secret(args: &TokenArgs, world: &World) -> Result<Secret, Problem> {
    let from_environment = match args.workspace {
        None => choice::environment_secret(world).await?,
        Some(_) => None,
    };
    if let Some(secret) = from_environment {
        return Ok(secret);
    }
    let ledger = world.store.ledger().await?;
    let record = match &args.workspace {
        Some(wanted) => choice::named(&ledger, wanted)?,
        None => choice::active(&ledger)?,
    };
    choice::secret(record, world).await
}
