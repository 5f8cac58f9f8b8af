//! `completions`: arguments, help and the generated scripts.

use super::definitions;
use clap::{Arg, Args, Command, ValueHint};
use clap_complete::{Shell, generate};

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct CompletionsArgs {
    /// The shell that will read it
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

/// Generates the completion script for a shell.
pub fn completions(shell: Shell) -> String {
    let mut command = without_files(definitions());
    let mut script = Vec::new();
    generate(shell, &mut command, "notion-auth", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    if shell == Shell::Bash { script.replace(MISSED, MEANT) } else { script }
}

/// clap_complete 4.6.11 treats the hyphen in the program's name as a command separator when it writes bash's completion cases,
/// but not when it looks them up, so completion would stop after the first word.
const MISSED: &str = "notion__subcmd__auth__subcmd__";
const MEANT: &str = "notion__auth__subcmd__";

/// Disables file name completion for values without a hint, because here they are workspaces, ids or dates.
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
