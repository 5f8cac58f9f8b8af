//! Handles keys and answers on the steps.

use super::credentials::CredentialsForm;
use super::provider_choice::{ChoiceResult, ProviderChoice};
use super::running_step::RunningStep;
use super::{View, WorkersPage};
use crate::domain::auth_path::AuthMethod;
use crate::domain::problem::ProblemCode;
use crate::domain::workers::commands::{step_command, suggested_worker_name};
use crate::domain::workers::{Runbook, StepCommand, WorkerStep};
use crate::wizard::context::Ctx;
use crate::wizard::kit::MenuEvent;
use crate::wizard::msg::{Answer, Input, Intent, Route, Task, Transition};

impl WorkersPage {
    pub(super) fn command(&self, step: WorkerStep) -> Option<String> {
        step_command(step, &self.project, self.runbook.as_ref())
    }

    /// Returns the text to copy: the redirect URI if the step needs it, otherwise the command.
    pub(super) fn copy_text(&self, step: WorkerStep) -> Option<String> {
        match step {
            WorkerStep::RedirectUrl | WorkerStep::Register => self.project.redirect_url.answer().cloned(),
            step => self.command(step),
        }
    }

    pub(super) fn on_loading(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Back) => Transition::back(),
            _ if ctx.is_waiting => Transition::stay(),
            Input::Do(Intent::Confirm) => self.remedy_page(ctx).unwrap_or_else(|| self.retry_first_inspection(ctx)),
            Input::Do(Intent::Retry) | Input::Answer(Answer::Choice(_)) => self.retry_first_inspection(ctx),
            _ => Transition::stay(),
        }
    }

    pub(super) fn on_provider_choice(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        let View::ProviderChoice(choosing) = &mut self.view else { return Transition::stay() };
        if ctx.is_waiting {
            return Transition::stay();
        }
        match choosing.on_input(input, &self.project) {
            ChoiceResult::Pending => Transition::stay(),
            // Back returns to the steps if there are any.
            ChoiceResult::Back if self.runbook.is_some() => {
                self.view = View::Steps;
                Transition::stay()
            }
            ChoiceResult::Back => Transition::back(),
            ChoiceResult::Complete { provider, key } => {
                let folder = self.project.folder.clone();
                let chosen = Runbook::new(folder, provider.id.clone(), key);
                self.view = View::Steps;
                self.selected = None;
                if self.runbook.as_ref().is_some_and(|before| before.provider == chosen.provider && before.key == chosen.key) {
                    return Transition::stay();
                }
                self.form = CredentialsForm::default();
                let remembered = self.remember(chosen);
                Transition { start: self.reload().start, ..remembered }
            }
        }
    }

    pub(super) fn on_steps(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        let link = self.link_actions(ctx);
        if let (Some(link), Some(run)) = (&link, &mut self.run)
            && *input != Input::Do(Intent::Retry)
        {
            return link.on_input(&mut run.shows_qr, input).unwrap_or_default();
        }
        let current = self.current();
        match input {
            Input::Do(Intent::Copy) => return self.copy_text(current).map_or_else(Transition::stay, Transition::copy),
            Input::Do(Intent::PrintLink) => return self.copy_text(current).map_or_else(Transition::stay, Transition::print),
            // A new consent page replaces the one that is pending.
            Input::Do(Intent::Retry) if !ctx.is_waiting || link.is_some() => return self.retry(),
            Input::Do(Intent::Back) => return Transition::back(),
            _ if ctx.is_waiting => {}
            Input::Answer(Answer::Choice(index)) => {
                return WorkerStep::ALL.get(*index).map_or_else(Transition::stay, |step| self.run_step(*step));
            }
            Input::Do(Intent::Confirm) if self.is_complete() => return Transition::quit(),
            Input::Do(Intent::Confirm) => return self.remedy_page(ctx).unwrap_or_else(|| self.run_step(current)),
            Input::Do(Intent::Right) if !self.is_done(current) => return self.toggle_skip(current),
            Input::Do(Intent::Open) => return self.open_registration(ctx),
            Input::Do(Intent::Details) => self.view = View::Declaration,
            Input::Do(Intent::Left) => {
                let before = self.runbook.as_ref().map(|runbook| runbook.provider.as_str());
                self.view = View::ProviderChoice(ProviderChoice::with_provider(before));
            }
            // Selecting a step does not run it.
            input => {
                let mut selected = WorkerStep::ALL.iter().position(|step| *step == current).unwrap_or(0);
                if let MenuEvent::Handled(_) = self.menu().with_every_item_enabled().on_input(&mut selected, input) {
                    self.select_step(WorkerStep::ALL.get(selected).copied().unwrap_or(WorkerStep::Token));
                }
            }
        }
        Transition::stay()
    }

    /// Selects a step and dismisses the result of the last run.
    fn select_step(&mut self, step: WorkerStep) {
        self.selected = Some(step);
        self.run = None;
        self.problem = None;
    }

    /// Returns the page that fixes the current problem, if there is one.
    fn remedy_page(&self, ctx: &Ctx<'_>) -> Option<Transition> {
        if self.needs_ntn(ctx) {
            return Some(Transition::to(Route::Install));
        }
        self.failed_with(ProblemCode::NtnNotLoggedIn).then(|| Transition::to(Route::Prepare(AuthMethod::BrowserLogin.path())))
    }

    /// Runs a step even if an earlier one is not done, because `ntn` reports it. For a blocked step, inspects the project again.
    fn run_step(&mut self, step: WorkerStep) -> Transition {
        let Some(runbook) = self.runbook.clone() else { return Transition::stay() };
        self.select_step(step);
        if self.is_blocked(step) {
            return self.reload();
        }
        let key = runbook.key.clone();
        let name = || suggested_worker_name(&self.project.folder);
        match step {
            WorkerStep::Project if self.project.worker_id.is_none() => {
                let name = name();
                self.start(step, StepCommand::Create { name })
            }
            WorkerStep::Deploy | WorkerStep::Redeploy => {
                let name = self.project.worker_id.is_none().then(name);
                self.start(step, StepCommand::Deploy { name })
            }
            WorkerStep::Register => {
                self.selected = None;
                self.remember(runbook.with_completed(step, false))
            }
            WorkerStep::Credentials => {
                self.view = View::Credentials;
                Transition::stay()
            }
            WorkerStep::Start => self.start(step, StepCommand::Start { key }),
            WorkerStep::Token if !self.has_token() => self.start(step, StepCommand::AwaitToken { key }),
            WorkerStep::Project | WorkerStep::RedirectUrl | WorkerStep::Token => self.reload(),
        }
    }

    pub(super) fn start(&mut self, step: WorkerStep, run: StepCommand) -> Transition {
        self.problem = None;
        self.run = Some(RunningStep::new(step));
        Transition::start(Task::RunStep(Box::new(run)))
    }

    /// Skips a step, or undoes that; the next open step is selected.
    fn toggle_skip(&mut self, step: WorkerStep) -> Transition {
        let Some(runbook) = self.runbook.clone() else { return Transition::stay() };
        self.select_step(step);
        let remembered = self.remember(runbook.with_skip_toggled(step));
        if self.is_skipped(step) {
            self.selected = None;
        }
        remembered
    }

    pub(super) fn reload(&mut self) -> Transition {
        self.problem = None;
        self.inspected_key = self.runbook.as_ref().map(|runbook| runbook.key.clone());
        Transition::start(Task::InspectProject(self.inspected_key.clone()))
    }

    /// Inspects the folder, which is not known yet, with the key of the latest runbook.
    pub(super) fn inspect_latest(&mut self, ctx: &Ctx<'_>) -> Task {
        self.inspected_key = ctx.remembered.runbooks.last().map(|runbook| runbook.key.clone());
        Task::InspectProject(self.inspected_key.clone())
    }

    /// Repeats a failed first inspection.
    fn retry_first_inspection(&mut self, ctx: &Ctx<'_>) -> Transition {
        self.problem = None;
        Transition::start(self.inspect_latest(ctx))
    }

    /// Runs a failed step again; otherwise inspects folder and `ntn` again.
    fn retry(&mut self) -> Transition {
        match self.run.take() {
            Some(run) if run.link.is_some() => self.run_step(WorkerStep::Start),
            Some(run) if run.step == WorkerStep::Credentials => self.submit(),
            Some(run) => self.run_step(run.step),
            None => self.reload(),
        }
    }

    /// Opens the provider's registration page. The demo opens no page outside this machine.
    pub(super) fn open_registration(&self, ctx: &Ctx<'_>) -> Transition {
        match self.registration_page() {
            _ if ctx.setup.demo.is_some() => Transition::notify("The demo doesn't open pages outside this machine."),
            Some(link) => Transition::open(link),
            None => Transition::stay(),
        }
    }
}
