//! `status`: what is here, which is active and why, and what Notion says of each.

use super::{Captured, CommandOutcome, outcome};
use crate::support::fakes::{
    CONNECTION, FakeWorld, MEMBER, STRANGER, ScriptedAnswer, member_identity, ntn_record, token_record, workspace,
};
use crate::support::headline;
use notion_auth::commands::status::{self, StatusArgs};
use notion_auth::domain::credentials::{Account, CredentialRecord, StoreKind};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::frontends::console::Console;
use std::time::Duration;

async fn status(fakes: &FakeWorld, check: bool, json: bool) -> CommandOutcome {
    let world = fakes.world();
    let today = jiff::civil::date(2026, 11, 22);
    outcome(async |console| status::run(&StatusArgs { check, json }, today, &world, console).await).await
}

/// One of everything: the variable, one of ours with an end, and a login that only `ntn` can read.
fn everything() -> FakeWorld {
    let fakes = FakeWorld::new();
    fakes.machine.set_token_variable(CONNECTION);
    let mut ours = token_record(workspace("ws-1", "Acme"));
    ours.expires_on = Some(jiff::civil::date(2026, 12, 1));
    fakes.store.add(ours, MEMBER);
    fakes.machine.add_ntn_login(workspace("ws-9", "Gamma"), None);
    fakes
}

#[tokio::test]
async fn everything_is_listed_with_what_shadows_what() {
    let fakes = everything();
    let shown = status(&fakes, false, false).await;
    assert_eq!((shown.exit_code, shown.err.as_str()), (0, ""));
    assert!(fakes.notion.calls.is_empty(), "it is local unless Notion is to be asked");
    insta::assert_snapshot!(shown.out);
}

#[tokio::test]
async fn a_check_says_who_each_one_is() {
    let shown = status(&everything(), true, false).await;
    assert_eq!((shown.exit_code, shown.err.as_str()), (0, ""));
    insta::assert_snapshot!(shown.out);
}

#[tokio::test]
async fn the_document_keeps_its_shape() {
    let local = status(&everything(), false, true).await.json();
    assert_eq!(local["schema"], 1);
    assert_eq!(local["active"], local["credentials"][0]);
    let ours = &local["credentials"][1];
    let expected = serde_json::json!({
        "account": "ws-1/token", "workspace": { "id": "ws-1", "name": "Acme" }, "user": "Ada Fake", "kind": "user", "path": "token",
        "store": "keychain", "source": "notion-auth", "place": "keychain, account ws-1/token",
        "also_in": [],
        "expires_at": "2026-12-01", "days_left": 9, "sent_to": [], "verdict": null, "workspace_variable": null, "problem": null,
    });
    assert_eq!(*ours, expected);
    let checked = status(&everything(), true, true).await.json();
    let verdicts: Vec<_> = checked["credentials"].as_array().unwrap().iter().map(|one| one["verdict"].clone()).collect();
    assert_eq!(verdicts, [serde_json::json!("pass"), "pass".into(), serde_json::Value::Null], "ntn's cannot be read");
    assert_eq!(checked["active"]["user"], "Nightly sync");
    assert_eq!(checked["active"]["kind"], "internal");
}

#[tokio::test]
async fn a_refusal_fails_and_trouble_on_the_way_is_unknown() {
    for (problem, verdict, exit_code) in [
        (ProblemCode::Unauthorized, "fail", 4),
        (ProblemCode::NoNetwork, "unknown", 5),
        (ProblemCode::TimedOut, "unknown", 5),
        (ProblemCode::NotionServerError, "unknown", 5),
        (ProblemCode::BlockedByNetwork, "unknown", 5),
    ] {
        let fakes = FakeWorld::new();
        fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
        fakes.notion.queue_answer(MEMBER, ScriptedAnswer::Now(Err(Problem::new(problem))));
        let shown = status(&fakes, true, true).await;
        assert_eq!(shown.json()["credentials"][0]["verdict"], verdict, "{problem:?}");
        assert_eq!(shown.json()["credentials"][0]["problem"], problem.name());
        assert_eq!(shown.exit_code, exit_code, "{problem:?}");
    }
}

