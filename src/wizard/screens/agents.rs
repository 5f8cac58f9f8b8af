//! Connects the coding agents of this machine to Notion: which ones, the exact changes to their files, and whether each one works
//! afterwards. Nothing is written without consent.

use super::Page;
use crate::domain::agents::AgentState;
use crate::domain::agents::diff::{DiffLine, DiffLineKind};
use crate::domain::agents::plan::{AgentOutcome, AgentPlan, AgentStep, FileChange};
use crate::domain::checks::Verdict;
use crate::domain::problem::Problem;
use crate::domain::sanitize::truncate;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{self, Actions, Consent, Menu, MenuEvent};
use crate::wizard::msg::{Answer, Choice, Input, Intent, Prompt, PromptId, Reply, Task, TaskOutcome, Transition, problem_of};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use std::collections::BTreeSet;

const TITLE: &str = "Connect your coding agents";
const SIGN_IN_COMMAND: &str = "notion-auth login --path mcp";

#[derive(Clone, Debug, PartialEq)]
enum AgentsPhase {
    /// The plans are not known yet.
    Planning,
    Choosing,
    /// The changes are shown and wait for consent.
    AwaitingConsent,
    /// The changes are made, or making them failed.
    Connecting,
    Finished(Vec<(AgentPlan, AgentOutcome)>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct AgentsPage {
    phase: AgentsPhase,
    plans: Vec<AgentPlan>,
    /// The plans that the person has turned off, by index.
    skipped: BTreeSet<usize>,
    selected: usize,
    /// Why the bridge would have no sign-in to use.
    missing_sign_in: Option<Problem>,
    problem: Option<Problem>,
}

impl AgentsPage {
    pub fn open() -> (Self, Task) {
        let page = Self {
            phase: AgentsPhase::Planning,
            plans: Vec::new(),
            skipped: BTreeSet::new(),
            selected: 0,
            missing_sign_in: None,
            problem: None,
        };
        (page, Task::PlanAgents)
    }

    fn plan(&mut self) -> Transition {
        self.phase = AgentsPhase::Planning;
        self.problem = None;
        Transition::start(Task::PlanAgents)
    }

    fn chosen(&self) -> Vec<AgentPlan> {
        let chosen = self.plans.iter().enumerate().filter(|(index, plan)| is_possible(plan) && !self.skipped.contains(index));
        chosen.map(|(_, plan)| plan.clone()).collect()
    }

    fn toggle(&mut self, index: usize) {
        if self.plans.get(index).is_some_and(is_possible) {
            self.selected = index;
            if !self.skipped.remove(&index) {
                self.skipped.insert(index);
            }
        }
    }

    fn connect(&mut self) -> Transition {
        let chosen = self.chosen();
        if chosen.is_empty() {
            return Transition::notify("Choose at least one agent.");
        }
        if chosen.iter().any(|plan| plan.change().is_some()) {
            self.phase = AgentsPhase::AwaitingConsent;
            return Transition::stay();
        }
        self.start()
    }

    fn start(&mut self) -> Transition {
        self.problem = None;
        self.phase = AgentsPhase::Connecting;
        Transition::start(Task::ConnectAgents(self.chosen()))
    }

    fn menu(&self) -> Menu {
        let choice = |(index, plan): (usize, &AgentPlan)| {
            let mark = if !is_possible(plan) || self.skipped.contains(&index) { "[ ]" } else { "[x]" };
            Choice::new(format!("{mark} {}", plan.agent.name), plan_text(plan)).disabled_because(blocker(plan))
        };
        Menu::new(PromptId::Agents, "Connect which agents?", self.plans.iter().enumerate().map(choice).collect())
            .with_numbers_that_select()
    }

    fn on_choosing(&mut self, input: &Input) -> Transition {
        match input {
            Input::Do(Intent::Pick(index)) | Input::Answer(Answer::Choice(index)) => self.toggle(*index),
            Input::Do(Intent::Right) => self.toggle(self.menu().focus(self.selected).unwrap_or_default()),
            Input::Do(Intent::Confirm) => return self.connect(),
            Input::Do(Intent::Retry) => return self.plan(),
            Input::Do(Intent::Copy) => return Transition::copy(SIGN_IN_COMMAND),
            Input::Do(Intent::Back) => return Transition::back(),
            input => {
                if let MenuEvent::Handled(transition) = self.menu().on_input(&mut self.selected, input) {
                    return *transition;
                }
            }
        }
        Transition::stay()
    }

    fn draw_choices(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        sheet.title(TITLE);
        sheet.text(Role::Dim, "They share one sign-in through notion-auth mcp; no token is written to their settings.");
        if self.missing_sign_in.is_some() {
            sheet.blank();
            let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
            sheet.hanging(mark, Role::Text, "You're not signed in to Notion MCP. Run this in another terminal first:");
            sheet.command(SIGN_IN_COMMAND, false);
        }
        sheet.blank();
        if self.plans.is_empty() {
            return sheet.text(Role::Text, "No coding agents were found on this machine.");
        }
        let menu = self.menu();
        if ctx.size.rows < 36 { menu.draw_short(sheet, self.selected) } else { menu.draw(sheet, self.selected) }
    }

    fn draw_changes(&self, sheet: &mut Sheet) {
        sheet.title("Changes to their settings");
        for change in self.chosen().iter().filter_map(AgentPlan::change) {
            sheet.blank();
            draw_change(sheet, change);
        }
    }
}

/// False for an agent that a person has to connect by hand, or whose file is refused.
fn is_possible(plan: &AgentPlan) -> bool {
    matches!(plan.step, AgentStep::Change(_) | AgentStep::Done { .. })
}

fn blocker(plan: &AgentPlan) -> Option<String> {
    match &plan.step {
        AgentStep::Change(_) | AgentStep::Done { .. } => None,
        AgentStep::ByHand { .. } => Some(format!("Add it by hand: notion-auth agents connect {} shows the lines.", plan.agent.id)),
        AgentStep::Refused(problem) => Some(problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned())),
    }
}

/// Returns an empty text for an agent whose reason says everything.
fn plan_text(plan: &AgentPlan) -> String {
    if !is_possible(plan) {
        return String::new();
    }
    let replaced = plan.change().and_then(|change| change.replaces.as_ref()).map(|replaced| replaced.state);
    let state = match (&plan.step, replaced) {
        (AgentStep::Done { .. }, _) => "already connected",
        (_, Some(AgentState::PlainSecret)) => "a token is in its settings as plain text; it is replaced",
        (_, Some(AgentState::OwnSignIn)) => "signs in by itself; that is replaced",
        (_, Some(_)) => "connected in another way; that is replaced",
        (_, None) => "not connected",
    };
    plan.file.as_ref().map_or_else(|| state.to_owned(), |file| format!("{state}: {file}"))
}

fn draw_change(sheet: &mut Sheet, change: &FileChange) {
    sheet.text(Role::Title, &change.path.to_string_lossy());
    let room = if sheet.is_plain() { usize::MAX } else { sheet.width() };
    for line in &change.lines {
        let DiffLine { kind, .. } = line;
        let role = match kind {
            DiffLineKind::Context => Role::Dim,
            DiffLineKind::Removed => Role::Bad,
            // Green is too pale on white to carry words.
            DiffLineKind::Added => Role::Title,
        };
        let span = sheet.span(role, &truncate(&line.marked(), room));
        sheet.line(vec![span]);
    }
    if change.replaces.as_ref().is_some_and(|replaced| replaced.state == AgentState::PlainSecret) {
        let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
        sheet.hanging(mark, Role::Text, "Revoke this token at Notion if others can read the file, or if it is in git.");
    }
}

fn draw_results(sheet: &mut Sheet, results: &[(AgentPlan, AgentOutcome)]) {
    let is_done = |outcome: &AgentOutcome| matches!(outcome, AgentOutcome::Connected { .. });
    let done = results.iter().filter(|(_, outcome)| is_done(outcome)).count();
    sheet.title(&format!("{done} of {} agents connected", results.len()));
    sheet.blank();
    for (plan, outcome) in results {
        let (verdict, text) = match outcome {
            AgentOutcome::Connected { tools } => (Verdict::Pass, format!("connected ({tools} tools)")),
            AgentOutcome::Unverified(problem) => (Verdict::Warn, problem_text(problem)),
            AgentOutcome::Failed(problem) => (Verdict::Fail, problem_text(problem)),
            _ => (Verdict::Pass, "done".to_owned()),
        };
        let mark = vec![components::verdict_mark(sheet, verdict)];
        sheet.hanging(mark, Role::Text, &format!("{}: {text}", plan.agent.name));
    }
    sheet.blank();
    sheet.text(Role::Dim, "An agent that is running finds it after a restart. To undo: notion-auth agents disconnect");
}

/// Returns what happened and the first remedy. The text of a library is left to `agents connect`, which shows it.
fn problem_text(problem: &Problem) -> String {
    let evidence = problem
        .evidence
        .as_ref()
        .filter(|_| !problem.has_technical_evidence())
        .map(|evidence| format!(" ({evidence})"))
        .unwrap_or_default();
    let remedy = problem.remedies().first().map(|remedy| format!(" {}", remedy.text)).unwrap_or_default();
    format!("{}{evidence}{remedy}", problem.headline())
}

impl Page for AgentsPage {
    /// The agents are beside the steps.
    fn has_steps(&self) -> bool {
        false
    }

