//! The router's invariants, each as a check of one message and what it did. The checks know the effects and what the model
//! shows to front ends, never its insides.

use super::moves::CANARY;
use super::replies::reply_to;
use notion_auth::domain::credentials::{StoreKind, VerifiedCredential};
use notion_auth::domain::login::{ApprovalRequest, LoginOutcome};
use notion_auth::domain::machine::KeychainState;
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::workers::{StepCommand, StepOutcome};
use notion_auth::wizard::app::{self, Model};
use notion_auth::wizard::msg::{
    Answer, Cancellation, Effect, Input, Intent, Msg, Progress, Prompt, PromptId, Reply, Task, TaskId, TaskOutcome,
};
use notion_auth::wizard::screens::Screen;
use std::collections::BTreeMap;
use std::mem::discriminant;

/// Broken: which invariant, and how.
pub type InvariantResult = Result<(), String>;

/// One message, what it did, and the model around it.
pub struct Step<'a> {
    pub before: &'a Model,
    /// The prompt before the message.
    pub asked: &'a Prompt,
    pub msg: &'a Msg,
    pub effects: &'a [Effect],
    pub after: &'a Model,
    /// The prompt after the message.
    pub asks: &'a Prompt,
}

impl Step<'_> {
    fn is_silent(&self) -> bool {
        self.effects.is_empty() && self.before == self.after
    }
}

/// The accumulated state of a conversation's effects.
#[derive(Clone, Debug, Default)]
pub struct Invariants {
    last: u64,
    pending: BTreeMap<TaskId, Task>,
    /// The credentials that Notion has verified.
    known: Vec<VerifiedCredential>,
    file_was_chosen: bool,
    /// Somebody agreed that `ntn` keeps a token in its file.
    ntn_may_use_its_file: bool,
    /// Somebody agreed that the tokens of Notion MCP are kept in the private file.
    mcp_may_use_the_file: bool,
    /// The login whose browser may still be opened: the key that began it said so.
    opens: Option<TaskId>,
}

impl Invariants {
    /// With `file_was_chosen`, plaintext was agreed to beforehand.
    pub fn new(file_was_chosen: bool) -> Self {
        Self { file_was_chosen, ..Self::default() }
    }

    /// Started, and neither ended nor cancelled.
    pub fn pending(&self) -> &BTreeMap<TaskId, Task> {
        &self.pending
    }

    pub fn foreground(&self) -> Option<(TaskId, &Task)> {
        self.pending.iter().find(|(_, task)| task.properties().is_foreground).map(|(id, task)| (*id, task))
    }

    /// Takes a step in; every invariant is asked.
    pub fn judge(&mut self, step: &Step<'_>) -> InvariantResult {
        secrets_stay_masked(step)?;
        silence_after_the_end(step)?;
        self.late_answers_are_silence(step)?;
        // From here on a reply has ended its task.
        let ended = match step.msg {
            Msg::Reply(id, reply) => self.hear(*id, reply).map(|task| (task, reply)),
            Msg::Input(_) | Msg::Progress(..) | Msg::Resized(..) | Msg::Waited(..) | Msg::ProbeMachine => None,
        };
        let ended = ended.as_ref().map(|(task, reply)| (task, *reply));
        outcomes_are_expected(step, ended)?;
        self.leaving_cancels(step)?;
        self.nothing_outward_without_consent(step, ended)?;
        a_profile_is_used_only_after_a_yes(step)?;
        self.tasks_are_numbered_and_one_at_a_time(step.effects)?;
        self.waiting_is_for_a_task(step)?;
        asking_is_complete(step.after.is_waiting(), step.after.outcome().is_some(), step.asks)
    }

    /// Takes in a reply; returns the task that it ends.
    fn hear(&mut self, id: TaskId, reply: &Reply) -> Option<Task> {
        let task = self.pending.remove(&id)?;
        match reply {
            Ok(TaskOutcome::Verified(verified)) => self.known.push((**verified).clone()),
            Ok(TaskOutcome::LoggedIn(outcome)) => {
                if let LoginOutcome::Verified(verified, _) = &**outcome {
                    self.known.push((**verified).clone());
                }
            }
            _ => {}
        }
        Some(task)
    }

