//! The question page: finds answers to a question in the user's own words while it is typed. Nothing leaves the machine.
//!
//! Until there are words to search for, typical questions are offered. If nothing matches, the page says so and suggests
//! where to start.

use super::Page;
use crate::domain::auth_path::AuthPath;
use crate::domain::question::{Confidence, QuestionEntry, QuestionIndex, SearchResult};
use crate::domain::secret::Secret;
use crate::domain::token_text::may_contain_secret;
use crate::wizard::context::Ctx;
use crate::wizard::kit::Actions;
use crate::wizard::msg::{Answer, Choice, Edit, Input, Intent, Mode, Notice, Prompt, PromptId, Route, Transition};
use crate::wizard::text_field::TextField;
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::sheet::Sheet;
use crate::wizard::widgets::{claim, components};
use ratatui::text::Span;

const PROMPT: &str = "Ask in your own words";
const NO_MATCH: &str = "No answer matches that question.";
const UNSURE: &str = "Not sure. The closest answers:";

#[derive(Clone, Debug, PartialEq)]
pub struct QuestionPage {
    field: TextField,
    answer: SearchResult,
    selected: usize,
}

impl Default for QuestionPage {
    fn default() -> Self {
        Self { field: TextField::visible(""), answer: SearchResult::default(), selected: 0 }
    }
}

/// The selectable rows, from top to bottom.
enum QuestionRow {
    /// A typical question to ask.
    Typical(&'static str),
    Entry(&'static QuestionEntry<'static>),
    /// Nothing fits; a path to start with.
    Default,
}

impl QuestionRow {
    /// Returns the path that Enter opens.
    fn path(&self) -> Option<AuthPath> {
        match self {
            Self::Typical(_) => None,
            Self::Entry(entry) => entry.leads_to(),
            Self::Default => Some(AuthPath::DEFAULT),
        }
    }

    /// Returns the command that does it. Enter copies it if no path's page does it.
    fn command(&self) -> Option<&'static str> {
        match self {
            Self::Entry(entry) => Some(&*entry.command),
            Self::Typical(_) | Self::Default => None,
        }
    }
}

impl QuestionPage {
    fn rows(&self, ctx: &Ctx<'_>) -> Vec<QuestionRow> {
        let catalog = ctx.catalog();
        let index = QuestionIndex::shipped().ok();
        if !self.answer.has_terms {
            let questions = catalog.asked_often.iter().chain(&catalog.typical_questions);
            return questions.map(|question| QuestionRow::Typical(question)).collect();
        }
        let entries = self.answer.all().filter_map(|found| index?.entry(found)).map(QuestionRow::Entry);
        let default = (self.answer.confidence == Confidence::None).then_some(QuestionRow::Default);
        default.into_iter().chain(entries).collect()
    }

    fn update_answer(&mut self) {
        let question = self.field.public_text().unwrap_or_default();
        self.answer = QuestionIndex::shipped().map(|index| index.search(question)).unwrap_or_default();
        self.selected = 0;
    }

    fn edit(&mut self, edit: Edit) {
        if self.field.edit(edit) {
            self.update_answer();
        }
    }

    /// Inserts a paste at the cursor, unless it may contain a secret: this field is not masked.
    fn paste(&mut self, pasted: &Secret) -> Transition {
        if may_contain_secret(pasted) {
            let text = "That may contain a secret, so it wasn't used. Questions don't need secrets.";
            return Transition { notice: Some(Notice::error(text)), ..Transition::stay() };
        }
        self.field.paste_line(pasted);
        self.update_answer();
        Transition::stay()
    }

