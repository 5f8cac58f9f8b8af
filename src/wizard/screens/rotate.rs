//! Replaces a saved token with a new one: the new one is entered and checked, what both can do is compared, everything that holds the old one
//! is shown, and nothing is replaced without consent. The old token is revoked last, and its revocation can be proven.

mod entry;
mod finished;
mod view;

use super::Page;
use crate::domain::auth_path::AuthPath;
use crate::domain::credentials::{CredentialRecord, revoke_path, workspace_name};
use crate::domain::problem::Problem;
use crate::domain::rotation::{
    HeldToken, OtherHolder, ReachVerdict, RotationCheck, RotationOutcome, RotationPlan, RotationRequest,
};
use crate::domain::secret::Secret;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{Actions, Consent, ExpiryChoice, Menu, TokenInput};
use crate::wizard::msg::{
    Answer, Choice, Input, Intent, Mode, Navigation, Progress, Prompt, PromptId, Reply, Task, TaskOutcome, Transition, problem_of,
};
use crate::wizard::theme::Theme;
use crate::wizard::widgets::output_log::OutputLog;
use crate::wizard::widgets::sheet::Sheet;
use finished::NextStep;

#[derive(Clone, Debug, PartialEq)]
enum RotatePhase {
    /// The places that hold the old token are being looked up.
    Preparing,
    /// The new token is entered, or Notion is being asked about it.
    Entering,
    /// The new token and the plan are shown.
    Reviewing(Box<RotationCheck>),
    /// The new token and the plan are shown, and the question is open.
    AwaitingConsent(Box<RotationCheck>),
    Replacing(Box<RotationCheck>),
    Finished(Box<RotationOutcome>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct RotatePage {
    record: CredentialRecord,
    phase: RotatePhase,
    plan: Option<Box<RotationPlan>>,
    input: TokenInput,
    expiry: ExpiryChoice,
    /// The token of the last attempt, which another attempt checks at once.
    token: Option<Secret>,
    /// The token that was replaced, whose revocation can be proven.
    old: Option<Secret>,
    /// Notion's answer about the old token: true if it is refused.
    is_revoked: Option<bool>,
    /// The places that hold the old token are looked up again.
    is_finding_holders: bool,
    output: OutputLog,
    problem: Option<Problem>,
    /// The demo's next example.
    next_example: usize,
}

impl RotatePage {
    pub fn open(record: Box<CredentialRecord>) -> (Self, Task) {
        let page = Self {
            record: (*record).clone(),
            phase: RotatePhase::Preparing,
            plan: None,
            input: TokenInput::default(),
            expiry: ExpiryChoice::default(),
            token: None,
            old: None,
            is_revoked: None,
            is_finding_holders: false,
            output: OutputLog::default(),
            problem: None,
            next_example: 0,
        };
        (page, Task::PrepareRotation(record))
    }

    fn name(&self) -> &str {
        workspace_name(&self.record)
    }

    /// The path whose portal creates such a token.
    fn portal_path(&self) -> AuthPath {
        revoke_path(&self.record)
    }

    fn prepare(&mut self) -> Transition {
        self.phase = RotatePhase::Preparing;
        self.problem = None;
        Transition::start(Task::PrepareRotation(Box::new(self.record.clone())))
    }

    fn check(&mut self, token: Secret) -> Transition {
        let Some(plan) = self.plan.clone() else { return Transition::stay() };
        self.problem = None;
        self.token = Some(token.clone());
        Transition::start(Task::CheckRotation(plan, token))
    }

    fn on_reviewing(&mut self, check: Box<RotationCheck>, input: &Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Confirm) | Input::Answer(Answer::Choice(0)) => {
                self.problem = None;
                self.phase = RotatePhase::AwaitingConsent(check);
            }
            Input::Do(Intent::Back) | Input::Answer(Answer::Choice(_)) => {
                self.problem = None;
                self.phase = RotatePhase::Entering;
            }
            Input::Do(Intent::Left) => self.expiry.change(-1, ctx.setup.today),
            Input::Do(Intent::Right) => self.expiry.change(1, ctx.setup.today),
            Input::Answer(Answer::Day(day)) => self.expiry = ExpiryChoice(*day),
            _ => {}
        }
        Transition::stay()
    }

