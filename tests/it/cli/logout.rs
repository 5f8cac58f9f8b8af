//! `logout`: what is deleted, and what is left.

use super::{CommandOutcome, outcome, small_catalog};
use crate::support::fakes::{CONNECTION, FakeWorld, MEMBER, ntn_record, token_record, workspace};
use notion_auth::commands::logout::{self, LogoutArgs};
use notion_auth::domain::credentials::{Account, CredentialRecord, StoreKind, TokenKind};
use notion_auth::domain::problem::{Problem, ProblemCode};

async fn logout(fakes: &FakeWorld, workspace: Option<&str>, all: bool) -> CommandOutcome {
    let (args, world, catalog) =
        (LogoutArgs { workspace: workspace.map(Into::into), all, local_only: false }, fakes.world(), small_catalog());
    let outcome = outcome(async |console| logout::run(&args, &world, &catalog, console).await).await;
    assert_eq!(outcome.out, "", "there is no data, only messages");
    assert!(fakes.notion.calls.is_empty());
    outcome
}

fn two_workspaces() -> FakeWorld {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    fakes.store.add(token_record(workspace("ws-2", "Beta")), CONNECTION);
    fakes
}

#[tokio::test]
async fn the_only_one_needs_no_name_and_its_token_is_said_to_live_on() {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    let shown = logout(&fakes, None, false).await;
    assert_eq!(shown.exit_code, 0);
    assert_eq!(fakes.store.calls.all(), ["index", "lock_account ws-1/token", "index", "forget ws-1/token", "index"]);
    assert!(fakes.store.current_index().credentials.is_empty());
    assert!(shown.err.contains("Acme: deleted from the keychain."), "{}", shown.err);
    assert!(
        shown.err.contains("keeps working until you revoke it at\n  https://app.notion.com/developers/tokens\n"),
        "{}",
        shown.err
    );
}

#[tokio::test]
async fn a_connections_token_is_revoked_on_the_connections_page() {
    let fakes = FakeWorld::new();
    let mut internal = token_record(workspace("ws-2", "Beta"));
    internal.kind = TokenKind::Internal;
    fakes.store.add(internal, CONNECTION);
    let shown = logout(&fakes, Some("Beta"), false).await;
    assert!(shown.err.contains("https://app.notion.com/developers/connections"), "{}", shown.err);
}

#[tokio::test]
async fn several_and_no_name_deletes_nothing_and_lists_them() {
    let fakes = two_workspaces();
    let shown = logout(&fakes, None, false).await;
    assert_eq!(shown.exit_code, 3);
    assert!(shown.err.contains("Acme, as Ada Fake; Beta, as Ada Fake"), "{}", shown.err);
    assert_eq!(fakes.store.current_index().credentials.len(), 2);
}

#[tokio::test]
async fn a_workspace_id_in_the_environment_selects_which_one_ends() {
    let fakes = two_workspaces();
    fakes.machine.set_workspace_variable("WS1");
    assert_eq!(logout(&fakes, None, false).await.exit_code, 0);
    let left = |fakes: &FakeWorld| fakes.store.current_index().credentials.iter().map(|one| one.account.key()).collect::<Vec<_>>();
    assert_eq!(left(&fakes), ["ws-2/token"], "Beta is the active one, and stays");

    let fakes = two_workspaces();
    fakes.machine.set_workspace_variable("ws-9");
    let shown = logout(&fakes, None, false).await;
    assert_eq!((shown.exit_code, left(&fakes).len()), (4, 2));
    assert!(shown.err.contains("NOTION_WORKSPACE_ID is ws-9"), "{}", shown.err);
    assert_eq!(logout(&fakes, Some("Beta"), false).await.exit_code, 0, "what is named goes before it");

    let fakes = two_workspaces();
    let second = token_record(workspace("ws-1", "Acme"));
    fakes.store.add(CredentialRecord { account: second.account.with_actor(Some("bot-2")), ..second }, CONNECTION);
    fakes.machine.set_workspace_variable("ws-1");
    let shown = logout(&fakes, None, false).await;
    assert_eq!((shown.exit_code, left(&fakes).len()), (3, 3), "to end one of two, it is not enough that it is the active one");
    assert!(shown.err.contains("(ws-1/token)") && shown.err.contains("(token@bot-2)"), "{}", shown.err);
}

