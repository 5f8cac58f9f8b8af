//! `reset`: removes everything that notion-auth stores on this machine, after confirmation. It sends nothing to Notion.

use crate::domain::credentials::{RemainingCredentials, StoredData, StoredItem};
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::frontends::console::{Console, EXIT_SUCCESS, problem_json};
use crate::frontends::stdin;
use crate::runtime::accounts;
use crate::runtime::ports::World;
use clap::Args;
use serde_json::json;

/// Remove everything notion-auth stores on this machine
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct ResetArgs {
    /// Show what would be removed, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Don't ask for confirmation (required without a terminal)
    #[arg(long, conflicts_with = "dry_run")]
    pub yes: bool,
    /// Print JSON
    #[arg(long, requires = "dry_run")]
    pub json: bool,
}

/// `confirm` prompts for confirmation; it is `None` without a terminal.
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
            return console.write_problem(&Problem::needed(
                MissingInput::Consent,
                "Add --yes to confirm, or --dry-run to see what would be removed.",
            ));
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
        console.write_message("notion-auth no longer stores anything on this machine.");
    }
    exit_code(&removed.problems)
}

/// Prompts for confirmation on the terminal.
pub fn confirm(console: &mut Console) -> bool {
    console.write_message("Remove all of it? Type yes and press Enter; any other answer cancels.");
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
        console.write_message("notion-auth stores nothing on this machine.");
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
Removes notion-auth's keychain entries and files, even damaged ones. Empty lock files stay, because removing one could let two commands \
write at the same time. Symbolic links are not followed. NOTION_API_TOKEN and everything of ntn's stay.

Nothing is revoked: a token keeps working until you revoke it at Notion. To revoke what can be revoked from here, run \
`notion-auth logout --all` first.

Examples:
  notion-auth reset --dry-run                        show what would be removed
  notion-auth reset --dry-run --json                 the same, as JSON
  notion-auth reset --yes                            remove it without confirmation

Exit status: 0 if nothing is left, 3 if --yes is missing and there is no terminal, 6 if something could not be read or removed, 130 if you \
answered no.";
