//! The pages: plain state and a few functions each. Pages never name each other; they name a [`Route`].

pub mod accounts;
pub mod agents;
pub mod authorize;
pub mod compare;
pub mod connection;
pub mod done;
pub mod guide;
pub mod install;
pub mod login;
pub mod path;
pub mod prepare;
pub mod profile;
pub mod question;
pub mod rotate;
pub mod save;
pub mod scan;
pub mod send;
pub mod snippets;
pub mod team_profile;
pub mod token;
pub mod unverified_login;
pub mod use_existing;
pub mod verify;
pub mod workers;

use super::context::Ctx;
use super::kit::{Actions, Consent, Keys};
use super::msg::{Input, Intent, Mode, Notice, Progress, Prompt, Reply, Route, Task, TokenEntry, Transition, problem_of};
use super::theme::Theme;
pub use super::widgets::chrome::Stage;
use super::widgets::sheet::Sheet;
use crate::domain::oauth::RedirectUri;
use crate::domain::problem::Problem;

pub trait Page {
    /// Returns the page's step; `None` for a page beside the steps, which counts as the step that it was opened from.
    fn stage(&self) -> Option<Stage> {
        None
    }

    /// True if the header shows the steps. The first page needs that room, and the accounts are no step.
    fn has_steps(&self) -> bool {
        true
    }

    fn mode(&self) -> Mode {
        Mode::Normal
    }

    /// Handles an input that [`Self::actions`] allows.
    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition;

    /// Called when the page is in sight again because the one above it was left.
    fn on_return(&mut self, _ctx: &Ctx<'_>) -> Transition {
        Transition::stay()
    }

    /// Returns the yes-or-no question that is open. The router asks it and keeps every other input from the page.
    fn consent(&self, _ctx: &Ctx<'_>) -> Option<Consent> {
        None
    }

    fn on_consent(&mut self, _agreed: bool, _ctx: &Ctx<'_>) -> Transition {
        Transition::stay()
    }

    /// Handles the progress of the page's own task.
    fn on_progress(&mut self, _progress: Progress, _ctx: &Ctx<'_>) -> Transition {
        Transition::stay()
    }

