//! The Prepare page: the sign-in methods of the path, what the user may do, and what this machine offers.
//!
//! Everything here is advice; Enter always continues.

mod permissions;

use super::{Hint, Page, Stage};
use crate::domain::advice::{Advice, Reason, Requirements, recommend};
use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::checks::{Check, Verdict, environment_checks};
use crate::domain::machine::{BrowserState, NtnState};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Answer, Choice, Input, Intent, Prompt, PromptId, Route, TokenEntry, Transition};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use permissions::PermissionsView;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparePage {
    path: AuthPath,
    /// The selected method.
    method_index: usize,
    /// The selected message for the admin, below the methods.
    message: Option<usize>,
}

/// Returns the method of the path that the recommendation expects to work here.
pub fn recommended_method(path: AuthPath, ctx: &Ctx<'_>) -> AuthMethod {
    match recommend(Requirements::DEFAULT, ctx.findings) {
        Some(advice) if advice.path == path => advice.method,
        // Without a browser a token is best on the CLI path too; with one, a missing or broken `ntn` can be fixed.
        Some(Advice { reason: Reason::NoBrowserNoNtn | Reason::UnattendedWithoutNtn, .. }) if path.uses_ntn() => AuthMethod::Token,
        Some(_) | None => path.main_method(),
    }
}

impl PreparePage {
    /// Starts with this method selected, if the path has it.
    pub fn new(path: AuthPath, method: AuthMethod) -> Self {
        let methods = Self { path, method_index: 0, message: None };
        let way = methods.methods().iter().position(|way| *way == method).unwrap_or(0);
        Self { method_index: way, ..methods }
    }

    fn methods(&self) -> &'static [AuthMethod] {
        self.path.methods()
    }

    fn needs_ntn(ctx: &Ctx<'_>) -> bool {
        matches!(ctx.findings.ntn.get(), Some(NtnState::Missing | NtnState::NotInstallable | NtnState::OtherProgram { .. }))
    }

    fn choice(way: AuthMethod, ctx: &Ctx<'_>) -> Choice {
        match way {
            AuthMethod::BrowserLogin if Self::needs_ntn(ctx) => {
                Choice::new("Log in with the browser", "Notion's ntn is needed for it, and can be installed from here.")
            }
            AuthMethod::BrowserLogin => {
                Choice::new("Log in with the browser", "Compare a code, approve at Notion; ntn keeps the token.")
            }
            AuthMethod::Token => Choice::new("Give it a token", "For CI, servers and machines without a browser."),
            AuthMethod::OwnConnection => Choice::new("Your own connection", "People let your app into the Notion pages they pick."),
            AuthMethod::Worker => {
                Choice::new("Workers OAuth", "A worker of yours signs in to GitHub, Google, Salesforce or another service.")
            }
        }
    }

    /// Opens the chosen method's page. A key also opens the browser; an answer from a script does not.
    fn choose(&self, index: usize, opens: bool, ctx: &Ctx<'_>) -> Transition {
        match self.methods().get(index) {
            Some(AuthMethod::BrowserLogin) if Self::needs_ntn(ctx) => Transition::to(Route::Install),
            Some(AuthMethod::BrowserLogin) => Transition::to(Route::Login(opens)),
            Some(AuthMethod::Token) => {
                Transition::to(Route::Token(self.path, if opens { TokenEntry::Portal } else { TokenEntry::Field }))
            }
            Some(AuthMethod::OwnConnection) => Transition::to(Route::Connection),
            Some(AuthMethod::Worker) => Transition::to(Route::Workers),
            None => Transition::stay(),
        }
    }

    /// Moves down through the methods, then through the messages.
    fn move_down(&mut self, messages: usize) {
        match self.message {
            Some(here) => self.message = Some((here + 1).min(messages.saturating_sub(1))),
            None if self.method_index + 1 < self.methods().len() => self.method_index += 1,
            None => self.message = (messages > 0).then_some(0),
        }
    }

    fn move_up(&mut self) {
        match self.message {
            Some(here) => self.message = here.checked_sub(1),
            None => self.method_index = self.method_index.saturating_sub(1),
        }
    }
}

