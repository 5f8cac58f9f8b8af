//! `scan` with the built binary: what it finds, what it leaves alone, and what it changes.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "writes the files that are searched")]

mod files;
mod fix;

use crate::support::named_pipe::make_named_pipe;
use crate::support::sandbox::{CommandOutput, Sandbox, poll_until};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Stdio;

/// A token of the form that Notion issues, put together here so that no scanner takes this file for a leak. The ends differ.
fn token(end: &str) -> String {
    format!("ntn_{}{}{end}", "31415926535", "aZ3kT9qLmQwErTyUiOp47bNmKjHgFdS")
}

fn write(home: &Sandbox, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = home.path().join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

/// The findings as `path:line:column last_four`, with `~` for the home.
fn findings(home: &Sandbox, run: &CommandOutput) -> Vec<String> {
    let document = run.json_document();
    let line = |finding: &Value| {
        let text = |name: &str| finding[name].as_str().unwrap_or("-").to_owned();
        let path = text("path").replacen(&home.path().display().to_string(), "~", 1);
        format!("{path}:{}:{} {}", finding["line"], finding["column"], text("last_four"))
    };
    document["findings"].as_array().unwrap().iter().map(line).collect()
}

#[test]
fn the_known_places_and_this_folder_are_searched_without_a_path() {
    let home = Sandbox::new();
    write(&home, ".zshrc", format!("# mine\nexport NOTION_TOKEN={}\n", token("wxyz")));
    write(&home, ".config/fish/conf.d/notion.fish", format!("set -gx NOTION_TOKEN '{}'\n", token("wxyz")));
    write(&home, ".cursor/mcp.json", format!("{{\"env\": {{\"NOTION_TOKEN\": \"{}\"}}}}", token("abcd")));
    write(&home, "elsewhere/notes.txt", token("elsw"));
    let here = home.path().join("project");
    write(&home, "project/.env", format!("NOTION_TOKEN={}\n", token("here")));
    write(&home, "project/.gitignore", ".env\n");
    write(&home, "project/.git/config", token("gitx"));
    let run = CommandOutput::wait(
        home.command("scan --json").current_dir(&here).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap(),
    );
    assert_eq!(run.exit_code, Some(7), "{run:?}");
    let mut found = findings(&home, &run);
    found.sort();
    assert_eq!(
        found,
        [
            "~/.config/fish/conf.d/notion.fish:1:23 wxyz",
            "~/.cursor/mcp.json:1:27 abcd",
            "~/.zshrc:2:21 wxyz",
            "~/project/.env:1:14 here"
        ]
    );
    let document = run.json_document();
    let of = |path: &str| {
        let path = home.path().join(path).display().to_string();
        document["findings"].as_array().unwrap().iter().find(|finding| finding["path"] == path).unwrap().clone()
    };
    assert_eq!(of("project/.env")["place"], "env_file");
    assert_eq!(of(".zshrc")["place"], "shell_profile");
    assert_eq!(of(".zshrc")["secret"], of(".config/fish/conf.d/notion.fish")["secret"], "one token in two places");
    assert!(document["files"].as_u64().unwrap() >= 5);
}

#[test]
fn our_own_private_file_is_no_leak() {
    let home = Sandbox::new();
    home.write_file("secrets.json", &format!("{{\"a\": \"{}\"}}", token("wxyz")));
    write(&home, ".config/other.json", token("othr"));
    let run = home.run("scan --json", "");
    assert_eq!(findings(&home, &run), ["~/.config/other.json:1:1 othr"], "{run:?}");
}

#[test]
fn only_named_paths_are_searched() {
    let home = Sandbox::new();
    write(&home, ".zshrc", token("wxyz"));
    write(&home, "a/one.txt", token("oneo"));
    write(&home, "b/two.txt", token("twot"));
    let run = home.run("scan --json ./a/. b/two.txt", "");
    assert_eq!(findings(&home, &run), ["~/a/one.txt:1:1 oneo", "~/b/two.txt:1:1 twot"], "{run:?}");
    let run = home.run("scan --json a a/one.txt a", "");
    assert_eq!((findings(&home, &run).len(), run.json_document()["files"].as_u64()), (1, Some(1)), "{run:?}");
}

#[test]
fn people_read_places_advice_and_the_next_command_and_no_secret() {
    let home = Sandbox::new();
    write(&home, "app/.env", format!("NOTION_TOKEN={}\n", token("wxyz")));
    write(&home, "app/ci/.gitlab-ci.yml", format!("x: {}\n", token("wxyz")));
    let run = home.run("scan app", "");
    assert_eq!(run.exit_code, Some(7));
    assert!(run.stdout.contains("~/app/.env:1") && run.stdout.contains("…wxyz"), "{run:?}");
    assert!(run.stderr.contains("notion-auth run --") && run.stderr.contains("notion-auth scan --fix app"), "{run:?}");
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("31415926535"));
}

