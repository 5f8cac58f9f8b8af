//! Needs git, zsh, fish and elvish: every example is run as it is printed: those of each command's `--help`, and the shell blocks of README.md and docs.
//!
//! Each runs in a home of its own. Signing in is tried in the demo (`notion-auth --demo login …`), because its browser has
//! nobody in front of it; what comes after a sign-in, where somebody is signed in through a connection of their own to a
//! workspace called Acme, at a fake Notion.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "reads the documents, and prepares files")]

mod documents;

use crate::support::connection_sandbox::ConnectionSandbox;
use crate::support::examples::{Example, of_the_documents, of_the_help};
use crate::support::notion::TOKEN;
use crate::support::rotation_notion::{NEW, Notion};
use crate::support::sandbox::{CommandOutput, Sandbox};
use notion_auth::adapters::demo::simulated_notion::SimulatedNotion;

/// Examples that cannot be run here, and why. A part of the line stands for it.
const CANNOT_RUN: &[(&str, &str)] = &[
    ("Invoke-Expression", "needs PowerShell, which Debian does not have"),
    ("docker run", "needs Docker, and an image to run"),
    ("\"$GITHUB_ENV\"", "needs a job of GitHub Actions"),
    ("ntn workers list", "needs ntn; tests/parts/run_command.rs runs it with the real one"),
    ("--yes --json", "hands a secret over; tests/parts/send_to.rs does it"),
    ("cargo ", "builds or tests this very program"),
    ("bash tests/", "runs these very tests"),
];

/// Examples that are right to end with another code than 0 here.
const ENDS_WITH: &[(&str, i32, &str)] = &[];

/// Ends like this, where nothing is wrong with it.
fn expected(line: &str) -> i32 {
    ENDS_WITH.iter().find(|(part, ..)| line.contains(part)).map_or(0, |(_, code, _)| *code)
}

fn can_run(line: &str) -> bool {
    CANNOT_RUN.iter().all(|(part, _)| !line.contains(part))
}

/// Runs it in the shell it is written for.
#[track_caller]
fn run(home: &Sandbox, line: &str) -> CommandOutput {
    let elvish = "var edit: = (ns [&completion:=(ns [&arg-completer=[&]]) &complex-candidate~={|stem &display=''| put $stem}])\n";
    match line {
        _ if line.contains("| source") => home.run_program(&["/usr/bin/fish", "--no-config", "-c", line], ""),
        _ if line.contains("slurp") => home.run_program(&["/usr/bin/elvish", "-norc", "-c", &format!("{elvish}{line}")], ""),
        _ if line.contains("completions zsh") => {
            let after_compinit = format!("autoload -U compinit && compinit -D && {line}");
            home.run_program(&["/usr/bin/zsh", "-f", "-c", &after_compinit], "")
        }
        _ => home.run_bash(&format!("set -e -o pipefail\n{line}")),
    }
}

/// The wizard, or its twin in lines: it has to come up, and to end when it is told to.
#[track_caller]
fn open(line: &str) {
    let home = Sandbox::new();
    let arguments = line.strip_prefix("notion-auth").unwrap();
    let profile = put_profile(&home);
    let terminal = home.start_terminal((120, 40), &arguments.replace("notion-auth.toml", &profile));
    terminal.wait_for_text("How do you want to connect to Notion?");
    // Leaving may ask once more.
    terminal.send_text("\x03");
    terminal.send_text("\r");
    terminal.wait_exit();
}

fn try_out(example: &Example) {
    let line = example.line.as_str();
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["notion-auth", flags @ ..] if flags.iter().all(|flag| flag.starts_with('-') || *flag == "notion-auth.toml") => open(line),
        ["notion-auth", "login", ..] => {
            let (id, secret) = SimulatedNotion::example_client();
            let home = Sandbox::new().with_shell();
            std::fs::write(home.path().join("token.txt"), "ntn_demo_member_on_a_paid_plan_0001\n").unwrap();
            std::fs::write(home.path().join("secret.txt"), format!("{secret}\n")).unwrap();
            put_profile(&home);
            let run = run(&home, &line.replacen("notion-auth", "notion-auth --demo", 1).replace(" ID ", &format!(" {id} ")));
            assert_eq!(run.exit_code, Some(expected(line)), "{example:?}: {run:?}");
        }
        // These only parse their arguments: changes are tested with a server of Notion MCP.
        ["notion-auth", "agents", verb @ ("connect" | "disconnect"), ..] => {
            let home = Sandbox::new().with_shell();
            for folder in [".claude", ".codex", ".cursor"] {
                std::fs::create_dir(home.path().join(folder)).unwrap();
            }
            let dry =
                if line.contains("--dry-run") { line.to_owned() } else { line.replacen(verb, &format!("{verb} --dry-run"), 1) };
            let run = run(&home, &dry);
            assert_eq!(run.exit_code, Some(0), "{example:?}: {run:?}");
        }
        ["notion-auth", "scan", ..] => {
            let desk = signed_in();
            for folder in [".", "src/app"] {
                let made = desk.home.run_bash(&format!("mkdir -p {folder} && git init --quiet {folder} && touch .zshrc"));
                assert_eq!(made.exit_code, Some(0), "{made:?}");
            }
            let run = run(&desk.home, line);
            assert_eq!(run.exit_code, Some(0), "{example:?}: {run:?}");
        }
        ["notion-auth", "rotate", ..] => rotate(example),
        _ => {
            let desk = signed_in();
            if !line.contains("export") {
                put_profile(&desk.home);
            }
            let run = run(&desk.home, &line.replace("11111111-1111-1111-1111-111111111111/token", "workspace-1/oauth"));
            assert_eq!(run.exit_code, Some(expected(line)), "{example:?}: {run:?}");
            assert!(!run.stderr.contains("error:"), "{example:?}: {run:?}");
        }
    }
}

