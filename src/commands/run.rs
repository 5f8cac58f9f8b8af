//! `run`: runs a command with the credential in its environment and nowhere else. It prints nothing unless the command cannot
//! be started or the credential is about to expire.

use super::selection::SelectedCredential;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::domain::variables::{VariableName, variables_for};
use crate::frontends::console::Console;
use crate::runtime::ports::{LaunchOutcome, LaunchRequest, Launcher, World};
use clap::Args;
use jiff::civil::Date;
use std::iter;

/// Run a command with the active credential in its environment
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct RunArgs {
    /// Use this workspace's credential instead of the active one (name, ID or key)
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
    /// Also set this variable to the token (repeatable)
    #[arg(long = "as", value_name = "NAME")]
    pub names: Vec<VariableName>,
    /// The command and its arguments, after --
    #[arg(value_name = "CMD", required = true, last = true)]
    pub command: Vec<std::ffi::OsString>,
}

/// The exit codes that shells use.
const EXIT_NOT_FOUND: u8 = 127;
const EXIT_NOT_EXECUTABLE: u8 = 126;

pub async fn run(
    args: RunArgs,
    keyring_is_off: bool,
    today: Date,
    world: &World,
    launcher: &dyn Launcher,
    console: &mut Console,
) -> u8 {
    let name = args.command.first().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let attempt = async {
        let selected = SelectedCredential::select(args.workspace.as_deref(), world, console).await?;
        let (token, workspace_id) = (selected.secret(world).await?, selected.workspace_id());
        // The warning comes first, because on Unix the command replaces this process.
        selected.warn_if_expiring(today, console);
        let token_variables = token_variables(&args, &token, world)?;
        launcher.launch(LaunchRequest { command: args.command, token_variables, workspace_id, keyring_is_off }).await
    };
    let outcome: Result<LaunchOutcome, Problem> = attempt.await;
    match outcome {
        Ok(LaunchOutcome::Exited(exit_code)) => exit_code,
        Ok(LaunchOutcome::NotFound) => {
            console.write_message(&format!("{name}: command not found"));
            EXIT_NOT_FOUND
        }
        Ok(LaunchOutcome::NotExecutable(why)) => {
            console.write_message(&format!("{name}: cannot execute: {why}"));
            EXIT_NOT_EXECUTABLE
        }
        Err(problem) => console.write_problem(&problem),
    }
}

/// Returns `NOTION_API_TOKEN`, the variables that the program is known to read, and those that were asked for.
fn token_variables(args: &RunArgs, token: &Secret, world: &World) -> Result<Vec<(VariableName, Secret)>, Problem> {
    let known =
        variables_for(&args.command).filter(|variable| !variable.only_if_set || world.machine.is_variable_set(&variable.name));
    let names = iter::once(VariableName::default_name()).chain(known.map(VariableName::from)).chain(args.names.iter().cloned());
    names.map(|name| name.value(token).map(|value| (name, value))).collect()
}

const AFTER_HELP: &str = "\
Runs CMD with the current environment plus NOTION_API_TOKEN and NOTION_WORKSPACE_ID. The token is not passed in arguments or files.

Programs known to read another variable get that one too: notion-mcp-server and notion2md read NOTION_TOKEN, also when started with \
npx, bunx, uvx and similar. For other programs, name the variable with --as, such as NOTION_API_KEY, NOTION_KEY, NOTION_PAT or \
NOTION_INTEGRATION_TOKEN. Existing values are replaced for this command. If NOTION_KEYRING turns the keychain off, CMD gets it as 0, \
which ntn understands.

On Unix, CMD replaces the notion-auth process, so it owns the terminal, the signals and the exit code.

Examples:
  notion-auth run -- ntn workers list
  notion-auth run -- python script.py
  notion-auth run -- npx -y @notionhq/notion-mcp-server
  notion-auth run --as NOTION_KEY -- python script.py
  notion-auth run --workspace Acme -- printenv NOTION_WORKSPACE_ID
  notion-auth run -- sh -c 'test -n \"$NOTION_API_TOKEN\"'

Exit status: that of CMD. If CMD can't be started: 127 if it is not found, 126 if it can't be executed, 3 if several workspaces match, \
4 if you're not signed in, 6 if the secret can't be read.";
