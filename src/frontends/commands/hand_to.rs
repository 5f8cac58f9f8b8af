//! `send-to`: verifies the token with Notion, sends it to a secret manager, and succeeds only if it can be read back there.

use super::chosen::Chosen;
use crate::cli::{HandToArgs, Options};
use crate::domain::credential::Verified;
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::domain::secret_manager::{Asked, Fault, Handed, Handing, ManagerOption, ManagerState, SecretManager, manager, managers};
use crate::frontends::console::{Console, DONE, problem_json};
use crate::frontends::stdin;
use crate::runtime::ports::World;
use crate::runtime::{accounts, verify};
use serde_json::json;
use std::sync::{Arc, Mutex, PoisonError};

pub async fn run(args: HandToArgs, can_ask: bool, world: &World, console: &mut Console) -> u8 {
    let is_json = args.json;
    let ended = match args.manager.as_deref().and_then(manager) {
        // A script that forgot to name the manager must not mistake the list for success.
        None if asks_for_more_than_the_list(&args) => Err(which_manager()),
        None => list(is_json, world, console).await,
        Some(manager) => to_one(args, manager, can_ask, world, console).await,
    };
    match ended {
        Ok(exit_code) => exit_code,
        Err(problem) if is_json => {
            console.json(&json!({ "schema": 1, "handed": false, "problem": problem_json(&problem) }));
            problem.exit_code()
        }
        Err(problem) => console.problem(&problem),
    }
}

fn asks_for_more_than_the_list(args: &HandToArgs) -> bool {
    let of_one = !args.options.0.is_empty() || args.name.is_some() || args.workspace.is_some();
    of_one || args.yes || args.dry_run
}

fn which_manager() -> Problem {
    let ids: Vec<_> = managers().iter().map(|manager| manager.id.as_str()).collect();
    Problem::needed(MissingInput::Argument, format!("which manager: one of {}", ids.join(", ")))
}

/// Lists all managers, the usable ones first.
async fn list(is_json: bool, world: &World, console: &mut Console) -> Result<u8, Problem> {
    let mut states = world.managers.look().await?;
    states.sort_by_key(|state| state.unusable.is_some());
    if is_json {
        console.json(&json!({ "schema": 1, "managers": states.iter().map(as_json).collect::<Vec<_>>() }));
        return Ok(DONE);
    }
    for ManagerState { manager, unusable } in &states {
        console.data_wrapped(&format!("{:<12}", manager.id), &format!("{}: {}", manager.name, manager.holds));
        match unusable {
            Some(why) => console.data_wrapped("            not here: ", why),
            None => console.data_wrapped("            signed in by: ", &manager.login),
        }
        for option in &manager.options {
            let needed = if option.needed { " (needed)" } else { "" };
            let default = option.default.as_ref().map(|default| format!("; {default} unless said")).unwrap_or_default();
            console.data_wrapped(&format!("            --{} ", option.flag()), &format!("{}{default}{needed}", option.text));
        }
    }
    Ok(DONE)
}

fn as_json(state: &ManagerState) -> serde_json::Value {
    let ManagerState { manager, unusable } = state;
    let option = |option: &ManagerOption| {
        let flag = format!("--{}", option.flag());
        json!({ "flag": flag, "text": option.text, "needed": option.needed, "default": option.default })
    };
    json!({
        "id": manager.id, "name": manager.name, "program": manager.program, "holds": manager.holds, "unusable": unusable,
        "options": manager.options.iter().map(option).collect::<Vec<_>>(), "login": manager.login, "install": manager.install,
        "source": manager.source, "as_of": manager.as_of,
    })
}

