//! Keeping: the keychain first, plaintext only with consent, and nothing lost when writing fails.

use crate::support::fakes::{CONNECTION, connection_identity, token_record, workspace};
use crate::support::harness::{Harness, SECRETS_FILE, TestEffect, probed, setup, verified_outcome, verified_token};
use crate::support::headline;
use notion_auth::domain::credentials::{CredentialIndex, CredentialRecord, Receipt, SignInOutcome, StoreKind};
use notion_auth::domain::machine::KeychainState;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::app;
use notion_auth::wizard::context::Setup;
use notion_auth::wizard::msg::{Outcome, Probe, ProbeResult, Prompt, PromptId, SaveRequest, Task, TaskOutcome};

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 22);

/// Leads a connection's token to the page that saves it.
fn verify_connection(wizard: &mut Harness) {
    wizard.press("1 Enter");
    wizard.paste(CONNECTION);
    wizard.reply(verified_outcome(verified_token(CONNECTION, connection_identity())));
    wizard.reply(TaskOutcome::Completed);
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "save");
}

/// A connection's token is verified and about to be saved.
fn with(setup: Setup, keychain: KeychainState) -> Harness {
    let mut wizard = Harness::with_setup(setup);
    wizard.reply(probed(ProbeResult::Keychain(keychain)));
    verify_connection(&mut wizard);
    wizard.take_effects();
    wizard
}

fn answering() -> Harness {
    with(setup(), KeychainState::Available { name: "Secret Service".into() })
}

fn absent() -> Harness {
    with(setup(), KeychainState::Absent { evidence: "no bus".into() })
}

fn kept(store: StoreKind) -> Task {
    let verified = verified_token(CONNECTION, connection_identity());
    let record = verified.record(store, None, TODAY);
    Task::Save(Box::new(SaveRequest { verified, record }))
}

fn receipt(store: StoreKind) -> Receipt {
    Receipt { store, place: format!("the {}", store.name()), note: None }
}

fn done(store: StoreKind) -> Outcome {
    let verified = verified_token(CONNECTION, connection_identity());
    let record = verified.record(store, None, TODAY);
    Outcome::Done(Box::new(SignInOutcome { record, receipt: receipt(store), found_in: None, needs_keyring_variable: false }))
}

#[test]
fn the_keychain_is_the_default_where_it_answers() {
    let mut wizard = answering();
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(kept(StoreKind::Keychain))]);
    record!(wizard);
    wizard.reply(TaskOutcome::Saved(receipt(StoreKind::Keychain)));
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("done", vec![TestEffect::Start(Task::Probe(Probe::Inventory))]));
    record!(wizard);
}

/// A connection's token is about to be kept where this is kept already.
fn beside(records: Vec<CredentialRecord>) -> Harness {
    let mut wizard = Harness::with_setup(setup());
    wizard.reply(probed(ProbeResult::Keychain(KeychainState::Available { name: "Secret Service".into() })));
    wizard.reply_discovered(vec![], CredentialIndex { credentials: records, ..CredentialIndex::default() });
    verify_connection(&mut wizard);
    wizard
}

#[test]
fn what_it_would_replace_and_what_stays_beside_it_is_said_before_anything_is_written() {
    let of_beta = |actor: Option<&str>| {
        let beta = token_record(workspace("ws-2", "Beta"));
        CredentialRecord { account: beta.account.with_actor(actor), ..beta }
    };
    let wizard = beside(vec![of_beta(Some("bot-2"))]);
    record!(wizard);
    for other in [Some("bot-1"), None] {
        let wizard = beside(vec![of_beta(other), token_record(workspace("ws-1", "Acme"))]);
        record!(wizard);
    }
    let wizard = beside(vec![token_record(workspace("ws-1", "Acme"))]);
    record!(wizard);
}

#[test]
fn a_keychain_that_cannot_be_used_says_why_and_is_not_written_to() {
    for (keychain, why) in [
        (KeychainState::Absent { evidence: "no bus".into() }, "No keychain on this machine."),
        (KeychainState::Disabled { value: "0".into() }, "Turned off by NOTION_KEYRING=0."),
    ] {
        let mut wizard = with(setup(), keychain);
        let others = ["Private file", "Don't save", "Send to a secret manager"].map(|name| (name.to_owned(), None));
        let expected: Vec<_> = [("Keychain".to_owned(), Some(why.to_owned()))].into_iter().chain(others).collect();
        assert_eq!(wizard.options(), expected);
        wizard.press("1");
        assert_eq!(wizard.take_effects(), [], "{why}");
        assert_eq!(app::plain_view(&wizard.model, false).notice.map(|notice| notice.text).as_deref(), Some(why));
    }
}

#[test]
fn a_keychain_that_may_still_be_unlocked_can_be_chosen_and_its_dialog_can_be_cancelled() {
    for keychain in [KeychainState::Locked { evidence: "locked".into() }, KeychainState::TimedOut] {
        let mut wizard = with(setup(), keychain);
        assert!(wizard.options().iter().all(|(_, disabled)| disabled.is_none()), "{:?}", wizard.options());
        wizard.press("1");
        assert_eq!(wizard.take_effects(), [TestEffect::Start(kept(StoreKind::Keychain))]);
        wizard.press("Esc");
        assert_eq!((wizard.screen_name(), wizard.take_effects()), ("save", vec![TestEffect::Cancel(kept(StoreKind::Keychain))]));
        wizard.press("2");
        wizard.press("y");
        assert_eq!(wizard.take_effects(), [TestEffect::Start(kept(StoreKind::File))], "the token is still there to be saved");
    }
}

