//! Handles the results of inspections and steps, and remembers the runbook.

use super::choosing::Choosing;
use super::credentials::Form;
use super::{At, WorkersPage};
use crate::domain::credential::Told;
use crate::domain::problem::Problem;
use crate::domain::workers::provider::provider;
use crate::domain::workers::{Project, Runbook, Said, Step, StepRan, StepRun, TokenState};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Task, Transition};

impl WorkersPage {
    pub(super) fn remember(&mut self, runbook: Runbook) -> Transition {
        self.runbook = Some(runbook.clone());
        Transition { remember: Some(Box::new(Told::runbook(runbook))), ..Transition::stay() }
    }

    pub(super) fn looked(&mut self, answer: Result<Project, Problem>, ctx: &Ctx<'_>) -> Transition {
        match answer {
            Err(problem) => self.problem = Some(problem),
            Ok(project) => {
                let is_first = self.at == At::Looking;
                if is_first {
                    let told = ctx.ledger.told.runbook_of(&project.folder);
                    self.runbook = told.filter(|told| provider(&told.provider).is_some()).cloned();
                    self.at = match &self.runbook {
                        Some(_) => At::Steps,
                        None => At::Choosing(Choosing::beginning_with(None)),
                    };
                }
                self.project = project;
                // The inspection used another folder's key, so it says nothing about this one's token.
                let key = self.runbook.as_ref().map(|runbook| &runbook.key);
                if is_first && key.is_some() && key != self.asked.as_ref() {
                    self.project.token = Said::NotAsked;
                    return self.look();
                }
            }
        }
        Transition::stay()
    }

    pub(super) fn ran(&mut self, answer: Result<StepRan, Problem>) -> Transition {
        let (Some(runbook), Some(run)) = (self.runbook.clone(), &mut self.run) else { return Transition::stay() };
        match answer {
            Err(problem) => {
                run.shows_qr = false;
                self.problem = Some(problem);
                Transition::stay()
            }
            Ok(StepRan::Started(link)) => {
                (run.step, run.link) = (Step::Token, Some(link));
                Transition::begin(Task::RunStep(Box::new(StepRun::AwaitToken { key: runbook.key })))
            }
            Ok(StepRan::Token(state)) => {
                run.shows_qr = false;
                run.was_in_vain = state == TokenState::Absent;
                if !run.was_in_vain {
                    self.run = None;
                    self.selected = None;
                }
                self.project.token = Said::Answer(state);
                Transition::stay()
            }
            Ok(StepRan::Done) => {
                let step = run.step;
                let after = runbook.clone().after(step, self.is_done(Step::Credentials));
                self.run = None;
                self.selected = None;
                if step == Step::Credentials {
                    self.form = Form::default();
                }
                let remembered = if after == runbook { Transition::stay() } else { self.remember(after) };
                Transition { begin: self.look().begin, ..remembered }
            }
        }
    }
}
