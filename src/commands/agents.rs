//! `agents`: the coding agents on this machine, how each is connected to Notion, and the commands that change it.

mod change;
mod report;

use crate::domain::agents::{AgentFileFinding, AgentFinding, AgentState};
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::ports::World;
use change::{ConnectArgs, DisconnectArgs};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde_json::{Value, json};

/// List the coding agents on this machine, and connect them to Notion
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct AgentsArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Option<AgentsCommand>,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum AgentsCommand {
    Connect(ConnectArgs),
    Disconnect(DisconnectArgs),
}

pub async fn run(args: AgentsArgs, today: Date, world: &World, console: &mut Console) -> u8 {
    match args.command {
        None => list(args.json, world, console).await,
        Some(AgentsCommand::Connect(args)) => change::connect(args, today, world, console).await,
        Some(AgentsCommand::Disconnect(args)) => change::disconnect(args, today, world, console).await,
    }
}

async fn list(is_json: bool, world: &World, console: &mut Console) -> u8 {
    let findings = match world.machine.inspect_agents().await {
        Ok(findings) => findings,
        Err(problem) => return console.write_problem(&problem),
    };
    if is_json {
        console.write_json(&json!({ "schema": 1, "agents": findings.iter().map(agent_json).collect::<Vec<_>>() }));
        return EXIT_SUCCESS;
    }
    let found: Vec<_> = findings.iter().filter(|finding| finding.is_found || !finding.files.is_empty()).collect();
    if found.is_empty() {
        console.write_message("No coding agents found on this machine.");
    }
    let has_secret = found.iter().any(|finding| finding.state() == AgentState::PlainSecret);
    for finding in found {
        console.write_data_wrapped(&format!("{:<16}", finding.agent.name), state_text(finding.state()));
        for file in &finding.files {
            let detail = file.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
            console.write_data_wrapped("                ", &format!("{}: {}{detail}", file.path, state_text(file.state)));
        }
    }
    if has_secret {
        console.write_message("To move the token out of the file into the keychain: notion-auth agents connect");
    }
    EXIT_SUCCESS
}

fn state_text(state: AgentState) -> &'static str {
    match state {
        AgentState::NotConnected => "no entry for Notion in its files",
        AgentState::Unknown => "unknown",
        AgentState::OwnSignIn => "signs in by itself",
        AgentState::Helper => "connected with a token from notion-auth",
        AgentState::Bridge => "connected through notion-auth",
        AgentState::PlainSecret => "a token is in the file as plain text",
    }
}

fn agent_json(finding: &AgentFinding) -> Value {
    let AgentFinding { agent, is_found, files } = finding;
    let state: &str = finding.state().into();
    json!({
        "id": agent.id, "name": agent.name, "found": is_found, "state": state, "files": files.iter().map(file_json).collect::<Vec<_>>(),
        "bridge": entry(Some(&agent.bridge)), "helper": entry(agent.helper.as_ref()),
        "own": entry(agent.own.as_ref().map(|own| &own.entry)), "source": agent.source, "as_of": agent.as_of,
    })
}

/// Returns `null` for a method that the agent does not support.
fn entry(text: Option<&String>) -> Value {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn file_json(file: &AgentFileFinding) -> Value {
    let (scope, state): (&str, &str) = (file.scope.into(), file.state.into());
    json!({ "path": file.path, "scope": scope, "state": state, "detail": file.detail })
}

const AFTER_HELP: &str = "\
Without a command, reads the settings of your user and of the project in this folder, and changes nothing. `connect` adds \
`notion-auth mcp` to an agent's settings, so that all agents share one sign-in; `disconnect` removes it again.

Examples:
  notion-auth agents                                 the agents that were found
  notion-auth agents --json                          all known agents, for programs
  notion-auth agents connect --dry-run               show what would be changed
  notion-auth agents connect                         connect all agents that were found
  notion-auth agents disconnect codex                disconnect one

Exit status: 0 if the settings could be read.";
