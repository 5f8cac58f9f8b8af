//! The profile page: asks once for role, plan and token policy, because Notion's API returns none of the three.

use super::Page;
use crate::domain::credentials::RememberedAnswers;
use crate::domain::prerequisites::{MemberProfile, MemberRole as Member, Plan, TokenPolicy, policy_for};
use crate::wizard::context::Ctx;
use crate::wizard::kit::{Actions, Menu, MenuEvent};
use crate::wizard::msg::{Choice, Input, Intent, Navigation, Prompt, PromptId, Transition};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::sheet::Sheet;
use strum::VariantArray;

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

    fn menu(&self) -> Menu {
        let (id, items) = match self.question {
            ProfileQuestion::Role => {
                (PromptId::Role, Member::VARIANTS.iter().map(|role| Choice::new(role.label(), role_description(*role))).collect())
            }
            ProfileQuestion::Plan => {
                (PromptId::Plan, Plan::VARIANTS.iter().map(|plan| Choice::new(plan.label(), policy_description(*plan))).collect())
            }
            ProfileQuestion::Policy => {
                let default = policy_for(self.profile.plan).map(|row| row.default);
                let detail = |policy: TokenPolicy| if Some(policy) == default { "The default on this plan." } else { "" };
                let items = self.policies().into_iter().map(|policy| Choice::new(policy.label(), detail(policy)));
                (PromptId::Policy, items.collect())
            }
        };
        Menu::new(id, self.question_text(), items)
    }

    fn question_text(&self) -> &'static str {
        match self.question {
            ProfileQuestion::Role => "What's your role in this workspace?",
            ProfileQuestion::Plan => "Which plan is the workspace on?",
            ProfileQuestion::Policy => "Who can create personal access tokens there?",
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

    fn on_back(&mut self) -> Transition {
        match self.question {
            ProfileQuestion::Role => return Transition::back(),
            ProfileQuestion::Plan => self.show_question(ProfileQuestion::Role),
            ProfileQuestion::Policy => self.show_question(ProfileQuestion::Plan),
        }
        Transition::stay()
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
        Member::Owner => "You can change settings for the whole workspace.",
        Member::Member => "You see the teamspaces and can create pages in them.",
        Member::Restricted => "You were added to some teamspaces only.",
        Member::Guest => "You were invited to individual pages.",
        Member::NotSure => "Look in Settings → People.",
    }
}

/// Returns a row of Notion's table of token policies.
fn policy_description(plan: Plan) -> String {
    match policy_for(plan) {
        Some(row) => format!("Tokens: {} by default. {}", row.default.label().to_lowercase(), row.change),
        None => "You'll see only what's true on every plan.".into(),
    }
}

impl Page for ProfilePage {
    fn on_input(&mut self, input: Input, _ctx: &Ctx<'_>) -> Transition {
        match (self.menu().on_input(&mut self.selected, &input), input) {
            (MenuEvent::Chosen(index), _) => self.answer(index),
            (MenuEvent::Handled(transition), _) => *transition,
            (MenuEvent::Ignored, Input::Do(Intent::Back)) => self.on_back(),
            (MenuEvent::Ignored, _) => Transition::stay(),
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        sheet.title(self.question_text());
        sheet.blank();
        // On a small screen, seeing the whole list matters more than the details.
        if ctx.size.is_roomy() {
            self.menu().draw(&mut sheet, self.selected);
        } else {
            self.menu().draw_short(&mut sheet, self.selected);
        }
        sheet.blank();
        sheet.text(Role::Dim, "Stored only on this machine, and used only for this advice.");
        sheet
    }

    fn prompt(&self, _ctx: &Ctx<'_>) -> Prompt {
        self.menu().prompt()
    }

    fn actions(&self, _ctx: &Ctx<'_>) -> Actions {
        self.menu().actions("continue").back("back")
    }
}
