//! What can be done after a rotation.

use super::{RotatePage, RotatePhase};
use crate::domain::credentials::revoke_path;
use crate::domain::link::Link;
use crate::domain::rotation::{OtherHolder, RotationOutcome, left_steps};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Answer, Input, Intent, Route, Task, Transition};

/// A step after the rotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NextStep {
    /// Leads to the page that connects agents.
    Agents,
    /// Copies the command with which a person sets a variable.
    CopyCommand(String),
    OpenPage,
    TryAgain,
    /// Asks Notion if it refuses the old token.
    Prove,
    Back,
}

impl RotatePage {
    pub(super) fn on_finished(&mut self, outcome: &RotationOutcome, input: &Input, ctx: &Ctx<'_>) -> Transition {
        let choice = match input {
            Input::Do(Intent::Confirm) => Some(0),
            Input::Answer(Answer::Choice(index)) => Some(*index),
            _ => None,
        };
        let chosen = choice.and_then(|index| self.next_steps(outcome, ctx).into_iter().nth(index)).map(|(step, _)| step);
        match (chosen, input) {
            (Some(NextStep::CopyCommand(command)), _) => Transition::copy(&command),
            (Some(NextStep::OpenPage), _) | (None, Input::Do(Intent::Open)) => self.open_revoke_page(ctx),
            (Some(NextStep::Prove), _) => self.prove(),
            (None, Input::Do(Intent::Retry)) if outcome.is_confirmed() => self.prove(),
            (Some(NextStep::TryAgain), _) | (None, Input::Do(Intent::Retry)) => self.try_again(outcome),
            (Some(NextStep::Agents), _) | (None, Input::Do(Intent::Agents)) => Transition::to(Route::Agents),
            (Some(NextStep::Back), _) | (None, Input::Do(Intent::Back)) => self.leave(),
            (None, Input::Do(Intent::Copy)) => {
                let link = Self::revoke_link(outcome, ctx);
                link.map_or_else(Transition::stay, |link| Transition::copy(link.as_str()))
            }
            (None, Input::Do(Intent::PrintLink)) => {
                let link = Self::revoke_link(outcome, ctx);
                link.map_or_else(Transition::stay, |link| Transition::print(link.as_str()))
            }
            _ => Transition::stay(),
        }
    }

    pub(super) fn revoke_link(outcome: &RotationOutcome, ctx: &Ctx<'_>) -> Option<Link> {
        ctx.revocation_link(revoke_path(&outcome.record))
    }

    pub(super) fn open_revoke_page(&self, ctx: &Ctx<'_>) -> Transition {
        let RotatePhase::Finished(outcome) = &self.phase else { return Transition::stay() };
        Self::revoke_link(outcome, ctx).map_or_else(Transition::stay, Transition::open)
    }

    pub(super) fn prove(&mut self) -> Transition {
        (self.problem, self.is_finding_holders) = (None, false);
        self.old.clone().map_or_else(Transition::stay, |old| Transition::start(Task::CheckRevoked(old)))
    }

    /// Compares the other places with the old token or, if that is not known, with the new one.
    pub(super) fn find_holders(&mut self) -> Transition {
        let Some(token) = self.old.clone().or_else(|| self.token.clone()) else { return Transition::stay() };
        (self.problem, self.is_finding_holders) = (None, true);
        Transition::start(Task::FindHolders(token))
    }

    /// Goes on with what is left, with the same new token.
    fn try_again(&mut self, outcome: &RotationOutcome) -> Transition {
        self.record = outcome.record.clone();
        self.prepare()
    }

    /// Returns what can be done after the rotation, with its label in plain mode. The main step is the one that the page names first.
    pub(super) fn next_steps(&self, outcome: &RotationOutcome, ctx: &Ctx<'_>) -> Vec<(NextStep, &'static str)> {
        let can_prove = self.old.is_some() && outcome.is_confirmed() && self.is_revoked != Some(true);
        let is_revoked = self.is_revoked == Some(true);
        let holder = Self::holder_step(outcome, ctx).filter(|_| outcome.is_confirmed() && !is_revoked);
        let steps = [
            (outcome.can_revoke() && !is_revoked, (NextStep::OpenPage, "Open the page where you revoke the old token")),
            (!outcome.is_confirmed(), (NextStep::TryAgain, "Try again with what is left")),
            (can_prove, (NextStep::Prove, "Check that Notion refuses the old token")),
            (true, (NextStep::Back, "Back")),
        ];
        holder.into_iter().chain(steps.into_iter().filter_map(|(is_possible, step)| is_possible.then_some(step))).collect()
    }

    /// Returns the step for the first place that has, or may have, the old token. A variable is the shell's, so its command can only be copied.
    fn holder_step(outcome: &RotationOutcome, ctx: &Ctx<'_>) -> Option<(NextStep, &'static str)> {
        let needed = outcome.others.iter().find(|other| other.needs_old())?;
        match needed {
            OtherHolder::AgentFile { .. } => Some((NextStep::Agents, "Connect the agent without a token in its file")),
            OtherHolder::Variable { .. } => {
                let command = left_steps(outcome, ctx.setup.shell_syntax).into_iter().find(|step| step.is_needed)?.command;
                Some((NextStep::CopyCommand(command), "Copy the command that sets the variable"))
            }
        }
    }
}
