//! What a page may want: where to go, what to begin, what to say.

use super::task::Task;
use crate::domain::advice::Method;
use crate::domain::catalog::PathId;
use crate::domain::credential::{Done, ExistingSource, Told, Verified};
use crate::domain::login::NtnLogin;
use crate::domain::oauth::{Client, ConnectionNote, Redirect};
use crate::domain::secret::Secret;
/// A destination as data, with what is handed over.
#[derive(Clone, Debug, PartialEq)]
pub enum Route {
    Path(PathId),
    Guide,
    /// A question in one's own words.
    Question,
    /// Prerequisites, and the ways along this path.
    Prepare(PathId),
    /// Prepare, with this way along the path preselected.
    PrepareFor(PathId, Method),
    /// Role, plan, policy.
    Standing,
    /// Token entry.
    SignIn(PathId, Entry),
    /// Browser login through `ntn`; `true` where the browser is to be opened as soon as there is a link.
    Login(bool),
    /// Installing `ntn`.
    Install,
    /// An own connection: what to register, its id and secret.
    Connection,
    /// The consent of a person to that connection.
    Authorize(Client, Redirect),
    /// What the developer's own server needs to do the same.
    HandOver(ConnectionNote),
    /// The Workers runbook.
    Workers,
    /// Credentials that are here already.
    UseExisting,
    /// One of them: Notion is asked about it at once.
    ContinueWith(ExistingSource),
    /// All credentials, and what can be done with each.
    Accounts,
    /// With the login that it comes from, where there was one just now.
    Verify(Box<Verified>, Option<Box<NtnLogin>>),
    /// A login whose token only `ntn` can read, and why.
    Reported(Box<NtnLogin>, String),
    Expiry(Box<Verified>),
    Keep(Box<Verified>, Option<jiff::civil::Date>),
    /// To a secret manager.
    HandTo(Box<Verified>),
    Done(Box<Done>),
}

/// How token entry begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Field,
    /// The key that led here said that the portal is to be opened.
    Portal,
    /// The paste that led here is the token.
    Pasted(Secret),
}

/// Where a page wants to go.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Go {
    #[default]
    Stay,
    To(Route),
    /// The credential is kept: forget the way here, so that Back starts afresh.
    Finish(Route),
    Back,
    /// To the first page, as if by going back all the way.
    First,
    /// The program is done.
    Quit,
}

/// What a page may ask for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transition {
    pub go: Go,
    pub begin: Option<Task>,
    /// What the page waits for is not waited for any longer.
    pub stop: bool,
    pub copy: Option<String>,
    pub print: Option<String>,
    /// What a person told us, to be remembered.
    pub remember: Option<Box<Told>>,
    /// The credential in hand was handed over: what is to be told of it once the screen is left.
    pub handed: Option<String>,
    /// Look at this machine again.
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
