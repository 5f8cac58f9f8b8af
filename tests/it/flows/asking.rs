//! The wizard without a screen: the prompt of each step, and the effect of an answer.

use crate::support::talk::{Talk, known, setup, start, verified, verify};
use crate::support::world::{MEMBER, member, record, workspace};
use notion_auth::domain::catalog::PathId;
use notion_auth::domain::credential::{CredentialRecord, Existing, ExistingSource, Ledger, Receipt, StoreKind};
use notion_auth::domain::machine::KeychainState;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::app::trouble;
use notion_auth::wizard::msg::{Ask, AskId, Effect, Given, Input, Intent, Msg, Outcome, Reply, Task};

/// Returns the kind of the prompt, without its text.
#[derive(Debug, PartialEq)]
enum Asked {
    Nothing,
    Choice(AskId, usize),
    Text(AskId),
    Consent(AskId),
    Ended,
}

fn asked(talk: &Talk) -> Asked {
    match talk.ask() {
        Ask::Nothing => Asked::Nothing,
        Ask::Choice { id, options, .. } => Asked::Choice(id, options.len()),
        Ask::Text { id, .. } => Asked::Text(id),
        Ask::Consent { id, .. } => Asked::Consent(id),
        Ask::Ended => Asked::Ended,
    }
}

#[test]
fn every_question_of_the_token_road_is_answered_without_a_key() {
    let mut talk = Talk::begin();
    talk.reply(Reply::Keychain(KeychainState::Absent { evidence: "no bus".into() }));
    assert_eq!(asked(&talk), Asked::Choice(AskId::Path, 3));
    talk.answer(Given::Choice(0));
    assert_eq!(asked(&talk), Asked::Choice(AskId::Way, 1));
    talk.answer(Given::Choice(0));
    assert_eq!(asked(&talk), Asked::Text(AskId::Token));
    talk.answer(Given::Text(Secret::new(MEMBER)));
    assert_eq!(talk.effects(), [start(6, verify(MEMBER, PathId::Token))]);
    assert_eq!(asked(&talk), Asked::Nothing);
    talk.reply(known(verified(MEMBER, member())));
    assert_eq!(asked(&talk), Asked::Nothing, "the checks are under way");
    talk.reply(Reply::Inspected);
    assert_eq!(asked(&talk), Asked::Choice(AskId::Checked, 2));
    talk.answer(Given::Choice(0));
    assert_eq!(asked(&talk), Asked::Choice(AskId::Expiry, 6));
    talk.answer(Given::Day(Some(jiff::civil::date(2027, 1, 31))));
    assert_eq!(asked(&talk), Asked::Choice(AskId::Store, 4));
    talk.answer(Given::Choice(1));
    assert_eq!(asked(&talk), Asked::Consent(AskId::Plaintext));
    talk.answer(Given::Consent(true));
    assert_eq!(asked(&talk), Asked::Nothing);
    talk.reply(Reply::Kept(Ok(Receipt { store: StoreKind::File, place: "there".into(), note: None })));
    assert_eq!(asked(&talk), Asked::Ended);
    talk.tell(Msg::Input(Input::Do(Intent::Confirm)));
    let Some(Outcome::Done(done)) = talk.outcome() else { panic!("{:?}", talk.outcome()) };
    assert_eq!(done.record.expires_on, Some(jiff::civil::date(2027, 1, 31)));
    assert_eq!(asked(&talk), Asked::Ended);
}

#[test]
fn the_cli_path_asks_which_way() {
    let mut talk = Talk::begin();
    talk.answer(Given::Choice(2));
    assert_eq!(asked(&talk), Asked::Choice(AskId::Way, 2));
    talk.answer(Given::Choice(1));
    assert_eq!((talk.screen(), asked(&talk)), ("sign in", Asked::Text(AskId::Token)));
}

#[test]
fn the_oauth_path_asks_which_of_the_two_is_meant() {
    let mut talk = Talk::begin();
    talk.answer(Given::Choice(1));
    assert_eq!(talk.options(), [("Your own connection".to_owned(), None), ("Workers OAuth".to_owned(), None)]);
    talk.answer(Given::Choice(0));
    assert_eq!((talk.screen(), asked(&talk)), ("connection", Asked::Text(AskId::ClientId)));
}

#[test]
fn the_guide_asks_its_questions_and_then_which_path() {
    let mut talk = Talk::begin();
    talk.press("g");
    for index in [0, 1, 0] {
        assert_eq!(asked(&talk), Asked::Choice(AskId::Guide, 3));
        talk.answer(Given::Choice(index));
    }
    assert_eq!(asked(&talk), Asked::Choice(AskId::Path, 3));
    talk.answer(Given::Choice(1));
    assert_eq!(talk.screen(), "prepare", "a runner-up is taken like any path");
    talk.reads("Before you make a token");
}

