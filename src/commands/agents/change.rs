//! `agents connect` and `agents disconnect`: show what would be changed in the agents' files, ask once, and report what came of it.

use crate::domain::agents::diff::DiffLine;
use crate::domain::agents::plan::{AgentAction, AgentOutcome, AgentPlan, AgentRequest, AgentStep, FileChange};
use crate::domain::agents::selection::find_agent;
use crate::domain::agents::{Agent, AgentState, Scope, known_agents};
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::frontends::console::{Console, EXIT_FAILURE, EXIT_SUCCESS, problem_json};
use crate::frontends::stdin;
use crate::runtime::agents::{AgentChanges, found_agents, missing_sign_in};
use crate::runtime::ports::World;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

/// Connect agents to Notion through notion-auth mcp
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = CONNECT_HELP)]
pub struct ConnectArgs {
    /// The agents, by ID or name (default: all that were found)
    #[arg(value_name = "AGENT")]
    pub agents: Vec<String>,
    /// Use this workspace's sign-in instead of the active one (name, ID or key)
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
    /// Also install the skill that tells an agent how to use notion-auth
    #[arg(long)]
    pub skill: bool,
    #[command(flatten)]
    pub options: ChangeArgs,
}

/// Remove notion-auth mcp from the agents' settings
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = DISCONNECT_HELP)]
pub struct DisconnectArgs {
    /// The agents, by ID or name (default: all that are connected)
    #[arg(value_name = "AGENT")]
    pub agents: Vec<String>,
    #[command(flatten)]
    pub options: ChangeArgs,
}

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct ChangeArgs {
    /// Whose settings to change: yours, or those of the project in this folder
    #[arg(long, value_enum, default_value_t = ScopeArg::User)]
    pub scope: ScopeArg,
    /// Show the changes without making them
    #[arg(long)]
    pub dry_run: bool,
    /// Make the changes without confirmation (required without a terminal)
    #[arg(long, conflicts_with = "dry_run")]
    pub yes: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScopeArg {
    User,
    Project,
}

pub async fn connect(args: ConnectArgs, world: &World, console: &mut Console) -> u8 {
    let ConnectArgs { agents, workspace, skill, options } = args;
    let change = Change { action: AgentAction::Connect { workspace }, names: agents, has_skill: skill, options };
    change.run(world, console).await
}

pub async fn disconnect(args: DisconnectArgs, world: &World, console: &mut Console) -> u8 {
    let change = Change { action: AgentAction::Disconnect, names: args.agents, has_skill: true, options: args.options };
    change.run(world, console).await
}

/// A change as the command line asks for it.
struct Change {
    action: AgentAction,
    /// Empty for all agents.
    names: Vec<String>,
    has_skill: bool,
    options: ChangeArgs,
}

impl Change {
    async fn run(self, world: &World, console: &mut Console) -> u8 {
        let is_json = self.options.json;
        match change(self, world, console).await {
            Ok(exit_code) => exit_code,
            Err(problem) if is_json => {
                console.write_json(&json!({ "schema": 1, "agents": [], "problem": problem_json(&problem) }));
                problem.exit_code()
            }
            Err(problem) => console.write_problem(&problem),
        }
    }
}

async fn change(Change { action, names, has_skill, options }: Change, world: &World, console: &mut Console) -> Result<u8, Problem> {
    let scope = if options.scope == ScopeArg::User { Scope::User } else { Scope::Project };
    let agents = select(&action, &names, world).await?;
    let mut plans = world.agents.plan(AgentRequest { action: action.clone(), agents, scope, has_skill }).await?;
    if names.is_empty() {
        // An agent without a file of this scope was not asked for, nor one that is not connected anyway.
        let is_silent = |plan: &AgentPlan| action == AgentAction::Disconnect && matches!(plan.step, AgentStep::Done { .. });
        plans.retain(|plan| plan.file.is_some() && !is_silent(plan));
    }
    if plans.is_empty() && !options.json {
        let text = match action {
            AgentAction::Connect { .. } => {
                "No coding agents found on this machine. notion-auth agents --json lists those that are known."
            }
            AgentAction::Disconnect => "No coding agent is connected through notion-auth.",
        };
        console.write_message(text);
    }
    if let AgentAction::Connect { workspace } = &action
        && !options.json
        && let Some(problem) = missing_sign_in(workspace.as_deref(), world).await
    {
        console.write_problem(&problem);
    }
    if options.dry_run {
        report_plans(&plans, options.json, console);
        return Ok(plans.iter().find_map(|plan| refusal(plan).map(Problem::exit_code)).unwrap_or(EXIT_SUCCESS));
    }
    if !options.yes && plans.iter().any(|plan| plan.change().is_some()) {
        ask(&plans, options.json, console)?;
    }
    let mut changes = AgentChanges::new(&action, world);
    let mut results = Vec::new();
    for plan in plans {
        let outcome = changes.carry_out(plan.clone()).await;
        if !options.json {
            report_outcome(&plan, &outcome, console);
        }
        results.push((plan, outcome));
    }
    if options.json {
        let agents: Vec<_> = results.iter().map(|(plan, outcome)| result_json(plan, Some(outcome))).collect();
        console.write_json(&json!({ "schema": 1, "agents": agents }));
    }
    Ok(exit_code(&results, !names.is_empty(), &action))
}

/// Returns the agents that are named; without names, those to consider.
async fn select(action: &AgentAction, names: &[String], world: &World) -> Result<Vec<&'static Agent>, Problem> {
    if !names.is_empty() {
        let mut agents: Vec<&Agent> = Vec::new();
        for name in names {
            let agent = find_agent(name)?;
            if !agents.contains(&agent) {
                agents.push(agent);
            }
        }
        return Ok(agents);
    }
    match action {
        AgentAction::Disconnect => Ok(known_agents().iter().collect()),
        AgentAction::Connect { .. } => found_agents(world).await,
    }
}

