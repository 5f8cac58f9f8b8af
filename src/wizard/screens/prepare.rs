//! The Prepare page: the sign-in methods of the path, what the user may do, and what this machine offers.
//!
//! Everything here is advice; Enter always continues.

mod permissions;

use super::{Page, Stage};
use crate::domain::advice::{Advice, Reason, Requirements, recommend};
use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::checks::Verdict;
use crate::domain::machine::{BrowserState, NtnState};
use crate::domain::oauth::RedirectUri;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{Actions, Menu, MenuEvent};
use crate::wizard::msg::{Answer, Choice, Input, Intent, Mode, Prompt, PromptId, Route, TokenEntry, Transition};
use crate::wizard::text_field::TextField;
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::sheet::Sheet;
use crate::wizard::widgets::{components, machine};
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

    /// The redirect URI whose port this page shows, if the path has one.
    pub fn redirect(&self, ctx: &Ctx<'_>) -> Option<RedirectUri> {
        self.methods().contains(&AuthMethod::OwnConnection).then(|| ctx.redirect())
    }

    fn methods(&self) -> &'static [AuthMethod] {
        self.path.methods()
    }

    fn needs_ntn(ctx: &Ctx<'_>) -> bool {
        matches!(ctx.findings.ntn.get(), Some(NtnState::Missing | NtnState::OtherProgram { .. }))
    }

    fn choice(way: AuthMethod, ctx: &Ctx<'_>) -> Choice {
        match way {
            AuthMethod::BrowserLogin if matches!(ctx.findings.ntn.get(), Some(NtnState::NotInstallable)) => {
                let reason = "Needs ntn, which can't be installed here: that takes curl and bash, or npm 10 with Node 22.";
                Choice::new("Log in with your browser", "").disabled_because(Some(reason.to_owned()))
            }
            AuthMethod::BrowserLogin if Self::needs_ntn(ctx) => {
                Choice::new("Log in with your browser", "Needs Notion's ntn, which the next page installs.")
            }
            AuthMethod::BrowserLogin => {
                Choice::new("Log in with your browser", "Compare a code and approve at Notion; ntn stores the token.")
            }
            AuthMethod::Token => Choice::new("Use a token", "For CI, servers and machines without a browser."),
            AuthMethod::OwnConnection => Choice::new("Your own connection", "People give your app access to pages they choose."),
            AuthMethod::Worker => {
                Choice::new("Workers OAuth", "A worker of yours signs in to GitHub, Google, Salesforce or another service.")
            }
        }
    }

    fn menu(&self, ctx: &Ctx<'_>) -> Menu {
        let items = self.methods().iter().map(|way| Self::choice(*way, ctx)).collect();
        // A single method needs no question.
        let heading = ctx.catalog().path(self.path).entry.heading.as_str();
        let question = if self.methods().len() > 1 { heading } else { "Continue?" };
        Menu::new(PromptId::SignInMethod, question, items)
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

    /// Draws the field that a paste goes to. Enter leads to the page where one gets a token, and can type it.
    fn draw_token_field(sheet: &mut Sheet, ctx: &Ctx<'_>) {
        components::draw_field_line(sheet, &TextField::default(), true);
        let enter = components::key_name(sheet.theme(), Mode::Normal, Intent::Confirm);
        let place = ctx.portal_link(AuthMethod::Token.path()).map(|link| link.host()).unwrap_or_default();
        let text = if Self::has_browser(ctx) {
            format!("No token yet? Press {enter} to create one on {place}. You can also type one there.")
        } else {
            format!("No token yet? Press {enter} to see how to create one. You can also type one there.")
        };
        sheet.text(Role::Dim, &text);
        if ctx.setup.demo.is_some() {
            components::draw_demo(sheet, &format!("Press {enter} for example tokens."));
        }
    }

    fn draw_machine(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        sheet.title("This machine");
        machine::draw_checks(sheet, ctx, |check| match check.id {
            // A correct clock needs no preparation.
            "environment.clock" => check.verdict != Verdict::Pass,
            // Only the redirect of an own connection needs the port.
            "environment.port" => self.methods().contains(&AuthMethod::OwnConnection),
            _ => true,
        });
    }

    fn has_browser(ctx: &Ctx<'_>) -> bool {
        matches!(ctx.findings.browser.get(), Some(BrowserState::Ready { .. }))
    }

    /// Moves down from the last method to the messages, and through them.
    fn move_through_messages(&mut self, intent: Intent, messages: usize) -> bool {
        self.message = match (self.message, intent) {
            (Some(here), Intent::Down) => Some((here + 1).min(messages.saturating_sub(1))),
            (Some(here), Intent::Up) => here.checked_sub(1),
            (None, Intent::Down) if messages > 0 && self.method_index + 1 == self.methods().len() => Some(0),
            (_, Intent::Last) if messages > 0 => Some(messages - 1),
            _ => {
                self.message = None;
                return false;
            }
        };
        true
    }
}

