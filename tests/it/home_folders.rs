//! The built binary where there is no home, where it is somebody else's, and where a folder for its files was named.
#![cfg(unix)]

use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::permissions::{mode, set_mode, tree};
use crate::support::pty::{TerminalKey, TestTerminal};
use crate::support::sandbox::{BINARY, Sandbox};
use std::path::Path;

/// Every command that only reads.
const READING: [&str; 8] =
    ["status", "status --json", "token", "env", "run -- /bin/true", "doctor", "doctor --json", "reset --dry-run"];

/// Runs all of [`READING`] and draws the wizard's first frame.
fn read_everything(home: &Sandbox) {
    for command in READING {
        let run = home.run_allowing_secret(command, "");
        assert_ne!(run.exit_code, None, "{command}: {run:?}");
    }
    let terminal = home.start_terminal((100, 30), "");
    terminal.wait_for_text("OAuth");
    terminal.send_key(TerminalKey::Ctrl('c'));
    terminal.wait_exit();
}

#[test]
fn reading_changes_neither_a_shared_folder_nor_our_own() {
    let notion = FakeNotion::start(respond_as_member);
    let shared = Sandbox::with_notion(&notion);
    let named = shared.path().join("shared");
    std::fs::create_dir(&named).unwrap();
    set_mode(&named, 0o1777);
    let shared = shared.with_variable("NOTION_AUTH_HOME", named.to_str().unwrap());
    read_everything(&shared);
    assert_eq!((mode(&named), tree(&named)), (0o1777, Vec::new()));
    let dry = shared.run("reset --dry-run", "");
    assert!(!dry.stdout.contains("shared"), "{dry:?}");

    let home = Sandbox::with_notion(&notion);
    assert_eq!(home.run("login --token-stdin --store file", TOKEN).exit_code, Some(0));
    for file in ["", "credentials.json", "secrets.json"] {
        set_mode(&home.file(file), 0o755);
    }
    let before = tree(&home.path().join(".config"));
    read_everything(&home);
    assert_eq!(tree(&home.path().join(".config")), before);
}

#[test]
fn what_is_open_to_others_is_reported_and_the_next_login_closes_it() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let sign_in = || assert_eq!(home.run("login --token-stdin --store file", TOKEN).exit_code, Some(0));
    sign_in();
    set_mode(&home.file(""), 0o755);
    set_mode(&home.file("secrets.json"), 0o644);
    for _ in 0..2 {
        let checks = home.run("doctor --json", "").json_document();
        for id in ["storage.folder", "storage.secrets"] {
            let check = checks["checks"].as_array().unwrap().iter().find(|check| check["id"] == id).unwrap();
            assert_eq!(check["verdict"], "warn", "{check}");
        }
    }
    sign_in();
    assert_eq!((mode(&home.file("")), mode(&home.file("secrets.json"))), (0o700, 0o600));
}

#[test]
fn in_a_shared_folder_what_is_kept_goes_to_a_folder_of_our_own() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let named = home.path().join("shared");
    std::fs::create_dir(&named).unwrap();
    set_mode(&named, 0o1777);
    let home = home.with_variable("NOTION_AUTH_HOME", named.to_str().unwrap());
    assert_eq!(home.run("login --token-stdin --store file", TOKEN).exit_code, Some(0));
    assert_eq!((mode(&named), mode(&named.join("notion-auth"))), (0o1777, 0o700));
    assert_eq!(home.run_allowing_secret("token", "").stdout, format!("{TOKEN}\n"));
    assert_eq!(home.run("reset --yes", "").exit_code, Some(0));
    // Lock files stay: to remove one would let two writers hold locks on two files of one name.
    let is_lock = |path: &str| Path::new(path).extension().is_some_and(|extension| extension == "lock");
    let left = tree(&named).into_iter().filter(|(path, _)| !is_lock(path) && !path.ends_with("/notion-auth"));
    assert_eq!((mode(&named), left.collect::<Vec<_>>()), (0o1777, Vec::new()));
}

#[test]
fn a_named_folder_that_is_no_absolute_path_is_refused_and_nothing_is_made() {
    let notion = FakeNotion::start(respond_as_member);
    for named in ["~/.na", "na", "./na"] {
        let home = Sandbox::with_notion(&notion).with_variable("NOTION_AUTH_HOME", named);
        let before = tree(home.path());
        let run = home.run("login --token-stdin --store file --json", TOKEN);
        assert_eq!((run.exit_code, run.json_document()["code"].as_str()), (Some(2), Some("setting_refused")), "{run:?}");
        let run = home.run("status", "");
        assert!(run.stderr.contains(named), "{run:?}");
        assert_eq!(home.run("token", "").exit_code, Some(2));
        let terminal = home.start_terminal((80, 24), "");
        assert_eq!(terminal.wait_exit().exit_code(), 2);
        assert_eq!(tree(home.path()), before);
        // It needs no folder.
        let home = home.with_variable("NOTION_API_TOKEN", TOKEN);
        assert_eq!(home.run_allowing_secret("token", "").stdout, format!("{TOKEN}\n"));
    }
    assert!(notion.requests().is_empty());
}

/// Nothing is known of this user but a number.
fn without_a_home(home: Sandbox) -> Sandbox {
    home.with_variable("HOME", "nowhere")
}

#[test]
fn without_a_home_the_variable_is_handed_on_reported_and_examined() {
    let notion = FakeNotion::start(respond_as_member);
    let home = without_a_home(Sandbox::with_notion(&notion).with_variable("NOTION_API_TOKEN", TOKEN));
    let before = tree(home.path());
    assert_eq!(home.run_allowing_secret("token", "").stdout, format!("{TOKEN}\n"));
    for command in ["run -- /bin/true", "status", "status --check", "env", "doctor"] {
        let run = home.run(command, "");
        assert_eq!(run.exit_code, Some(0), "{command}: {run:?}");
    }
    assert_eq!(home.run("status --json", "").json_document()["active"]["source"], "environment");
    let kept = home.run("login --token-stdin --store file", TOKEN);
    assert_eq!(kept.exit_code, Some(6), "{kept:?}");
    assert_eq!(home.run("login --token-stdin --store none", TOKEN).exit_code, Some(0));
    assert_eq!(tree(home.path()), before);
}

#[test]
fn without_a_home_the_wizard_starts() {
    let terminal = TestTerminal::start((100, 30), BINARY, &[], &[("HOME", "nowhere"), ("NOTION_API_TOKEN", TOKEN)]);
    terminal.wait_for_text("OAuth");
    terminal.send_key(TerminalKey::Ctrl('c'));
    terminal.wait_exit();
}

#[test]
fn a_browser_login_that_nothing_can_be_written_down_of_is_refused_before_ntn_begins() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let begun = home.path().join("begun");
    let ntn = home.add_program(
        "ntn",
        &format!("case \"$*\" in --version) echo ntn 0.4.0;; *--help) ;; login*) touch {};; esac", begun.display()),
    );
    let folder = ntn.parent().unwrap().display().to_string();
    // A folder cannot be made in a file.
    let home = home
        .with_variable("PATH", format!("{folder}:/usr/bin:/bin"))
        .with_variable("NOTION_AUTH_HOME", ntn.join("ours").display().to_string());
    let run = home.run("login --path cli --no-browser --json", "");
    assert_eq!((run.exit_code, run.json_document()["code"].as_str()), (Some(6), Some("file_failed")), "{run:?}");
    assert!(!begun.exists(), "{run:?}");
}
