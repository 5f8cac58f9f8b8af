//! Files that are damaged, linked or somebody else's, met by the built binary: refused or set aside, always named.

use super::{read, signed_in};
use crate::support::headline;
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::sandbox::Sandbox;
use notion_auth::domain::problem::ProblemCode;
use std::os::unix::fs::symlink;

const COMMANDS: [&str; 4] = ["status", "token", "logout", "login --token-stdin --store file"];

#[test]
fn a_corrupt_file_is_named_and_left_as_it_is_by_whoever_reads_it() {
    let home = Sandbox::new();
    let damage = format!("{{ \"active\": \"{TOKEN}");
    let file = home.write_file("credentials.json", &damage);
    for command in ["status", "token", "logout"] {
        let run = home.run(command, "");
        assert_eq!(run.exit_code, Some(6), "{command}: {run:?}");
        assert!(run.stderr.contains("credentials.json"), "{command}: {}", run.stderr);
        assert_eq!(read(&file), damage, "{command}");
        assert!(!run.stderr.contains("has been renamed to"), "nothing was: {}", run.stderr);
    }
    let document = home.run("status --json", "");
    assert_eq!((document.exit_code, document.json_document()["problems"][0]["code"].as_str()), (Some(6), Some("file_corrupt")));
}

#[test]
fn a_corrupt_file_is_set_aside_by_a_sign_in_and_the_copy_is_named() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    home.write_file("credentials.json", "{ damaged");
    let run = home.run("login --token-stdin --store file --json", TOKEN);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    let note = run.json_lines().pop().unwrap()["note"].as_str().unwrap().to_owned();
    let aside = home.files().into_iter().find(|file| file.exists() && read(file) == "{ damaged").unwrap();
    assert!(note.contains(aside.file_name().unwrap().to_str().unwrap()), "{note}");
    assert_eq!(home.run_allowing_secret("token", "").stdout, format!("{TOKEN}\n"));
}

#[test]
fn a_linked_file_is_refused_and_what_it_points_to_is_untouched() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let target = home.path().join("target");
    home.write_file("other", "");
    std::fs::copy(home.file("other"), &target).unwrap();
    symlink(&target, home.file("credentials.json")).unwrap();
    for command in COMMANDS {
        let run = home.run(command, TOKEN);
        assert_eq!(run.exit_code, Some(6), "{command}: {run:?}");
        assert!(run.stderr.contains(headline(ProblemCode::FileIsLink)), "{command}: {}", run.stderr);
        assert_eq!(read(&target), "", "{command}");
    }
}

#[test]
fn a_file_of_somebody_else_is_refused() {
    let (_notion, home) = signed_in();
    if !rustix::process::geteuid().is_root() {
        // Only root can give a file away.
        assert!(std::os::unix::fs::chown(home.file("secrets.json"), Some(0), None).is_err());
        return;
    }
    std::os::unix::fs::chown(home.file("secrets.json"), Some(12345), None).unwrap();
    for command in ["token", "logout", "login --token-stdin --store file"] {
        let run = home.run(command, TOKEN);
        assert_eq!(run.exit_code, Some(6), "{command}: {run:?}");
        assert!(run.stderr.contains("secrets.json"), "{command}: {}", run.stderr);
    }
    assert_eq!(home.run("status", "").exit_code, Some(0), "the records are ours");
}

#[test]
fn a_secret_that_was_deleted_by_hand_is_missed() {
    let (_notion, home) = signed_in();
    std::fs::remove_file(home.file("secrets.json")).unwrap();
    let run = home.run("token", "");
    assert_eq!((run.exit_code, run.stdout.as_str()), (Some(6), ""), "{run:?}");
    assert!(run.stderr.contains(headline(ProblemCode::SecretMissing)) && run.stderr.contains("secrets.json"), "{}", run.stderr);
    assert_eq!(home.run("status --check", "").exit_code, Some(6));
    assert_eq!(home.run("logout", "").exit_code, Some(0), "the record goes all the same");
}

#[test]
fn a_name_with_escape_codes_in_a_file_does_not_reach_the_terminal() {
    let (_notion, home) = signed_in();
    let records = read(&home.file("credentials.json")).replace("Fake Works", "Fake\\u001b]0;owned\\u0007 Works\\u202e");
    home.write_file("credentials.json", &records);
    for command in ["status", "status --json", "logout"] {
        let run = home.run(command, "");
        assert_eq!(run.exit_code, Some(0), "{command}: {run:?}");
        assert!(
            !run.stdout.contains(['\x1b', '\x07', '\u{202e}']) && !run.stderr.contains(['\x1b', '\x07', '\u{202e}']),
            "{run:?}"
        );
    }
}
