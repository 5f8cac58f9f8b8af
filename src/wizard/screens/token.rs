//! The token page: where to create a token, a masked field that cleans up common paste mistakes, and verification on paste.

mod token_choice;

use super::{Page, Stage};
use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::credentials::Candidate;
use crate::domain::machine::BrowserState;
use crate::domain::problem::Problem;
use crate::domain::sanitize::truncate;
use crate::domain::secret::Secret;
use crate::domain::token_text::{TokenScan, TokenShape, scan, strip_wrapping};
use crate::wizard::context::{Ctx, DemoToken};
use crate::wizard::kit::{self, Actions};
use crate::wizard::msg::{
    Answer, Input, Intent, Mode, Prompt, PromptId, Reply, Route, Task, TaskOutcome, TokenEntry, Transition, problem_of,
};
use crate::wizard::text_field::TextField;
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;
use token_choice::TokenChoice;

#[derive(Clone, Debug, PartialEq)]
pub struct TokenPage {
    path: AuthPath,
    field: TextField,
    /// The text's shape, if there is advice about it. The advice is on the screen, so the next Enter confirms it.
    shape: Option<TokenShape>,
    /// The reason why the last paste was rejected.
    refusal: Option<String>,
    /// Characters that were removed around a paste.
    removed: Vec<&'static str>,
    /// The choice between several pasted tokens.
    token_choice: Option<TokenChoice>,
    problem: Option<Problem>,
    /// Notion rejected the text, or the text starts with a rejected one: a paste replaces it.
    was_refused: bool,
    /// The next example that the demo fills in.
    next_example: usize,
}

impl TokenPage {
    pub fn new(path: AuthPath) -> Self {
        Self {
            path,
            field: TextField::default(),
            shape: None,
            refusal: None,
            removed: Vec::new(),
            token_choice: None,
            problem: None,
            was_refused: false,
            next_example: 0,
        }
    }

    pub fn path(&self) -> AuthPath {
        self.path
    }

    fn clear_advice(&mut self) {
        self.shape = None;
        self.refusal = None;
        self.removed.clear();
    }

    /// Handles a paste, which replaces a rejected text. Only a single Notion token is sent without a key press.
    fn paste(&mut self, pasted: &Secret) -> Transition {
        self.problem = None;
        if std::mem::take(&mut self.was_refused) || matches!(self.shape, Some(TokenShape::Foreign(_))) {
            self.field = TextField::default();
        }
        self.clear_advice();
        let reading = scan(pasted);
        if !reading.tokens.is_empty() {
            return self.accept(reading);
        }
        self.insert_unrecognised(reading, pasted);
        Transition::stay()
    }

    /// Verifies a single token; with several, asks for one.
    fn accept(&mut self, mut reading: TokenScan) -> Transition {
        if reading.tokens.len() > 1 {
            self.token_choice = Some(TokenChoice::new(reading.tokens));
            return Transition::stay();
        }
        let Some(token) = reading.tokens.pop() else { return Transition::stay() };
        self.removed = reading.removed;
        self.use_token(token.secret)
    }

    fn use_token(&mut self, token: Secret) -> Transition {
        self.token_choice = None;
        self.shape = Some(scan(&token).shape).filter(|shape| shape.advice().is_some());
        self.field.set(token);
        self.verify()
    }

    /// Handles a paste without a Notion token: part of a token is inserted at the cursor; another service's secret is rejected.
    fn insert_unrecognised(&mut self, reading: TokenScan, pasted: &Secret) {
        if let Some(format) = reading.foreign_format() {
            self.refusal = TokenShape::Foreign(format).advice().map(Into::into);
            return;
        }
        if let Some(whole) = reading.pieces {
            self.removed = vec!["line breaks and spaces"];
            self.field.set(whole);
            self.shape = Some(TokenShape::Pieces);
            return;
        }
        match reading.single {
            Some(single) if reading.shape != TokenShape::TooLong => {
                let was_empty = self.field.is_empty();
                if self.field.paste(&single) {
                    self.field = TextField::default();
                    self.refusal = TokenShape::TooLong.advice().map(Into::into);
                    return;
                }
                self.removed = reading.removed;
                let shape = if was_empty { reading.shape } else { scan(self.field.text()).shape };
                self.shape = Some(shape).filter(|shape| shape.advice().is_some());
            }
            None if reading.is_bare && !self.field.paste(&strip_wrapping(pasted)) => self.shape = Some(TokenShape::HasSpaces),
            None if reading.is_bare => {
                self.field = TextField::default();
                self.refusal = TokenShape::TooLong.advice().map(Into::into);
            }
            Some(_) => self.refusal = reading.shape.advice().map(Into::into),
            None => self.refusal = Some(format!("{} Paste the token alone.", reading.summary())),
        }
    }

    fn verify(&mut self) -> Transition {
        self.problem = None;
        Transition::start(Task::Verify(Candidate::Pasted { secret: self.field.text().clone(), path: self.path }))
    }

