//! The Prepare page: the sign-in methods of the path, what the user may do, and what this machine offers.
//!
//! Everything here is advice; Enter always continues.

mod person;

use super::{Hint, Page, Stage};
use crate::domain::advice::{Advice, Method, Need, Reason, recommend};
use crate::domain::catalog::PathId;
use crate::domain::check::{Check, Verdict};
use crate::domain::judge::environment_checks;
use crate::domain::machine::{BrowserState, NtnState};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Choice, Entry, Given, Input, Intent, Route, Transition};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;
use person::Outlook;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepare {
    path: PathId,
    /// The selected method.
    way: usize,
    /// The selected message for the admin, below the methods.
    message: Option<usize>,
}

impl Prepare {
    /// Starts with this method selected, if the path has it.
    pub fn new(path: PathId, method: Method) -> Self {
        let methods = Self { path, way: 0, message: None };
        let way = methods.ways().iter().position(|way| *way == method).unwrap_or(0);
        Self { way, ..methods }
    }

    /// Returns the method that the recommendation expects to work here.
    pub fn usual_method(path: PathId, ctx: &Ctx<'_>) -> Method {
        let advice = recommend(Need::UNASKED, ctx.found);
        match (path, advice) {
            (PathId::Oauth, _) => Method::OwnConnection,
            (PathId::Cli, Some(advice)) if advice.path == PathId::Cli => advice.method,
            // Without a browser a token is best on the CLI path too; with one, a missing or broken `ntn` can be fixed.
            (PathId::Token, _)
            | (PathId::Cli, Some(Advice { reason: Reason::NoBrowserNoNtn | Reason::UnattendedWithoutNtn, .. })) => Method::Token,
            (PathId::Cli, _) => Method::BrowserLogin,
        }
    }

    fn ways(&self) -> &'static [Method] {
        match self.path {
            PathId::Cli => &[Method::BrowserLogin, Method::Token],
            PathId::Token => &[Method::Token],
            PathId::Oauth => &[Method::OwnConnection, Method::Worker],
        }
    }

    fn needs_ntn(ctx: &Ctx<'_>) -> bool {
        matches!(ctx.found.ntn.get(), Some(NtnState::Missing | NtnState::NotInstallable | NtnState::NotNotions { .. }))
    }

    fn choice(way: Method, ctx: &Ctx<'_>) -> Choice {
        match way {
            Method::BrowserLogin if Self::needs_ntn(ctx) => {
                Choice::new("Log in with the browser", "Notion's ntn is needed for it, and can be installed from here.")
            }
            Method::BrowserLogin => {
                Choice::new("Log in with the browser", "Compare a code, approve at Notion; ntn keeps the token.")
            }
            Method::Token => Choice::new("Give it a token", "For CI, servers and machines without a browser."),
            Method::OwnConnection => Choice::new("Your own connection", "People let your app into the Notion pages they pick."),
            Method::Worker => {
                Choice::new("Workers OAuth", "A worker of yours signs in to GitHub, Google, Salesforce or another service.")
            }
        }
    }

    /// Opens the chosen method's page. A key also opens the browser; an answer from a script does not.
    fn take(&self, index: usize, opens: bool, ctx: &Ctx<'_>) -> Transition {
        match self.ways().get(index) {
            Some(Method::BrowserLogin) if Self::needs_ntn(ctx) => Transition::to(Route::Install),
            Some(Method::BrowserLogin) => Transition::to(Route::Login(opens)),
            Some(Method::Token) => Transition::to(Route::SignIn(self.path, if opens { Entry::Portal } else { Entry::Field })),
            Some(Method::OwnConnection) => Transition::to(Route::Connection),
            Some(Method::Worker) => Transition::to(Route::Workers),
            None => Transition::stay(),
        }
    }

    /// Moves down through the methods, then through the messages.
    fn down(&mut self, messages: usize) {
        match self.message {
            Some(here) => self.message = Some((here + 1).min(messages.saturating_sub(1))),
            None if self.way + 1 < self.ways().len() => self.way += 1,
            None => self.message = (messages > 0).then_some(0),
        }
    }

    fn up(&mut self) {
        match self.message {
            Some(here) => self.message = here.checked_sub(1),
            None => self.way = self.way.saturating_sub(1),
        }
    }
}

