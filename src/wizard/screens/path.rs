//! One path in full: every claim of the guide with its source and date, and what Notion says today where they differ.

use super::Page;
use crate::domain::auth_path::AuthPath;
use crate::domain::catalog::{Catalog, Claim};
use crate::wizard::context::Ctx;
use crate::wizard::kit::Actions;
use crate::wizard::msg::{Answer, Choice, Input, Intent, Prompt, PromptId, Route, RowId, Transition};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::sheet::{MEASURE, Sheet};
use crate::wizard::widgets::{claim, machine};

/// From this many columns up the facts are in a second column.
const MIN_COLUMNS_FOR_TWO: u16 = 120;
/// Columns between the two.
const GAP: usize = 4;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPage {
    path: AuthPath,
    /// The row of the comparison that the page begins with.
    row: Option<RowId>,
}

impl PathPage {
    pub fn new(path: AuthPath, row: Option<RowId>) -> Self {
        Self { path, row }
    }

    fn draw_introduction(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let (catalog, path) = (ctx.catalog(), ctx.catalog().path(self.path));
        let number = 1 + AuthPath::ALL.iter().position(|id| *id == self.path).unwrap_or(0);
        sheet.title(&format!("{number}  {}", path.title));
        sheet.text(Role::Text, &path.promise);
        match self.row {
            Some(RowId::Criterion(index)) => {
                if let Some(row) = catalog.rows.get(index) {
                    draw_part(sheet, catalog, &row.label, std::slice::from_ref(&row.cell(self.path).claim));
                }
            }
            Some(RowId::Machine) => {
                sheet.blank();
                sheet.title("This machine");
                machine::draw_checks(sheet, ctx, |_| true);
            }
            None => {}
        }
    }

    fn draw_advice(&self, sheet: &mut Sheet, catalog: &Catalog) {
        let path = catalog.path(self.path);
        draw_part(sheet, catalog, "When to use it", &path.when_to_use);
        draw_part(sheet, catalog, "When not to use it", &path.when_not_to_use);
        draw_part(sheet, catalog, "Limits", &path.limitations);
    }

    fn draw_questions(&self, sheet: &mut Sheet, catalog: &Catalog) {
        let questions: Vec<_> = catalog.faq.iter().filter(|faq| faq.path == self.path).collect();
        if !questions.is_empty() {
            sheet.blank();
            sheet.title("Asked often");
        }
        for faq in questions {
            sheet.text(Role::Key, &faq.question);
            claim::draw(sheet, catalog, std::slice::from_ref(&faq.answer));
        }
    }

    fn draw_rows(&self, sheet: &mut Sheet, catalog: &Catalog) {
        sheet.blank();
        sheet.title("Side by side");
        let others = catalog.rows.iter().enumerate().filter(|(index, _)| self.row != Some(RowId::Criterion(*index)));
        for (_, row) in others {
            sheet.text(Role::Dim, &row.label);
            claim::draw(sheet, catalog, std::slice::from_ref(&row.cell(self.path).claim));
        }
    }

    fn draw_guide(&self, sheet: &mut Sheet, catalog: &Catalog) {
        let path = catalog.path(self.path);
        draw_part(sheet, catalog, "Best for", std::slice::from_ref(&path.best_for));
        draw_part(sheet, catalog, "In short", std::slice::from_ref(&path.brief));
        draw_part(sheet, catalog, "What the guide is for", std::slice::from_ref(&catalog.intent));
        sheet.text(Role::Dim, &format!("The guide calls this path \"{}\".", path.guide_title));
    }

    fn move_by(&mut self, by: usize) {
        let here = AuthPath::ALL.iter().position(|path| *path == self.path).unwrap_or(0);
        self.path = AuthPath::ALL.into_iter().cycle().nth(here + by).unwrap_or(self.path);
    }
}

impl Page for PathPage {
    fn on_input(&mut self, input: Input, _ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Left) => self.move_by(AuthPath::ALL.len() - 1),
            Input::Do(Intent::Right) => self.move_by(1),
            Input::Do(Intent::Pick(index)) => {
                self.path = AuthPath::ALL.get(index).copied().unwrap_or(self.path);
            }
            Input::Do(Intent::Details | Intent::Back) | Input::Answer(Answer::Choice(1)) => return Transition::back(),
            Input::Do(Intent::Confirm) | Input::Answer(Answer::Choice(0)) => return Transition::to(Route::Prepare(self.path)),
            Input::Do(Intent::AskQuestion) => return Transition::to(Route::Question),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let catalog = ctx.catalog();
        if ctx.size.columns < MIN_COLUMNS_FOR_TWO {
            let mut sheet = Sheet::new(theme, ctx.size);
            self.draw_introduction(&mut sheet, ctx);
            self.draw_advice(&mut sheet, catalog);
            draw_part(&mut sheet, catalog, "Facts", &catalog.path(self.path).facts);
            self.draw_rows(&mut sheet, catalog);
            self.draw_questions(&mut sheet, catalog);
            self.draw_guide(&mut sheet, catalog);
            return sheet;
        }
        let width = (ctx.size.screen_width().saturating_sub(GAP) / 2).min(MEASURE);
        let mut left = Sheet::column(theme, ctx.size, width);
        self.draw_introduction(&mut left, ctx);
        self.draw_advice(&mut left, catalog);
        self.draw_questions(&mut left, catalog);
        self.draw_guide(&mut left, catalog);
        let mut right = Sheet::column(theme, ctx.size, width);
        draw_claims(&mut right, catalog, "Facts", &catalog.path(self.path).facts);
        // The shorter column gets the rows of the comparison.
        self.draw_rows(if left.height() < right.height() { &mut left } else { &mut right }, catalog);
        left.put_beside(width + GAP, right);
        left
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        let title = &ctx.catalog().path(self.path).title;
        let options = vec![Choice::new(format!("Choose {title}"), ""), Choice::new("Back", "")];
        Prompt::Choice { id: PromptId::Path, prompt: format!("Choose {title}?"), options }
    }

    fn actions(&self, _ctx: &Ctx<'_>) -> Actions {
        Actions::enter("choose")
            .back("back")
            .key(Intent::Right, "next path")
            .key(Intent::AskQuestion, "ask")
            .in_help(Intent::Left, "previous path")
            .in_help(Intent::Pick(AuthPath::ALL.len() - 1), "show that path")
            .in_help(Intent::Details, "back")
    }
}

/// Draws a part of the page, if it says anything.
fn draw_part(sheet: &mut Sheet, catalog: &Catalog, title: &str, stated: &[Claim]) {
    if !stated.is_empty() {
        sheet.blank();
        draw_claims(sheet, catalog, title, stated);
    }
}

fn draw_claims(sheet: &mut Sheet, catalog: &Catalog, title: &str, stated: &[Claim]) {
    sheet.title(title);
    claim::draw(sheet, catalog, stated);
}
