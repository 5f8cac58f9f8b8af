//! The result of a page's handler: the next page, a task to start, a notice to show.

use super::task::Task;
use crate::domain::advice::Method;
use crate::domain::catalog::PathId;
use crate::domain::credential::{Done, ExistingSource, Told, Verified};
use crate::domain::login::NtnLogin;
use crate::domain::oauth::{Client, ConnectionNote, Redirect};
use crate::domain::secret::Secret;
/// A destination, with the data that its page needs.
#[derive(Clone, Debug, PartialEq)]
pub enum Route {
    Path(PathId),
    Guide,
    /// A question in the user's own words.
    Question,
    /// Prerequisites and sign-in methods of this path.
    Prepare(PathId),
    /// `Prepare` with this method selected.
    PrepareFor(PathId, Method),
    /// Role, plan and policy.
    Standing,
    /// Token entry.
    SignIn(PathId, Entry),
    /// Browser login through `ntn`; `true` opens the browser as soon as there is a link.
    Login(bool),
    /// Installing `ntn`.
    Install,
    /// The user's own connection: what to register, its client ID and secret.
    Connection,
    /// Consent to that connection.
    Authorize(Client, Redirect),
    /// Code for the developer's own server.
    HandOver(ConnectionNote),
    /// The Workers runbook.
    Workers,
    /// Credentials that were found on this machine.
    UseExisting,
    /// One of these credentials, which is verified at once.
    ContinueWith(ExistingSource),
    /// All credentials, and the actions for each.
    Accounts,
    /// The checks of a verified credential, and the login that it came from, if any.
    Verify(Box<Verified>, Option<Box<NtnLogin>>),
    /// A login whose token only `ntn` can read, and the reason.
    Reported(Box<NtnLogin>, String),
    Expiry(Box<Verified>),
    Keep(Box<Verified>, Option<jiff::civil::Date>),
    /// Sending to a secret manager.
    HandTo(Box<Verified>),
    Done(Box<Done>),
}

/// The start state of the token page.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Field,
    /// The user asked to open the portal.
    Portal,
    /// The token was pasted on the previous page.
    Pasted(Secret),
}

/// A page's request to change pages.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Go {
    #[default]
    Stay,
    To(Route),
    /// The credential is saved: clear the history, so that Back starts over.
    Finish(Route),
    Back,
    /// Back to the first page.
    First,
    /// Quit the program.
    Quit,
}

/// The result of a page's handler.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transition {
    pub go: Go,
    pub begin: Option<Task>,
    /// Cancel the task that the page waits for.
    pub stop: bool,
    pub copy: Option<String>,
    pub print: Option<String>,
    /// Answers to remember for the next run.
    pub remember: Option<Box<Told>>,
    /// The credential was sent; printed after the screen is closed.
    pub handed: Option<String>,
    /// Probe this machine again.
    pub look: bool,
    pub notice: Option<Notice>,
}

impl Transition {
    pub fn stay() -> Self {
        Self::default()
    }

    pub fn to(route: Route) -> Self {
        Self { go: Go::To(route), ..Self::default() }
    }

    pub fn finish(route: Route) -> Self {
        Self { go: Go::Finish(route), ..Self::default() }
    }

    pub fn back() -> Self {
        Self { go: Go::Back, ..Self::default() }
    }

    pub fn begin(task: Task) -> Self {
        Self { begin: Some(task), ..Self::default() }
    }

    pub fn copy(text: impl Into<String>) -> Self {
        Self { copy: Some(text.into()), ..Self::default() }
    }

    pub fn say(text: impl Into<String>) -> Self {
        Self { notice: Some(Notice::plain(text)), ..Self::default() }
    }
}

/// One line above the footer, until the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub is_trouble: bool,
}

impl Notice {
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_trouble: false }
    }

    pub fn trouble(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_trouble: true }
    }
}
