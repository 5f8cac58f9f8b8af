//! Later runs of the program: `status`, `token`, `logout`.

use super::{read, signed_in};
use crate::support::headline;
use crate::support::notion::{FakeNotion, Response, TOKEN, respond_as_member};
use crate::support::sandbox::Sandbox;
use notion_auth::domain::problem::ProblemCode;

const OTHER: &str = "ntn_fake_other_11111111111111111111111111111";

#[test]
fn the_token_comes_back_byte_for_byte_and_alone() {
    let (_notion, home) = signed_in();
    for arguments in ["token", "token --workspace workspace-1", "token --workspace fake\u{a0}works"] {
        // Arguments are split at spaces here, and the workspace's name has one: by its id and its account it is found too.
        let arguments = arguments.replace("fake\u{a0}works", "workspace-1/token");
        let run = home.run_allowing_secret(&arguments, "");
        assert_eq!((run.stdout, run.stderr, run.exit_code), (format!("{TOKEN}\n"), String::new(), Some(0)), "{arguments}");
    }
}

#[test]
fn the_variable_goes_first_unless_a_workspace_is_named() {
    let (_notion, home) = signed_in();
    let home = home.with_variable("NOTION_API_TOKEN", OTHER);
    assert_eq!(home.run("token", "").stdout, format!("{OTHER}\n"));
    assert_eq!(home.run_allowing_secret("token --workspace workspace-1", "").stdout, format!("{TOKEN}\n"));
}

#[test]
fn without_a_credential_there_is_none_to_show() {
    let home = Sandbox::new();
    for arguments in ["token", "status", "refresh", "refresh nowhere", "logout", "logout --all", "token --workspace nowhere"] {
        let run = home.run(arguments, "");
        assert_eq!((run.exit_code, run.stdout.as_str()), (Some(4), ""), "{arguments}: {run:?}");
        let is_about_what_is_kept = arguments.contains("nowhere") || arguments.starts_with("logout");
        let first = if is_about_what_is_kept { "No credentials are saved on" } else { headline(ProblemCode::NotSignedIn) };
        assert!(run.stderr.starts_with(first), "{arguments}: {}", run.stderr);
    }
    assert!(home.files().is_empty(), "looking makes nothing");
}

#[test]
fn in_the_demo_somebody_is_signed_in_and_every_command_can_be_rehearsed() {
    let home = Sandbox::new();
    for arguments in ["status", "status --check", "doctor", "token", "env", "send-to", "reset --dry-run", "logout"] {
        let run = home.run(&format!("--demo {arguments}"), "");
        assert_eq!(run.exit_code, Some(0), "{arguments}: {run:?}");
    }
    let account = "--demo token --workspace dddddddd-0000-4000-8000-0000000000aa/token";
    assert_eq!(home.run(account, "").stdout, home.run("--demo token", "").stdout);
    assert!(home.files().is_empty(), "the demo leaves nothing");
}