    fn tasks_are_numbered_and_one_at_a_time(&mut self, effects: &[Effect]) -> InvariantResult {
        for effect in effects {
            match effect {
                Effect::Start(id, task) => {
                    hold(id.0 > self.last, || format!("invariant 1: {id:?} is no new number after {}", self.last))?;
                    self.last = id.0;
                    if task.properties().is_foreground {
                        let other = self.foreground();
                        hold(other.is_none(), || format!("invariant 2: {id:?} is started beside {other:?}"))?;
                    }
                    let is_write = |task: &Task| matches!(task, Task::RememberAnswers(_));
                    let is_first = !is_write(task) || !self.pending.values().any(is_write);
                    hold(is_first, || format!("invariant 2: {id:?} may write older answers over newer ones"))?;
                    self.pending.insert(*id, task.clone());
                }
                Effect::Cancel(id) => {
                    let task = self.pending.remove(id);
                    hold(task.is_some(), || format!("invariant 1: {id:?} is cancelled and was not pending"))?;
                    let could = task.is_some_and(|task| task.properties().can_be_cancelled());
                    hold(could, || format!("invariant 3: {id:?} changes the world and was cancelled"))?;
                }
                Effect::EndWait(id) => {
                    let can_end = self.pending.get(id).is_some_and(is_wait_that_ends);
                    hold(can_end, || format!("invariant 3: the wait of {id:?} was ended and cannot be"))?;
                }
                Effect::Copy(_) | Effect::Print(_) | Effect::Suspend | Effect::Quit(_) => {}
            }
        }
        Ok(())
    }

    fn leaving_cancels(&self, step: &Step<'_>) -> InvariantResult {
        let quits = step.effects.iter().any(|effect| matches!(effect, Effect::Quit(_)));
        // A second wish to leave is the way out of a store that hangs.
        let was_leaving = matches!(step.msg, Msg::Input(_)) && step.before.with_ctx(|_, ctx| ctx.is_quitting);
        let written = self.pending.iter().find(|(_, task)| !task.properties().can_be_cancelled());
        hold(!quits || was_leaving || written.is_none(), || format!("invariant 3: the program did not wait for {written:?}"))?;
        let Some((id, task)) = self.foreground() else { return Ok(()) };
        let is_left = discriminant(step.before.screen()) != discriminant(step.after.screen());
        if task.properties().can_be_cancelled() {
            let is_cancelled = step.effects.contains(&Effect::Cancel(id));
            return hold(is_cancelled || !(is_left || quits), || format!("invariant 3: {id:?} outlives its page"));
        }
        hold(!is_left, || format!("invariant 3: the page of {id:?} was left, which changes the world"))?;
        let is_back = *step.msg == Msg::Input(Input::Do(Intent::Back));
        let ends_wait = step.effects == [Effect::EndWait(id)] && is_wait_that_ends(task);
        let does_nothing = (step.effects.is_empty() || ends_wait) && step.before.screen() == step.after.screen();
        hold(!is_back || does_nothing, || format!("invariant 3: Back did something while {id:?} was under way"))
    }

    fn waiting_is_for_a_task(&self, step: &Step<'_>) -> InvariantResult {
        let is_awaited = self.foreground().is_some_and(|(_, task)| !task.properties().is_quiet);
        let is_right = step.after.outcome().is_some() || step.after.is_waiting() == is_awaited;
        hold(is_right, || format!("invariant 3: waiting is {}, pending is {:?}", step.after.is_waiting(), self.foreground()))
    }

    fn late_answers_are_silence(&self, step: &Step<'_>) -> InvariantResult {
        let is_late = match step.msg {
            Msg::Reply(id, _) => !self.pending.contains_key(id),
            Msg::Progress(id, _) => self.foreground().is_none_or(|(foreground, _)| foreground != *id),
            Msg::Input(_) | Msg::Resized(..) | Msg::Waited(..) | Msg::ProbeMachine => false,
        };
        hold(!is_late || step.is_silent(), || format!("invariant 4: a late answer did {:?}", step.effects))
    }

