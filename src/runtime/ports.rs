//! The small interfaces between the runtime and the world. Declared here, by their consumer.

use crate::domain::accounts::{Remains, Removed};
use crate::domain::check::{Answer, Reach, UserList};
use crate::domain::credential::{
    Account, CredentialRecord, Existing, Identity, Ledger, Receipt, Secrets, StoreKind, Told, Verified,
};
use crate::domain::link::Link;
use crate::domain::login::{Installer, InstallerState, Invitation, LoginRequest, NtnLogin};
use crate::domain::loopback::{ListenerEvent, PortState};
use crate::domain::machine::{BrowserState, KeychainState, NtnState, Reachable};
use crate::domain::oauth::{AuthorizeRequest, Client, Exchange, Grant, Introspection, Pending, Redirect};
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::domain::secret_manager::{Handed, Handing, ManagerState};
use crate::domain::storage::StorageState;
use crate::domain::surroundings::Surroundings;
use crate::domain::workers::{Project, StepRan, StepRun};
use std::ffi::OsString;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// Work under way. Dropping it cancels what can be cancelled.
pub type Job<T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send>>;

/// From a request to Notion to the last byte of its answer.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// Pages of people that are read before completeness is given up: 500 people answer the question for most workspaces.
pub const MOST_USER_PAGES: u32 = 5;

/// Notion's public REST API. Every request is time-limited by the adapter.
pub trait NotionApi: Send + Sync {
    /// `GET /v1/users/me`.
    fn whoami(&self, token: Secret) -> Job<Identity>;
    /// `GET /v1/users`: a capability probe, and evidence of membership.
    fn users(&self, token: Secret) -> Job<Answer<UserList>>;
    /// `GET /v1/users/{id}`: whether it is found.
    fn user(&self, token: Secret, id: String) -> Job<Answer<bool>>;
    /// `POST /v1/search`: what the token can see.
    fn search(&self, token: Secret) -> Job<Answer<Reach>>;
    /// Whether Notion's host answers at all, and how its clock stands. Sends no credential.
    fn reach_host(&self) -> Job<Reachable>;
}

/// How long a person has to answer the keychain's dialogs during one operation: they may have to find the window, and a password.
/// Limits around such an operation are longer, so that nothing is called failed while it still goes on.
pub const KEYCHAIN_DIALOG_TIMEOUT: Duration = Duration::from_secs(120);

/// Everything we keep: secrets in the keychain or the private file, records without secrets beside them. Whatever writes
/// holds the account lock, or takes it itself.
pub trait CredentialStore: Send + Sync {
    /// Writes, reads back and deletes a probe entry; at most 3 seconds.
    fn probe_keychain(&self) -> Job<KeychainState>;
    fn ledger(&self) -> Job<Ledger>;
    /// Writes the secrets to `record.store`, reads them back, then writes the record and makes it the active one.
    fn keep(&self, record: CredentialRecord, secrets: Secrets) -> Job<Receipt>;
    /// Finds out whether a login whose secrets go to this store could be written down, before Notion is asked.
    fn check_room(&self, store: StoreKind) -> Job<()>;
    /// Takes the room for a new pair of tokens before Notion is asked for it. A failure means that it could not be kept.
    fn begin_renewal(&self, lock: AccountLock) -> Job<()>;
    /// Gives that room back, where Notion gave nothing.
    fn cancel_renewal(&self, lock: AccountLock) -> Job<()>;
    /// Writes the new pair down in that room, moves it to the place of the old one, and reads it back. Everything else stays as
    /// it is. A problem that comes as a success: it is kept and will be found, but could not be moved.
    fn renew(&self, lock: AccountLock, secrets: Secrets) -> Job<Option<Problem>>;
    /// Waits until nobody else writes to this account. Whatever else writes takes this lock itself.
    fn lock_account(&self, account: Account) -> Job<AccountLock>;
    /// Writes down a credential that `ntn` keeps, and makes it the active one. There is no secret to write.
    fn note(&self, record: CredentialRecord) -> Job<Receipt>;
    /// Remembers what a person told us. What is `None` is left as it was.
    fn remember(&self, told: Told) -> Job<()>;
    /// The secrets of a credential that we keep. Those of `ntn` come from the `Machine`.
    fn load(&self, account: Account) -> Job<Secrets>;
    /// Deletes the secrets of the locked account, then the record.
    fn forget(&self, lock: AccountLock) -> Job<()>;
    /// Makes a kept credential the active one, and reads that back.
    fn activate(&self, account: Account) -> Job<()>;
    /// Puts a credential that an earlier version kept without saying whom it acts as under the key that says so. Returns the
    /// account that it has afterwards.
    fn identify(&self, account: Account, actor: String) -> Job<Account>;
    /// Everything that we keep on this machine. Changes nothing, not even permissions.
    fn remains(&self) -> Job<Remains>;
    /// Removes it. What is not listed in it stays; what is still there afterwards is told.
    fn remove(&self, remains: Remains) -> Job<Removed>;
    /// What lies in our folder, and who can get at it. Changes nothing.
    fn look(&self) -> Job<StorageState>;
    /// Where the private file is, to be shown before consent.
    fn file_place(&self) -> String;
}