    /// Handles a line in plain mode: a number selects that row or asks its question; any other text is a new question.
    fn on_line(&mut self, line: &Secret, ctx: &Ctx<'_>) -> Transition {
        let mut line_field = TextField::visible("");
        line_field.paste_line(line);
        let number = line_field.public_text().and_then(|text| text.trim().parse::<usize>().ok());
        let Some(number) = number else { return self.ask_again(line) };
        match number.checked_sub(1).and_then(|index| self.rows(ctx).into_iter().nth(index).map(|row| (index, row))) {
            Some((_, QuestionRow::Typical(question))) => self.replace(&Secret::new(question)),
            Some((index, _)) => {
                self.selected = index;
                Transition::stay()
            }
            None => Transition::notify(format!("There is no number {number} here.")),
        }
    }

    /// Replaces the question. Plain mode writes only what changes, so a second miss has to say that it is one.
    fn ask_again(&mut self, question: &Secret) -> Transition {
        let before = self.answer.confidence;
        let had_terms = self.answer.has_terms;
        let transition = self.replace(question);
        let is_same_miss = [before, self.answer.confidence] == [Confidence::None; 2] && had_terms == self.answer.has_terms;
        if is_same_miss && transition.notice.is_none() { Transition::notify(NO_MATCH) } else { transition }
    }

    fn replace(&mut self, question: &Secret) -> Transition {
        self.field = TextField::visible("");
        self.paste(question)
    }

    fn choose(&mut self, index: usize, ctx: &Ctx<'_>) -> Transition {
        match self.rows(ctx).into_iter().nth(index) {
            Some(QuestionRow::Typical(question)) => self.replace(&Secret::new(question)),
            Some(row) => match (row.path(), row.command()) {
                (Some(path), _) => Transition::to(Route::Prepare(path)),
                (None, Some(command)) => Transition::copy(command),
                (None, None) => Transition::stay(),
            },
            // The last choice after the rows: ask another question.
            None => self.replace(&Secret::new("")),
        }
    }

    fn draw_rows(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        for (at, row) in self.rows(ctx).into_iter().enumerate() {
            let is_here = at == self.selected;
            if at == 0 && self.answer.confidence == Confidence::Unsure {
                sheet.text(Role::Dim, UNSURE);
            }
            if at == 1 && self.answer.confidence == Confidence::Sure {
                Self::draw_related_heading(sheet, ctx);
            }
            // The cursor stays in the field until another row is selected; that row is then scrolled into view in full.
            if is_here && at > 0 && !sheet.is_plain() {
                sheet.scroll_to_here();
            }
            match row {
                QuestionRow::Typical(question) => Self::draw_row(sheet, at, is_here, question, None),
                QuestionRow::Entry(entry) => {
                    let title = entry.leads_to().map(|path| ctx.catalog().path(path).title.as_str());
                    Self::draw_row(sheet, at, is_here, &entry.question, title);
                    if is_here {
                        claim::draw(sheet, ctx.catalog(), std::slice::from_ref(entry.claim));
                        sheet.command(&entry.command, false);
                    }
                }
                QuestionRow::Default => {
                    let mark = vec![sheet.span(Role::Warn, &format!("{} ", sheet.theme().glyph(Glyph::Warn)))];
                    sheet.hanging(mark, Role::Text, &format!("{NO_MATCH} Rephrase it, or start here:"));
                    let title = &ctx.catalog().path(AuthPath::DEFAULT).title;
                    Self::draw_row(sheet, at, is_here, title, None);
                    let branch = QuestionIndex::shipped().ok().and_then(QuestionIndex::default_branch);
                    if let Some(branch) = branch.filter(|_| is_here) {
                        claim::draw(sheet, ctx.catalog(), std::slice::from_ref(&branch.claim));
                    }
                }
            }
        }
    }

    fn draw_related_heading(sheet: &mut Sheet, ctx: &Ctx<'_>) {
        if ctx.size.is_roomy() {
            sheet.blank();
        }
        sheet.text(Role::Dim, "Related questions");
    }

