//! Tasks, their progress messages and their replies.

use crate::domain::accounts::{LoggedOut, Refreshed};
use crate::domain::check::{Answer, Reach, UserList};
use crate::domain::credential::{Account, Candidate, CredentialRecord, Existing, Ledger, Receipt, StoreKind, Told, Verified};
use crate::domain::link::Link;
use crate::domain::login::{Installer, InstallerState, Invitation, LoggedIn, LoginRequest};
use crate::domain::loopback::PortState;
use crate::domain::machine::{BrowserState, KeychainState, NtnState, Reachable};
use crate::domain::oauth::{AuthorizeRequest, Client, Exchange, Introspection, Pending, Redirect};
use crate::domain::problem::Problem;
use crate::domain::retry::RetryWait;
use crate::domain::secret::Secret;
use crate::domain::secret_manager::{Handed, Handing, ManagerState};
use crate::domain::storage::StorageState;
use crate::domain::surroundings::Surroundings;
use crate::domain::workers::{Project, StepRan, StepRun};
/// A check of one aspect of this machine. Each result arrives on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Probe {
    Keychain,
    Browser,
    Ntn,
    Network,
    Existing,
    /// The loopback port of this redirect URI; only pages that need it probe it.
    Port(Redirect),
    /// The terminal and the settings; for a report.
    Surroundings,
    /// The stored files; for a report.
    Storage,
}

impl Probe {
    /// The probes that run at every start.
    pub const ALL: [Self; 5] = [Self::Existing, Self::Browser, Self::Ntn, Self::Keychain, Self::Network];
}

/// Work that the runtime does.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    Probe(Probe),
    Open(Link),
    /// Copies to this machine's clipboard. Never a secret.
    Copy(String),
    /// Asks Notion who a credential belongs to.
    Verify(Candidate),
    /// Checks what a verified token can do and see.
    Inspect(Box<Verified>),
    /// Finds out whether there is room for what is kept later, where the secrets go to this store.
    CheckRoom(StoreKind),
    /// Writes, reads back, records.
    Keep(Box<Keep>),
    /// Logs in through `ntn`, reads the token back, and asks Notion who it belongs to.
    Login(LoginRequest),
    /// Records a credential that `ntn` keeps.
    Note(Box<CredentialRecord>),
    Remember(Box<Told>),
    /// Makes a saved credential the active one, and reads that back.
    Switch(Account),
    /// Moves a credential of an earlier version to the key with the actor's id, which Notion has just returned.
    Identify(Account, String),
    /// Gets a new pair of tokens from Notion and saves it.
    Refresh(Box<CredentialRecord>),
    /// Revokes what can be revoked from here, then deletes.
    LogOut(Box<CredentialRecord>),
    /// Checks that Notion knows this connection and its redirect URI.
    ProbeClient(Client, Redirect),
    /// Waits for the person's answer on Notion's consent page.
    Authorize(AuthorizeRequest),
    /// Exchanges the authorization code for tokens.
    Exchange(Box<Exchange>),
    /// Inspects the worker in this folder; the key names the capability whose token is checked.
    LookAtProject(Option<String>),
    RunStep(Box<StepRun>),
    /// Lists the available installers for `ntn`.
    FindInstallers,
    Install(Installer),
    /// Lists the available secret managers.
    FindManagers,
    /// Sends a secret to a secret manager and reads it back.
    HandTo(Box<Handing>, Box<Verified>),
}

/// A request to save a credential. Only a verified credential can be saved.
#[derive(Clone, Debug, PartialEq)]
pub struct Keep {
    pub verified: Verified,
    pub record: CredentialRecord,
}

