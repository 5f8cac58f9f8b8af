//! `send-to`: arguments and help. The secret managers and their options come from `assets/secret_managers.toml`.

use crate::domain::secret_manager::{ManagerOption, managers};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct SendToArgs {
    /// Which one; without it, all of them are listed, with what each needs
    #[arg(value_name = "MANAGER", value_parser = PossibleValuesParser::new(managers().iter().map(|manager| manager.id.as_str())))]
    pub manager: Option<String>,
    /// The credential of this workspace (name or id), or with this key, rather than the active one
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
    /// What it is called there: NOTION_API_TOKEN, for aws notion/api-token
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    #[command(flatten)]
    pub options: ManagerOptions,
    /// Run the commands without asking
    #[arg(long)]
    pub yes: bool,
    /// Write the commands, and run none of them
    #[arg(long)]
    pub dry_run: bool,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// Values of the managers' own options, by flag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManagerOptions(pub BTreeMap<String, String>);

impl ManagerOptions {
    /// Returns each flag once, with the managers that accept it.
    fn flags() -> BTreeMap<&'static str, (Vec<&'static str>, &'static ManagerOption)> {
        let mut flags = BTreeMap::new();
        for manager in managers() {
            for option in &manager.options {
                flags.entry(option.flag()).or_insert_with(|| (Vec::new(), option)).0.push(manager.id.as_str());
            }
        }
        flags
    }
}

impl FromArgMatches for ManagerOptions {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |flag: &'static str| Some((flag.to_owned(), matches.get_one::<String>(flag)?.clone()));
        Ok(Self(Self::flags().into_keys().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for ManagerOptions {
    fn augment_args(command: Command) -> Command {
        Self::flags().into_iter().fold(command, |command, (flag, (ids, option))| {
            let help = format!("{} ({})", option.text, ids.join(", "));
            let argument = Arg::new(flag).long(flag).value_name(option.example.as_str()).help(help);
            command.arg(argument.help_heading("Options of the managers"))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

pub(super) const AFTER_HELP: &str = "\
Notion is asked first whether it still takes the token. Then the manager's own client is run, which has to be installed and signed in; \
the token goes to its standard input and stands in no argument, no file and no variable. What was written is read back and compared; \
where a manager gives nothing back, such as GitHub, it has to list the name with a newer time. Nothing is run before it was shown and \
agreed to, on the terminal or by --yes.

Examples:
  notion-auth send-to                                which ones can be used here
  notion-auth send-to github --dry-run               what would be run; without --dry-run it asks
  notion-auth send-to gitlab --group acme --dry-run
  notion-auth send-to aws --region eu-central-1 --dry-run
  notion-auth send-to kubernetes --namespace ci --secret notion --dry-run
  notion-auth send-to vault --path ci/notion --yes --json

It ends with 0 where the token was found there as it is, with 1 where the client failed or it was not found, with 2 where the manager \
cannot be asked like this, with 3 where an option or --yes is missing and nobody can be asked, and with 4 where Notion refuses the token.";
