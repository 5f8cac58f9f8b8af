//! `status`: all credentials, which one is active and why. Local, unless Notion is to be asked about each.
//!
//! It resolves as `token` does, so what it calls active is what `token` prints.

mod listing;
mod report;

use crate::cli::StatusArgs;
use crate::domain::credential::{ExistingSource, StoreKind};
use crate::domain::problem::Problem;
use crate::frontends::console::{Console, DONE};
use crate::runtime::ports::World;
use futures_util::future;
use jiff::civil::Date;
use listing::{Listed, Listing};

pub async fn run(args: &StatusArgs, today: Date, world: &World, console: &mut Console) -> u8 {
    let mut listing = listing::take(world).await;
    if args.check {
        let answers = future::join_all(listing.credentials.iter().map(|credential| ask_notion(credential, world))).await;
        for (credential, answer) in listing.credentials.iter_mut().zip(answers) {
            credential.answer = answer;
        }
    }
    if args.json {
        console.json(&report::document(&listing));
    } else {
        report::write(&listing, today, console);
        for problem in &listing.troubles {
            console.problem(problem);
        }
    }
    exit_code(&listing, args.json, console)
}

/// Each by itself: a slow or refused one says nothing of the others.
async fn ask_notion(credential: &Listed, world: &World) -> Option<listing::Answer> {
    // What was signed in to here is tried all the same: where it was looked for in vain is worth knowing.
    if !credential.readable && !credential.is_ours {
        return None;
    }
    let secret = match (&credential.source, credential.store) {
        (ExistingSource::Environment, _) => world.machine.environment_secret().await,
        (ExistingSource::Ours(account), Some(StoreKind::Ntn)) => world.machine.ntn_secret(account.workspace.clone()).await,
        (ExistingSource::Ours(account), _) => world.store.load(account.clone()).await.map(|secrets| secrets.token),
        (ExistingSource::Ntn { workspace }, _) => world.machine.ntn_secret(workspace.clone()).await,
    };
    Some(match secret {
        Ok(secret) => world.notion.whoami(secret).await,
        Err(problem) => Err(problem),
    })
}

/// The active credential decides; trouble elsewhere was told and changes nothing.
fn exit_code(listing: &Listing, json: bool, console: &mut Console) -> u8 {
    match &listing.active {
        Ok(active) => active_problem(listing, *active).map_or(DONE, Problem::exit_code),
        // The document says it in its own words, and the reader of a document reads no talk.
        Err(problem) if json => problem.exit_code(),
        Err(problem) => console.problem(problem),
    }
}

fn active_problem(listing: &Listing, active: usize) -> Option<&Problem> {
    listing.credentials.get(active)?.answer.as_ref()?.as_ref().err()
}
