//! `status`: lists all credentials, which one is active, and why. It is local unless `--check` asks Notion about each.
//!
//! It selects as `token` does, so the active credential is the one that `token` prints.

mod report;

use crate::domain::credentials::{Active, Entry, Inventory};
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
    let mut inventory = accounts::find_credentials(world).await;
    accounts::compare_variables(&mut inventory, world).await;
    if args.check {
        // Each request is independent: one that is slow or refused does not affect the others.
        let asked = inventory.entries.iter().map(|entry| accounts::verify_with_notion(entry, world));
        let answers = future::join_all(asked).await;
        for (entry, answer) in inventory.entries.iter_mut().zip(answers) {
            if let (Some(Ok(identity)), Some(record)) = (&answer, &entry.record) {
                accounts::identify(record, identity, world).await;
            }
            entry.answer = answer;
        }
    }
    let storage = world.store.inspect_storage().await.ok();
    let unsearched = storage.as_ref().and_then(|state| state.search_problem.as_ref());
    if args.json {
        console.write_json(&report::json_report(&inventory, storage.as_ref(), today));
    } else {
        report::write(&inventory, today, console);
        report::write_leftovers(storage.as_ref(), console);
        if let Some(problem) = unsearched {
            console.write_problem(problem);
        }
        for problem in inventory.other_problems() {
            console.write_problem(problem);
        }
    }
    exit_code(&inventory, args.json, console)
}

/// The active credential decides the exit code; problems elsewhere are only reported.
fn exit_code(inventory: &Inventory, json: bool, console: &mut Console) -> u8 {
    match inventory.working() {
        Ok(Active { entry: Entry { answer: Some(Err(problem)), .. }, .. }) => problem.exit_code(),
        Ok(_) => EXIT_SUCCESS,
        // The JSON report contains the problem already.
        Err(none) if json => none.problem.exit_code(),
        Err(none) => console.write_problem(&none.problem),
    }
}

const AFTER_HELP: &str = "\
What it calls active is what token prints, and what run and env use. An end is told where you noted one when you signed in: Notion does \
not tell. Other variables that programs read a token from, such as NOTION_TOKEN, are listed and are never active by themselves.

Examples:
  notion-auth status                                 all credentials, without asking Notion
  notion-auth status --check                         ask Notion about each
  notion-auth status --json                          the same for a program

It ends with 0 where a credential is active; with --check, where Notion takes it too. It ends with 4 where none is, or Notion refuses it, \
and with 5 where Notion cannot be reached.";
