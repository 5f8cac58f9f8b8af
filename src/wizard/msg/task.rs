//! Work for the world, what it has to show meanwhile, and how it ended.

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
/// One look at this machine. Each streams in by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Probe {
    Keychain,
    Browser,
    Ntn,
    Network,
    Existing,
    /// The loopback port of this redirect address; only a path that needs it looks.
    Port(Redirect),
    /// The terminal and the settings; for a report.
    Surroundings,
    /// The files that are kept; for a report.
    Storage,
}

impl Probe {
    /// What every start looks at.
    pub const ALL: [Self; 5] = [Self::Existing, Self::Browser, Self::Ntn, Self::Keychain, Self::Network];
}

/// Work for the world.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    Probe(Probe),
    Open(Link),
    /// To the clipboard of this machine. Never a secret.
    Copy(String),
    /// Asks Notion who this is.
    Verify(Candidate),
    /// What a verified token can do and see.
    Inspect(Box<Verified>),
    /// Finds out whether there is room for what is kept later, where the secrets go to this store.
    CheckRoom(StoreKind),
    /// Writes, reads back, records.
    Keep(Box<Keep>),
    /// Has `ntn` log in, reads the token back, and asks Notion who this is.
    Login(LoginRequest),
    /// Writes down a credential that `ntn` keeps.
    Note(Box<CredentialRecord>),
    Remember(Box<Told>),
    /// Makes a kept credential the active one, and reads that back.
    Switch(Account),
    /// Puts a credential of an earlier version under the key that names whom it acts as, which Notion has just told.
    Identify(Account, String),
    /// Has Notion give a new pair of tokens, and keeps it.
    Refresh(Box<CredentialRecord>),
    /// Revokes what can be revoked from here, then deletes.
    LogOut(Box<CredentialRecord>),
    /// Whether Notion knows this connection, by this redirect address.
    ProbeClient(Client, Redirect),
    /// Listens for a person's answer on Notion's consent page.
    Authorize(AuthorizeRequest),
    /// Trades the code of that answer for tokens.
    Exchange(Box<Exchange>),
    /// What is there of a worker; with the capability key whose token is asked for.
    LookAtProject(Option<String>),
    RunStep(Box<StepRun>),
    /// Which ways to install `ntn` there are here.
    FindInstallers,
    Install(Installer),
    /// Which secret managers there are here.
    FindManagers,
    /// Hands a secret to one of them, and reads it back.
    HandTo(Box<Handing>, Box<Verified>),
}

/// Only a verified credential can be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Keep {
    pub verified: Verified,
    pub record: CredentialRecord,
}

impl Task {
    /// The one task a page waits on, as against those that run beside it.
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

    /// Changes what is stored here or at Notion: Leave waits until it is finished.
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

    /// A write cannot be called back, so Back does nothing while it runs. Saving to the keychain can, because a dialog of the
    /// keychain may never be answered: what was written by then is taken back.
    pub fn can_be_cancelled(&self) -> bool {
        let may_show_dialog = matches!(self, Self::Keep(keep) if keep.record.store == StoreKind::Keychain);
        may_show_dialog || !self.is_write()
    }

    /// A logout cannot be called back, and its wait for a dialog of the keychain can be ended: it replies then with what is known.
    pub fn wait_can_end(&self) -> bool {
        matches!(self, Self::LogOut(record) if record.store == StoreKind::Keychain)
    }
}

/// What a running task has to show.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// Of a login.
    Invited(Invitation),
    /// Of an authorization.
    Authorizing(Box<Pending>),
    /// Of an authorization: a browser asked the listener for https.
    TlsAttempted,
    /// Of an installation, of a step with a worker, or of a secret manager's client: a line of its output, sanitised.
    Line(String),
    // Of an inspection.
    Users(Result<Answer<UserList>, Problem>),
    OwnerFound(Result<Answer<bool>, Problem>),
    Search(Result<Answer<Reach>, Problem>),
    Introspected(Result<Introspection, Problem>),
    /// Of every task that asks Notion: a failure that passes by itself, and the pause before the next try.
    Retrying(RetryWait),
}

/// How a task ended; one variant per task.
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
    /// By this program; `None` where there is none.
    Copied(Option<String>),
    Verified(Box<Result<Verified, Problem>>),
    Inspected,
    RoomChecked(Result<(), Problem>),
    /// Of `Keep` and of `Note`.
    Kept(Result<Receipt, Problem>),
    LoggedIn(Box<Result<LoggedIn, Problem>>),
    Remembered(Result<(), Problem>),
    Switched(Result<(), Problem>),
    /// The account that it has now.
    Identified(Result<Account, Problem>),
    Refreshed(Result<Refreshed, Problem>),
    LoggedOut(Box<LoggedOut>),
    ClientProbed(Result<(), Problem>),
    /// Of `Authorize`: the code.
    Answered(Result<Secret, Problem>),
    /// What was given for the code, still to be verified.
    Exchanged(Box<Result<Candidate, Problem>>),
    Project(Box<Result<Project, Problem>>),
    StepRan(Result<StepRan, Problem>),
    Installers(Result<Vec<InstallerState>, Problem>),
    Installed(Result<(), Problem>),
    Managers(Result<Vec<ManagerState>, Problem>),
    Handed(Result<Handed, Problem>),
}

/// Credentials that were on this machine before anything was asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlreadyHere {
    pub existing: Vec<Existing>,
    pub ledger: Ledger,
    /// Trouble met on the way, such as a corrupt file; what was found stands all the same.
    pub trouble: Option<Problem>,
}