#[test]
fn nothing_found_is_said_with_what_was_searched() {
    let home = Sandbox::new();
    write(&home, "app/.env", "NOTION_TOKEN=ntn_xxxxxxxxxxxxxxxxxxxxxxxxxxxx\n");
    let run = home.run("scan app", "");
    assert_eq!((run.exit_code, run.stdout.as_str()), (Some(0), ""));
    assert!(run.stderr.contains("1 file"), "{run:?}");
}

#[test]
fn a_path_that_can_not_be_searched_is_refused() {
    let home = Sandbox::new();
    write(&home, "app/.env", token("wxyz"));
    let pipe = home.path().join("pipe");
    make_named_pipe(&pipe);
    for path in ["missing", "pipe"] {
        let run = home.run(&format!("scan --json app {path}"), "");
        assert_eq!(
            (run.exit_code, run.json_document()["problem"]["code"].as_str()),
            (Some(2), Some("scan_path_refused")),
            "{run:?}"
        );
    }
    for options in ["--yes", "--staged --git", "--staged --fix"] {
        assert_eq!(home.run(&format!("scan {options}"), "").exit_code, Some(2), "{options}");
    }
}

#[test]
fn without_git_a_history_is_not_searched_and_that_is_said() {
    let home = Sandbox::new().without_variable("PATH");
    write(&home, "app/.env", token("wxyz"));
    for (options, found) in [("--git", 1), ("--git --fix --yes", 1), ("--staged", 0)] {
        let run = home.run(&format!("scan {options} --json app"), "");
        let document = run.json_document();
        assert_eq!((run.exit_code, document["problem"]["code"].as_str()), (Some(1), Some("git_search_failed")), "{run:?}");
        assert_eq!(document["findings"].as_array().map(Vec::len), Some(found), "the files are searched without it: {run:?}");
        assert!(document.get("tokens").is_none(), "nothing is changed after half a search: {run:?}");
        let run = home.run(&format!("scan {options} app"), "");
        assert_eq!((run.exit_code, run.stdout.contains("~/app/.env:1")), (Some(1), found == 1), "{run:?}");
        assert!(found == 0 || run.stderr.contains("the search is incomplete"), "{run:?}");
    }
    let run = home.run("scan --json app", "");
    assert_eq!((run.exit_code, &run.json_document()["problem"]), (Some(7), &Value::Null));
}

#[test]
fn what_was_found_is_in_the_document_of_a_command_that_could_not_go_on() {
    let home = Sandbox::new();
    write(&home, "app/.env", token("wxyz"));
    let run = home.run("scan --fix --json app", "");
    let document = run.json_document();
    assert_eq!((run.exit_code, document["problem"]["code"].as_str()), (Some(3), Some("input_required")), "{run:?}");
    assert_eq!((findings(&home, &run).len(), document["files"].as_u64()), (1, Some(1)), "{run:?}");
}

#[test]
fn a_signal_ends_the_search_with_what_was_found_until_then() {
    let home = Sandbox::new();
    write(&home, "app/.env", token("wxyz"));
    // A git that never ends is what the search waits for. It is asked about the repository after the files were searched.
    let began = home.path().join("began");
    home.add_program(
        "git",
        &format!(
            "case \" $* \" in *' ls-files '*) exit 1;; esac; case $PWD in */broken*) echo 'fatal: no HEAD' >&2; exit 128;; esac\n\
             : >{}; exec /bin/sleep 600",
            began.display()
        ),
    );
    write(&home, "broken/a", "");
    write(&home, "broken-too/a", "");
    let run = home.run("scan --git --json broken app/../broken-too", "");
    let document = run.json_document();
    assert_eq!((run.exit_code, document["problem"]["code"].as_str()), (Some(1), Some("git_search_failed")), "{run:?}");
    assert_eq!(document["skipped"].as_array().map(Vec::len), Some(1), "each repository is named: {run:?}");
    for (options, is_json) in [("--git --json", true), ("--git", false)] {
        let _ = std::fs::remove_file(&began);
        let child = home.start(&format!("scan {options} broken app"));
        poll_until("git", || began.exists().then_some(()));
        kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
        let run = CommandOutput::wait(child);
        assert_eq!(run.exit_code, Some(130), "{run:?}");
        if is_json {
            let document = run.json_document();
            assert_eq!((&document["problem"]["code"], &document["skipped"][0]["path"]), (&"cancelled".into(), &"~/broken".into()));
            assert_eq!(findings(&home, &run).len(), 1, "{run:?}");
        } else {
            assert!(run.stdout.contains("~/app/.env:1") && run.stderr.contains("the search is incomplete"), "{run:?}");
        }
    }
}

#[test]
fn a_reader_that_stops_reading_changes_no_exit_code() {
    let home = Sandbox::new();
    write(&home, "app/.env", token("wxyz"));
    for options in ["--json", ""] {
        let mut child = home.start(&format!("scan {options} app"));
        drop(child.stdout.take());
        let run = CommandOutput::wait(child);
        assert_eq!((run.exit_code, run.stderr.contains("Couldn't write")), (Some(7), false), "{run:?}");
    }
}
