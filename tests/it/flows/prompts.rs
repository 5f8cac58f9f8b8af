//! The wizard without a screen: the prompt of each step, and the effect of an answer.

use crate::support::fakes::{MEMBER, member_identity, token_record, workspace};
use crate::support::harness::{Harness, TestEffect, probed, setup, verified_outcome, verified_token, verify_task};
use crate::support::screen_transcript::record;
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
enum Asked {
    Nothing,
    Choice(PromptId, usize),
    Text(PromptId),
    Consent(PromptId),
    Ended,
}

fn asked(talk: &Harness) -> Asked {
    match talk.prompt() {
        Prompt::Busy => Asked::Nothing,
        Prompt::Choice { id, options, .. } => Asked::Choice(id, options.len()),
        Prompt::Text { id, .. } => Asked::Text(id),
        Prompt::Consent { id, .. } => Asked::Consent(id),
        Prompt::Ended => Asked::Ended,
    }
}

#[test]
fn every_question_of_the_token_road_is_answered_without_a_key() {
    let mut talk = Harness::new();
    talk.reply(probed(ProbeResult::Keychain(KeychainState::Absent { evidence: "no bus".into() })));
    assert_eq!(asked(&talk), Asked::Choice(PromptId::Path, 3));
    talk.answer(Answer::Choice(0));
    assert_eq!(asked(&talk), Asked::Choice(PromptId::SignInMethod, 1));
    talk.answer(Answer::Choice(0));
    assert_eq!(asked(&talk), Asked::Text(PromptId::Token));
    talk.answer(Answer::Text(Secret::new(MEMBER)));
    assert_eq!(talk.take_effects(), [TestEffect::Start(verify_task(MEMBER, AuthPath::Token))]);
    assert_eq!(asked(&talk), Asked::Nothing);
    talk.reply(verified_outcome(verified_token(MEMBER, member_identity())));
    assert_eq!(asked(&talk), Asked::Nothing, "the checks are under way");
    talk.reply(TaskOutcome::Completed);
    assert_eq!(asked(&talk), Asked::Choice(PromptId::Continue, 2));
    talk.answer(Answer::Choice(0));
    assert_eq!(asked(&talk), Asked::Choice(PromptId::Store, 4));
    talk.answer(Answer::Day(Some(jiff::civil::date(2027, 1, 31))));
    assert_eq!(asked(&talk), Asked::Choice(PromptId::Store, 4), "the day is one line on this page");
    talk.answer(Answer::Choice(1));
    assert_eq!(asked(&talk), Asked::Consent(PromptId::Plaintext));
    talk.answer(Answer::Consent(true));
    assert_eq!(asked(&talk), Asked::Nothing);
    talk.reply(TaskOutcome::Saved(Receipt { store: StoreKind::File, place: "there".into(), note: None }));
    assert_eq!(asked(&talk), Asked::Ended);
    talk.send(Msg::Input(Input::Do(Intent::Confirm)));
    let Some(Outcome::Done(done)) = talk.outcome() else { panic!("{:?}", talk.outcome()) };
    assert_eq!(done.record.expires_on, Some(jiff::civil::date(2027, 1, 31)));
    assert_eq!(asked(&talk), Asked::Ended);
}

#[test]
fn the_cli_path_asks_which_way() {
    let mut talk = Harness::new();
    talk.answer(Answer::Choice(2));
    assert_eq!(asked(&talk), Asked::Choice(PromptId::SignInMethod, 2));
    talk.answer(Answer::Choice(1));
    assert_eq!((talk.screen_name(), asked(&talk)), ("token", Asked::Text(PromptId::Token)));
}

#[test]
fn the_oauth_path_asks_which_of_the_two_is_meant() {
    let mut talk = Harness::new();
    talk.answer(Answer::Choice(1));
    assert_eq!(talk.options(), [("Your own connection".to_owned(), None), ("Workers OAuth".to_owned(), None)]);
    talk.answer(Answer::Choice(0));
    assert_eq!((talk.screen_name(), asked(&talk)), ("connection", Asked::Text(PromptId::ClientId)));
}

#[test]
fn the_guide_asks_its_questions_and_then_which_path() {
    let mut talk = Harness::new();
    talk.press("g");
    for index in [0, 1, 0] {
        assert_eq!(asked(&talk), Asked::Choice(PromptId::Guide, 3));
        talk.answer(Answer::Choice(index));
    }
    assert_eq!(asked(&talk), Asked::Choice(PromptId::Path, 3));
    talk.answer(Answer::Choice(1));
    assert_eq!(talk.screen_name(), "prepare", "a runner-up is taken like any path");
    record!(talk);
}

