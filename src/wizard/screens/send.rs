//! Sends the token to a team's secret manager: choose one, enter its options, review the exact commands. Nothing runs without
//! consent.

mod form;
mod running;

use super::Page;
use crate::domain::credentials::{CredentialSource, SecretCopy, VerifiedCredential};
use crate::domain::problem::Problem;
use crate::domain::secret_manager::{ManagerState, SendOutcome, SendPlan};
use crate::wizard::context::Ctx;
use crate::wizard::kit::{self, Actions, Consent, Menu, MenuEvent};
use crate::wizard::msg::{
    Answer, Choice, Input, Intent, Mode, Progress, Prompt, PromptId, Reply, Task, TaskOutcome, Transition, problem_of,
};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::output_log::OutputLog;
use crate::wizard::widgets::sheet::Sheet;
use form::SendForm;
use ratatui::text::Span;

#[derive(Clone, Debug, PartialEq)]
enum SendPhase {
    /// The available managers are not known yet.
    Detecting,
    Picking,
    Filling(SendForm),
    /// The commands are shown and wait for consent.
    AwaitingConsent(SendForm, SendPlan),
    /// The commands are running, were cancelled, or failed.
    Running(SendForm, SendPlan),
    Sent(SendPlan, SendOutcome),
}

#[derive(Clone, Debug, PartialEq)]
pub struct SendPage {
    verified: VerifiedCredential,
    phase: SendPhase,
    states: Vec<ManagerState>,
    selected: usize,
    output: OutputLog,
    problem: Option<Problem>,
}

impl SendPage {
    pub fn open(verified: VerifiedCredential) -> (Self, Option<Task>) {
        let page = Self {
            verified,
            phase: SendPhase::Detecting,
            states: Vec::new(),
            selected: 0,
            output: OutputLog::default(),
            problem: None,
        };
        (page, Some(Task::FindManagers))
    }

    /// True if the token is already saved on this machine, so that Back leads to the accounts.
    fn is_saved_here(&self) -> bool {
        matches!(self.verified.found_in, Some(CredentialSource::Saved(_) | CredentialSource::Ntn { .. }))
    }

    /// Returns the label of Back after sending.
    fn back_label(&self) -> &'static str {
        if self.is_saved_here() { "back" } else { "save here too" }
    }

    fn detect(&mut self) -> Transition {
        self.phase = SendPhase::Detecting;
        self.problem = None;
        Transition::start(Task::FindManagers)
    }

    fn on_managers(&mut self, mut states: Vec<ManagerState>) {
        states.sort_by_key(|state| state.unusable_reason.is_some());
        self.states = states;
        self.selected = 0;
        self.phase = SendPhase::Picking;
    }

    fn on_filling(&mut self, mut form: SendForm, input: Input) -> Transition {
        self.phase = match input {
            Input::Do(Intent::Back) => SendPhase::Picking,
            Input::Do(Intent::Confirm) => match form.plan() {
                Some(plan) => SendPhase::AwaitingConsent(form, plan),
                None => SendPhase::Filling(form),
            },
            input => {
                form.on_input(&input);
                SendPhase::Filling(form)
            }
        };
        Transition::stay()
    }

    fn on_running(&mut self, form: SendForm, plan: SendPlan, input: &Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Retry) | Input::Answer(Answer::Choice(_)) if !ctx.is_waiting => {
                self.problem = None;
                self.phase = SendPhase::AwaitingConsent(form, plan);
            }
            Input::Do(Intent::Back) => {
                self.problem = None;
                self.phase = SendPhase::Filling(form);
            }
            _ => {}
        }
        Transition::stay()
    }

    fn on_picking(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        match (self.menu().on_input(&mut self.selected, input), input) {
            (MenuEvent::Chosen(index), _) if !ctx.is_waiting => {
                self.problem = None;
                if let Some(state) = self.states.get(index) {
                    self.phase = SendPhase::Filling(SendForm::new(state.manager));
                }
                Transition::stay()
            }
            (MenuEvent::Handled(transition), _) => *transition,
            (MenuEvent::Ignored, Input::Do(Intent::Retry)) => self.detect(),
            (MenuEvent::Ignored, Input::Do(Intent::Back)) => Transition::back(),
            (MenuEvent::Chosen(_) | MenuEvent::Ignored, _) => Transition::stay(),
        }
    }

    fn menu(&self) -> Menu {
        let reason = |state: &ManagerState| state.unusable_reason.as_ref().map(|reason| format!("{reason}."));
        let choice = |state: &ManagerState| {
            Choice::new(state.manager.name.as_str(), state.manager.holds.as_str()).disabled_because(reason(state))
        };
        let question = "Which secret manager do you want to use?";
        Menu::new(PromptId::Manager, question, self.states.iter().map(choice).collect())
    }

    fn draw_choices(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let menu = self.menu();
        sheet.title(&menu.question);
        sheet.text(Role::Dim, "notion-auth runs its CLI, then reads the secret back. Nothing runs until you confirm.");
        sheet.blank();
        // Unless there is plenty of room, only the selected choice shows more than its name.
        if ctx.size.rows < 36 {
            menu.draw_short(sheet, self.selected);
        } else {
            menu.draw(sheet, self.selected);
        }
        if self.states.iter().all(|state| state.unusable_reason.is_some()) {
            sheet.blank();
            sheet.text(Role::Text, "None of these is available. Install a CLI, then press r.");
        }
    }
}

