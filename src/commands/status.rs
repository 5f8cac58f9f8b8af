//! `status`: lists all credentials, which one is active, and why. It is local unless `--check` asks Notion about each.
//!
//! It selects as `token` does, so the active credential is the one that `token` prints.

mod report;

use crate::domain::credentials::{Active, Entry, Inventory, TokenPurpose};
use crate::domain::problem::{Problem, ProblemCode};
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::accounts;
use crate::runtime::ports::World;
use clap::Args;
use futures_util::future;
use jiff::civil::Date;

/// List all credentials, and which one is active
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct StatusArgs {
    /// Verify each credential with Notion; without it, nothing is sent
    #[arg(long)]
    pub check: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

pub async fn run(args: &StatusArgs, today: Date, world: &World, console: &mut Console) -> u8 {
    let mut inventory = accounts::find_credentials(world).await;
    accounts::compare_variables(&mut inventory, world).await;
    if args.check {
        // Each request is independent: one that is slow or refused does not affect the others.
        let checks = inventory.entries.iter().map(|entry| accounts::verify_with_notion(entry, world));
        let answers = future::join_all(checks).await;
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
        // A sign-in to Notion MCP is all there is, and nothing is wrong with that.
        Err(none) if none.problem.code == ProblemCode::McpOnly => mcp_exit_code(inventory),
        // The JSON report contains the problem already.
        Err(none) if json => none.problem.exit_code(),
        Err(none) => console.write_problem(&none.problem),
    }
}

fn mcp_exit_code(inventory: &Inventory) -> u8 {
    let active = inventory.index.active_for(TokenPurpose::Mcp).and_then(|record| inventory.entry_of(&record.account));
    let refused = active.and_then(|entry| entry.answer.as_ref()?.as_ref().err());
    refused.map_or(EXIT_SUCCESS, Problem::exit_code)
}

const AFTER_HELP: &str = "\
The active credential is the one that token, run and env use. Notion MCP has its own active sign-in, which `notion-auth mcp` uses. An \
expiry date is shown if you entered one when you signed in; Notion doesn't report it. Variables such as NOTION_TOKEN, which other programs read, are listed but never active.

Examples:
  notion-auth status                                 all credentials, without contacting Notion
  notion-auth status --check                         verify each one with Notion
  notion-auth status --json                          JSON for programs

Exit status: 0 if a credential is active and, with --check, Notion accepts it; 4 if none is active or Notion refuses it; 5 if Notion \
can't be reached.";
