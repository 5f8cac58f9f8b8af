//! Connects the coding agents of this machine to Notion: which ones, the exact changes to their files, and whether each one works
//! afterwards. Nothing is written without consent. Without a sign-in to Notion MCP, it comes first.

mod view;

use super::Page;
use crate::domain::agents::plan::{AgentAction, AgentChange, AgentPlan, AgentResult, AgentStep};
use crate::domain::credentials::{CredentialRecord, StoreKind};
use crate::domain::problem::Problem;
use crate::domain::store_choice::StoreChoice;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{Actions, Consent, Menu, MenuEvent};
use crate::wizard::msg::{
    Answer, Choice, Input, Intent, Prompt, PromptId, Reply, Route, Task, TaskOutcome, Transition, problem_of,
};
use crate::wizard::theme::Theme;
use crate::wizard::widgets::sheet::Sheet;
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq)]
enum AgentsPhase {
    /// The plans are not known yet.
    Planning,
    Choosing,
    /// There is no keychain, so the tokens of the sign-in would go to a file in plain text, which needs consent.
    AwaitingPlaintext,
    /// The changes remove tokens from the files, which can be saved first.
    AwaitingTokens,
    /// The changes are shown and wait for consent.
    AwaitingConsent,
    /// The changes are made, or making them failed.
    Changing,
    Finished(Vec<AgentResult>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct AgentsPage {
    phase: AgentsPhase,
    /// The plans to connect the agents that were found.
    plans: Vec<AgentPlan>,
    /// The agents that the person, or at first the team profile, has turned off.
    skipped: BTreeSet<&'static str>,
    /// The team's choice was applied; what the person changes afterwards stays.
    has_team_choice: bool,
    selected: usize,
    /// The plans to disconnect agents, while that is what is asked about.
    disconnection: Option<Vec<AgentPlan>>,
    /// The sign-in that the agents will use, or why there is none.
    sign_in: Option<Result<Box<CredentialRecord>, Problem>>,
    /// Enter led to the sign-in, after which the changes are shown.
    is_signing_in: bool,
    /// The tokens in the files are saved before they are removed.
    saves_tokens: bool,
    problem: Option<Problem>,
}

impl AgentsPage {
    pub fn open() -> (Self, Task) {
        let page = Self {
            phase: AgentsPhase::Planning,
            plans: Vec::new(),
            skipped: BTreeSet::new(),
            has_team_choice: false,
            selected: 0,
            disconnection: None,
            sign_in: None,
            is_signing_in: false,
            saves_tokens: false,
            problem: None,
        };
        (page, Task::PlanAgents(AgentAction::CONNECT))
    }

    fn plan(&mut self, action: AgentAction) -> Transition {
        self.phase = AgentsPhase::Planning;
        self.problem = None;
        self.disconnection = None;
        Transition::start(Task::PlanAgents(action))
    }

    fn chosen(&self) -> Vec<AgentPlan> {
        let is_chosen = |plan: &&AgentPlan| is_possible(plan) && !self.skipped.contains(plan.agent.id.as_str());
        self.plans.iter().filter(is_chosen).cloned().collect()
    }

    /// Returns the plans that are asked about.
    fn pending_plans(&self) -> Vec<AgentPlan> {
        self.disconnection.clone().unwrap_or_else(|| self.chosen())
    }

    fn toggle(&mut self, index: usize) {
        if let Some(plan) = self.plans.get(index).filter(|plan| is_possible(plan)) {
            self.selected = index;
            let id = plan.agent.id.as_str();
            if !self.skipped.remove(id) {
                self.skipped.insert(id);
            }
        }
    }

    fn connect(&mut self, ctx: &Ctx<'_>) -> Transition {
        let chosen = self.chosen();
        if chosen.is_empty() {
            return Transition::notify("Choose at least one agent.");
        }
        if self.missing_sign_in().is_some() {
            return self.sign_in(ctx);
        }
        if has_change(&chosen) {
            self.ask();
            return Transition::stay();
        }
        self.start(ctx)
    }

    /// Shows the changes.
    fn ask(&mut self) {
        self.saves_tokens = false;
        let has_token = self.pending_plans().iter().any(|plan| plan.saveable_token().is_some());
        self.phase = if has_token { AgentsPhase::AwaitingTokens } else { AgentsPhase::AwaitingConsent };
    }

    fn start(&mut self, ctx: &Ctx<'_>) -> Transition {
        self.problem = None;
        self.phase = AgentsPhase::Changing;
        let action = if self.disconnection.is_some() { AgentAction::Disconnect } else { AgentAction::CONNECT };
        let tokens_saved_on = self.saves_tokens.then_some(ctx.setup.today);
        Transition::start(Task::ChangeAgents(Box::new(AgentChange { action, plans: self.pending_plans(), tokens_saved_on })))
    }

    fn missing_sign_in(&self) -> Option<&Problem> {
        self.sign_in.as_ref()?.as_ref().err()
    }

    /// Leads to the sign-in. The store of its tokens is settled first, so that nobody is asked for consent in vain.
    fn sign_in(&mut self, ctx: &Ctx<'_>) -> Transition {
        if let Some(problem) = &ctx.setup.no_store {
            return Transition::refuse(problem.evidence.as_deref().unwrap_or_else(|| problem.headline()));
        }
        match ctx.choose_store() {
            StoreChoice::Use(store) => self.sign_in_with(store),
            StoreChoice::ProbeFirst => Transition::notify("Still checking the keychain. Press Enter again in a moment."),
            StoreChoice::Undecided(_) | StoreChoice::Refused(_) => {
                self.phase = AgentsPhase::AwaitingPlaintext;
                Transition::stay()
            }
        }
    }

    fn sign_in_with(&mut self, store: StoreKind) -> Transition {
        self.is_signing_in = true;
        Transition::to(Route::SignInToMcp(store))
    }

    fn menu(&self) -> Menu {
        let choice = |plan: &AgentPlan| {
            let is_off = !is_possible(plan) || self.skipped.contains(plan.agent.id.as_str());
            let mark = if is_off { "[ ]" } else { "[x]" };
            Choice::new(format!("{mark} {}", plan.agent.name), view::plan_text(plan)).disabled_because(view::blocker(plan))
        };
        Menu::new(PromptId::Agents, "Connect which agents?", self.plans.iter().map(choice).collect()).with_numbers_that_select()
    }

    fn on_choosing(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Pick(index)) | Input::Answer(Answer::Choice(index)) => self.toggle(*index),
            Input::Do(Intent::Right) => self.toggle(self.menu().focus(self.selected).unwrap_or_default()),
            Input::Do(Intent::Confirm) => return self.connect(ctx),
            Input::Do(Intent::Retry) => return self.plan(AgentAction::CONNECT),
            Input::Do(Intent::LogOut) => return self.plan(AgentAction::Disconnect),
            Input::Do(Intent::Copy) => {
                return view::manual_entries(&self.plans)
                    .next()
                    .map_or_else(Transition::stay, |(_, lines)| Transition::copy(lines));
            }
            Input::Do(Intent::Back) => return Transition::back(),
            input => {
                if let MenuEvent::Handled(transition) = self.menu().on_input(&mut self.selected, input) {
                    return *transition;
                }
            }
        }
        Transition::stay()
    }

