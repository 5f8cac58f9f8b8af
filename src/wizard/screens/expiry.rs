//! The expiry question. Notion's API does not return a token's expiry date (<https://developers.notion.com/reference/get-self>),
//! so the user is asked once; the date is used for reminders.

use super::{Page, Stage};
use crate::domain::credentials::VerifiedCredential;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{Actions, Menu, MenuEvent};
use crate::wizard::msg::{Answer, Choice, Input, Intent, Prompt, PromptId, Route, Transition};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::sheet::Sheet;
use jiff::ToSpan;
use jiff::civil::Date;

/// The lifetimes in days that Notion's portal offers besides one year (<https://developers.notion.com/page/changelog>, 2026-07-02).
const LIFETIME_DAYS: [i32; 4] = [7, 30, 90, 180];

#[derive(Clone, Debug, PartialEq)]
pub struct ExpiryPage {
    verified: VerifiedCredential,
    selected: usize,
}

/// Returns label and date of every option; the last one is "not sure".
pub fn expiry_options(today: Date) -> Vec<(String, Option<Date>)> {
    let after_days = LIFETIME_DAYS.iter().map(|days| (format!("{days} days"), today.checked_add(days.days()).ok()));
    let year = ("1 year".to_owned(), today.checked_add(1.year()).ok());
    after_days.chain([year, ("Not sure, or not a personal access token".to_owned(), None)]).collect()
}

impl ExpiryPage {
    pub fn new(verified: VerifiedCredential) -> Self {
        Self { verified, selected: expiry_options(Date::default()).len() - 1 }
    }

    /// True if this page asks about that token.
    pub fn is_about(&self, verified: &VerifiedCredential) -> bool {
        self.verified == *verified
    }

    fn menu(ctx: &Ctx<'_>) -> Menu {
        let item = |(label, day): (String, Option<Date>)| match day {
            Some(day) => Choice::new(format!("{label} ({day})"), ""),
            None => Choice::new(label, ""),
        };
        let items = expiry_options(ctx.setup.today).into_iter().map(item).collect();
        Menu::new(PromptId::Expiry, "When does this token expire?", items)
    }
}

impl Page for ExpiryPage {
    fn stage(&self) -> Option<Stage> {
        Some(Stage::Save)
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        let day = match (Self::menu(ctx).on_input(&mut self.selected, &input), input) {
            (MenuEvent::Chosen(index), _) => expiry_options(ctx.setup.today).into_iter().nth(index).and_then(|(_, day)| day),
            (MenuEvent::Handled(transition), _) => return *transition,
            (MenuEvent::Ignored, Input::Answer(Answer::Day(day))) => day,
            (MenuEvent::Ignored, Input::Do(Intent::Back)) => return Transition::back(),
            (MenuEvent::Ignored, _) => return Transition::stay(),
        };
        Transition::to(Route::Save(Box::new(self.verified.clone()), day))
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        let menu = Self::menu(ctx);
        sheet.title(&menu.question);
        menu.draw(&mut sheet, self.selected);
        // Below the options, so that the question and all options are visible on the smallest screen.
        sheet.blank();
        sheet.text(Role::Dim, "Optional, for reminders only: Notion doesn't report it. Dates assume you created the token today.");
        sheet
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        Self::menu(ctx).prompt()
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        Self::menu(ctx).actions("continue").back("back")
    }

    fn has_unsaved_credential(&self) -> bool {
        self.verified.found_in.is_none()
    }
}
