//! Streams and exit codes whatever the command: help, readers that leave, full disks, no terminal.

use crate::support::sandbox::{CommandOutput, Sandbox};
use std::process::Stdio;

#[test]
fn without_a_terminal_and_a_command_there_is_usage_on_standard_error() {
    for line in ["", "--demo", "--ascii --no-color"] {
        let run = Sandbox::new().with_variable("TERM", "xterm").run(line, "");
        assert_eq!((run.exit_code, run.stdout.as_str()), (Some(2), ""), "{line}: {run:?}");
        assert!(run.stderr.contains("Usage: notion-auth") && run.stderr.contains("--help"), "{}", run.stderr);
    }
}

#[test]
fn help_and_version_are_data() {
    let help = Sandbox::new().run("--help", "");
    assert_eq!((help.exit_code, help.stderr.as_str()), (Some(0), ""));
    assert!(help.stdout.contains("Exit codes:") && help.stdout.ends_with("cancelled\n"), "{}", help.stdout);
    let version = Sandbox::new().run("--version", "");
    assert_eq!(version.stdout, format!("notion-auth {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_command_is_in_the_help_and_has_help_of_its_own() {
    let help = Sandbox::new().run("--help", "").stdout;
    for command in notion_auth::cli::public_command().get_subcommands() {
        let name = command.get_name();
        assert!(help.lines().any(|line| line.trim_start().starts_with(&format!("{name} "))), "{name}: {help}");
        let run = Sandbox::new().run(&format!("{name} --help"), "");
        assert!(run.exit_code == Some(0) && run.stdout.contains(&format!("Usage: notion-auth {name}")), "{name}: {run:?}");
    }
}

#[test]
fn a_reader_that_has_left_is_no_failure_and_nothing_is_said_of_it() {
    for line in ["paths", "paths --json", "paths cli", "--help"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let child = Sandbox::new().command(line).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        let run = CommandOutput::wait(child);
        assert_eq!((run.exit_code, run.stderr.as_str()), (Some(0), ""), "{line}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn data_that_cannot_be_written_is_1_and_is_told() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let run = CommandOutput::wait(Sandbox::new().command("paths --json").stdout(full).stderr(Stdio::piped()).spawn().unwrap());
    assert_eq!(run.exit_code, Some(1), "{run:?}");
    assert!(run.stderr.contains("Couldn't write to standard output:"), "{}", run.stderr);
}

#[test]
fn what_is_not_understood_is_2_and_says_how_to_go_on() {
    for line in [
        "frobnicate",
        "login --no-browser",
        "paths nowhere",
        "login --token-stdin --store cloud",
        "login --token-stdin --expires 8d",
    ] {
        let run = Sandbox::new().run(line, "");
        assert_eq!((run.exit_code, run.stdout.as_str()), (Some(2), ""), "{line}: {run:?}");
        assert!(run.stderr.contains("--help") || run.stderr.contains("possible values"), "{line}: {}", run.stderr);
    }
}

/// The wizard shows these words on one line of its own.
#[cfg(not(target_os = "macos"))]
#[test]
fn a_link_that_cannot_be_opened_says_what_was_seen_and_no_more() {
    let run = Sandbox::new().run("open-link https://example.com/", "");
    assert_eq!((run.exit_code, run.stdout.as_str()), (Some(1), ""));
    assert!(run.stderr.contains("browser") && !run.stderr.contains("maybe:"), "{}", run.stderr);
}
