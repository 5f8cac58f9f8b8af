//! Installs `ntn`: lists the available installers and shows the exact command. Nothing runs without consent.

use super::{Hint, Page, Stage};
use crate::domain::login::{Installer, InstallerState};
use crate::domain::problem::Problem;
use crate::domain::sanitize::fit;
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Choice, Given, Input, Intent, Mode, Notice, Progress, Reply, Task, Transition};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

/// Lines of output that are kept; the reason for a failure is usually near the end.
const KEPT: usize = 200;
/// Rows of the screen that are not output while it runs.
const AROUND: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The available installers are not known yet.
    Looking,
    Picking,
    /// This installer was picked and waits for consent.
    Asking(Installer),
    /// The installer is running or has ended.
    Running(Installer),
}

#[derive(Clone, Debug, PartialEq)]
pub struct InstallPage {
    step: Step,
    ways: Vec<InstallerState>,
    selected: usize,
    output: Vec<String>,
    problem: Option<Problem>,
}

impl InstallPage {
    pub fn open() -> (Self, Option<Task>) {
        let page = Self { step: Step::Looking, ways: Vec::new(), selected: 0, output: Vec::new(), problem: None };
        (page, Some(Task::FindInstallers))
    }

    fn look(&mut self) -> Transition {
        self.step = Step::Looking;
        self.problem = None;
        Transition::begin(Task::FindInstallers)
    }

    /// Shows the installers. If only one is usable, it is picked at once.
    fn found(&mut self, ways: Vec<InstallerState>) {
        let mut usable = ways.iter().enumerate().filter(|(_, way)| way.unusable.is_none());
        self.selected = usable.next().map_or(0, |(index, _)| index);
        let is_single = ways.get(self.selected).is_some_and(|way| way.unusable.is_none()) && usable.next().is_none();
        self.ways = ways;
        self.step = match self.ways.get(self.selected) {
            Some(way) if is_single => Step::Asking(way.installer),
            _ => Step::Picking,
        };
    }

    fn pick(&mut self, index: usize, ctx: &Ctx<'_>) -> Transition {
        let Some(way) = self.ways.get(index).filter(|_| !ctx.is_waiting) else { return Transition::stay() };
        self.selected = index;
        if let Some(reason) = &way.unusable {
            return Transition { notice: Some(Notice::trouble(format!("{reason}."))), ..Transition::stay() };
        }
        self.problem = None;
        self.step = Step::Asking(way.installer);
        Transition::stay()
    }

    fn answer(&mut self, installer: Installer, given: bool) -> Transition {
        if !given {
            self.step = Step::Picking;
            return Transition::stay();
        }
        self.step = Step::Running(installer);
        self.output.clear();
        Transition::begin(Task::Install(installer))
    }

    fn again(&mut self, ctx: &Ctx<'_>) -> Transition {
        match self.step {
            _ if ctx.is_waiting => Transition::stay(),
            Step::Running(installer) => {
                self.problem = None;
                self.step = Step::Asking(installer);
                Transition::stay()
            }
            Step::Looking | Step::Picking | Step::Asking(_) => self.look(),
        }
    }

    fn command(&self) -> Option<&'static str> {
        self.ways.get(self.selected).map(|way| way.installer.command())
    }

    fn choices(&self) -> Vec<Choice> {
        let reason = |way: &InstallerState| way.unusable.as_ref().map(|reason| format!("{reason}."));
        self.ways
            .iter()
            .map(|way| Choice::new(name(way.installer), way.installer.command()).disabled_because(reason(way)))
            .collect()
    }

    fn draw_ways(&self, sheet: &mut Sheet) {
        sheet.text(Role::Text, "Browser login is done by Notion's own program, ntn. It can be installed from here:");
        sheet.blank();
        for (index, choice) in self.choices().iter().enumerate() {
            marks::choice(sheet, index + 1, choice, index == self.selected);
        }
        if self.ways.iter().all(|way| way.unusable.is_some()) {
            sheet.blank();
            sheet.text(Role::Text, "None of them can be used here just now. Put right what is missing, then r looks again.");
        }
    }

    fn draw_question(sheet: &mut Sheet, installer: Installer) {
        sheet.blank();
        let mark = vec![sheet.span(Role::Warn, &format!("{} ", sheet.theme().glyph(Glyph::Warn)))];
        sheet.hanging(mark, Role::Title, question(installer));
        marks::yes_or_no(sheet, "run it", "not now");
    }

    /// Draws the output: while it runs, the newest lines, each cut to the screen's width; afterwards all lines in full.
    fn draw_run(&self, sheet: &mut Sheet, installer: Installer, ctx: &Ctx<'_>) {
        let (mut shown, mut longest) = (KEPT, usize::MAX);
        if ctx.is_waiting {
            let esc = marks::key(sheet.theme(), Mode::Moving, Intent::Back);
            marks::waiting(sheet, &format!("Installing: {}. {esc} stops it.", name(installer)));
            shown = usize::from(ctx.size.rows).saturating_sub(AROUND).max(2);
            longest = sheet.width().saturating_sub(2);
        } else if let Some(problem) = &self.problem {
            sheet.put_news();
            marks::problem(sheet, problem, Mode::Moving);
        } else {
            sheet.text(Role::Text, "Stopped before it was done. r asks again.");
        }
        // In plain mode each line was already written as it came.
        if self.output.is_empty() || sheet.is_linear() {
            return;
        }
        sheet.blank();
        sheet.text(Role::Dim, if ctx.is_waiting { "It says" } else { "It said" });
        for line in self.output.iter().skip(self.output.len().saturating_sub(shown)) {
            sheet.hanging(vec![Span::raw("  ")], Role::Text, &fit(line, longest));
        }
    }
}

