//! Several credentials of one workspace, through the built binary: all are kept, told apart, and chosen by name.

use crate::support::notion::{FakeNotion, Request, Response, TOKEN, respond_as_member};
use crate::support::sandbox::Sandbox;
use serde_json::json;

/// The tokens of two internal connections of the workspace in which [`TOKEN`] is a person's.
const SYNC: &str = "ntn_fake_sync_11111111111111111111111111111";
const REPORTS: &str = "ntn_fake_reports_22222222222222222222222222";

fn three_bots(request: &Request) -> Response {
    let (bot, name) = match request.bearer() {
        Some(SYNC) => ("bot-2", "Nightly sync"),
        Some(REPORTS) => ("bot-3", "Reports"),
        _ => return respond_as_member(request),
    };
    match (request.method.as_str(), request.path()) {
        ("GET", "/v1/users/me") => Response::json(
            200,
            json!({"object": "user", "id": bot, "name": name, "type": "bot",
                   "bot": {"owner": {"type": "workspace", "workspace": true}, "workspace_id": "workspace-1",
                           "workspace_name": "Fake Works"}}),
        ),
        ("POST", "/v1/search") => Response::json(200, json!({"object": "list", "results": [], "has_more": false})),
        _ => Response::error(403, "restricted_resource", request),
    }
}

fn signed_in_three_times() -> (FakeNotion, Sandbox) {
    let notion = FakeNotion::start(three_bots);
    let home = Sandbox::with_notion(&notion);
    for token in [TOKEN, SYNC, REPORTS] {
        let run = home.run("login --token-stdin --store file", token);
        assert_eq!(run.exit_code, Some(0), "{run:?}");
    }
    (notion, home)
}

#[test]
fn a_person_and_two_bots_of_one_workspace_are_all_kept_and_each_is_found() {
    let (_notion, home) = signed_in_three_times();
    for (selector, token) in
        [("token@bot-1", TOKEN), ("bot-1", TOKEN), ("workspace-1/token@bot-2", SYNC), ("token@bot-2", SYNC), ("bot-3", REPORTS)]
    {
        let run = home.run_allowing_secret(&format!("token --workspace {selector}"), "");
        assert_eq!((run.stdout, run.exit_code), (format!("{token}\n"), Some(0)), "{selector}");
    }
    let status = home.run("status", "");
    for label in ["token@bot-1", "token@bot-2", "token@bot-3", "Ada Fake", "Nightly sync", "Reports"] {
        assert!(status.stdout.contains(label), "{label}: {}", status.stdout);
    }
    let document: serde_json::Value = serde_json::from_str(&home.run("status --json", "").stdout).unwrap();
    let accounts: Vec<_> = document["credentials"].as_array().unwrap().iter().map(|one| one["account"].as_str().unwrap()).collect();
    assert_eq!(accounts, ["workspace-1/token@bot-1", "workspace-1/token@bot-2", "workspace-1/token@bot-3"]);
}

#[test]
fn a_workspace_that_fits_several_ends_with_three_and_lists_them() {
    let (_notion, home) = signed_in_three_times();
    for command in ["token --workspace", "env --workspace", "switch", "logout", "refresh"] {
        let run = home.run(&format!("{command} workspace-1"), "");
        assert_eq!((run.exit_code, run.stdout.as_str()), (Some(3), ""), "{command}: {run:?}");
        let said = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        for one in ["(token@bot-1), as Ada Fake", "(token@bot-2), as Nightly sync", "(token@bot-3), as Reports"] {
            assert!(said.contains(one), "{command}: {said}");
        }
    }
    assert_eq!(home.run("switch token@bot-2", "").exit_code, Some(0));
    assert_eq!(home.run_allowing_secret("token", "").stdout, format!("{SYNC}\n"));
    assert_eq!(home.run("logout token@bot-2", "").exit_code, Some(0));
    assert_eq!(home.run_allowing_secret("token --workspace bot-1", "").stdout, format!("{TOKEN}\n"), "the others stay");
}

