//! `reset`: removes everything that notion-auth stores on this machine, after confirmation. It sends nothing to Notion.

use crate::cli::ResetArgs;
use crate::domain::accounts::{StoredData, StoredItem};
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::frontends::console::{Console, EXIT_SUCCESS, problem_json};
use crate::runtime::accounts;
use crate::runtime::ports::World;
use serde_json::json;

/// `ask` prompts for confirmation; it is `None` without a terminal.
pub async fn run(args: &ResetArgs, world: &World, ask: Option<impl FnOnce(&mut Console) -> bool>, console: &mut Console) -> u8 {
    let remains = match world.store.find_stored_data().await {
        Ok(remains) => remains,
        Err(problem) => return console.write_problem(&problem),
    };
    if args.dry_run {
        return dry_run(args, &remains, console);
    }
    if remains.is_empty() {
        console.write_lines(&remains.lines());
        return exit_code(&remains.problems);
    }
    if !args.yes {
        let Some(ask) = ask else {
            return console
                .write_problem(&Problem::needed(MissingInput::Consent, "agree with --yes, or look first with --dry-run"));
        };
        console.write_lines(&remains.lines());
        print_still_valid(&remains, console);
        if !ask(console) {
            console.write_message("Nothing was removed.");
            return Problem::new(ProblemCode::Cancelled).exit_code();
        }
    }
    let removed = match world.store.remove_stored_data(remains.clone()).await {
        Ok(removed) => removed,
        Err(problem) => return console.write_problem(&problem),
    };
    for one in &removed.removed {
        console.write_message_unwrapped(&format!("removed {}", describe_item(one)));
    }
    for problem in &removed.problems {
        console.write_problem(problem);
    }
    let staying = StoredData { problems: Vec::new(), ..remains.clone() };
    console.write_lines(&staying.kept_items());
    if args.yes {
        print_still_valid(&remains, console);
    }
    print_other_credentials(world, console).await;
    if removed.problems.is_empty() {
        console.write_message("notion-auth keeps nothing on this machine any more.");
    }
    exit_code(&removed.problems)
}

/// Prints what would be removed to standard output, and changes nothing.
fn dry_run(args: &ResetArgs, remains: &StoredData, console: &mut Console) -> u8 {
    if args.json {
        let problems: Vec<_> = remains.problems.iter().map(problem_json).collect();
        let accounts: Vec<_> = remains.records.iter().map(|note| note.account.key()).collect();
        console.write_json(&json!({
            "schema": 1, "removes": remains.removable, "stays": remains.foreign_items, "locks": remains.lock_files, "not_revoked": accounts, "note": remains.caveat,
            "problems": problems,
        }));
        return exit_code(&remains.problems);
    }
    for one in &remains.removable {
        console.write_data(&format!("would remove {}", describe_item(one)));
    }
    if remains.is_empty() {
        console.write_message("notion-auth keeps nothing on this machine.");
    }
    console.write_lines(&remains.kept_items());
    print_still_valid(remains, console);
    exit_code(&remains.problems)
}

fn describe_item(one: &StoredItem) -> String {
    format!("{}: {}", one.kind.name(), one.place)
}

fn print_still_valid(remains: &StoredData, console: &mut Console) {
    console.write_lines(&remains.still_valid_at_notion());
}

/// Prints the credentials that `reset` leaves alone: the variable and `ntn`'s logins.
async fn print_other_credentials(world: &World, console: &mut Console) {
    use crate::domain::accounts::RemainingCredentials;
    let inventory = accounts::find_credentials(world).await;
    console.write_lines(&RemainingCredentials { inventory: &inventory, logged_out: &[] }.lines());
}

fn exit_code(troubles: &[Problem]) -> u8 {
    troubles.first().map_or(EXIT_SUCCESS, Problem::exit_code)
}
