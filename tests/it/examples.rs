//! The examples of each command's `--help` and of the documents, as texts. `tests/parts/examples.rs` runs each as it is printed.

use crate::support::examples::{Example, of_the_documents, of_the_help};
use notion_auth::cli;

#[test]
fn every_command_has_examples_in_its_help() {
    let examples = of_the_help();
    for command in cli::public_command().get_subcommands() {
        let name = command.get_name();
        let own = format!("{name} --help");
        let count =
            examples.iter().filter(|example| example.of == own && example.line.contains(&format!("notion-auth {name}"))).count();
        assert!(count > 0, "{name} has no example");
    }
    assert!(examples.iter().filter(|example| example.of == "--help").count() >= 6);
}

/// Columns that help is wrapped to on a wide terminal.
const WIDEST: usize = 100;

#[test]
fn no_example_is_broken_over_two_lines() {
    for command in [cli::public_command()].iter().flat_map(|whole| [whole].into_iter().chain(whole.get_subcommands())) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        for line in help.lines().filter(|line| line.starts_with("  ")) {
            assert!(line.chars().count() <= WIDEST, "{}: {line}", command.get_name());
            let example = line.trim().split("  ").next().unwrap_or_default();
            assert!(example.chars().count() + 2 <= 80, "on a terminal of 80 columns, {}: {line}", command.get_name());
        }
    }
}

#[test]
fn the_options_of_every_command_are_not_mixed_with_its_own() {
    let mut whole = cli::public_command();
    whole.build();
    for command in whole.get_subcommands_mut() {
        let help = command.render_help().to_string();
        let (own, shared) = help.split_once("Global options:\n").unwrap_or_else(|| panic!("{help}"));
        for flag in ["--demo", "--no-retry", "--no-color", "--ascii", "--no-motion", "--plain"] {
            let is_described = |part: &str| part.lines().any(|line| line.trim_start().starts_with(flag));
            assert!(is_described(shared) && !is_described(own), "{flag}: {help}");
        }
    }
}

/// The arguments of a program can be read by everybody on the machine. A shell's own `printf` has none.
#[test]
fn no_example_puts_a_secret_into_the_arguments_of_a_program() {
    for Example { of, line } in [of_the_help(), of_the_documents()].concat() {
        for command in line.split(['|', ';', '\'']).map(str::trim).filter(|command| !command.starts_with("printf ")) {
            let reveals = ["Bearer $", "Bearer \"$", "$(notion-auth token)"].iter().any(|part| command.contains(part));
            assert!(!reveals || command.starts_with("export "), "{of}: {line}");
        }
    }
}
