//! Token entry: what to make and where, a masked field that cannot be used wrongly, verification on paste.

use super::{Hint, Page, Stage};
use crate::domain::catalog::PathId;
use crate::domain::credential::Candidate;
use crate::domain::machine::BrowserState;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::domain::token_text::{Look, clean, look};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Entry, Given, Input, Intent, Mode, Notice, Reply, Route, Task, Transition};
use crate::wizard::text_field::TextField;
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;
use ratatui::text::Span;

#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    path: PathId,
    field: TextField,
    /// What the text looks like, where that is worth saying.
    look: Option<Look>,
    /// What was taken away around a paste.
    removed: Vec<&'static str>,
    was_cut: bool,
    problem: Option<Problem>,
    /// The text was refused, or begins with what was: a paste replaces it.
    was_refused: bool,
    /// Which example the demo fills in next.
    next_example: usize,
}

impl SignIn {
    pub fn new(path: PathId) -> Self {
        Self {
            path,
            field: TextField::default(),
            look: None,
            removed: Vec::new(),
            was_cut: false,
            problem: None,
            was_refused: false,
            next_example: 0,
        }
    }

    pub fn path(&self) -> PathId {
        self.path
    }

    /// A paste after a refusal replaces what was refused; otherwise it goes in at the cursor.
    fn paste(&mut self, pasted: &Secret, ctx: &Ctx<'_>) -> Transition {
        self.problem = None;
        if std::mem::take(&mut self.was_refused) {
            self.field = TextField::default();
        }
        self.was_cut = self.field.paste(pasted);
        let look = self.tidy();
        if look.is_plausible() && !self.was_cut && !ctx.is_waiting { self.verify() } else { Transition::stay() }
    }

    /// Takes away what was wrapped around the token, and looks at what is left.
    fn tidy(&mut self) -> Look {
        let cleaned = clean(self.field.text());
        let look = look(&cleaned);
        // A client secret keeps its name in the field: the name is what tells.
        if cleaned.secret != *self.field.text() {
            self.field.set(cleaned.secret);
        }
        self.removed = cleaned.removed;
        self.look = look.advice().map(|_| look);
        look
    }

    fn verify(&mut self) -> Transition {
        self.problem = None;
        Transition::begin(Task::Verify(Candidate::Pasted { secret: self.field.text().clone(), path: self.path }))
    }

    /// Enter: opens the portal while there is nothing to verify, else asks Notion, whatever the text looks like.
    fn confirm(&mut self, ctx: &Ctx<'_>) -> Transition {
        if ctx.is_waiting {
            return Transition::stay();
        }
        if self.field.is_empty() {
            return self.open(ctx);
        }
        let look = self.tidy();
        if look == Look::Unsendable || look == Look::Empty { Transition::stay() } else { self.verify() }
    }

    /// The page, and what it begins with: the portal is opened only where a browser will appear with it.
    pub fn open_with(path: PathId, entry: &Entry, ctx: &Ctx<'_>) -> (Self, Option<Task>) {
        let mut page = Self::new(path);
        let task = match entry {
            Entry::Portal if matches!(ctx.found.browser.get(), Some(BrowserState::Ready { .. })) => {
                ctx.portal(path).map(Task::Open)
            }
            Entry::Field | Entry::Portal => None,
            Entry::Pasted(secret) => page.paste(secret, ctx).begin,
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
            self.field.set(Secret::new(example.token.clone()));
            self.next_example += 1;
            self.problem = None;
            self.tidy();
        }
        Transition::stay()
    }

    fn explain(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        // The CLI takes the same tokens; the steps of its own entry are about ntn's login, which is not what happens here.
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
        if self.was_cut {
            let how = if sheet.is_linear() { "The next line takes its place." } else { "Ctrl-U clears the field." };
            sheet.text(Role::Warn, &format!("The paste was longer than any token and was cut. {how}"));
        }
        if !self.removed.is_empty() {
            sheet.text(Role::Dim, &format!("Taken away: {}.", self.removed.join(", ")));
        }
        if let Some(advice) = self.look.and_then(Look::advice) {
            let mark = vec![sheet.span(Role::Warn, &format!("{} ", sheet.theme().glyph(Glyph::Warn)))];
            sheet.hanging(mark, Role::Text, advice);
            if self.look.is_some_and(|look| !look.is_plausible() && look != Look::Unsendable) && !ctx.is_waiting {
                sheet.text(Role::Dim, "Enter asks Notion all the same.");
            }
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
        Mode::Typing
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Paste(pasted) if !ctx.is_waiting => return self.paste(&pasted, ctx),
            // A line of text is all of it.
            Input::Answer(Given::Text(text)) if !ctx.is_waiting => {
                self.field = TextField::default();
                return self.paste(&text, ctx);
            }
            Input::Type(edit) if !ctx.is_waiting => {
                if self.field.edit(edit) {
                    self.look = None;
                    self.removed.clear();
                    self.was_cut = false;
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
        let mut sheet = Sheet::new(theme, ctx.size.text_width());
        let title = match self.path {
            PathId::Cli => "A token for NOTION_API_TOKEN",
            PathId::Token | PathId::Oauth => "Paste a token",
        };
        sheet.title(title);
        // The field comes first and stays where it is: what happens is told beneath it, always in sight.
        marks::field(&mut sheet, &self.field);
        self.under_the_field(&mut sheet, ctx);
        Self::examples(&mut sheet, ctx);
        sheet.blank();
        self.explain(&mut sheet, ctx);
        sheet
    }

    fn ask(&self, _ctx: &Ctx<'_>) -> Ask {
        Ask::Text { id: AskId::Token, prompt: "Paste the token".into() }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        if ctx.is_waiting {
            return vec![(Intent::Back, "stop")];
        }
        let mut hints = if self.field.is_empty() {
            vec![(Intent::Confirm, "open portal"), (Intent::Copy, "copy link")]
        } else {
            vec![(Intent::Confirm, "verify"), (Intent::Open, "portal")]
        };
        if ctx.setup.demo.is_some() {
            // Filling in an example is the first step of the demo; verifying it is the next.
            hints.insert(usize::from(!self.field.is_empty()), (Intent::Example, "example"));
        }
        hints
    }

    fn back_stops_waiting(&self) -> bool {
        true
    }

    fn arrows_scroll(&self) -> bool {
        true
    }

    fn trouble(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}
