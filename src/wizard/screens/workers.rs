//! The Workers runbook: its steps in order, each with its command, run live through `ntn`.
//!
//! `ntn` tells which steps are done; only the provider, its registration and the second deployment are remembered.

mod actions;
mod credentials;
mod declaration;
mod details;
mod outcome;
mod provider_choice;
mod running_step;
mod steps;

use super::{Page, Stage};
use crate::domain::link::Link;
use crate::domain::machine::NtnState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::workers::progress::{StepState, progress};
use crate::domain::workers::provider::{Provider, provider};
use crate::domain::workers::{ProviderTokenState, Runbook, WorkerProject, WorkerStep};
use crate::wizard::context::Ctx;
use crate::wizard::kit::{self, Actions, Consent, LinkActions, Menu};
use crate::wizard::msg::{
    Choice, Input, Intent, Mode, Progress, Prompt, PromptId, Reply, Task, TaskOutcome, Transition, problem_of,
};
use crate::wizard::theme::Theme;
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use credentials::CredentialsForm;
use provider_choice::ProviderChoice;
use running_step::RunningStep;

/// The current view of the page.
#[derive(Clone, Debug, PartialEq)]
enum View {
    /// The worker's state is not known yet.
    Loading,
    /// The choice of a provider and its key.
    ProviderChoice(ProviderChoice),
    Steps,
    /// The declaration for the worker's source.
    Declaration,
    Credentials,
    /// Consent to credentials in arguments.
    ArgumentsConsent,
}

#[derive(Clone, Debug, PartialEq)]
pub struct WorkersPage {
    view: View,
    project: WorkerProject,
    runbook: Option<Runbook>,
    /// The key whose token the last inspection asked about.
    inspected_key: Option<String>,
    /// The step that the user selected; otherwise the next one.
    selected: Option<WorkerStep>,
    form: CredentialsForm,
    /// The running step, or the last one if it failed.
    run: Option<RunningStep>,
    problem: Option<Problem>,
}

impl WorkersPage {
    /// Creates the page and inspects the folder. Its token is asked for with the key of the latest runbook, which is usually the right one.
    pub fn open(ctx: &Ctx<'_>) -> (Self, Option<Task>) {
        let mut page = Self {
            view: View::Loading,
            project: WorkerProject::default(),
            runbook: None,
            inspected_key: None,
            selected: None,
            form: CredentialsForm::default(),
            run: None,
            problem: None,
        };
        let task = page.inspect_latest(ctx);
        (page, Some(task))
    }

    fn provider(&self) -> Option<&'static Provider> {
        provider(&self.runbook.as_ref()?.provider)
    }

    fn state(&self, step: WorkerStep) -> StepState {
        let states = progress(&self.project, self.runbook.as_ref());
        states.into_iter().find(|(known, _)| *known == step).map_or(StepState::Todo, |(_, state)| state)
    }

    fn is_done(&self, step: WorkerStep) -> bool {
        matches!(self.state(step), StepState::Done(_))
    }

    fn is_blocked(&self, step: WorkerStep) -> bool {
        matches!(self.state(step), StepState::Blocked(_))
    }

    fn is_skipped(&self, step: WorkerStep) -> bool {
        self.state(step) == StepState::Skipped
    }

    fn next(&self) -> Option<WorkerStep> {
        WorkerStep::ALL.into_iter().find(|step| !self.is_done(*step) && !self.is_skipped(*step))
    }

    /// Returns the step that Enter runs: the selected one, otherwise the first open one.
    fn current(&self) -> WorkerStep {
        self.selected.or_else(|| self.next()).unwrap_or(WorkerStep::Token)
    }

    /// True if no step is open and the user has not selected one to run again; Enter then quits.
    fn is_complete(&self) -> bool {
        let reruns_nothing = self.selected.is_none_or(|step| step == WorkerStep::Token && self.is_done(step));
        let is_idle = self.view == View::Steps && self.run.is_none() && self.problem.is_none();
        is_idle && reruns_nothing && self.runbook.is_some() && self.next().is_none()
    }

    fn has_token(&self) -> bool {
        matches!(self.project.token.answer(), Some(ProviderTokenState::Present { .. }))
    }

    /// Returns the provider's page for registering an app, if it has one for everybody.
    fn registration_page(&self) -> Option<Link> {
        Link::parse(self.provider()?.registration_page.as_deref()?).ok()
    }

    /// Returns the provider's consent page while it waits for an answer.
    fn live_link(&self, ctx: &Ctx<'_>) -> Option<&Link> {
        self.run.as_ref().and_then(|run| run.link.as_ref()).filter(|_| ctx.is_waiting)
    }

    fn shows_qr(&self, ctx: &Ctx<'_>) -> bool {
        self.live_link(ctx).is_some() && self.run.as_ref().is_some_and(|run| run.shows_qr)
    }

    /// True while `ntn` is missing; it may have been installed from here meanwhile.
    fn needs_ntn(&self, ctx: &Ctx<'_>) -> bool {
        let is_here = matches!(ctx.findings.ntn.get(), Some(NtnState::Found { .. }));
        !is_here && self.failed_with(ProblemCode::NtnMissing)
    }

    fn failed_with(&self, code: ProblemCode) -> bool {
        self.problem.as_ref().is_some_and(|problem| problem.code == code)
    }

    fn link_actions(&self, ctx: &Ctx<'_>) -> Option<LinkActions> {
        self.live_link(ctx).map(LinkActions::new)
    }

    /// The steps as a menu; Enter runs the selected one. A blocked step can be selected, because its page says what to do.
    fn menu(&self) -> Menu {
        let item = |(step, state): (WorkerStep, StepState)| match state {
            StepState::Done(evidence) => Choice::new(step.name(), evidence),
            StepState::Blocked(reason) => Choice::new(step.name(), step.description()).disabled_because(Some(reason)),
            StepState::Skipped => Choice::new(step.name(), "skipped by you"),
            StepState::Next(_) | StepState::Todo => Choice::new(step.name(), step.description()),
        };
        let items = progress(&self.project, self.runbook.as_ref()).into_iter().map(item).collect();
        Menu::new(PromptId::Step, "Which step do you want to run?", items).with_numbers_that_select()
    }
}

