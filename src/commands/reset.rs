//! `reset`: removes everything that notion-auth stores on this machine, after confirmation. It sends nothing to Notion.

use crate::domain::credentials::{RemainingCredentials, StoredData, StoredItem};
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::frontends::console::{Console, EXIT_SUCCESS, problem_json};
use crate::frontends::stdin;
use crate::runtime::accounts;
use crate::runtime::ports::World;
use clap::Args;
use serde_json::json;

/// Remove everything that notion-auth keeps on this machine
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct ResetArgs {
    /// Only say what would be removed; nothing is touched
    #[arg(long)]
    pub dry_run: bool,
    /// Agree beforehand: without a terminal nobody can be asked
    #[arg(long, conflicts_with = "dry_run")]
    pub yes: bool,
    /// Write what would be removed as JSON
    #[arg(long, requires = "dry_run")]
    pub json: bool,
}

/// `ask` prompts for confirmation; it is `None` without a terminal.
pub async fn run(args: &ResetArgs, world: &World, confirm: Option<impl FnOnce(&mut Console) -> bool>, console: &mut Console) -> u8 {
    let stored_data = match world.store.find_stored_data().await {
        Ok(stored_data) => stored_data,
        Err(problem) => return console.write_problem(&problem),
    };
    if args.dry_run {
        return dry_run(args, &stored_data, console);
    }
    if stored_data.is_empty() {
        console.write_lines(&stored_data.lines());
        return exit_code(&stored_data.problems);
    }
    if !args.yes {
        let Some(confirm) = confirm else {
            return console
                .write_problem(&Problem::needed(MissingInput::Consent, "agree with --yes, or look first with --dry-run"));
        };
        console.write_lines(&stored_data.lines());
        print_still_valid(&stored_data, console);
        if !confirm(console) {
            console.write_message("Nothing was removed.");
            return Problem::new(ProblemCode::Cancelled).exit_code();
        }
    }
    let removed = match world.store.remove_stored_data(stored_data.clone()).await {
        Ok(removed) => removed,
        Err(problem) => return console.write_problem(&problem),
    };
    for item in &removed.removed {
        console.write_message_unwrapped(&format!("removed {}", describe_item(item)));
    }
    for problem in &removed.problems {
        console.write_problem(problem);
    }
    let without_problems = StoredData { problems: Vec::new(), ..stored_data.clone() };
    console.write_lines(&without_problems.kept_items());
    if args.yes {
        print_still_valid(&stored_data, console);
    }
    print_other_credentials(world, console).await;
    if removed.problems.is_empty() {
        console.write_message("notion-auth keeps nothing on this machine any more.");
    }
    exit_code(&removed.problems)
}

/// Prompts for confirmation on the terminal.
pub fn confirm(console: &mut Console) -> bool {
    console.write_message("Remove all of it? Type yes and press Enter; anything else removes nothing.");
    stdin::read_answer().is_ok_and(|answer| answer == "yes")
}

/// Prints what would be removed to standard output, and changes nothing.
fn dry_run(args: &ResetArgs, stored_data: &StoredData, console: &mut Console) -> u8 {
    if args.json {
        let problems: Vec<_> = stored_data.problems.iter().map(problem_json).collect();
        let accounts: Vec<_> = stored_data.records.iter().map(|record| record.account.key()).collect();
        console.write_json(&json!({
            "schema": 1, "removes": stored_data.removable, "stays": stored_data.foreign_items, "locks": stored_data.lock_files, "not_revoked": accounts, "note": stored_data.caveat,
            "problems": problems,
        }));
        return exit_code(&stored_data.problems);
    }
    for item in &stored_data.removable {
        console.write_data(&format!("would remove {}", describe_item(item)));
    }
    if stored_data.is_empty() {
        console.write_message("notion-auth keeps nothing on this machine.");
    }
    console.write_lines(&stored_data.kept_items());
    print_still_valid(stored_data, console);
    exit_code(&stored_data.problems)
}

fn describe_item(item: &StoredItem) -> String {
    format!("{}: {}", item.kind.name(), item.place)
}

fn print_still_valid(stored_data: &StoredData, console: &mut Console) {
    console.write_lines(&stored_data.still_valid_at_notion());
}

/// Prints the credentials that `reset` leaves alone: the variable and `ntn`'s logins.
async fn print_other_credentials(world: &World, console: &mut Console) {
    let inventory = accounts::find_credentials(world).await;
    console.write_lines(&RemainingCredentials { inventory: &inventory, logged_out: &[] }.lines());
}

fn exit_code(problems: &[Problem]) -> u8 {
    problems.first().map_or(EXIT_SUCCESS, Problem::exit_code)
}

const AFTER_HELP: &str = "\
Removes our entries in the keychain and our files, readable or not. Empty lock files stay in our folder: while one is replaced, two \
commands could write at once. It follows no link, and leaves alone what notion-auth did not make: NOTION_API_TOKEN, and all of ntn's. Nothing is revoked: a token stays good at Notion until it is \
revoked there, and what can be revoked from here is by `notion-auth logout --all`, before the reset.

Examples:
  notion-auth reset --dry-run                        what would be removed
  notion-auth reset --dry-run --json                 the same for a program
  notion-auth reset --yes                            remove it without being asked

It ends with 0 once nothing of it is found any more, with 3 where agreement is missing and no one can be asked, with 6 where something \
could not be looked into or removed, and with 130 where the answer was no.";
