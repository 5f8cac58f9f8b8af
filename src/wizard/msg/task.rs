//! Tasks, their progress messages and their replies.

use crate::domain::checks::{CapabilityResponse, Reach, UserList};
use crate::domain::credentials::{
    Account, Candidate, CredentialRecord, Inventory, LogoutOutcome, Receipt, RefreshOutcome, RememberedAnswers, StoreKind,
    VerifiedCredential,
};
use crate::domain::host_details::HostDetails;
use crate::domain::link::Link;
use crate::domain::login::{ApprovalRequest, Installer, InstallerState, LoginOutcome, LoginRequest};
use crate::domain::loopback::PortState;
use crate::domain::machine::{BrowserState, KeychainState, NtnState, Reachability};
use crate::domain::oauth::{AuthorizationAttempt, AuthorizationRequest, CodeExchange, Introspection, OauthClient, RedirectUri};
use crate::domain::problem::Problem;
use crate::domain::retry::RetryWait;
use crate::domain::secret::Secret;
use crate::domain::secret_manager::{ManagerState, SendOutcome, SendPlan};
use crate::domain::storage::StorageState;
use crate::domain::workers::{StepCommand, StepOutcome, WorkerProject};
/// A check of one aspect of this machine. Each result arrives on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Probe {
    Keychain,
    Browser,
    Ntn,
    Network,
    Existing,
    /// The loopback port of this redirect URI; only pages that need it probe it.
    Port(RedirectUri),
    /// The terminal and the settings; for a report.
    Surroundings,
    /// The stored files; for a report.
    Storage,
}

impl Probe {
    /// The probes that run at every start.
    pub const AT_START: [Self; 5] = [Self::Existing, Self::Browser, Self::Ntn, Self::Keychain, Self::Network];
}

/// Work that the runtime does.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    Probe(Probe),
    OpenLink(Link),
    /// Copies to this machine's clipboard. Never a secret.
    Copy(String),
    /// Asks Notion who a credential belongs to.
    Verify(Candidate),
    /// Checks what a verified token can do and see.
    Inspect(Box<VerifiedCredential>),
    /// Finds out whether there is room for what is kept later, where the secrets go to this store.
    CheckRoom(StoreKind),
    /// Writes, reads back, records.
    Save(Box<SaveRequest>),
    /// Logs in through `ntn`, reads the token back, and asks Notion who it belongs to.
    Login(LoginRequest),
    /// Records a credential that `ntn` keeps.
    RecordNtnLogin(Box<CredentialRecord>),
    RememberAnswers(Box<RememberedAnswers>),
    /// Makes a saved credential the active one, and reads that back.
    Switch(Account),
    /// Moves a credential of an earlier version to the key with the actor's id, which Notion has just returned.
    Identify(Account, String),
    /// Gets a new pair of tokens from Notion and saves it.
    Refresh(Box<CredentialRecord>),
    /// Revokes what can be revoked from here, then deletes.
    LogOut(Box<CredentialRecord>),
    /// Checks that Notion knows this connection and its redirect URI.
    ProbeClient(OauthClient, RedirectUri),
    /// Waits for the person's answer on Notion's consent page.
    Authorize(AuthorizationRequest),
    /// Exchanges the authorization code for tokens.
    Exchange(Box<CodeExchange>),
    /// Inspects the worker in this folder; the key names the capability whose token is checked.
    InspectProject(Option<String>),
    RunStep(Box<StepCommand>),
    /// Lists the available installers for `ntn`.
    FindInstallers,
    Install(Installer),
    /// Lists the available secret managers.
    FindManagers,
    /// Sends a secret to a secret manager and reads it back.
    Send(Box<SendPlan>, Box<VerifiedCredential>),
}

/// A request to save a credential. Only a verified credential can be saved.
#[derive(Clone, Debug, PartialEq)]
pub struct SaveRequest {
    pub verified: VerifiedCredential,
    pub record: CredentialRecord,
}

impl Task {
    /// True for a task that a page waits for; others run in the background.
    pub fn is_foreground(&self) -> bool {
        match self {
            Self::Verify(_)
            | Self::Inspect(_)
            | Self::Save(_)
            | Self::Login(_)
            | Self::RecordNtnLogin(_)
            | Self::Switch(_)
            | Self::Identify(..)
            | Self::Refresh(_)
            | Self::LogOut(_)
            | Self::ProbeClient(..)
            | Self::Authorize(_)
            | Self::Exchange(_)
            | Self::InspectProject(_)
            | Self::RunStep(_)
            | Self::FindInstallers
            | Self::Install(_)
            | Self::FindManagers
            | Self::Send(..) => true,
            Self::Probe(_) | Self::OpenLink(_) | Self::Copy(_) | Self::CheckRoom(_) | Self::RememberAnswers(_) => false,
        }
    }

    /// True for a task that changes what is stored here or at Notion: quitting waits until it is finished.
    pub fn is_write(&self) -> bool {
        matches!(
            self,
            Self::Save(_)
                | Self::RecordNtnLogin(_)
                | Self::RememberAnswers(_)
                | Self::Switch(_)
                | Self::Identify(..)
                | Self::Refresh(_)
                | Self::LogOut(_)
        )
    }

    /// A write cannot be cancelled, so Back does nothing while it runs. Saving to the keychain is the exception, because a dialog of the
    /// keychain may never be answered: cancelling undoes what was written.
    pub fn can_be_cancelled(&self) -> bool {
        let may_show_dialog = matches!(self, Self::Save(keep) if keep.record.store == StoreKind::Keychain);
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
    LoginInvitation(ApprovalRequest),
    /// The authorization link is ready.
    AuthorizationPending(Box<AuthorizationAttempt>),
    /// A browser tried TLS on the loopback listener during an authorization.
    TlsAttempted,
    /// A sanitised line of output of an installer, a worker step or a secret manager's client.
    OutputLine(String),
    // Results of an inspection.
    Users(Result<CapabilityResponse<UserList>, Problem>),
    OwnerFound(Result<CapabilityResponse<bool>, Problem>),
    Search(Result<CapabilityResponse<Reach>, Problem>),
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
    Network(Result<Reachability, Problem>),
    Existing(Box<Inventory>),
    Port(PortState),
    Surroundings(Box<Result<HostDetails, Problem>>),
    Storage(Box<Result<StorageState, Problem>>),
    LinkOpened(Result<(), Problem>),
    /// The program that copied, or `None` if there is none.
    Copied(Option<String>),
    Verified(Box<Result<VerifiedCredential, Problem>>),
    Inspected,
    RoomChecked(Result<(), Problem>),
    /// The result of `Save` and of `RecordNtnLogin`.
    Saved(Result<Receipt, Problem>),
    LoggedIn(Box<Result<LoginOutcome, Problem>>),
    AnswersRemembered(Result<(), Problem>),
    Switched(Result<(), Problem>),
    /// The account's new key.
    Identified(Result<Account, Problem>),
    Refreshed(Result<RefreshOutcome, Problem>),
    LoggedOut(Box<LogoutOutcome>),
    ClientProbed(Result<(), Problem>),
    /// The authorization code, in reply to `Authorize`.
    CodeReceived(Result<Secret, Problem>),
    /// The tokens received for the code, not verified yet.
    Exchanged(Box<Result<Candidate, Problem>>),
    Project(Box<Result<WorkerProject, Problem>>),
    StepRan(Result<StepOutcome, Problem>),
    Installers(Result<Vec<InstallerState>, Problem>),
    Installed(Result<(), Problem>),
    Managers(Result<Vec<ManagerState>, Problem>),
    Sent(Result<SendOutcome, Problem>),
}
