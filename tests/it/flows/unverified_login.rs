//! A login that only `ntn` can speak for: its words are given as its words, and nothing is claimed beyond them.

use crate::support::fakes::{ntn_login, workspace};
use crate::support::harness::{Harness, TestEffect};
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::{
    Account, CredentialIndex, CredentialRecord, CredentialSource, DiscoveredCredential, Receipt, StoreKind,
};
use notion_auth::domain::login::{LoginOutcome, NtnLogin};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::app::error;
use notion_auth::wizard::msg::{Outcome, Task, TaskOutcome};

const WHY: &str = "the kernel's keyring does not show it";

/// The login was task 6.
fn reported(login: NtnLogin) -> Harness {
    let mut wizard = Harness::new();
    wizard.press("3 Enter").send_invitation().reply_logged_in(Ok(LoginOutcome::Unverified(login, WHY.into())));
    assert_eq!(wizard.screen_name(), "unverified login");
    wizard.take_effects();
    wizard
}

fn noted(user: Option<&str>) -> CredentialRecord {
    let named = workspace("11111111-1111-1111-1111-111111111111", "Space One");
    CredentialRecord {
        account: Account { workspace: named.id.clone(), name: "cli".into() },
        workspace: named,
        user: user.map(str::to_owned),
        path: AuthPath::Cli,
        store: StoreKind::Ntn,
        saved_on: jiff::civil::date(2026, 11, 22),
        connection: None,
        mcp: None,
        person: None,
        sent_to: Vec::new(),
        replaced_keys: Vec::new(),
        ..crate::support::fakes::token_record(workspace("", ""))
    }
}

fn receipt() -> Receipt {
    Receipt { store: StoreKind::Ntn, place: "managed by ntn".into(), note: None }
}

#[test]
fn it_says_what_ntn_reports_what_that_proves_and_what_stays_open() {
    let wizard = reported(ntn_login());
    record!(wizard);
}

#[test]
fn a_person_is_named_where_ntn_names_one_and_as_ntns_word() {
    let wizard = reported(NtnLogin { user: Some("Ada Fake".into()), ..ntn_login() });
    record!(wizard);
}

#[test]
fn enter_notes_it_and_ends_where_ntn_keeps_it() {
    let mut wizard = reported(ntn_login());
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::RecordNtnLogin(Box::new(noted(None))))]);
    record!(wizard);
    wizard.reply(TaskOutcome::Saved(receipt()));
    assert_eq!(wizard.screen_name(), "done");
    record!(wizard);
    wizard.press("Enter");
    let Some(Outcome::Done(done)) = wizard.outcome() else { panic!("{:?}", wizard.outcome()) };
    assert_eq!((&done.record, done.needs_keyring_variable), (&noted(None), false));
}

#[test]
fn a_note_that_fails_is_told_and_tried_again_by_one_key_and_the_login_stands() {
    for key in ["Enter", "r"] {
        let mut wizard = reported(ntn_login());
        wizard.press("Enter").fail(Problem::new(ProblemCode::StoreBusy).with_evidence("credentials.lock"));
        assert_eq!(wizard.screen_name(), "unverified login");
        record!(wizard);
        wizard.assert_shows(Problem::new(ProblemCode::StoreBusy).headline());
        assert!(error(&wizard.model).is_some());
        wizard.take_effects();
        wizard.press(key);
        assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::RecordNtnLogin(Box::new(noted(None))))], "{key}");
        record!(wizard);
    }
}

#[test]
fn nothing_is_tried_again_where_nothing_failed() {
    let mut wizard = reported(ntn_login());
    wizard.press("r");
    assert_eq!(wizard.take_effects(), []);
}

#[test]
fn a_file_that_needs_a_variable_says_so_to_the_end() {
    let mut wizard = reported(NtnLogin { needs_keyring_variable: true, place: "auth.json".into(), ..ntn_login() });
    wizard.press("Enter").reply(TaskOutcome::Saved(receipt()));
    record!(wizard);
}

#[test]
fn a_variable_that_would_go_before_the_login_is_to_be_unset_first() {
    let mut wizard = reported(ntn_login());
    let source = CredentialSource::Environment;
    let variable = DiscoveredCredential { source, place: "NOTION_API_TOKEN".into(), workspace: None, unusable: None };
    wizard.reply_discovered(vec![variable], CredentialIndex::default());
    wizard.press("Enter").reply(TaskOutcome::Saved(receipt()));
    record!(wizard);
}

#[test]
fn leaving_before_it_is_noted_loses_nothing_and_does_not_ask() {
    let mut wizard = reported(ntn_login());
    wizard.press("q");
    assert_eq!(wizard.outcome(), Some(&Outcome::Cancelled));
}

#[test]
fn going_back_leads_to_the_login_which_can_be_begun_anew() {
    let mut wizard = reported(ntn_login());
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "login");
    record!(wizard);
}