/// Draws the exact commands and what each one does.
fn draw_consent(sheet: &mut Sheet, plan: &SendPlan) {
    sheet.title(&format!("Send the token to {}?", plan.manager().name));
    sheet.blank();
    let commands = plan.commands();
    for (number, command) in commands.iter().enumerate() {
        let does = if plan.receives_secret(number) {
            "Store (token on standard input)"
        } else if number + 1 == commands.len() {
            "Verify"
        } else {
            "Check that it isn't there yet"
        };
        // In plain mode this line introduces the command; on the screen the command is below it.
        let does = if sheet.is_plain() { format!("{}. {does}:", number + 1) } else { does.to_owned() };
        sheet.hanging(vec![Span::raw("  ")], Role::Dim, &does);
        sheet.command(command, false);
    }
    if let Some(text) = plan.fallback_text() {
        sheet.text(Role::Dim, &text);
    }
}

fn consent_question(plan: &SendPlan) -> String {
    format!("Anyone who can read {} there can use this token. Run these commands?", plan.name())
}

impl Page for SendPage {
    fn mode(&self) -> Mode {
        if matches!(self.phase, SendPhase::Filling(_)) { Mode::Insert } else { Mode::Normal }
    }

    fn consent(&self, _ctx: &Ctx<'_>) -> Option<Consent> {
        let SendPhase::AwaitingConsent(_, plan) = &self.phase else { return None };
        Some(Consent::new(PromptId::Send, consent_question(plan), "run them", "not now"))
    }

    fn on_consent(&mut self, agreed: bool, ctx: &Ctx<'_>) -> Transition {
        let SendPhase::AwaitingConsent(form, plan) = self.phase.clone() else { return Transition::stay() };
        if !agreed {
            self.phase = SendPhase::Filling(form);
            return Transition::stay();
        }
        self.output.clear();
        self.problem = None;
        self.phase = SendPhase::Running(form, plan.clone());
        Transition::start(Task::Send(Box::new(plan), Box::new(self.verified.clone()), ctx.setup.today))
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match (self.phase.clone(), &input) {
            (SendPhase::Picking, _) => self.on_picking(&input, ctx),
            (SendPhase::Filling(form), _) => self.on_filling(form, input),
            (SendPhase::Running(form, plan), _) => self.on_running(form, plan, &input, ctx),
            (SendPhase::Detecting, Input::Do(Intent::Retry) | Input::Answer(Answer::Choice(_))) if !ctx.is_waiting => self.detect(),
            (SendPhase::Sent(..), Input::Do(Intent::Confirm) | Input::Answer(Answer::Choice(0))) => Transition::quit(),
            (SendPhase::Sent(plan, _), Input::Do(Intent::Copy)) => plan.reference().map_or_else(Transition::stay, Transition::copy),
            (SendPhase::Detecting, Input::Do(Intent::Back))
            | (SendPhase::Sent(..), Input::Do(Intent::Back) | Input::Answer(Answer::Choice(_))) => Transition::back(),
            (SendPhase::Detecting | SendPhase::AwaitingConsent(..) | SendPhase::Sent(..), _) => Transition::stay(),
        }
    }

