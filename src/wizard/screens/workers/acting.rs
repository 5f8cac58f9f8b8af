//! Handles keys and answers on the steps.

use super::choosing::{Choosing, Chosen};
use super::credentials::Form;
use super::live::Run;
use super::{At, WorkersPage};
use crate::domain::catalog::PathId;
use crate::domain::problem::ProblemCode;
use crate::domain::workers::commands::{command, suggested_name};
use crate::domain::workers::{Runbook, Step, StepRun};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Given, Go, Input, Intent, Notice, Route, Task, Transition};

impl WorkersPage {
    pub(super) fn command(&self, step: Step) -> Option<String> {
        command(step, &self.project, self.runbook.as_ref())
    }

    /// Returns the text to copy: the redirect URI if the step needs it, otherwise the command.
    pub(super) fn copied(&self, step: Step) -> Option<String> {
        match step {
            Step::RedirectUrl | Step::Register => self.project.redirect_url.answer().cloned(),
            step => self.command(step),
        }
    }

    pub(super) fn on_looking(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Back) => Transition::back(),
            _ if ctx.is_waiting => Transition::stay(),
            Input::Do(Intent::Confirm) => self.way_out(ctx).unwrap_or_else(|| self.look_as_before(ctx)),
            Input::Do(Intent::Retry) | Input::Answer(Given::Choice(_)) => self.look_as_before(ctx),
            _ => Transition::stay(),
        }
    }

    pub(super) fn on_choosing(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        let At::Choosing(choosing) = &mut self.at else { return Transition::stay() };
        if ctx.is_waiting {
            return Transition::stay();
        }
        match choosing.on_input(input, &self.project) {
            Chosen::NotYet => Transition::stay(),
            // Back returns to the steps if there are any.
            Chosen::GoBack if self.runbook.is_some() => {
                self.at = At::Steps;
                Transition::stay()
            }
            Chosen::GoBack => Transition::back(),
            Chosen::Both { provider, key } => {
                let folder = self.project.folder.clone();
                let chosen = Runbook::of(folder, provider.id.clone(), key);
                self.at = At::Steps;
                self.selected = None;
                if self.runbook.as_ref().is_some_and(|before| before.provider == chosen.provider && before.key == chosen.key) {
                    return Transition::stay();
                }
                self.form = Form::default();
                let remembered = self.remember(chosen);
                Transition { begin: self.look().begin, ..remembered }
            }
        }
    }

    pub(super) fn on_steps(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        if let (Some(link), false) = (self.live_link(ctx).cloned(), *input == Input::Do(Intent::Retry)) {
            return self.on_link(input, link);
        }
        let current = self.current();
        match input {
            Input::Do(Intent::Copy) => return self.copied(current).map_or_else(Transition::stay, Transition::copy),
            Input::Do(Intent::Plain) => return Transition { print: self.copied(current), ..Transition::stay() },
            // A new consent page replaces the one that is pending.
            Input::Do(Intent::Retry) if !ctx.is_waiting || self.live_link(ctx).is_some() => return self.again(),
            Input::Do(Intent::Back) => return Transition::back(),
            _ if ctx.is_waiting => {}
            Input::Do(Intent::Up) => self.step_by(-1),
            Input::Do(Intent::Down) => self.step_by(1),
            Input::Do(Intent::First) => self.step_to(Step::Project),
            Input::Do(Intent::Last) => self.step_to(Step::Token),
            // Selecting a step does not run it.
            Input::Do(Intent::Pick(number)) => {
                if let Some(step) = Step::ALL.get(usize::from(*number).saturating_sub(1)) {
                    self.step_to(*step);
                }
            }
            Input::Answer(Given::Choice(index)) => {
                return Step::ALL.get(*index).map_or_else(Transition::stay, |step| self.take(*step));
            }
            Input::Do(Intent::Confirm) if self.is_at_end() => return Transition { go: Go::Quit, ..Transition::stay() },
            Input::Do(Intent::Confirm) => return self.way_out(ctx).unwrap_or_else(|| self.take(current)),
            Input::Do(Intent::Right) if !self.is_done(current) => return self.skip(current),
            Input::Do(Intent::Open) => return self.open_registration(ctx),
            Input::Do(Intent::Details) => self.at = At::Declaration,
            Input::Do(Intent::Left) => {
                let before = self.runbook.as_ref().map(|runbook| runbook.provider.as_str());
                self.at = At::Choosing(Choosing::beginning_with(before));
            }
            _ => {}
        }
        Transition::stay()
    }

    /// Selects a step and dismisses the result of the last run.
    fn step_to(&mut self, step: Step) {
        self.selected = Some(step);
        self.run = None;
        self.problem = None;
    }

    fn step_by(&mut self, by: isize) {
        let here = Step::ALL.iter().position(|step| *step == self.current()).unwrap_or(0);
        let there = here.saturating_add_signed(by).min(Step::ALL.len() - 1);
        self.step_to(Step::ALL.get(there).copied().unwrap_or(Step::Token));
    }

    /// Returns the page that fixes the current problem, if there is one.
    fn way_out(&self, ctx: &Ctx<'_>) -> Option<Transition> {
        if self.needs_ntn(ctx) {
            return Some(Transition::to(Route::Install));
        }
        self.failed_with(ProblemCode::NtnNotLoggedIn).then(|| Transition::to(Route::Prepare(PathId::Cli)))
    }

    /// Runs a step even if an earlier one is not done, because `ntn` reports it. For a blocked step, inspects the project again.
    fn take(&mut self, step: Step) -> Transition {
        let Some(runbook) = self.runbook.clone() else { return Transition::stay() };
        self.step_to(step);
        if self.is_blocked(step) {
            return self.look();
        }
        let key = runbook.key.clone();
        let name = || suggested_name(&self.project.folder);
        match step {
            Step::Project if self.project.worker_id.is_none() => {
                let name = name();
                self.begin(step, StepRun::Create { name })
            }
            Step::Deploy | Step::Redeploy => {
                let name = self.project.worker_id.is_none().then(name);
                self.begin(step, StepRun::Deploy { name })
            }
            Step::Register => {
                self.selected = None;
                self.remember(runbook.after(step, false))
            }
            Step::Credentials => {
                self.at = At::Credentials;
                Transition::stay()
            }
            Step::Start => self.begin(step, StepRun::Start { key }),
            Step::Token if !self.has_token() => self.begin(step, StepRun::AwaitToken { key }),
            Step::Project | Step::RedirectUrl | Step::Token => self.look(),
        }
    }

    pub(super) fn begin(&mut self, step: Step, run: StepRun) -> Transition {
        self.problem = None;
        self.run = Some(Run::of(step));
        Transition::begin(Task::RunStep(Box::new(run)))
    }

    /// Skips a step, or undoes that; the next open step is selected.
    fn skip(&mut self, step: Step) -> Transition {
        let Some(runbook) = self.runbook.clone() else { return Transition::stay() };
        self.step_to(step);
        let remembered = self.remember(runbook.skipping(step));
        if self.is_skipped(step) {
            self.selected = None;
        }
        remembered
    }

    pub(super) fn look(&mut self) -> Transition {
        self.problem = None;
        self.asked = self.runbook.as_ref().map(|runbook| runbook.key.clone());
        Transition::begin(Task::LookAtProject(self.asked.clone()))
    }

    /// Inspects the folder, which is not known yet, with the key of the latest runbook.
    pub(super) fn look_at_latest(&mut self, ctx: &Ctx<'_>) -> Task {
        self.asked = ctx.ledger.told.runbooks.last().map(|runbook| runbook.key.clone());
        Task::LookAtProject(self.asked.clone())
    }

    /// Repeats a failed first inspection.
    fn look_as_before(&mut self, ctx: &Ctx<'_>) -> Transition {
        self.problem = None;
        Transition::begin(self.look_at_latest(ctx))
    }

    /// Runs a failed step again; otherwise inspects folder and `ntn` again.
    fn again(&mut self) -> Transition {
        match self.run.take() {
            Some(run) if run.link.is_some() => self.take(Step::Start),
            Some(run) if run.step == Step::Credentials => self.submit(),
            Some(run) => self.take(run.step),
            None => self.look(),
        }
    }

    /// Opens the provider's registration page. The demo opens no page outside this machine.
    pub(super) fn open_registration(&self, ctx: &Ctx<'_>) -> Transition {
        match self.registration_page() {
            _ if ctx.setup.demo.is_some() => Transition::say("The demo opens no page outside this machine."),
            Some(link) => Transition { notice: Some(Notice::plain("Opening the page.")), ..Transition::begin(Task::Open(link)) },
            None => Transition::say("This service has no page that serves everybody: its documentation says where to register."),
        }
    }
}
