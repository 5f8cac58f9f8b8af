//! The profile page: asks once for role, plan and token policy, because Notion's API returns none of the three.

use super::{Hint, Page, Stage};
use crate::domain::credentials::RememberedAnswers;
use crate::domain::prerequisites::{MemberProfile, MemberRole as Member, Plan, TokenPolicy, policy_for};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Answer, Choice, Input, Intent, Navigation, Prompt, PromptId, Transition};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use strum::VariantArray;

/// From this many rows up every option shows its details, otherwise only the selected one.
const MIN_ROWS_FOR_DETAILS: u16 = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ProfileQuestion {
    Role,
    Plan,
    Policy,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfilePage {
    question: ProfileQuestion,
    profile: MemberProfile,
    selected: usize,
}

impl ProfilePage {
    /// Starts with the previous answers.
    pub fn new(ctx: &Ctx<'_>) -> Self {
        let mut page = Self { question: ProfileQuestion::Role, profile: ctx.remembered.profile.unwrap_or_default(), selected: 0 };
        page.show_question(ProfileQuestion::Role);
        page
    }

    /// Returns the policies that this plan allows, and "not sure".
    fn policies(&self) -> Vec<TokenPolicy> {
        let choices = policy_for(self.profile.plan).map(|row| row.choices.clone()).unwrap_or_default();
        choices.into_iter().chain([TokenPolicy::NotSure]).collect()
    }

    /// True if the policy matters: owners may always create tokens, guests never, and most plans offer no choice.
    fn policy_matters(&self) -> bool {
        matches!(self.profile.role, Member::Member | Member::NotSure) && self.policies().len() > 2
    }

    fn show_question(&mut self, question: ProfileQuestion) {
        self.question = question;
        let given = self.profile;
        let position = match question {
            ProfileQuestion::Role => Member::VARIANTS.iter().position(|role| *role == given.role),
            ProfileQuestion::Plan => Plan::VARIANTS.iter().position(|plan| *plan == given.plan),
            ProfileQuestion::Policy => self.policies().iter().position(|policy| *policy == given.policy),
        };
        self.selected = position.unwrap_or(0);
    }

    fn choices(&self) -> Vec<Choice> {
        match self.question {
            ProfileQuestion::Role => {
                Member::VARIANTS.iter().map(|role| Choice::new(role.label(), role_description(*role))).collect()
            }
            ProfileQuestion::Plan => {
                Plan::VARIANTS.iter().map(|plan| Choice::new(plan.label(), policy_description(*plan))).collect()
            }
            ProfileQuestion::Policy => {
                let default = policy_for(self.profile.plan).map(|row| row.default);
                let detail = |policy: TokenPolicy| if Some(policy) == default { "The default on this plan." } else { "" };
                self.policies().into_iter().map(|policy| Choice::new(policy.label(), detail(policy))).collect()
            }
        }
    }

    fn question_text(&self) -> &'static str {
        match self.question {
            ProfileQuestion::Role => "What are you in this workspace?",
            ProfileQuestion::Plan => "Which plan is the workspace on?",
            ProfileQuestion::Policy => "Who may create personal access tokens there?",
        }
    }

    fn answer(&mut self, index: usize) -> Transition {
        match self.question {
            ProfileQuestion::Role => {
                let Some(role) = Member::VARIANTS.get(index) else { return Transition::stay() };
                self.profile.role = *role;
                self.show_question(ProfileQuestion::Plan);
                Transition::stay()
            }
            ProfileQuestion::Plan => {
                let Some(plan) = Plan::VARIANTS.get(index) else { return Transition::stay() };
                if *plan != self.profile.plan {
                    self.profile = MemberProfile { plan: *plan, policy: TokenPolicy::NotSure, ..self.profile };
                }
                if self.policy_matters() {
                    self.show_question(ProfileQuestion::Policy);
                    return Transition::stay();
                }
                self.profile.policy = TokenPolicy::NotSure;
                self.finish()
            }
            ProfileQuestion::Policy => {
                let Some(policy) = self.policies().get(index).copied() else { return Transition::stay() };
                self.profile.policy = policy;
                self.finish()
            }
        }
    }

    fn finish(&self) -> Transition {
        Transition {
            remember: Some(Box::new(RememberedAnswers::from_profile(self.profile))),
            navigation: Navigation::Back,
            ..Transition::stay()
        }
    }
}

/// Describes a role, so that the user recognises their own.
fn role_description(role: Member) -> &'static str {
    match role {
        Member::Owner => "You can open the workspace's settings for everybody.",
        Member::Member => "You see the teamspaces and can create pages in them.",
        Member::Restricted => "You were added to some teamspaces only.",
        Member::Guest => "You were invited to single pages.",
        Member::NotSure => "Notion's sidebar shows it under Settings, People.",
    }
}

/// Returns a row of Notion's table of token policies.
fn policy_description(plan: Plan) -> String {
    match policy_for(plan) {
        Some(row) => format!("Tokens: {} by default. {}", row.default.label().to_lowercase(), row.change),
        None => "Then only what holds on every plan is said.".into(),
    }
}

impl Page for ProfilePage {
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
            Input::Do(Intent::Pick(index)) | Input::Answer(Answer::Choice(index)) => return self.answer(index),
            Input::Do(Intent::Confirm) => return self.answer(self.selected),
            Input::Do(Intent::Back) => match self.question {
                ProfileQuestion::Role => return Transition::back(),
                ProfileQuestion::Plan => self.show_question(ProfileQuestion::Role),
                ProfileQuestion::Policy => self.show_question(ProfileQuestion::Plan),
            },
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        sheet.title(self.question_text());
        sheet.blank();
        for (index, mut choice) in self.choices().into_iter().enumerate() {
            // On a small screen, seeing the whole list matters more than the details.
            if ctx.size.rows < MIN_ROWS_FOR_DETAILS && index != self.selected {
                choice.detail.clear();
            }
            components::draw_choice(&mut sheet, index + 1, &choice, index == self.selected);
        }
        sheet.blank();
        sheet.text(Role::Dim, "It stays on this machine, and only decides what the Prepare step advises.");
        sheet
    }

    fn prompt(&self, _ctx: &Ctx<'_>) -> Prompt {
        let id = match self.question {
            ProfileQuestion::Role => PromptId::Role,
            ProfileQuestion::Plan => PromptId::Plan,
            ProfileQuestion::Policy => PromptId::Policy,
        };
        Prompt::Choice { id, prompt: self.question_text().into(), options: self.choices() }
    }

    fn hints(&self, _ctx: &Ctx<'_>) -> Vec<Hint> {
        vec![(Intent::Confirm, "answer"), (Intent::Back, "back"), (Intent::Pick(0), "to 5 pick")]
    }
}