fn ask(plans: &[AgentPlan], is_json: bool, console: &mut Console) -> Result<(), Problem> {
    if !console.is_interactive || is_json {
        return Err(Problem::needed(MissingInput::Consent, "Add --yes to change the files, or --dry-run to see the changes."));
    }
    for change in plans.iter().filter_map(AgentPlan::change) {
        for line in change_lines(change) {
            console.write_message_unwrapped(&line);
        }
    }
    console.write_message("Make these changes? Type y or n, then press Enter.");
    let answer = stdin::read_answer()?;
    let is_yes = ["y", "yes"].into_iter().any(|yes| answer.eq_ignore_ascii_case(yes));
    if is_yes { Ok(()) } else { Err(Problem::new(ProblemCode::Cancelled)) }
}

/// Returns the change as a patch, with a remark on what it replaces.
fn change_lines(change: &FileChange) -> Vec<String> {
    let path = change.path.display();
    let name = |content: &Option<_>| if content.is_some() { path.to_string() } else { "(no file)".to_owned() };
    let mut lines = vec![format!("--- {}", name(&change.before)), format!("+++ {}", name(&change.after))];
    lines.extend(change.lines.iter().map(DiffLine::marked));
    lines.extend(replacement_text(change));
    lines
}

fn replacement_text(change: &FileChange) -> Option<String> {
    let replaced = change.replaces.as_ref()?;
    Some(match (replaced.state, &replaced.detail) {
        (AgentState::PlainSecret, detail) => format!(
            "This replaces a token in plain text ({}). If others can read the file, or if it is in git, revoke the token: {REVOKE_PAGES}",
            detail.as_deref().unwrap_or("not shown")
        ),
        (AgentState::OwnSignIn, _) => format!("This replaces the agent's own sign-in ({}).", replaced.name),
        _ => format!("This replaces the entry {}.", replaced.name),
    })
}

const REVOKE_PAGES: &str = "https://app.notion.com/developers/tokens or https://app.notion.com/developers/connections";

fn report_plans(plans: &[AgentPlan], is_json: bool, console: &mut Console) {
    if is_json {
        let agents: Vec<_> = plans.iter().map(|plan| result_json(plan, None)).collect();
        console.write_json(&json!({ "schema": 1, "agents": agents }));
        return;
    }
    for plan in plans {
        match &plan.step {
            AgentStep::Change(change) => change_lines(change).iter().for_each(|line| console.write_data(line)),
            AgentStep::Done { .. } => write_line(plan, "nothing to change", console),
            AgentStep::ByHand { entry } => report_by_hand(plan, entry, console),
            AgentStep::Refused(problem) => {
                write_line(plan, "not changed", console);
                console.write_problem(problem);
            }
        }
    }
}

fn report_outcome(plan: &AgentPlan, outcome: &AgentOutcome, console: &mut Console) {
    match outcome {
        AgentOutcome::Connected { tools } => {
            let already = if plan.change().is_some() { "connected" } else { "already connected" };
            write_line(plan, &format!("{already} ({tools} tools)"), console);
        }
        AgentOutcome::Disconnected => write_line(plan, "disconnected", console),
        AgentOutcome::SkillInstalled => write_line(plan, "skill installed", console),
        AgentOutcome::SkillRemoved => write_line(plan, "skill removed", console),
        AgentOutcome::Unchanged => write_line(plan, "not connected through notion-auth", console),
        AgentOutcome::ByHand { entry } => report_by_hand(plan, entry, console),
        AgentOutcome::Unverified(problem) => {
            write_line(plan, "the entry is in its settings, but does not work yet", console);
            console.write_problem(problem);
        }
        AgentOutcome::Failed(problem) => {
            write_line(plan, "not changed", console);
            console.write_problem(problem);
        }
    }
    if let (Some(text), true) =
        (plan.change().and_then(replacement_text), matches!(outcome, AgentOutcome::Connected { .. } | AgentOutcome::Unverified(_)))
    {
        console.write_message_under("  ", &text);
    }
}