    /// `ended` is the task that the message ended, with its reply.
    #[expect(clippy::too_many_lines, reason = "one arm for each effect")]
    fn nothing_outward_without_consent(&mut self, step: &Step<'_>, ended: Option<(&Task, &Reply)>) -> InvariantResult {
        let agrees_to_plaintext = is_plaintext_question(step.asked) && is_yes(step.msg);
        // The setting that turns the keychain off is consent to the file.
        let is_keychain_off = matches!(step.before.findings().keychain.get(), Some(KeychainState::Disabled { .. }));
        let tries_again = *step.msg == Msg::Input(Input::Do(Intent::Retry));
        for effect in step.effects {
            let is_allowed = match effect {
                Effect::Start(_, Task::Save(keep)) => {
                    let is_plain = keep.record.store == StoreKind::File;
                    let has_consent = self.file_was_chosen || agrees_to_plaintext;
                    let was_verified = self.known.contains(&keep.verified) || keep.verified.found_in.is_some();
                    is_decision(step.msg) && was_verified && (!is_plain || has_consent)
                }
                // By itself only the login's own link, once, and where the key that began the login said so.
                Effect::Start(_, Task::OpenLink(link)) => match step.msg {
                    Msg::Input(Input::Do(intent)) => matches!(intent, Intent::Confirm | Intent::Open | Intent::Pick(_)),
                    // In plain mode, a numbered answer replaces the key.
                    Msg::Input(Input::Answer(Answer::Choice(_))) => matches!(step.before.screen(), Screen::Rotate(_)),
                    Msg::Progress(id, Progress::LoginInvitation(ApprovalRequest { link: shown, .. })) => {
                        shown == link && self.opens.take_if(|opens| opens == id).is_some()
                    }
                    Msg::Progress(id, Progress::AuthorizationPending(attempt)) => {
                        attempt.link == *link && self.opens.take_if(|opens| opens == id).is_some()
                    }
                    _ => false,
                },
                // A paste is its own consent: it goes to Notion, and nowhere else.
                Effect::Start(_, Task::Verify(_) | Task::ProbeClient(..) | Task::Exchange(_)) => {
                    is_decision(step.msg)
                        || matches!(step.msg, Msg::Input(Input::Paste(_) | Input::Do(Intent::Retry | Intent::UseExisting | Intent::Send)))
                        // The answer to what was asked for is traded and verified: that was the point of asking.
                        || matches!(ended, Some((_, Ok(TaskOutcome::CodeReceived(_) | TaskOutcome::Exchanged(_)))))
                }
                // Listening is nothing outward: only the person's browser goes anywhere.
                Effect::Start(_, Task::Authorize(_)) => {
                    is_decision(step.msg) || tries_again || matches!(ended, Some((Task::ProbeClient(..), Ok(_))))
                }
                // Once there is a consent page, what is waited for is what was asked for: to ask whether there is a token changes nothing.
                Effect::Start(_, Task::RunStep(run)) => {
                    let is_started = matches!(ended, Some((_, Ok(TaskOutcome::StepRan(StepOutcome::Started(_))))));
                    is_decision(step.msg) || tries_again || (is_started && matches!(**run, StepCommand::AwaitToken { .. }))
                }
                Effect::Print(_) => *step.msg == Msg::Input(Input::Do(Intent::PrintLink)),
                Effect::Start(id, Task::Login(request)) => {
                    self.opens = is_decision(step.msg).then_some(*id);
                    self.ntn_may_use_its_file |= request.use_file && agrees_to_plaintext;
                    let has_consent = self.file_was_chosen || self.ntn_may_use_its_file;
                    (is_decision(step.msg) || tries_again) && (!request.use_file || has_consent)
                }
                Effect::Start(id, Task::AuthorizeMcp(store)) => {
                    let is_plain = *store == StoreKind::File;
                    self.opens = is_decision(step.msg).then_some(*id);
                    self.mcp_may_use_the_file |= is_plain && (agrees_to_plaintext || is_keychain_off);
                    let has_consent = self.file_was_chosen || self.mcp_may_use_the_file;
                    (is_decision(step.msg) || tries_again) && (!is_plain || has_consent)
                }
                // The answer to what was asked for: it came by itself, or was pasted.
                Effect::Start(_, Task::SignInToMcp(approval)) => {
                    let has_consent = self.file_was_chosen || self.mcp_may_use_the_file || approval.store != StoreKind::File;
                    let is_answer = matches!(ended, Some((Task::AuthorizeMcp(_), Ok(_))))
                        || matches!(step.msg, Msg::Input(Input::Paste(_) | Input::Answer(_)));
                    is_answer && has_consent
                }
                Effect::Start(_, Task::Install(_) | Task::LogOut(_) | Task::Send(..) | Task::Rotate(_) | Task::ReplaceLines(_)) => {
                    is_yes(step.msg)
                }
                // The new token of an attempt is checked again once it is known what is left.
                Effect::Start(_, Task::CheckRotation(..)) => {
                    is_decision(step.msg)
                        || tries_again
                        || matches!(step.msg, Msg::Input(Input::Paste(_)))
                        || matches!(ended, Some((_, Ok(TaskOutcome::RotationPlanned(_)))))
                }
                Effect::Start(_, Task::WriteReminder(_)) => *step.msg == Msg::Input(Input::Do(Intent::Reminder)),
                Effect::Start(_, Task::SaveFoundTokens(request)) => {
                    let has_consent = self.file_was_chosen || agrees_to_plaintext || is_keychain_off;
                    is_yes(step.msg) && (request.store != Some(StoreKind::File) || has_consent)
                }
                // The connections are only tried out if no file has to be changed.
                Effect::Start(_, Task::ChangeAgents(change)) => {
                    is_yes(step.msg) || is_decision(step.msg) && change.plans.iter().all(|plan| plan.change().is_none())
                }
                // Notion's answer corrects the account of an entry, and nothing else.
                Effect::Start(_, Task::Identify(..)) => matches!(ended, Some((_, Ok(TaskOutcome::Verified(_))))),
                Effect::Start(_, Task::Switch(_) | Task::CheckRevoked(_)) => is_decision(step.msg) || tries_again,
                Effect::Start(_, Task::Refresh(_)) => *step.msg == Msg::Input(Input::Do(Intent::Refresh)) || tries_again,
                Effect::Start(_, Task::RecordNtnLogin(record)) => {
                    record.store == StoreKind::Ntn && (is_decision(step.msg) || tries_again)
                }
                // A later answer is written once the one before it is; a client, once Notion knows it; a step with a worker, once it is done.
                Effect::Start(_, Task::RememberAnswers(_)) => {
                    // On the runbook this key leaves a step out, which is an answer too.
                    let is_runbook = matches!(step.before.screen(), Screen::Workers(_));
                    is_decision(step.msg)
                        || (is_runbook && *step.msg == Msg::Input(Input::Do(Intent::Right)))
                        || matches!(ended, Some((Task::RememberAnswers(_), _) | (Task::ProbeClient(..), Ok(_))))
                        || matches!(ended, Some((_, Ok(TaskOutcome::StepRan(StepOutcome::Done)))))
                }
                Effect::Copy(_) | Effect::Start(_, Task::Copy(_)) => {
                    // Enter copies a command that no page carries out: that of an answer, or that of a variable of the shell.
                    let has_command = matches!(step.before.screen(), Screen::Question(_) | Screen::Rotate(_));
                    *step.msg == Msg::Input(Input::Do(Intent::Copy)) || (has_command && is_decision(step.msg))
                }
                Effect::Start(
                    _,
                    Task::Probe(_)
                    | Task::CheckRoom(_)
                    | Task::Inspect(_)
                    | Task::WatchReach(_)
                    | Task::FindInstallers
                    | Task::FindManagers
                    | Task::FindHolders(_)
                    | Task::PlanAgents(_)
                    | Task::PrepareRotation(_)
                    | Task::Scan(_)
                    | Task::InspectProject(_),
                )
                | Effect::Cancel(_)
                | Effect::EndWait(_)
                | Effect::Suspend
                | Effect::Quit(_) => true,
            };
            hold(is_allowed, || format!("invariant 6: {:?} did {effect:?}", step.msg))?;
        }
        Ok(())
    }
}