#[test]
fn several_credentials_are_a_choice() {
    let mut talk = Talk::begin();
    let existing = |id: &str| Existing {
        source: ExistingSource::Ntn { workspace: id.into() },
        place: "ntn".into(),
        workspace: Some(workspace(id, id)),
        unusable: None,
    };
    talk.finds(vec![existing("ws-1"), existing("ws-2")], Ledger::default());
    talk.press("u");
    assert_eq!(asked(&talk), Asked::Choice(AskId::Existing, 2));
    talk.answer(Given::Choice(1));
    assert_eq!(asked(&talk), Asked::Nothing);
}

/// Two of one workspace; the first was kept by an earlier version, which did not write down whom it acts as.
fn two_of_one_workspace() -> Talk {
    let earlier = record(workspace("ws-1", "Acme"));
    let later = CredentialRecord { account: earlier.account.with_actor(Some("bot-2")), ..earlier.clone() };
    let existing = [&earlier, &later].map(|record| Existing {
        source: ExistingSource::Ours(record.account.clone()),
        place: "keychain".into(),
        workspace: Some(record.workspace.clone()),
        unusable: None,
    });
    let mut talk = Talk::begin();
    talk.finds(existing.to_vec(), Ledger { credentials: vec![earlier, later], ..Ledger::default() });
    talk.press("u");
    talk
}

#[test]
fn credentials_of_one_workspace_are_told_apart_as_in_the_accounts() {
    let mut talk = two_of_one_workspace();
    let here: Vec<_> = talk.options().into_iter().map(|(label, _)| label).collect();
    assert_eq!(here, ["Acme (notion-auth, ws-1/token)", "Acme (notion-auth, token@bot-2)"]);
    talk.press("Esc s");
    assert_eq!(talk.screen(), "accounts");
    assert_eq!(talk.options().into_iter().map(|(label, _)| label).collect::<Vec<_>>(), here);
}

#[test]
fn one_of_an_earlier_version_gets_its_full_key_before_it_is_used() {
    for is_written in [true, false] {
        let mut talk = two_of_one_workspace();
        talk.press("1");
        talk.effects();
        talk.notion_says(Ok(member()));
        let account = record(workspace("ws-1", "Acme")).account;
        let begun = talk.effects();
        let is_identify =
            |effect: &Effect| matches!(effect, Effect::Start(_, Task::Identify(of, actor)) if *of == account && actor == "bot-1");
        assert!(begun.iter().any(is_identify), "{begun:?}");
        let named = account.with_actor(Some("bot-1"));
        let answer = if is_written { Ok(named.clone()) } else { Err(Problem::new(ProblemCode::StoreBusy)) };
        talk.reply(Reply::Identified(answer));
        assert_eq!(talk.screen(), "verify");
        talk.reply(Reply::Inspected);
        talk.press("Enter");
        let Some(Outcome::Done(done)) = talk.press("Enter").outcome() else { panic!("{:?}", talk.outcome()) };
        assert_eq!(done.record.account, if is_written { named } else { account });
    }
    let mut talk = two_of_one_workspace();
    talk.press("2").notion_says(Ok(member()));
    assert_eq!(talk.screen(), "verify", "this one has its full key");
}

#[test]
fn what_stands_in_the_way_is_told_until_it_is_gone() {
    let mut talk = Talk::begin();
    talk.press("1 Enter");
    talk.paste(MEMBER);
    assert_eq!(trouble(&talk.model), None);
    let problem = Problem::new(ProblemCode::NoNetwork).seen("connection refused");
    talk.reply(crate::support::talk::refused(problem.clone()));
    assert_eq!(trouble(&talk.model), Some(&problem));
    talk.press("Ctrl-R");
    assert_eq!(trouble(&talk.model), None);
}

#[test]
fn an_answer_to_another_question_changes_nothing() {
    let mut talks = [Talk::begin(), Talk::verified(), Talk::with(setup())];
    talks[2].press("1");
    for talk in &mut talks {
        let before = talk.model.clone();
        talk.answer(Given::Consent(true));
        talk.answer(Given::Choice(99));
        talk.answer(Given::Day(None));
        assert_eq!((talk.effects(), &talk.model), (vec![], &before), "{}", talk.screen());
    }
}

#[test]
fn leaving_with_an_unkept_token_asks_for_consent() {
    let mut talk = Talk::verified();
    talk.press("q");
    assert_eq!(asked(&talk), Asked::Consent(AskId::Unkept));
    talk.answer(Given::Consent(false));
    assert_eq!((talk.screen(), talk.outcome()), ("verify", None));
    talk.press("q");
    talk.answer(Given::Consent(true));
    assert_eq!((asked(&talk), talk.outcome()), (Asked::Ended, Some(&Outcome::Cancelled)));
}
