//! The wizard without a screen: the prompt of each step, and the effect of an answer.

use crate::support::fakes::{MEMBER, member_identity, token_record, workspace};
use crate::support::harness::{Harness, TestEffect, probed, setup, verified_outcome, verified_token, verify_task};
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::{
    CredentialIndex, CredentialRecord, CredentialSource, DiscoveredCredential, Receipt, StoreKind,
};
use notion_auth::domain::machine::KeychainState;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::app::error;
use notion_auth::wizard::msg::{Answer, Input, Intent, Msg, Outcome, ProbeResult, Prompt, PromptId, Task, TaskOutcome};

/// Returns the kind of the prompt, without its text.
#[derive(Debug, PartialEq)]
enum PromptKind {
    Nothing,
    Choice(PromptId, usize),
    Text(PromptId),
    Consent(PromptId),
    Ended,
}

fn asked(wizard: &Harness) -> PromptKind {
    match wizard.prompt() {
        Prompt::Busy => PromptKind::Nothing,
        Prompt::Choice { id, options, .. } => PromptKind::Choice(id, options.len()),
        Prompt::Text { id, .. } => PromptKind::Text(id),
        Prompt::Consent { id, .. } => PromptKind::Consent(id),
        Prompt::Ended => PromptKind::Ended,
    }
}

#[test]
fn every_question_of_the_token_road_is_answered_without_a_key() {
    let mut wizard = Harness::new();
    wizard.reply(probed(ProbeResult::Keychain(KeychainState::Absent { evidence: "no bus".into() })));
    assert_eq!(asked(&wizard), PromptKind::Choice(PromptId::Path, 3));
    wizard.answer(Answer::Choice(0));
    assert_eq!(asked(&wizard), PromptKind::Choice(PromptId::SignInMethod, 1));
    wizard.answer(Answer::Choice(0));
    assert_eq!(asked(&wizard), PromptKind::Text(PromptId::Token));
    wizard.answer(Answer::Text(Secret::new(MEMBER)));
    assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task(MEMBER, AuthPath::Token))]);
    assert_eq!(asked(&wizard), PromptKind::Nothing);
    wizard.reply(verified_outcome(verified_token(MEMBER, member_identity())));
    assert_eq!(asked(&wizard), PromptKind::Nothing, "the checks are under way");
    wizard.reply(TaskOutcome::Completed);
    assert_eq!(asked(&wizard), PromptKind::Choice(PromptId::Continue, 2));
    wizard.answer(Answer::Choice(0));
    assert_eq!(asked(&wizard), PromptKind::Choice(PromptId::Store, 4));
    wizard.answer(Answer::Day(Some(jiff::civil::date(2027, 1, 31))));
    assert_eq!(asked(&wizard), PromptKind::Choice(PromptId::Store, 4), "the day is one line on this page");
    wizard.answer(Answer::Choice(1));
    assert_eq!(asked(&wizard), PromptKind::Consent(PromptId::Plaintext));
    wizard.answer(Answer::Consent(true));
    assert_eq!(asked(&wizard), PromptKind::Nothing);
    wizard.reply(TaskOutcome::Saved(Receipt { store: StoreKind::File, place: "there".into(), note: None }));
    assert_eq!(asked(&wizard), PromptKind::Ended);
    wizard.send(Msg::Input(Input::Do(Intent::Confirm)));
    let Some(Outcome::Done(done)) = wizard.outcome() else { panic!("{:?}", wizard.outcome()) };
    assert_eq!(done.record.expires_on, Some(jiff::civil::date(2027, 1, 31)));
    assert_eq!(asked(&wizard), PromptKind::Ended);
}

#[test]
fn the_cli_path_asks_which_way() {
    let mut wizard = Harness::new();
    wizard.answer(Answer::Choice(2));
    assert_eq!(asked(&wizard), PromptKind::Choice(PromptId::SignInMethod, 2));
    wizard.answer(Answer::Choice(1));
    assert_eq!((wizard.screen_name(), asked(&wizard)), ("token", PromptKind::Text(PromptId::Token)));
}

#[test]
fn the_oauth_path_asks_which_of_the_two_is_meant() {
    let mut wizard = Harness::new();
    wizard.answer(Answer::Choice(1));
    assert_eq!(wizard.options(), [("Your own connection".to_owned(), None), ("Workers OAuth".to_owned(), None)]);
    wizard.answer(Answer::Choice(0));
    assert_eq!((wizard.screen_name(), asked(&wizard)), ("connection", PromptKind::Text(PromptId::ClientId)));
}

#[test]
fn the_guide_asks_its_questions_and_then_which_path() {
    let mut wizard = Harness::new();
    wizard.press("g");
    for index in [0, 1, 0] {
        assert_eq!(asked(&wizard), PromptKind::Choice(PromptId::Guide, 3));
        wizard.answer(Answer::Choice(index));
    }
    assert_eq!(asked(&wizard), PromptKind::Choice(PromptId::Path, 3));
    wizard.answer(Answer::Choice(1));
    assert_eq!(wizard.screen_name(), "prepare", "a runner-up is taken like any path");
    record!(wizard);
}

