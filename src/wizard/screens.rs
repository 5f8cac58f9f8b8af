//! The pages: plain state and a few functions each. Pages never name each other; they name a [`Route`].

pub mod accounts;
pub mod authorize;
pub mod compare;
pub mod connection;
pub mod done;
pub mod expiry;
pub mod guide;
pub mod hand_over;
pub mod hand_to;
pub mod install;
pub mod keep;
pub mod login;
pub mod path;
pub mod prepare;
pub mod question;
pub mod reported;
pub mod sign_in;
pub mod standing;
pub mod use_existing;
pub mod verify;
pub mod workers;

use super::context::Ctx;
use super::msg::{Ask, Entry, Input, Mode, Probe, Progress, Reply, Route, Task, Transition};
use super::theme::Theme;
pub use super::widgets::chrome::{Hint, Stage};
use super::widgets::sheet::Sheet;
use crate::domain::catalog::PathId;
use crate::domain::problem::Problem;

pub trait Page {
    fn stage(&self) -> Stage;

    /// True if the header shows the steps. The first page needs that room.
    fn has_steps(&self) -> bool {
        true
    }

    fn mode(&self) -> Mode {
        Mode::Moving
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition;

    /// Handles the progress of the page's own task.
    fn on_progress(&mut self, _progress: Progress, _ctx: &Ctx<'_>) -> Transition {
        Transition::stay()
    }

    /// Handles the reply to the page's own task.
    fn on_reply(&mut self, _reply: Reply, _ctx: &Ctx<'_>) -> Transition {
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet;

    fn ask(&self, ctx: &Ctx<'_>) -> Ask;

    /// Returns the key hints, most useful first: those that do not fit are dropped from the end.
    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint>;

    /// Returns the error that the page shows, if any.
    fn trouble(&self) -> Option<&Problem> {
        None
    }

    /// True if Up and Down scroll, because this page has nothing to select with them.
    fn arrows_scroll(&self) -> bool {
        false
    }

    /// True if Esc first cancels the wait and only then goes back.
    fn back_stops_waiting(&self) -> bool {
        false
    }

    /// Returns the text to print after the screen is closed, if the page is complete without a saved credential.
    fn conclusion(&self) -> Option<String> {
        None
    }

    /// True if the page holds a verified credential that is not saved yet.
    fn holds_unkept(&self) -> bool {
        false
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Screen {
    Compare(compare::Compare),
    Path(path::PathPage),
    Guide(guide::Guide),
    Question(question::QuestionPage),
    Prepare(prepare::Prepare),
    Standing(standing::StandingPage),
    Login(login::LoginPage),
    Connection(connection::ConnectionPage),
    Authorize(authorize::AuthorizePage),
    HandOver(hand_over::HandOver),
    Workers(workers::WorkersPage),
    Install(install::InstallPage),
    Reported(reported::Reported),
    SignIn(sign_in::SignIn),
    UseExisting(use_existing::UseExisting),
    Accounts(accounts::Accounts),
    Verify(verify::Verify),
    Expiry(expiry::Expiry),
    Keep(keep::KeepPage),
    HandTo(hand_to::HandToPage),
    Done(done::DonePage),
}

impl Screen {
    /// Creates the page for a route, and the task that it starts with.
    pub fn open(route: Route, ctx: &Ctx<'_>) -> (Self, Option<Task>) {
        match route {
            Route::Path(path) => (Self::Path(path::PathPage::new(path)), None),
            Route::Guide => (Self::Guide(guide::Guide::default()), None),
            Route::Question => (Self::Question(question::QuestionPage::default()), None),
            Route::Prepare(path) => Self::open(Route::PrepareFor(path, prepare::Prepare::usual_method(path, ctx)), ctx),
            Route::PrepareFor(path, method) => {
                let task = (path == PathId::Oauth).then_some(Task::Probe(Probe::Port(ctx.redirect())));
                (Self::Prepare(prepare::Prepare::new(path, method)), task)
            }
            Route::Standing => (Self::Standing(standing::StandingPage::new(ctx)), None),
            Route::Login(opens) => {
                let (page, task) = login::LoginPage::open(opens, ctx);
                (Self::Login(page), task)
            }
            Route::Connection => (Self::Connection(connection::ConnectionPage::new(ctx)), None),
            Route::Authorize(client, redirect) => {
                let (page, task) = authorize::AuthorizePage::open(client, redirect, ctx);
                (Self::Authorize(page), task)
            }
            Route::HandOver(connection) => (Self::HandOver(hand_over::HandOver::new(connection)), None),
            Route::Workers => {
                let (page, task) = workers::WorkersPage::open(ctx);
                (Self::Workers(page), task)
            }
            Route::Install => {
                let (page, task) = install::InstallPage::open();
                (Self::Install(page), task)
            }
            Route::Reported(login, unread) => (Self::Reported(reported::Reported::new(*login, unread)), None),
            Route::SignIn(path, entry) => {
                let (page, task) = sign_in::SignIn::open_with(path, &entry, ctx);
                (Self::SignIn(page), task)
            }
            Route::UseExisting => {
                let (page, task) = use_existing::UseExisting::open(ctx);
                (Self::UseExisting(page), task)
            }
            Route::ContinueWith(source) => {
                let (page, task) = use_existing::UseExisting::continue_with(source, ctx);
                (Self::UseExisting(page), Some(task))
            }
            Route::Accounts => (Self::Accounts(accounts::Accounts::default()), None),
            Route::Verify(verified, login) => {
                let task = Task::Inspect(verified.clone());
                (Self::Verify(verify::Verify::new(*verified, login)), Some(task))
            }
            Route::Expiry(verified) => (Self::Expiry(expiry::Expiry::new(*verified)), None),
            Route::Keep(verified, expires_on) => (Self::Keep(keep::KeepPage::new(*verified, expires_on, ctx)), None),
            Route::HandTo(verified) => {
                let (page, task) = hand_to::HandToPage::open(*verified);
                (Self::HandTo(page), task)
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
            Self::Standing(page) => page,
            Self::Login(page) => page,
            Self::Connection(page) => page,
            Self::Authorize(page) => page,
            Self::HandOver(page) => page,
            Self::Workers(page) => page,
            Self::Install(page) => page,
            Self::Reported(page) => page,
            Self::SignIn(page) => page,
            Self::UseExisting(page) => page,
            Self::Accounts(page) => page,
            Self::Verify(page) => page,
            Self::Expiry(page) => page,
            Self::Keep(page) => page,
            Self::HandTo(page) => page,
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
            Self::Standing(page) => page,
            Self::Login(page) => page,
            Self::Connection(page) => page,
            Self::Authorize(page) => page,
            Self::HandOver(page) => page,
            Self::Workers(page) => page,
            Self::Install(page) => page,
            Self::Reported(page) => page,
            Self::SignIn(page) => page,
            Self::UseExisting(page) => page,
            Self::Accounts(page) => page,
            Self::Verify(page) => page,
            Self::Expiry(page) => page,
            Self::Keep(page) => page,
            Self::HandTo(page) => page,
            Self::Done(page) => page,
        }
    }

    /// True if this cached page is what the route would open; it is then shown again with its answers.
    pub fn answers(&self, route: &Route) -> bool {
        match (self, route) {
            // A paste replaces what was typed.
            (Self::SignIn(page), Route::SignIn(path, Entry::Field | Entry::Portal)) => page.path() == *path,
            (Self::Guide(_), Route::Guide) | (Self::Question(_), Route::Question) | (Self::Connection(_), Route::Connection) => {
                true
            }
            (Self::Expiry(page), Route::Expiry(verified)) => page.is_about(verified),
            _ => false,
        }
    }
}
