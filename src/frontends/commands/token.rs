//! `token`: the active secret on standard output, and nothing else there, for `$(…)`. Asks neither Notion nor anyone.

use super::choice;
use crate::cli::TokenArgs;
use crate::domain::accounts::reminder;
use crate::domain::credential::CredentialRecord;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::frontends::console::{Console, DONE};
use crate::runtime::ports::World;
use jiff::civil::Date;

pub async fn run(args: &TokenArgs, today: Date, world: &World, console: &mut Console) -> u8 {
    match secret(args, world).await {
        Ok((secret, record)) => {
            if let Some(record) = record {
                remind(&record, today, console);
            }
            console.secret(&secret);
            DONE
        }
        Err(problem) => console.problem(&problem),
    }
}

/// One line of talk, where its end is near or past: whoever runs the command sees it, and `$(…)` does not.
pub(super) fn remind(record: &CredentialRecord, today: Date, console: &mut Console) {
    if let Some(reminder) = record.expires_on.and_then(|end| reminder(end, today)) {
        console.say_whole(&format!("notion-auth: the token for {}: {reminder}.", choice::workspace_name(record)));
    }
}

/// The variable goes before what is kept, unless a workspace is named. What is kept comes with what is written down about it.
async fn secret(args: &TokenArgs, world: &World) -> Result<(Secret, Option<CredentialRecord>), Problem> {
    let from_environment = match args.workspace {
        None => choice::environment_secret(world).await?,
        Some(_) => None,
    };
    if let Some(secret) = from_environment {
        return Ok((secret, None));
    }
    let ledger = world.store.ledger().await?;
    let record = match &args.workspace {
        Some(wanted) => choice::named(&ledger, wanted)?,
        None => choice::active(&ledger)?,
    };
    choice::secret(record, world).await.map(|secret| (secret, Some(record.clone())))
}
