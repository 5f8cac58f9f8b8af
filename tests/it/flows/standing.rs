//! Role, plan and token policy: asked once, only where the answer matters, remembered.

use crate::support::talk::{Talk, start};
use notion_auth::domain::credential::{Ledger, Told};
use notion_auth::domain::prerequisites::{Plan, Policy, Role, Standing};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{Effect, Given, Outcome, Reply, Task};

fn asked() -> Talk {
    let mut talk = Talk::begin();
    talk.press("3 a");
    assert_eq!((talk.screen(), talk.effects()), ("standing", vec![]));
    talk.reads("What are you in this workspace?");
    talk
}

fn remember(role: Role, plan: Plan, policy: Policy) -> Task {
    Task::Remember(Box::new(Told::standing(Standing { role, plan, policy })))
}

#[test]
fn every_answer_is_one_key_and_the_policy_is_asked_only_where_it_matters() {
    for (role, role_key) in Role::ALL.into_iter().zip(1..) {
        for (plan, plan_key) in Plan::ALL.into_iter().zip(1..) {
            let matters = matches!(role, Role::Member | Role::NotSure) && matches!(plan, Plan::Business | Plan::Enterprise);
            let mut talk = asked();
            talk.press(&format!("{role_key}"));
            talk.reads("Which plan is the workspace on?");
            talk.press(&format!("{plan_key}"));
            if matters {
                assert_eq!((talk.screen(), talk.effects()), ("standing", vec![]), "{role:?} {plan:?}");
                talk.reads("Who may create personal access tokens there?");
            } else {
                assert_eq!((talk.screen(), talk.effects()), ("prepare", vec![start(6, remember(role, plan, Policy::NotSure))]));
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
    for (key, policy) in [("1", Policy::OwnersOnly), ("2", Policy::AllMembers), ("3", Policy::NotSure)] {
        let mut talk = asked();
        talk.press("2 3").press(key);
        assert_eq!(talk.effects(), [start(6, remember(Role::Member, Plan::Business, policy))]);
    }
}

#[test]
fn the_answers_change_the_page_they_were_asked_for() {
    let mut talk = asked();
    talk.press("4 1");
    assert_eq!(talk.screen(), "prepare");
    talk.reads("Guest on Free.");
    talk.reads("It looks as if you cannot log in with ntn.");
    talk.press("Esc 1");
    talk.reads("It looks as if you cannot make a PAT.");
}

#[test]
fn esc_walks_back_with_the_answers_kept() {
    let mut talk = asked();
    talk.press("2 4 Esc");
    talk.reads("▸ 4 Enterprise");
    talk.press("Esc");
    talk.reads("▸ 2 Member");
    talk.press("Enter Enter");
    talk.reads("Who may create personal access tokens there?");
    talk.press("Esc Esc Esc");
    assert_eq!((talk.screen(), talk.effects()), ("prepare", vec![]), "nothing was told to its end");
}

#[test]
fn another_plan_asks_for_its_policy_afresh() {
    let mut talk = asked();
    talk.press("2 4 2");
    assert_eq!(talk.effects(), [start(6, remember(Role::Member, Plan::Enterprise, Policy::OwnersAndGroups))]);
    talk.press("a Enter");
    talk.reads("▸ 4 Enterprise");
    talk.press("3");
    talk.reads("▸ 3 Not sure");
    talk.press("Esc 2");
    assert_eq!(talk.screen(), "prepare");
    talk.reads("Member on Plus.");
}

#[test]
fn what_was_told_earlier_is_where_the_questions_start() {
    let mut talk = Talk::begin();
    let standing = Standing { role: Role::Restricted, plan: Plan::Plus, policy: Policy::NotSure };
    talk.finds(vec![], Ledger { told: Told::standing(standing), ..Ledger::default() });
    talk.press("1");
    talk.reads("Restricted member on Plus.");
    talk.press("a");
    talk.reads("▸ 3 Restricted member");
    talk.press("Enter");
    talk.reads("▸ 2 Plus");
    talk.press("Enter");
    assert_eq!(talk.effects(), [start(6, Task::Remember(Box::new(Told::standing(standing))))]);
}

#[test]
fn a_front_end_without_a_screen_answers_by_number() {
    let mut talk = asked();
    for index in [1, 2, 1] {
        talk.answer(Given::Choice(index));
    }
    assert_eq!(talk.effects(), [start(6, remember(Role::Member, Plan::Business, Policy::AllMembers))]);
}

#[test]
fn answers_that_cannot_be_remembered_hold_for_now_and_that_is_said() {
    let mut talk = asked();
    talk.press("4 1");
    talk.reply(Reply::Remembered(Err(Problem::new(ProblemCode::FileNotOurs).seen("it belongs to root"))));
    talk.reads("Your answers hold for now, but could not be remembered (it belongs to root).");
    talk.reads("Guest on Free.");
    talk.finds(vec![], Ledger::default());
    talk.reads("Guest on Free.");
}

#[test]
fn what_was_told_just_now_is_not_undone_by_a_look_at_the_disk() {
    let mut talk = asked();
    talk.press("4 1");
    let older = Standing { role: Role::Owner, plan: Plan::Plus, policy: Policy::NotSure };
    talk.finds(vec![], Ledger { told: Told::standing(older), ..Ledger::default() });
    talk.reads("Guest on Free.");
}

#[test]
fn a_second_answer_is_written_after_the_first_so_that_the_last_one_stays() {
    let mut talk = asked();
    talk.press("4 1");
    assert_eq!(talk.effects(), [start(6, remember(Role::Guest, Plan::Free, Policy::NotSure))]);
    talk.press("a 1 2 a 1 1");
    assert_eq!(talk.effects(), [], "one write at a time");
    talk.reads("Workspace owner on Free.");
    talk.reply(Reply::Remembered(Ok(())));
    assert_eq!(talk.effects(), [start(7, remember(Role::Owner, Plan::Free, Policy::NotSure))], "the last one alone");
    talk.reply(Reply::Remembered(Ok(())));
    assert_eq!(talk.effects(), []);
}

#[test]
fn leaving_waits_until_the_answers_are_written_and_not_for_ever() {
    for keys in ["q", "Ctrl-C"] {
        let mut talk = asked();
        talk.press("4 1").press(keys);
        assert_eq!(talk.outcome(), None);
        talk.reads("Finishing what is being written, then leaving.");
        talk.reply(Reply::Remembered(Ok(())));
        assert_eq!(talk.outcome(), Some(&Outcome::Cancelled));
        assert_eq!(talk.effects().last(), Some(&Effect::Quit(Outcome::Cancelled)));
        let mut impatient = asked();
        impatient.press("4 1").press(keys).press(keys);
        assert_eq!(impatient.outcome(), Some(&Outcome::Cancelled), "a store that hangs does not hold anybody");
    }
}

#[test]
fn what_is_only_looked_at_is_not_waited_for() {
    let mut talk = asked();
    talk.press("4 1").reply(Reply::Remembered(Ok(()))).press("r Ctrl-C");
    assert_eq!(talk.outcome(), Some(&Outcome::Cancelled));
}