/// Somebody is signed in with a token, and has created a new one. Where it is asked for, it is typed.
fn rotate(example: &Example) {
    let notion = Notion::start();
    let home = Sandbox::with_notion(&notion.server).with_shell();
    let run = home.run("login --token-stdin --store file --expires 90d", TOKEN);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    call_it_acme(&home);
    std::fs::write(home.path().join("token.txt"), format!("{NEW}\n")).unwrap();
    let line = example.line.as_str();
    if ["--dry-run", "--token-stdin", "--ics"].iter().any(|option| line.contains(option)) {
        let run = home.run_bash(line);
        assert_eq!(run.exit_code, Some(0), "{example:?}: {run:?}");
        return;
    }
    let home = home.with_variable("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
    let terminal = home.start_terminal((100, 30), line.strip_prefix("notion-auth ").unwrap());
    for (question, answer) in
        [("It is not shown.", NEW), ("When does it expire?", ""), ("Type y or n", "y"), ("refuses the old token?", "n")]
    {
        terminal.wait_for_text(question);
        terminal.send_text(&format!("{answer}\r"));
    }
    assert_eq!(terminal.wait_exit().exit_code(), 0, "{example:?}");
}

/// Gives the workspace the name in the examples.
fn call_it_acme(home: &Sandbox) {
    let renamed = std::fs::read_to_string(home.file("credentials.json")).unwrap().replace("Fake Works", "Acme");
    home.write_file("credentials.json", &renamed);
}

/// Puts a team profile into the home, and returns its path.
fn put_profile(home: &Sandbox) -> String {
    let path = home.path().join("notion-auth.toml");
    std::fs::write(&path, "schema = 1\nplan = \"business\"\npath = \"cli\"\n").unwrap();
    path.display().to_string()
}

/// Somebody is signed in to the workspace that the examples speak of.
fn signed_in() -> ConnectionSandbox {
    let ConnectionSandbox { server, home, port } = ConnectionSandbox::new();
    let desk = ConnectionSandbox { server, home: home.with_shell().with_variable("GITHUB_ENV", "github.env"), port };
    desk.sign_in();
    // The programs in the examples of `run`. Another test checks that `run` passes the credential.
    for program in ["ntn", "python"] {
        desk.home.add_program(program, "test -n \"$NOTION_API_TOKEN\"");
    }
    call_it_acme(&desk.home);
    std::fs::write(desk.home.path().join("token.txt"), "ntn_fake_member_0000000000000000000000000000\n").unwrap();
    desk
}

/// Several at a time; all that fail are told.
#[track_caller]
fn try_all(examples: &[Example]) {
    let examples: Vec<&Example> = examples.iter().filter(|example| can_run(&example.line)).collect();
    let failed = |share: &[&Example]| -> Vec<String> {
        let fails = |example: &&&Example| std::panic::catch_unwind(|| try_out(example)).is_err();
        share.iter().filter(fails).map(|example| format!("{}: {}", example.of, example.line)).collect()
    };
    let failures: Vec<String> = std::thread::scope(|scope| {
        let share = examples.len().div_ceil(4).max(1);
        let threads: Vec<_> = examples.chunks(share).map(|share| scope.spawn(move || failed(share))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(failures, Vec::<String>::new(), "each is told above");
}

#[test]
fn every_example_of_the_help_runs_as_printed() {
    try_all(&of_the_help());
}

#[test]
fn every_reason_for_not_running_an_example_is_still_needed() {
    let all = [of_the_help(), of_the_documents()].concat();
    let parts = CANNOT_RUN.iter().map(|(part, _)| part).chain(ENDS_WITH.iter().map(|(part, ..)| part));
    for part in parts {
        assert!(all.iter().any(|example| example.line.contains(part)), "no example contains {part:?} any more");
    }
}
