//! Secrets on standard input, however a script or an agent hands them over.

use super::read;
use crate::support::binary::{Home, Run};
use crate::support::connections::CLIENT_SECRET;
use crate::support::desk::Desk;
use crate::support::notion::{FakeNotion, TOKEN, member};
use std::process::Stdio;

#[test]
fn line_ends_and_marks_of_other_systems_are_no_part_of_a_token() {
    for input in [
        TOKEN.to_owned(),
        format!("{TOKEN}\n"),
        format!("{TOKEN}\r\n"),
        format!("\u{feff}{TOKEN}\r\n\r\n"),
        format!("\n\n  {TOKEN}\t\n"),
        format!("'{TOKEN}'\n"),
    ] {
        let notion = FakeNotion::start(member);
        let home = Home::at(&notion);
        let run = home.run("login --token-stdin --store file --json", &input);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{input:?}: {run:?}");
        assert!(read(&home.file("secrets.json")).contains(&format!("\"{TOKEN}\"")), "{input:?}");
    }
}

#[test]
fn line_ends_and_marks_of_other_systems_are_no_part_of_a_client_secret() {
    for input in [format!("{CLIENT_SECRET}\r\n"), format!("\u{feff}{CLIENT_SECRET}\n"), format!("  {CLIENT_SECRET} \n")] {
        Desk::new().sign_in_with(&input);
    }
}

#[test]
fn nothing_on_standard_input_or_no_standard_input_at_all_is_no_token() {
    let home = Home::new().with_shell();
    for redirection in ["</dev/null", "<&-"] {
        // Not on another day: libfaketime would open a file of its own in place of the closed one.
        let run = home.bash(&format!("LD_PRELOAD= notion-auth login --token-stdin --json {redirection}"));
        let event = run.document();
        assert_eq!((run.code, event["code"].as_str()), (Some(2), Some("token_missing")), "{redirection}: {event}");
    }
}

/// Somebody pipes in the wrong file: it is not read to its end, and nothing of it is repeated.
#[cfg(target_os = "linux")]
#[test]
fn input_without_end_is_no_token() {
    let zeros = std::fs::OpenOptions::new().read(true).open("/dev/zero").unwrap();
    let child = Home::new()
        .command("login --token-stdin --store file --json")
        .stdin(zeros)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let run = Run::finish(child);
    let event = run.document();
    assert_eq!((run.code, event["code"].as_str()), (Some(2), Some("not_a_token")), "{event}");
    assert!(run.out.len() < 1000, "{}", run.out);
}