#[test]
fn a_keychain_that_was_unlocked_meanwhile_is_used_after_looking_again() {
    let mut wizard = with(setup(), KeychainState::Locked { evidence: "locked".into() });
    wizard.press("r");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::Probe(Probe::Keychain))]);
    wizard.reply(probed(ProbeResult::Keychain(KeychainState::Available { name: "Secret Service".into() })));
    wizard.press("1");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(kept(StoreKind::Keychain))]);
}

#[test]
fn plaintext_is_written_only_after_yes() {
    let mut wizard = absent();
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), []);
    let Prompt::Consent { id: PromptId::Plaintext, question: what } = wizard.prompt() else {
        panic!("no consent is asked: {:?}", wizard.prompt())
    };
    assert!(what.contains(SECRETS_FILE), "the question names the place: {what}");
    wizard.press("n");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("save", vec![]));
    wizard.press("2 Esc 2 Enter 1 3 r Ctrl-R Down x");
    assert_eq!(wizard.take_effects(), [], "no other key is a yes");
    wizard.press("y");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(kept(StoreKind::File))]);
    wizard.reply(TaskOutcome::Saved(receipt(StoreKind::File)));
    assert_eq!(wizard.screen_name(), "done");
}

#[test]
fn a_yes_to_the_help_is_no_yes_to_plaintext() {
    let mut wizard = absent();
    wizard.press("2 F1 Enter");
    assert_eq!(wizard.take_effects(), []);
    record!(wizard);
}

#[test]
fn a_file_chosen_beforehand_needs_no_second_consent() {
    let mut wizard = with(Setup { file_was_chosen: true, ..setup() }, KeychainState::Disabled { value: "0".into() });
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(kept(StoreKind::File))]);
}

#[test]
fn where_nothing_can_be_kept_the_page_says_why_and_offers_this_session() {
    let no_store = Problem::new(ProblemCode::NowhereToStore).with_evidence("no home folder");
    let mut wizard =
        with(Setup { no_store: Some(no_store), ..setup() }, KeychainState::Absent { evidence: "no home folder".into() });
    record!(wizard);
    for place in ["1", "2"] {
        wizard.press(place);
        assert_eq!(
            (wizard.screen_name(), wizard.take_effects()),
            ("save", vec![]),
            "{place} writes nothing and asks for no consent"
        );
    }
    let mut wizard = with(Setup { no_store: Some(Problem::new(ProblemCode::NowhereToStore)), ..setup() }, KeychainState::TimedOut);
    wizard.press("Enter");
    assert_eq!(
        wizard.take_effects(),
        [TestEffect::Start(kept(StoreKind::None))],
        "what can be done is the choice that Enter takes"
    );
}

#[test]
fn a_token_for_this_session_is_forgotten_on_leaving() {
    let mut wizard = answering();
    wizard.press("3");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(kept(StoreKind::None))]);
    wizard.reply(TaskOutcome::Saved(receipt(StoreKind::None)));
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(wizard.outcome(), Some(&done(StoreKind::None)));
}

#[test]
fn a_failed_write_offers_the_file_and_loses_nothing() {
    let mut wizard = answering();
    wizard.press("Enter");
    wizard.fail(Problem::new(ProblemCode::KeychainFailed).with_evidence("the service left"));
    assert_eq!(wizard.screen_name(), "save");
    wizard.assert_shows(headline(ProblemCode::KeychainFailed));
    record!(wizard);
    wizard.press("d");
    record!(wizard);
    wizard.take_effects();
    wizard.press("Enter y");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(kept(StoreKind::File))]);
    wizard.reply(TaskOutcome::Saved(receipt(StoreKind::File)));
    wizard.press("Enter");
    assert_eq!(wizard.outcome(), Some(&done(StoreKind::File)));
}

#[test]
fn while_it_is_written_back_does_nothing_and_nothing_else_is_written() {
    let mut wizard = absent();
    wizard.press("2");
    wizard.press("y");
    wizard.take_effects();
    wizard.press("Esc 2 3 Enter");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("save", vec![]));
    wizard.press("Esc");
    record!(wizard);
    wizard.reply(TaskOutcome::Saved(receipt(StoreKind::File)));
    wizard.press("Enter");
    assert_eq!(wizard.outcome(), Some(&done(StoreKind::File)), "it is told as it was written");
}

#[test]
fn ctrl_c_waits_for_the_write_and_then_tells_how_it_ended() {
    for (reply, outcome) in [
        (Ok(receipt(StoreKind::Keychain)), done(StoreKind::Keychain)),
        (Err(Problem::new(ProblemCode::KeychainFailed)), Outcome::Cancelled),
    ] {
        let mut wizard = answering();
        wizard.press("Enter");
        wizard.take_effects();
        wizard.press("Ctrl-C");
        assert_eq!((wizard.take_effects(), wizard.outcome()), (vec![], None));
        record!(wizard);
        wizard.reply_with(reply.map(TaskOutcome::Saved));
        assert_eq!(wizard.take_effects().last(), Some(&TestEffect::Quit(outcome)));
    }
}

#[test]
fn a_second_ctrl_c_does_not_wait() {
    let mut wizard = answering();
    wizard.press("Enter");
    wizard.take_effects();
    wizard.press("Ctrl-C Ctrl-C");
    assert_eq!(wizard.take_effects(), [TestEffect::Cancel(kept(StoreKind::Keychain)), TestEffect::Quit(Outcome::Cancelled)]);
}

#[test]
fn a_question_about_losing_the_token_goes_away_once_it_is_kept() {
    let mut wizard = answering();
    wizard.press("Enter q");
    record!(wizard);
    wizard.reply(TaskOutcome::Saved(receipt(StoreKind::Keychain)));
    record!(wizard);
}
