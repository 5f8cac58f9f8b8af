//! `env`: arguments, output formats and help.

use super::one_of_values;
use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct EnvArgs {
    /// For whom the lines are
    #[arg(long, value_name = "FORMAT", default_value = "sh", value_parser = one_of_values(&EnvFormat::ALL, EnvFormat::as_str))]
    pub format: EnvFormat,
    /// The credential of this workspace (name or id), or with this key, rather than the active one
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
    /// Write the token itself; without it, lines that fetch or name it
    #[arg(long)]
    pub reveal: bool,
}

/// The program that reads the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl EnvFormat {
    pub const ALL: [Self; 6] = [Self::Sh, Self::Fish, Self::PowerShell, Self::Dotenv, Self::Github, Self::Docker];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sh => "sh",
            Self::Fish => "fish",
            Self::PowerShell => "powershell",
            Self::Dotenv => "dotenv",
            Self::Github => "github",
            Self::Docker => "docker",
        }
    }
}

pub(super) const AFTER_HELP: &str = "\
The lines set NOTION_API_TOKEN and, where the workspace is known, NOTION_WORKSPACE_ID; NOTION_KEYRING=0 is among them where it is set \
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
  notion-auth env --format docker > notion.env
  notion-auth run -- docker run --env-file notion.env IMAGE
  notion-auth env --format github --reveal >> \"$GITHUB_ENV\"

It ends with 0 where the lines were written, with 3 where it is open which workspace is meant, with 4 where nobody is signed in, and \
with 1 where a value has no spelling that every reader of the format agrees on.";