#[test]
fn a_local_status_asks_nobody() {
    let (notion, home) = signed_in();
    let before = notion.requests().len();
    let run = home.run("status", "");
    assert_eq!((run.exit_code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    assert!(run.stdout.starts_with("Active: Fake Works (notion-auth)."), "{}", run.stdout);
    assert!(run.stdout.contains(home.file("secrets.json").to_str().unwrap().split('/').next_back().unwrap()), "{}", run.stdout);
    assert_eq!(notion.requests().len(), before);
}

#[test]
fn a_checking_status_asks_notion_about_each() {
    let (notion, home) = signed_in();
    let home = home.with_variable("NOTION_API_TOKEN", OTHER);
    let document = home.run("status --check --json", "");
    assert_eq!(document.exit_code, Some(4), "the active one is refused: {document:?}");
    let document = document.json_document();
    assert_eq!((document["schema"].as_u64(), document["active"]["source"].as_str()), (Some(1), Some("environment")));
    let told: Vec<_> = document["credentials"]
        .as_array()
        .unwrap()
        .iter()
        .map(|credential| {
            (credential["source"].as_str().unwrap(), credential["verdict"].as_str().unwrap(), credential["problem"].as_str())
        })
        .collect();
    assert_eq!(told, [("environment", "fail", Some("unauthorized")), ("notion-auth", "pass", None)]);
    for field in ["workspace", "user", "kind", "path", "store", "source", "expires_at", "verdict"] {
        assert!(document["credentials"][1].get(field).is_some(), "{field}: {document}");
    }
    let asked: Vec<_> = notion.requests().iter().rev().take(2).filter_map(|request| request.bearer().map(str::to_owned)).collect();
    assert!(asked.contains(&OTHER.to_owned()) && asked.contains(&TOKEN.to_owned()), "each by its own token");
}

#[test]
fn a_status_that_cannot_ask_is_5_and_lists_all_the_same() {
    let (notion, home) = signed_in();
    drop(notion);
    let run = home.run("status --check", "");
    assert_eq!(run.exit_code, Some(5), "{run:?}");
    assert!(run.stdout.contains("Fake Works"), "{}", run.stdout);
}

#[test]
fn logging_out_deletes_the_secret_and_says_what_is_left() {
    let (_notion, home) = signed_in();
    let home = home.with_variable("NOTION_API_TOKEN", OTHER);
    let run = home.run("logout", "");
    assert_eq!((run.exit_code, run.stdout.as_str()), (Some(0), ""), "{run:?}");
    assert!(run.stderr.contains("Fake Works: deleted from the file."), "{}", run.stderr);
    assert!(run.stderr.contains("https://app.notion.com/developers/tokens"), "where to revoke it: {}", run.stderr);
    assert!(run.stderr.contains("NOTION_API_TOKEN is still set"), "{}", run.stderr);
    assert!(!read(&home.file("secrets.json")).contains(TOKEN));
    assert!(!read(&home.file("credentials.json")).contains("Fake Works"));
    assert_eq!(home.without_variable("NOTION_API_TOKEN").run("token", "").exit_code, Some(4));
}

#[test]
fn a_token_is_not_refreshed_and_its_logout_asks_notion_nothing() {
    let (notion, home) = signed_in();
    let before = notion.requests().len();
    let run = home.run("refresh", "");
    assert_eq!((run.exit_code, run.stdout.as_str()), (Some(1), ""), "{run:?}");
    assert!(run.stderr.contains(headline(ProblemCode::NothingToRefresh)), "{}", run.stderr);
    assert_eq!(home.run("logout --local-only", "").exit_code, Some(0));
    assert_eq!(notion.requests().len(), before);
}

#[test]
fn of_several_workspaces_one_must_be_named() {
    let (_notion, home) = signed_in();
    let second = FakeNotion::start(|_| {
        let workspace = serde_json::json!({"object": "user", "id": "bot-2", "name": "Sync", "type": "bot",
            "bot": {"owner": {"type": "workspace", "workspace": true}, "workspace_id": "workspace-2", "workspace_name": "Second",
                    "workspace_limits": {}}});
        Response::json(200, workspace)
    });
    let home = home.with_variable("NOTION_API_BASE_URL", second.base_url());
    assert_eq!(home.run("login --token-stdin --store file", OTHER).exit_code, Some(0));

    assert_eq!(home.run("token", "").stdout, format!("{OTHER}\n"), "the last one is in use");
    let run = home.run("logout", "");
    assert_eq!(run.exit_code, Some(3), "{run:?}");
    assert!(run.stderr.contains("Fake Works") && run.stderr.contains("Second"), "{}", run.stderr);
    assert_eq!(home.run("logout second", "").exit_code, Some(0));
    // The one that was in use is gone: the other is the only one left, and is not taken for it unasked.
    assert_eq!(home.run_allowing_secret("token --workspace workspace-1", "").stdout, format!("{TOKEN}\n"));
    assert_eq!(home.run("logout --all", "").exit_code, Some(0));
    assert_eq!(home.run("token --workspace workspace-1", "").exit_code, Some(4));
}

#[test]
fn a_second_sign_in_to_the_same_workspace_replaces_the_first() {
    let notion = FakeNotion::start(|request| {
        let mut request = request.clone();
        request.headers.retain(|(name, _)| name != "authorization");
        request.headers.push(("authorization".into(), format!("Bearer {TOKEN}")));
        respond_as_member(&request)
    });
    let home = Sandbox::with_notion(&notion);
    for token in [TOKEN, OTHER] {
        assert_eq!(home.run("login --token-stdin --store file", token).exit_code, Some(0));
    }
    assert_eq!(home.run("token", "").stdout, format!("{OTHER}\n"));
    assert_eq!(home.run("status --json", "").json_document()["credentials"].as_array().unwrap().len(), 1);
    assert!(!read(&home.file("secrets.json")).contains(TOKEN));
}
