//! An invariant that cannot be broken proves nothing: each is held against a wizard with one fault.

use super::invariants::{asking_is_complete, masked};
use super::moves::{CANARY, conversation};
use super::{WIZARD, Wizard, runner, verdict};
use notion_auth::wizard::app::{self, Model};
use notion_auth::wizard::context::Ctx;
use notion_auth::wizard::msg::{
    Answer, Effect, Input, Intent, Msg, Outcome, Progress, Prompt, PromptId, Task, TaskId, TaskOutcome,
};
use notion_auth::wizard::screens::Screen;

/// Returns the violation that is found in a faulty wizard.
fn found(wizard: &Wizard) -> String {
    let run = runner(super::CONVERSATIONS).run(&conversation(), |conversation| {
        verdict(wizard.walk(&conversation, |_| ()).and_then(|walk| wizard.the_door_is_open(walk)))
    });
    run.expect_err("the fault goes unseen").to_string()
}

#[track_caller]
fn assert_found(update: fn(&mut Model, Msg) -> Vec<Effect>, invariant: &str) {
    let found = found(&Wizard { update, ..WIZARD });
    assert!(found.contains(invariant), "{invariant} is not what was broken: {found}");
}

#[test]
fn invariant_1_sees_a_number_that_is_used_twice() {
    fn renumbered(model: &mut Model, msg: Msg) -> Vec<Effect> {
        let same = |effect| match effect {
            Effect::Start(TaskId(id), task) => Effect::Start(TaskId(id / 2), task),
            other => other,
        };
        app::update(model, msg).into_iter().map(same).collect()
    }
    assert_found(renumbered, "invariant 1: TaskId");
}

#[test]
fn invariant_2_sees_two_tasks_in_the_foreground() {
    fn doubled(model: &mut Model, msg: Msg) -> Vec<Effect> {
        let mut effects = app::update(model, msg);
        if let Some(Effect::Start(TaskId(id), task)) = effects.last().cloned()
            && task.properties().is_foreground
        {
            effects.push(Effect::Start(TaskId(id + 1), task));
        }
        effects
    }
    assert_found(doubled, "invariant 2: TaskId");
}

#[test]
fn invariant_2_sees_answers_that_race_each_other() {
    fn racing(model: &mut Model, msg: Msg) -> Vec<Effect> {
        let mut effects = app::update(model, msg);
        let started = |effect: &Effect| match effect {
            Effect::Start(TaskId(id), _) => Some(*id),
            _ => None,
        };
        let newest = effects.iter().filter_map(started).max().unwrap_or_default();
        let remembered = effects.iter().find_map(|effect| match effect {
            Effect::Start(_, task @ Task::RememberAnswers(_)) => Some(task.clone()),
            _ => None,
        });
        effects.extend(remembered.map(|task| Effect::Start(TaskId(newest + 1), task)));
        effects
    }
    assert_found(racing, "invariant 2: TaskId");
}

#[test]
fn invariant_3_sees_a_task_that_outlives_its_page() {
    fn forgetful(model: &mut Model, msg: Msg) -> Vec<Effect> {
        let effects = app::update(model, msg);
        // If another task replaces it, invariant 2 would report it first.
        if effects.iter().any(|effect| matches!(effect, Effect::Start(_, task) if task.properties().is_foreground)) {
            return effects;
        }
        effects.into_iter().filter(|effect| !matches!(effect, Effect::Cancel(_))).collect()
    }
    assert_found(forgetful, "invariant 3:");
}

#[test]
fn invariant_3_sees_a_program_that_does_not_wait_for_a_write() {
    fn impatient(model: &mut Model, msg: Msg) -> Vec<Effect> {
        let was_leaving = is_leaving(model);
        let mut effects = app::update(model, msg);
        if is_leaving(model) && !was_leaving {
            effects.push(Effect::Quit(Outcome::Cancelled));
        }
        effects
    }
    assert_found(impatient, "invariant 3: the program did not wait");
}

#[test]
fn invariant_3_sees_a_write_that_is_called_back() {
    fn rash(model: &mut Model, msg: Msg) -> Vec<Effect> {
        let mut effects = app::update(model, msg);
        let written = effects.iter().find_map(|effect| match effect {
            Effect::Start(id, task) if !task.properties().can_be_cancelled() => Some(*id),
            _ => None,
        });
        effects.extend(written.map(Effect::Cancel));
        effects
    }
    assert_found(rash, "changes the world and was cancelled");
}

#[test]
fn invariant_4_sees_an_answer_that_is_taken_under_another_number() {
    fn credulous(model: &mut Model, msg: Msg) -> Vec<Effect> {
        let Msg::Reply(id, reply) = &msg else { return app::update(model, msg) };
        let before = model.clone();
        for id in std::iter::once(*id).chain((1..=60).map(TaskId)) {
            let effects = app::update(model, Msg::Reply(id, reply.clone()));
            if *model != before {
                return effects;
            }
        }
        Vec::new()
    }
    assert_found(credulous, "invariant 4: a late answer did");
}

#[test]
fn an_outcome_that_belongs_to_another_task_is_seen() {
    fn confused(model: &mut Model, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Reply(id, Ok(TaskOutcome::Verified(_))) => app::update(model, Msg::Reply(id, Ok(TaskOutcome::Completed))),
            msg => app::update(model, msg),
        }
    }
    assert_found(confused, "was not expected");
}

