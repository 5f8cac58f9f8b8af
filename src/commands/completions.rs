//! `completions`: generates the completion script of a shell from the clap definitions.

use crate::frontends::console::{Console, EXIT_SUCCESS};
use clap::{Arg, Args, Command, ValueHint};
use clap_complete::{Shell, generate};

/// Print a shell completion script
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct CompletionsArgs {
    /// Your shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

/// Generates the completion script for a shell; `command` is the whole command line.
pub fn completion_script(shell: Shell, command: Command) -> String {
    let mut command = disable_file_completion(command);
    let mut script = Vec::new();
    generate(shell, &mut command, "notion-auth", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    if shell == Shell::Bash { script.replace(WRONG_CASE_PREFIX, RIGHT_CASE_PREFIX) } else { script }
}

/// clap_complete 4.6.11 treats the hyphen in the program's name as a command separator when it writes bash's completion cases,
/// but not when it looks them up, so completion would stop after the first word.
const WRONG_CASE_PREFIX: &str = "notion__subcmd__auth__subcmd__";
const RIGHT_CASE_PREFIX: &str = "notion__auth__subcmd__";

/// Disables file name completion for values without a hint, because here they are workspaces, ids or dates.
fn disable_file_completion(command: Command) -> Command {
    let hinted = |arg: Arg| match arg.get_value_hint() {
        ValueHint::Unknown if arg.get_action().takes_values() => arg.value_hint(ValueHint::Other),
        _ => arg,
    };
    command.mut_args(hinted).mut_subcommands(disable_file_completion)
}

pub fn run(args: &CompletionsArgs, command: Command, console: &mut Console) -> u8 {
    console.write_preformatted(&completion_script(args.shell, command), true);
    EXIT_SUCCESS
}

const AFTER_HELP: &str = "\
The script matches the installed version of notion-auth, so load it each time your shell starts. In PowerShell, add the command to \
$PROFILE.

Examples:
  eval \"$(notion-auth completions bash)\"             in ~/.bashrc
  eval \"$(notion-auth completions zsh)\"              in ~/.zshrc, after compinit
  notion-auth completions fish | source              in ~/.config/fish/config.fish
  notion-auth completions powershell | Out-String | Invoke-Expression
  eval (notion-auth completions elvish | slurp)      in ~/.config/elvish/rc.elv";
