//! Installs `ntn`: lists the available installers and shows the exact command. Nothing runs without consent.

use super::Page;
use crate::domain::login::{Installer, InstallerState};
use crate::domain::problem::Problem;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{self, Actions, Consent, Menu, MenuEvent};
use crate::wizard::msg::{
    Choice, Input, Intent, Mode, Notice, Progress, Prompt, PromptId, Reply, Task, TaskOutcome, Transition, problem_of,
};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::output_log::OutputLog;
use crate::wizard::widgets::sheet::Sheet;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InstallPhase {
    /// The available installers are not known yet.
    Detecting,
    Picking,
    /// This installer was picked and waits for consent.
    AwaitingConsent(Installer),
    /// The installer is running or has ended.
    Running(Installer),
}

#[derive(Clone, Debug, PartialEq)]
pub struct InstallPage {
    phase: InstallPhase,
    installers: Vec<InstallerState>,
    selected: usize,
    output: OutputLog,
    problem: Option<Problem>,
}

impl InstallPage {
    pub fn open() -> (Self, Option<Task>) {
        let page = Self {
            phase: InstallPhase::Detecting,
            installers: Vec::new(),
            selected: 0,
            output: OutputLog::default(),
            problem: None,
        };
        (page, Some(Task::FindInstallers))
    }

    fn detect(&mut self) -> Transition {
        self.phase = InstallPhase::Detecting;
        self.problem = None;
        Transition::start(Task::FindInstallers)
    }

    /// Shows the installers. If only one is usable, it is picked at once.
    fn on_installers(&mut self, ways: Vec<InstallerState>) {
        let mut usable = ways.iter().enumerate().filter(|(_, way)| way.unusable_reason.is_none());
        self.selected = usable.next().map_or(0, |(index, _)| index);
        let is_single = ways.get(self.selected).is_some_and(|way| way.unusable_reason.is_none()) && usable.next().is_none();
        self.installers = ways;
        self.phase = match self.installers.get(self.selected) {
            Some(way) if is_single => InstallPhase::AwaitingConsent(way.installer),
            _ => InstallPhase::Picking,
        };
    }

    fn retry(&mut self, ctx: &Ctx<'_>) -> Transition {
        match self.phase {
            _ if ctx.is_waiting => Transition::stay(),
            InstallPhase::Running(installer) => {
                self.problem = None;
                self.phase = InstallPhase::AwaitingConsent(installer);
                Transition::stay()
            }
            InstallPhase::Detecting | InstallPhase::Picking | InstallPhase::AwaitingConsent(_) => self.detect(),
        }
    }

    fn command(&self) -> Option<&'static str> {
        self.installers.get(self.selected).map(|way| way.installer.command())
    }

    fn menu(&self) -> Menu {
        let reason = |way: &InstallerState| way.unusable_reason.as_ref().map(|reason| format!("{reason}."));
        let item = |way: &InstallerState| {
            Choice::new(installer_name(way.installer), way.installer.command()).disabled_because(reason(way))
        };
        Menu::new(PromptId::Installer, "How do you want to install ntn?", self.installers.iter().map(item).collect())
    }

    fn draw_installers(&self, sheet: &mut Sheet) {
        sheet.text(Role::Text, "Browser login needs Notion's own program, ntn. Ways to install it:");
        sheet.blank();
        self.menu().draw(sheet, self.selected);
        if self.installers.iter().all(|way| way.unusable_reason.is_some()) {
            sheet.blank();
            sheet.text(Role::Text, "None of these is available. Install what's missing, then press r.");
        }
    }

    /// Draws the running installer or its result, and its output.
    fn draw_run(&self, sheet: &mut Sheet, installer: Installer, ctx: &Ctx<'_>) {
        if ctx.is_waiting {
            let esc = components::key_name(sheet.theme(), Mode::Normal, Intent::Back);
            components::draw_waiting(sheet, &format!("Installing with {}… ({esc} cancels)", installer_name(installer)));
        } else if let Some(problem) = &self.problem {
            sheet.scroll_to_here();
            kit::draw_problem(sheet, problem, &self.keys(ctx));
        } else {
            sheet.text(Role::Text, "Cancelled. Press r to try again.");
        }
        self.output.draw(sheet, installer_name(installer), ctx);
    }
}

