//! The token page: where to create a token, a masked field that cleans up common paste mistakes, and verification on paste.

mod which;

use super::{Hint, Page, Stage};
use crate::domain::catalog::PathId;
use crate::domain::credential::Candidate;
use crate::domain::machine::BrowserState;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::domain::token_text::{Reading, Shape, read, stripped};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Entry, Given, Input, Intent, Mode, Notice, Reply, Route, Task, Transition};
use crate::wizard::text_field::TextField;
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;
use which::TokenQuestion;

#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    path: PathId,
    field: TextField,
    /// The text's shape, if there is advice about it. The advice is on the screen, so the next Enter confirms it.
    shape: Option<Shape>,
    /// The reason why the last paste was rejected.
    refusal: Option<String>,
    /// Characters that were removed around a paste.
    removed: Vec<&'static str>,
    /// The choice between several pasted tokens.
    question: Option<TokenQuestion>,
    problem: Option<Problem>,
    /// Notion rejected the text, or the text starts with a rejected one: a paste replaces it.
    was_refused: bool,
    /// The next example that the demo fills in.
    next_example: usize,
}

impl SignIn {
    pub fn new(path: PathId) -> Self {
        Self {
            path,
            field: TextField::default(),
            shape: None,
            refusal: None,
            removed: Vec::new(),
            question: None,
            problem: None,
            was_refused: false,
            next_example: 0,
        }
    }

    pub fn path(&self) -> PathId {
        self.path
    }

    fn forget_advice(&mut self) {
        self.shape = None;
        self.refusal = None;
        self.removed.clear();
    }

    /// Handles a paste, which replaces a rejected text. Only a single Notion token is sent without a key press.
    fn paste(&mut self, pasted: &Secret) -> Transition {
        self.problem = None;
        if std::mem::take(&mut self.was_refused) || matches!(self.shape, Some(Shape::Foreign(_))) {
            self.field = TextField::default();
        }
        self.forget_advice();
        let reading = read(pasted);
        if !reading.tokens.is_empty() {
            return self.accept(reading);
        }
        self.take_unclear(reading, pasted);
        Transition::stay()
    }

    /// Verifies a single token; with several, asks for one.
    fn accept(&mut self, mut reading: Reading) -> Transition {
        if reading.tokens.len() > 1 {
            self.question = Some(TokenQuestion::new(reading.tokens));
            return Transition::stay();
        }
        let Some(token) = reading.tokens.pop() else { return Transition::stay() };
        self.removed = reading.removed;
        self.use_token(token.secret)
    }

    fn use_token(&mut self, token: Secret) -> Transition {
        self.question = None;
        self.shape = Some(read(&token).shape).filter(|shape| shape.advice().is_some());
        self.field.set(token);
        self.verify()
    }

    /// Handles a paste without a Notion token: part of a token is inserted at the cursor; another service's secret is rejected.
    fn take_unclear(&mut self, reading: Reading, pasted: &Secret) {
        if let Some(format) = reading.foreign() {
            self.refusal = Shape::Foreign(format).advice().map(Into::into);
            return;
        }
        if let Some(whole) = reading.pieces {
            self.removed = vec!["line breaks and spaces"];
            self.field.set(whole);
            self.shape = Some(Shape::Pieces);
            return;
        }
        match reading.single {
            Some(single) if reading.shape != Shape::TooLong => {
                let was_empty = self.field.is_empty();
                if self.field.paste(&single) {
                    self.field = TextField::default();
                    self.refusal = Shape::TooLong.advice().map(Into::into);
                    return;
                }
                self.removed = reading.removed;
                let shape = if was_empty { reading.shape } else { read(self.field.text()).shape };
                self.shape = Some(shape).filter(|shape| shape.advice().is_some());
            }
            None if reading.is_bare && !self.field.paste(&stripped(pasted)) => self.shape = Some(Shape::HasSpaces),
            None if reading.is_bare => {
                self.field = TextField::default();
                self.refusal = Shape::TooLong.advice().map(Into::into);
            }
            Some(_) => self.refusal = reading.shape.advice().map(Into::into),
            None => self.refusal = Some(format!("{} Paste the token alone.", reading.summary())),
        }
    }

    fn verify(&mut self) -> Transition {
        self.problem = None;
        Transition::begin(Task::Verify(Candidate::Pasted { secret: self.field.text().clone(), path: self.path }))
    }

