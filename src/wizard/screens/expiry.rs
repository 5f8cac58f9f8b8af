//! The expiry question. Notion's API does not return a token's expiry date (<https://developers.notion.com/reference/get-self>),
//! so the user is asked once; the date is used for reminders.

use super::{Hint, Page, Stage};
use crate::domain::credentials::VerifiedCredential;
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Answer, Choice, Input, Intent, Prompt, PromptId, Route, Transition};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::components;
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
    after_days.chain([year, ("Not sure, or no personal token".to_owned(), None)]).collect()
}

impl ExpiryPage {
    pub fn new(verified: VerifiedCredential) -> Self {
        Self { verified, selected: expiry_options(Date::default()).len() - 1 }
    }

    /// True if this page asks about that token.
    pub fn is_about(&self, verified: &VerifiedCredential) -> bool {
        self.verified == *verified
    }

    fn pick(&mut self, index: usize, ctx: &Ctx<'_>) -> Transition {
        match expiry_options(ctx.setup.today).into_iter().nth(index) {
            Some((_, day)) => {
                self.selected = index;
                Transition::to(Route::Save(Box::new(self.verified.clone()), day))
            }
            None => Transition::stay(),
        }
    }

    fn choices(today: Date) -> Vec<Choice> {
        let written = |(label, day): (String, Option<Date>)| match day {
            Some(day) => Choice::new(format!("{label}: ends on {day}"), ""),
            None => Choice::new(label, ""),
        };
        expiry_options(today).into_iter().map(written).collect()
    }
}

impl Page for ExpiryPage {
    fn stage(&self) -> Stage {
        Stage::Save
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        let last = expiry_options(ctx.setup.today).len() - 1;
        match input {
            Input::Do(Intent::Up) => self.selected = self.selected.saturating_sub(1),
            Input::Do(Intent::Down) => self.selected = (self.selected + 1).min(last),
            Input::Do(Intent::First) => self.selected = 0,
            Input::Do(Intent::Last) => self.selected = last,
            Input::Do(Intent::Pick(index)) | Input::Answer(Answer::Choice(index)) => return self.pick(index, ctx),
            Input::Do(Intent::Confirm) => return self.pick(self.selected, ctx),
            Input::Answer(Answer::Day(day)) => return Transition::to(Route::Save(Box::new(self.verified.clone()), day)),
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        sheet.title("When does this token end?");
        for (index, choice) in Self::choices(ctx.setup.today).iter().enumerate() {
            components::draw_choice(&mut sheet, index + 1, choice, index == self.selected);
        }
        // Below the options, so that the question and all options are visible on the smallest screen.
        sheet.blank();
        sheet.text(
            Role::Dim,
            "You chose it when you made the token; the dates hold if that was today. Notion does not tell. It is kept for reminders only.",
        );
        sheet
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        Prompt::Choice { id: PromptId::Expiry, prompt: "When does this token end?".into(), options: Self::choices(ctx.setup.today) }
    }

    fn hints(&self, _ctx: &Ctx<'_>) -> Vec<Hint> {
        vec![(Intent::Confirm, "go on"), (Intent::Back, "back"), (Intent::Pick(0), "to 6 pick")]
    }

    fn has_unsaved_credential(&self) -> bool {
        self.verified.found_in.is_none()
    }
}
