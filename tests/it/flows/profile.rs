//! Role, plan and token policy: asked once, only where the answer matters, remembered.

use crate::support::harness::{Harness, TestEffect};
use notion_auth::domain::credentials::{CredentialIndex, RememberedAnswers};
use notion_auth::domain::prerequisites::{MemberProfile, MemberRole, Plan, TokenPolicy};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{Answer, Outcome, Task};
use strum::VariantArray;

fn asked() -> Harness {
    let mut wizard = Harness::new();
    wizard.press("3 a");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("profile", vec![]));
    wizard
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
            let mut wizard = asked();
            wizard.press(&format!("{role_key} {plan_key}"));
            if matters {
                assert_eq!((wizard.screen_name(), wizard.take_effects()), ("profile", vec![]), "{role:?} {plan:?}");
            } else {
                assert_eq!(
                    (wizard.screen_name(), wizard.take_effects()),
                    ("prepare", vec![TestEffect::Start(remember(role, plan, TokenPolicy::NotSure))])
                );
            }
        }
    }
}

#[test]
fn of_the_policies_those_are_offered_that_the_plan_has() {
    let offered = |plan: &str| {
        let mut wizard = asked();
        wizard.press("2").press(plan);
        wizard.options().into_iter().map(|(label, _)| label).collect::<Vec<_>>()
    };
    assert_eq!(offered("3"), ["Workspace owners only", "All members", "Not sure"]);
    assert_eq!(offered("4"), ["Workspace owners only", "Owners and chosen groups", "All members", "Not sure"]);
    for (key, policy) in [("1", TokenPolicy::OwnersOnly), ("2", TokenPolicy::AllMembers), ("3", TokenPolicy::NotSure)] {
        let mut wizard = asked();
        wizard.press("2 3").press(key);
        assert_eq!(wizard.take_effects(), [TestEffect::Start(remember(MemberRole::Member, Plan::Business, policy))]);
    }
}

#[test]
fn the_answers_change_the_page_they_were_asked_for() {
    let mut wizard = asked();
    wizard.press("4 1");
    assert_eq!(wizard.screen_name(), "prepare");
    record!(wizard);
    wizard.press("Esc 1");
    record!(wizard);
}

#[test]
fn esc_walks_back_with_the_answers_kept() {
    let mut wizard = asked();
    wizard.press("2 4 Esc");
    record!(wizard);
    wizard.press("Esc");
    record!(wizard);
    wizard.press("Enter Enter");
    record!(wizard);
    wizard.press("Esc Esc Esc");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("prepare", vec![]), "nothing was told to its end");
}

#[test]
fn another_plan_asks_for_its_policy_afresh() {
    let mut wizard = asked();
    wizard.press("2 4 2");
    assert_eq!(
        wizard.take_effects(),
        [TestEffect::Start(remember(MemberRole::Member, Plan::Enterprise, TokenPolicy::OwnersAndGroups))]
    );
    wizard.press("a Enter");
    record!(wizard);
    wizard.press("3");
    record!(wizard);
    wizard.press("Esc 2");
    assert_eq!(wizard.screen_name(), "prepare");
    record!(wizard);
}

#[test]
fn what_was_told_earlier_is_where_the_questions_start() {
    let mut wizard = Harness::new();
    let standing = MemberProfile { role: MemberRole::Restricted, plan: Plan::Plus, policy: TokenPolicy::NotSure };
    wizard.reply_discovered(
        vec![],
        CredentialIndex { remembered: RememberedAnswers::from_profile(standing), ..CredentialIndex::default() },
    );
    wizard.press("1");
    record!(wizard);
    wizard.press("a");
    record!(wizard);
    wizard.press("Enter");
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(
        wizard.take_effects(),
        [TestEffect::Start(Task::RememberAnswers(Box::new(RememberedAnswers::from_profile(standing))))]
    );
}

#[test]
fn a_front_end_without_a_screen_answers_by_number() {
    let mut wizard = asked();
    for index in [1, 2, 1] {
        wizard.answer(Answer::Choice(index));
    }
    assert_eq!(wizard.take_effects(), [TestEffect::Start(remember(MemberRole::Member, Plan::Business, TokenPolicy::AllMembers))]);
}

#[test]
fn answers_that_cannot_be_remembered_hold_for_now_and_that_is_said() {
    let mut wizard = asked();
    wizard.press("4 1");
    wizard.reply_remembered(Err(Problem::new(ProblemCode::FileNotOurs).with_evidence("it belongs to root")));
    record!(wizard);
    wizard.reply_discovered(vec![], CredentialIndex::default());
    record!(wizard);
}

#[test]
fn what_was_told_just_now_is_not_undone_by_a_look_at_the_disk() {
    let mut wizard = asked();
    wizard.press("4 1");
    let older = MemberProfile { role: MemberRole::Owner, plan: Plan::Plus, policy: TokenPolicy::NotSure };
    wizard.reply_discovered(
        vec![],
        CredentialIndex { remembered: RememberedAnswers::from_profile(older), ..CredentialIndex::default() },
    );
    record!(wizard);
}

#[test]
fn a_second_answer_is_written_after_the_first_so_that_the_last_one_stays() {
    let mut wizard = asked();
    wizard.press("4 1");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(remember(MemberRole::Guest, Plan::Free, TokenPolicy::NotSure))]);
    wizard.press("a 1 2 a 1 1");
    assert_eq!(wizard.take_effects(), [], "one write at a time");
    record!(wizard);
    wizard.reply_remembered(Ok(()));
    assert_eq!(
        wizard.take_effects(),
        [TestEffect::Start(remember(MemberRole::Owner, Plan::Free, TokenPolicy::NotSure))],
        "the last one alone"
    );
    wizard.reply_remembered(Ok(()));
    assert_eq!(wizard.take_effects(), []);
}

#[test]
fn leaving_waits_until_the_answers_are_written_and_not_for_ever() {
    for keys in ["q", "Ctrl-C"] {
        let mut wizard = asked();
        wizard.press("4 1").press(keys);
        assert_eq!(wizard.outcome(), None);
        record!(wizard);
        wizard.reply_remembered(Ok(()));
        assert_eq!(wizard.outcome(), Some(&Outcome::Cancelled));
        assert_eq!(wizard.take_effects().last(), Some(&TestEffect::Quit(Outcome::Cancelled)));
        let mut impatient = asked();
        impatient.press("4 1").press(keys).press(keys);
        assert_eq!(impatient.outcome(), Some(&Outcome::Cancelled), "a store that hangs does not hold anybody");
    }
}

#[test]
fn what_is_only_looked_at_is_not_waited_for() {
    let mut wizard = asked();
    wizard.press("4 1").reply_remembered(Ok(())).press("r Ctrl-C");
    assert_eq!(wizard.outcome(), Some(&Outcome::Cancelled));
}