    /// Handles Enter: opens the portal if there is nothing to verify. A text that does not look like a Notion token gets a warning first,
    /// and is sent by the next Enter.
    fn confirm(&mut self, ctx: &Ctx<'_>) -> Transition {
        if ctx.is_waiting {
            return Transition::stay();
        }
        if self.field.is_empty() {
            return self.open(ctx);
        }
        let reading = read(self.field.text());
        if self.shape != Some(Shape::Pieces) && !reading.tokens.is_empty() {
            self.refusal = None;
            return self.accept(reading);
        }
        let was_told = self.shape.is_some_and(|told| told == reading.shape || told == Shape::Pieces);
        if !was_told {
            self.forget_advice();
            self.shape = Some(reading.shape);
        }
        if was_told && reading.shape.can_be_sent() { self.verify() } else { Transition::stay() }
    }

    /// Creates the page and its start task: the portal opens only if a browser is available.
    pub fn open_with(path: PathId, entry: &Entry, ctx: &Ctx<'_>) -> (Self, Option<Task>) {
        let mut page = Self::new(path);
        let task = match entry {
            Entry::Portal if matches!(ctx.found.browser.get(), Some(BrowserState::Ready { .. })) => {
                ctx.portal(path).map(Task::Open)
            }
            Entry::Field | Entry::Portal => None,
            Entry::Pasted(secret) => page.paste(secret).begin,
        };
        (page, task)
    }

    fn open(&self, ctx: &Ctx<'_>) -> Transition {
        match ctx.portal(self.path) {
            Some(link) => Transition { notice: Some(Notice::plain("Opening the portal.")), ..Transition::begin(Task::Open(link)) },
            None => Transition::stay(),
        }
    }

    fn example(&mut self, ctx: &Ctx<'_>) -> Transition {
        let Some(demo) = &ctx.setup.demo else { return Transition::stay() };
        if ctx.is_waiting {
            return Transition::stay();
        }
        if let Some(example) = demo.examples.get(self.next_example % demo.examples.len().max(1)) {
            self.forget_advice();
            self.field.set(Secret::new(example.token.clone()));
            self.next_example += 1;
            self.problem = None;
        }
        Transition::stay()
    }

    fn explain(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        // The CLI accepts the same tokens; the steps of its own entry describe `ntn login`, which does not happen here.
        let entry = &ctx.catalog().path(PathId::Token).entry;
        sheet.title("Where to get one");
        for (index, step) in entry.steps.iter().enumerate() {
            let mark = vec![sheet.span(Role::Dim, &format!("{}. ", index + 1))];
            sheet.hanging(mark, Role::Text, step);
        }
        if let Some(link) = ctx.portal(self.path) {
            sheet.link(&link);
        }
        sheet.blank();
        for line in &entry.kinds {
            sheet.bullet(Role::Text, line);
        }
    }

    fn examples(sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let Some(demo) = &ctx.setup.demo else { return };
        sheet.blank();
        let tab = marks::key(sheet.theme(), Mode::Typing, Intent::Example);
        sheet.text(Role::Accent, &format!("Demo: paste one of these, or press {tab} to fill in the next"));
        for example in &demo.examples {
            let mark = vec![sheet.span(Role::Dim, &format!("{} ", sheet.theme().glyph(Glyph::Bullet)))];
            sheet.hanging(mark, Role::Text, &example.token);
            sheet.hanging(vec![Span::raw("  ")], Role::Dim, &format!("{}: {}", example.who, example.happens));
        }
    }

    fn under_the_field(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let demo = ctx.setup.demo.as_ref();
        if let Some(example) = demo.and_then(|demo| demo.examples.iter().find(|example| example.token == *self.field.text())) {
            sheet.text(Role::Accent, &format!("Demo: {}", example.who));
        }
        if !self.removed.is_empty() {
            sheet.text(Role::Dim, &format!("Taken away: {}.", self.removed.join(", ")));
        }
        let advice = self.shape.and_then(Shape::advice);
        for advice in self.refusal.as_deref().into_iter().chain(advice.as_deref()) {
            let mark = vec![sheet.span(Role::Warn, &format!("{} ", sheet.theme().glyph(Glyph::Warn)))];
            sheet.hanging(mark, Role::Text, advice);
        }
        if self.shape.is_some_and(|shape| !shape.is_notion_like() && shape.can_be_sent()) && !ctx.is_waiting {
            let count = self.field.text().len();
            sheet.text(Role::Dim, &format!("Press Enter to send these {count} characters to {}.", ctx.setup.notion_host));
        }
        if ctx.is_waiting {
            let esc = marks::key(sheet.theme(), Mode::Typing, Intent::Back);
            marks::waiting(sheet, &format!("Asking {} who this is. {esc} stops.", ctx.setup.notion_host));
        }
        if let Some(problem) = &self.problem {
            sheet.blank();
            marks::problem(sheet, problem, Mode::Typing);
        }
    }
}

