//! `run`: runs a command with the credential in its environment and nowhere else. It prints nothing unless the command cannot
//! be started or the credential is about to expire.

use super::selection::SelectedCredential;
use crate::cli::RunArgs;
use crate::domain::problem::Problem;
use crate::frontends::console::Console;
use crate::runtime::ports::{LaunchOutcome, LaunchRequest, Launcher, World};
use jiff::civil::Date;

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
        let chosen = SelectedCredential::select(args.workspace.as_deref(), world, console).await?;
        let (token, workspace_id) = (chosen.secret(world).await?, chosen.workspace_id());
        // The warning comes first, because on Unix the command replaces this process.
        chosen.warn_if_expiring(today, console);
        launcher.launch(LaunchRequest { command: args.command, token, workspace_id, keyring_is_off }).await
    };
    let ended: Result<LaunchOutcome, Problem> = attempt.await;
    match ended {
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
