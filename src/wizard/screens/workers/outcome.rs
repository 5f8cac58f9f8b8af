//! What becomes of a look and of a step: what is known afterwards, and what of it is remembered.

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
        let told = Told { runbook: Some(runbook), ..Told::default() };
        Transition { remember: Some(Box::new(told)), ..Transition::stay() }
    }

    pub(super) fn looked(&mut self, answer: Result<Project, Problem>, ctx: &Ctx<'_>) -> Transition {
        match answer {
            Err(problem) => self.problem = Some(problem),
            Ok(project) => {
                if self.at == At::Looking {
                    let told = ctx.ledger.told.runbook.clone();
                    self.runbook = told.filter(|told| told.folder == project.folder && provider(&told.provider).is_some());
                    self.at = match &self.runbook {
                        Some(_) => At::Steps,
                        None => At::Choosing(Choosing::beginning_with(None)),
                    };
                }
                self.project = project;
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
                let redeployed = match run.step {
                    Step::Redeploy => true,
                    Step::Deploy => runbook.redeployed || self.is_done(Step::Credentials),
                    // What is stored now is not bound yet.
                    Step::Credentials => false,
                    _ => runbook.redeployed,
                };
                if self.run.take().is_some_and(|run| run.step == Step::Credentials) {
                    self.form = Form::default();
                }
                self.selected = None;
                let after = Runbook { redeployed, ..runbook.clone() };
                let remembered = if after == runbook { Transition::stay() } else { self.remember(after) };
                Transition { begin: self.look().begin, ..remembered }
            }
        }
    }
}