fn name(installer: Installer) -> &'static str {
    match installer {
        Installer::Npm => "npm",
        Installer::Script => "Notion's install script",
        Installer::Winget => "winget",
    }
}

/// Returns the question with the exact command.
fn question(installer: Installer) -> &'static str {
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
        if matches!(self.step, Step::Asking(_)) { Mode::Asking } else { Mode::Moving }
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match (self.step, input) {
            (Step::Asking(installer), Input::Do(Intent::Yes)) => return self.answer(installer, true),
            (Step::Asking(installer), Input::Answer(Given::Consent(given))) => return self.answer(installer, given),
            (Step::Asking(installer), Input::Do(Intent::Back)) => return self.answer(installer, false),
            (Step::Asking(_), _) => {}
            (Step::Picking, Input::Do(Intent::Up)) => self.selected = self.selected.saturating_sub(1),
            (Step::Picking, Input::Do(Intent::Down)) => {
                self.selected = (self.selected + 1).min(self.ways.len().saturating_sub(1));
            }
            (Step::Picking, Input::Do(Intent::First)) => self.selected = 0,
            (Step::Picking, Input::Do(Intent::Last)) => self.selected = self.ways.len().saturating_sub(1),
            (Step::Picking, Input::Do(Intent::Pick(number))) => return self.pick(usize::from(number).saturating_sub(1), ctx),
            (Step::Picking, Input::Do(Intent::Confirm)) => return self.pick(self.selected, ctx),
            (_, Input::Answer(Given::Choice(index))) => return self.pick(index, ctx),
            (_, Input::Do(Intent::Copy)) => return self.command().map_or_else(Transition::stay, Transition::copy),
            (_, Input::Do(Intent::Retry)) => return self.again(ctx),
            (_, Input::Do(Intent::Back)) => return Transition::back(),
            (_, Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_)) => {}
        }
        Transition::stay()
    }

    fn on_progress(&mut self, progress: Progress, _ctx: &Ctx<'_>) -> Transition {
        if let Progress::Line(line) = progress {
            if self.output.len() == KEPT {
                self.output.remove(0);
            }
            self.output.push(line);
        }
        Transition::stay()
    }

    fn on_reply(&mut self, reply: Reply, _ctx: &Ctx<'_>) -> Transition {
        match reply {
            Reply::Installers(Ok(ways)) => self.found(ways),
            Reply::Installed(Ok(())) => {
                return Transition { look: true, notice: Some(Notice::plain("ntn is installed.")), ..Transition::back() };
            }
            Reply::Installers(Err(problem)) | Reply::Installed(Err(problem)) => self.problem = Some(problem),
            _ => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        sheet.title("Install ntn");
        sheet.blank();
        match (self.step, &self.problem) {
            (Step::Looking, Some(problem)) => marks::problem(&mut sheet, problem, Mode::Moving),
            (Step::Looking, None) => marks::waiting(&mut sheet, "Looking which ways there are on this machine."),
            (Step::Picking, _) => self.draw_ways(&mut sheet),
            (Step::Asking(installer), _) => {
                self.draw_ways(&mut sheet);
                Self::draw_question(&mut sheet, installer);
            }
            (Step::Running(installer), _) => self.draw_run(&mut sheet, installer, ctx),
        }
        sheet
    }

    fn ask(&self, _ctx: &Ctx<'_>) -> Ask {
        match self.step {
            Step::Asking(installer) => Ask::Consent { id: AskId::Install, what: question(installer).into() },
            Step::Looking | Step::Picking | Step::Running(_) => {
                Ask::Choice { id: AskId::Installer, prompt: "How is ntn to be installed?".into(), options: self.choices() }
            }
        }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        match self.step {
            Step::Asking(_) => vec![(Intent::Yes, "run it"), (Intent::Back, "not now")],
            Step::Running(_) if ctx.is_waiting => vec![(Intent::Back, "stop"), (Intent::Copy, "copy the command")],
            _ if ctx.is_waiting => vec![(Intent::Back, "back")],
            Step::Picking => vec![
                (Intent::Confirm, "go on"),
                (Intent::Back, "back"),
                (Intent::Copy, "copy the command"),
                (Intent::Retry, "look again"),
            ],
            Step::Looking | Step::Running(_) => {
                vec![(Intent::Retry, "try again"), (Intent::Back, "back"), (Intent::Copy, "copy the command")]
            }
        }
    }

    fn trouble(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    fn arrows_scroll(&self) -> bool {
        matches!(self.step, Step::Running(_))
    }

    fn back_stops_waiting(&self) -> bool {
        matches!(self.step, Step::Running(_))
    }
}
