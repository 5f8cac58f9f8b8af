//! The Workers runbook: its steps in order, each with its command, run live through `ntn`.
//!
//! `ntn` tells which steps are done; only the provider, its registration and the second deployment are remembered.

mod acting;
mod choosing;
mod credentials;
mod declaring;
mod details;
mod live;
mod outcome;
mod steps;

use super::{Hint, Page, Stage};
use crate::domain::link::Link;
use crate::domain::machine::NtnState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::workers::progress::{StepState, progress};
use crate::domain::workers::provider::{Provider, provider};
use crate::domain::workers::{Project, Runbook, Step, TokenState};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Choice, Input, Intent, Mode, Progress, Reply, Task, Transition};
use crate::wizard::theme::Theme;
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;
use choosing::Choosing;
use credentials::Form;
use live::Run;

/// The current view of the page.
#[derive(Clone, Debug, PartialEq)]
enum At {
    /// The worker's state is not known yet.
    Looking,
    /// The choice of a provider and its key.
    Choosing(Choosing),
    Steps,
    /// The declaration for the worker's source.
    Declaration,
    Credentials,
    /// Consent to credentials in arguments.
    Arguments,
}

#[derive(Clone, Debug, PartialEq)]
pub struct WorkersPage {
    at: At,
    project: Project,
    runbook: Option<Runbook>,
    /// The key whose token the last inspection asked about.
    asked: Option<String>,
    /// The step that the user selected; otherwise the next one.
    selected: Option<Step>,
    form: Form,
    /// The running step, or the last one if it failed.
    run: Option<Run>,
    problem: Option<Problem>,
}

impl WorkersPage {
    /// Creates the page and inspects the folder. Its token is asked for with the key of the latest runbook, which is usually the right one.
    pub fn open(ctx: &Ctx<'_>) -> (Self, Option<Task>) {
        let mut page = Self {
            at: At::Looking,
            project: Project::default(),
            runbook: None,
            asked: None,
            selected: None,
            form: Form::default(),
            run: None,
            problem: None,
        };
        let task = page.look_at_latest(ctx);
        (page, Some(task))
    }

    fn provider(&self) -> Option<&'static Provider> {
        provider(&self.runbook.as_ref()?.provider)
    }

    fn state(&self, step: Step) -> StepState {
        let states = progress(&self.project, self.runbook.as_ref());
        states.into_iter().find(|(known, _)| *known == step).map_or(StepState::Todo, |(_, state)| state)
    }

    fn is_done(&self, step: Step) -> bool {
        matches!(self.state(step), StepState::Done(_))
    }

    fn is_blocked(&self, step: Step) -> bool {
        matches!(self.state(step), StepState::Blocked(_))
    }

    fn is_skipped(&self, step: Step) -> bool {
        self.state(step) == StepState::Skipped
    }

    fn next(&self) -> Option<Step> {
        Step::ALL.into_iter().find(|step| !self.is_done(*step) && !self.is_skipped(*step))
    }

    /// Returns the step that Enter runs: the selected one, otherwise the first open one.
    fn current(&self) -> Step {
        self.selected.or_else(|| self.next()).unwrap_or(Step::Token)
    }

    /// True if no step is open and the user has not selected one to run again; Enter then quits.
    fn is_at_end(&self) -> bool {
        let stays = self.selected.is_none_or(|step| step == Step::Token && self.is_done(step));
        let is_calm = self.at == At::Steps && self.run.is_none() && self.problem.is_none();
        is_calm && stays && self.runbook.is_some() && self.next().is_none()
    }

    fn has_token(&self) -> bool {
        matches!(self.project.token.answer(), Some(TokenState::Present { .. }))
    }

    /// Returns the provider's page for registering an app, if it has one for everybody.
    fn registration_page(&self) -> Option<Link> {
        Link::checked(self.provider()?.registration_page.as_deref()?).ok()
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
        let is_here = matches!(ctx.found.ntn.get(), Some(NtnState::Found { .. }));
        !is_here && self.failed_with(ProblemCode::NtnMissing)
    }

    fn failed_with(&self, code: ProblemCode) -> bool {
        self.problem.as_ref().is_some_and(|problem| problem.code == code)
    }

    fn options(&self) -> Vec<Choice> {
        let option = |step: Step| match self.state(step) {
            StepState::Done(evidence) => Choice::new(step.name(), evidence),
            StepState::Blocked(reason) => Choice::new(step.name(), step.does()).disabled_because(Some(reason)),
            StepState::Skipped => Choice::new(step.name(), "skipped by you"),
            StepState::Next(_) | StepState::Todo => Choice::new(step.name(), step.does()),
        };
        Step::ALL.into_iter().map(option).collect()
    }
}