    /// Handles the reply to the page's own task. A page that waits for tasks handles their outcomes and shows any other reply as an
    /// error, with [`problem_of`].
    fn on_reply(&mut self, _task: &Task, reply: Reply, _ctx: &Ctx<'_>) -> Transition {
        Transition { notice: Some(Notice::problem(&problem_of(reply))), ..Transition::stay() }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet;

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt;

    /// Returns everything that can be done now, most useful first. If Up and Down are not among it, they scroll.
    fn actions(&self, ctx: &Ctx<'_>) -> Actions;

    /// Returns the keys that work now: those of the open question, or of the page itself.
    fn keys(&self, ctx: &Ctx<'_>) -> Keys {
        let (mode, actions) = match self.consent(ctx) {
            Some(consent) => (Mode::Confirm, consent.actions()),
            None => (self.mode(), self.actions(ctx)),
        };
        // A page may use the details key for something of its own.
        let folds_details = mode == Mode::Normal && self.has_details(ctx) && !actions.allows(Intent::Details);
        Keys { mode, actions, folds_details, shows_details: ctx.shows_details || !folds_details }
    }

    /// Returns the error that the page shows, if any.
    fn error(&self) -> Option<&Problem> {
        None
    }

    /// True if the page folds something away that the router's details key shows.
    fn has_details(&self, _ctx: &Ctx<'_>) -> bool {
        self.error().is_some_and(Problem::has_technical_evidence)
    }

    /// True if the page handles every paste itself. Otherwise the router takes a token to the token page, and any other paste where no
    /// field has a use for it.
    fn keeps_pastes(&self) -> bool {
        false
    }

    /// True if Esc first cancels the wait and only then goes back.
    fn back_cancels_wait(&self) -> bool {
        false
    }

    /// Returns the text to print after the screen is closed, if the page is complete without a saved credential.
    fn exit_message(&self) -> Option<String> {
        None
    }

    /// True if the page holds a verified credential that is not saved yet.
    fn has_unsaved_credential(&self) -> bool {
        false
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Screen {
    Compare(compare::ComparePage),
    Path(path::PathPage),
    Guide(guide::GuidePage),
    Question(question::QuestionPage),
    Prepare(prepare::PreparePage),
    Profile(profile::ProfilePage),
    Login(login::LoginPage),
    Connection(connection::ConnectionPage),
    Authorize(authorize::AuthorizePage),
    Snippets(snippets::SnippetsPage),
    Workers(workers::WorkersPage),
    Install(install::InstallPage),
    UnverifiedLogin(unverified_login::UnverifiedLoginPage),
    Token(token::TokenPage),
    UseExisting(use_existing::UseExistingPage),
    Accounts(accounts::AccountsPage),
    Agents(agents::AgentsPage),
    TeamProfile(team_profile::TeamProfilePage),
    Scan(scan::ScanPage),
    Verify(verify::VerifyPage),
    Save(save::SavePage),
    Send(send::SendPage),
    Rotate(rotate::RotatePage),
    Done(done::DonePage),
}

impl Screen {
    /// Creates the page for a route, and the task that it starts with.
    pub fn open(route: Route, ctx: &Ctx<'_>) -> (Self, Option<Task>) {
        match route {
            Route::Path(path, row) => (Self::Path(path::PathPage::new(path, row)), None),
            Route::Guide => (Self::Guide(guide::GuidePage::default()), None),
            Route::Question => (Self::Question(question::QuestionPage::default()), None),
            Route::Prepare(path) => Self::open(Route::PrepareFor(path, prepare::recommended_method(path, ctx)), ctx),
            Route::PrepareFor(path, method) => (Self::Prepare(prepare::PreparePage::new(path, method)), None),
            Route::Profile => (Self::Profile(profile::ProfilePage::new(ctx)), None),
            Route::Login(opens) => {
                let (page, task) = login::LoginPage::open(opens, ctx);
                (Self::Login(page), task)
            }
            Route::Connection => (Self::Connection(connection::ConnectionPage::new(ctx)), None),
            Route::Authorize(client, redirect) => {
                let (page, task) = authorize::AuthorizePage::for_connection(client, redirect, ctx);
                (Self::Authorize(page), task)
            }
            Route::SignInToMcp(store) => {
                let (page, task) = authorize::AuthorizePage::for_mcp(store);
                (Self::Authorize(page), task)
            }
            Route::Snippets(connection) => (Self::Snippets(snippets::SnippetsPage::new(connection)), None),
            Route::Workers => {
                let (page, task) = workers::WorkersPage::open(ctx);
                (Self::Workers(page), task)
            }
            Route::Install => {
                let (page, task) = install::InstallPage::open();
                (Self::Install(page), task)
            }
            Route::UnverifiedLogin(login, unread) => {
                (Self::UnverifiedLogin(unverified_login::UnverifiedLoginPage::new(*login, unread)), None)
            }
            Route::Token(path, entry) => {
                let (page, task) = token::TokenPage::open_page(path, &entry, ctx);
                (Self::Token(page), task)
            }
            Route::UseExisting => {
                let (page, task) = use_existing::UseExistingPage::open(ctx);
                (Self::UseExisting(page), task)
            }
            Route::ContinueWith(source) => {
                let (page, task) = use_existing::UseExistingPage::continue_with(source, ctx);
                (Self::UseExisting(page), Some(task))
            }
            Route::Agents => {
                let (page, task) = agents::AgentsPage::open();
                (Self::Agents(page), Some(task))
            }
            Route::TeamProfile => (Self::TeamProfile(team_profile::TeamProfilePage::new(ctx)), None),
            Route::Scan => {
                let (page, task) = scan::ScanPage::open();
                (Self::Scan(page), Some(task))
            }
            Route::Accounts => (Self::Accounts(accounts::AccountsPage::default()), None),
            Route::Verify(verified, login) => {
                let task = Task::Inspect(verified.clone());
                (Self::Verify(verify::VerifyPage::new(*verified, login)), Some(task))
            }
            Route::Save { verified, can_expire } => (Self::Save(save::SavePage::new(*verified, can_expire, ctx)), None),
            Route::Send(verified) => {
                let (page, task) = send::SendPage::open(*verified);
                (Self::Send(page), task)
            }
            Route::Rotate(record) => {
                let (page, task) = rotate::RotatePage::open(record);
                (Self::Rotate(page), Some(task))
            }
            Route::Done(done) => (Self::Done(done::DonePage::new(*done)), None),
        }
    }

    pub fn page(&self) -> &dyn Page {
        match self {
            Self::Compare(page) => page,
            Self::Path(page) => page,
            Self::Guide(page) => page,
            Self::Question(page) => page,
            Self::Prepare(page) => page,
            Self::Profile(page) => page,
            Self::Login(page) => page,
            Self::Connection(page) => page,
            Self::Authorize(page) => page,
            Self::Snippets(page) => page,
            Self::Workers(page) => page,
            Self::Install(page) => page,
            Self::UnverifiedLogin(page) => page,
            Self::Token(page) => page,
            Self::UseExisting(page) => page,
            Self::Accounts(page) => page,
            Self::Agents(page) => page,
            Self::TeamProfile(page) => page,
            Self::Scan(page) => page,
            Self::Verify(page) => page,
            Self::Save(page) => page,
            Self::Send(page) => page,
            Self::Rotate(page) => page,
            Self::Done(page) => page,
        }
    }

    pub fn page_mut(&mut self) -> &mut dyn Page {
        match self {
            Self::Compare(page) => page,
            Self::Path(page) => page,
            Self::Guide(page) => page,
            Self::Question(page) => page,
            Self::Prepare(page) => page,
            Self::Profile(page) => page,
            Self::Login(page) => page,
            Self::Connection(page) => page,
            Self::Authorize(page) => page,
            Self::Snippets(page) => page,
            Self::Workers(page) => page,
            Self::Install(page) => page,
            Self::UnverifiedLogin(page) => page,
            Self::Token(page) => page,
            Self::UseExisting(page) => page,
            Self::Accounts(page) => page,
            Self::Agents(page) => page,
            Self::TeamProfile(page) => page,
            Self::Scan(page) => page,
            Self::Verify(page) => page,
            Self::Save(page) => page,
            Self::Send(page) => page,
            Self::Rotate(page) => page,
            Self::Done(page) => page,
        }
    }

    /// The redirect URI whose port this page shows, if it shows one. Compare shows a port that another page has probed.
    pub fn redirect(&self, ctx: &Ctx<'_>) -> Option<RedirectUri> {
        match self {
            Self::Compare(_) => ctx.findings.port.get().map(|_| ctx.redirect()),
            Self::Prepare(page) => page.redirect(ctx),
            Self::Connection(page) => Some(page.redirect()),
            _ => None,
        }
    }

    /// True if this cached page is what the route would open; it is then shown again with its answers.
    pub fn matches_route(&self, route: &Route) -> bool {
        match (self, route) {
            // A paste replaces what was typed.
            (Self::Token(page), Route::Token(path, TokenEntry::Field | TokenEntry::Portal)) => page.path() == *path,
            (Self::Guide(_), Route::Guide) | (Self::Question(_), Route::Question) | (Self::Connection(_), Route::Connection) => {
                true
            }
            (Self::Save(page), Route::Save { verified, can_expire }) => page.is_about(verified, *can_expire),
            _ => false,
        }
    }
}
