//! `env`: prints lines that set the variables. They contain the token only with `--reveal`.

mod formats;

use super::selection::SelectedCredential;
use crate::cli::{EnvArgs, EnvFormat};
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::ports::World;
use formats::{EnvValues, TokenValue};
use jiff::civil::Date;

/// Facts about this run that decide what `env` prints.
#[derive(Clone, Copy, Debug)]
pub struct EnvContext {
    pub today: Date,
    /// True if the printed lines must fetch the token from the demo too.
    pub is_demo: bool,
    /// True if `NOTION_KEYRING` turns the keychain off.
    pub keyring_is_off: bool,
    /// True if standard output is a terminal.
    pub is_terminal: bool,
}

pub async fn run(args: &EnvArgs, around: EnvContext, world: &World, console: &mut Console) -> u8 {
    match write_env(args, around, world, console).await {
        Ok(()) => EXIT_SUCCESS,
        Err(problem) => console.write_problem(&problem),
    }
}

async fn write_env(args: &EnvArgs, around: EnvContext, world: &World, console: &mut Console) -> Result<(), Problem> {
    let chosen = SelectedCredential::select(args.workspace.as_deref(), world, console).await?;
    let (account, workspace_id) = (chosen.account(), chosen.workspace_id());
    let secret = if args.reveal { Some(chosen.secret(world).await?) } else { None };
    let values = EnvValues {
        token: secret.as_ref().map_or(TokenValue::Fetched(account.as_deref()), TokenValue::Revealed),
        workspace_id: workspace_id.as_deref(),
        keyring_is_off: around.keyring_is_off,
        is_demo: around.is_demo,
    };
    let lines = formats::render(args.format, &values)?;
    chosen.warn_if_expiring(around.today, console);
    if let Some(secret) = &secret {
        warn_token_revealed(args.format, secret, &chosen, around.is_terminal, console);
    }
    console.write_secret(&lines);
    Ok(())
}

fn warn_token_revealed(format: EnvFormat, secret: &Secret, chosen: &SelectedCredential, is_on_screen: bool, console: &mut Console) {
    // The runner must know the secret before anything can print it.
    if format == EnvFormat::Github && !is_on_screen {
        console.write_github_mask(secret);
    }
    if is_on_screen {
        console.write_message(&format!(
            "The token of {} stands on this screen now, and in its scrollback. Without --reveal the lines hold no secret.",
            chosen.display_name()
        ));
    }
}
