//! Each exit code of the table in `--help`, by the built binary, in one place; what leads to each is tested beside it.

use super::signed_in;
use crate::support::notion::{FakeNotion, Response, TOKEN, respond_as_member};
use crate::support::sandbox::{CommandOutput, Sandbox, poll_until};
use rustix::process::{Pid, Signal, kill_process};
use std::collections::BTreeSet;
use std::io::Write;

/// The meaning of an exit code, a run that ends with it, and the code.
type ExitCodeCase = (&'static str, fn() -> CommandOutput, i32);

const TABLE: [ExitCodeCase; 9] = [
    ("success", || signed_in().1.run("status", ""), 0),
    ("failure", || signed_in().1.run("refresh", ""), 1),
    ("invalid usage", || Sandbox::new().run("login --token-stdin --store cloud", TOKEN), 2),
    ("required input is missing", || Sandbox::new().run("login", ""), 3),
    ("not signed in, or refused by Notion", || Sandbox::new().run("token", ""), 4),
    ("network problem, or Notion is unavailable", || Sandbox::new().run("login --token-stdin --store none", TOKEN), 5),
    ("the credential could not be stored", no_keychain, 6),
    ("scan found tokens in plain text", leak, 7),
    ("cancelled", interrupted, 130),
];

fn no_keychain() -> CommandOutput {
    let notion = FakeNotion::start(respond_as_member);
    Sandbox::with_notion(&notion).run("login --token-stdin --store keychain", TOKEN)
}

fn leak() -> CommandOutput {
    let home = Sandbox::new();
    home.write_file("notes.txt", &format!("ntn_{}{}", "9kdjf84hgnb7", "3hfKJD83jdPQ"));
    // Our own folder is searched if it is named.
    home.run("scan .config/notion-auth", "")
}

fn interrupted() -> CommandOutput {
    let notion = FakeNotion::start(|_| Response::silent());
    let mut child = Sandbox::with_notion(&notion).start("login --token-stdin --store file");
    child.stdin.take().unwrap().write_all(TOKEN.as_bytes()).unwrap();
    poll_until("the question to Notion", || (!notion.requests().is_empty()).then_some(()));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    CommandOutput::wait(child)
}

#[test]
fn every_exit_code_of_the_table_is_met() {
    for (meaning, run, code) in TABLE {
        let run = run();
        assert_eq!(run.exit_code, Some(code), "{meaning}: {run:?}");
    }
}

#[test]
fn the_table_is_the_one_of_the_help_and_of_the_documents() {
    let help = Sandbox::new().run("--help", "").stdout;
    let (_, told) = help.split_once("Exit codes:\n").unwrap();
    let told: Vec<(i32, &str)> = told
        .lines()
        .filter_map(|line| line.trim().split_once(' '))
        .map(|(code, meaning)| (code.parse().unwrap(), meaning.trim()))
        .collect();
    assert_eq!(told, TABLE.map(|(meaning, _, code)| (code, meaning)));

    let agents = include_str!("../../../docs/agents.md");
    let readme = include_str!("../../../README.md").replace('\n', " ");
    for (meaning, _, code) in TABLE {
        assert!(agents.contains(&format!("| {code} | {meaning}")), "{code} in docs/agents.md");
        assert!(readme.contains(&format!("{code} {meaning}")), "{code} {meaning} in README.md");
    }
}

/// No command names a code that the table does not have.
#[test]
fn the_exit_codes_of_each_command_are_among_those_of_the_table() {
    let known: BTreeSet<i32> = TABLE.map(|(_, _, code)| code).into();
    for command in notion_auth::cli::public_command().get_subcommands() {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let Some((_, list)) = help.split_once("Exit codes:\n") else { continue };
        for line in list.split("\n\n").next().unwrap().lines() {
            let word = line.split_whitespace().next().unwrap();
            // `run` gives back what its program ends with.
            let Ok(code) = word.parse() else { continue };
            assert!(known.contains(&code), "{}: {line}", command.get_name());
        }
    }
}

#[test]
fn what_is_missing_is_3_and_the_option_that_answers_is_named() {
    let notion = FakeNotion::start(respond_as_member);
    for (line, input, option) in [
        ("login", "", "--token-stdin"),
        ("login --json", "", "--path cli"),
        ("login --path oauth", "", "--client-id ID --client-secret-stdin"),
        ("login --client-id some-client", "", "--client-secret-stdin"),
        ("login --client-secret-stdin", "some secret", "--client-id ID"),
        ("login --client-id some-client --client-secret-stdin", "", "--client-secret-stdin"),
        ("login --token-stdin", TOKEN, "--store file"),
        ("login --token-stdin --json", TOKEN, "--store none"),
    ] {
        let run = Sandbox::with_notion(&notion).run(line, input);
        assert_eq!(run.exit_code, Some(3), "{line}: {run:?}");
        let told = [run.stdout.as_str(), &run.stderr].concat().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(option), "{line}: {told}");
        assert!(run.stdout.is_empty() || line.contains("--json"), "{line}: {}", run.stdout);
    }
}