impl Page for PreparePage {
    fn stage(&self) -> Stage {
        Stage::Prepare
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        let mut messages = PermissionsView::new(self.path, ctx).admin_messages();
        match input {
            Input::Do(Intent::Up) => self.move_up(),
            Input::Do(Intent::Down) => self.move_down(messages.len()),
            Input::Do(Intent::First) => (self.method_index, self.message) = (0, None),
            Input::Do(Intent::Last) => self.message = messages.len().checked_sub(1),
            Input::Do(Intent::Pick(index)) if index < self.methods().len() => {
                self.method_index = index;
                return self.choose(self.method_index, true, ctx);
            }
            Input::Do(Intent::Confirm) => return self.choose(self.method_index, true, ctx),
            Input::Answer(Answer::Choice(index)) => return self.choose(index, false, ctx),
            // A pasted token needs no portal.
            Input::Paste(secret) if self.methods().contains(&AuthMethod::Token) => {
                return Transition::to(Route::Token(self.path, TokenEntry::Pasted(secret)));
            }
            Input::Do(Intent::Profile) => return Transition::to(Route::Profile),
            Input::Do(Intent::Copy) if !messages.is_empty() => {
                let index = self.message.unwrap_or(0).min(messages.len() - 1);
                return Transition::copy(messages.swap_remove(index).1);
            }
            Input::Do(Intent::Retry) => return Transition { reprobe: true, ..Transition::notify("Looking again.") },
            Input::Do(Intent::UseExisting) => return Transition::to(Route::UseExisting),
            Input::Do(Intent::Details) => return Transition::to(Route::Path(self.path)),
            Input::Do(Intent::AskQuestion) => return Transition::to(Route::Question),
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        let outlook = PermissionsView::new(self.path, ctx);
        let entry = &ctx.catalog().path(self.path).entry;
        sheet.title(&entry.heading);
        if let Some(text) = &entry.about_methods {
            sheet.text(Role::Text, text);
        }
        let warning = vec![components::verdict_mark(&sheet, Verdict::Warn)];
        if let Some(blocked) = outlook.blocked_action() {
            sheet.hanging(warning, Role::Text, &format!("It looks as if you cannot {blocked}. Enter goes on all the same."));
        }
        // A single method needs no question.
        if self.methods().len() > 1 {
            if ctx.size.is_roomy() {
                sheet.blank();
            }
            for (index, way) in self.methods().iter().enumerate() {
                components::draw_choice(&mut sheet, index + 1, &Self::choice(*way, ctx), index == self.method_index);
            }
        }
        sheet.blank();
        outlook.draw_member(&mut sheet);
        outlook.draw_admin_messages(&mut sheet, self.message);
        sheet.blank();
        sheet.title("This machine");
        // A correct clock needs no preparation.
        let is_news = |check: &Check| check.id != "environment.clock" || check.verdict != Verdict::Pass;
        for check in environment_checks(ctx.findings).into_iter().filter(is_news) {
            components::draw_check(&mut sheet, &check);
        }
        if ctx.findings.is_incomplete() {
            components::draw_waiting(&mut sheet, "Looking.");
        }
        outlook.draw_other_paths(&mut sheet);
        sheet
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        let options = self.methods().iter().map(|way| Self::choice(*way, ctx)).collect();
        Prompt::Choice { id: PromptId::SignInMethod, prompt: "Which way?".into(), options }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        let will_appear = matches!(ctx.findings.browser.get(), Some(BrowserState::Ready { .. }));
        let on = match self.methods().get(self.method_index) {
            Some(AuthMethod::BrowserLogin) if Self::needs_ntn(ctx) => "install ntn",
            Some(AuthMethod::BrowserLogin) if will_appear => "open browser",
            Some(AuthMethod::BrowserLogin) => "log in",
            Some(AuthMethod::Token) if will_appear => "open portal",
            Some(AuthMethod::Token | AuthMethod::OwnConnection | AuthMethod::Worker) | None => "go on",
        };
        let mut hints = vec![(Intent::Confirm, on), (Intent::Back, "back"), (Intent::Profile, "role and plan")];
        if !PermissionsView::new(self.path, ctx).admin_messages().is_empty() {
            hints.push((Intent::Copy, "copy the message"));
        }
        hints.extend([(Intent::Retry, "look again"), (Intent::Details, "details"), (Intent::AskQuestion, "ask")]);
        hints
    }
}