impl Task {
    /// True for a task that a page waits for; others run in the background.
    pub fn is_foreground(&self) -> bool {
        match self {
            Self::Verify(_)
            | Self::Inspect(_)
            | Self::Keep(_)
            | Self::Login(_)
            | Self::Note(_)
            | Self::Switch(_)
            | Self::Identify(..)
            | Self::Refresh(_)
            | Self::LogOut(_)
            | Self::ProbeClient(..)
            | Self::Authorize(_)
            | Self::Exchange(_)
            | Self::LookAtProject(_)
            | Self::RunStep(_)
            | Self::FindInstallers
            | Self::Install(_)
            | Self::FindManagers
            | Self::HandTo(..) => true,
            Self::Probe(_) | Self::Open(_) | Self::Copy(_) | Self::CheckRoom(_) | Self::Remember(_) => false,
        }
    }

    /// True for a task that changes what is stored here or at Notion: quitting waits until it is finished.
    pub fn is_write(&self) -> bool {
        matches!(
            self,
            Self::Keep(_)
                | Self::Note(_)
                | Self::Remember(_)
                | Self::Switch(_)
                | Self::Identify(..)
                | Self::Refresh(_)
                | Self::LogOut(_)
        )
    }

    /// A write cannot be cancelled, so Back does nothing while it runs. Saving to the keychain is the exception, because a dialog of the
    /// keychain may never be answered: cancelling undoes what was written.
    pub fn can_be_cancelled(&self) -> bool {
        let may_show_dialog = matches!(self, Self::Keep(keep) if keep.record.store == StoreKind::Keychain);
        may_show_dialog || !self.is_write()
    }

    /// A logout cannot be called back, and its wait for a dialog of the keychain can be ended: it replies then with what is known.
    pub fn wait_can_end(&self) -> bool {
        matches!(self, Self::LogOut(record) if record.store == StoreKind::Keychain)
    }
}

/// A message from a running task.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// A login's link and code.
    Invited(Invitation),
    /// The authorization link is ready.
    Authorizing(Box<Pending>),
    /// A browser tried TLS on the loopback listener during an authorization.
    TlsAttempted,
    /// A sanitised line of output of an installer, a worker step or a secret manager's client.
    Line(String),
    // Results of an inspection.
    Users(Result<Answer<UserList>, Problem>),
    OwnerFound(Result<Answer<bool>, Problem>),
    Search(Result<Answer<Reach>, Problem>),
    Introspected(Result<Introspection, Problem>),
    /// A request to Notion failed temporarily and will be tried again after this pause.
    Retrying(RetryWait),
}

/// The result of a task; one variant per task.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    Keychain(KeychainState),
    Browser(BrowserState),
    Ntn(NtnState),
    Network(Result<Reachable, Problem>),
    Existing(Box<AlreadyHere>),
    Port(PortState),
    Surroundings(Box<Result<Surroundings, Problem>>),
    Storage(Box<Result<StorageState, Problem>>),
    Opened(Result<(), Problem>),
    /// The program that copied, or `None` if there is none.
    Copied(Option<String>),
    Verified(Box<Result<Verified, Problem>>),
    Inspected,
    RoomChecked(Result<(), Problem>),
    /// Of `Keep` and of `Note`.
    Kept(Result<Receipt, Problem>),
    LoggedIn(Box<Result<LoggedIn, Problem>>),
    Remembered(Result<(), Problem>),
    Switched(Result<(), Problem>),
    /// The account's new key.
    Identified(Result<Account, Problem>),
    Refreshed(Result<Refreshed, Problem>),
    LoggedOut(Box<LoggedOut>),
    ClientProbed(Result<(), Problem>),
    /// The authorization code, in reply to `Authorize`.
    Answered(Result<Secret, Problem>),
    /// The tokens received for the code, not verified yet.
    Exchanged(Box<Result<Candidate, Problem>>),
    Project(Box<Result<Project, Problem>>),
    StepRan(Result<StepRan, Problem>),
    Installers(Result<Vec<InstallerState>, Problem>),
    Installed(Result<(), Problem>),
    Managers(Result<Vec<ManagerState>, Problem>),
    Handed(Result<Handed, Problem>),
}

/// Credentials that were found on this machine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlreadyHere {
    pub existing: Vec<Existing>,
    pub ledger: Ledger,
    /// A problem met while searching, such as a corrupt file; the findings are still valid.
    pub trouble: Option<Problem>,
}