fn installer_name(installer: Installer) -> &'static str {
    match installer {
        Installer::Npm => "npm",
        Installer::Script => "Notion's install script",
        Installer::Winget => "winget",
    }
}

/// Returns the question with the exact command.
fn consent_question(installer: Installer) -> &'static str {
    match installer {
        Installer::Npm => "Run npm install --global ntn?",
        Installer::Script => "Download https://ntn.dev and run it with bash?",
        Installer::Winget => "Run winget install --exact --id Notion.ntn?",
    }
}

impl Page for InstallPage {
    fn consent(&self, _ctx: &Ctx<'_>) -> Option<Consent> {
        let InstallPhase::AwaitingConsent(installer) = self.phase else { return None };
        Some(Consent::new(PromptId::Install, consent_question(installer), "run it", "not now"))
    }

    fn on_consent(&mut self, agreed: bool, _ctx: &Ctx<'_>) -> Transition {
        let InstallPhase::AwaitingConsent(installer) = self.phase else { return Transition::stay() };
        if !agreed {
            self.phase = InstallPhase::Picking;
            return Transition::stay();
        }
        self.phase = InstallPhase::Running(installer);
        self.output.clear();
        Transition::start(Task::Install(installer))
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Copy) => return self.command().map_or_else(Transition::stay, Transition::copy),
            Input::Do(Intent::Retry) => return self.retry(ctx),
            Input::Do(Intent::Back) => return Transition::back(),
            _ if ctx.is_waiting => {}
            input => match self.menu().on_input(&mut self.selected, &input) {
                MenuEvent::Chosen(index) => {
                    self.problem = None;
                    self.phase = self
                        .installers
                        .get(index)
                        .map_or(InstallPhase::Picking, |way| InstallPhase::AwaitingConsent(way.installer));
                }
                MenuEvent::Handled(transition) => return *transition,
                MenuEvent::Ignored => {}
            },
        }
        Transition::stay()
    }

    fn on_progress(&mut self, progress: Progress, _ctx: &Ctx<'_>) -> Transition {
        if let Progress::OutputLine(line) = progress {
            self.output.push(line);
        }
        Transition::stay()
    }

    fn on_reply(&mut self, task: &Task, reply: Reply, _ctx: &Ctx<'_>) -> Transition {
        match (task, reply) {
            (_, Ok(TaskOutcome::Installers(ways))) => self.on_installers(ways),
            (Task::Install(_), Ok(TaskOutcome::Completed)) => {
                return Transition { reprobe: true, notice: Some(Notice::info("ntn is installed.")), ..Transition::back() };
            }
            (_, reply) => self.problem = Some(problem_of(reply)),
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        sheet.title("Install ntn");
        sheet.blank();
        match (self.phase, &self.problem) {
            (InstallPhase::Detecting, Some(problem)) => kit::draw_problem(&mut sheet, problem, &self.keys(ctx)),
            (InstallPhase::Detecting, None) => {
                components::draw_waiting(&mut sheet, "Checking how ntn can be installed here…");
            }
            (InstallPhase::Picking | InstallPhase::AwaitingConsent(_), _) => self.draw_installers(&mut sheet),
            (InstallPhase::Running(installer), _) => self.draw_run(&mut sheet, installer, ctx),
        }
        sheet
    }

    fn prompt(&self, _ctx: &Ctx<'_>) -> Prompt {
        self.menu().prompt()
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        let (actions, again) = match self.phase {
            InstallPhase::Running(_) if ctx.is_waiting => (Actions::only_back("stop"), None),
            _ if ctx.is_waiting => return Actions::only_back("back"),
            InstallPhase::Picking => (self.menu().actions("continue").back("back"), Some("recheck")),
            _ => (Actions::new().main(Intent::Retry, "try again").back("back"), None),
        };
        let actions = actions.key_if(self.command().is_some(), Intent::Copy, "copy command");
        if let Some(again) = again { actions.key(Intent::Retry, again) } else { actions }
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    fn back_cancels_wait(&self) -> bool {
        matches!(self.phase, InstallPhase::Running(_))
    }
}
