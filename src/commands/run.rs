//! `run`: runs a command with the credential in its environment and nowhere else. It prints nothing unless the command cannot
//! be started or the credential is about to expire.

use super::selection::SelectedCredential;
use crate::domain::problem::Problem;
use crate::frontends::console::Console;
use crate::runtime::ports::{LaunchOutcome, LaunchRequest, Launcher, World};
use clap::Args;
use jiff::civil::Date;

/// Run a command with the active credential in its environment
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct RunArgs {
    /// The credential of this workspace (name or id), or with this key, rather than the active one
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
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
        launcher.launch(LaunchRequest { command: args.command, token, workspace_id, keyring_is_off }).await
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

const AFTER_HELP: &str = "\
The command gets this environment, and NOTION_API_TOKEN and NOTION_WORKSPACE_ID of the credential; nothing else of it, no file and no \
argument. Where NOTION_KEYRING turns the keychain off, it is handed on as 0, which is what ntn understands. On Unix the command takes \
the place of notion-auth, so that its input, its terminal, the signals and its exit code are its own.

Examples:
  notion-auth run -- ntn workers list
  notion-auth run -- python script.py
  notion-auth run --workspace Acme -- printenv NOTION_WORKSPACE_ID
  notion-auth run -- sh -c 'test -n \"$NOTION_API_TOKEN\"'

It ends as the command ends. Before the command could begin: 127 where it is not found, 126 where it cannot be executed, and \
otherwise as every command here: 3 where it is open which workspace is meant, 4 where nobody is signed in, 6 where the secret cannot \
be read.";
