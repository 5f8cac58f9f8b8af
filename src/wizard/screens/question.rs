//! The question page: finds answers to a question in the user's own words while it is typed. Nothing leaves the machine.
//!
//! Until there are words to search for, typical questions are offered. If nothing matches, the page says so and suggests
//! where to start.

use super::{Hint, Page, Stage};
use crate::domain::catalog::PathId;
use crate::domain::question::{Answer, DEFAULT, Entry, Index};
use crate::domain::secret::Secret;
use crate::domain::token_text::may_hold_a_secret;
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Choice, Edit, Given, Input, Intent, Mode, Notice, Route, Transition};
use crate::wizard::text_field::TextField;
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::sheet::Sheet;
use crate::wizard::widgets::{claims, marks};
use ratatui::text::Span;

const PROMPT: &str = "Ask in your own words";

#[derive(Clone, Debug, PartialEq)]
pub struct QuestionPage {
    field: TextField,
    answer: Answer,
    selected: usize,
}

impl Default for QuestionPage {
    fn default() -> Self {
        Self { field: TextField::word(""), answer: Answer::default(), selected: 0 }
    }
}

/// The selectable rows, from top to bottom.
enum Row {
    /// A typical question to ask.
    Typical(&'static str),
    Entry(&'static Entry<'static>),
    /// Nothing matches; a path to start with.
    Default,
}

impl Row {
    /// Returns the path that Enter opens.
    fn path(&self) -> Option<PathId> {
        match self {
            Self::Typical(_) => None,
            Self::Entry(entry) => Some(entry.path),
            Self::Default => Some(DEFAULT),
        }
    }
}

impl QuestionPage {
    fn rows(&self, ctx: &Ctx<'_>) -> Vec<Row> {
        let catalog = ctx.catalog();
        let index = Index::shipped().ok();
        if !self.answer.says_something {
            let questions = catalog.typical_questions.iter().chain(&catalog.related_queries);
            return questions.map(|question| Row::Typical(question)).collect();
        }
        let entries = self.answer.all().filter_map(|found| index?.entry(found)).map(Row::Entry);
        let default = self.answer.best.is_none().then_some(Row::Default);
        default.into_iter().chain(entries).collect()
    }

    fn look(&mut self) {
        let question = self.field.plain_text().unwrap_or_default();
        self.answer = Index::shipped().map(|index| index.ask(question)).unwrap_or_default();
        self.selected = 0;
    }

    fn edit(&mut self, edit: Edit) {
        if self.field.edit(edit) {
            self.look();
        }
    }

    /// Inserts a paste at the cursor, unless it may contain a secret: this field is not masked.
    fn paste(&mut self, pasted: &Secret) -> Transition {
        if may_hold_a_secret(pasted) {
            let text = "That may hold a secret, so it was not taken. A question needs none.";
            return Transition { notice: Some(Notice::trouble(text)), ..Transition::stay() };
        }
        self.field.paste_line(pasted);
        self.look();
        Transition::stay()
    }

    /// Handles a line in plain mode: a number selects that row or asks its question; any other text is a new question.
    fn hear(&mut self, line: &Secret, ctx: &Ctx<'_>) -> Transition {
        let mut heard = TextField::word("");
        heard.paste_line(line);
        let number = heard.plain_text().and_then(|text| text.trim().parse::<usize>().ok());
        let Some(number) = number else { return self.replace(line) };
        match number.checked_sub(1).and_then(|index| self.rows(ctx).into_iter().nth(index).map(|row| (index, row))) {
            Some((_, Row::Typical(question))) => self.replace(&Secret::new(question)),
            Some((index, _)) => {
                self.selected = index;
                Transition::stay()
            }
            None => Transition::say(format!("There is no number {number} here.")),
        }
    }

    fn replace(&mut self, question: &Secret) -> Transition {
        self.field = TextField::word("");
        self.paste(question)
    }

    fn take(&mut self, index: usize, ctx: &Ctx<'_>) -> Transition {
        match self.rows(ctx).into_iter().nth(index) {
            Some(Row::Typical(question)) => self.replace(&Secret::new(question)),
            Some(row) => row.path().map_or_else(Transition::stay, |path| Transition::to(Route::Prepare(path))),
            // The last choice after the rows: ask another question.
            None => self.replace(&Secret::new("")),
        }
    }

