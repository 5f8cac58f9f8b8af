//! `send-to`: verifies the token with Notion, sends it to a secret manager, and succeeds only if it can be read back there.

use super::selection::SelectedCredential;
use crate::domain::credentials::VerifiedCredential;
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::domain::secret_manager::{
    ManagerOption, ManagerState, SecretManager, SendOutcome, SendPlan, SendRefusal, SendRequest, manager, managers,
};
use crate::frontends::console::{Console, EXIT_SUCCESS, problem_json};
use crate::runtime::ports::World;
use crate::runtime::rotate::send_and_remember;
use crate::runtime::{accounts, verify};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Send the token to a secret manager
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct SendToArgs {
    /// The secret manager; without it, all of them are listed with what each needs
    #[arg(value_name = "MANAGER", value_parser = PossibleValuesParser::new(managers().iter().map(|manager| manager.id.as_str())))]
    pub manager: Option<String>,
    /// Use this workspace's credential instead of the active one (name, ID or key)
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
    /// The secret's name there (default: NOTION_API_TOKEN; aws: notion/api-token)
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    #[command(flatten)]
    pub options: ManagerOptions,
    /// Run the commands without confirmation
    #[arg(long)]
    pub yes: bool,
    /// Print the commands without running them
    #[arg(long)]
    pub dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Values of the managers' own options, by flag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManagerOptions(pub BTreeMap<String, String>);

impl ManagerOptions {
    /// Returns each flag once, with the managers that accept it.
    fn flags() -> BTreeMap<&'static str, (Vec<&'static str>, &'static ManagerOption)> {
        let mut flags = BTreeMap::new();
        for manager in managers() {
            for option in &manager.options {
                flags.entry(option.flag()).or_insert_with(|| (Vec::new(), option)).0.push(manager.id.as_str());
            }
        }
        flags
    }
}

