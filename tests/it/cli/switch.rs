//! `switch`: which one becomes the active one, and the truth about what that affects.

use super::{CommandOutcome, outcome};
use crate::support::fakes::{CONNECTION, FakeWorld, MEMBER, ntn_record, token_record, workspace};
use notion_auth::commands::switch::{self, SwitchArgs};
use notion_auth::domain::problem::{Problem, ProblemCode};

async fn switch(fakes: &FakeWorld, workspace: &str) -> CommandOutcome {
    let (args, world) = (SwitchArgs { workspace: workspace.into() }, fakes.world());
    let outcome = outcome(async |console| switch::run(&args, &world, console).await).await;
    assert_eq!(outcome.out, "", "there is no data, only messages");
    assert!(fakes.notion.calls.is_empty() && fakes.oauth.calls.is_empty(), "nothing leaves this machine");
    outcome
}

/// Acme, and Beta which is the active one.
fn two_workspaces() -> FakeWorld {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("0000-1111", "Acme")), MEMBER);
    fakes.store.add(token_record(workspace("0000-2222", "Beta")), CONNECTION);
    fakes
}

fn active(fakes: &FakeWorld) -> Option<String> {
    fakes.store.current_index().active.map(|account| account.key())
}

#[tokio::test]
async fn a_name_an_id_and_an_account_all_name_it() {
    for wanted in ["Acme", "aCME", "0000-1111", "00001111", "0000-1111/token"] {
        let fakes = two_workspaces();
        let shown = switch(&fakes, wanted).await;
        assert_eq!(shown.exit_code, 0, "{wanted}: {}", shown.err);
        assert_eq!(active(&fakes).as_deref(), Some("0000-1111/token"));
        assert!(shown.err.starts_with("Acme is now active, as Ada Fake.\n"), "{}", shown.err);
        assert_eq!(fakes.store.calls.all(), ["index", "activate 0000-1111/token"]);
    }
}

#[tokio::test]
async fn the_one_that_is_active_already_is_not_written_again() {
    let fakes = two_workspaces();
    let shown = switch(&fakes, "Beta").await;
    assert_eq!(shown.exit_code, 0);
    assert!(shown.err.starts_with("Beta is already active"), "{}", shown.err);
    assert_eq!(fakes.store.calls.all(), ["index"]);
}

#[tokio::test]
async fn the_only_one_is_marked_too_so_that_it_stays_the_active_one_when_others_come() {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    fakes.store.clear_active();
    assert_eq!(switch(&fakes, "Acme").await.exit_code, 0);
    assert_eq!(active(&fakes).as_deref(), Some("ws-1/token"));
}

#[tokio::test]
async fn a_name_that_fits_several_switches_nothing_and_names_them() {
    let fakes = two_workspaces();
    fakes.store.add(token_record(workspace("0000-3333", "acme")), MEMBER);
    let shown = switch(&fakes, "Acme").await;
    assert_eq!(shown.exit_code, 3);
    let said = shown.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("\"Acme\" matches 2 credentials: Acme (0000-1111/token), as Ada Fake; acme (0000-3333/token), as Ada Fake"),
        "{said}"
    );
    assert_eq!(active(&fakes).as_deref(), Some("0000-3333/token"));
}

#[tokio::test]
async fn a_name_that_fits_none_ends_with_4_and_says_what_there_is() {
    let fakes = two_workspaces();
    let shown = switch(&fakes, "Gamma").await;
    assert_eq!(shown.exit_code, 4);
    let said = shown.err.split_whitespace().collect::<Vec<_>>().join(" ");
    let here = "Acme, as Ada Fake; Beta, as Ada Fake";
    assert!(said.starts_with(&format!("No account called \"Gamma\". Saved accounts: {here}")), "{said}");
}

#[tokio::test]
async fn what_still_goes_before_it_and_what_is_not_switched_is_said() {
    let fakes = two_workspaces();
    fakes.machine.set_token_variable(MEMBER);
    fakes.machine.add_ntn_login(workspace("ws-9", "Delta"), None);
    let shown = switch(&fakes, "Acme").await;
    let messages = shown.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(messages.contains("NOTION_API_TOKEN is set in this shell and overrides it. To use this one here, run:"), "{messages}");
    assert!(shown.err.contains("\n  unset NOTION_API_TOKEN NOTION_WORKSPACE_ID\n"), "{}", shown.err);
    assert!(messages.contains("ntn's default workspace does not change."), "{messages}");
    assert!(messages.contains("Programs that are already running keep their token."), "{messages}");

    let plain = switch(&two_workspaces(), "Acme").await.err;
    assert!(!plain.contains("NOTION_API_TOKEN") && !plain.contains("ntn"), "nothing is said of what is not there: {plain}");
}

#[tokio::test]
async fn a_login_that_only_ntn_can_read_is_switched_to_with_a_warning() {
    for (token, warns) in [(None, true), (Some(MEMBER), false)] {
        let fakes = two_workspaces();
        fakes.machine.add_ntn_login(workspace("ws-9", "Delta"), token);
        fakes.store.add_ntn_login(ntn_record(workspace("ws-9", "Delta")));
        fakes.store.clear_active();
        let shown = switch(&fakes, "Delta").await;
        assert_eq!(shown.exit_code, 0);
        assert_eq!(shown.err.contains("Only ntn can read its token, so token, run and env can't use it."), warns, "{}", shown.err);
    }
}

#[tokio::test]
async fn success_is_only_said_of_what_was_read_back() {
    let fakes = two_workspaces();
    fakes.store.activate.push_error(Problem::new(ProblemCode::StoreBusy));
    let shown = switch(&fakes, "Acme").await;
    assert_eq!(shown.exit_code, 6);
    assert!(!shown.err.contains("is now active"), "{}", shown.err);
    assert_eq!(active(&fakes).as_deref(), Some("0000-2222/token"));

    let fakes = two_workspaces();
    // A step failed after the record was replaced.
    fakes.store.activate.push_error(Problem::new(ProblemCode::FileFailed));
    let [before, mut after] = [fakes.store.current_index(), fakes.store.current_index()];
    after.active = before.credentials.first().map(|record| record.account.clone());
    for index in [before, after] {
        fakes.store.index.push(crate::support::fakes::ScriptedAnswer::Now(Ok(index)));
    }
    let shown = switch(&fakes, "Acme").await;
    assert_eq!(shown.exit_code, 0, "{}", shown.err);
    assert!(shown.err.starts_with("Acme is now active"), "{}", shown.err);
}