impl Page for SignIn {
    fn stage(&self) -> Stage {
        Stage::SignIn
    }

    fn mode(&self) -> Mode {
        if self.question.is_some() { Mode::Moving } else { Mode::Typing }
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        if let Some(question) = &mut self.question {
            match input {
                Input::Do(Intent::Back) => self.question = None,
                Input::Paste(pasted) => {
                    self.question = None;
                    return self.paste(&pasted);
                }
                input => return question.on_input(&input).map_or_else(Transition::stay, |token| self.use_token(token)),
            }
            return Transition::stay();
        }
        match input {
            Input::Paste(pasted) if !ctx.is_waiting => return self.paste(&pasted),
            // In plain mode a line replaces the whole text.
            Input::Answer(Given::Text(text)) if !ctx.is_waiting => {
                self.field = TextField::default();
                return self.paste(&text);
            }
            Input::Type(edit) if !ctx.is_waiting => {
                if self.field.edit(edit) {
                    self.forget_advice();
                    self.problem = None;
                }
            }
            Input::Do(Intent::Confirm) => return self.confirm(ctx),
            Input::Do(Intent::Retry) if !self.field.is_empty() => return self.confirm(ctx),
            Input::Do(Intent::Open) => return self.open(ctx),
            Input::Do(Intent::Copy) => {
                if let Some(link) = ctx.portal(self.path) {
                    return Transition::copy(link.as_str());
                }
            }
            Input::Do(Intent::Example) => return self.example(ctx),
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn on_reply(&mut self, reply: Reply, _ctx: &Ctx<'_>) -> Transition {
        match reply {
            Reply::Verified(answer) => match *answer {
                Ok(verified) => {
                    self.problem = None;
                    Transition::to(Route::Verify(Box::new(verified), None))
                }
                Err(problem) => {
                    self.problem = Some(problem);
                    self.was_refused = true;
                    Transition::stay()
                }
            },
            _ => Transition::stay(),
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        if let Some(question) = &self.question {
            question.draw(&mut sheet);
            return sheet;
        }
        let title = match self.path {
            PathId::Cli => "A token for NOTION_API_TOKEN",
            PathId::Token | PathId::Oauth => "Paste a token",
        };
        sheet.title(title);
        // The field comes first and keeps its place; results are drawn below it, where they are always visible.
        marks::field(&mut sheet, &self.field);
        self.under_the_field(&mut sheet, ctx);
        Self::examples(&mut sheet, ctx);
        sheet.blank();
        self.explain(&mut sheet, ctx);
        sheet
    }

    fn ask(&self, _ctx: &Ctx<'_>) -> Ask {
        let text = || Ask::Text { id: AskId::Token, prompt: "Paste the token".into() };
        self.question.as_ref().map_or_else(text, TokenQuestion::ask)
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        if ctx.is_waiting {
            return vec![(Intent::Back, "stop")];
        }
        if self.question.is_some() {
            return vec![(Intent::Confirm, "verify"), (Intent::Back, "back")];
        }
        let mut hints = if self.field.is_empty() {
            vec![(Intent::Confirm, "open portal"), (Intent::Copy, "copy link")]
        } else {
            vec![(Intent::Confirm, "verify"), (Intent::Open, "portal")]
        };
        if ctx.setup.demo.is_some() {
            // In the demo, filling in an example comes first and verifying it second.
            hints.insert(usize::from(!self.field.is_empty()), (Intent::Example, "example"));
        }
        hints
    }

    fn back_stops_waiting(&self) -> bool {
        true
    }

    fn arrows_scroll(&self) -> bool {
        self.question.is_none()
    }

    fn trouble(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}
