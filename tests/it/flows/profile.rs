//! Role, plan and token policy: asked once, only where the answer matters, remembered.

use crate::support::harness::{Harness, TestEffect};
use crate::support::screen_transcript::record;
use notion_auth::domain::credentials::{CredentialIndex, RememberedAnswers};
use notion_auth::domain::prerequisites::{MemberProfile, MemberRole, Plan, TokenPolicy};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{Answer, Outcome, Task};
use strum::VariantArray;

fn asked() -> Harness {
    let mut talk = Harness::new();
    talk.press("3 a");
    assert_eq!((talk.screen_name(), talk.take_effects()), ("profile", vec![]));
    talk
}

fn remember(role: MemberRole, plan: Plan, policy: TokenPolicy) -> Task {
    Task::RememberAnswers(Box::new(RememberedAnswers::from_profile(MemberProfile { role, plan, policy })))
}

#[test]
fn every_answer_is_one_key_and_the_policy_is_asked_only_where_it_matters() {
    for (role, role_key) in MemberRole::VARIANTS.iter().copied().zip(1..) {
        for (plan, plan_key) in Plan::VARIANTS.iter().copied().zip(1..) {
            let matters =
                matches!(role, MemberRole::Member | MemberRole::NotSure) && matches!(plan, Plan::Business | Plan::Enterprise);
            let mut talk = asked();
            talk.press(&format!("{role_key} {plan_key}"));
            if matters {
                assert_eq!((talk.screen_name(), talk.take_effects()), ("profile", vec![]), "{role:?} {plan:?}");
            } else {
                assert_eq!(
                    (talk.screen_name(), talk.take_effects()),
                    ("prepare", vec![TestEffect::Start(remember(role, plan, TokenPolicy::NotSure))])
                );
            }
        }
    }
}

#[test]
fn of_the_policies_those_are_offered_that_the_plan_has() {
    let offered = |plan: &str| {
        let mut talk = asked();
        talk.press("2").press(plan);
        talk.options().into_iter().map(|(label, _)| label).collect::<Vec<_>>()
    };
    assert_eq!(offered("3"), ["Workspace owners only", "All members", "Not sure"]);
    assert_eq!(offered("4"), ["Workspace owners only", "Owners and chosen groups", "All members", "Not sure"]);
    for (key, policy) in [("1", TokenPolicy::OwnersOnly), ("2", TokenPolicy::AllMembers), ("3", TokenPolicy::NotSure)] {
        let mut talk = asked();
        talk.press("2 3").press(key);
        assert_eq!(talk.take_effects(), [TestEffect::Start(remember(MemberRole::Member, Plan::Business, policy))]);
    }
}

#[test]
fn the_answers_change_the_page_they_were_asked_for() {
    let mut talk = asked();
    talk.press("4 1");
    assert_eq!(talk.screen_name(), "prepare");
    record!(talk);
    talk.press("Esc 1");
    record!(talk);
}

#[test]
fn esc_walks_back_with_the_answers_kept() {
    let mut talk = asked();
    talk.press("2 4 Esc");
    record!(talk);
    talk.press("Esc");
    record!(talk);
    talk.press("Enter Enter");
    record!(talk);
    talk.press("Esc Esc Esc");
    assert_eq!((talk.screen_name(), talk.take_effects()), ("prepare", vec![]), "nothing was told to its end");
}

#[test]
fn another_plan_asks_for_its_policy_afresh() {
    let mut talk = asked();
    talk.press("2 4 2");
    assert_eq!(
        talk.take_effects(),
        [TestEffect::Start(remember(MemberRole::Member, Plan::Enterprise, TokenPolicy::OwnersAndGroups))]
    );
    talk.press("a Enter");
    record!(talk);
    talk.press("3");
    record!(talk);
    talk.press("Esc 2");
    assert_eq!(talk.screen_name(), "prepare");
    record!(talk);
}

#[test]
fn what_was_told_earlier_is_where_the_questions_start() {
    let mut talk = Harness::new();
    let standing = MemberProfile { role: MemberRole::Restricted, plan: Plan::Plus, policy: TokenPolicy::NotSure };
    talk.reply_discovered(
        vec![],
        CredentialIndex { remembered: RememberedAnswers::from_profile(standing), ..CredentialIndex::default() },
    );
    talk.press("1");
    record!(talk);
    talk.press("a");
    record!(talk);
    talk.press("Enter");
    record!(talk);
    talk.press("Enter");
    assert_eq!(
        talk.take_effects(),
        [TestEffect::Start(Task::RememberAnswers(Box::new(RememberedAnswers::from_profile(standing))))]
    );
}

#[test]
fn a_front_end_without_a_screen_answers_by_number() {
    let mut talk = asked();
    for index in [1, 2, 1] {
        talk.answer(Answer::Choice(index));
    }
    assert_eq!(talk.take_effects(), [TestEffect::Start(remember(MemberRole::Member, Plan::Business, TokenPolicy::AllMembers))]);
}

#[test]
fn answers_that_cannot_be_remembered_hold_for_now_and_that_is_said() {
    let mut talk = asked();
    talk.press("4 1");
    talk.reply_remembered(Err(Problem::new(ProblemCode::FileNotOurs).with_evidence("it belongs to root")));
    record!(talk);
    talk.reply_discovered(vec![], CredentialIndex::default());
    record!(talk);
}

#[test]
fn what_was_told_just_now_is_not_undone_by_a_look_at_the_disk() {
    let mut talk = asked();
    talk.press("4 1");
    let older = MemberProfile { role: MemberRole::Owner, plan: Plan::Plus, policy: TokenPolicy::NotSure };
    talk.reply_discovered(
        vec![],
        CredentialIndex { remembered: RememberedAnswers::from_profile(older), ..CredentialIndex::default() },
    );
    record!(talk);
}

#[test]
fn a_second_answer_is_written_after_the_first_so_that_the_last_one_stays() {
    let mut talk = asked();
    talk.press("4 1");
    assert_eq!(talk.take_effects(), [TestEffect::Start(remember(MemberRole::Guest, Plan::Free, TokenPolicy::NotSure))]);
    talk.press("a 1 2 a 1 1");
    assert_eq!(talk.take_effects(), [], "one write at a time");
    record!(talk);
    talk.reply_remembered(Ok(()));
    assert_eq!(
        talk.take_effects(),
        [TestEffect::Start(remember(MemberRole::Owner, Plan::Free, TokenPolicy::NotSure))],
        "the last one alone"
    );
    talk.reply_remembered(Ok(()));
    assert_eq!(talk.take_effects(), []);
}

#[test]
fn leaving_waits_until_the_answers_are_written_and_not_for_ever() {
    for keys in ["q", "Ctrl-C"] {
        let mut talk = asked();
        talk.press("4 1").press(keys);
        assert_eq!(talk.outcome(), None);
        record!(talk);
        talk.reply_remembered(Ok(()));
        assert_eq!(talk.outcome(), Some(&Outcome::Cancelled));
        assert_eq!(talk.take_effects().last(), Some(&TestEffect::Quit(Outcome::Cancelled)));
        let mut impatient = asked();
        impatient.press("4 1").press(keys).press(keys);
        assert_eq!(impatient.outcome(), Some(&Outcome::Cancelled), "a store that hangs does not hold anybody");
    }
}

#[test]
fn what_is_only_looked_at_is_not_waited_for() {
    let mut talk = asked();
    talk.press("4 1").reply_remembered(Ok(())).press("r Ctrl-C");
    assert_eq!(talk.outcome(), Some(&Outcome::Cancelled));
}
