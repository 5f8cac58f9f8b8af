//! `agents connect` and `agents disconnect`: show what would be changed in the agents' files, ask once, and report the results.

use super::report::{change_lines, report_plans, report_result, result_json};
use crate::domain::agents::method::ConnectionMethod;
use crate::domain::agents::plan::{AgentAction, AgentOutcome, AgentPlan, AgentRequest, AgentResult, AgentStep};
use crate::domain::agents::selection::find_agent;
use crate::domain::agents::{Agent, Scope, known_agents};
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::frontends::console::{Console, EXIT_FAILURE, EXIT_SUCCESS, problem_json};
use crate::runtime::agents::{AgentChanges, find_sign_in, found_agents};
use crate::runtime::ports::World;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use serde_json::json;

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
    /// How the agents connect
    #[arg(long, value_enum, default_value_t = HowArg::Bridge)]
    pub how: HowArg,
    /// Save tokens that the settings contain in the keychain before they are replaced
    #[arg(long)]
    pub save_tokens: bool,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum HowArg {
    /// The agent starts notion-auth mcp, which keeps the sign-in (recommended)
    Bridge,
    /// The agent connects by itself and runs notion-auth mcp --headers for the token
    Helper,
    /// The agent connects and signs in by itself
    Own,
}

impl HowArg {
    fn method(self) -> ConnectionMethod {
        match self {
            Self::Bridge => ConnectionMethod::Bridge,
            Self::Helper => ConnectionMethod::Helper,
            Self::Own => ConnectionMethod::Own,
        }
    }
}

pub async fn connect(args: ConnectArgs, today: Date, world: &World, console: &mut Console) -> u8 {
    let ConnectArgs { agents, workspace, how, save_tokens, skill, options } = args;
    let change = Change {
        action: AgentAction::Connect { method: how.method(), workspace },
        names: agents,
        has_skill: skill,
        save_tokens,
        today,
        options,
    };
    change.run(world, console).await
}

pub async fn disconnect(args: DisconnectArgs, today: Date, world: &World, console: &mut Console) -> u8 {
    let DisconnectArgs { agents, options } = args;
    let change = Change { action: AgentAction::Disconnect, names: agents, has_skill: true, save_tokens: false, today, options };
    change.run(world, console).await
}

