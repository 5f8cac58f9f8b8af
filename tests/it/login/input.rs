//! Secrets on standard input, however a script or an agent hands them over.

use super::read;
use crate::support::connection_fakes::CLIENT_SECRET;
use crate::support::connection_sandbox::ConnectionSandbox;
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::sandbox::{CommandOutput, Sandbox};
#[cfg(target_os = "linux")]
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
        let notion = FakeNotion::start(respond_as_member);
        let home = Sandbox::with_notion(&notion);
        let run = home.run("login --token-stdin --store file --json", &input);
        assert_eq!((run.exit_code, run.stderr.as_str()), (Some(0), ""), "{input:?}: {run:?}");
        assert!(read(&home.file("secrets.json")).contains(&format!("\"{TOKEN}\"")), "{input:?}");
    }
}

#[test]
fn line_ends_and_marks_of_other_systems_are_no_part_of_a_client_secret() {
    for input in [format!("{CLIENT_SECRET}\r\n"), format!("\u{feff}{CLIENT_SECRET}\n"), format!("  {CLIENT_SECRET} \n")] {
        ConnectionSandbox::new().sign_in_with(&input);
    }
}

#[test]
fn what_is_wrapped_around_the_token_of_the_variable_reaches_no_program() {
    let notion = FakeNotion::start(respond_as_member);
    for value in [
        format!("\"{TOKEN}\""),
        format!("'{TOKEN}'"),
        format!("Bearer {TOKEN}"),
        format!("‹{TOKEN}›"),
        format!("{TOKEN},"),
        format!("\u{feff}{TOKEN}"),
    ] {
        let home = Sandbox::with_notion(&notion).with_variable("NOTION_API_TOKEN", &value).with_shell();
        let run = home.run_allowing_secret("token", "");
        assert_eq!((run.exit_code, run.stdout.trim_end()), (Some(0), TOKEN), "{value}: {run:?}");
        let run = home.run_bash("notion-auth run -- /bin/sh -c 'printf %s \"$NOTION_API_TOKEN\"'");
        assert_eq!((run.exit_code, run.stdout.as_str()), (Some(0), TOKEN), "{value}: {run:?}");
        assert_eq!(home.run("status --check", "").exit_code, Some(0), "{value}");
    }
    assert!(notion.requests().iter().all(|request| request.bearer().is_none_or(|token| token == TOKEN)));
}

#[test]
fn a_secret_of_another_service_in_the_variable_is_named_and_goes_nowhere() {
    let notion = FakeNotion::start(respond_as_member);
    let secret = format!("{}_fakefakefake0fakefakefake", "ghp");
    let home = Sandbox::with_notion(&notion).with_variable("NOTION_API_TOKEN", &secret).with_shell();
    for line in ["token", "status --check", "run -- /bin/true"] {
        let run = home.run(line, "");
        assert_ne!(run.exit_code, Some(0), "{line}: {run:?}");
        assert!(!format!("{}{}", run.stdout, run.stderr).contains(&secret), "{line}: {run:?}");
    }
    assert!(home.run("token", "").stderr.contains("a GitHub token"));
    assert!(notion.requests().iter().all(|request| request.bearer().is_none()), "{:?}", notion.requests());
}

#[test]
fn a_file_that_an_older_powershell_wrote_is_read() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let mut child = home.start("login --token-stdin --store file");
    let bytes: Vec<u8> = format!("\u{feff}{TOKEN}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), &bytes).unwrap();
    let run = CommandOutput::wait(child);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
}

#[test]
fn nothing_on_standard_input_or_no_standard_input_at_all_is_no_token() {
    let home = Sandbox::new().with_shell();
    for redirection in ["</dev/null", "<&-"] {
        // Not on another day: libfaketime would open a file of its own in place of the closed one.
        let run = home.run_bash(&format!("LD_PRELOAD= notion-auth login --token-stdin --json {redirection}"));
        let event = run.json_document();
        assert_eq!((run.exit_code, event["code"].as_str()), (Some(2), Some("token_missing")), "{redirection}: {event}");
    }
}

/// Somebody pipes in the wrong file: it is not read to its end, and nothing of it is repeated.
#[cfg(target_os = "linux")]
#[test]
fn input_without_end_is_no_token() {
    let zeros = std::fs::OpenOptions::new().read(true).open("/dev/zero").unwrap();
    let child = Sandbox::new()
        .command("login --token-stdin --store file --json")
        .stdin(zeros)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let run = CommandOutput::wait(child);
    let event = run.json_document();
    assert_eq!((run.exit_code, event["code"].as_str()), (Some(2), Some("not_a_token")), "{event}");
    assert!(run.stdout.len() < 1000, "{}", run.stdout);
}