    /// Leads back to the list, which is searched again if something has changed.
    fn leave(&self) -> Transition {
        match &self.phase {
            RotatePhase::Finished(outcome) if outcome.is_saved() => {
                Transition { navigation: Navigation::SignedIn, ..Transition::stay() }
            }
            _ => Transition::back(),
        }
    }
}

impl Page for RotatePage {
    /// A rotation is beside the steps.
    fn has_steps(&self) -> bool {
        false
    }

    /// The agents may have been connected meanwhile.
    fn on_return(&mut self, _ctx: &Ctx<'_>) -> Transition {
        let RotatePhase::Finished(outcome) = &self.phase else { return Transition::stay() };
        let has_agent = outcome.others.iter().any(|other| matches!(other, OtherHolder::AgentFile { .. }));
        if has_agent { self.find_holders() } else { Transition::stay() }
    }

    fn mode(&self) -> Mode {
        if self.phase == RotatePhase::Entering { self.input.mode() } else { Mode::Normal }
    }

    fn keeps_pastes(&self) -> bool {
        true
    }

    fn consent(&self, _ctx: &Ctx<'_>) -> Option<Consent> {
        let RotatePhase::AwaitingConsent(check) = &self.phase else { return None };
        let question = match check.verdict() {
            ReachVerdict::Less => "The new token can do less. Replace the old one everywhere?",
            _ if check.is_saved => "Continue with what is left?",
            _ => "Replace the old token everywhere?",
        };
        Some(Consent::new(PromptId::Rotate, question, "replace", "not now"))
    }

    fn on_consent(&mut self, agreed: bool, ctx: &Ctx<'_>) -> Transition {
        let RotatePhase::AwaitingConsent(check) = self.phase.clone() else { return Transition::stay() };
        let Some(plan) = self.plan.clone().filter(|_| agreed) else {
            self.phase = RotatePhase::Reviewing(check);
            return Transition::stay();
        };
        self.output.clear();
        // A rotation that is continued no longer finds the old token in the store.
        if !check.is_saved {
            self.old.clone_from(&plan.old.secret);
        }
        self.phase = RotatePhase::Replacing(check.clone());
        let request = RotationRequest { plan: *plan, check: *check, expires_on: self.expiry.0, today: ctx.setup.today };
        Transition::start(Task::Rotate(Box::new(request)))
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match (self.phase.clone(), &input) {
            (RotatePhase::Entering, _) => self.on_entering(&input, ctx),
            (RotatePhase::Reviewing(check), _) => self.on_reviewing(check, &input, ctx),
            (RotatePhase::Finished(outcome), _) if !ctx.is_waiting => self.on_finished(&outcome, &input, ctx),
            (RotatePhase::Preparing, Input::Do(Intent::Back)) => self.leave(),
            // If the time limit has passed, another inspection shows what was replaced by then.
            (RotatePhase::Preparing | RotatePhase::Replacing(_), Input::Do(Intent::Retry) | Input::Answer(Answer::Choice(_)))
                if !ctx.is_waiting =>
            {
                self.prepare()
            }
            (RotatePhase::Replacing(_), Input::Do(Intent::Back)) if !ctx.is_waiting => self.leave(),
            _ => Transition::stay(),
        }
    }

    fn on_progress(&mut self, progress: Progress, _ctx: &Ctx<'_>) -> Transition {
        if let Progress::OutputLine(line) = progress {
            self.output.push(line);
        }
        Transition::stay()
    }