/// Proof that nobody else, in any process, writes to the credentials of the same workspace. Cheap to clone; released when the
/// last clone is dropped. Work that needs it takes a clone along, so that a dropped job is finished before anybody else begins.
#[derive(Clone)]
pub struct AccountLock {
    account: Account,
    _guard: Arc<dyn Send + Sync>,
}

impl AccountLock {
    pub fn new(account: &Account, guard: impl Send + Sync + 'static) -> Self {
        Self { account: account.clone(), _guard: Arc::new(guard) }
    }

    /// The same lock, for another account of the workspace.
    #[must_use]
    pub fn for_sibling(&self, account: &Account) -> Self {
        Self { account: account.clone(), ..self.clone() }
    }

    /// The account that it was taken for.
    pub fn account(&self) -> &Account {
        &self.account
    }
}

impl fmt::Debug for AccountLock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "AccountLock({})", self.account.as_text())
    }
}

/// What else is on this machine. Reads, never writes.
pub trait Machine: Send + Sync {
    fn browser(&self) -> Job<BrowserState>;
    fn ntn(&self) -> Job<NtnState>;
    /// Whether the port of this redirect address is free, on both loopback addresses.
    fn port(&self, redirect: Redirect) -> Job<PortState>;
    /// This terminal, and the variables that bend the way to Notion.
    fn surroundings(&self) -> Job<Surroundings>;
    /// Credentials in the environment and in `ntn`'s files (ours come from the store), and trouble met on the way:
    /// one unreadable file hides nothing that was found elsewhere.
    fn existing(&self) -> Job<(Vec<Existing>, Option<Problem>)>;
    /// The secret of `NOTION_API_TOKEN`.
    fn environment_secret(&self) -> Job<Secret>;
    /// `NOTION_WORKSPACE_ID`, as it was when we started; sanitised.
    fn workspace_variable(&self) -> Option<String>;
    /// The secret of one of `ntn`'s logins, by workspace id: from its file, the kernel's keyring or the system's keychain.
    fn ntn_secret(&self, workspace: String) -> Job<Secret>;
}

/// Told something while the work goes on.
pub type Tell<T> = Box<dyn Fn(T) + Send + Sync>;

/// The Notion CLI at work. Dropping a job ends the programs it started, and everything those started.
pub trait Ntn: Send + Sync {
    /// Logs in. The invitation comes before anything waits; `None` where the login was only begun.
    fn login(&self, request: LoginRequest, invite: Tell<Invitation>) -> Job<Option<NtnLogin>>;
    /// The ways to install `ntn` on this kind of machine, usable or not.
    fn installers(&self) -> Job<Vec<InstallerState>>;
    /// Installs it; its output comes line by line, sanitised. Success means that `ntn` was found afterwards.
    fn install(&self, installer: Installer, tell: Tell<String>) -> Job<()>;
}

