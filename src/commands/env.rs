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

/// Print environment variables for a shell, a file or CI; --reveal adds the token
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct EnvArgs {
    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = DEFAULT_FORMAT, value_parser = one_of_variants::<EnvFormat>())]
    pub format: EnvFormat,
    /// Use this workspace's credential instead of the active one (name, ID or key)
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
    /// Also set this variable to the token (repeatable)
    #[arg(long = "as", value_name = "NAME")]
    pub names: Vec<VariableName>,
    /// Include the token itself instead of a command or reference
    #[arg(long)]
    pub reveal: bool,
}

const DEFAULT_FORMAT: &str = if cfg!(windows) { "powershell" } else { "sh" };

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
            "The token of {} is now on your screen and in its scrollback. Without --reveal, the output contains no secret.",
            selected.display_name()
        ));
    }
}

const AFTER_HELP: &str = "\
Sets NOTION_API_TOKEN and, if the workspace is known, NOTION_WORKSPACE_ID. NOTION_KEYRING=0 is included if the keychain is turned \
off here. For programs that read another variable, such as NOTION_TOKEN, NOTION_API_KEY, NOTION_KEY or NOTION_PAT, add --as.

Without --reveal, the output does not contain the token. The shell formats run a command that fetches it each time; docker takes it \
from the environment it is started in; github takes it from the repository's secrets; dotenv leaves it empty for you to fill in. The \
output names the credential that is active now and keeps using it, even if you switch later.

With --reveal, the github format is for the file named by $GITHUB_ENV, and stderr carries the command that masks the token in the log.

Examples:
  notion-auth env >> ~/.profile                      fetch the token at each login
  eval \"$(notion-auth env --workspace Acme)\"         use another workspace in this shell
  notion-auth env --format fish | source
  notion-auth env --format dotenv                    the lines for a .env file
  notion-auth env --as NOTION_TOKEN --format dotenv  for programs that read NOTION_TOKEN
  notion-auth env --format docker > notion.env
  notion-auth run -- docker run --env-file notion.env IMAGE
  notion-auth env --format github --reveal >> \"$GITHUB_ENV\"

Exit status: 0 on success, 1 if a value can't be written safely in the format, 3 if several workspaces match, 4 if you're not signed in.";
