//! `status`: lists all credentials, which one is active, and why. It is local unless `--check` asks Notion about each.
//!
//! It selects as `token` does, so the active credential is the one that `token` prints.

mod report;

use crate::cli::StatusArgs;
use crate::domain::accounts::Listing;
use crate::domain::problem::Problem;
use crate::frontends::console::{Console, DONE};
use crate::runtime::accounts;
use crate::runtime::ports::World;
use futures_util::future;
use jiff::civil::Date;

pub async fn run(args: &StatusArgs, today: Date, world: &World, console: &mut Console) -> u8 {
    let mut listing = accounts::listing(world).await;
    if args.check {
        // Each request is independent: one that is slow or refused does not affect the others.
        let asked = listing.credentials.iter().map(|credential| accounts::ask_notion(credential, world));
        let answers = future::join_all(asked).await;
        for (credential, answer) in listing.credentials.iter_mut().zip(answers) {
            if let (Some(Ok(identity)), Some(record)) = (&answer, &credential.record) {
                accounts::identify(record, identity, world).await;
            }
            credential.answer = answer;
        }
    }
    if args.json {
        console.json(&report::document(&listing, today));
    } else {
        report::write(&listing, today, console);
        for problem in &listing.troubles {
            console.problem(problem);
        }
    }
    exit_code(&listing, args.json, console)
}

/// The active credential decides the exit code; problems elsewhere are only reported.
fn exit_code(listing: &Listing, json: bool, console: &mut Console) -> u8 {
    match &listing.active {
        Ok(active) => active_problem(listing, *active).map_or(DONE, Problem::exit_code),
        // The JSON report contains the problem already.
        Err(problem) if json => problem.exit_code(),
        Err(problem) => console.problem(problem),
    }
}

fn active_problem(listing: &Listing, active: usize) -> Option<&Problem> {
    listing.credentials.get(active)?.answer.as_ref()?.as_ref().err()
}