    /// Draws `▸ Question  (path)`.
    fn draw_row(sheet: &mut Sheet, at: usize, is_here: bool, question: &str, path: Option<&str>) {
        let text = path.map_or_else(|| question.to_owned(), |path| format!("{question} ({path})"));
        if sheet.is_plain() {
            if is_here {
                sheet.set_focus(0);
            }
            return sheet.text(Role::Text, &format!("{}. {text}", at + 1));
        }
        let pointer = if is_here { sheet.theme().glyph(Glyph::Bar) } else { " " };
        let mark: Vec<Span<'static>> = vec![sheet.span(Role::Accent, &format!("{pointer} "))];
        sheet.hanging(mark, if is_here { Role::Title } else { Role::Text }, &text);
    }
}

impl Page for QuestionPage {
    fn mode(&self) -> Mode {
        Mode::Insert
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Type(edit) => self.edit(edit),
            Input::Paste(pasted) => return self.paste(&pasted),
            Input::Answer(Answer::Text(line)) => return self.on_line(&line, ctx),
            Input::Answer(Answer::Choice(index)) if self.answer.has_terms && index <= self.rows(ctx).len() => {
                return self.choose(index, ctx);
            }
            Input::Do(Intent::Up) => self.selected = self.selected.saturating_sub(1),
            Input::Do(Intent::Down) => self.selected = (self.selected + 1).min(self.rows(ctx).len().saturating_sub(1)),
            Input::Do(Intent::Confirm) => return self.choose(self.selected, ctx),
            Input::Do(Intent::NextField) => {
                let path = self.rows(ctx).get(self.selected).and_then(QuestionRow::path);
                return path.map_or_else(Transition::stay, |path| Transition::to(Route::Path(path, None)));
            }
            Input::Do(Intent::Copy) => {
                let command = self.rows(ctx).get(self.selected).and_then(QuestionRow::command);
                return command.map_or_else(Transition::stay, Transition::copy);
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
        components::draw_field_line(&mut sheet, &self.field, true);
        if ctx.size.is_roomy() {
            sheet.text(Role::Dim, "Works offline. Typos are fine.");
            sheet.blank();
        }
        if !self.answer.has_terms {
            sheet.text(Role::Dim, "Asked often");
        }
        self.draw_rows(&mut sheet, ctx);
        if sheet.is_plain() {
            let verb = if self.answer.has_terms { "read that answer" } else { "ask that question" };
            sheet.text(Role::Dim, &format!("Type a number to {verb}."));
        }
        sheet
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        if !self.answer.has_terms {
            return Prompt::Text { id: PromptId::Question, prompt: PROMPT.into() };
        }
        let title = |path: AuthPath| ctx.catalog().path(path).title.as_str();
        let option = |row: &QuestionRow| match row {
            QuestionRow::Typical(question) => Choice::new(*question, ""),
            QuestionRow::Entry(entry) => {
                let answer = claim::short_text(entry.claim).or_else(|| claim::current_text(entry.claim)).unwrap_or_default();
                let path = entry.leads_to().map(|path| format!(" ({})", title(path))).unwrap_or_default();
                Choice::new(format!("{}{path}", entry.question), format!("{answer}."))
            }
            QuestionRow::Default => Choice::new(format!("Start with {}", title(AuthPath::DEFAULT)), NO_MATCH),
        };
        let mut options: Vec<Choice> = self.rows(ctx).iter().map(option).collect();
        options.push(Choice::new("Ask something else", ""));
        Prompt::Choice { id: PromptId::Question, prompt: "Which answer fits?".into(), options }
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        let rows = self.rows(ctx);
        let has_path = rows.get(self.selected).is_some_and(|row| row.path().is_some());
        let has_command = rows.get(self.selected).is_some_and(|row| row.command().is_some());
        let enter = match (has_path, has_command) {
            (true, _) => "choose path",
            (false, true) => "copy",
            (false, false) => "ask this",
        };
        let actions = Actions::enter(enter).back("back");
        actions
            .key_if(has_path, Intent::NextField, "details")
            .key_if(has_path && has_command, Intent::Copy, "copy")
            .key(Intent::Down, "next")
            .key(Intent::Up, "previous")
            .in_help(Intent::Paste, "a question")
    }
}
