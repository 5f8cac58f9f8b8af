//! `reset`: nothing goes without agreement, a dry run only looks, and what stays alive is said.

use super::{CommandOutcome, outcome};
use crate::support::connection_fakes::connection_record;
use crate::support::fakes::{FakeWorld, MEMBER, token_record, workspace};
use notion_auth::commands::reset::{self, ResetArgs};
use notion_auth::domain::credentials::{ResetOutcome, StoredData, StoredItem, StoredItemHandle, StoredItemKind};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::frontends::console::Console;

const REAL: ResetArgs = ResetArgs { dry_run: false, yes: false, json: false };
const AGREED: ResetArgs = ResetArgs { yes: true, ..REAL };
const DRY: ResetArgs = ResetArgs { dry_run: true, ..REAL };

/// With the answer of whoever sits at the terminal; `None` where nobody does.
async fn reset(fakes: &FakeWorld, args: &ResetArgs, answer: Option<bool>) -> CommandOutcome {
    let world = fakes.world();
    let ask = answer.map(|answer| move |_: &mut Console| answer);
    let outcome = outcome(async |console| reset::run(args, &world, ask, console).await).await;
    assert!(fakes.notion.calls.is_empty() && fakes.oauth.calls.is_empty(), "nothing leaves this machine");
    outcome
}

fn remaining() -> Vec<StoredItem> {
    let one = |kind, place: &str| StoredItem { kind, place: place.into(), handle: StoredItemHandle::Path(place.into()) };
    vec![
        one(StoredItemKind::KeychainEntry, "ws-1/token"),
        one(StoredItemKind::File, "/fake/secrets.json"),
        one(StoredItemKind::Folder, "/fake"),
    ]
}

fn something() -> FakeWorld {
    let fakes = FakeWorld::new();
    let records = vec![token_record(workspace("ws-1", "Acme"))];
    fakes.store.stored_data.push(crate::support::fakes::ScriptedAnswer::Now(Ok(StoredData {
        removable: remaining(),
        records,
        ..StoredData::default()
    })));
    fakes
}

#[tokio::test]
async fn without_a_terminal_agreement_has_to_be_given_beforehand() {
    let fakes = something();
    let shown = reset(&fakes, &REAL, None).await;
    assert_eq!((shown.exit_code, shown.out.as_str()), (3, ""));
    assert!(shown.err.contains("--yes") && shown.err.contains("--dry-run"), "{}", shown.err);
    assert_eq!(fakes.store.calls.all(), ["remains"]);
}

#[tokio::test]
async fn a_no_removes_nothing_and_a_yes_was_told_of_everything_before() {
    let fakes = something();
    let shown = reset(&fakes, &REAL, Some(false)).await;
    assert_eq!(shown.exit_code, 130);
    assert!(shown.err.ends_with("Nothing was removed.\n"), "{}", shown.err);
    assert_eq!(fakes.store.calls.all(), ["remains"]);

    let fakes = something();
    let shown = reset(&fakes, &REAL, Some(true)).await;
    assert_eq!(shown.exit_code, 0);
    let (question, answer) = shown.err.split_once("removed keychain entry: ws-1/token\n").expect("it is told");
    for place in ["ws-1/token", "/fake/secrets.json", "/fake"] {
        assert!(question.contains(place), "{question}");
    }
    assert!(answer.ends_with("notion-auth no longer stores anything on this machine.\n"), "{answer}");
}

#[tokio::test]
async fn a_dry_run_only_looks() {
    let fakes = something();
    let shown = reset(&fakes, &DRY, Some(true)).await;
    assert_eq!(shown.exit_code, 0);
    let expected = "would remove keychain entry: ws-1/token\nwould remove file: /fake/secrets.json\nwould remove folder: /fake\n";
    assert_eq!(shown.out, expected);
    assert_eq!(fakes.store.calls.all(), ["remains"]);

    let document = reset(&something(), &ResetArgs { json: true, ..DRY }, None).await.json();
    let expected = serde_json::json!({
        "schema": 1,
        "removes": [
            { "kind": "keychain_entry", "place": "ws-1/token" },
            { "kind": "file", "place": "/fake/secrets.json" },
            { "kind": "folder", "place": "/fake" },
        ],
        "stays": [], "locks": [], "not_revoked": ["ws-1/token"], "note": null, "problems": [],
    });
    assert_eq!(document, expected);
}

#[tokio::test]
async fn what_stays_alive_at_notion_and_elsewhere_is_said() {
    let fakes = FakeWorld::new();
    fakes.machine.set_token_variable(MEMBER);
    let records = vec![token_record(workspace("ws-1", "Acme")), connection_record(workspace("ws-2", "Beta"))];
    let remains = StoredData { removable: remaining(), records, ..StoredData::default() };
    fakes.store.stored_data.push(crate::support::fakes::ScriptedAnswer::Now(Ok(remains)));
    let shown = reset(&fakes, &AGREED, None).await;
    let messages = shown.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(messages.contains("A reset revokes nothing. These stay valid at Notion: Acme, Beta."), "{messages}");
    assert!(shown.err.contains("\n  notion-auth logout --all\n"), "{}", shown.err);
    assert!(messages.contains("NOTION_API_TOKEN is still set in this shell"), "{messages}");
}

#[tokio::test]
async fn nothing_kept_is_nothing_to_ask_about() {
    let fakes = FakeWorld::new();
    let shown = reset(&fakes, &REAL, None).await;
    assert_eq!((shown.exit_code, shown.err.as_str()), (0, "notion-auth stores nothing on this machine.\n"));
}

#[tokio::test]
async fn what_could_not_be_removed_is_no_success() {
    let fakes = something();
    let trouble = Problem::new(ProblemCode::KeychainLocked).with_evidence("prompt dismissed");
    let removed = ResetOutcome { removed: remaining()[1..].to_vec(), problems: vec![trouble] };
    fakes.store.remove.push(crate::support::fakes::ScriptedAnswer::Now(Ok(removed)));
    let shown = reset(&fakes, &AGREED, None).await;
    assert_eq!(shown.exit_code, 6);
    assert!(shown.err.contains("details: prompt dismissed"), "{}", shown.err);
    assert!(!shown.err.contains("notion-auth no longer stores anything on this machine."), "{}", shown.err);
}
