//! `-v`: on standard error alone, with what goes over HTTP, and nothing without it.

use super::signed_in;
use crate::support::notion::TOKEN;
use crate::support::sandbox::Sandbox;

#[test]
fn it_is_told_what_is_asked_of_whom_and_the_document_stays_the_same() {
    let (_notion, home) = signed_in();
    let (quiet, told) = (home.run("status --check --json", ""), home.run("status --check --json -v", ""));
    assert_eq!((quiet.exit_code, quiet.stderr.as_str()), (Some(0), ""));
    assert_eq!((told.exit_code, told.json_document()), (Some(0), quiet.json_document()));
    let calls: Vec<Vec<&str>> = told.stderr.lines().map(|line| line.split_whitespace().collect()).collect();
    let is_told = |expected: &[&str]| calls.iter().any(|call| call.starts_with(expected));
    assert!(is_told(&["http", "GET", "/v1/users/me", "200"]), "{}", told.stderr);
    assert!(is_told(&["notion", "whoami", "answered"]) && is_told(&["store", "load", "answered"]), "{}", told.stderr);
    assert!(calls.iter().all(|call| call.last() == Some(&"ms")), "{}", told.stderr);
    assert!(!told.stderr.contains("Fake Works") && !told.stderr.contains("workspace-1"), "{}", told.stderr);
}

#[test]
fn a_secret_goes_to_standard_output_alone_and_a_command_that_is_run_comes_after() {
    let (_notion, home) = signed_in();
    let token = home.run_allowing_secret("token -v", "");
    assert_eq!((token.exit_code, token.stdout.trim_end()), (Some(0), TOKEN.trim_end()), "{}", token.stderr);
    assert!(token.stderr.lines().any(|line| line.starts_with("store      load")), "{}", token.stderr);
    let run = home.run("run -v -- /usr/bin/printenv NOTION_WORKSPACE_ID", "");
    assert!(run.exit_code == Some(0) && run.stdout.lines().count() == 1, "{run:?}");
    assert!(run.stderr.lines().any(|line| line.starts_with("store      load")), "{}", run.stderr);
}

#[test]
fn without_a_network_the_line_says_the_code_and_a_login_that_is_told_keeps_its_events() {
    let run = Sandbox::new().run("login --token-stdin --store none --json -v", TOKEN);
    assert_eq!(run.json_lines().last().unwrap()["code"], "no_network", "{run:?}");
    assert!(run.stderr.lines().any(|line| line.starts_with("http ") && line.contains("  no_network  ")), "{}", run.stderr);
}

#[test]
fn what_asks_nobody_has_nothing_to_tell() {
    for line in ["paths -v", "ask -v how long does a token last"] {
        let run = Sandbox::new().run(line, "");
        assert_eq!((run.exit_code, run.stderr.as_str()), (Some(0), ""), "{line}");
    }
}
