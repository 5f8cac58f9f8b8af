//! Verdicts: which checks fail, warn or stay unknown, and the resulting exit code.

use super::*;
use crate::support::connection_fakes::{connection_record, connection_secrets};
use crate::support::fakes::{STRANGER, ntn_record};
use notion_auth::domain::credentials::RememberedAnswers;
use notion_auth::domain::prerequisites::{MemberProfile, MemberRole, Plan, TokenPolicy};
use notion_auth::domain::storage::{Access, StorageState, StoredFile};
use notion_auth::runtime::ports::CredentialStore;

#[tokio::test]
async fn a_refused_token_is_never_a_pass() {
    for code in [ProblemCode::Unauthorized, ProblemCode::Restricted] {
        let fakes = well();
        fakes.notion.queue_answer(MEMBER, ScriptedAnswer::Now(Err(problem(code).with_evidence("HTTP 401, request 1234"))));
        let (exit_code, document) = document(&fakes, false).await;
        let valid = the(&document, "credential.valid");
        assert_eq!((exit_code, &valid["verdict"]), (1, &"fail".into()), "{code:?}");
        assert!(valid["evidence"].as_str().unwrap().contains("request 1234"), "{valid}");
        assert_eq!(valid["command"], "notion-auth login --token-stdin < token.txt");
        let passes: Vec<&Value> =
            document["checks"].as_array().unwrap().iter().filter(|check| check["verdict"] == "pass").collect();
        let claims = ["credential.identity", "credential.kind", "credential.reach", "credential.capabilities"];
        assert!(passes.iter().all(|check| !claims.contains(&check["id"].as_str().unwrap())), "{passes:?}");
        assert_eq!(the(&document, "prerequisites.membership")["verdict"], "unknown", "what a refusal tells of the person");
    }
}

#[tokio::test]
async fn trouble_on_the_way_is_no_verdict_on_a_token() {
    for code in [ProblemCode::NoNetwork, ProblemCode::NotionServerError, ProblemCode::RateLimited, ProblemCode::BlockedByNetwork] {
        let fakes = well();
        fakes.notion.queue_answer(MEMBER, ScriptedAnswer::Now(Err(problem(code))));
        let (exit_code, document) = document(&fakes, false).await;
        assert_eq!((exit_code, &the(&document, "credential.valid")["verdict"]), (0, &"unknown".into()), "{code:?}");
    }
}

#[tokio::test]
async fn warnings_alone_do_not_fail() {
    let fakes = FakeWorld::new();
    fakes.machine.ntn.push(ScriptedAnswer::Now(Ok(NtnState::Missing)));
    fakes.store.probe_keychain.push(ScriptedAnswer::Now(Ok(KeychainState::Locked { evidence: "prompt dismissed".into() })));
    let (exit_code, document) = document(&fakes, false).await;
    assert_eq!(exit_code, 0);
    let active = the(&document, "credential.active");
    assert_eq!((&active["verdict"], &active["command"]), (&"warn".into(), &"notion-auth".into()), "nobody is signed in");
    assert_eq!(document["summary"]["fail"], 0);
    assert!(document["summary"]["warn"].as_u64().unwrap() >= 3);
}

#[tokio::test]
async fn any_failure_fails_also_of_a_credential_that_is_not_in_use() {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), STRANGER);
    fakes.store.add(token_record(workspace("ws-2", "Beta")), CONNECTION);
    let (exit_code, document) = document(&fakes, true).await;
    assert_eq!(exit_code, 1);
    let valid: Vec<_> =
        those(&document, "credential.valid").iter().map(|it| (it["subject"].clone(), it["verdict"].clone())).collect();
    assert_eq!(valid, [("Beta (notion-auth)".into(), "pass".into()), ("Acme (notion-auth)".into(), "fail".into())]);
}

#[tokio::test]
async fn a_record_whose_secret_is_gone_is_missed_and_what_puts_it_back_is_named() {
    let fakes = FakeWorld::new();
    fakes.store.add_ntn_login(token_record(workspace("ws-1", "Acme")));
    let (exit_code, document) = document(&fakes, false).await;
    assert_eq!(exit_code, 1);
    let read_back = the(&document, "storage.read_back");
    assert_eq!(
        (&read_back["verdict"], &read_back["command"]),
        (&"fail".into(), &"notion-auth login --token-stdin < token.txt".into())
    );
    assert_eq!(read_back["subject"], "workspace 1 (notion-auth)");
}

#[tokio::test]
async fn an_own_connection_is_introspected_and_told_how_it_is_renewed() {
    let fakes = FakeWorld::new();
    fakes.store.add_with_secrets(connection_record(workspace("ws-1", "Acme")), connection_secrets(MEMBER, "fake-refresh"));
    let (exit_code, document) = document(&fakes, false).await;
    assert_eq!((exit_code, &the(&document, "credential.introspection")["verdict"]), (0, &"pass".into()));
    assert!(the(&document, "credential.expiry")["evidence"].as_str().unwrap().contains("notion-auth refresh"));
}

#[tokio::test]
async fn what_only_ntn_can_read_is_open_and_ntn_is_what_to_ask() {
    let fakes = FakeWorld::new();
    fakes.store.add_ntn_login(ntn_record(workspace("ws-9", "Gamma")));
    fakes.machine.add_ntn_login(workspace("ws-9", "Gamma"), None);
    let (exit_code, document) = document(&fakes, true).await;
    let valid = the(&document, "credential.valid");
    assert_eq!((exit_code, &valid["verdict"], &valid["command"]), (0, &"unknown".into(), &"ntn workers list".into()));
    assert_eq!(the(&document, "credential.active")["evidence"], "Gamma (ntn). It is the only sign-in on this machine.");
}

