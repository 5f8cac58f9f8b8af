//! Sends the token to a team's secret manager: choose one, enter its options, review the exact commands. Nothing runs without
//! consent.

mod form;
mod running;

use super::{Hint, Page, Stage};
use crate::domain::credential::{ExistingSource, Verified};
use crate::domain::problem::Problem;
use crate::domain::secret_manager::{Handed, Handing, ManagerState};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Choice, Given, Go, Input, Intent, Mode, Notice, Progress, Reply, Task, Transition};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;
use form::Form;
use ratatui::text::Span;

#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// The available managers are not known yet.
    Looking,
    Picking,
    Filling(Form),
    /// The commands are shown and wait for consent.
    Asking(Form, Handing),
    /// The commands are running, were cancelled, or failed.
    Running(Form, Handing),
    Handed(Handing, Handed),
}

#[derive(Clone, Debug, PartialEq)]
pub struct HandToPage {
    verified: Verified,
    step: Step,
    states: Vec<ManagerState>,
    selected: usize,
    output: Vec<String>,
    problem: Option<Problem>,
}

impl HandToPage {
    pub fn open(verified: Verified) -> (Self, Option<Task>) {
        let page = Self { verified, step: Step::Looking, states: Vec::new(), selected: 0, output: Vec::new(), problem: None };
        (page, Some(Task::FindManagers))
    }

    /// True if the token is already saved on this machine, so that Back leads to the accounts.
    fn is_kept_here(&self) -> bool {
        matches!(self.verified.found_in, Some(ExistingSource::Ours(_) | ExistingSource::Ntn { .. }))
    }

    /// Returns the label of Back after sending.
    fn afterwards(&self) -> &'static str {
        if self.is_kept_here() { "back" } else { "keep it here too" }
    }

    fn look(&mut self) -> Transition {
        self.step = Step::Looking;
        self.problem = None;
        Transition::begin(Task::FindManagers)
    }

    fn found(&mut self, mut states: Vec<ManagerState>) {
        states.sort_by_key(|state| state.unusable.is_some());
        self.states = states;
        self.selected = 0;
        self.step = Step::Picking;
    }

    fn pick(&mut self, index: usize, ctx: &Ctx<'_>) -> Transition {
        let Some(state) = self.states.get(index).filter(|_| !ctx.is_waiting) else { return Transition::stay() };
        self.selected = index;
        if let Some(reason) = &state.unusable {
            return Transition { notice: Some(Notice::trouble(format!("{reason}."))), ..Transition::stay() };
        }
        self.problem = None;
        self.step = Step::Filling(Form::of(state.manager));
        Transition::stay()
    }

    fn on_filling(&mut self, mut form: Form, input: Input) -> Transition {
        self.step = match input {
            Input::Do(Intent::Back) => Step::Picking,
            Input::Do(Intent::Confirm) => match form.handing() {
                Some(handing) => Step::Asking(form, handing),
                None => Step::Filling(form),
            },
            input => {
                form.take(&input);
                Step::Filling(form)
            }
        };
        Transition::stay()
    }

    fn answer(&mut self, form: Form, handing: Handing, given: bool) -> Transition {
        if !given {
            self.step = Step::Filling(form);
            return Transition::stay();
        }
        self.output.clear();
        self.problem = None;
        self.step = Step::Running(form, handing.clone());
        Transition::begin(Task::HandTo(Box::new(handing), Box::new(self.verified.clone())))
    }

    fn on_running(&mut self, form: Form, handing: Handing, input: &Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Retry) | Input::Answer(Given::Choice(_)) if !ctx.is_waiting => {
                self.problem = None;
                self.step = Step::Asking(form, handing);
            }
            Input::Do(Intent::Back) => {
                self.problem = None;
                self.step = Step::Filling(form);
            }
            _ => {}
        }
        Transition::stay()
    }

    fn on_picking(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        let last = self.states.len().saturating_sub(1);
        match input {
            Input::Do(Intent::Up) => self.selected = self.selected.saturating_sub(1),
            Input::Do(Intent::Down) => self.selected = (self.selected + 1).min(last),
            Input::Do(Intent::First) => self.selected = 0,
            Input::Do(Intent::Last) => self.selected = last,
            Input::Do(Intent::Pick(number)) => return self.pick(usize::from(*number).saturating_sub(1), ctx),
            Input::Do(Intent::Confirm) => return self.pick(self.selected, ctx),
            Input::Answer(Given::Choice(index)) => return self.pick(*index, ctx),
            Input::Do(Intent::Retry) => return self.look(),
            Input::Do(Intent::Back) => return Transition::back(),
            _ => {}
        }
        Transition::stay()
    }

    fn choices(&self) -> Vec<Choice> {
        let reason = |state: &ManagerState| state.unusable.as_ref().map(|reason| format!("{reason}."));
        let choice = |state: &ManagerState| {
            Choice::new(state.manager.name.as_str(), state.manager.holds.as_str()).disabled_because(reason(state))
        };
        self.states.iter().map(choice).collect()
    }

    fn draw_choices(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        sheet.title("Hand the token to which secret manager?");
        sheet.text(Role::Dim, "Its own client writes it there, and it is read back. Nothing runs before you agree.");
        sheet.blank();
        for (index, mut choice) in self.choices().into_iter().enumerate() {
            // Unless there is plenty of room, only the selected choice shows more than its name.
            if index != self.selected && ctx.size.rows < 36 {
                choice.detail.clear();
                choice.disabled = choice.disabled.map(|_| "not here".to_owned());
            }
            marks::choice(sheet, index + 1, &choice, index == self.selected);
        }
        if self.states.iter().all(|state| state.unusable.is_some()) {
            sheet.blank();
            sheet.text(Role::Text, "None of them can be used here just now. Install a client, then r looks again.");
        }
    }
}