    fn consent(&self, _ctx: &Ctx<'_>) -> Option<Consent> {
        (self.phase == AgentsPhase::AwaitingConsent)
            .then(|| Consent::new(PromptId::ConnectAgents, "Make these changes?", "make them", "not now"))
    }

    fn on_consent(&mut self, agreed: bool, _ctx: &Ctx<'_>) -> Transition {
        if agreed {
            return self.start();
        }
        self.phase = AgentsPhase::Choosing;
        Transition::stay()
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match (&self.phase, &input) {
            (AgentsPhase::Choosing, _) => self.on_choosing(&input),
            (AgentsPhase::Finished(_), Input::Do(Intent::Confirm | Intent::Back) | Input::Answer(Answer::Choice(_)))
            | (AgentsPhase::Planning | AgentsPhase::Connecting, Input::Do(Intent::Back)) => Transition::back(),
            (_, Input::Do(Intent::Retry) | Input::Answer(Answer::Choice(_))) if !ctx.is_waiting => self.plan(),
            _ => Transition::stay(),
        }
    }

    fn on_reply(&mut self, _task: &Task, reply: Reply, _ctx: &Ctx<'_>) -> Transition {
        match reply {
            Ok(TaskOutcome::AgentPlans(plans, missing_sign_in)) => {
                (self.plans, self.missing_sign_in) = (plans, missing_sign_in);
                self.skipped.clear();
                self.phase = AgentsPhase::Choosing;
            }
            Ok(TaskOutcome::AgentsConnected(results)) => self.phase = AgentsPhase::Finished(results),
            reply => self.problem = Some(problem_of(reply)),
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        let waiting = match &self.phase {
            AgentsPhase::Choosing => {
                self.draw_choices(&mut sheet, ctx);
                return sheet;
            }
            AgentsPhase::AwaitingConsent => {
                self.draw_changes(&mut sheet);
                return sheet;
            }
            AgentsPhase::Finished(results) => {
                draw_results(&mut sheet, results);
                return sheet;
            }
            AgentsPhase::Planning => "Looking for coding agents…",
            AgentsPhase::Connecting => "Changing the settings, and trying out each one…",
        };
        sheet.title(TITLE);
        sheet.blank();
        match &self.problem {
            Some(problem) => kit::draw_problem(&mut sheet, problem, &self.keys(ctx)),
            None => components::draw_waiting(&mut sheet, waiting),
        }
        sheet
    }

    fn prompt(&self, _ctx: &Ctx<'_>) -> Prompt {
        match &self.phase {
            AgentsPhase::Choosing if !self.plans.is_empty() => self.menu().prompt(),
            AgentsPhase::Finished(_) => Menu::new(PromptId::Finished, "What next?", vec![Choice::new("Back", "")]).prompt(),
            _ => Menu::new(PromptId::Agents, "What now?", vec![Choice::new("Check again", "")]).prompt(),
        }
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        match &self.phase {
            AgentsPhase::Planning if ctx.is_waiting => Actions::only_back("back"),
            AgentsPhase::Connecting if ctx.is_waiting => Actions::new(),
            AgentsPhase::Finished(_) => Actions::enter("back").back("back"),
            AgentsPhase::Choosing if !self.chosen().is_empty() || self.plans.iter().any(is_possible) => {
                let last = self.plans.len().saturating_sub(1);
                let actions = Actions::enter("connect").back("back").key(Intent::Pick(last), "on or off");
                let actions = actions.key_if(self.missing_sign_in.is_some(), Intent::Copy, "copy command");
                let actions = actions.key(Intent::Retry, "recheck").in_help(Intent::Right, "on or off");
                if last > 0 { actions.moving(&[Intent::Up, Intent::Down, Intent::First, Intent::Last], "move") } else { actions }
            }
            _ => Actions::new().main(Intent::Retry, "recheck").back("back"),
        }
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}
