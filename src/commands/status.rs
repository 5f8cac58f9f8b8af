//! `status`: lists all credentials, which one is active, and why. It is local unless `--check` asks Notion about each.
//!
//! It selects as `token` does, so the active credential is the one that `token` prints.

mod report;

use crate::domain::accounts::CredentialList;
use crate::domain::problem::Problem;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::accounts;
use crate::runtime::ports::World;
use clap::Args;
use futures_util::future;
use jiff::civil::Date;

/// Show all credentials, which one is active, and why
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct StatusArgs {
    /// Ask Notion about each credential; without it nothing leaves this machine
    #[arg(long)]
    pub check: bool,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

pub async fn run(args: &StatusArgs, today: Date, world: &World, console: &mut Console) -> u8 {
    let mut listing = accounts::list_credentials(world).await;
    if args.check {
        // Each request is independent: one that is slow or refused does not affect the others.
        let asked = listing.credentials.iter().map(|credential| accounts::verify_with_notion(credential, world));
        let answers = future::join_all(asked).await;
        for (credential, answer) in listing.credentials.iter_mut().zip(answers) {
            if let (Some(Ok(identity)), Some(record)) = (&answer, &credential.record) {
                accounts::identify(record, identity, world).await;
            }
            credential.answer = answer;
        }
    }
    if args.json {
        console.write_json(&report::json_report(&listing, today));
    } else {
        report::write(&listing, today, console);
        for problem in &listing.problems {
            console.write_problem(problem);
        }
    }
    exit_code(&listing, args.json, console)
}

/// The active credential decides the exit code; problems elsewhere are only reported.
fn exit_code(listing: &CredentialList, json: bool, console: &mut Console) -> u8 {
    match &listing.active {
        Ok(active) => active_problem(listing, *active).map_or(EXIT_SUCCESS, Problem::exit_code),
        // The JSON report contains the problem already.
        Err(problem) if json => problem.exit_code(),
        Err(problem) => console.write_problem(problem),
    }
}

fn active_problem(listing: &CredentialList, active: usize) -> Option<&Problem> {
    listing.credentials.get(active)?.answer.as_ref()?.as_ref().err()
}

const AFTER_HELP: &str = "\
What it calls active is what token prints, and what run and env use. An end is told where you noted one when you signed in: Notion does \
not tell.

Examples:
  notion-auth status                                 all credentials, without asking Notion
  notion-auth status --check                         ask Notion about each
  notion-auth status --json                          the same for a program

It ends with 0 where a credential is active; with --check, where Notion takes it too. It ends with 4 where none is, or Notion refuses it, \
and with 5 where Notion cannot be reached.";