/// Notion's OAuth endpoints, for an own connection. Every call is time-limited by the adapter.
pub trait NotionOauth: Send + Sync {
    /// Whether Notion knows the id (authorize redirects) and the secret (introspecting a token of no meaning is not answered
    /// `invalid_client`). Nobody's consent is asked for, and no browser is opened.
    fn probe(&self, client: Client, redirect: Redirect) -> Job<()>;
    /// A new state and, unless `pkce` says never, a new verifier, and the link that carries them. Asks nobody.
    fn begin(&self, request: &AuthorizeRequest) -> Result<Pending, Problem>;
    /// Trades a code for tokens. A verifier that the endpoint refuses by its name is left out once, under `Pkce::Auto`.
    fn exchange(&self, exchange: Exchange) -> Job<Grant>;
    fn refresh(&self, client: Client, refresh: Secret) -> Job<Grant>;
    fn introspect(&self, client: Client, token: Secret) -> Job<Introspection>;
    /// Success means that Notion said so; that of an unknown token too (RFC 7009, 2.2).
    fn revoke(&self, client: Client, token: Secret) -> Job<()>;
}

/// The loopback listener of an own connection.
pub trait Loopback: Send + Sync {
    /// Tells first whether it listens, and then waits for the answer to this very request: its code, or the person's refusal.
    /// Everything else that knocks is answered and ignored. Where the port is taken it waits all the same, for the paste that
    /// ends it, until patience ends. Dropping the job closes the port.
    fn wait(&self, pending: Pending, tell: Tell<ListenerEvent>) -> Job<Secret>;
    /// Ends what still answers reloads of the last answer, and closes its connections.
    fn close(&self) -> Job<()>;
}

/// Workers of `ntn`. Dropping a job ends the programs it started, and everything those started.
pub trait Workers: Send + Sync {
    /// What the folder and `ntn` say. Changes nothing. With a key, whether there is a token under it.
    fn look(&self, key: Option<String>) -> Job<Project>;
    /// Runs one step; its output comes line by line, sanitised, and without what is secret.
    fn run(&self, step: StepRun, tell: Tell<String>) -> Job<StepRan>;
}

/// The secret managers of teams. Dropping a job ends the programs it started, and everything those started.
pub trait SecretManagers: Send + Sync {
    /// All of them, usable here or not. Starts nothing.
    fn look(&self) -> Job<Vec<ManagerState>>;
    /// Hands it over, and reads back what can be read; success means that this was done. What the client says comes line by
    /// line, sanitised, and without what is secret.
    fn hand(&self, verified: Verified, handing: Handing, tell: Tell<String>) -> Job<Handed>;
}

pub trait Browser: Send + Sync {
    /// Starts a browser. Success means "started", never "seen".
    fn open(&self, link: Link) -> Job<()>;
}

/// The clipboard of the machine we run on, beside that of the terminal. Links, codes, commands and messages; never a secret.
pub trait Clipboard: Send + Sync {
    /// The name of the program that took the text; `None` where there is none whose clipboard would be this person's.
    fn copy(&self, text: String) -> Job<Option<String>>;
}

/// A command of the person's, and what it is to have in its environment besides what is there.
pub struct Launch {
    /// The program first.
    pub command: Vec<OsString>,
    pub token: Secret,
    /// `None`: one that is set would belong to another token.
    pub workspace_id: Option<String>,
    /// `NOTION_KEYRING` turns the keychain off; the command is told so in the way that `ntn` understands.
    pub keyring_is_off: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Launched {
    /// With this exit code.
    Ended(u8),
    NotFound,
    /// The system's words for it.
    NotExecutable(String),
}

/// Starts what the person names. Where it takes our place, success is never returned.
pub trait Launcher: Send + Sync {
    fn launch(&self, launch: Launch) -> Job<Launched>;
}

/// Built once, in `main`.
#[derive(Clone)]
pub struct World {
    pub notion: Arc<dyn NotionApi>,
    pub store: Arc<dyn CredentialStore>,
    pub machine: Arc<dyn Machine>,
    pub browser: Arc<dyn Browser>,
    pub clipboard: Arc<dyn Clipboard>,
    pub ntn: Arc<dyn Ntn>,
    pub oauth: Arc<dyn NotionOauth>,
    pub loopback: Arc<dyn Loopback>,
    pub workers: Arc<dyn Workers>,
    pub managers: Arc<dyn SecretManagers>,
}
