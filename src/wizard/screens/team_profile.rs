//! The page of the team profile: the file, every answer in it, and the decision to use them. Nothing is used before a yes, and what is
//! used stays editable on the page that asks it.

use super::Page;
use crate::domain::credentials::{ProfileDecision, RememberedAnswers};
use crate::domain::team_profile::{LoadedProfile, PROFILE_FILE_NAME};
use crate::wizard::context::{Ctx, TeamProfileSource};
use crate::wizard::kit::{self, Actions, Menu, MenuEvent};
use crate::wizard::msg::{Choice, Input, Intent, Navigation, Notice, Prompt, PromptId, Route, Transition};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::sheet::Sheet;

/// The columns of the names in front of the answers.
const KEY_COLUMNS: usize = 10;

/// The items of the question, in their order.
const USE: usize = 0;
const DO_NOT_USE: usize = 1;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamProfilePage {
    selected: usize,
}

impl TeamProfilePage {
    /// Selects the decision that was made before.
    pub fn new(ctx: &Ctx<'_>) -> Self {
        Self { selected: if ctx.profile_decision() == Some(false) { DO_NOT_USE } else { USE } }
    }

    fn menu(ctx: &Ctx<'_>) -> Menu {
        let decision = ctx.profile_decision();
        let state = |used: bool| if decision == Some(used) { "Your choice so far." } else { "" };
        if Self::asks(ctx).is_none() {
            return Menu::new(PromptId::TeamProfile, "Continue?", vec![Choice::new("Back", "")]);
        }
        let items = vec![Choice::new("Use these answers", state(true)), Choice::new("Don't use them", state(false))];
        Menu::new(PromptId::TeamProfile, "Use these answers?", items)
    }

    /// Returns the profile that a decision is made about. A file that was named needs none.
    fn asks<'a>(ctx: &Ctx<'a>) -> Option<&'a LoadedProfile> {
        ctx.known_profile().filter(|_| !matches!(ctx.setup.team_profile, TeamProfileSource::Named(_)))
    }

    fn decide(index: usize, ctx: &Ctx<'_>) -> Transition {
        let Some(loaded) = Self::asks(ctx) else { return Transition::back() };
        let used = index == USE;
        let known = ctx.remembered.profile;
        let applies = used && loaded.profile.has_member_answers();
        let answers = RememberedAnswers {
            profile: applies.then(|| loaded.profile.apply_to(known.unwrap_or_default())),
            team_profiles: vec![ProfileDecision { sha256: loaded.digest.clone(), used }],
            ..RememberedAnswers::default()
        };
        let notice = if used { "Using your team's answers. You can change each one." } else { "Your team's answers are not used." };
        Transition {
            remember: Some(Box::new(answers)),
            navigation: Navigation::Back,
            notice: Some(Notice::info(notice)),
            ..Transition::stay()
        }
    }

    fn draw_answers(sheet: &mut Sheet, loaded: &LoadedProfile, ctx: &Ctx<'_>) {
        sheet.text(Role::Dim, &loaded.place);
        if ctx.size.is_roomy() {
            sheet.blank();
        }
        let mut answers = loaded.profile.answers().peekable();
        while let Some((key, value)) = answers.next() {
            sheet.pair(key.name(), KEY_COLUMNS, Role::Text, &value);
            // Answers with the same effect share its line.
            let is_last = answers.peek().is_none_or(|(next, _)| next.effect() != key.effect());
            if is_last && ctx.size.is_roomy() {
                sheet.pair("", KEY_COLUMNS, Role::Dim, key.effect());
            }
        }
        if loaded.profile.is_empty() {
            sheet.text(Role::Text, "The file has no answers.");
        }
        if ctx.size.is_roomy() {
            sheet.blank();
            sheet.text(Role::Dim, "You can change every answer on its page. Nothing is written or sent without your consent.");
        }
        sheet.blank();
    }
}

impl Page for TeamProfilePage {
    /// The profile is beside the steps.
    fn has_steps(&self) -> bool {
        false
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match (Self::menu(ctx).on_input(&mut self.selected, &input), input) {
            (MenuEvent::Chosen(index), _) => Self::decide(index, ctx),
            (MenuEvent::Handled(transition), _) => *transition,
            (MenuEvent::Ignored, Input::Do(Intent::Back)) => Transition::back(),
            (MenuEvent::Ignored, Input::Do(Intent::Profile)) => Transition::to(Route::Profile),
            (MenuEvent::Ignored, Input::Do(Intent::Retry)) => Transition::reprobe("Checking again."),
            (MenuEvent::Ignored, _) => Transition::stay(),
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        sheet.title("Team profile");
        match (ctx.known_profile(), ctx.profile_problem()) {
            (Some(loaded), _) => Self::draw_answers(&mut sheet, loaded, ctx),
            (None, Some(problem)) => {
                sheet.blank();
                kit::draw_problem(&mut sheet, problem, &self.keys(ctx));
                sheet.blank();
            }
            (None, None) => {
                sheet.text(Role::Text, &format!("There is no {PROFILE_FILE_NAME} here any more."));
                sheet.blank();
            }
        }
        if Self::asks(ctx).is_some() {
            Self::menu(ctx).draw(&mut sheet, self.selected);
        }
        sheet
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        Self::menu(ctx).prompt()
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        let verb = if Self::asks(ctx).is_some() { "continue" } else { "back" };
        let is_searched = ctx.setup.team_profile == TeamProfileSource::Search;
        let actions = Self::menu(ctx).actions(verb).back("back");
        let actions = actions.key_if(ctx.known_profile().is_some(), Intent::Profile, "role and plan");
        actions.key_if(is_searched, Intent::Retry, "recheck")
    }
}