#[tokio::test]
async fn a_refused_credential_that_is_not_in_use_changes_no_exit_code() {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), STRANGER);
    fakes.store.add(token_record(workspace("ws-2", "Beta")), CONNECTION);
    let shown = status(&fakes, true, true).await;
    let document = shown.json();
    assert_eq!(document["credentials"][0]["verdict"], "fail");
    assert_eq!(document["active"]["workspace"]["name"], "Beta");
    assert_eq!(shown.exit_code, 0);
}

#[tokio::test]
async fn a_secret_that_is_gone_fails_without_asking_notion() {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    fakes.store.load.push_error(Problem::new(ProblemCode::SecretMissing));
    let shown = status(&fakes, true, true).await;
    assert_eq!(shown.json()["active"]["verdict"], "fail");
    assert_ne!(shown.exit_code, 0);
    assert!(fakes.notion.calls.is_empty());
}

#[tokio::test(start_paused = true)]
async fn all_are_asked_side_by_side() {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    fakes.store.add(token_record(workspace("ws-2", "Beta")), MEMBER);
    for _ in 0..2 {
        fakes.notion.queue_answer(MEMBER, ScriptedAnswer::After(Duration::from_secs(5), Ok(member_identity())));
    }
    let begun = tokio::time::Instant::now();
    status(&fakes, true, true).await;
    assert_eq!(begun.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn no_half_document_is_written_while_notion_is_silent() {
    let fakes = everything();
    fakes.notion.queue_answer(MEMBER, ScriptedAnswer::Never);
    let written = Captured::default();
    let mut console = Console::new(written.clone(), Captured::default(), 80);
    let world = fakes.world();
    let args = StatusArgs { check: true, json: true };
    let run = status::run(&args, jiff::civil::date(2026, 11, 22), &world, &mut console);
    assert!(tokio::time::timeout(Duration::from_secs(60), run).await.is_err(), "one of them never answers");
    assert_eq!(written.text(), "");
}

#[tokio::test]
async fn nothing_signed_in_is_an_answer_of_its_own() {
    let shown = status(&FakeWorld::new(), false, false).await;
    assert_eq!((shown.out.as_str(), shown.exit_code), ("", 4));
    assert!(shown.err.starts_with(headline(ProblemCode::NotSignedIn)), "{}", shown.err);
    let document = status(&FakeWorld::new(), false, true).await.json();
    assert_eq!(document["active"], serde_json::Value::Null);
    assert_eq!(document["problems"][0]["code"], "not_signed_in");
}

#[tokio::test]
async fn a_login_of_ntn_alone_is_listed_and_is_not_ours_to_use() {
    let fakes = FakeWorld::new();
    fakes.machine.add_ntn_login(workspace("ws-9", "Gamma"), Some(MEMBER));
    let shown = status(&fakes, false, false).await;
    assert!(shown.out.contains("Gamma (ntn)"), "{}", shown.out);
    assert_eq!(shown.exit_code, 4, "as `token` would end");
    let document = status(&fakes, true, true).await.json();
    assert_eq!(document["credentials"][0]["verdict"], "pass");
}

#[tokio::test]
async fn another_variable_is_listed_last_and_never_active() {
    let fakes = FakeWorld::new();
    fakes.machine.set_other_variable("NOTION_TOKEN", MEMBER);
    let alone = status(&fakes, true, true).await;
    assert_eq!((alone.exit_code, &alone.json()["active"]), (4, &serde_json::Value::Null), "as `token` would end");
    let listed = &alone.json()["credentials"][0];
    assert_eq!((&listed["source"], &listed["place"]), (&"variable".into(), &"NOTION_TOKEN".into()));
    assert_eq!(
        (&listed["verdict"], &listed["user"], &listed["account"]),
        (&"pass".into(), &"Ada Fake".into(), &serde_json::Value::Null)
    );
    let fakes = everything();
    fakes.machine.set_other_variable("NOTION_TOKEN", STRANGER);
    let shown = status(&fakes, false, false).await;
    assert_eq!(shown.exit_code, 0);
    insta::assert_snapshot!(shown.out);
}

#[tokio::test]
async fn a_token_in_several_places_is_one_credential() {
    let fakes = FakeWorld::new();
    fakes.machine.set_token_variable(CONNECTION);
    let filed = CredentialRecord { store: StoreKind::File, ..token_record(workspace("ws-1", "Acme")) };
    fakes.store.add(filed, MEMBER);
    for (name, token) in
        [("NOTION_KEY", CONNECTION), ("NOTION_PAT", MEMBER), ("NOTION_API_KEY", STRANGER), ("NOTION_TOKEN", STRANGER)]
    {
        fakes.machine.set_other_variable(name, token);
    }
    let document = status(&fakes, false, true).await.json();
    let listed: Vec<_> = document["credentials"].as_array().unwrap().iter().map(|one| (&one["source"], &one["also_in"])).collect();
    let expected = [
        ("environment".into(), serde_json::json!(["NOTION_KEY"])),
        ("notion-auth".into(), serde_json::json!(["NOTION_PAT"])),
        ("variable".into(), serde_json::json!(["NOTION_TOKEN"])),
    ];
    assert_eq!(listed, expected.iter().map(|(source, also_in)| (source, also_in)).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_keychain_is_not_read_to_compare_a_variable() {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    fakes.machine.set_other_variable("NOTION_TOKEN", MEMBER);
    let document = status(&fakes, false, true).await.json();
    assert_eq!(document["credentials"].as_array().unwrap().len(), 2);
    assert!(!fakes.store.calls.all().iter().any(|call| call.starts_with("load ")), "{:?}", fakes.store.calls.all());
}

#[tokio::test]
async fn an_unreadable_record_hides_nothing_that_was_found_elsewhere() {
    let fakes = FakeWorld::new();
    fakes.machine.set_token_variable(MEMBER);
    fakes.store.index.push_error(Problem::new(ProblemCode::FileCorrupt).with_evidence("credentials.json"));
    let shown = status(&fakes, false, false).await;
    assert_eq!(shown.exit_code, 0, "the variable is active whatever is kept");
    assert!(shown.out.contains("Active: NOTION_API_TOKEN"), "{}", shown.out);
    assert!(shown.err.contains("details: credentials.json"), "{}", shown.err);
}

#[tokio::test]
async fn an_unreadable_record_is_told_once_and_is_not_taken_for_signed_out() {
    let fakes = FakeWorld::new();
    fakes.store.index.push_error(Problem::new(ProblemCode::FileCorrupt).with_evidence("credentials.json"));
    let shown = status(&fakes, false, false).await;
    assert_ne!(shown.exit_code, 0);
    assert_ne!(shown.exit_code, 4);
    assert_eq!(shown.err.matches("details: credentials.json").count(), 1, "{}", shown.err);
}

#[tokio::test]
async fn no_secret_is_ever_shown() {
    for json in [false, true] {
        let shown = status(&everything(), true, json).await;
        assert!(!format!("{}{}", shown.out, shown.err).contains("ntn_fake"));
    }
}

/// A login of `ntn`'s that was signed in to with us.
fn managed_by_ntn(token: Option<&str>) -> FakeWorld {
    let fakes = FakeWorld::new();
    fakes.machine.add_ntn_login(workspace("ws-1", "Acme"), token);
    fakes.store.add_ntn_login(ntn_record(workspace("ws-1", "Acme")));
    fakes
}

#[tokio::test]
async fn a_login_managed_by_ntn_is_listed_once_as_the_active_one() {
    let shown = status(&managed_by_ntn(Some(MEMBER)), false, false).await;
    assert_eq!((shown.exit_code, shown.err.as_str()), (0, ""));
    insta::assert_snapshot!(shown.out);
    let document = status(&managed_by_ntn(Some(MEMBER)), false, true).await.json();
    let expected = serde_json::json!({
        "account": "ws-1/cli", "workspace": { "id": "ws-1", "name": "Acme" }, "user": "Ada Fake", "kind": "user", "path": "cli",
        "store": "ntn", "also_in": [], "workspace_variable": null,
        "source": "ntn", "place": "ntn's auth.json", "expires_at": null, "days_left": null, "sent_to": [], "verdict": null,
        "problem": null,
    });
    assert_eq!(document["credentials"], serde_json::json!([expected]));
    assert_eq!(document["active"], expected);
    assert_eq!(document["reason"], "It is the only sign-in on this machine.");
}

#[tokio::test]
async fn a_check_asks_notion_with_the_token_read_back_from_ntn() {
    let fakes = managed_by_ntn(Some(MEMBER));
    let document = status(&fakes, true, true).await.json();
    assert_eq!(document["active"]["verdict"], "pass");
    assert!(!fakes.store.calls.all().iter().any(|call| call.starts_with("load")));
}

#[tokio::test]
async fn a_login_that_ntn_lost_is_listed_as_ours_and_a_check_says_that_its_token_is_gone() {
    let fakes = FakeWorld::new();
    fakes.store.add_ntn_login(ntn_record(workspace("ws-1", "Acme")));
    let shown = status(&fakes, false, false).await;
    assert_eq!(shown.exit_code, 0);
    insta::assert_snapshot!(shown.out);
    let checked = status(&fakes, true, true).await;
    assert_eq!(checked.exit_code, 6, "as `token` would end");
    let credential = &checked.json()["credentials"][0];
    assert_eq!((&credential["store"], &credential["problem"]), (&"ntn".into(), &"secret_missing".into()));
    assert_eq!(fakes.machine.calls.all().last().unwrap(), "ntn_secret ws-1");
}

#[tokio::test]
async fn the_variable_shadows_a_login_managed_by_ntn() {
    let fakes = managed_by_ntn(None);
    fakes.machine.set_token_variable(CONNECTION);
    let shown = status(&fakes, false, false).await;
    assert!(shown.out.contains("It takes precedence over Acme (ntn)."), "{}", shown.out);
    assert!(shown.out.contains("managed by ntn; only ntn can read it"), "{}", shown.out);
}

#[tokio::test]
async fn workspaces_of_one_name_are_told_apart() {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    fakes.store.add(token_record(workspace("ws-2", "acme")), MEMBER);
    fakes.store.add(token_record(workspace("ws-3", "Beta")), MEMBER);
    let shown = status(&fakes, false, false).await;
    for title in ["\n  Acme (notion-auth, ws-1/token)\n", "\n  acme (notion-auth, ws-2/token)\n", "\n* Beta (notion-auth)\n"] {
        assert!(shown.out.contains(title), "{}", shown.out);
    }
}

#[tokio::test]
async fn an_end_that_is_near_stands_beside_the_active_one() {
    let fakes = FakeWorld::new();
    let mut acme = token_record(workspace("ws-1", "Acme"));
    acme.expires_on = Some(jiff::civil::date(2026, 11, 25));
    fakes.store.add(acme, MEMBER);
    let shown = status(&fakes, false, false).await;
    assert!(shown.out.contains("  Note: 3 days left (expires 2026-11-25), by the date you entered.\n"), "{}", shown.out);
    assert_eq!(status(&fakes, false, true).await.json()["active"]["days_left"], 3);
}

#[tokio::test]
async fn a_secret_that_no_record_knows_is_reported_and_changes_no_exit_code() {
    let fakes = everything();
    let account = Account { workspace: "ws-7".into(), name: "token@bot-1".into() };
    fakes.store.add_orphan(account.clone(), StoreKind::Keychain);
    let document = status(&fakes, false, true).await.json();
    let place = "the fake keychain, account ws-7/token@bot-1";
    let expected = serde_json::json!([{ "kind": "secret_without_record", "account": account.key(), "place": place }]);
    assert_eq!(document["leftovers"], expected);
    let shown = status(&fakes, false, false).await;
    assert_eq!((shown.exit_code, shown.err.as_str()), (0, ""));
    assert!(shown.out.contains("notion-auth logout ws-7/token@bot-1"), "{}", shown.out);
    assert_eq!(fakes.store.orphans().len(), 1, "reading only reports");
}