/// Draws the exact commands and what each one does.
fn draw_question(sheet: &mut Sheet, handing: &Handing) {
    sheet.title(&format!("Hand the token to {}?", handing.manager().name));
    sheet.blank();
    let commands = handing.commands();
    for (number, command) in commands.iter().enumerate() {
        let does = if handing.is_given_the_secret(number) {
            "reads the token from its input"
        } else if number + 1 == commands.len() {
            "reads it back"
        } else {
            "looks whether it is there already"
        };
        // In plain mode this line introduces the command; on the screen the command is below it.
        let does = if sheet.is_linear() { format!("{}. It {does}:", number + 1) } else { does.to_owned() };
        sheet.hanging(vec![Span::raw("  ")], Role::Dim, &does);
        sheet.command(command, false);
    }
    if handing.writes().len() > 1 {
        sheet.text(Role::Dim, "Of the two that read the token, the second runs only where the first says that it has to.");
    }
    sheet.blank();
    let mark = vec![sheet.span(Role::Warn, &format!("{} ", sheet.theme().glyph(Glyph::Warn)))];
    sheet.hanging(mark, Role::Title, &question(handing));
    marks::yes_or_no(sheet, "run them", "not now");
}

fn question(handing: &Handing) -> String {
    format!("Whoever may read {} there can then act with this token. Run these commands now?", handing.name())
}

impl Page for HandToPage {
    fn stage(&self) -> Stage {
        Stage::Keep
    }

    fn mode(&self) -> Mode {
        match self.step {
            Step::Filling(_) => Mode::Typing,
            Step::Asking(..) => Mode::Asking,
            Step::Looking | Step::Picking | Step::Running(..) | Step::Handed(..) => Mode::Moving,
        }
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match (self.step.clone(), &input) {
            (Step::Looking, Input::Do(Intent::Retry) | Input::Answer(Given::Choice(_))) if !ctx.is_waiting => self.look(),
            (Step::Picking, _) => self.on_picking(&input, ctx),
            (Step::Filling(form), _) => self.on_filling(form, input),
            (Step::Asking(form, handing), Input::Do(Intent::Yes)) => self.answer(form, handing, true),
            (Step::Asking(form, handing), Input::Answer(Given::Consent(given))) => self.answer(form, handing, *given),
            (Step::Asking(form, handing), Input::Do(Intent::Back)) => self.answer(form, handing, false),
            (Step::Running(form, handing), _) => self.on_running(form, handing, &input, ctx),
            (Step::Handed(..), Input::Do(Intent::Confirm) | Input::Answer(Given::Choice(0))) => {
                Transition { go: Go::Quit, ..Transition::stay() }
            }
            (Step::Looking, Input::Do(Intent::Back))
            | (Step::Handed(..), Input::Do(Intent::Back) | Input::Answer(Given::Choice(_))) => Transition::back(),
            (Step::Handed(handing, _), Input::Do(Intent::Copy)) => handing.used().map_or_else(Transition::stay, Transition::copy),
            (Step::Looking | Step::Asking(..) | Step::Handed(..), _) => Transition::stay(),
        }
    }

