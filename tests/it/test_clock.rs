//! The built binary's day is the one its clock says, and a test fixes that clock; see `docs/testing.md`.
#![cfg(unix)]

use crate::support::fixed_clock::FIXED_VARIABLES;
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::sandbox::Sandbox;

const CLOCK: &str = "NOTION_AUTH_NOW";

#[test]
fn dates_follow_the_fixed_clock_from_login_to_the_last_day() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion).with_variable(CLOCK, "1999-12-31T23:59:59Z");
    assert_eq!(home.run("login --token-stdin --store file --expires 30d", TOKEN).exit_code, Some(0));
    for (now, left) in [
        ("1999-12-31T23:59:59Z", 30),
        ("2000-01-29T00:00:00Z", 1),
        // The day is one of UTC wherever the instant was written down.
        ("2000-01-30T00:30:00+14:00", 1),
        ("2001-06-30T00:00:00Z", -517),
    ] {
        let home = Sandbox::with_notion(&notion).with_variable(CLOCK, now).with_variable("HOME", home.path().to_str().unwrap());
        let status = home.run("status --json", "").json_document();
        let credential = &status["credentials"][0];
        assert_eq!(
            (credential["expires_at"].as_str(), credential["days_left"].as_i64()),
            (Some("2000-01-30"), Some(left)),
            "{now}"
        );
    }
}

#[test]
fn a_clock_that_is_no_instant_is_refused_and_nothing_is_asked_or_kept() {
    let notion = FakeNotion::start(respond_as_member);
    for now in ["2026-11-22", "today", "1795000000"] {
        let home = Sandbox::with_notion(&notion).with_variable(CLOCK, now);
        for command in ["login --token-stdin --store file --json", "--demo login --token-stdin --json"] {
            let run = home.run(command, TOKEN);
            assert_eq!((run.exit_code, run.json_document()["code"].as_str()), (Some(2), Some("setting_refused")), "{run:?}");
        }
        let run = home.run("status", "");
        assert_eq!(run.exit_code, Some(2), "{run:?}");
        assert!(run.stderr.contains(CLOCK), "{run:?}");
        assert!(home.files().is_empty(), "{:?}", home.files());
    }
    assert!(notion.requests().is_empty());
}

#[test]
fn the_fixed_clock_is_for_tests_and_no_help_tells_of_it() {
    let home = Sandbox::new();
    for arguments in ["--help", "man", "login --help", "status --help"] {
        assert!(!home.run(arguments, "").stdout.contains(CLOCK), "{arguments}");
    }
    assert!(FIXED_VARIABLES.iter().any(|(name, _)| *name == CLOCK));
}
