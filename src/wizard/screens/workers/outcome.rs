//! Handles the results of inspections and steps, and remembers the runbook.

use super::credentials::CredentialsForm;
use super::provider_choice::ProviderChoice;
use super::{View, WorkersPage};
use crate::domain::credentials::RememberedAnswers;
use crate::domain::workers::provider::provider;
use crate::domain::workers::{NtnAnswer, ProviderTokenState, Runbook, StepCommand, StepOutcome, WorkerProject, WorkerStep};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Task, Transition};

impl WorkersPage {
    pub(super) fn remember(&mut self, runbook: Runbook) -> Transition {
        self.runbook = Some(runbook.clone());
        Transition { remember: Some(Box::new(RememberedAnswers::from_runbook(runbook))), ..Transition::stay() }
    }

    pub(super) fn on_project(&mut self, project: WorkerProject, ctx: &Ctx<'_>) -> Transition {
        let is_first = self.view == View::Loading;
        if is_first {
            let remembered = ctx.remembered.runbook_for(&project.folder);
            self.runbook = remembered.filter(|runbook| provider(&runbook.provider).is_some()).cloned();
            self.view = match &self.runbook {
                Some(_) => View::Steps,
                None => View::ProviderChoice(ProviderChoice::with_provider(None)),
            };
        }
        self.project = project;
        // The inspection used another folder's key, so it says nothing about this one's token.
        let key = self.runbook.as_ref().map(|runbook| &runbook.key);
        if is_first && key.is_some() && key != self.inspected_key.as_ref() {
            self.project.token = NtnAnswer::NotAsked;
            return self.reload();
        }
        Transition::stay()
    }

    pub(super) fn on_step_outcome(&mut self, outcome: StepOutcome) -> Transition {
        let (Some(runbook), Some(run)) = (self.runbook.clone(), &mut self.run) else { return Transition::stay() };
        match outcome {
            StepOutcome::Started(link) => {
                (run.step, run.link) = (WorkerStep::Token, Some(link));
                Transition::start(Task::RunStep(Box::new(StepCommand::AwaitToken { key: runbook.key })))
            }
            StepOutcome::Token(state) => {
                run.shows_qr = false;
                run.timed_out = state == ProviderTokenState::Absent;
                if !run.timed_out {
                    self.run = None;
                    self.selected = None;
                }
                self.project.token = NtnAnswer::Answer(state);
                Transition::stay()
            }
            StepOutcome::Done => {
                let step = run.step;
                let after = runbook.clone().with_completed(step, self.is_done(WorkerStep::Credentials));
                self.run = None;
                self.selected = None;
                if step == WorkerStep::Credentials {
                    self.form = CredentialsForm::default();
                }
                let remembered = if after == runbook { Transition::stay() } else { self.remember(after) };
                Transition { start: self.reload().start, ..remembered }
            }
        }
    }
}