/// A change as the command line asks for it.
struct Change {
    action: AgentAction,
    /// Empty for all agents.
    names: Vec<String>,
    has_skill: bool,
    save_tokens: bool,
    today: Date,
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

async fn change(change: Change, world: &World, console: &mut Console) -> Result<u8, Problem> {
    let Change { action, names, has_skill, save_tokens, today, options } = change;
    let scope = if options.scope == ScopeArg::User { Scope::User } else { Scope::Project };
    let agents = select(&action, &names, world).await?;
    let mut plans = world.agents.plan(AgentRequest { action: action.clone(), agents, scope, has_skill }).await?;
    if names.is_empty() {
        // An agent without a file of this scope was not asked for, nor one that is not connected anyway.
        let is_disconnected = |plan: &AgentPlan| action == AgentAction::Disconnect && matches!(plan.step, AgentStep::Done { .. });
        plans.retain(|plan| plan.file.is_some() && !is_disconnected(plan));
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
    if let AgentAction::Connect { method, workspace } = &action
        && *method != ConnectionMethod::Own
        && !options.json
        && let Err(problem) = find_sign_in(workspace.as_deref(), world).await
    {
        console.write_problem(&problem);
    }
    if options.dry_run {
        report_plans(&plans, options.json, console);
        return Ok(plans.iter().find_map(|plan| refusal(plan).map(Problem::exit_code)).unwrap_or(EXIT_SUCCESS));
    }
    let needs_consent = !options.yes && plans.iter().any(|plan| plan.change().is_some());
    let is_token_saved =
        if needs_consent { ask_for_consent(&plans, save_tokens, options.json, console).await? } else { save_tokens };
    let mut changes = AgentChanges::new(&action, is_token_saved.then_some(today), world);
    let mut results = Vec::new();
    for plan in plans {
        let result = changes.carry_out(plan).await;
        if !options.json {
            report_result(&result, console);
        }
        results.push(result);
    }
    if options.json {
        let agents: Vec<_> = results.iter().map(result_json).collect();
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

/// Shows the changes and asks for consent. Returns true if tokens in the files are to be saved
/// first; `save_tokens` is the option's answer.
async fn ask_for_consent(plans: &[AgentPlan], save_tokens: bool, is_json: bool, console: &mut Console) -> Result<bool, Problem> {
    if !console.is_interactive || is_json {
        return Err(Problem::needed(MissingInput::Consent, "Add --yes to change the files, or --dry-run to see the changes."));
    }
    for change in plans.iter().filter_map(AgentPlan::change) {
        for line in change_lines(change) {
            console.write_message_unwrapped(&line);
        }
    }
    let has_token = plans.iter().any(|plan| plan.saveable_token().is_some());
    let question = "Verify the token and save it in the keychain before it's removed?";
    let is_saved = save_tokens || has_token && console.confirm(question).await?;
    if console.confirm("Make these changes?").await? {
        return Ok(is_saved);
    }
    Err(Problem::new(ProblemCode::Cancelled))
}

fn refusal(plan: &AgentPlan) -> Option<&Problem> {
    match &plan.step {
        AgentStep::Refused(problem) => Some(problem),
        _ => None,
    }
}

/// Returns the exit code of the first problem. An agent that a person named and has to change by hand is not done.
fn exit_code(results: &[AgentResult], is_named: bool, action: &AgentAction) -> u8 {
    let problem = results.iter().find_map(|result| match &result.outcome {
        AgentOutcome::Unverified(problem) | AgentOutcome::Failed(problem) => Some(problem.exit_code()),
        AgentOutcome::ByHand { .. } if is_named => Some(EXIT_FAILURE),
        _ => None,
    });
    let is_nothing = results.is_empty() && *action != AgentAction::Disconnect;
    problem.unwrap_or(if is_nothing { EXIT_FAILURE } else { EXIT_SUCCESS })
}

const CONNECT_HELP: &str = "\
Adds `notion-auth mcp` to the agents' settings, so that they share one sign-in and no token is in any file. You see the exact change of each \
file and are asked once. Nothing else in a file is touched: comments and order stay. Then the entry is tried out: the bridge is started as \
the agent would start it, and must list Notion's tools. Sign in first: notion-auth login --path mcp.

A token in the settings is removed by the change. --save-tokens verifies it with Notion and saves it in the keychain first; \
without --yes you are asked. If it can't be saved, the file stays as it is.

--how selects another method. With helper (Claude Code and Codex only), the agent connects by itself and gets the token of the shared \
sign-in from a command. With own, the agent signs in by itself, and keeps tokens of its own.

Examples:
  notion-auth agents connect                         all agents that were found
  notion-auth agents connect codex cursor            these two
  notion-auth agents connect --dry-run               show the changes only
  notion-auth agents connect claude-code --how own   let it sign in by itself
  notion-auth agents connect --workspace Acme --yes  with another workspace's sign-in, in a script
  notion-auth agents connect cursor --scope project  in the settings of the project in this folder
  notion-auth agents connect claude-code --skill     with the skill that explains notion-auth to the agent

Exit status: 0 if all of them work, 1 if a file could not be changed, 3 if --yes is missing, 4 if you're not signed in to Notion MCP.";

const DISCONNECT_HELP: &str = "\
Removes the entries that start `notion-auth mcp`. A file that hasn't changed since `connect` is restored byte for byte; otherwise only \
the entry is removed. The sign-in stays: notion-auth logout ends it.

Examples:
  notion-auth agents disconnect                      all agents that are connected
  notion-auth agents disconnect cursor --dry-run     show the change only

Exit status: 0 if none of them is connected any more, 1 if a file could not be changed, 3 if --yes is missing.";
