//! The small interfaces between the runtime and the world. Declared here, by their consumer.

use crate::domain::check::{Answer, Reach, UserList};
use crate::domain::credential::{Account, CredentialRecord, Existing, Identity, Ledger, Receipt};
use crate::domain::link::Link;
use crate::domain::login::{Installer, InstallerState, Invitation, LoginRequest, NtnLogin};
use crate::domain::loopback::PortState;
use crate::domain::machine::{BrowserState, KeychainState, NtnState, Reachable};
use crate::domain::prerequisites::Standing;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// Work under way. Dropping it cancels what can be cancelled.
pub type Job<T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send>>;

/// Notion's public REST API. Every call is time-limited by the adapter.
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

/// Everything we keep: secrets in the keychain or the private file, records without secrets beside them.
pub trait CredentialStore: Send + Sync {
    /// Writes, reads back and deletes a probe entry; at most 3 seconds.
    fn probe_keychain(&self) -> Job<KeychainState>;
    fn ledger(&self) -> Job<Ledger>;
    /// Writes the secret to `record.store`, reads it back, then writes the record and makes it the active one.
    fn keep(&self, record: CredentialRecord, secret: Secret) -> Job<Receipt>;
    /// Writes down a credential that `ntn` keeps, and makes it the active one. There is no secret to write.
    fn note(&self, record: CredentialRecord) -> Job<Receipt>;
    /// Remembers what a person said about themselves.
    fn remember(&self, standing: Standing) -> Job<()>;
    /// The secret of a credential that we keep. Those of `ntn` come from the `Machine`.
    fn load(&self, account: Account) -> Job<Secret>;
    /// Deletes the secret, then the record.
    fn forget(&self, account: Account) -> Job<()>;
    /// Where the private file is, to be shown before consent.
    fn file_place(&self) -> String;
}

/// What else is on this machine. Reads, never writes.
pub trait Machine: Send + Sync {
    fn browser(&self) -> Job<BrowserState>;
    fn ntn(&self) -> Job<NtnState>;
    /// Whether the loopback port of OAuth is free.
    fn port(&self) -> Job<PortState>;
    /// Credentials in the environment and in `ntn`'s files (ours come from the store), and trouble met on the way:
    /// one unreadable file hides nothing that was found elsewhere.
    fn existing(&self) -> Job<(Vec<Existing>, Option<Problem>)>;
    /// The secret of `NOTION_API_TOKEN`.
    fn environment_secret(&self) -> Job<Secret>;
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

pub trait Browser: Send + Sync {
    /// Starts a browser. Success means "started", never "seen".
    fn open(&self, link: Link) -> Job<()>;
}

/// The clipboard of the machine we run on, beside that of the terminal. Links, codes, commands and messages; never a secret.
pub trait Clipboard: Send + Sync {
    /// The name of the program that took the text; `None` where there is none whose clipboard would be this person's.
    fn copy(&self, text: String) -> Job<Option<String>>;
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
}