#[test]
fn signing_in_with_the_same_one_again_says_what_it_replaces() {
    let (_notion, home) = signed_in_three_times();
    let run = home.run("login --token-stdin --store file", SYNC);
    let said = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("replaces the credential saved on") && said.contains("as Nightly sync"), "{said}");
    assert!(!said.contains("Ada Fake"), "{said}");
}

/// As 0.1 wrote them.
#[test]
fn what_an_earlier_version_kept_is_found_by_its_key_before_and_after_its_bot_is_known() {
    let notion = FakeNotion::start(three_bots);
    let home = Sandbox::with_notion(&notion);
    assert_eq!(home.run("login --token-stdin --store file", SYNC).exit_code, Some(0));
    for name in ["credentials.json", "secrets.json"] {
        let path = home.file(name);
        write(&path, &super::read(&path).replace("token@bot-2", "token"));
    }
    let token = |home: &Sandbox| home.run_allowing_secret("token --workspace workspace-1/token", "").stdout;
    let before = super::read(&home.file("credentials.json"));
    assert_eq!(token(&home), format!("{SYNC}\n"));
    assert_eq!(home.run("status", "").exit_code, Some(0));
    assert_eq!(super::read(&home.file("credentials.json")), before, "reading rewrites nothing");

    assert_eq!(home.run("login --token-stdin --store file", TOKEN).exit_code, Some(0));
    assert_eq!(token(&home), format!("{SYNC}\n"), "another one of that workspace does not replace it");
    assert_eq!(home.run("status --check", "").exit_code, Some(0));
    let secrets = super::read(&home.file("secrets.json"));
    assert!(secrets.contains("workspace-1/token@bot-2") && !secrets.contains("workspace-1/token\""), "its names were put right");
    assert_eq!(home.run_allowing_secret("token --workspace bot-2", "").stdout, format!("{SYNC}\n"));
    assert_eq!(home.run_allowing_secret("token --workspace token@bot-1", "").stdout, format!("{TOKEN}\n"));
}

#[test]
fn a_credential_of_another_workspace_than_the_one_that_was_named_is_not_stored() {
    let notion = FakeNotion::start(three_bots);
    let home = Sandbox::with_notion(&notion);
    for named in ["workspace-2", "1"] {
        let run = home.run(&format!("login --token-stdin --store file --workspace-id {named}"), TOKEN);
        assert_eq!(run.exit_code, Some(4), "{run:?}");
        let said = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(&format!("it belongs to Fake Works (workspace-1), not to {named}; nothing was saved")), "{said}");
        assert!(!home.file("secrets.json").exists() && !home.file("credentials.json").exists(), "nothing was saved");
    }
    let run = home.run("login --token-stdin --store file --json --workspace-id workspace-2", TOKEN);
    assert_eq!(run.json_lines().last().unwrap()["code"], "wrong_workspace");
    for same in ["workspace-1", "WORKSPACE1"] {
        assert_eq!(home.run(&format!("login --token-stdin --store file --workspace-id {same}"), TOKEN).exit_code, Some(0));
    }
}

#[test]
fn a_check_says_where_the_two_variables_disagree() {
    let notion = FakeNotion::start(three_bots);
    for (id, verdict) in [("workspace-2", "warn"), ("WORKSPACE1", "pass")] {
        let home = Sandbox::with_notion(&notion).with_variable("NOTION_API_TOKEN", TOKEN).with_variable("NOTION_WORKSPACE_ID", id);
        let document: serde_json::Value = serde_json::from_str(&home.run("status --check --json", "").stdout).unwrap();
        assert_eq!(document["active"]["workspace_variable"], verdict);
        let told = home.run("status --check", "").stdout;
        assert_eq!(told.contains("NOTION_WORKSPACE_ID is "), verdict == "warn", "{told}");
        let report: serde_json::Value = serde_json::from_str(&home.run("doctor --json", "").stdout).unwrap();
        let checks = report["checks"].as_array().unwrap();
        let check = checks.iter().find(|check| check["id"] == "credential.workspace_variable").unwrap();
        assert_eq!(check["verdict"], verdict);
    }
}

#[expect(clippy::disallowed_methods, reason = "prepares what is to be read")]
fn write(path: &std::path::Path, content: &str) {
    std::fs::write(path, content).unwrap();
}