async fn to_one(
    args: HandToArgs,
    manager: &'static SecretManager,
    can_ask: bool,
    world: &World,
    console: &mut Console,
) -> Result<u8, Problem> {
    let handing = checked(args.name, &args.options, manager)?;
    if args.dry_run {
        if args.workspace.is_some() {
            Chosen::find(args.workspace.as_deref(), world, console).await?;
        }
        show(&handing, args.json, console);
        return Ok(DONE);
    }
    let states = world.managers.look().await?;
    if let Some(why) = states.into_iter().find(|state| state.manager.id == manager.id).and_then(|state| state.unusable) {
        return Err(Problem::new(ProblemCode::ManagerUnusable).seen(why));
    }
    let chosen = Chosen::find(args.workspace.as_deref(), world, console).await?;
    if !args.yes {
        if !can_ask {
            return Err(Problem::needed(
                MissingInput::Consent,
                "whether these commands may be run: --yes says so, --dry-run shows them",
            ));
        }
        if !agrees(&handing, &chosen.name(), console)? {
            return Err(Problem::new(ProblemCode::Cancelled));
        }
    }
    let verified = verify(world, chosen.candidate()).await?;
    if let Chosen::Kept(record) = &chosen {
        accounts::identify(record, &verified.identity, world).await;
    }
    if verified.connection.is_some() {
        console.say("This is the access token of an own connection: the next refresh makes it worthless, also where it goes now.");
    }
    let handed = hand(verified, handing.clone(), world, console).await?;
    if args.json {
        console.json(&report(&handing, &handed, chosen.workspace_id(world).await.as_deref()));
    } else {
        tell(&handing, &handed, console);
    }
    Ok(DONE)
}

fn checked(name: Option<String>, options: &Options, manager: &'static SecretManager) -> Result<Handing, Problem> {
    let mut by_id = std::collections::BTreeMap::new();
    for (flag, value) in &options.0 {
        let option = manager.options.iter().find(|option| option.flag() == flag);
        let unknown = || Problem::new(ProblemCode::HandingRefused).seen(format!("{} has no option --{flag}", manager.name));
        by_id.insert(option.ok_or_else(unknown)?.id.clone(), value.clone());
    }
    Asked { name, options: by_id }.checked(manager).map_err(|fault| match fault {
        Fault::Missing { flag, text } => Problem::needed(MissingInput::Option, format!("--{flag}: {text}")),
        Fault::Unfit(why) => Problem::new(ProblemCode::HandingRefused).seen(why),
    })
}

/// Returns the commands of the plan, with a remark on those that read the secret from standard input.
fn lines(handing: &Handing) -> Vec<String> {
    let line = |(number, command): (usize, String)| {
        if handing.is_given_the_secret(number) { format!("{command}  # reads the secret from its input") } else { command }
    };
    handing.commands().into_iter().enumerate().map(line).collect()
}

fn show(handing: &Handing, is_json: bool, console: &mut Console) {
    if is_json {
        let manager = &handing.manager().id;
        console.json(
            &json!({ "schema": 1, "manager": manager, "name": handing.name(), "handed": false, "commands": handing.commands() }),
        );
        return;
    }
    for line in lines(handing) {
        console.data(&line);
    }
}

fn agrees(handing: &Handing, of: &str, console: &mut Console) -> Result<bool, Problem> {
    console.say(&format!("The token of {of} goes to {}, as {}, by these commands:", handing.manager().name, handing.name()));
    for line in lines(handing) {
        console.say_whole(&format!("  {line}"));
    }
    if handing.writes().len() > 1 {
        console.say("Of those that read the secret, the second is only run where the first says that it has to be.");
    }
    console.say("Run them? y or n, then Enter.");
    let answer = stdin::line()?;
    Ok(["y", "yes"].into_iter().any(|yes| yes.to_owned() == answer || yes.to_uppercase() == answer))
}

async fn hand(verified: Verified, handing: Handing, world: &World, console: &mut Console) -> Result<Handed, Problem> {
    let said = Arc::new(Mutex::new(Vec::new()));
    let program = handing.manager().program.clone();
    let tell = {
        let said = Arc::clone(&said);
        move |line| said.lock().unwrap_or_else(PoisonError::into_inner).push(line)
    };
    let handed = world.managers.hand(verified, handing, Box::new(tell)).await;
    for line in said.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        let line: String = line;
        console.say_under(&format!("  {program}: "), &line);
    }
    handed
}

fn report(handing: &Handing, handed: &Handed, workspace_id: Option<&str>) -> serde_json::Value {
    let (read_back, changed) = match handed {
        Handed::ReadBack => ("same", None),
        Handed::Listed { changed } => ("listed", Some(changed)),
    };
    json!({
        "schema": 1, "manager": handing.manager().id, "name": handing.name(), "workspace_id": workspace_id,
        "handed": true, "read_back": read_back, "changed_at": changed, "used": handing.used(), "commands": handing.commands(),
    })
}

fn tell(handing: &Handing, handed: &Handed, console: &mut Console) {
    console.say(&format!("{}, {}: {}", handing.manager().name, handing.name(), handed.told()));
    if let Some(used) = handing.used() {
        console.say_whole(&format!("  used there as {used}"));
    }
}