impl Page for Prepare {
    fn stage(&self) -> Stage {
        Stage::Prepare
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        let mut messages = Outlook::new(self.path, ctx).messages();
        match input {
            Input::Do(Intent::Up) => self.up(),
            Input::Do(Intent::Down) => self.down(messages.len()),
            Input::Do(Intent::First) => (self.way, self.message) = (0, None),
            Input::Do(Intent::Last) => self.message = messages.len().checked_sub(1),
            Input::Do(Intent::Pick(number)) if usize::from(number) <= self.ways().len() => {
                self.way = usize::from(number).saturating_sub(1);
                return self.take(self.way, true, ctx);
            }
            Input::Do(Intent::Confirm) => return self.take(self.way, true, ctx),
            Input::Answer(Given::Choice(index)) => return self.take(index, false, ctx),
            // A pasted token needs no portal.
            Input::Paste(secret) if self.ways().contains(&Method::Token) => {
                return Transition::to(Route::SignIn(self.path, Entry::Pasted(secret)));
            }
            Input::Do(Intent::Standing) => return Transition::to(Route::Standing),
            Input::Do(Intent::Copy) if !messages.is_empty() => {
                let index = self.message.unwrap_or(0).min(messages.len() - 1);
                return Transition::copy(messages.swap_remove(index).1);
            }
            Input::Do(Intent::Retry) => return Transition { look: true, ..Transition::say("Looking again.") },
            Input::Do(Intent::UseExisting) => return Transition::to(Route::UseExisting),
            Input::Do(Intent::Details) => return Transition::to(Route::Path(self.path)),
            Input::Do(Intent::Ask) => return Transition::to(Route::Question),
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        let outlook = Outlook::new(self.path, ctx);
        sheet.title(match self.path {
            PathId::Cli => "Which way into the Notion CLI?",
            PathId::Token => "Before you make a token",
            PathId::Oauth => "Which of the two OAuths?",
        });
        if self.path == PathId::Oauth {
            sheet.text(Role::Text, "One lets people into Notion through your app; the other signs a worker in to another service, and nobody in to Notion.");
        }
        let warning = vec![marks::verdict_mark(&sheet, Verdict::Warn)];
        if let Some(blocked) = outlook.blocked() {
            sheet.hanging(warning, Role::Text, &format!("It looks as if you cannot {blocked}. Enter goes on all the same."));
        }
        // A single method needs no question.
        if self.ways().len() > 1 {
            if ctx.size.is_roomy() {
                sheet.blank();
            }
            for (index, way) in self.ways().iter().enumerate() {
                marks::choice(&mut sheet, index + 1, &Self::choice(*way, ctx), index == self.way);
            }
        }
        sheet.blank();
        outlook.person(&mut sheet);
        outlook.letters(&mut sheet, self.message);
        sheet.blank();
        sheet.title("This machine");
        // A correct clock needs no preparation.
        let is_news = |check: &Check| check.id != "environment.clock" || check.verdict != Verdict::Pass;
        for check in environment_checks(ctx.found).into_iter().filter(is_news) {
            marks::check(&mut sheet, &check);
        }
        if ctx.found.is_incomplete() {
            marks::waiting(&mut sheet, "Looking.");
        }
        outlook.elsewhere(&mut sheet);
        sheet
    }

    fn ask(&self, ctx: &Ctx<'_>) -> Ask {
        let options = self.ways().iter().map(|way| Self::choice(*way, ctx)).collect();
        Ask::Choice { id: AskId::Way, prompt: "Which way?".into(), options }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        let will_appear = matches!(ctx.found.browser.get(), Some(BrowserState::Ready { .. }));
        let on = match self.ways().get(self.way) {
            Some(Method::BrowserLogin) if Self::needs_ntn(ctx) => "install ntn",
            Some(Method::BrowserLogin) if will_appear => "open browser",
            Some(Method::BrowserLogin) => "log in",
            Some(Method::Token) if will_appear => "open portal",
            Some(Method::Token | Method::OwnConnection | Method::Worker) | None => "go on",
        };
        let mut hints = vec![(Intent::Confirm, on), (Intent::Back, "back"), (Intent::Standing, "role and plan")];
        if !Outlook::new(self.path, ctx).messages().is_empty() {
            hints.push((Intent::Copy, "copy the message"));
        }
        hints.extend([(Intent::Retry, "look again"), (Intent::Details, "details"), (Intent::Ask, "ask")]);
        hints
    }
}
