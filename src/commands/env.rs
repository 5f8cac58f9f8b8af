//! `env`: prints lines that set the variables. They contain the token only with `--reveal`.

mod formats;

use super::one_of_variants;
use super::selection::SelectedCredential;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::domain::variables::VariableName;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::ports::World;
use clap::Args;
use formats::{EnvValues, TokenValue};
use jiff::civil::Date;
use strum::{IntoStaticStr, VariantArray};

/// Write lines for a shell, a file or a pipeline; names only, unless values are asked for
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct EnvArgs {
    /// For whom the lines are
    #[arg(long, value_name = "FORMAT", default_value = "sh", value_parser = one_of_variants::<EnvFormat>())]
    pub format: EnvFormat,
    /// The credential of this workspace (name or id), or with this key, rather than the active one
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
    /// Also set this variable to the token; may be repeated
    #[arg(long = "as", value_name = "NAME")]
    pub names: Vec<VariableName>,
    /// Write the token itself; without it, lines that fetch or name it
    #[arg(long)]
    pub reveal: bool,
}

/// The program that reads the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum EnvFormat {
    /// POSIX shells (sh, bash, zsh, dash), for a profile or `eval "$(…)"`.
    Sh,
    Fish,
    PowerShell,
    /// A `.env` file, as read by python-dotenv, dotenv for Node, Ruby and Go, and Docker Compose.
    Dotenv,
    /// GitHub Actions: a workflow's `env:` block, or the file named by `$GITHUB_ENV`.
    Github,
    /// The file for `docker run --env-file`.
    Docker,
}

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

pub async fn run(args: &EnvArgs, context: EnvContext, world: &World, console: &mut Console) -> u8 {
    match write_env(args, context, world, console).await {
        Ok(()) => EXIT_SUCCESS,
        Err(problem) => console.write_problem(&problem),
    }
}

async fn write_env(args: &EnvArgs, context: EnvContext, world: &World, console: &mut Console) -> Result<(), Problem> {
    let selected = SelectedCredential::select(args.workspace.as_deref(), world, console).await?;
    let (account, workspace_id) = (selected.account(), selected.workspace_id());
    let secret = if args.reveal { Some(selected.secret(world).await?) } else { None };
    let mut names = vec![VariableName::default_name()];
    for name in &args.names {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let values = EnvValues {
        names: &names,
        token: secret.as_ref().map_or(TokenValue::Fetched(account.as_deref()), TokenValue::Revealed),
        workspace_id: workspace_id.as_deref(),
        keyring_is_off: context.keyring_is_off,
        is_demo: context.is_demo,
    };
    let lines = formats::render(args.format, &values)?;
    selected.warn_if_expiring(context.today, console);
    if let Some(secret) = &secret {
        warn_token_revealed(args.format, secret, &selected, context.is_terminal, console);
    }
    console.write_secret(&lines);
    Ok(())
}

fn warn_token_revealed(
    format: EnvFormat,
    secret: &Secret,
    selected: &SelectedCredential,
    is_on_screen: bool,
    console: &mut Console,
) {
    // The runner must know the secret before anything can print it.
    if format == EnvFormat::Github && !is_on_screen {
        console.write_github_mask(secret);
    }
    if is_on_screen {
        console.write_message(&format!(
            "The token of {} stands on this screen now, and in its scrollback. Without --reveal the lines hold no secret.",
            selected.display_name()
        ));
    }
}

const AFTER_HELP: &str = "\
The lines set NOTION_API_TOKEN and, where the workspace is known, NOTION_WORKSPACE_ID. For programs that read another variable, such \
as NOTION_TOKEN, NOTION_API_KEY, NOTION_KEY or NOTION_PAT, name it with --as. NOTION_KEYRING=0 is among them where it is set \
so here. Without --reveal the token is not in them: a shell's lines fetch it each time they run, Docker's take it from the environment \
that docker is started in, a workflow's take it from the repository's secrets, and a .env file is left to be filled in. \
They name the credential that is active now, and stay with it when another becomes active.

With --reveal and --format github the lines are for the file that $GITHUB_ENV names. Standard error carries the command that has the \
runner hide the token in its log.

Examples:
  notion-auth env >> ~/.profile                      fetch the token at each login
  eval \"$(notion-auth env --workspace Acme)\"         in this shell, another workspace
  notion-auth env --format fish | source
  notion-auth env --format dotenv                    what a .env file has to hold
  notion-auth env --as NOTION_TOKEN --format dotenv  for programs that read NOTION_TOKEN
  notion-auth env --format docker > notion.env
  notion-auth run -- docker run --env-file notion.env IMAGE
  notion-auth env --format github --reveal >> \"$GITHUB_ENV\"

It ends with 0 where the lines were written, with 3 where it is open which workspace is meant, with 4 where nobody is signed in, and \
with 1 where a value has no spelling that every reader of the format agrees on.";