    fn on_progress(&mut self, progress: Progress, _ctx: &Ctx<'_>) -> Transition {
        if let Progress::Line(line) = progress {
            running::push(&mut self.output, line);
        }
        Transition::stay()
    }

    fn on_reply(&mut self, reply: Reply, _ctx: &Ctx<'_>) -> Transition {
        match (reply, &self.step) {
            (Reply::Managers(Ok(states)), _) => self.found(states),
            (Reply::Handed(Ok(handed)), Step::Running(_, handing)) => {
                self.step = Step::Handed(handing.clone(), handed);
                return Transition { handed: self.conclusion(), ..Transition::stay() };
            }
            (Reply::Managers(Err(problem)) | Reply::Handed(Err(problem)), _) => self.problem = Some(problem),
            _ => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        match &self.step {
            Step::Looking => {
                sheet.title("Hand the token to a secret manager");
                sheet.blank();
                match &self.problem {
                    Some(problem) => marks::problem(&mut sheet, problem, Mode::Moving),
                    None => marks::waiting(&mut sheet, "Looking which clients there are on this machine."),
                }
            }
            Step::Picking => self.draw_choices(&mut sheet, ctx),
            Step::Filling(form) => form.draw(&mut sheet),
            Step::Asking(_, handing) => draw_question(&mut sheet, handing),
            Step::Running(_, handing) => running::draw(&mut sheet, handing, &self.output, self.problem.as_ref(), ctx),
            Step::Handed(handing, handed) => {
                let is_kept = self.verified.found_in.is_some();
                running::draw_handed(&mut sheet, handing, handed, &self.output, is_kept);
            }
        }
        sheet
    }

    fn ask(&self, _ctx: &Ctx<'_>) -> Ask {
        match &self.step {
            Step::Asking(_, handing) => Ask::Consent { id: AskId::HandTo, what: question(handing) },
            Step::Filling(form) => Ask::Text { id: AskId::HandToOption, prompt: form.prompt() },
            Step::Handed(..) => {
                let other = if self.is_kept_here() { "Back to the accounts" } else { "Keep it on this machine too" };
                let options = vec![Choice::new("Finish", ""), Choice::new(other, "")];
                Ask::Choice { id: AskId::Finished, prompt: "It is handed over. What next?".into(), options }
            }
            Step::Looking | Step::Picking | Step::Running(..) => {
                let prompt = "Hand the token to which secret manager?".into();
                Ask::Choice { id: AskId::Manager, prompt, options: self.choices() }
            }
        }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        match &self.step {
            Step::Asking(..) => vec![(Intent::Yes, "run them"), (Intent::Back, "not now")],
            Step::Filling(_) => vec![(Intent::Confirm, "go on"), (Intent::Example, "next field"), (Intent::Back, "back")],
            Step::Running(..) if ctx.is_waiting => vec![(Intent::Back, "stop")],
            Step::Looking if ctx.is_waiting => vec![(Intent::Back, "back")],
            Step::Picking => vec![(Intent::Confirm, "go on"), (Intent::Back, "back"), (Intent::Retry, "look again")],
            Step::Looking | Step::Running(..) => vec![(Intent::Retry, "try again"), (Intent::Back, "back")],
            Step::Handed(handing, _) => {
                let mut hints = vec![(Intent::Confirm, "finish"), (Intent::Back, self.afterwards())];
                if handing.used().is_some() {
                    hints.push((Intent::Copy, "copy how it is used"));
                }
                hints
            }
        }
    }

    fn trouble(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    fn arrows_scroll(&self) -> bool {
        matches!(self.step, Step::Running(..) | Step::Handed(..))
    }

    fn back_stops_waiting(&self) -> bool {
        matches!(self.step, Step::Running(..))
    }

    fn conclusion(&self) -> Option<String> {
        match &self.step {
            Step::Handed(handing, handed) => Some(format!("{}, {}: {}", handing.manager().name, handing.name(), handed.told())),
            _ => None,
        }
    }

    fn holds_unkept(&self) -> bool {
        self.verified.found_in.is_none()
    }
}
