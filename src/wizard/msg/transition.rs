//! The result of a page's handler: the next page, a task to start, a notice to show.

use super::task::Task;
use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::credentials::{
    Account, CredentialRecord, CredentialSource, RememberedAnswers, SecretCopy, SignInOutcome, StoreKind, VerifiedCredential,
};
use crate::domain::link::Link;
use crate::domain::login::NtnLogin;
use crate::domain::oauth::{ConnectionRecord, OauthClient, RedirectUri};
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;

/// A row of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowId {
    /// The row of the catalog with this index.
    Criterion(usize),
    /// The findings about this machine.
    Machine,
}

/// A destination, with the data that its page needs.
#[derive(Clone, Debug, PartialEq)]
pub enum Route {
    /// A path in full, beginning with this row of the comparison.
    Path(AuthPath, Option<RowId>),
    Guide,
    /// A question in the user's own words.
    Question,
    /// Prerequisites and sign-in methods of this path.
    Prepare(AuthPath),
    /// `PreparePage` with this method selected.
    PrepareFor(AuthPath, AuthMethod),
    /// Role, plan and policy.
    Profile,
    /// Token entry.
    Token(AuthPath, TokenEntry),
    /// Browser login through `ntn`; `true` opens the browser as soon as there is a link.
    Login(bool),
    /// Installing `ntn`.
    Install,
    /// The user's own connection: what to register, its client ID and secret.
    Connection,
    /// Consent to that connection.
    Authorize(OauthClient, RedirectUri),
    /// Consent to Notion MCP, whose tokens go to this store. It leads back.
    SignInToMcp(StoreKind),
    /// Code for the developer's own server.
    Snippets(ConnectionRecord),
    /// The Workers runbook.
    Workers,
    /// Credentials that were found on this machine.
    UseExisting,
    /// One of these credentials, which is verified at once.
    ContinueWith(CredentialSource),
    /// All credentials, and the actions for each.
    Accounts,
    /// The checks of a verified credential, and the login that it came from, if any.
    Verify(Box<VerifiedCredential>, Option<Box<NtnLogin>>),
    /// A login whose token only `ntn` can read, and the reason.
    UnverifiedLogin(Box<NtnLogin>, String),
    /// Saving; `can_expire` asks for the day on which the token expires.
    Save {
        verified: Box<VerifiedCredential>,
        can_expire: bool,
    },
    /// The answers of the team profile, and the decision about them.
    TeamProfile,
    /// Connecting coding agents.
    Agents,
    /// Tokens in plain text.
    Scan,
    /// Sending to a secret manager.
    Send(Box<VerifiedCredential>),
    /// Replacing a saved token by a new one.
    Rotate(Box<CredentialRecord>),
    Done(Box<SignInOutcome>),
}

/// The start state of the token page.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenEntry {
    Field,
    /// The user asked to open the portal.
    Portal,
    /// The token was pasted on the previous page.
    Pasted(Secret),
}

/// A page's request to change pages.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Navigation {
    #[default]
    Stay,
    To(Route),
    /// The credential is saved: clear the history, so that Back starts over.
    Finish(Route),
    Back,
    /// The sign-in that the page below asked for is saved: go back to that page.
    SignedIn,
    /// Back to the first page.
    First,
    /// Quit the program.
    Quit,
}

/// The result of a page's handler.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transition {
    pub navigation: Navigation,
    pub start: Option<Task>,
    /// Cancel the task that the page waits for.
    pub cancel: bool,
    pub copy: Option<String>,
    pub print: Option<String>,
    /// Answers to remember for the next run.
    pub remember: Option<Box<RememberedAnswers>>,
    /// The credential was sent; printed after the screen is closed.
    pub send_summary: Option<String>,
    /// The secret manager that a credential was sent to before it was saved; the record remembers it once there is one.
    pub sent_copy: Option<Box<(Account, SecretCopy)>>,
    /// Probe this machine again.
    pub reprobe: bool,
    pub notice: Option<Notice>,
}

impl Transition {
    pub fn stay() -> Self {
        Self::default()
    }

    pub fn to(route: Route) -> Self {
        Self { navigation: Navigation::To(route), ..Self::default() }
    }

    pub fn finish(route: Route) -> Self {
        Self { navigation: Navigation::Finish(route), ..Self::default() }
    }

    pub fn back() -> Self {
        Self { navigation: Navigation::Back, ..Self::default() }
    }

    pub fn start(task: Task) -> Self {
        Self { start: Some(task), ..Self::default() }
    }

    pub fn copy(text: impl Into<String>) -> Self {
        Self { copy: Some(text.into()), ..Self::default() }
    }

    /// Prints the text outside the screen.
    pub fn print(text: impl Into<String>) -> Self {
        Self { print: Some(text.into()), ..Self::default() }
    }

    pub fn open(link: Link) -> Self {
        Self { start: Some(Task::OpenLink(link)), ..Self::notify("Opening the browser.") }
    }

    pub fn notify(text: impl Into<String>) -> Self {
        Self { notice: Some(Notice::info(text)), ..Self::default() }
    }

    pub fn refuse(text: impl Into<String>) -> Self {
        Self { notice: Some(Notice::error(text)), ..Self::default() }
    }

    pub fn reprobe(text: &str) -> Self {
        Self { reprobe: true, ..Self::notify(text) }
    }

    pub fn quit() -> Self {
        Self { navigation: Navigation::Quit, ..Self::default() }
    }
}

/// One line above the footer, until the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub is_error: bool,
}

impl Notice {
    pub fn info(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_error: false }
    }

    pub fn error(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_error: true }
    }

    /// A problem that no page shows.
    pub fn problem(problem: &Problem) -> Self {
        let evidence = problem.evidence.as_ref().map(|evidence| format!(" ({evidence})")).unwrap_or_default();
        Self::error(format!("{}{evidence}", problem.headline()))
    }
}
