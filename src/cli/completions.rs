//! `completions`: what a shell needs to complete our commands.

use super::definitions;
use clap::{Arg, Args, Command, ValueHint};
use clap_complete::{Shell, generate};

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct CompletionsArgs {
    /// The shell that will read it
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

/// The script that this shell is to read.
pub fn completions(shell: Shell) -> String {
    let mut command = without_files(definitions());
    let mut script = Vec::new();
    generate(shell, &mut command, "notion-auth", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    if shell == Shell::Bash { script.replace(MISSED, MEANT) } else { script }
}

/// clap_complete 4.6.11 takes the hyphen of a program's name for the seam between two commands where it lists what a command
/// completes, and not where it looks for the command: in bash nothing behind the first word would be found.
const MISSED: &str = "notion__subcmd__auth__subcmd__";
const MEANT: &str = "notion__auth__subcmd__";

/// A value of which nothing is known is offered the names of files; here it is a workspace, an id or a date.
fn without_files(command: Command) -> Command {
    let hinted = |arg: Arg| match arg.get_value_hint() {
        ValueHint::Unknown if arg.get_action().takes_values() => arg.value_hint(ValueHint::Other),
        _ => arg,
    };
    command.mut_args(hinted).mut_subcommands(without_files)
}

pub(super) const AFTER_HELP: &str = "\
The script is written for the notion-auth that wrote it: have the shell ask for it when it starts. PowerShell's file \
for that is $PROFILE.

Examples:
  eval \"$(notion-auth completions bash)\"             in ~/.bashrc
  eval \"$(notion-auth completions zsh)\"              in ~/.zshrc, after compinit
  notion-auth completions fish | source              in ~/.config/fish/config.fish
  notion-auth completions powershell | Out-String | Invoke-Expression
  eval (notion-auth completions elvish | slurp)      in ~/.config/elvish/rc.elv";