    /// Handles Enter: opens the portal if there is nothing to verify. A text that does not look like a Notion token gets a warning first,
    /// and is sent by the next Enter.
    fn confirm(&mut self, ctx: &Ctx<'_>) -> Transition {
        if ctx.is_waiting {
            return Transition::stay();
        }
        if self.field.is_empty() {
            return self.open_portal(ctx);
        }
        let reading = scan(self.field.text());
        if self.shape != Some(TokenShape::Pieces) && !reading.tokens.is_empty() {
            self.refusal = None;
            return self.accept(reading);
        }
        let was_told = self.shape.is_some_and(|shape| shape == reading.shape || shape == TokenShape::Pieces);
        if !was_told {
            self.clear_advice();
            self.shape = Some(reading.shape);
        }
        if was_told && reading.shape.can_be_sent() { self.verify() } else { Transition::stay() }
    }

    /// Returns the label of Enter; `None` for a text that the page has refused, and that only a change can help.
    fn enter_label(&self) -> Option<&'static str> {
        if self.field.is_empty() {
            // After a refused paste, Enter would be meant for it.
            return self.refusal.is_none().then_some("open portal");
        }
        let is_refused = self.shape.is_some_and(|shape| !shape.can_be_sent());
        (!is_refused || !scan(self.field.text()).tokens.is_empty()).then_some("verify")
    }

    /// Creates the page and its start task: the portal opens only if a browser is available.
    pub fn open_page(path: AuthPath, entry: &TokenEntry, ctx: &Ctx<'_>) -> (Self, Option<Task>) {
        let mut page = Self::new(path);
        let task = match entry {
            TokenEntry::Portal if matches!(ctx.findings.browser.get(), Some(BrowserState::Ready { .. })) => {
                ctx.portal_link(path).map(Task::OpenLink)
            }
            TokenEntry::Field | TokenEntry::Portal => None,
            TokenEntry::Pasted(secret) => page.paste(secret).start,
        };
        (page, task)
    }

    fn open_portal(&self, ctx: &Ctx<'_>) -> Transition {
        ctx.portal_link(self.path).map_or_else(Transition::stay, Transition::open)
    }

    fn fill_example(&mut self, ctx: &Ctx<'_>) -> Transition {
        let Some(demo) = &ctx.setup.demo else { return Transition::stay() };
        if ctx.is_waiting {
            return Transition::stay();
        }
        if let Some(example) = demo.examples.get(self.next_example % demo.examples.len().max(1)) {
            self.clear_advice();
            self.field.set(Secret::new(example.token.clone()));
            self.next_example += 1;
            self.problem = None;
        }
        Transition::stay()
    }

    fn draw_explanation(sheet: &mut Sheet, ctx: &Ctx<'_>) {
        // The CLI accepts the same tokens; the steps of its own entry describe `ntn login`, which does not happen here.
        let entry = &ctx.catalog().path(AuthMethod::Token.path()).entry;
        sheet.begin_details();
        if let Some(demo) = ctx.setup.demo.as_ref().filter(|_| sheet.is_plain()) {
            Self::list_examples(sheet, &demo.examples);
        }
        for (index, step) in entry.steps.iter().enumerate() {
            let mark = vec![sheet.span(Role::Dim, &format!("{}. ", index + 1))];
            sheet.hanging(mark, Role::Text, step);
        }
        sheet.blank();
        for line in entry.notes.iter().chain(&entry.kinds) {
            sheet.bullet(Role::Text, line);
        }
    }

    fn draw_examples(sheet: &mut Sheet, ctx: &Ctx<'_>) {
        // While a token is being verified, no example can be filled in.
        let Some(demo) = ctx.setup.demo.as_ref().filter(|_| !ctx.is_waiting) else { return };
        sheet.blank();
        let tab = components::key_name(sheet.theme(), Mode::Insert, Intent::NextField);
        if sheet.is_plain() {
            return components::draw_demo(sheet, &format!("Type {tab} to fill in an example token, or ? to list them."));
        }
        components::draw_demo(sheet, &format!("Paste one of these, or press {tab} to fill in the next"));
        Self::list_examples(sheet, &demo.examples);
    }

    fn list_examples(sheet: &mut Sheet, examples: &[DemoToken]) {
        for example in examples {
            let mark = vec![sheet.span(Role::Dim, &format!("{} ", sheet.theme().glyph(Glyph::Bullet)))];
            // A token that does not fit is not worth two lines: the key fills it in.
            let token =
                if sheet.is_plain() { example.token.clone() } else { truncate(&example.token, sheet.width().saturating_sub(2)) };
            sheet.hanging(mark, Role::Text, &token);
            sheet.hanging(vec![Span::raw("  ")], Role::Dim, &format!("{}: {}", example.owner, example.outcome));
        }
    }

    fn draw_below_field(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let demo = ctx.setup.demo.as_ref();
        if let Some(example) = demo.and_then(|demo| demo.examples.iter().find(|example| example.token == *self.field.text())) {
            components::draw_demo(sheet, &example.owner);
        }
        if !self.removed.is_empty() {
            sheet.text(Role::Dim, &format!("Removed: {}.", self.removed.join(", ")));
        }
        let advice = self.shape.and_then(TokenShape::advice);
        for advice in self.refusal.as_deref().into_iter().chain(advice.as_deref()) {
            let mark = vec![sheet.span(Role::Warn, &format!("{} ", sheet.theme().glyph(Glyph::Warn)))];
            sheet.hanging(mark, Role::Text, advice);
        }
        if self.shape.is_some_and(|shape| !shape.is_notion_like() && shape.can_be_sent()) && !ctx.is_waiting {
            sheet.text(Role::Dim, &format!("Press Enter to send this text to {}.", ctx.setup.notion_host));
        }
        if ctx.is_waiting {
            let esc = components::key_name(sheet.theme(), Mode::Insert, Intent::Back);
            components::draw_waiting(sheet, &format!("Verifying with {}… ({esc} cancels)", ctx.setup.notion_host));
        }
        if let Some(problem) = &self.problem {
            sheet.blank();
            kit::draw_problem(sheet, problem, &self.keys(ctx));
        }
    }
}