#[tokio::test]
async fn a_named_one_is_deleted_and_the_others_are_said_to_stay() {
    let fakes = two_workspaces();
    let shown = logout(&fakes, Some("Acme"), false).await;
    assert_eq!(shown.exit_code, 0);
    assert!(shown.err.contains("Still saved: Beta."), "{}", shown.err);
    assert_eq!(fakes.store.current_index().credentials.len(), 1);
}

#[tokio::test]
async fn all_goes_on_past_one_that_fails_and_says_which() {
    let fakes = two_workspaces();
    fakes.store.forget.push_error(Problem::new(ProblemCode::KeychainLocked));
    let shown = logout(&fakes, None, true).await;
    assert_eq!(shown.exit_code, 6);
    assert!(shown.err.contains("Acme: not deleted from the keychain."), "{}", shown.err);
    assert!(shown.err.contains("Beta: deleted from the keychain."), "{}", shown.err);
    assert!(shown.err.contains("Still saved: Acme."), "{}", shown.err);
}

#[tokio::test]
async fn nothing_to_do_is_nothing_kept_and_what_is_left_is_told_all_the_same() {
    let fakes = FakeWorld::new();
    fakes.machine.set_token_variable(MEMBER);
    fakes.machine.add_ntn_login(workspace("ws-9", "Gamma"), None);
    let shown = logout(&fakes, None, true).await;
    assert_eq!(shown.exit_code, 4);
    let messages = shown.err.split_whitespace().collect::<Vec<_>>().join(" ");
    // A credential is in use, and none is kept.
    assert!(messages.starts_with("No credentials are saved on this machine."), "{messages}");
    assert!(messages.contains("NOTION_API_TOKEN is still set"), "{messages}");
    assert!(messages.contains("ntn is still logged in to Gamma. `ntn logout` logs it out."), "{messages}");
}

#[tokio::test]
async fn of_a_login_that_ntn_keeps_only_the_note_is_deleted_and_that_is_what_is_said() {
    for is_there in [true, false] {
        let fakes = FakeWorld::new();
        if is_there {
            fakes.machine.add_ntn_login(workspace("ws-9", "Gamma"), Some(MEMBER));
        }
        fakes.store.add_ntn_login(ntn_record(workspace("ws-9", "Gamma")));
        let shown = logout(&fakes, None, false).await;
        assert_eq!(shown.exit_code, 0);
        assert!(fakes.store.current_index().credentials.is_empty());
        let messages = shown.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(messages.starts_with("Gamma: notion-auth no longer uses it."), "{messages}");
        assert_eq!(
            messages.matches("ntn stays logged in. `ntn logout` logs it out, and may log out its other workspaces too.").count(),
            1,
            "{messages}"
        );
        assert_eq!(messages.matches("`ntn logout`").count(), 1, "{messages}");
        assert!(messages.contains("No token was deleted.") && !messages.contains("deleted from"), "{messages}");
    }
}

#[tokio::test]
async fn a_note_that_could_not_be_deleted_is_said_to_be_there_still() {
    let fakes = FakeWorld::new();
    fakes.machine.add_ntn_login(workspace("ws-9", "Gamma"), Some(MEMBER));
    fakes.store.add_ntn_login(ntn_record(workspace("ws-9", "Gamma")));
    fakes.store.forget.push_error(Problem::new(ProblemCode::StoreBusy));
    let shown = logout(&fakes, None, false).await;
    assert_eq!(shown.exit_code, 6);
    assert!(shown.err.contains("Gamma: notion-auth still uses it."), "{}", shown.err);
    assert!(shown.err.contains("Still saved: Gamma."), "{}", shown.err);
    assert!(shown.err.contains("ntn is still logged in to Gamma"), "{}", shown.err);
}

#[tokio::test]
async fn who_is_the_active_one_afterwards_is_said_and_never_changed_in_silence() {
    let fakes = two_workspaces();
    let shown = logout(&fakes, Some("Beta"), false).await;
    assert!(shown.err.contains("Beta was active. Acme is now active (the only saved credential)."), "{}", shown.err);

    let fakes = two_workspaces();
    fakes.store.add(token_record(workspace("ws-3", "Gamma")), MEMBER);
    let shown = logout(&fakes, Some("Gamma"), false).await;
    assert!(shown.err.contains("Gamma was active. To choose another, run: notion-auth switch W"), "{}", shown.err);
    assert_eq!(fakes.store.current_index().active_record(), None);

    let fakes = two_workspaces();
    let shown = logout(&fakes, Some("Acme"), false).await;
    assert!(!shown.err.contains("the active one"), "{}", shown.err);
}

