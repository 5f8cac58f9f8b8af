//! The profile page: asks once for role, plan and token policy, because Notion's API returns none of the three.

use super::{Hint, Page, Stage};
use crate::domain::credential::Told;
use crate::domain::prerequisites::{Plan, Policy, Role as Member, Standing, policy_of};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Choice, Given, Go, Input, Intent, Transition};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;

/// From this many rows up every option shows its details, otherwise only the selected one.
const ROOMY: u16 = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Role,
    Plan,
    Policy,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingPage {
    question: Question,
    given: Standing,
    selected: usize,
}

impl StandingPage {
    /// Starts with the previous answers.
    pub fn new(ctx: &Ctx<'_>) -> Self {
        let mut page = Self { question: Question::Role, given: ctx.ledger.told.standing.unwrap_or_default(), selected: 0 };
        page.turn_to(Question::Role);
        page
    }

    /// Returns the policies that this plan allows, and "not sure".
    fn policies(&self) -> Vec<Policy> {
        let choices = policy_of(self.given.plan).map(|row| row.choices.clone()).unwrap_or_default();
        choices.into_iter().chain([Policy::NotSure]).collect()
    }

    /// True if the policy matters: owners may always create tokens, guests never, and most plans offer no choice.
    fn policy_matters(&self) -> bool {
        matches!(self.given.role, Member::Member | Member::NotSure) && self.policies().len() > 2
    }

    fn turn_to(&mut self, question: Question) {
        self.question = question;
        let given = self.given;
        let position = match question {
            Question::Role => Member::ALL.iter().position(|role| *role == given.role),
            Question::Plan => Plan::ALL.iter().position(|plan| *plan == given.plan),
            Question::Policy => self.policies().iter().position(|policy| *policy == given.policy),
        };
        self.selected = position.unwrap_or(0);
    }

    fn choices(&self) -> Vec<Choice> {
        match self.question {
            Question::Role => Member::ALL.iter().map(|role| Choice::new(role.label(), who(*role))).collect(),
            Question::Plan => Plan::ALL.iter().map(|plan| Choice::new(plan.label(), policy_in_words(*plan))).collect(),
            Question::Policy => {
                let default = policy_of(self.given.plan).map(|row| row.default);
                let detail = |policy: Policy| if Some(policy) == default { "The default on this plan." } else { "" };
                self.policies().into_iter().map(|policy| Choice::new(policy.label(), detail(policy))).collect()
            }
        }
    }

    fn prompt(&self) -> &'static str {
        match self.question {
            Question::Role => "What are you in this workspace?",
            Question::Plan => "Which plan is the workspace on?",
            Question::Policy => "Who may create personal access tokens there?",
        }
    }

    fn answer(&mut self, index: usize) -> Transition {
        match self.question {
            Question::Role => {
                let Some(role) = Member::ALL.get(index) else { return Transition::stay() };
                self.given.role = *role;
                self.turn_to(Question::Plan);
                Transition::stay()
            }
            Question::Plan => {
                let Some(plan) = Plan::ALL.get(index) else { return Transition::stay() };
                if *plan != self.given.plan {
                    self.given = Standing { plan: *plan, policy: Policy::NotSure, ..self.given };
                }
                if self.policy_matters() {
                    self.turn_to(Question::Policy);
                    return Transition::stay();
                }
                self.given.policy = Policy::NotSure;
                self.finish()
            }
            Question::Policy => {
                let Some(policy) = self.policies().get(index).copied() else { return Transition::stay() };
                self.given.policy = policy;
                self.finish()
            }
        }
    }

    fn finish(&self) -> Transition {
        Transition { remember: Some(Box::new(Told::standing(self.given))), go: Go::Back, ..Transition::stay() }
    }
}

/// Describes a role, so that the user recognises their own.
fn who(role: Member) -> &'static str {
    match role {
        Member::Owner => "You can open the workspace's settings for everybody.",
        Member::Member => "You see the teamspaces and can create pages in them.",
        Member::Restricted => "You were added to some teamspaces only.",
        Member::Guest => "You were invited to single pages.",
        Member::NotSure => "Notion's sidebar shows it under Settings, People.",
    }
}

/// Returns a row of Notion's table of token policies.
fn policy_in_words(plan: Plan) -> String {
    match policy_of(plan) {
        Some(row) => format!("Tokens: {} by default. {}", row.default.label().to_lowercase(), row.change),
        None => "Then only what holds on every plan is said.".into(),
    }
}

impl Page for StandingPage {
    fn stage(&self) -> Stage {
        Stage::Prepare
    }

    fn on_input(&mut self, input: Input, _ctx: &Ctx<'_>) -> Transition {
        let last = self.choices().len().saturating_sub(1);
        match input {
            Input::Do(Intent::Up) => self.selected = self.selected.saturating_sub(1),
            Input::Do(Intent::Down) => self.selected = (self.selected + 1).min(last),
            Input::Do(Intent::First) => self.selected = 0,
            Input::Do(Intent::Last) => self.selected = last,
            Input::Do(Intent::Pick(number)) => return self.answer(usize::from(number).saturating_sub(1)),
            Input::Do(Intent::Confirm) => return self.answer(self.selected),
            Input::Answer(Given::Choice(index)) => return self.answer(index),
            Input::Do(Intent::Back) => match self.question {
                Question::Role => return Transition::back(),
                Question::Plan => self.turn_to(Question::Role),
                Question::Policy => self.turn_to(Question::Plan),
            },
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        sheet.title(self.prompt());
        sheet.blank();
        for (index, mut choice) in self.choices().into_iter().enumerate() {
            // On a small screen, seeing the whole list matters more than the details.
            if ctx.size.rows < ROOMY && index != self.selected {
                choice.detail.clear();
            }
            marks::choice(&mut sheet, index + 1, &choice, index == self.selected);
        }
        sheet.blank();
        sheet.text(Role::Dim, "It stays on this machine, and only decides what the Prepare step advises.");
        sheet
    }

    fn ask(&self, _ctx: &Ctx<'_>) -> Ask {
        let id = match self.question {
            Question::Role => AskId::Role,
            Question::Plan => AskId::Plan,
            Question::Policy => AskId::Policy,
        };
        Ask::Choice { id, prompt: self.prompt().into(), options: self.choices() }
    }

    fn hints(&self, _ctx: &Ctx<'_>) -> Vec<Hint> {
        vec![(Intent::Confirm, "answer"), (Intent::Back, "back"), (Intent::Pick(1), "to 5 pick")]
    }
}