impl FromArgMatches for ManagerOptions {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |flag: &'static str| Some((flag.to_owned(), matches.get_one::<String>(flag)?.clone()));
        Ok(Self(Self::flags().into_keys().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for ManagerOptions {
    fn augment_args(command: Command) -> Command {
        Self::flags().into_iter().fold(command, |command, (flag, (ids, option))| {
            let help = format!("{} ({})", option.text, ids.join(", "));
            let argument = Arg::new(flag).long(flag).value_name(option.example.as_str()).help(help);
            command.arg(argument.help_heading("Secret manager options"))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

pub async fn run(args: SendToArgs, today: Date, world: &World, console: &mut Console) -> u8 {
    let is_json = args.json;
    let outcome = match args.manager.as_deref().and_then(manager) {
        // A script that forgot to name the manager must not mistake the list for success.
        None if needs_manager(&args) => Err(manager_required()),
        None => list_managers(is_json, world, console).await,
        Some(manager) => send_to_manager(args, manager, today, world, console).await,
    };
    match outcome {
        Ok(exit_code) => exit_code,
        Err(problem) if is_json => {
            console.write_json(&json!({ "schema": 1, "sent": false, "problem": problem_json(&problem) }));
            problem.exit_code()
        }
        Err(problem) => console.write_problem(&problem),
    }
}

fn needs_manager(args: &SendToArgs) -> bool {
    let names_details = !args.options.0.is_empty() || args.name.is_some() || args.workspace.is_some();
    names_details || args.yes || args.dry_run
}

fn manager_required() -> Problem {
    let ids: Vec<_> = managers().iter().map(|manager| manager.id.as_str()).collect();
    Problem::needed(MissingInput::Argument, format!("Choose a secret manager: {}.", ids.join(", ")))
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
            Some(why) => console.write_data_wrapped("            unavailable: ", why),
            None => console.write_data_wrapped("            needs: ", &manager.login),
        }
        for option in &manager.options {
            let needed = if option.needed { " (required)" } else { "" };
            let default = option.default.as_ref().map(|default| format!("; default: {default}")).unwrap_or_default();
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
    today: Date,
    world: &World,
    console: &mut Console,
) -> Result<u8, Problem> {
    let plan = build_plan(args.name, &args.options, manager)?;
    if args.dry_run {
        if args.workspace.is_some() {
            SelectedCredential::select(args.workspace.as_deref(), world, console).await?;
        }
        print_plan(&plan, args.json, console);
        return Ok(EXIT_SUCCESS);
    }
    let states = world.managers.list_managers().await?;
    if let Some(why) = states.into_iter().find(|state| state.manager.id == manager.id).and_then(|state| state.unusable_reason) {
        return Err(Problem::new(ProblemCode::ManagerUnusable).with_evidence(why));
    }
    let selected = SelectedCredential::select(args.workspace.as_deref(), world, console).await?;
    if !args.yes {
        if !console.is_interactive {
            return Err(Problem::needed(MissingInput::Consent, "Add --yes to run the commands, or --dry-run to see them."));
        }
        if !confirm(&plan, &selected.display_name(), console).await? {
            return Err(Problem::new(ProblemCode::Cancelled));
        }
    }
    let verified = verify(world, selected.candidate()).await?;
    if let Some(record) = selected.record() {
        accounts::identify(record, &verified.identity, world).await;
    }
    if verified.connection.is_some() {
        console.write_message(
            "This is an OAuth connection's access token. It stops working at the next refresh, in the secret manager too.",
        );
    }
    let sent = send(verified, plan.clone(), today, world, console).await?;
    if args.json {
        console.write_json(&outcome_json(&plan, &sent, selected.workspace_id().as_deref()));
    } else {
        print_outcome(&plan, &sent, console);
    }
    Ok(EXIT_SUCCESS)
}

fn build_plan(name: Option<String>, options: &ManagerOptions, manager: &'static SecretManager) -> Result<SendPlan, Problem> {
    let mut by_id = BTreeMap::new();
    for (flag, value) in &options.0 {
        let option = manager.options.iter().find(|option| option.flag() == flag);
        let unknown = || Problem::new(ProblemCode::SendRefused).with_evidence(format!("{} has no option --{flag}", manager.name));
        by_id.insert(option.ok_or_else(unknown)?.id.clone(), value.clone());
    }
    SendRequest { name, options: by_id }.validate(manager).map_err(|fault| match fault {
        SendRefusal::Missing { flag, text } => Problem::needed(MissingInput::Option, format!("Add --{flag}: {text}.")),
        SendRefusal::Invalid(why) => Problem::new(ProblemCode::SendRefused).with_evidence(why),
    })
}

/// Returns the commands of the plan, with a remark on those that read the secret from standard input.
fn command_lines(plan: &SendPlan) -> Vec<String> {
    let line = |(number, command): (usize, String)| {
        if plan.receives_secret(number) { format!("{command}  # token on standard input") } else { command }
    };
    plan.commands().into_iter().enumerate().map(line).collect()
}

fn print_plan(plan: &SendPlan, is_json: bool, console: &mut Console) {
    if is_json {
        let manager = &plan.manager().id;
        console.write_json(
            &json!({ "schema": 1, "manager": manager, "name": plan.name(), "sent": false, "commands": plan.commands() }),
        );
        return;
    }
    for line in command_lines(plan) {
        console.write_data(&line);
    }
}

async fn confirm(plan: &SendPlan, name: &str, console: &mut Console) -> Result<bool, Problem> {
    console.write_message(&format!("These commands send the token of {name} to {} as {}:", plan.manager().name, plan.name()));
    for line in command_lines(plan) {
        console.write_message_unwrapped(&format!("  {line}"));
    }
    if let Some(text) = plan.fallback_text() {
        console.write_message(&text);
    }
    console.confirm("Run them?").await
}

async fn send(
    verified: VerifiedCredential,
    plan: SendPlan,
    today: Date,
    world: &World,
    console: &mut Console,
) -> Result<SendOutcome, Problem> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let program = plan.manager().program.clone();
    let on_line = {
        let lines = Arc::clone(&lines);
        move |line| lines.lock().unwrap_or_else(PoisonError::into_inner).push(line)
    };
    let sent = send_and_remember(world, verified, plan, today, Box::new(on_line)).await;
    for line in lines.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        let line: String = line;
        console.write_message_under(&format!("  {program}: "), &line);
    }
    sent
}

fn outcome_json(plan: &SendPlan, sent: &SendOutcome, workspace_id: Option<&str>) -> serde_json::Value {
    let (read_back, changed) = match sent {
        SendOutcome::Confirmed => ("same", None),
        SendOutcome::Listed { changed } => ("listed", Some(changed)),
    };
    json!({
        "schema": 1, "manager": plan.manager().id, "name": plan.name(), "workspace_id": workspace_id,
        "sent": true, "read_back": read_back, "changed_at": changed, "used": plan.reference(), "commands": plan.commands(),
    })
}

fn print_outcome(plan: &SendPlan, sent: &SendOutcome, console: &mut Console) {
    console.write_message(&format!("{}, {}: {}", plan.manager().name, plan.name(), sent.text()));
    if let Some(used) = plan.reference() {
        console.write_message_unwrapped(&format!("  Use it there as {used}"));
    }
}

const AFTER_HELP: &str = "\
Verifies the token with Notion, then runs the secret manager's own CLI, which must be installed and signed in. The token is passed on \
standard input only: never in an argument, a file or a variable. The result is read back and compared. If a secret manager returns no \
values, as GitHub does, it must list the name with a newer time. Nothing runs until you confirm the commands or pass --yes.

Examples:
  notion-auth send-to                                which ones work on this machine
  notion-auth send-to github --dry-run               show the commands only
  notion-auth send-to gitlab --group acme --dry-run
  notion-auth send-to aws --region eu-central-1 --dry-run
  notion-auth send-to kubernetes --namespace ci --secret notion --dry-run
  notion-auth send-to vault --path ci/notion --yes --json

Exit status: 0 if the token was confirmed there, 1 if the CLI failed or the token was not found, 2 if an option doesn't fit, 3 if an \
option or --yes is missing, 4 if Notion does not accept the token.";