fn hold(is_held: bool, broken: impl FnOnce() -> String) -> InvariantResult {
    if is_held { Ok(()) } else { Err(broken()) }
}

fn is_wait_that_ends(task: &Task) -> bool {
    task.properties().cancellation == Cancellation::EndsWait
}

fn is_decision(msg: &Msg) -> bool {
    matches!(msg, Msg::Input(Input::Do(Intent::Confirm | Intent::Yes | Intent::Pick(_)) | Input::Answer(_)))
}

fn is_yes(msg: &Msg) -> bool {
    matches!(msg, Msg::Input(Input::Do(Intent::Yes) | Input::Answer(Answer::Consent(true))))
}

fn is_plaintext_question(ask: &Prompt) -> bool {
    matches!(ask, Prompt::Consent { id: PromptId::Plaintext, .. })
}

fn silence_after_the_end(step: &Step<'_>) -> InvariantResult {
    hold(step.before.outcome().is_none() || step.is_silent(), || format!("after the end: {:?}", step.effects))
}

/// Invariant 6, for the answers of a file that a repository may have brought along.
fn a_profile_is_used_only_after_a_yes(step: &Step<'_>) -> InvariantResult {
    let used =
        |model: &Model| model.with_ctx(|_, ctx| ctx.team_answers().and(ctx.known_profile()).map(|known| known.digest.clone()));
    let (before, Some(digest)) = (used(step.before), used(step.after)) else { return Ok(()) };
    let was_decided = step.before.with_ctx(|_, ctx| ctx.remembered.decision_about(&digest)) == Some(true);
    let is_allowed = before.as_ref() == Some(&digest) || was_decided || is_decision(step.msg);
    hold(is_allowed, || format!("invariant 6: {:?} used the team's answers", step.msg))
}

