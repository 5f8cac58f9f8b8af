//! `send-to`: verifies the token with Notion, sends it to a secret manager, and succeeds only if it can be read back there.

use super::selection::SelectedCredential;
use crate::cli::{ManagerOptions, SendToArgs};
use crate::domain::credential::VerifiedCredential;
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::domain::secret_manager::{
    ManagerOption, ManagerState, SecretManager, SendOutcome, SendPlan, SendRefusal, SendRequest, manager, managers,
};
use crate::frontends::console::{Console, EXIT_SUCCESS, problem_json};
use crate::frontends::stdin;
use crate::runtime::ports::World;
use crate::runtime::{accounts, verify};
use serde_json::json;
use std::sync::{Arc, Mutex, PoisonError};

pub async fn run(args: SendToArgs, can_ask: bool, world: &World, console: &mut Console) -> u8 {
    let is_json = args.json;
    let ended = match args.manager.as_deref().and_then(manager) {
        // A script that forgot to name the manager must not mistake the list for success.
        None if needs_manager(&args) => Err(manager_required()),
        None => list_managers(is_json, world, console).await,
        Some(manager) => send_to_manager(args, manager, can_ask, world, console).await,
    };
    match ended {
        Ok(exit_code) => exit_code,
        Err(problem) if is_json => {
            console.write_json(&json!({ "schema": 1, "sent": false, "problem": problem_json(&problem) }));
            problem.exit_code()
        }
        Err(problem) => console.write_problem(&problem),
    }
}

fn needs_manager(args: &SendToArgs) -> bool {
    let of_one = !args.options.0.is_empty() || args.name.is_some() || args.workspace.is_some();
    of_one || args.yes || args.dry_run
}

fn manager_required() -> Problem {
    let ids: Vec<_> = managers().iter().map(|manager| manager.id.as_str()).collect();
    Problem::needed(MissingInput::Argument, format!("which manager: one of {}", ids.join(", ")))
}

/// Lists all managers, the usable ones first.
async fn list_managers(is_json: bool, world: &World, console: &mut Console) -> Result<u8, Problem> {
    let mut states = world.managers.list_managers().await?;
    states.sort_by_key(|state| state.unusable_reason.is_some());
    if is_json {
        console.write_json(&json!({ "schema": 1, "managers": states.iter().map(manager_json).collect::<Vec<_>>() }));
        return Ok(EXIT_SUCCESS);
    }
    for ManagerState { manager, unusable_reason } in &states {
        console.write_data_wrapped(&format!("{:<12}", manager.id), &format!("{}: {}", manager.name, manager.holds));
        match unusable_reason {
            Some(why) => console.write_data_wrapped("            not here: ", why),
            None => console.write_data_wrapped("            signed in by: ", &manager.login),
        }
        for option in &manager.options {
            let needed = if option.needed { " (needed)" } else { "" };
            let default = option.default.as_ref().map(|default| format!("; {default} unless said")).unwrap_or_default();
            console.write_data_wrapped(&format!("            --{} ", option.flag()), &format!("{}{default}{needed}", option.text));
        }
    }
    Ok(EXIT_SUCCESS)
}

fn manager_json(state: &ManagerState) -> serde_json::Value {
    let ManagerState { manager, unusable_reason } = state;
    let option = |option: &ManagerOption| {
        let flag = format!("--{}", option.flag());
        json!({ "flag": flag, "text": option.text, "needed": option.needed, "default": option.default })
    };
    json!({
        "id": manager.id, "name": manager.name, "program": manager.program, "holds": manager.holds, "unusable": unusable_reason,
        "options": manager.options.iter().map(option).collect::<Vec<_>>(), "login": manager.login, "install": manager.install,
        "source": manager.source, "as_of": manager.as_of,
    })
}

async fn send_to_manager(
    args: SendToArgs,
    manager: &'static SecretManager,
    can_ask: bool,
    world: &World,
    console: &mut Console,
) -> Result<u8, Problem> {
    let handing = build_plan(args.name, &args.options, manager)?;
    if args.dry_run {
        if args.workspace.is_some() {
            SelectedCredential::select(args.workspace.as_deref(), world, console).await?;
        }
        print_plan(&handing, args.json, console);
        return Ok(EXIT_SUCCESS);
    }
    let states = world.managers.list_managers().await?;
    if let Some(why) = states.into_iter().find(|state| state.manager.id == manager.id).and_then(|state| state.unusable_reason) {
        return Err(Problem::new(ProblemCode::ManagerUnusable).with_evidence(why));
    }
    let chosen = SelectedCredential::select(args.workspace.as_deref(), world, console).await?;
    if !args.yes {
        if !can_ask {
            return Err(Problem::needed(
                MissingInput::Consent,
                "whether these commands may be run: --yes says so, --dry-run shows them",
            ));
        }
        if !confirm(&handing, &chosen.display_name(), console)? {
            return Err(Problem::new(ProblemCode::Cancelled));
        }
    }
    let verified = verify(world, chosen.candidate()).await?;
    if let Some(record) = chosen.record() {
        accounts::identify(record, &verified.identity, world).await;
    }
    if verified.connection.is_some() {
        console.write_message(
            "This is the access token of an own connection: the next refresh makes it worthless, also where it goes now.",
        );
    }
    let handed = send(verified, handing.clone(), world, console).await?;
    if args.json {
        console.write_json(&outcome_json(&handing, &handed, chosen.workspace_id().as_deref()));
    } else {
        print_outcome(&handing, &handed, console);
    }
    Ok(EXIT_SUCCESS)
}

