//! Installs `ntn`: lists the available installers and shows the exact command. Nothing runs without consent.

use super::{Hint, Page, Stage};
use crate::domain::login::{Installer, InstallerState};
use crate::domain::problem::Problem;
use crate::domain::sanitize::truncate;
use crate::wizard::context::Ctx;
use crate::wizard::msg::{
    Answer, Choice, Input, Intent, Mode, Notice, Progress, Prompt, PromptId, Reply, Task, TaskOutcome, Transition, problem_of,
};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

/// Lines of output that are kept; the reason for a failure is usually near the end.
const MAX_OUTPUT_LINES: usize = 200;
/// Rows of the screen that are not output while it runs.
const ROWS_AROUND_OUTPUT: usize = 10;

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
    output: Vec<String>,
    problem: Option<Problem>,
}

impl InstallPage {
    pub fn open() -> (Self, Option<Task>) {
        let page = Self { phase: InstallPhase::Detecting, installers: Vec::new(), selected: 0, output: Vec::new(), problem: None };
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

    fn pick(&mut self, index: usize, ctx: &Ctx<'_>) -> Transition {
        let Some(way) = self.installers.get(index).filter(|_| !ctx.is_waiting) else { return Transition::stay() };
        self.selected = index;
        if let Some(reason) = &way.unusable_reason {
            return Transition { notice: Some(Notice::error(format!("{reason}."))), ..Transition::stay() };
        }
        self.problem = None;
        self.phase = InstallPhase::AwaitingConsent(way.installer);
        Transition::stay()
    }

    fn on_consent(&mut self, installer: Installer, given: bool) -> Transition {
        if !given {
            self.phase = InstallPhase::Picking;
            return Transition::stay();
        }
        self.phase = InstallPhase::Running(installer);
        self.output.clear();
        Transition::start(Task::Install(installer))
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

    fn choices(&self) -> Vec<Choice> {
        let reason = |way: &InstallerState| way.unusable_reason.as_ref().map(|reason| format!("{reason}."));
        self.installers
            .iter()
            .map(|way| Choice::new(installer_name(way.installer), way.installer.command()).disabled_because(reason(way)))
            .collect()
    }

    fn draw_installers(&self, sheet: &mut Sheet) {
        sheet.text(Role::Text, "Browser login is done by Notion's own program, ntn. It can be installed from here:");
        sheet.blank();
        for (index, choice) in self.choices().iter().enumerate() {
            components::draw_choice(sheet, index + 1, choice, index == self.selected);
        }
        if self.installers.iter().all(|way| way.unusable_reason.is_some()) {
            sheet.blank();
            sheet.text(Role::Text, "None of them can be used here just now. Put right what is missing, then r looks again.");
        }
    }

    fn draw_consent(sheet: &mut Sheet, installer: Installer) {
        sheet.blank();
        let mark = vec![sheet.span(Role::Warn, &format!("{} ", sheet.theme().glyph(Glyph::Warn)))];
        sheet.hanging(mark, Role::Title, consent_question(installer));
        components::draw_yes_no(sheet, "run it", "not now");
    }

    /// Draws the output: while it runs, the newest lines, each cut to the screen's width; afterwards all lines in full.
    fn draw_run(&self, sheet: &mut Sheet, installer: Installer, ctx: &Ctx<'_>) {
        let (mut shown, mut longest) = (MAX_OUTPUT_LINES, usize::MAX);
        if ctx.is_waiting {
            let esc = components::key_name(sheet.theme(), Mode::Normal, Intent::Back);
            components::draw_waiting(sheet, &format!("Installing: {}. {esc} stops it.", installer_name(installer)));
            shown = usize::from(ctx.size.rows).saturating_sub(ROWS_AROUND_OUTPUT).max(2);
            longest = sheet.width().saturating_sub(2);
        } else if let Some(problem) = &self.problem {
            sheet.scroll_to_here();
            components::draw_problem(sheet, problem, Mode::Normal);
        } else {
            sheet.text(Role::Text, "Stopped before it was done. r asks again.");
        }
        // In plain mode each line was already written as it came.
        if self.output.is_empty() || sheet.is_plain() {
            return;
        }
        sheet.blank();
        sheet.text(Role::Dim, if ctx.is_waiting { "It says" } else { "It said" });
        for line in self.output.iter().skip(self.output.len().saturating_sub(shown)) {
            sheet.hanging(vec![Span::raw("  ")], Role::Text, &truncate(line, longest));
        }
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
        Installer::Npm => "Run npm install --global ntn now?",
        Installer::Script => "Fetch the script from https://ntn.dev now, the whole of it, and then run it with bash?",
        Installer::Winget => "Run winget install --exact --id Notion.ntn now?",
    }
}

impl Page for InstallPage {
    fn stage(&self) -> Stage {
        Stage::Prepare
    }

    fn mode(&self) -> Mode {
        if matches!(self.phase, InstallPhase::AwaitingConsent(_)) { Mode::Confirm } else { Mode::Normal }
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match (self.phase, input) {
            (InstallPhase::AwaitingConsent(installer), Input::Do(Intent::Yes)) => return self.on_consent(installer, true),
            (InstallPhase::AwaitingConsent(installer), Input::Answer(Answer::Consent(given))) => {
                return self.on_consent(installer, given);
            }
            (InstallPhase::AwaitingConsent(installer), Input::Do(Intent::Back)) => return self.on_consent(installer, false),
            (InstallPhase::AwaitingConsent(_), _) => {}
            (InstallPhase::Picking, Input::Do(Intent::Up)) => self.selected = self.selected.saturating_sub(1),
            (InstallPhase::Picking, Input::Do(Intent::Down)) => {
                self.selected = (self.selected + 1).min(self.installers.len().saturating_sub(1));
            }
            (InstallPhase::Picking, Input::Do(Intent::First)) => self.selected = 0,
            (InstallPhase::Picking, Input::Do(Intent::Last)) => self.selected = self.installers.len().saturating_sub(1),
            (InstallPhase::Picking, Input::Do(Intent::Pick(index))) => {
                return self.pick(index, ctx);
            }
            (InstallPhase::Picking, Input::Do(Intent::Confirm)) => return self.pick(self.selected, ctx),
            (_, Input::Answer(Answer::Choice(index))) => return self.pick(index, ctx),
            (_, Input::Do(Intent::Copy)) => return self.command().map_or_else(Transition::stay, Transition::copy),
            (_, Input::Do(Intent::Retry)) => return self.retry(ctx),
            (_, Input::Do(Intent::Back)) => return Transition::back(),
            (_, Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_)) => {}
        }
        Transition::stay()
    }

    fn on_progress(&mut self, progress: Progress, _ctx: &Ctx<'_>) -> Transition {
        if let Progress::OutputLine(line) = progress {
            if self.output.len() == MAX_OUTPUT_LINES {
                self.output.remove(0);
            }
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
            (InstallPhase::Detecting, Some(problem)) => components::draw_problem(&mut sheet, problem, Mode::Normal),
            (InstallPhase::Detecting, None) => {
                components::draw_waiting(&mut sheet, "Looking which ways there are on this machine.");
            }
            (InstallPhase::Picking, _) => self.draw_installers(&mut sheet),
            (InstallPhase::AwaitingConsent(installer), _) => {
                self.draw_installers(&mut sheet);
                Self::draw_consent(&mut sheet, installer);
            }
            (InstallPhase::Running(installer), _) => self.draw_run(&mut sheet, installer, ctx),
        }
        sheet
    }

    fn prompt(&self, _ctx: &Ctx<'_>) -> Prompt {
        match self.phase {
            InstallPhase::AwaitingConsent(installer) => {
                Prompt::Consent { id: PromptId::Install, question: consent_question(installer).into() }
            }
            InstallPhase::Detecting | InstallPhase::Picking | InstallPhase::Running(_) => {
                Prompt::Choice { id: PromptId::Installer, prompt: "How is ntn to be installed?".into(), options: self.choices() }
            }
        }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        match self.phase {
            InstallPhase::AwaitingConsent(_) => vec![(Intent::Yes, "run it"), (Intent::Back, "not now")],
            InstallPhase::Running(_) if ctx.is_waiting => vec![(Intent::Back, "stop"), (Intent::Copy, "copy the command")],
            _ if ctx.is_waiting => vec![(Intent::Back, "back")],
            InstallPhase::Picking => vec![
                (Intent::Confirm, "go on"),
                (Intent::Back, "back"),
                (Intent::Copy, "copy the command"),
                (Intent::Retry, "look again"),
            ],
            InstallPhase::Detecting | InstallPhase::Running(_) => {
                vec![(Intent::Retry, "try again"), (Intent::Back, "back"), (Intent::Copy, "copy the command")]
            }
        }
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    fn arrows_scroll(&self) -> bool {
        matches!(self.phase, InstallPhase::Running(_))
    }

    fn back_cancels_wait(&self) -> bool {
        matches!(self.phase, InstallPhase::Running(_))
    }
}
