//! The scripts that shells complete with, and the manual page. `tests/parts/completions.rs` has the shells and `man` read them.
#![cfg(unix)]

use crate::support::sandbox::Sandbox;
use notion_auth::cli;

/// Every command that a person sees, by its name.
fn commands() -> Vec<String> {
    cli::public_command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

fn page() -> String {
    let run = Sandbox::new().run("man", "");
    assert_eq!((run.exit_code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    run.stdout
}

#[test]
fn every_shell_is_offered_every_command_and_none_of_those_for_our_own_use() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = Sandbox::new().run(&format!("completions {shell}"), "");
        assert_eq!((run.exit_code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
        for command in commands() {
            assert!(run.stdout.contains(&command), "{shell}: {command}");
        }
        assert!(!run.stdout.contains("open-link"), "{shell}");
    }
}

#[test]
fn another_shell_is_a_usage_error_that_names_those_there_are() {
    let run = Sandbox::new().run("completions tcsh", "");
    assert_eq!((run.exit_code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    assert!(run.stderr.contains("bash, elvish, fish, powershell, zsh"), "{}", run.stderr);
}

#[test]
fn it_has_the_sections_that_a_reader_looks_for() {
    let page = page();
    for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "EXAMPLES", "\"EXIT STATUS\"", "ENVIRONMENT", "FILES"]
    {
        assert!(page.contains(&format!("\n.SH {section}\n")), "{section}: {page}");
    }
}

#[test]
fn each_variable_that_it_names_is_one_that_is_read() {
    let sources = [
        include_str!("../../src/adapters/machine/environment/variables.rs"),
        include_str!("../../src/adapters/machine/environment.rs"),
        include_str!("../../src/domain/variables.rs"),
        include_str!("../../assets/variables.toml"),
    ];
    let page = page();
    let section = page.split(".SH ENVIRONMENT").nth(1).unwrap().split(".SH").next().unwrap();
    let names: Vec<&str> = section.lines().filter_map(|line| line.strip_prefix("\\fB")?.strip_suffix("\\fR")).collect();
    assert!(names.len() > 8, "{section}");
    for name in names.iter().flat_map(|names| names.split(", ")) {
        assert!(sources.iter().any(|source| source.contains(&format!("\"{name}\""))), "{name}");
    }
}
