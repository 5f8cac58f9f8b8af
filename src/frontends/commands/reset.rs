//! `reset`: removes everything that notion-auth stores on this machine, after confirmation. It sends nothing to Notion.

use crate::cli::ResetArgs;
use crate::domain::accounts::{Remaining, Remains};
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::frontends::console::{Console, DONE, problem_json};
use crate::runtime::ports::World;
use serde_json::json;

/// `ask` prompts for confirmation; it is `None` without a terminal.
pub async fn run(args: &ResetArgs, world: &World, ask: Option<impl FnOnce(&mut Console) -> bool>, console: &mut Console) -> u8 {
    let remains = match world.store.remains().await {
        Ok(remains) => remains,
        Err(problem) => return console.problem(&problem),
    };
    if args.dry_run {
        return rehearse(args, &remains, console);
    }
    if remains.is_empty() {
        console.tell(&remains.lines());
        return exit_code(&remains.troubles);
    }
    if !args.yes {
        let Some(ask) = ask else {
            return console.problem(&Problem::needed(MissingInput::Consent, "agree with --yes, or look first with --dry-run"));
        };
        console.tell(&remains.lines());
        tell_living_on(&remains, console);
        if !ask(console) {
            console.say("Nothing was removed.");
            return Problem::new(ProblemCode::Cancelled).exit_code();
        }
    }
    let removed = match world.store.remove(remains.clone()).await {
        Ok(removed) => removed,
        Err(problem) => return console.problem(&problem),
    };
    for one in &removed.removed {
        console.say_whole(&format!("removed {}", place(one)));
    }
    for problem in &removed.troubles {
        console.problem(problem);
    }
    let staying = Remains { troubles: Vec::new(), ..remains.clone() };
    console.tell(&staying.staying());
    if args.yes {
        tell_living_on(&remains, console);
    }
    tell_what_is_elsewhere(world, console).await;
    if removed.troubles.is_empty() {
        console.say("notion-auth keeps nothing on this machine any more.");
    }
    exit_code(&removed.troubles)
}

/// Prints what would be removed to standard output, and changes nothing.
fn rehearse(args: &ResetArgs, remains: &Remains, console: &mut Console) -> u8 {
    if args.json {
        let problems: Vec<_> = remains.troubles.iter().map(problem_json).collect();
        let accounts: Vec<_> = remains.records.iter().map(|record| record.account.as_text()).collect();
        console.json(&json!({
            "schema": 1, "removes": remains.removable, "stays": remains.left, "locks": remains.locks, "not_revoked": accounts, "note": remains.note,
            "problems": problems,
        }));
        return exit_code(&remains.troubles);
    }
    for one in &remains.removable {
        console.data(&format!("would remove {}", place(one)));
    }
    if remains.is_empty() {
        console.say("notion-auth keeps nothing on this machine.");
    }
    console.tell(&remains.staying());
    tell_living_on(remains, console);
    exit_code(&remains.troubles)
}

fn place(one: &Remaining) -> String {
    format!("{}: {}", one.kind.name(), one.place)
}

fn tell_living_on(remains: &Remains, console: &mut Console) {
    console.tell(&remains.living_on());
}

/// Prints the credentials that `reset` leaves alone: the variable and `ntn`'s logins.
async fn tell_what_is_elsewhere(world: &World, console: &mut Console) {
    use crate::domain::accounts::Left;
    let (existing, _) = world.machine.existing().await.unwrap_or_default();
    console.tell(&Left { kept: &[], existing: &existing, ended: &[] }.lines());
}

fn exit_code(troubles: &[Problem]) -> u8 {
    troubles.first().map_or(DONE, Problem::exit_code)
}