impl Page for WorkersPage {
    fn stage(&self) -> Stage {
        if self.is_at_end() && self.has_token() { Stage::Done } else { Stage::SignIn }
    }

    fn mode(&self) -> Mode {
        match &self.at {
            At::Choosing(choosing) => choosing.mode(),
            At::Credentials => Mode::Typing,
            At::Arguments => Mode::Asking,
            At::Looking | At::Steps | At::Declaration => Mode::Moving,
        }
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match self.at {
            At::Looking => self.on_looking(&input, ctx),
            At::Choosing(_) => self.on_choosing(&input, ctx),
            At::Steps => self.on_steps(&input, ctx),
            At::Declaration => self.on_declaration(&input, ctx),
            At::Credentials => self.on_credentials(&input, ctx),
            At::Arguments => self.on_arguments(&input),
        }
    }

    fn on_progress(&mut self, progress: Progress, _ctx: &Ctx<'_>) -> Transition {
        if let (Progress::Line(line), Some(run)) = (progress, &mut self.run) {
            run.take_in(line);
        }
        Transition::stay()
    }

    fn on_reply(&mut self, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        match reply {
            Reply::Project(answer) => self.looked(*answer, ctx),
            Reply::StepRan(answer) => self.ran(answer),
            _ => Transition::stay(),
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        if let Some(sheet) = self.scan(ctx, theme) {
            return sheet;
        }
        let mut sheet = Sheet::new(theme, ctx.size);
        match &self.at {
            At::Looking => {
                sheet.title("Workers OAuth");
                match &self.problem {
                    Some(problem) => marks::problem(&mut sheet, problem, Mode::Moving),
                    None => marks::waiting(&mut sheet, "Looking at this folder, and asking ntn about its worker."),
                }
            }
            At::Choosing(choosing) => choosing.draw(&mut sheet, &self.project, ctx),
            At::Steps => self.draw_steps(&mut sheet, ctx),
            At::Declaration => self.draw_declaration(&mut sheet, ctx),
            At::Credentials => self.draw_credentials(&mut sheet, ctx),
            At::Arguments => Self::draw_question(&mut sheet),
        }
        sheet
    }

    fn ask(&self, _ctx: &Ctx<'_>) -> Ask {
        match &self.at {
            At::Looking => {
                let options = vec![Choice::new("Look again", "")];
                Ask::Choice { id: AskId::Step, prompt: "What there is of a worker is not known.".into(), options }
            }
            At::Choosing(choosing) => choosing.ask(),
            At::Steps | At::Declaration => {
                Ask::Choice { id: AskId::Step, prompt: "Which step is to be run?".into(), options: self.options() }
            }
            At::Credentials => self.form.ask(),
            At::Arguments => Ask::Consent { id: AskId::Arguments, what: credentials::QUESTION.into() },
        }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        match &self.at {
            At::Looking | At::Steps if self.needs_ntn(ctx) => vec![(Intent::Confirm, "install ntn"), (Intent::Back, "back")],
            At::Looking | At::Steps if self.failed_with(ProblemCode::NtnNotLoggedIn) => {
                vec![(Intent::Confirm, "log ntn in"), (Intent::Back, "back"), (Intent::Retry, "try again")]
            }
            At::Looking if ctx.is_waiting => vec![(Intent::Back, "back")],
            At::Looking => vec![(Intent::Retry, "look again"), (Intent::Back, "back")],
            At::Choosing(_) => Choosing::hints(),
            At::Steps => self.step_hints(ctx),
            At::Declaration => vec![(Intent::Copy, "copy it"), (Intent::Back, "back"), (Intent::Down, "scroll")],
            At::Credentials => self.form.hints(),
            At::Arguments => vec![(Intent::Yes, "store them"), (Intent::Back, "go back")],
        }
    }

    fn trouble(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    fn arrows_scroll(&self) -> bool {
        self.at == At::Declaration
    }

    fn conclusion(&self) -> Option<String> {
        self.is_at_end().then(|| self.last_words())
    }

    /// A running step is cancelled first; an inspection is not. Esc on the QR code goes back to the link.
    fn back_stops_waiting(&self) -> bool {
        self.run.as_ref().is_some_and(|run| !run.shows_qr)
    }
}