#[test]
fn several_credentials_are_a_choice() {
    let mut wizard = Harness::new();
    let existing = |id: &str| DiscoveredCredential {
        source: CredentialSource::Ntn { workspace: id.into() },
        place: "ntn".into(),
        workspace: Some(workspace(id, id)),
        unusable: None,
    };
    wizard.reply_discovered(vec![existing("ws-1"), existing("ws-2")], CredentialIndex::default());
    wizard.press("u");
    assert_eq!(asked(&wizard), PromptKind::Choice(PromptId::Existing, 2));
    wizard.answer(Answer::Choice(1));
    assert_eq!(asked(&wizard), PromptKind::Nothing);
}

/// Two of one workspace; the first was kept by an earlier version, which did not write down whom it acts as.
fn two_of_one_workspace() -> Harness {
    let earlier = token_record(workspace("ws-1", "Acme"));
    let later = CredentialRecord { account: earlier.account.with_actor(Some("bot-2")), ..earlier.clone() };
    let existing = [&earlier, &later].map(|record| DiscoveredCredential {
        source: CredentialSource::Saved(record.account.clone()),
        place: "keychain".into(),
        workspace: Some(record.workspace.clone()),
        unusable: None,
    });
    let mut wizard = Harness::new();
    wizard.reply_discovered(existing.to_vec(), CredentialIndex { credentials: vec![earlier, later], ..CredentialIndex::default() });
    wizard.press("u");
    wizard
}

#[test]
fn credentials_of_one_workspace_are_told_apart_as_in_the_accounts() {
    let mut wizard = two_of_one_workspace();
    let here: Vec<_> = wizard.options().into_iter().map(|(label, _)| label).collect();
    assert_eq!(here, ["Acme (notion-auth, ws-1/token)", "Acme (notion-auth, token@bot-2)"]);
    wizard.press("Esc s");
    assert_eq!(wizard.screen_name(), "accounts");
    assert_eq!(wizard.options().into_iter().map(|(label, _)| label).collect::<Vec<_>>(), here);
}

#[test]
fn one_of_an_earlier_version_gets_its_full_key_before_it_is_used() {
    for is_written in [true, false] {
        let mut wizard = two_of_one_workspace();
        wizard.press("1");
        wizard.take_effects();
        wizard.reply_verified(Ok(member_identity()));
        let account = token_record(workspace("ws-1", "Acme")).account;
        let begun = wizard.take_effects();
        let is_identify = |effect: &TestEffect| matches!(effect, TestEffect::Start(Task::Identify(of, actor)) if *of == account && actor == "bot-1");
        assert!(begun.iter().any(is_identify), "{begun:?}");
        let named = account.with_actor(Some("bot-1"));
        let answer = if is_written { Ok(named.clone()) } else { Err(Problem::new(ProblemCode::StoreBusy)) };
        wizard.reply_with(answer.map(TaskOutcome::Identified));
        assert_eq!(wizard.screen_name(), "verify");
        wizard.reply(TaskOutcome::Completed);
        wizard.press("Enter");
        let Some(Outcome::Done(done)) = wizard.press("Enter").outcome() else { panic!("{:?}", wizard.outcome()) };
        assert_eq!(done.record.account, if is_written { named } else { account });
    }
    let mut wizard = two_of_one_workspace();
    wizard.press("2").reply_verified(Ok(member_identity()));
    assert_eq!(wizard.screen_name(), "verify", "this one has its full key");
}

#[test]
fn what_stands_in_the_way_is_told_until_it_is_gone() {
    let mut wizard = Harness::new();
    wizard.press("1 Enter");
    wizard.paste(MEMBER);
    assert_eq!(error(&wizard.model), None);
    let problem = Problem::new(ProblemCode::NoNetwork).with_evidence("connection refused");
    wizard.fail(problem.clone());
    assert_eq!(error(&wizard.model), Some(&problem));
    wizard.press("Ctrl-R");
    assert_eq!(error(&wizard.model), None);
}

#[test]
fn an_answer_to_another_question_changes_nothing() {
    let mut talks = [Harness::new(), Harness::with_verified_token(), Harness::with_setup(setup())];
    talks[2].press("1");
    for wizard in &mut talks {
        let before = wizard.model.clone();
        wizard.answer(Answer::Consent(true));
        wizard.answer(Answer::Choice(99));
        wizard.answer(Answer::Day(None));
        assert_eq!((wizard.take_effects(), &wizard.model), (vec![], &before), "{}", wizard.screen_name());
    }
}

#[test]
fn leaving_with_an_unkept_token_asks_for_consent() {
    let mut wizard = Harness::with_verified_token();
    wizard.press("q");
    assert_eq!(asked(&wizard), PromptKind::Consent(PromptId::UnsavedCredential));
    wizard.answer(Answer::Consent(false));
    assert_eq!((wizard.screen_name(), wizard.outcome()), ("verify", None));
    wizard.press("q");
    wizard.answer(Answer::Consent(true));
    assert_eq!((asked(&wizard), wizard.outcome()), (PromptKind::Ended, Some(&Outcome::Cancelled)));
}
