//! Needs zsh, fish and elvish: what the shells complete.
#![cfg(unix)]

mod manual;

use crate::support::pty::TestTerminal;
use crate::support::sandbox::{CommandOutput, Sandbox};
use clap_complete::Shell;
use notion_auth::cli;
use notion_auth::commands::completions::completion_script;

/// Every command that a person sees, by its name.
fn commands() -> Vec<String> {
    cli::public_command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

#[track_caller]
fn shell(line: &[&str]) -> CommandOutput {
    let run = Sandbox::new().with_shell().run_program(line, "");
    assert_eq!((run.exit_code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    run
}

/// Returns the completions that bash offers at the end of these words.
#[track_caller]
fn in_bash(words: &str) -> Vec<String> {
    let complete = format!(
        "eval \"$(notion-auth completions bash)\"; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
         function=$(complete -p notion-auth); function=${{function#*-F }}; ${{function%% *}} notion-auth \
         \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\" 2>/dev/null; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let run = shell(&["/bin/bash", "--norc", "-c", &complete]);
    run.stdout.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Returns the completions that fish offers at the end of this line, without their descriptions.
#[track_caller]
fn in_fish(line: &str) -> Vec<String> {
    let script = format!("notion-auth completions fish | source; complete --do-complete '{line}'");
    let run = shell(&["/usr/bin/fish", "--no-config", "-c", &script]);
    run.stdout.lines().filter_map(|line| line.split('\t').next()).map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_options_and_values() {
    let offered = in_bash("notion-auth ''");
    assert!(commands().iter().all(|command| offered.contains(command)), "{offered:?}");
    assert_eq!(in_bash("notion-auth log"), ["login", "logout"]);
    assert_eq!(in_bash("notion-auth login --store ''"), ["keychain", "file", "none"]);
    assert_eq!(in_bash("notion-auth login --path o"), ["oauth"]);
    assert_eq!(in_bash("notion-auth login --token"), ["--token-stdin"]);
    assert_eq!(in_bash("notion-auth completions po"), ["powershell"]);
    assert_eq!(in_bash("notion-auth refresh --dem"), ["--demo"]);
}

#[test]
fn no_file_is_offered_where_a_workspace_is_meant() {
    assert_eq!(in_bash("notion-auth token --workspace ''"), Vec::<String>::new());
    assert_eq!(in_fish("notion-auth token --workspace "), Vec::<String>::new());
}

#[test]
fn fish_completes_commands_options_and_values() {
    let offered = in_fish("notion-auth ");
    assert!(commands().iter().all(|command| offered.contains(command)), "{offered:?}");
    assert_eq!(in_fish("notion-auth login --store "), ["file", "keychain", "none"]);
    assert!(in_fish("notion-auth status --ch").contains(&"--check".into()));
}

#[test]
fn zsh_completes_at_the_tab_key() {
    let home = Sandbox::new().with_shell();
    let path = format!("{}:/usr/bin:/bin", home.path().join("bin").display());
    let terminal = TestTerminal::start((100, 24), "/usr/bin/zsh", &["-f", "-i"], &[("PATH", &path), ("PS1", "ready> ")]);
    terminal.wait_for_text("ready>");
    terminal.send_text("autoload -U compinit && compinit -D && eval \"$(notion-auth completions zsh)\" && clear && echo loaded\r");
    terminal.wait_for(|screen| screen.contents().starts_with("loaded"), "the loaded script");
    terminal.send_text("notion-auth login --store ke\t");
    terminal.wait_for_text("--store keychain");
    terminal.send_text("\x15notion-auth comp\tz\t");
    terminal.wait_for_text("notion-auth completions zsh");
    terminal.send_text("\x15exit\r");
    terminal.wait_exit();
}

/// Outside an editor elvish has no `edit:` of its own; this one hands the candidates out.
#[test]
fn elvish_completes_values() {
    let edit = "var edit: = (ns [&completion:=(ns [&arg-completer=[&]]) &complex-candidate~={|stem &display=''| put $stem}])";
    let script = format!(
        "{edit}\n{}\n$edit:completion:arg-completer[notion-auth] notion-auth ''",
        completion_script(Shell::Elvish, cli::public_command())
    );
    let run = shell(&["/usr/bin/elvish", "-norc", "-c", &script]);
    assert!(commands().iter().all(|command| run.stdout.contains(&format!("▶ {command}"))), "{}", run.stdout);
}