impl Page for WorkersPage {
    fn stage(&self) -> Option<Stage> {
        Some(if self.is_complete() && self.has_token() { Stage::Done } else { Stage::SignIn })
    }

    fn mode(&self) -> Mode {
        match &self.view {
            View::ProviderChoice(choosing) => choosing.mode(),
            View::Credentials => Mode::Insert,
            View::Loading | View::Steps | View::Declaration | View::ArgumentsConsent => Mode::Normal,
        }
    }

    /// The person is signed in with `ntn`, and pastes the client of another service.
    fn keeps_pastes(&self) -> bool {
        true
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match self.view {
            View::Loading => self.on_loading(&input, ctx),
            View::ProviderChoice(_) => self.on_provider_choice(&input, ctx),
            View::Steps => self.on_steps(&input, ctx),
            View::Declaration => self.on_declaration(&input, ctx),
            View::Credentials => self.on_credentials(&input, ctx),
            View::ArgumentsConsent => Transition::stay(),
        }
    }

    fn consent(&self, _ctx: &Ctx<'_>) -> Option<Consent> {
        let is_open = self.view == View::ArgumentsConsent;
        is_open.then(|| Consent::new(PromptId::Arguments, credentials::ARGUMENTS_QUESTION, "store them", "back"))
    }

    fn on_consent(&mut self, agreed: bool, _ctx: &Ctx<'_>) -> Transition {
        self.on_arguments_consent(agreed)
    }

    fn on_progress(&mut self, progress: Progress, _ctx: &Ctx<'_>) -> Transition {
        if let (Progress::OutputLine(line), Some(run)) = (progress, &mut self.run) {
            run.output.push(line);
        }
        Transition::stay()
    }

    fn on_reply(&mut self, _task: &Task, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        match reply {
            Ok(TaskOutcome::Project(project)) => self.on_project(*project, ctx),
            Ok(TaskOutcome::StepRan(outcome)) => self.on_step_outcome(outcome),
            reply => {
                if let Some(run) = &mut self.run {
                    run.shows_qr = false;
                }
                self.problem = Some(problem_of(reply));
                Transition::stay()
            }
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        if let Some(sheet) = self.qr_sheet(ctx, theme) {
            return sheet;
        }
        let mut sheet = Sheet::new(theme, ctx.size);
        match &self.view {
            View::Loading => {
                sheet.title("Workers OAuth");
                match &self.problem {
                    Some(problem) => kit::draw_problem(&mut sheet, problem, &self.keys(ctx)),
                    None => components::draw_waiting(&mut sheet, "Checking this folder and its worker…"),
                }
            }
            View::ProviderChoice(choosing) => choosing.draw(&mut sheet, &self.project, ctx),
            View::Steps => self.draw_steps(&mut sheet, ctx),
            View::Declaration => self.draw_declaration(&mut sheet, ctx),
            View::Credentials => self.draw_credentials(&mut sheet, ctx),
            View::ArgumentsConsent => {}
        }
        sheet
    }

    fn prompt(&self, _ctx: &Ctx<'_>) -> Prompt {
        match &self.view {
            View::Loading => {
                let items = vec![Choice::new("Look again", "")];
                Menu::new(PromptId::Step, "The worker's state is unknown.", items).prompt()
            }
            View::ProviderChoice(choosing) => choosing.prompt(),
            View::Steps | View::Declaration | View::ArgumentsConsent => self.menu().prompt(),
            View::Credentials => self.form.prompt(),
        }
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        let again = |actions: Actions| actions.back("back").key(Intent::Retry, "try again");
        match &self.view {
            View::Loading if ctx.is_waiting => Actions::only_back("back"),
            View::Loading if self.needs_ntn(ctx) => again(Actions::enter("install ntn")),
            View::Loading if self.failed_with(ProblemCode::NtnNotLoggedIn) => again(Actions::enter("log ntn in")),
            View::Loading => Actions::new().main(Intent::Retry, "recheck").back("back").in_help(Intent::Confirm, "recheck"),
            View::ProviderChoice(_) if ctx.is_waiting => Actions::new(),
            View::ProviderChoice(choosing) => choosing.actions(),
            View::Steps => self.step_actions(ctx),
            View::Declaration => {
                let actions = Actions::new().main(Intent::Copy, "copy").back("back");
                actions.in_help(Intent::Confirm, "back").in_help(Intent::Details, "back")
            }
            View::Credentials => self.form.actions(ctx.setup.demo.is_some(), self.registration_page().is_some()),
            View::ArgumentsConsent => Actions::new(),
        }
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    fn exit_message(&self) -> Option<String> {
        self.is_complete().then(|| self.summary())
    }

    /// A running step is cancelled first; an inspection is not. Esc on the QR code goes back to the link.
    fn back_cancels_wait(&self) -> bool {
        self.run.as_ref().is_some_and(|run| !run.shows_qr)
    }
}
