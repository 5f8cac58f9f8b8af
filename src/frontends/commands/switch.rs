//! `switch`: makes another saved credential the active one, and reports what that affects and what it does not.

use super::chosen::settled;
use crate::cli::SwitchArgs;
use crate::domain::accounts::{named, switched};
use crate::domain::problem::Problem;
use crate::frontends::console::{Console, DONE};
use crate::runtime::accounts;
use crate::runtime::ports::World;

pub async fn run(args: &SwitchArgs, world: &World, console: &mut Console) -> u8 {
    match switch(args, world, console).await {
        Ok(()) => DONE,
        Err(problem) => console.problem(&problem),
    }
}

async fn switch(args: &SwitchArgs, world: &World, console: &mut Console) -> Result<(), Problem> {
    let ledger = accounts::ledger(world).await?;
    let record = settled(named(&ledger, &args.workspace), &ledger, console)?;
    let was_active = ledger.active.as_ref() == Some(&record.account);
    if !was_active {
        accounts::switch(&record.account, world).await?;
    }
    // A problem with other sources does not fail the switch; `status` reports it.
    let (existing, _) = world.machine.existing().await.unwrap_or_default();
    console.tell(&switched(record, was_active, &existing, &ledger));
    Ok(())
}