    /// Turns off the agents that the team profile does not name, if it names any.
    fn apply_team_choice(&mut self, plans: &[AgentPlan], ctx: &Ctx<'_>) {
        let chosen = ctx.team_answers().map(|answers| answers.agents.as_slice()).unwrap_or_default();
        if !chosen.is_empty() && !std::mem::replace(&mut self.has_team_choice, true) {
            self.skipped =
                plans.iter().map(|plan| plan.agent).filter(|agent| !chosen.contains(agent)).map(|agent| &*agent.id).collect();
        }
    }

    /// Shows the plans, or what they are for: after a sign-in, the changes that it was needed for.
    fn on_plans(&mut self, action: &AgentAction, plans: Vec<AgentPlan>) -> Transition {
        let was_signing_in = std::mem::take(&mut self.is_signing_in);
        self.phase = AgentsPhase::Choosing;
        if *action != AgentAction::Disconnect {
            self.plans = plans;
            if was_signing_in && self.missing_sign_in().is_none() && has_change(&self.chosen()) {
                self.ask();
            }
            return Transition::stay();
        }
        if !has_change(&plans) {
            return Transition::notify("There is nothing to disconnect.");
        }
        self.disconnection = Some(plans);
        self.ask();
        Transition::stay()
    }
}

/// False for an agent that a person has to connect by hand, or whose file is refused.
fn is_possible(plan: &AgentPlan) -> bool {
    matches!(plan.step, AgentStep::Change(_) | AgentStep::Done { .. })
}

fn has_change(plans: &[AgentPlan]) -> bool {
    plans.iter().any(|plan| plan.change().is_some())
}

fn is_connected(plan: &AgentPlan) -> bool {
    matches!(plan.step, AgentStep::Done { .. })
}

impl Page for AgentsPage {
    /// The agents are beside the steps.
    fn has_steps(&self) -> bool {
        false
    }

    fn on_return(&mut self, _ctx: &Ctx<'_>) -> Transition {
        self.plan(AgentAction::CONNECT)
    }