    fn on_progress(&mut self, progress: Progress, _ctx: &Ctx<'_>) -> Transition {
        if let Progress::OutputLine(line) = progress {
            self.output.push(line);
        }
        Transition::stay()
    }

    fn on_reply(&mut self, task: &Task, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        match (task, reply) {
            (_, Ok(TaskOutcome::Managers(states))) => self.on_managers(states),
            (Task::Send(plan, ..), Ok(TaskOutcome::Sent(outcome))) => {
                self.phase = SendPhase::Sent((**plan).clone(), outcome);
                // A saved credential remembers it already.
                let copy = || Box::new((self.verified.account(), SecretCopy::new(plan, ctx.setup.today)));
                let sent_copy = self.verified.found_in.is_none().then(copy);
                return Transition { send_summary: self.exit_message(), sent_copy, ..Transition::stay() };
            }
            (_, reply) => self.problem = Some(problem_of(reply)),
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        match &self.phase {
            SendPhase::Detecting => {
                sheet.title("Send the token to a secret manager");
                sheet.blank();
                match &self.problem {
                    Some(problem) => kit::draw_problem(&mut sheet, problem, &self.keys(ctx)),
                    None => components::draw_waiting(&mut sheet, "Checking which CLIs are installed…"),
                }
            }
            SendPhase::Picking => self.draw_choices(&mut sheet, ctx),
            SendPhase::Filling(form) => form.draw(&mut sheet),
            SendPhase::AwaitingConsent(_, plan) => draw_consent(&mut sheet, plan),
            SendPhase::Running(_, plan) => {
                running::draw(&mut sheet, plan, &self.output, self.problem.as_ref(), &self.keys(ctx), ctx);
            }
            SendPhase::Sent(plan, outcome) => {
                let is_saved = self.verified.found_in.is_some();
                running::draw_sent(&mut sheet, plan, outcome, &self.output, is_saved, ctx);
            }
        }
        sheet
    }

    fn prompt(&self, _ctx: &Ctx<'_>) -> Prompt {
        match &self.phase {
            SendPhase::Filling(form) => Prompt::Text { id: PromptId::SendOption, prompt: form.form.label() },
            SendPhase::Sent(..) => {
                let other = if self.is_saved_here() { "Back to accounts" } else { "Save it on this machine too" };
                let items = vec![Choice::new("Finish", ""), Choice::new(other, "")];
                Menu::new(PromptId::Finished, "Sent. What next?", items).prompt()
            }
            SendPhase::Picking => self.menu().prompt(),
            SendPhase::Detecting | SendPhase::AwaitingConsent(..) | SendPhase::Running(..) => {
                Menu::new(PromptId::Manager, "What now?", vec![Choice::new("Try again", "")]).prompt()
            }
        }
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        match &self.phase {
            SendPhase::Filling(form) => form.form.actions("continue").back("back"),
            SendPhase::Running(..) if ctx.is_waiting => Actions::only_back("stop"),
            SendPhase::Detecting if ctx.is_waiting => Actions::only_back("back"),
            SendPhase::Picking => self.menu().actions("continue").back("back").key(Intent::Retry, "recheck"),
            SendPhase::Sent(plan, _) => {
                let actions = Actions::enter("finish").back(self.back_label());
                actions.key_if(plan.reference().is_some(), Intent::Copy, "copy reference")
            }
            SendPhase::Detecting | SendPhase::Running(..) | SendPhase::AwaitingConsent(..) => {
                Actions::new().main(Intent::Retry, "try again").back("back")
            }
        }
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    fn back_cancels_wait(&self) -> bool {
        matches!(self.phase, SendPhase::Running(..))
    }

    fn exit_message(&self) -> Option<String> {
        match &self.phase {
            SendPhase::Sent(plan, outcome) => Some(format!("{}, {}: {}", plan.manager().name, plan.name(), outcome.text())),
            _ => None,
        }
    }

    fn has_unsaved_credential(&self) -> bool {
        self.verified.found_in.is_none()
    }
}
