//! Homes and folders of other people. Only root can become somebody else, and give a folder to somebody else.
#![expect(clippy::disallowed_methods, reason = "writes the file of another user")]

use super::require_root;
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::permissions::{set_mode, tree};
use crate::support::sandbox::{BINARY, CommandOutput, Sandbox};
use std::os::unix::fs::chown;

/// As in a container that is run under a number of its own.
#[test]
fn an_unknown_user_without_a_home_hands_on_the_variable() {
    require_root();
    let home = Sandbox::new().without_variable("HOME").with_variable("NOTION_API_TOKEN", TOKEN);
    let program = home.path().join("bin/notion-auth");
    // Another process writes the copy: a program that this one has open for writing is busy, and children of other tests inherit that.
    assert!(home.program_command("/bin/cp").arg(BINARY).arg(&program).status().unwrap().success());
    set_mode(home.path(), 0o755);
    set_mode(&program, 0o755);
    let program = program.to_str().unwrap();
    for arguments in [&["token"][..], &["status"], &["env"], &["run", "--", "/bin/true"]] {
        let mut command = home.program_command("/usr/bin/setpriv");
        command.args(["--reuid=54321", "--regid=54321", "--clear-groups", program]).args(arguments);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
    }
}

/// As under sudo that keeps HOME.
#[test]
fn nothing_is_made_in_the_home_of_another_person() {
    require_root();
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    for folder in [home.path().to_owned(), home.path().join(".config")] {
        chown(folder, Some(12345), None).unwrap();
    }
    let before = tree(home.path());
    let run: CommandOutput = home.run("login --token-stdin --store file", TOKEN);
    assert_eq!(run.exit_code, Some(6), "{run:?}");
    assert!(run.stderr.contains("12345") && run.stderr.contains("sudo"), "{run:?}");
    assert_eq!(tree(home.path()), before);
}

#[test]
fn a_folder_that_cannot_be_made_is_found_out_before_the_token_is_sent() {
    require_root();
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let others = home.path().join("others");
    std::fs::create_dir(&others).unwrap();
    chown(&others, Some(12345), None).unwrap();
    let home = home.with_variable("NOTION_AUTH_HOME", others.join("ours").to_str().unwrap());
    let run = home.run("login --token-stdin --store file --json", TOKEN);
    assert_eq!((run.exit_code, run.json_document()["code"].as_str()), (Some(6), Some("file_not_ours")), "{run:?}");
    assert!(notion.requests().iter().all(|request| request.bearer().is_none()), "{:?}", notion.requests());
}

/// A file that another user put into a shared folder is not offered. Naming it is the reader's own decision.
#[test]
fn a_team_profile_of_another_user_has_to_be_named() {
    require_root();
    let home = Sandbox::new();
    let file = home.path().join("notion-auth.toml");
    std::fs::write(&file, "schema = 1\nplan = \"plus\"\n").unwrap();
    chown(&file, Some(12345), None).unwrap();
    let found = home.run("profile show --json", "");
    let problem = found.json_document()["problem"].clone();
    assert_eq!((found.exit_code, problem["code"].as_str()), (Some(2), Some("profile_unreadable")), "{found:?}");
    assert!(problem["evidence"].as_str().unwrap().contains("12345"), "{problem}");
    assert_eq!(home.run("profile show notion-auth.toml", "").exit_code, Some(0));

    // As in /tmp, where anybody can pretend that there is a repository.
    let shared = home.path().join("shared");
    let inner = shared.join("inner");
    std::fs::create_dir_all(&inner).unwrap();
    std::fs::create_dir(shared.join(".git")).unwrap();
    std::fs::rename(&file, shared.join("notion-auth.toml")).unwrap();
    chown(&shared, Some(12345), None).unwrap();
    let below = home.program_command(BINARY).args(["profile", "show"]).current_dir(&inner).output().unwrap();
    let said = String::from_utf8_lossy(&below.stderr).into_owned();
    assert!(below.status.code() == Some(2) && said.contains("there is no notion-auth.toml") && !said.contains("12345"), "{said}");
}