    fn draw_rows(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        for (at, row) in self.rows(ctx).into_iter().enumerate() {
            let is_here = at == self.selected;
            if at == 1 {
                self.head_of_the_others(sheet, ctx);
            }
            // The cursor stays in the field until another row is selected; that row is then scrolled into view in full.
            if is_here && at > 0 && !sheet.is_linear() {
                sheet.put_news();
            }
            match row {
                Row::Typical(question) => Self::line(sheet, at, is_here, question, None),
                Row::Entry(entry) => {
                    Self::line(sheet, at, is_here, &entry.question, Some(&ctx.catalog().path(entry.path).title));
                    if is_here {
                        claims::full(sheet, ctx.catalog(), entry.claim);
                    }
                }
                Row::Default => {
                    let mark = vec![sheet.span(Role::Warn, &format!("{} ", sheet.theme().glyph(Glyph::Warn)))];
                    sheet.hanging(mark, Role::Text, "Nothing here fits that question. Say it another way, or begin here:");
                    let title = &ctx.catalog().path(DEFAULT).title;
                    Self::line(sheet, at, is_here, title, None);
                    let branch = Index::shipped().ok().and_then(Index::default_branch);
                    if let Some(branch) = branch.filter(|_| is_here) {
                        claims::full(sheet, ctx.catalog(), &branch.claim);
                    }
                }
            }
        }
    }

    fn head_of_the_others(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        if self.answer.says_something {
            if ctx.size.is_roomy() {
                sheet.blank();
            }
            sheet.text(Role::Dim, if self.answer.best.is_some() { "Or did you mean" } else { "What comes nearest" });
        }
    }

    /// Draws `▸ Question  (path)`.
    fn line(sheet: &mut Sheet, at: usize, is_here: bool, question: &str, path: Option<&str>) {
        let text = path.map_or_else(|| question.to_owned(), |path| format!("{question} ({path})"));
        if sheet.is_linear() {
            if is_here {
                sheet.put_focus(0);
            }
            return sheet.text(Role::Text, &format!("{}. {text}", at + 1));
        }
        let pointer = if is_here { sheet.theme().glyph(Glyph::Pointer) } else { " " };
        let mark: Vec<Span<'static>> = vec![sheet.span(Role::Accent, &format!("{pointer} "))];
        sheet.hanging(mark, if is_here { Role::Title } else { Role::Text }, &text);
    }
}

impl Page for QuestionPage {
    fn stage(&self) -> Stage {
        Stage::Choose
    }

    fn mode(&self) -> Mode {
        Mode::Typing
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Type(edit) => self.edit(edit),
            Input::Paste(pasted) => return self.paste(&pasted),
            Input::Answer(Given::Text(line)) => return self.hear(&line, ctx),
            Input::Answer(Given::Choice(index)) if self.answer.says_something && index <= self.rows(ctx).len() => {
                return self.take(index, ctx);
            }
            Input::Do(Intent::Up) => self.selected = self.selected.saturating_sub(1),
            Input::Do(Intent::Down) => self.selected = (self.selected + 1).min(self.rows(ctx).len().saturating_sub(1)),
            Input::Do(Intent::Confirm) => return self.take(self.selected, ctx),
            Input::Do(Intent::Example) => {
                let path = self.rows(ctx).get(self.selected).and_then(Row::path);
                return path.map_or_else(Transition::stay, |path| Transition::to(Route::Path(path)));
            }
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        if ctx.size.is_roomy() {
            sheet.title(PROMPT);
        }
        marks::field_line(&mut sheet, &self.field, true);
        if ctx.size.is_roomy() {
            sheet.text(Role::Dim, "Nothing leaves this machine. Most typing mistakes are understood.");
            sheet.blank();
        }
        if !self.answer.says_something {
            sheet.text(Role::Dim, "Asked often");
        }
        self.draw_rows(&mut sheet, ctx);
        if sheet.is_linear() {
            let does = if self.answer.says_something { "turns to the answer" } else { "asks the question" };
            sheet.text(Role::Dim, &format!("A number {does} of that number."));
        }
        sheet
    }

    fn ask(&self, ctx: &Ctx<'_>) -> Ask {
        if !self.answer.says_something {
            return Ask::Text { id: AskId::Question, prompt: PROMPT.into() };
        }
        let title = |path: PathId| ctx.catalog().path(path).title.as_str();
        let option = |row: &Row| match row {
            Row::Typical(question) => Choice::new(*question, ""),
            Row::Entry(entry) => {
                let answer = claims::in_short(entry.claim).or_else(|| claims::today(entry.claim)).unwrap_or_default();
                Choice::new(format!("{} ({})", entry.question, title(entry.path)), format!("{answer}."))
            }
            Row::Default => Choice::new(format!("Begin with {}", title(DEFAULT)), "Nothing here fits that question."),
        };
        let mut options: Vec<Choice> = self.rows(ctx).iter().map(option).collect();
        options.push(Choice::new("Ask something else", ""));
        Ask::Choice { id: AskId::Question, prompt: "Which answer, and on to its path?".into(), options }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        let has_path = self.rows(ctx).get(self.selected).is_some_and(|row| row.path().is_some());
        let mut hints = vec![(Intent::Confirm, if has_path { "take path" } else { "ask this" })];
        if has_path {
            hints.push((Intent::Example, "path in full"));
        }
        // The footer always has Back and Help while text is typed.
        hints.extend([(Intent::Down, "next"), (Intent::Up, "before")]);
        hints
    }
}