fn write_line(plan: &AgentPlan, text: &str, console: &mut Console) {
    let file = plan.file.as_ref().map(|file| format!(": {file}")).unwrap_or_default();
    console.write_data_wrapped(&format!("{:<16}", plan.agent.name), &format!("{text}{file}"));
}

fn report_by_hand(plan: &AgentPlan, entry: &str, console: &mut Console) {
    write_line(plan, "to be changed by hand", console);
    for line in entry.lines() {
        console.write_data(&format!("    {line}"));
    }
}

fn refusal(plan: &AgentPlan) -> Option<&Problem> {
    match &plan.step {
        AgentStep::Refused(problem) => Some(problem),
        _ => None,
    }
}

/// Returns the exit code of the first problem. An agent that a person named and has to change by hand is not done.
fn exit_code(results: &[(AgentPlan, AgentOutcome)], is_named: bool, action: &AgentAction) -> u8 {
    let problem = results.iter().find_map(|(_, outcome)| match outcome {
        AgentOutcome::Unverified(problem) | AgentOutcome::Failed(problem) => Some(problem.exit_code()),
        AgentOutcome::ByHand { .. } if is_named => Some(EXIT_FAILURE),
        _ => None,
    });
    let is_nothing = results.is_empty() && *action != AgentAction::Disconnect;
    problem.unwrap_or(if is_nothing { EXIT_FAILURE } else { EXIT_SUCCESS })
}

/// Without an outcome, what would be done.
fn result_json(plan: &AgentPlan, outcome: Option<&AgentOutcome>) -> Value {
    let (result, problem, tools) = match outcome {
        None => match &plan.step {
            AgentStep::Change(_) => ("would_change", None, None),
            AgentStep::Done { .. } => ("unchanged", None, None),
            AgentStep::ByHand { .. } => ("by_hand", None, None),
            AgentStep::Refused(problem) => ("failed", Some(problem), None),
        },
        Some(AgentOutcome::Connected { tools }) => ("connected", None, Some(tools)),
        Some(AgentOutcome::Disconnected) => ("disconnected", None, None),
        Some(AgentOutcome::SkillInstalled) => ("installed", None, None),
        Some(AgentOutcome::SkillRemoved) => ("removed", None, None),
        Some(AgentOutcome::Unverified(problem)) => ("unverified", Some(problem), None),
        Some(AgentOutcome::Unchanged) => ("unchanged", None, None),
        Some(AgentOutcome::ByHand { .. }) => ("by_hand", None, None),
        Some(AgentOutcome::Failed(problem)) => ("failed", Some(problem), None),
    };
    let change = plan.change();
    let entry = match &plan.step {
        AgentStep::ByHand { entry } => Some(entry),
        _ => None,
    };
    let subject: &str = plan.subject.into();
    let is_changed = change.is_some() && matches!(outcome, Some(outcome) if !matches!(outcome, AgentOutcome::Failed(_)));
    let replaces = change.and_then(|change| change.replaces.as_ref()).map(|replaced| {
        let state: &str = replaced.state.into();
        json!({ "name": replaced.name, "state": state, "detail": replaced.detail })
    });
    json!({
        "id": plan.agent.id, "name": plan.agent.name, "subject": subject, "path": plan.file, "result": result, "changed": is_changed, "tools": tools,
        "command": command(&plan.step), "diff": change.map(change_lines), "entry": entry, "replaces": replaces,
        "problem": problem.map(problem_json),
    })
}

fn command(step: &AgentStep) -> Option<&Vec<String>> {
    let command = match step {
        AgentStep::Change(change) => &change.command,
        AgentStep::Done { command } => command,
        _ => return None,
    };
    (!command.is_empty()).then_some(command)
}

const CONNECT_HELP: &str = "\
Adds `notion-auth mcp` to the agents' settings, so that they share one sign-in and no token is in any file. You see the exact change of each \
file and are asked once. Nothing else in a file is touched: comments and order stay. Then the entry is tried out: the bridge is started as \
the agent would start it, and must list Notion's tools. Sign in first: notion-auth login --path mcp.

Examples:
  notion-auth agents connect                         all agents that were found
  notion-auth agents connect codex cursor            these two
  notion-auth agents connect --dry-run               show the changes only
  notion-auth agents connect --workspace Acme --yes  with another workspace's sign-in, in a script
  notion-auth agents connect cursor --scope project  in the settings of the project in this folder
  notion-auth agents connect claude-code --skill     with the skill that explains notion-auth to the agent

Exit status: 0 if all of them work, 1 if a file could not be changed, 3 if --yes is missing, 4 if you're not signed in to Notion MCP.";

const DISCONNECT_HELP: &str = "\
Removes the entries that start `notion-auth mcp`. A file that nothing else has changed since is as it was before `connect`, byte for byte; \
otherwise only the entry goes. The sign-in stays: notion-auth logout ends it.

Examples:
  notion-auth agents disconnect                      all agents that are connected
  notion-auth agents disconnect cursor --dry-run     show the change only

Exit status: 0 if none of them is connected any more, 1 if a file could not be changed, 3 if --yes is missing.";