#[tokio::test]
async fn a_record_that_stays_behind_its_deleted_secret_is_not_told_as_a_secret_that_is_kept() {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    fakes.store.forget.push_error(Problem::new(ProblemCode::FileFailed).with_evidence("fake evidence"));
    fakes.store.load.push_error(Problem::new(ProblemCode::SecretMissing));
    let shown = logout(&fakes, None, false).await;
    assert_eq!(shown.exit_code, 6);
    assert!(shown.err.contains("Acme: deleted from the keychain.") && !shown.err.contains("not deleted"), "{}", shown.err);
    assert!(shown.err.contains("\n  notion-auth logout ws-1/token\n"), "{}", shown.err);
}

#[tokio::test]
async fn what_is_gone_although_a_step_failed_is_said_to_be_gone() {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    fakes.store.forget.push_error(Problem::new(ProblemCode::FileFailed));
    fakes.store.load.push_error(Problem::new(ProblemCode::NotSignedIn));
    let shown = logout(&fakes, None, false).await;
    assert_eq!(shown.exit_code, 0);
    assert!(shown.err.contains("Acme: deleted from the keychain."), "{}", shown.err);
}

#[tokio::test]
async fn what_another_process_has_just_logged_out_of_is_gone_too() {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    let before = fakes.store.current_index();
    for index in [before, notion_auth::domain::credentials::CredentialIndex::default()] {
        fakes.store.index.push(crate::support::fakes::ScriptedAnswer::Now(Ok(index)));
    }
    let shown = logout(&fakes, None, false).await;
    assert_eq!(shown.exit_code, 0);
    assert!(shown.err.contains("Acme: another notion-auth process has just logged it out."), "{}", shown.err);
}

/// A secret that no record knows, in each store.
fn with_orphans(fakes: &FakeWorld) -> [Account; 2] {
    let orphans = ["token@bot-1", "oauth-refresh@bot-1"].map(|name| Account { workspace: "ws-7".into(), name: name.into() });
    fakes.store.add_orphan(orphans[0].clone(), StoreKind::Keychain);
    fakes.store.add_orphan(orphans[1].clone(), StoreKind::File);
    orphans
}

#[tokio::test]
async fn all_of_them_are_also_the_secrets_that_no_record_knows() {
    for fakes in [FakeWorld::new(), two_workspaces()] {
        let orphans = with_orphans(&fakes);
        let shown = logout(&fakes, None, true).await;
        assert_eq!((shown.exit_code, fakes.store.orphans()), (0, Vec::new()), "{}", shown.err);
        assert!(fakes.store.current_index().credentials.is_empty());
        assert!(orphans.iter().all(|account| shown.err.contains(&account.key())), "{}", shown.err);
        assert!(shown.err.contains("https://app.notion.com/developers/tokens"), "{}", shown.err);
    }
}

#[tokio::test]
async fn an_account_without_a_record_is_one_secret_and_the_others_stay() {
    let fakes = two_workspaces();
    let orphans = with_orphans(&fakes);
    let shown = logout(&fakes, Some(&orphans[0].key()), false).await;
    let left: Vec<_> = fakes.store.orphans().into_iter().map(|orphan| orphan.account).collect();
    assert_eq!((shown.exit_code, left), (0, vec![orphans[1].clone()]), "{}", shown.err);
    assert_eq!(fakes.store.current_index().credentials.len(), 2);
}

#[tokio::test]
async fn a_secret_that_cannot_be_deleted_decides_the_exit_code() {
    let fakes = FakeWorld::new();
    with_orphans(&fakes);
    let problem = Problem::new(ProblemCode::KeychainLocked);
    fakes.store.delete_orphan.push_error(problem.clone());
    let shown = logout(&fakes, None, true).await;
    assert_eq!((shown.exit_code, fakes.store.orphans().len()), (problem.exit_code(), 1), "{}", shown.err);
}