impl Page for PreparePage {
    fn stage(&self) -> Option<Stage> {
        Some(Stage::Prepare)
    }

    fn keeps_pastes(&self) -> bool {
        self.methods().contains(&AuthMethod::Token)
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        let permissions = PermissionsView::new(self.path, ctx);
        let messages = permissions.admin_messages();
        match input {
            Input::Do(intent @ (Intent::Up | Intent::Down | Intent::First | Intent::Last))
                if self.move_through_messages(intent, messages.len()) => {}
            Input::Answer(Answer::Choice(index)) => return self.choose(index, false, ctx),
            Input::Paste(secret) => return Transition::to(Route::Token(self.path, TokenEntry::Pasted(secret))),
            Input::Do(Intent::Profile) => return Transition::to(Route::Profile),
            Input::Do(Intent::Copy) => {
                let selected = messages.get(self.message.unwrap_or(0)).or(messages.last());
                return selected.map_or_else(Transition::stay, |(_, message)| Transition::copy(*message));
            }
            Input::Do(Intent::Retry) => return Transition::reprobe("Checking again…"),
            Input::Do(Intent::UseExisting) => return Transition::to(Route::UseExisting),
            Input::Do(Intent::Details) => return Transition::to(Route::Path(self.path, None)),
            Input::Do(Intent::AskQuestion) => return Transition::to(Route::Question),
            Input::Do(Intent::Back) => return Transition::back(),
            input => match self.menu(ctx).on_input(&mut self.method_index, &input) {
                MenuEvent::Chosen(index) => return self.choose(index, true, ctx),
                MenuEvent::Handled(transition) => return *transition,
                MenuEvent::Ignored => {}
            },
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let columns = ctx.size.split();
        let mut sheet = Sheet::new(theme, columns.map_or(ctx.size, |[left, _]| left));
        let outlook = PermissionsView::new(self.path, ctx);
        let entry = &ctx.catalog().path(self.path).entry;
        sheet.title(&entry.heading);
        if let Some(text) = &entry.about_methods {
            sheet.text(Role::Text, text);
        }
        if self.methods() == [AuthMethod::Token] {
            Self::draw_token_field(&mut sheet, ctx);
        }
        let warning = vec![components::verdict_mark(&sheet, Verdict::Warn)];
        if let Some(blocked) = outlook.blocked_action() {
            sheet.hanging(warning, Role::Text, &format!("You probably can't {blocked}. Press Enter to continue anyway."));
        }
        // A single method needs no question.
        if self.methods().len() > 1 {
            if ctx.size.is_roomy() {
                sheet.blank();
            }
            self.menu(ctx).draw(&mut sheet, self.message.is_none().then_some(self.method_index));
        }
        sheet.blank();
        outlook.draw_member(&mut sheet);
        outlook.draw_admin_messages(&mut sheet, self.message);
        sheet.begin_details();
        if columns.is_none() {
            sheet.blank();
            self.draw_machine(&mut sheet, ctx);
        }
        outlook.draw_other_paths(&mut sheet);
        if let Some([left, right]) = columns {
            let mut beside = Sheet::new(theme, right);
            self.draw_machine(&mut beside, ctx);
            sheet.put_beside(left.columns.into(), beside);
        }
        sheet
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        self.menu(ctx).prompt()
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        let will_appear = Self::has_browser(ctx);
        let focus = self.menu(ctx).focus(self.method_index).unwrap_or(self.method_index);
        let verb = match self.methods().get(focus) {
            Some(AuthMethod::BrowserLogin) if Self::needs_ntn(ctx) => "install ntn",
            Some(AuthMethod::BrowserLogin) if will_appear => "open browser",
            Some(AuthMethod::BrowserLogin) => "log in",
            Some(AuthMethod::Token) if will_appear => "open portal",
            Some(AuthMethod::Token) => "get a token",
            Some(AuthMethod::OwnConnection | AuthMethod::Worker) | None => "continue",
        };
        let messages = PermissionsView::new(self.path, ctx).admin_messages().len();
        let has_rows = self.methods().len() + messages > 1;
        let mut actions = self.menu(ctx).actions(verb).back("back").key(Intent::Profile, "role and plan");
        actions = actions.key_if(messages > 0, Intent::Copy, "copy the message").key(Intent::Retry, "recheck");
        actions = actions.key(Intent::Details, "details").key(Intent::AskQuestion, "ask");
        if has_rows {
            actions = actions.moving(&[Intent::Up, Intent::Down, Intent::First, Intent::Last], "move");
        }
        if self.keeps_pastes() {
            actions = actions.in_help(Intent::Paste, "a token");
        }
        let is_here = ctx.inventory().is_some_and(|inventory| !inventory.entries.is_empty());
        if is_here { actions.in_help(Intent::UseExisting, "accounts found here") } else { actions }
    }
}
