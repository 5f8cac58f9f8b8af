//! Streams and exit codes whatever the command: help, readers that leave, full disks, no terminal.

use crate::support::binary::{Home, Run};
use notion_auth::adapters::simulated_notion::SimulatedNotion;
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
fn every_command_in_the_help_has_help_of_its_own() {
    let help = Home::new().run("--help", "").out;
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names: Vec<&str> = commands.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() >= 5, "{names:?}");
    for name in names {
        let run = Home::new().run(&format!("{name} --help"), "");
        assert!(run.code == Some(0) && run.out.contains(&format!("Usage: notion-auth {name}")), "{name}: {run:?}");
    }
}

/// All at once: the demo lets a person wait as Notion would.
#[test]
fn every_example_in_the_help_is_understood() {
    let help = Home::new().run("--help", "").out;
    let examples = help.split("Examples:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    assert!(examples.lines().count() >= 6, "{examples}");
    std::thread::scope(|scope| examples.lines().for_each(|example| drop(scope.spawn(|| is_understood(example)))));
}

/// As it stands, but in the demo and in an empty home: nobody is signed in, and there is no terminal for the wizard.
fn is_understood(example: &str) {
    let line = example.split_once("notion-auth").unwrap().1.split("   ").next().unwrap();
    let arguments = line.split([')', '<']).next().unwrap().replace("--demo", "");
    let expected = match arguments.split_whitespace().next() {
        None => 2,
        Some("status" | "token" | "refresh" | "logout") => 4,
        Some(_) => 0,
    };
    // The demo's own connection: its secret comes where a token would.
    let (id, secret) = SimulatedNotion::example_client();
    let input = if arguments.contains("--client-id") { secret } else { "ntn_demo_member_on_a_paid_plan_0001" };
    let arguments = arguments.replace(" ID ", &format!(" {id} "));
    let run = Home::new().run(&format!("--demo {arguments}"), input);
    assert_eq!(run.code, Some(expected), "{example}: {run:?}");
    assert!(!run.err.contains("error:"), "{example}: {run:?}");
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
    for line in ["frobnicate", "login", "paths nowhere", "login --token-stdin --store cloud", "login --token-stdin --expires 8d"] {
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
