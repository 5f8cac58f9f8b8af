//! Streams and exit codes whatever the command: help, readers that leave, full disks, no terminal.

use crate::support::binary::{Home, Run};
use std::process::Stdio;

#[test]
fn without_a_terminal_and_a_command_there_is_usage_on_standard_error() {
    for line in ["", "--demo", "--ascii --no-color"] {
        let run = Home::new().with("TERM", "xterm").run(line, "");
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{line}: {run:?}");
        assert!(run.err.contains("Usage: notion-auth") && run.err.contains("--help"), "{}", run.err);
    }
}

#[test]
fn help_and_version_are_data() {
    let help = Home::new().run("--help", "");
    assert_eq!((help.code, help.err.as_str()), (Some(0), ""));
    assert!(help.out.contains("Exit codes:") && help.out.ends_with("cancelled\n"), "{}", help.out);
    let version = Home::new().run("--version", "");
    assert_eq!(version.out, format!("notion-auth {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_command_is_in_the_help_and_has_help_of_its_own() {
    let help = Home::new().run("--help", "").out;
    for command in notion_auth::cli::definitions().get_subcommands() {
        let name = command.get_name();
        assert!(help.lines().any(|line| line.trim_start().starts_with(&format!("{name} "))), "{name}: {help}");
        let run = Home::new().run(&format!("{name} --help"), "");
        assert!(run.code == Some(0) && run.out.contains(&format!("Usage: notion-auth {name}")), "{name}: {run:?}");
    }
}

#[test]
fn a_reader_that_has_left_is_no_failure_and_nothing_is_said_of_it() {
    for line in ["paths", "paths --json", "paths cli", "--help"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let child = Home::new().command(line).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        let run = Run::finish(child);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{line}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn data_that_cannot_be_written_is_1_and_is_told() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let run = Run::finish(Home::new().command("paths --json").stdout(full).stderr(Stdio::piped()).spawn().unwrap());
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.err.contains("Standard output could not be written"), "{}", run.err);
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
        let run = Home::new().run(line, "");
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{line}: {run:?}");
        assert!(run.err.contains("--help") || run.err.contains("possible values"), "{line}: {}", run.err);
    }
}

/// The wizard shows these words on one line of its own.
#[cfg(not(target_os = "macos"))]
#[test]
fn a_link_that_cannot_be_opened_says_what_was_seen_and_no_more() {
    let run = Home::new().run("open-link https://example.com/", "");
    assert_eq!((run.code, run.out.as_str()), (Some(1), ""));
    assert!(run.err.contains("browser") && !run.err.contains("maybe:"), "{}", run.err);
}