#[tokio::test]
async fn several_without_a_mark_are_told_how_one_is_marked() {
    let fakes = well();
    fakes.store.add(token_record(workspace("ws-2", "Beta")), CONNECTION);
    fakes.store.clear_active();
    let (exit_code, document) = document(&fakes, false).await;
    let active = the(&document, "credential.active");
    assert_eq!((exit_code, &active["verdict"], &active["command"]), (0, &"warn".into(), &"notion-auth switch W".into()));
    assert_eq!(those(&document, "credential.valid").len(), 2, "each is checked all the same");
}

#[tokio::test]
async fn a_variable_is_told_what_it_shadows_and_what_contradicts_it() {
    let fakes = well();
    fakes.machine.set_token_variable(CONNECTION);
    fakes.machine.surroundings.push(ScriptedAnswer::Now(Ok(HostDetails { workspace_id: Some("ws-1".into()), ..surroundings() })));
    let (_, document) = document(&fakes, true).await;
    let shadows = the(&document, "credential.shadows");
    assert_eq!(shadows["evidence"], "NOTION_API_TOKEN is used instead of: Acme (notion-auth).");
    assert_eq!(shadows["command"], "unset NOTION_API_TOKEN");
    let id = the(&document, "credential.workspace_variable");
    assert_eq!(id["evidence"], "NOTION_WORKSPACE_ID is ws-1, but the credential in use belongs to ws-2.");
    assert_eq!((&id["verdict"], &id["command"]), (&"warn".into(), &"unset NOTION_WORKSPACE_ID".into()));
}

#[tokio::test]
async fn a_variable_with_the_kept_token_shadows_nothing() {
    let fakes = well();
    fakes.machine.set_token_variable(MEMBER);
    let (_, document) = document(&fakes, false).await;
    assert_eq!(the(&document, "credential.shadows")["verdict"], "pass");
}

#[tokio::test]
async fn what_a_person_said_is_judged_and_is_a_warning_at_worst() {
    let fakes = well();
    let standing = MemberProfile { role: MemberRole::Guest, plan: Plan::Free, policy: TokenPolicy::NotSure };
    fakes.store.remember_answers(RememberedAnswers::from_profile(standing)).await.unwrap();
    let (exit_code, document) = document(&fakes, false).await;
    assert_eq!((exit_code, &the(&document, "prerequisites.standing")["evidence"]), (0, &"Guest on Free.".into()));
    for id in ["prerequisites.login", "prerequisites.pat_policy", "prerequisites.workers"] {
        let check = the(&document, id);
        assert_eq!(check["verdict"], "warn", "{check}");
        assert!(check["remedy"].is_string() && check["source"].as_str().unwrap().starts_with("https://"), "{check}");
    }
    assert_eq!(the(&document, "prerequisites.membership")["verdict"], "unknown", "Notion tells neither");
}

#[tokio::test]
async fn damage_in_the_folder_is_told_with_its_names() {
    let fakes = well();
    let file = |name, mode, read| StoredFile { name, access: Some(Access::Mode(mode)), read };
    fakes.store.inspect.push(ScriptedAnswer::Now(Ok(StorageState {
        folder: "/home/fake/.config/notion-auth".into(),
        access: Some(Access::Mode(0o755)),
        files: vec![
            file("credentials.json", 0o644, Ok(())),
            file(
                "secrets.json",
                0o600,
                Err(problem(ProblemCode::FileCorrupt).with_evidence("/home/fake/.config/secrets.json: line 1, column 2")),
            ),
        ],
        corrupt_files: vec!["secrets.json.corrupt-1".into()],
        partial_files: Vec::new(),
        creation_problem: None,
        orphans: Vec::new(),
        search_problem: None,
    })));
    let (exit_code, document) = document(&fakes, false).await;
    assert_eq!(exit_code, 1);
    let evidence = |id| the(&document, id)["evidence"].as_str().unwrap().to_owned();
    assert!(evidence("storage.folder").starts_with("~/.config/notion-auth is accessible to other users (0755)"));
    assert!(evidence("storage.records").contains("(0644)"));
    assert!(evidence("storage.secrets").contains("(~/.config/secrets.json: line 1, column 2)"));
    assert!(evidence("storage.set_aside").contains("secrets.json.corrupt-1"));
}

#[tokio::test]
async fn records_that_cannot_be_read_hide_nothing_else() {
    let fakes = well();
    fakes.store.index.push_error(problem(ProblemCode::FileCorrupt).with_evidence("credentials.json: line 1, column 2"));
    fakes.machine.add_ntn_login(workspace("ws-9", "Gamma"), Some(MEMBER));
    let (_, document) = document(&fakes, true).await;
    assert_eq!(the(&document, "credential.active")["verdict"], "unknown");
    assert_eq!(the(&document, "credential.valid")["subject"], "Acme (ntn)", "as Notion calls it");
}

#[tokio::test]
async fn hundreds_of_credentials_are_all_asked_with_and_not_all_at_once() {
    let fakes = FakeWorld::new();
    for number in 0..200 {
        fakes.store.add(token_record(workspace(&format!("ws-{number}"), &format!("Space {number}"))), MEMBER);
    }
    let (exit_code, document) = document(&fakes, false).await;
    assert_eq!(exit_code, 0);
    assert_eq!(those(&document, "credential.valid").len(), 200);
    assert_eq!(those(&document, "storage.read_back").len(), 200);
}
