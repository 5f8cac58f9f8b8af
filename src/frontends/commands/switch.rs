//! `switch`: makes another saved credential the active one, and reports what that affects and what it does not.

use super::selection::resolve_ambiguity;
use crate::cli::SwitchArgs;
use crate::domain::accounts::{find_credential, switch_message};
use crate::domain::problem::Problem;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::accounts;
use crate::runtime::ports::World;

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