impl Page for TokenPage {
    fn stage(&self) -> Option<Stage> {
        Some(Stage::SignIn)
    }

    fn mode(&self) -> Mode {
        if self.token_choice.is_some() { Mode::Normal } else { Mode::Insert }
    }

    fn keeps_pastes(&self) -> bool {
        true
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        if let Some(question) = &mut self.token_choice {
            match input {
                Input::Do(Intent::Back) => self.token_choice = None,
                Input::Paste(pasted) => {
                    self.token_choice = None;
                    return self.paste(&pasted);
                }
                input => return question.on_input(&input).map_or_else(Transition::stay, |token| self.use_token(token)),
            }
            return Transition::stay();
        }
        match input {
            Input::Paste(pasted) if !ctx.is_waiting => return self.paste(&pasted),
            // In plain mode a line replaces the whole text.
            Input::Answer(Answer::Text(text)) if !ctx.is_waiting => {
                self.field = TextField::default();
                return self.paste(&text);
            }
            Input::Type(edit) if !ctx.is_waiting => {
                if self.field.edit(edit) {
                    self.clear_advice();
                    self.problem = None;
                }
            }
            Input::Do(Intent::Confirm) => return self.confirm(ctx),
            Input::Do(Intent::Retry) if !self.field.is_empty() => return self.confirm(ctx),
            Input::Do(Intent::Open) => return self.open_portal(ctx),
            Input::Do(Intent::Copy) => {
                if let Some(link) = ctx.portal_link(self.path) {
                    return Transition::copy(link.as_str());
                }
            }
            Input::Do(Intent::NextField) => return self.fill_example(ctx),
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn on_reply(&mut self, _task: &Task, reply: Reply, _ctx: &Ctx<'_>) -> Transition {
        match reply {
            Ok(TaskOutcome::Verified(verified)) => {
                self.problem = None;
                Transition::to(Route::Verify(verified, None))
            }
            reply => {
                self.problem = Some(problem_of(reply));
                self.was_refused = true;
                Transition::stay()
            }
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        if let Some(question) = &self.token_choice {
            question.draw(&mut sheet);
            return sheet;
        }
        sheet.title(if self.path.uses_ntn() { "A token for NOTION_API_TOKEN" } else { "Paste a token" });
        // The field comes first and keeps its place; results are drawn below it, where they are always visible.
        components::draw_field(&mut sheet, &self.field);
        self.draw_below_field(&mut sheet, ctx);
        sheet.blank();
        sheet.title("Where to create a token");
        if let Some(link) = ctx.portal_link(self.path) {
            sheet.link(&link);
        }
        Self::draw_examples(&mut sheet, ctx);
        sheet.blank();
        Self::draw_explanation(&mut sheet, ctx);
        sheet
    }

    fn prompt(&self, _ctx: &Ctx<'_>) -> Prompt {
        let text = || Prompt::Text { id: PromptId::Token, prompt: "Paste the token".into() };
        self.token_choice.as_ref().map_or_else(text, |choice| choice.menu().prompt())
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        if ctx.is_waiting {
            return Actions::only_back("stop");
        }
        if let Some(choice) = &self.token_choice {
            return choice.menu().actions("verify").back("back").in_help(Intent::Paste, "a token");
        }
        let is_empty = self.field.is_empty();
        let is_demo = ctx.setup.demo.is_some();
        // In the demo, filling in an example comes first and verifying it second.
        let actions = if is_demo && is_empty { Actions::new().main(Intent::NextField, "example") } else { Actions::new() };
        let actions = match self.enter_label() {
            Some(label) => actions.main(Intent::Confirm, label),
            None => actions,
        };
        let can_verify = !is_empty && self.enter_label().is_some();
        let actions = actions.back("back");
        actions
            .key_if(is_demo, Intent::NextField, "example")
            .key_if(!is_empty, Intent::Open, "portal")
            .key(Intent::Copy, "copy link")
            .in_help(Intent::Open, "portal")
            .in_help(Intent::Paste, "a token, which is verified at once")
            .and(if can_verify { Actions::new().in_help(Intent::Retry, "verify") } else { Actions::new() })
    }

    fn back_cancels_wait(&self) -> bool {
        true
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}
