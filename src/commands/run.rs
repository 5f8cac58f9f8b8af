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
    /// The credential of this workspace (name or id), or with this key, rather than the active one
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
    /// Also set this variable to the token; may be repeated
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
            console.write_message(&format!("{name}: cannot be executed: {why}"));
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
The command gets this environment, and NOTION_API_TOKEN and NOTION_WORKSPACE_ID of the credential; nothing else of it, no file and no \
argument. A program that is known to read another variable gets it too: notion-mcp-server and notion2md read NOTION_TOKEN, also \
behind npx, bunx, uvx and the like. For any other program, name the variable with --as: NOTION_API_KEY, NOTION_KEY, NOTION_PAT, \
NOTION_INTEGRATION_TOKEN or a name of your own. A value that is set already is replaced for the command. Where NOTION_KEYRING turns the keychain off, it is handed on as 0, which is what ntn understands. On Unix the command takes \
the place of notion-auth, so that its input, its terminal, the signals and its exit code are its own.

Examples:
  notion-auth run -- ntn workers list
  notion-auth run -- python script.py
  notion-auth run -- npx -y @notionhq/notion-mcp-server
  notion-auth run --as NOTION_KEY -- python script.py
  notion-auth run --workspace Acme -- printenv NOTION_WORKSPACE_ID
  notion-auth run -- sh -c 'test -n \"$NOTION_API_TOKEN\"'

It ends as the command ends. Before the command could begin: 127 where it is not found, 126 where it cannot be executed, and \
otherwise as every command here: 3 where it is open which workspace is meant, 4 where nobody is signed in, 6 where the secret cannot \
be read.";
