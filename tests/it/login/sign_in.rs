//! Signing in from a script: by text and by events, to each store, and what Notion is asked on the way.

use super::read;
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use crate::support::sandbox::Sandbox;
use std::os::unix::fs::PermissionsExt;

#[test]
fn a_person_reads_who_it_is_what_it_can_do_and_where_it_is() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let run = home.run("login --token-stdin --store file", TOKEN);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert_eq!(run.stdout, "", "there is no data, only messages");
    let said: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(said.first(), Some(&"Verifying with Notion…"));
    let told = |words: &str| said.iter().any(|line| line.contains(words));
    assert!(
        told("pass    Acts as: Ada Fake (ada@example.com)") && told("pass    Can see: 2 pages and 1 database"),
        "{}",
        run.stderr
    );
    assert!(told("Signed in as Ada Fake in Fake Works.") && told("Saved and verified: "), "{}", run.stderr);
    assert!(run.stderr.split_whitespace().any(|word| word == home.file("secrets.json").to_str().unwrap()), "{}", run.stderr);
}

#[test]
fn a_program_reads_one_event_a_line_and_the_last_says_how_it_ended() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let run = home.run("login --token-stdin --store file --expires 2027-01-05 --json", TOKEN);
    assert_eq!((run.exit_code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    let events = run.json_lines();
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    let checks = names.len() - 2;
    assert_eq!(names, [vec!["waiting"], vec!["check"; checks], vec!["done"]].concat());
    for check in &events[1..=checks] {
        for field in ["id", "group", "verdict", "evidence", "remedy", "source"] {
            assert!(check.get(field).is_some(), "{field}: {check}");
        }
        assert!(["pass", "warn", "fail", "unknown", "skip"].contains(&check["verdict"].as_str().unwrap()), "{check}");
    }
    let ids: Vec<&str> = events[1..=checks].iter().map(|check| check["id"].as_str().unwrap()).collect();
    for id in ["credential.valid", "credential.identity", "credential.workspace", "credential.reach", "prerequisites.membership"] {
        assert!(ids.contains(&id), "{id}: {ids:?}");
    }
    let done = events.last().unwrap();
    assert_eq!(done["workspace"], serde_json::json!({"id": "workspace-1", "name": "Fake Works"}));
    assert_eq!((done["schema"].as_u64(), done["store"].as_str(), done["path"].as_str()), (Some(1), Some("file"), Some("token")));
    assert_eq!((done["expires_at"].as_str(), done["user"].as_str()), (Some("2027-01-05"), Some("Ada Fake")));
    assert_eq!(done["place"].as_str(), home.file("secrets.json").to_str());
}

#[test]
fn a_source_in_an_event_can_be_opened() {
    let notion = FakeNotion::start(respond_as_member);
    let run = Sandbox::with_notion(&notion).run("login --token-stdin --store none --json", TOKEN);
    let sources: Vec<_> = run.json_lines().iter().filter_map(|event| Some(event["source"].as_str()?.to_owned())).collect();
    assert!(sources.iter().any(|source| source.starts_with("https://developers.notion.com/")), "{sources:?}");
    assert!(sources.iter().all(|source| source.starts_with("https://") || source.contains(' ')), "a bare key: {sources:?}");
}

#[test]
fn whatever_is_wrapped_around_the_token_is_taken_off_before_notion_is_asked() {
    for wrapped in [format!("{TOKEN}\n"), format!("export NOTION_API_TOKEN=\"{TOKEN}\"\r\n"), format!("\u{feff}Bearer {TOKEN}")] {
        let notion = FakeNotion::start(respond_as_member);
        let run = Sandbox::with_notion(&notion).run("login --token-stdin --store none", &wrapped);
        assert_eq!(run.exit_code, Some(0), "{wrapped:?}: {run:?}");
        assert!(notion.requests().iter().all(|request| request.bearer().is_none_or(|bearer| bearer == TOKEN)));
    }
}

#[test]
fn the_private_file_is_for_its_owner_alone_and_the_records_hold_no_secret() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    assert_eq!(home.run("login --token-stdin --store file", TOKEN).exit_code, Some(0));
    for (name, holds) in [("secrets.json", true), ("credentials.json", false)] {
        let file = home.file(name);
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        assert_eq!(read(&file).contains(TOKEN), holds, "{name}");
    }
    assert_eq!(home.data_files(), ["credentials.json", "secrets.json"].map(|name| home.file(name)), "and nothing else is left");
}