#[test]
fn invariant_5_sees_a_program_that_cannot_be_left() {
    fn deaf(model: &mut Model, msg: Msg) -> Vec<Effect> {
        let is_leave = msg == Msg::Input(Input::Do(Intent::QuitNow));
        if is_leave { Vec::new() } else { app::update(model, msg) }
    }
    assert_found(deaf, "invariant 5: the program goes on");
}

#[test]
fn invariant_6_sees_plaintext_that_nobody_agreed_to() {
    fn presumptuous(model: &mut Model, msg: Msg) -> Vec<Effect> {
        let mut effects = app::update(model, msg);
        if matches!(app::prompt(model), Prompt::Consent { id: PromptId::Plaintext, .. }) {
            effects.extend(app::update(model, Msg::Input(Input::Answer(Answer::Consent(true)))));
        }
        effects
    }
    assert_found(presumptuous, "did Start(TaskId");
}

#[test]
fn invariant_6_sees_answers_of_a_file_that_nobody_agreed_to() {
    fn trusting(model: &mut Model, msg: Msg) -> Vec<Effect> {
        let mut effects = app::update(model, msg);
        let is_offered = model.with_ctx(|_, ctx| ctx.offered_profile().is_some());
        if is_offered && matches!(model.screen(), Screen::Compare(_)) {
            effects.extend(app::update(model, Msg::Input(Input::Do(Intent::Profile))));
            effects.extend(app::update(model, Msg::Input(Input::Answer(Answer::Choice(0)))));
        }
        effects
    }
    assert_found(trusting, "invariant 6:");
}

#[test]
fn invariant_6_sees_a_logout_that_nobody_agreed_to() {
    fn hasty(model: &mut Model, msg: Msg) -> Vec<Effect> {
        let mut effects = app::update(model, msg);
        if matches!(app::prompt(model), Prompt::Consent { id: PromptId::LogOut, .. }) {
            effects.extend(app::update(model, Msg::Input(Input::Answer(Answer::Consent(true)))));
        }
        effects
    }
    assert_found(hasty, "did Start(TaskId");
}

#[test]
fn invariant_6_sees_a_browser_that_opens_by_itself() {
    fn eager(model: &mut Model, msg: Msg) -> Vec<Effect> {
        let was_there = is_token_entry(model);
        let mut effects = app::update(model, msg);
        if is_token_entry(model) && !was_there {
            effects.extend(app::update(model, Msg::Input(Input::Do(Intent::Open))));
        }
        effects
    }
    assert_found(eager, "OpenLink(Link");
}

#[test]
fn invariant_6_sees_a_browser_that_opens_for_every_invitation() {
    fn insistent(model: &mut Model, msg: Msg) -> Vec<Effect> {
        let is_invitation = matches!(msg, Msg::Progress(_, Progress::LoginInvitation(_)));
        let before = model.clone();
        let mut effects = app::update(model, msg);
        // One that came too late is taken by nobody.
        if is_invitation && effects.is_empty() && *model != before {
            effects.extend(app::update(model, Msg::Input(Input::Do(Intent::Open))));
        }
        effects
    }
    assert_found(insistent, "invariant 6: Progress");
}

#[test]
fn invariant_6_sees_a_copy_that_was_not_asked_for() {
    fn helpful(model: &mut Model, msg: Msg) -> Vec<Effect> {
        let mut effects = app::update(model, msg);
        if effects.iter().any(|effect| matches!(effect, Effect::Start(_, task) if task.properties().is_foreground)) {
            effects.push(Effect::Copy("a link".into()));
        }
        effects
    }
    assert_found(helpful, "invariant 6:");
}

#[test]
fn invariant_7_sees_a_secret_that_is_handed_out() {
    fn talkative(model: &mut Model, msg: Msg) -> Vec<Effect> {
        let mut pasted = None;
        if let Msg::Input(Input::Paste(secret)) = &msg
            && secret.expose().contains(CANARY)
        {
            pasted = Some(Effect::Copy(secret.expose().to_owned()));
        }
        app::update(model, msg).into_iter().chain(pasted).collect()
    }
    assert_found(talkative, "invariant 7:");
}

#[test]
fn invariant_7_allows_the_last_four_characters_and_no_eight_in_a_row() {
    assert_eq!(masked(&CANARY[CANARY.len() - 4..]), Ok(()));
    assert_eq!(masked("secret_"), Ok(()));
    for start in "secret_".len()..=CANARY.len() - 8 {
        assert!(masked(&format!("x{}x", &CANARY[start..start + 8])).is_err(), "from {start}");
    }
}

#[test]
fn invariant_8_sees_a_question_that_is_missing() {
    fn mute(model: &Model) -> Prompt {
        model.with_ctx(|screen, _: &Ctx<'_>| if matches!(screen, Screen::Save(_)) { Prompt::Busy } else { app::prompt(model) })
    }
    let found = found(&Wizard { ask: mute, ..WIZARD });
    assert!(found.contains("invariant 8: nothing is asked and nothing is pending"), "{found}");
    assert!(asking_is_complete(true, false, &Prompt::Busy).is_ok());
}

fn is_leaving(model: &Model) -> bool {
    model.with_ctx(|_, ctx| ctx.is_quitting)
}

fn is_token_entry(model: &Model) -> bool {
    matches!(model.screen(), Screen::Token(_))
}