fn build_plan(name: Option<String>, options: &ManagerOptions, manager: &'static SecretManager) -> Result<SendPlan, Problem> {
    let mut by_id = std::collections::BTreeMap::new();
    for (flag, value) in &options.0 {
        let option = manager.options.iter().find(|option| option.flag() == flag);
        let unknown = || Problem::new(ProblemCode::SendRefused).with_evidence(format!("{} has no option --{flag}", manager.name));
        by_id.insert(option.ok_or_else(unknown)?.id.clone(), value.clone());
    }
    SendRequest { name, options: by_id }.validate(manager).map_err(|fault| match fault {
        SendRefusal::Missing { flag, text } => Problem::needed(MissingInput::Option, format!("--{flag}: {text}")),
        SendRefusal::Invalid(why) => Problem::new(ProblemCode::SendRefused).with_evidence(why),
    })
}

/// Returns the commands of the plan, with a remark on those that read the secret from standard input.
fn command_lines(handing: &SendPlan) -> Vec<String> {
    let line = |(number, command): (usize, String)| {
        if handing.receives_secret(number) { format!("{command}  # reads the secret from its input") } else { command }
    };
    handing.commands().into_iter().enumerate().map(line).collect()
}

fn print_plan(handing: &SendPlan, is_json: bool, console: &mut Console) {
    if is_json {
        let manager = &handing.manager().id;
        console.write_json(
            &json!({ "schema": 1, "manager": manager, "name": handing.name(), "sent": false, "commands": handing.commands() }),
        );
        return;
    }
    for line in command_lines(handing) {
        console.write_data(&line);
    }
}

fn confirm(handing: &SendPlan, of: &str, console: &mut Console) -> Result<bool, Problem> {
    console.write_message(&format!(
        "The token of {of} goes to {}, as {}, by these commands:",
        handing.manager().name,
        handing.name()
    ));
    for line in command_lines(handing) {
        console.write_message_unwrapped(&format!("  {line}"));
    }
    if handing.write_commands().len() > 1 {
        console.write_message("Of those that read the secret, the second is only run where the first says that it has to be.");
    }
    console.write_message("Run them? y or n, then Enter.");
    let answer = stdin::read_line()?;
    Ok(["y", "yes"].into_iter().any(|yes| yes.to_owned() == answer || yes.to_uppercase() == answer))
}

async fn send(
    verified: VerifiedCredential,
    handing: SendPlan,
    world: &World,
    console: &mut Console,
) -> Result<SendOutcome, Problem> {
    let said = Arc::new(Mutex::new(Vec::new()));
    let program = handing.manager().program.clone();
    let tell = {
        let said = Arc::clone(&said);
        move |line| said.lock().unwrap_or_else(PoisonError::into_inner).push(line)
    };
    let handed = world.managers.send(verified, handing, Box::new(tell)).await;
    for line in said.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        let line: String = line;
        console.write_message_under(&format!("  {program}: "), &line);
    }
    handed
}

fn outcome_json(handing: &SendPlan, handed: &SendOutcome, workspace_id: Option<&str>) -> serde_json::Value {
    let (read_back, changed) = match handed {
        SendOutcome::Confirmed => ("same", None),
        SendOutcome::Listed { changed } => ("listed", Some(changed)),
    };
    json!({
        "schema": 1, "manager": handing.manager().id, "name": handing.name(), "workspace_id": workspace_id,
        "sent": true, "read_back": read_back, "changed_at": changed, "used": handing.reference(), "commands": handing.commands(),
    })
}

fn print_outcome(handing: &SendPlan, handed: &SendOutcome, console: &mut Console) {
    console.write_message(&format!("{}, {}: {}", handing.manager().name, handing.name(), handed.text()));
    if let Some(used) = handing.reference() {
        console.write_message_unwrapped(&format!("  used there as {used}"));
    }
}