    fn on_reply(&mut self, _task: &Task, reply: Reply, _ctx: &Ctx<'_>) -> Transition {
        match reply {
            Ok(TaskOutcome::RotationPlanned(plan)) => {
                self.plan = Some(plan);
                self.phase = RotatePhase::Entering;
                if let Some(token) = self.token.take() {
                    return self.check(token);
                }
            }
            Ok(TaskOutcome::RotationChecked(check)) => self.phase = RotatePhase::Reviewing(check),
            Ok(TaskOutcome::Rotated(outcome)) => {
                // A rotation that this page continues can't compare with the old token, which the page still has.
                let can_compare = self.old.is_some() && outcome.others.iter().any(|other| other.token() == HeldToken::Unknown);
                self.phase = RotatePhase::Finished(outcome);
                if can_compare {
                    return self.find_holders();
                }
            }
            Ok(TaskOutcome::RevocationChecked(is_revoked)) => self.is_revoked = Some(is_revoked),
            Ok(TaskOutcome::HoldersFound(others)) => {
                let is_continued = self.old.is_none();
                if let RotatePhase::Finished(outcome) = &mut self.phase {
                    outcome.others = others.iter().filter_map(|other| other.to_report(is_continued)).collect();
                }
            }
            reply => {
                if self.phase == RotatePhase::Entering {
                    self.input.on_refusal();
                    self.token = None;
                }
                self.problem = Some(problem_of(reply));
            }
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        view::sheet(self, ctx, theme)
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        match &self.phase {
            RotatePhase::Entering => match self.input.choice() {
                Some(choice) => choice.prompt(),
                None => Prompt::Text { id: PromptId::Token, prompt: "Paste the new token".into() },
            },
            RotatePhase::Reviewing(_) | RotatePhase::AwaitingConsent(_) => {
                let items = vec![Choice::new("Replace the old token", ""), Choice::new("Enter another token", "")];
                Menu::new(PromptId::Continue, "The new token was checked.", items).prompt()
            }
            RotatePhase::Finished(outcome) => {
                let items = self.next_steps(outcome, ctx).into_iter().map(|(_, label)| Choice::new(label, "")).collect();
                let prompt = if outcome.is_saved() { "The token was replaced." } else { "The token was not replaced." };
                Menu::new(PromptId::Finished, prompt, items).prompt()
            }
            RotatePhase::Preparing | RotatePhase::Replacing(_) => {
                Menu::new(PromptId::Continue, "What now?", vec![Choice::new("Try again", "")]).prompt()
            }
        }
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        if ctx.is_waiting {
            return Actions::only_back("stop");
        }
        match &self.phase {
            RotatePhase::Preparing | RotatePhase::Replacing(_) => Actions::new().main(Intent::Retry, "try again").back("back"),
            RotatePhase::Entering => self.entry_actions(ctx),
            RotatePhase::Reviewing(_) | RotatePhase::AwaitingConsent(_) => {
                Actions::enter("replace").back("other token").key(Intent::Right, "expiry").in_help(Intent::Left, "expiry")
            }
            RotatePhase::Finished(outcome) => {
                let steps = self.next_steps(outcome, ctx);
                let label = match steps.first() {
                    Some((NextStep::Agents, _)) => "agents",
                    Some((NextStep::CopyCommand(_), _)) => "copy command",
                    Some((NextStep::OpenPage, _)) => "revoke page",
                    Some((NextStep::TryAgain, _)) => "try again",
                    Some((NextStep::Prove, _)) => "check",
                    Some((NextStep::Back, _)) | None => "back",
                };
                let retry = if outcome.is_confirmed() { NextStep::Prove } else { NextStep::TryAgain };
                let can_retry = steps.iter().any(|(step, _)| *step == retry);
                let actions = Actions::enter(label).back("back");
                let retry_label = if outcome.is_confirmed() { "check" } else { "try again" };
                let actions = actions.key_if(can_retry, Intent::Retry, retry_label);
                let is_saved = outcome.is_saved();
                let has_agent = outcome.others.iter().any(|other| matches!(other, OtherHolder::AgentFile { .. }));
                actions
                    .key_if(is_saved && has_agent, Intent::Agents, "agents")
                    .key_if(is_saved, Intent::Open, "revoke page")
                    .key_if(is_saved, Intent::Copy, "copy link")
                    .key_if(is_saved, Intent::PrintLink, "print link")
            }
        }
    }

    fn back_cancels_wait(&self) -> bool {
        true
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    fn exit_message(&self) -> Option<String> {
        let RotatePhase::Finished(outcome) = &self.phase else { return None };
        outcome.is_saved().then(|| {
            let left = if outcome.is_confirmed() { "" } else { " Not every place has it yet: run notion-auth rotate again." };
            format!("The token of {} was replaced.{left}", self.name())
        })
    }

    /// Notion shows a new token once, so leaving would lose it.
    fn has_unsaved_credential(&self) -> bool {
        match &self.phase {
            RotatePhase::Reviewing(check) | RotatePhase::AwaitingConsent(check) | RotatePhase::Replacing(check) => !check.is_saved,
            RotatePhase::Finished(outcome) => !outcome.is_saved(),
            RotatePhase::Preparing | RotatePhase::Entering => false,
        }
    }
}