    fn consent(&self, ctx: &Ctx<'_>) -> Option<Consent> {
        match self.phase {
            AgentsPhase::AwaitingPlaintext => {
                let question = format!("No keychain here. Save the sign-in unencrypted in {}?", ctx.setup.file_place);
                Some(Consent::to_plaintext(&question, "use the file", "back"))
            }
            AgentsPhase::AwaitingTokens => {
                Some(Consent::new(PromptId::SaveTokens, view::token_question(&self.pending_plans()), "save", "don't save"))
            }
            AgentsPhase::AwaitingConsent => {
                let question = match self.pending_plans().iter().filter(|plan| plan.change().is_some()).count() {
                    1 => "Make this change?".to_owned(),
                    count => format!("Make these changes to {count} files?"),
                };
                Some(Consent::new(PromptId::ChangeAgents, question, "yes", "not now"))
            }
            _ => None,
        }
    }

    fn on_consent(&mut self, agreed: bool, ctx: &Ctx<'_>) -> Transition {
        match self.phase {
            AgentsPhase::AwaitingPlaintext if agreed => {
                self.phase = AgentsPhase::Choosing;
                self.sign_in_with(StoreKind::File)
            }
            AgentsPhase::AwaitingTokens => {
                self.saves_tokens = agreed;
                self.phase = AgentsPhase::AwaitingConsent;
                Transition::stay()
            }
            _ if agreed => self.start(ctx),
            _ => {
                self.disconnection = None;
                self.phase = AgentsPhase::Choosing;
                Transition::stay()
            }
        }
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match (&self.phase, &input) {
            (AgentsPhase::Choosing, _) => self.on_choosing(&input, ctx),
            (AgentsPhase::Finished(_), Input::Do(Intent::Confirm | Intent::Back) | Input::Answer(Answer::Choice(_)))
            | (AgentsPhase::Planning | AgentsPhase::Changing, Input::Do(Intent::Back)) => Transition::back(),
            (AgentsPhase::Finished(_), Input::Do(Intent::LogOut)) => self.plan(AgentAction::Disconnect),
            (_, Input::Do(Intent::Retry) | Input::Answer(Answer::Choice(_))) if !ctx.is_waiting => self.plan(AgentAction::CONNECT),
            _ => Transition::stay(),
        }
    }

    fn on_reply(&mut self, task: &Task, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        match (task, reply) {
            (Task::PlanAgents(action), Ok(TaskOutcome::AgentPlans(plans, sign_in))) => {
                self.sign_in = Some(sign_in);
                if *action != AgentAction::Disconnect {
                    self.apply_team_choice(&plans, ctx);
                }
                return self.on_plans(action, plans);
            }
            (_, Ok(TaskOutcome::AgentsChanged(results))) => self.phase = AgentsPhase::Finished(results),
            (_, reply) => self.problem = Some(problem_of(reply)),
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        view::sheet(self, ctx, theme)
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
            AgentsPhase::Changing if ctx.is_waiting => Actions::new(),
            AgentsPhase::Finished(_) => {
                let can_disconnect = self.disconnection.is_none();
                Actions::enter("back")
                    .back("back")
                    .key_if(can_disconnect, Intent::LogOut, "disconnect")
                    .key(Intent::Retry, "recheck")
            }
            AgentsPhase::Choosing => {
                let verb = if self.missing_sign_in().is_some() { "sign in" } else { "connect" };
                let is_possible = self.plans.iter().any(is_possible);
                let actions = if is_possible { Actions::enter(verb) } else { Actions::new() };
                let last = self.plans.len().saturating_sub(1);
                let actions = actions.back("back").key_if(is_possible, Intent::Pick(last), "on or off");
                let actions = actions.key_if(self.plans.iter().any(is_connected), Intent::LogOut, "disconnect");
                let has_lines = view::manual_entries(&self.plans).next().is_some();
                let actions = actions.key_if(has_lines, Intent::Copy, "copy lines");
                let actions = if is_possible {
                    actions.key(Intent::Retry, "recheck").in_help(Intent::Right, "on or off")
                } else {
                    actions.main(Intent::Retry, "recheck")
                };
                if last > 0 && is_possible {
                    actions.moving(&[Intent::Up, Intent::Down, Intent::First, Intent::Last], "move")
                } else {
                    actions
                }
            }
            _ => Actions::new().main(Intent::Retry, "recheck").back("back"),
        }
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    fn exit_message(&self) -> Option<String> {
        match &self.phase {
            AgentsPhase::Finished(results) => Some(format!("{}.", view::summary(results, self.disconnection.is_some()))),
            _ => None,
        }
    }
}