/// Each page handles every outcome of the tasks that it starts. A stray reply is of another kind, and is reported as a bug.
fn outcomes_are_expected(step: &Step<'_>, ended: Option<(&Task, &Reply)>) -> InvariantResult {
    let Some((task, Ok(outcome))) = ended else { return Ok(()) };
    let is_of_task = reply_to(task, 1).is_ok_and(|expected| discriminant(&expected) == discriminant(outcome));
    let error = app::error(step.after).filter(|error| app::error(step.before) != Some(*error));
    let is_bug = error.is_some_and(|error| error.code == ProblemCode::Bug);
    hold(!is_of_task || !is_bug, || format!("{outcome:?} of {task:?} was not expected"))
}

fn secrets_stay_masked(step: &Step<'_>) -> InvariantResult {
    masked(&format!("{:?}", step.msg))?;
    masked(&format!("{:?}", step.effects))
}

/// Checks that at most the last four characters of the canary are shown, and no useful run of others.
pub fn masked(text: &str) -> InvariantResult {
    let secret = &CANARY["secret_".len()..];
    let parts = (0..=secret.len() - 5).step_by(4).chain([secret.len() - 5]).map(|at| &secret[at..at + 5]);
    // Every message and effect of every conversation is searched: unlike `contains`, memchr is optimised here.
    match parts.into_iter().find(|part| memchr::memmem::find(text.as_bytes(), part.as_bytes()).is_some()) {
        Some(part) => Err(format!("invariant 7: {part} of the secret stands in {text}")),
        None => Ok(()),
    }
}

pub fn asking_is_complete(is_waiting: bool, is_over: bool, ask: &Prompt) -> InvariantResult {
    match ask {
        Prompt::Busy => hold(is_waiting && !is_over, || "invariant 8: nothing is asked and nothing is pending".to_owned()),
        Prompt::Choice { .. } | Prompt::Text { .. } | Prompt::Consent { .. } => {
            hold(!is_over, || format!("invariant 8: {ask:?} after the end"))
        }
        Prompt::Ended => Ok(()),
    }
}