#[test]
fn a_session_only_sign_in_writes_nothing() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let run = home.run("login --token-stdin --store none", TOKEN);
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert_eq!(home.files(), Vec::<std::path::PathBuf>::new());
    assert!(run.stderr.contains("not saved"), "{}", run.stderr);
}

#[test]
fn without_a_keychain_the_flag_that_answers_is_named() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let run = home.run("login --token-stdin", TOKEN);
    assert_eq!(run.exit_code, Some(3), "{run:?}");
    assert!(run.stderr.contains("--store file"), "{}", run.stderr);
    let run = home.run("login --token-stdin --json", TOKEN);
    let last = run.json_lines().pop().unwrap();
    assert_eq!((run.exit_code, last["code"].as_str()), (Some(3), Some("input_required")), "{last}");
    assert!(last["evidence"].as_str().unwrap().contains("--store file"), "{last}");
    assert_eq!(home.files(), Vec::<std::path::PathBuf>::new(), "nothing was written without being told where");
}

#[test]
fn a_keychain_that_was_asked_for_and_is_not_there_is_a_storage_problem() {
    let notion = FakeNotion::start(respond_as_member);
    let run = Sandbox::with_notion(&notion).run("login --token-stdin --store keychain", TOKEN);
    assert_eq!(run.exit_code, Some(6), "{run:?}");
}

#[test]
fn turning_the_keyring_off_selects_the_file() {
    for value in ["0", "false", "No", "OFF"] {
        let notion = FakeNotion::start(respond_as_member);
        let home = Sandbox::with_notion(&notion).with_variable("NOTION_KEYRING", value);
        let run = home.run("login --token-stdin", TOKEN);
        assert_eq!(run.exit_code, Some(0), "{value}: {run:?}");
        assert!(home.file("secrets.json").exists(), "{value}");
        let run = home.run("login --token-stdin --store keychain", TOKEN);
        assert_eq!(run.exit_code, Some(6), "{value}: {run:?}");
        assert!(run.stderr.contains(&format!("NOTION_KEYRING={value}")), "{}", run.stderr);
    }
}

#[test]
fn all_our_files_go_where_notion_auth_home_says() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let elsewhere = home.path().join("elsewhere");
    let home = home.with_variable("NOTION_AUTH_HOME", elsewhere.to_str().unwrap());
    assert_eq!(home.run("login --token-stdin --store file", TOKEN).exit_code, Some(0));
    assert!(elsewhere.join("secrets.json").exists());
    assert!(home.files().iter().all(|file| file.starts_with(&elsewhere)), "{:?}", home.files());
}

#[test]
fn the_other_path_of_a_token_is_recorded() {
    let notion = FakeNotion::start(respond_as_member);
    let home = Sandbox::with_notion(&notion);
    let run = home.run("login --path cli --token-stdin --store file --json", TOKEN);
    assert_eq!(run.json_lines().last().unwrap()["path"], "cli", "{run:?}");
    assert_eq!(home.run("status --json", "").json_document()["active"]["path"], "cli");
}

#[test]
fn the_demo_signs_in_and_touches_nothing() {
    let home = Sandbox::new();
    let run = home.run("--demo login --token-stdin", "ntn_demo_member_on_a_paid_plan_0001");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert!(run.stderr.contains("Mika Demo") && run.stderr.contains("cleared when you quit"), "{}", run.stderr);
    assert!(!run.stderr.contains("ntn_demo_"), "{}", run.stderr);
    let run = home.run("--demo login --token-stdin --store file", "ntn_demo_connection_with_pages_0004");
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert_eq!(home.files(), Vec::<std::path::PathBuf>::new());
    let refused = home.run("--demo login --token-stdin", "ntn_demo_revoked_by_its_creator_0006");
    assert_eq!(refused.exit_code, Some(4), "{refused:?}");
}
