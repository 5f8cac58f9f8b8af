//! The token page: where to create a token, a masked field that cleans up common paste mistakes, and verification on paste.

use super::{Page, Stage};
use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::credentials::Candidate;
use crate::domain::machine::BrowserState;
use crate::domain::problem::Problem;
use crate::domain::sanitize::truncate;
use crate::domain::secret::Secret;
use crate::wizard::context::{Ctx, DemoToken};
use crate::wizard::kit::{self, Actions, Menu, TokenInput, TokenInputEvent};
use crate::wizard::msg::{
    Input, Intent, Mode, Prompt, PromptId, Reply, Route, Task, TaskOutcome, TokenEntry, Transition, problem_of,
};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

#[derive(Clone, Debug, PartialEq)]
pub struct TokenPage {
    path: AuthPath,
    input: TokenInput,
    problem: Option<Problem>,
    /// The next example that the demo fills in.
    next_example: usize,
}

impl TokenPage {
    pub fn new(path: AuthPath) -> Self {
        Self { path, input: TokenInput::default(), problem: None, next_example: 0 }
    }

    pub fn path(&self) -> AuthPath {
        self.path
    }

    fn on_event(&mut self, event: TokenInputEvent) -> Transition {
        match event {
            TokenInputEvent::Submitted(secret) => {
                self.problem = None;
                return Transition::start(Task::Verify(Candidate::Pasted { secret, path: self.path }));
            }
            TokenInputEvent::Changed => self.problem = None,
            TokenInputEvent::Handled | TokenInputEvent::Ignored => {}
        }
        Transition::stay()
    }

    /// Returns the label of Enter; `None` for a text that the page has refused, and that only a change can help. After a refused paste,
    /// Enter would be meant for it.
    fn enter_label(&self) -> Option<&'static str> {
        let label = if self.input.is_empty() { "open portal" } else { "verify" };
        self.input.can_confirm().then_some(label)
    }

    /// Creates the page and its start task: the portal opens only if a browser is available.
    pub fn open_page(path: AuthPath, entry: &TokenEntry, ctx: &Ctx<'_>) -> (Self, Option<Task>) {
        let mut page = Self::new(path);
        let task = match entry {
            TokenEntry::Portal if matches!(ctx.findings.browser.get(), Some(BrowserState::Ready { .. })) => {
                ctx.portal_link(path).map(Task::OpenLink)
            }
            TokenEntry::Field | TokenEntry::Portal => None,
            TokenEntry::Pasted(secret) => {
                let event = page.input.paste(secret);
                page.on_event(event).start
            }
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
            self.input.set(Secret::new(example.token.clone()));
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
        if let Some(example) = demo.and_then(|demo| demo.examples.iter().find(|example| example.token == *self.input.text())) {
            components::draw_demo(sheet, &example.owner);
        }
        self.input.draw_advice(sheet, &ctx.setup.notion_host, ctx.is_waiting);
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
        self.input.mode()
    }

    fn keeps_pastes(&self) -> bool {
        true
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        let is_open = self.input.choice().is_some();
        match input {
            Input::Do(Intent::Open) if !is_open => return self.open_portal(ctx),
            Input::Do(Intent::Copy) if !is_open => {
                if let Some(link) = ctx.portal_link(self.path) {
                    return Transition::copy(link.as_str());
                }
            }
            Input::Do(Intent::NextField) if !is_open => return self.fill_example(ctx),
            Input::Do(Intent::Back) if !is_open => return Transition::back(),
            input if !ctx.is_waiting => match (self.input.on_input(&input), input) {
                // There is nothing to verify.
                (TokenInputEvent::Ignored, Input::Do(Intent::Confirm)) => return self.open_portal(ctx),
                (event, _) => return self.on_event(event),
            },
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
                self.input.on_refusal();
                Transition::stay()
            }
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        if self.input.draw_choice(&mut sheet) {
            return sheet;
        }
        sheet.title(if self.path.uses_ntn() { "A token for NOTION_API_TOKEN" } else { "Paste a token" });
        // The field comes first and keeps its place; results are drawn below it, where they are always visible.
        self.input.draw_field(&mut sheet);
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
        self.input.choice().map_or_else(text, Menu::prompt)
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        if ctx.is_waiting {
            return Actions::only_back("stop");
        }
        if let Some(choice) = self.input.choice() {
            return choice.actions("verify").back("back").in_help(Intent::Paste, "a token");
        }
        let is_empty = self.input.is_empty();
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