#[test]
fn several_credentials_are_a_choice() {
    let mut talk = Harness::new();
    let existing = |id: &str| DiscoveredCredential {
        source: CredentialSource::Ntn { workspace: id.into() },
        place: "ntn".into(),
        workspace: Some(workspace(id, id)),
        unusable: None,
    };
    talk.reply_discovered(vec![existing("ws-1"), existing("ws-2")], CredentialIndex::default());
    talk.press("u");
    assert_eq!(asked(&talk), Asked::Choice(PromptId::Existing, 2));
    talk.answer(Answer::Choice(1));
    assert_eq!(asked(&talk), Asked::Nothing);
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
    let mut talk = Harness::new();
    talk.reply_discovered(existing.to_vec(), CredentialIndex { credentials: vec![earlier, later], ..CredentialIndex::default() });
    talk.press("u");
    talk
}

#[test]
fn credentials_of_one_workspace_are_told_apart_as_in_the_accounts() {
    let mut talk = two_of_one_workspace();
    let here: Vec<_> = talk.options().into_iter().map(|(label, _)| label).collect();
    assert_eq!(here, ["Acme (notion-auth, ws-1/token)", "Acme (notion-auth, token@bot-2)"]);
    talk.press("Esc s");
    assert_eq!(talk.screen_name(), "accounts");
    assert_eq!(talk.options().into_iter().map(|(label, _)| label).collect::<Vec<_>>(), here);
}

#[test]
fn one_of_an_earlier_version_gets_its_full_key_before_it_is_used() {
    for is_written in [true, false] {
        let mut talk = two_of_one_workspace();
        talk.press("1");
        talk.take_effects();
        talk.reply_verified(Ok(member_identity()));
        let account = token_record(workspace("ws-1", "Acme")).account;
        let begun = talk.take_effects();
        let is_identify = |effect: &TestEffect| matches!(effect, TestEffect::Start(Task::Identify(of, actor)) if *of == account && actor == "bot-1");
        assert!(begun.iter().any(is_identify), "{begun:?}");
        let named = account.with_actor(Some("bot-1"));
        let answer = if is_written { Ok(named.clone()) } else { Err(Problem::new(ProblemCode::StoreBusy)) };
        talk.reply_with(answer.map(TaskOutcome::Identified));
        assert_eq!(talk.screen_name(), "verify");
        talk.reply(TaskOutcome::Completed);
        talk.press("Enter");
        let Some(Outcome::Done(done)) = talk.press("Enter").outcome() else { panic!("{:?}", talk.outcome()) };
        assert_eq!(done.record.account, if is_written { named } else { account });
    }
    let mut talk = two_of_one_workspace();
    talk.press("2").reply_verified(Ok(member_identity()));
    assert_eq!(talk.screen_name(), "verify", "this one has its full key");
}

#[test]
fn what_stands_in_the_way_is_told_until_it_is_gone() {
    let mut talk = Harness::new();
    talk.press("1 Enter");
    talk.paste(MEMBER);
    assert_eq!(error(&talk.model), None);
    let problem = Problem::new(ProblemCode::NoNetwork).with_evidence("connection refused");
    talk.fail(problem.clone());
    assert_eq!(error(&talk.model), Some(&problem));
    talk.press("Ctrl-R");
    assert_eq!(error(&talk.model), None);
}

#[test]
fn an_answer_to_another_question_changes_nothing() {
    let mut talks = [Harness::new(), Harness::with_verified_token(), Harness::with_setup(setup())];
    talks[2].press("1");
    for talk in &mut talks {
        let before = talk.model.clone();
        talk.answer(Answer::Consent(true));
        talk.answer(Answer::Choice(99));
        talk.answer(Answer::Day(None));
        assert_eq!((talk.take_effects(), &talk.model), (vec![], &before), "{}", talk.screen_name());
    }
}

#[test]
fn leaving_with_an_unkept_token_asks_for_consent() {
    let mut talk = Harness::with_verified_token();
    talk.press("q");
    assert_eq!(asked(&talk), Asked::Consent(PromptId::UnsavedCredential));
    talk.answer(Answer::Consent(false));
    assert_eq!((talk.screen_name(), talk.outcome()), ("verify", None));
    talk.press("q");
    talk.answer(Answer::Consent(true));
    assert_eq!((asked(&talk), talk.outcome()), (Asked::Ended, Some(&Outcome::Cancelled)));
}
