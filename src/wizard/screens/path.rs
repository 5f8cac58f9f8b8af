//! One path in full: every claim of the guide with its source and date, and what Notion says today where they differ.

use super::Page;
use crate::domain::auth_path::AuthPath;
use crate::domain::catalog::Claim;
use crate::wizard::context::Ctx;
use crate::wizard::kit::Actions;
use crate::wizard::msg::{Answer, Choice, Input, Intent, Prompt, PromptId, Route, Transition};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::claim;
use crate::wizard::widgets::sheet::Sheet;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPage {
    path: AuthPath,
}

impl PathPage {
    pub fn new(path: AuthPath) -> Self {
        Self { path }
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
        let path = catalog.path(self.path);
        let number = 1 + AuthPath::ALL.iter().position(|id| *id == self.path).unwrap_or(0);
        let mut sheet = Sheet::new(theme, ctx.size);
        sheet.text(Role::Accent, &format!("{number}  {}", path.title));
        sheet.text(Role::Dim, &format!("The guide calls it \"{}\".", path.guide_title));
        sheet.text(Role::Text, &path.promise);
        let part = |sheet: &mut Sheet, title: &str, stated: &[Claim]| {
            if !stated.is_empty() {
                sheet.blank();
                sheet.title(title);
                for claim in stated {
                    claim::draw(sheet, catalog, claim);
                }
            }
        };
        part(&mut sheet, "What the guide is for", std::slice::from_ref(&catalog.intent));
        part(&mut sheet, "Best for", std::slice::from_ref(&path.best_for));
        part(&mut sheet, "In short", std::slice::from_ref(&path.brief));
        part(&mut sheet, "When to use it", &path.when_to_use);
        part(&mut sheet, "When not to use it", &path.when_not_to_use);
        part(&mut sheet, "Limits", &path.limitations);
        part(&mut sheet, "Facts", &path.facts);
        sheet.blank();
        sheet.title("Side by side");
        for row in &catalog.rows {
            sheet.text(Role::Dim, &row.label);
            claim::draw(&mut sheet, catalog, &row.cell(self.path).claim);
        }
        let questions: Vec<_> = catalog.faq.iter().filter(|faq| faq.path == self.path).collect();
        if !questions.is_empty() {
            sheet.blank();
            sheet.title("Asked often");
            for faq in questions {
                sheet.text(Role::Key, &faq.question);
                claim::draw(&mut sheet, catalog, &faq.answer);
            }
        }
        sheet
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        let title = &ctx.catalog().path(self.path).title;
        let options = vec![Choice::new(format!("Choose {title}"), ""), Choice::new("Back", "")];
        Prompt::Choice { id: PromptId::Path, prompt: format!("Choose {title}?"), options }
    }

    fn actions(&self, _ctx: &Ctx<'_>) -> Actions {
        Actions::enter("choose this path")
            .back("back")
            .key(Intent::Right, "next path")
            .key(Intent::AskQuestion, "ask")
            .in_help(Intent::Left, "previous path")
            .in_help(Intent::Pick(AuthPath::ALL.len() - 1), "show that path")
            .in_help(Intent::Details, "back")
    }
}
