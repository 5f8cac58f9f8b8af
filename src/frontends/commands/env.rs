//! `env`: prints lines that set the variables. They contain the token only with `--reveal`.

mod lines;

use super::chosen::Chosen;
use crate::cli::{EnvArgs, Format};
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::frontends::console::{Console, DONE};
use crate::runtime::ports::World;
use jiff::civil::Date;
use lines::{Token, Values};

/// Facts about this run that decide what `env` prints.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub today: Date,
    /// True if the printed lines must fetch the token from the demo too.
    pub is_demo: bool,
    /// True if `NOTION_KEYRING` turns the keychain off.
    pub keyring_is_off: bool,
    /// True if standard output is a terminal.
    pub is_on_screen: bool,
}

pub async fn run(args: &EnvArgs, around: Setting, world: &World, console: &mut Console) -> u8 {
    match written(args, around, world, console).await {
        Ok(()) => DONE,
        Err(problem) => console.problem(&problem),
    }
}

async fn written(args: &EnvArgs, around: Setting, world: &World, console: &mut Console) -> Result<(), Problem> {
    let chosen = Chosen::find(args.workspace.as_deref(), world, console).await?;
    let (account, workspace_id) = (chosen.account(), chosen.workspace_id(world).await);
    let secret = if args.reveal { Some(chosen.secret(world).await?) } else { None };
    let values = Values {
        token: secret.as_ref().map_or(Token::Fetched(account.as_deref()), Token::Revealed),
        workspace_id: workspace_id.as_deref(),
        keyring_is_off: around.keyring_is_off,
        is_demo: around.is_demo,
    };
    let lines = lines::of(args.format, &values)?;
    chosen.remind(around.today, console);
    if let Some(secret) = &secret {
        tell_of_the_token(args.format, secret, &chosen, around.is_on_screen, console);
    }
    console.secret(&lines);
    Ok(())
}

fn tell_of_the_token(format: Format, secret: &Secret, chosen: &Chosen, is_on_screen: bool, console: &mut Console) {
    // The runner must know the secret before anything can print it.
    if format == Format::Github && !is_on_screen {
        console.mask(secret);
    }
    if is_on_screen {
        console.say(&format!(
            "The token of {} stands on this screen now, and in its scrollback. Without --reveal the lines hold no secret.",
            chosen.name()
        ));
    }
}
