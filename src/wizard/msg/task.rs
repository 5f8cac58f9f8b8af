//! Tasks, their progress messages and their replies.

use super::probe::{Probe, ProbeResult};
use super::task_properties::{Cancellation, TaskProperties};
use crate::domain::agents::plan::{AgentAction, AgentChange, AgentPlan, AgentResult};
use crate::domain::calendar::ReminderFile;
use crate::domain::checks::{CapabilityResponse, MAX_USER_PAGES, Reach, UserList};
use crate::domain::credentials::{
    Account, Candidate, CredentialRecord, Deletion, LogoutOutcome, Receipt, RefreshOutcome, RememberedAnswers, Revocation,
    SignInOutcome, StoreKind, VerifiedCredential,
};
use crate::domain::link::Link;
use crate::domain::login::{ApprovalRequest, Installer, InstallerState, LoginOutcome, LoginRequest};
use crate::domain::machine::KEYCHAIN_DIALOG_TIMEOUT;
use crate::domain::oauth::{
    AUTHORIZATION_TIMEOUT, AuthorizationAttempt, AuthorizationRequest, CodeExchange, Introspection, OauthClient, RedirectUri,
};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::retry::{REQUEST_TIMEOUT, RetryWait, max_duration};
use crate::domain::rotation::{OtherHolder, RotationCheck, RotationOutcome, RotationPlan, RotationRequest};
use crate::domain::scan::{
    SaveProgress, SaveTokens, ScanProgress, ScanReport, ScanRequest, ShellProfileChange, ShellProfilePlan, ShellProfileResult,
    TokenResult, save_token_limit,
};
use crate::domain::secret::Secret;
use crate::domain::secret_manager::{ManagerState, SendOutcome, SendPlan};
use crate::domain::workers::{StepCommand, StepOutcome, WorkerProject};
use jiff::civil::Date;
use std::time::Duration;

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
    /// Searches every few seconds until a verified token that sees nothing sees a page.
    WatchReach(Box<VerifiedCredential>),
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
    /// Registers a client with Notion MCP, and waits for the person's answer on its consent page. The tokens will go to this store.
    AuthorizeMcp(StoreKind),
    /// Exchanges the code for tokens, asks Notion MCP who they belong to, and saves them.
    SignInToMcp(Box<McpApproval>),
    /// Inspects the worker in this folder; the key names the capability whose token is checked.
    InspectProject(Option<String>),
    RunStep(Box<StepCommand>),
    /// Lists the available installers for `ntn`.
    FindInstallers,
    Install(Installer),
    /// Lists the available secret managers.
    FindManagers,
    /// Sends a secret to a secret manager, reads it back, and remembers that it is there since today.
    Send(Box<SendPlan>, Box<VerifiedCredential>, Date),
    /// Finds out what has to be changed in the files of the coding agents of this machine.
    PlanAgents(AgentAction),
    /// Makes these changes, and tries out each new connection.
    ChangeAgents(Box<AgentChange>),
    /// Finds everything that holds this credential's token, and asks Notion what the token can do.
    PrepareRotation(Box<CredentialRecord>),
    /// Asks Notion about the new token, and compares it with the old one.
    CheckRotation(Box<RotationPlan>, Secret),
    /// Replaces the token in every place of the plan.
    Rotate(Box<RotationRequest>),
    /// Asks Notion if it refuses the old token.
    CheckRevoked(Secret),
    /// Finds the places outside our storage with a token, and compares it with this one.
    FindHolders(Secret),
    /// Writes the reminder of an expiry date to the current folder.
    WriteReminder(Box<ReminderFile>),
    /// Searches this user's files for tokens in plain text.
    Scan(ScanRequest),
    /// Verifies and saves tokens that were found, and finds out which lines can be replaced.
    SaveFoundTokens(Box<SaveTokens>),
    /// Replaces lines of shell profiles.
    ReplaceLines(Vec<ShellProfileChange>),
}

/// An approved authorization of Notion MCP, and where its tokens are to be saved.
#[derive(Clone, Debug, PartialEq)]
pub struct McpApproval {
    pub attempt: AuthorizationAttempt,
    pub code: Secret,
    pub store: StoreKind,
    pub today: Date,
}

/// A request to save a credential. Only a verified credential can be saved.
#[derive(Clone, Debug, PartialEq)]
pub struct SaveRequest {
    pub verified: VerifiedCredential,
    pub record: CredentialRecord,
}

impl Task {
    /// Declares every task: whether a page waits for it, whether it writes, its time limit, and the problem if that limit passes.
    pub fn properties(&self) -> TaskProperties {
        use ProblemCode::{
            AuthorizationExpired, FileFailed, InstallFailed, KeychainSlow, LoginExpired, ManagerUnusable, NtnFailed,
            ReminderFailed, RotationIncomplete, ScanPathRefused, SendUnconfirmed, StoreBusy, TimedOut,
        };
        use TaskProperties as Properties;
        let seconds = Duration::from_secs;
        let retries_of = |request: Duration| max_duration(request).saturating_sub(request);
        match self {
            Self::Probe(Probe::Keychain) => Properties::background(seconds(6), KeychainSlow),
            Self::Probe(Probe::Network) => Properties::background(seconds(20), TimedOut),
            Self::Probe(
                Probe::Browser
                | Probe::Ntn
                | Probe::Inventory
                | Probe::TeamProfile
                | Probe::Port(_)
                | Probe::HostDetails
                | Probe::Storage,
            ) => Properties::background(seconds(6), TimedOut),
            Self::OpenLink(_) => Properties::background(seconds(8), TimedOut),
            Self::Copy(_) => Properties::background(seconds(5), TimedOut),
            // The secret may be in a keychain that asks the person to unlock it.
            Self::Verify(_) => {
                Properties::foreground(seconds(30) + KEYCHAIN_DIALOG_TIMEOUT, TimedOut).retrying(retries_of(REQUEST_TIMEOUT))
            }
            // Covers five pages of people, all of which may be requested again, and one request after them.
            Self::Inspect(_) => Properties::foreground(seconds(100), TimedOut)
                .retrying(retries_of(MAX_USER_PAGES * REQUEST_TIMEOUT) + retries_of(REQUEST_TIMEOUT)),
            // Sharing a page takes a person minutes; after this time they check again themselves.
            Self::WatchReach(_) => Properties { is_quiet: true, ..Properties::foreground(seconds(600), TimedOut) },
            // The tasks that write wait for the account lock and the locks of the files.
            Self::CheckRoom(_) => Properties::background(seconds(40), StoreBusy),
            Self::RememberAnswers(_) => Properties { is_foreground: false, ..Properties::write(seconds(40), StoreBusy) },
            // A dialog of the keychain may never be answered, so this write can be cancelled: what was written is undone.
            Self::Save(request) if request.record.store == StoreKind::Keychain => Properties {
                cancellation: Cancellation::Cancels,
                ..Properties::write(seconds(40) + KEYCHAIN_DIALOG_TIMEOUT, KeychainSlow)
            },
            Self::Save(request) if request.record.store == StoreKind::File => {
                let properties = Properties::write(seconds(40) + KEYCHAIN_DIALOG_TIMEOUT, FileFailed);
                properties.with_timeout_evidence("the disk did not answer in time")
            }
            Self::Save(_) => Properties::write(seconds(40) + KEYCHAIN_DIALOG_TIMEOUT, KeychainSlow),
            Self::RecordNtnLogin(_) | Self::Switch(_) => Properties::write(seconds(40), StoreBusy),
            Self::Identify(..) => Properties::write(seconds(40) + KEYCHAIN_DIALOG_TIMEOUT, StoreBusy),
            // Covers the account lock, two calls of Notion's API, and up to five operations of the keychain.
            Self::Refresh(_) => Properties::write(seconds(120) + 5 * KEYCHAIN_DIALOG_TIMEOUT, TimedOut),
            // A logout cannot be undone, so only its wait for the keychain can end. It revokes two tokens, one after the other.
            Self::LogOut(record) => Properties {
                cancellation: match record.store {
                    StoreKind::Keychain => Cancellation::EndsWait,
                    StoreKind::File | StoreKind::None | StoreKind::Ntn => Cancellation::Impossible,
                },
                retry_time: 2 * retries_of(REQUEST_TIMEOUT),
                ..Properties::write(seconds(120) + 5 * KEYCHAIN_DIALOG_TIMEOUT, TimedOut)
            },
            // ntn itself waits for up to five minutes; reading the token back and verifying it come after that.
            Self::Login(_) => Properties::foreground(seconds(400), LoginExpired).retrying(retries_of(REQUEST_TIMEOUT)),
            Self::ProbeClient(..) => Properties::foreground(seconds(60), TimedOut).retrying(retries_of(REQUEST_TIMEOUT)),
            // The listener's own timeout is shorter.
            Self::Authorize(_) => Properties::foreground(AUTHORIZATION_TIMEOUT + seconds(20), AuthorizationExpired),
            Self::Exchange(_) => Properties::foreground(seconds(60), TimedOut),
            // Three requests come before the wait for the person.
            Self::AuthorizeMcp(_) => Properties::foreground(AUTHORIZATION_TIMEOUT + seconds(80), AuthorizationExpired)
                .retrying(3 * retries_of(REQUEST_TIMEOUT)),
            // Tokens that were issued must be saved or revoked, so this can't be cancelled. Covers six requests and the store.
            Self::SignInToMcp(_) => Properties::write(seconds(160) + 3 * KEYCHAIN_DIALOG_TIMEOUT, TimedOut),
            Self::InspectProject(_) => {
                Properties::foreground(seconds(60), NtnFailed).with_timeout_evidence("ntn did not end in time")
            }
            Self::RunStep(_) => Properties::foreground(seconds(900), NtnFailed).with_timeout_evidence("ntn did not end in time"),
            Self::FindInstallers => Properties::foreground(seconds(10), InstallFailed),
            Self::Install(_) => Properties::foreground(seconds(900), InstallFailed),
            Self::FindManagers => Properties::foreground(seconds(10), ManagerUnusable),
            Self::PlanAgents(_) | Self::FindHolders(_) => Properties::foreground(seconds(20), TimedOut),
            // Most agents start the same command, which is tried out once.
            Self::ChangeAgents(_) => Properties::write(seconds(300), TimedOut),
            // Covers the keychain, two lists and two searches, which are requested at once, and the machine's programs.
            Self::PrepareRotation(_) => Properties::foreground(seconds(130) + KEYCHAIN_DIALOG_TIMEOUT, TimedOut)
                .retrying(2 * retries_of(REQUEST_TIMEOUT) + retries_of(MAX_USER_PAGES * REQUEST_TIMEOUT)),
            Self::CheckRotation(..) => Properties::foreground(seconds(130), TimedOut)
                .retrying(retries_of(REQUEST_TIMEOUT) + retries_of(MAX_USER_PAGES * REQUEST_TIMEOUT)),
            // Each step has time limits of its own. What is left when the wait is ended can be done later.
            Self::Rotate(_) => Properties {
                cancellation: Cancellation::EndsWait,
                retry_time: 3 * retries_of(REQUEST_TIMEOUT),
                ..Properties::write(seconds(1800) + 4 * KEYCHAIN_DIALOG_TIMEOUT, RotationIncomplete)
            },
            Self::CheckRevoked(_) => Properties::foreground(seconds(30), TimedOut).retrying(retries_of(REQUEST_TIMEOUT)),
            Self::WriteReminder(_) => Properties::background(seconds(10), ReminderFailed),
            // It ends with the files, however many; Back ends it before.
            Self::Scan(_) => Properties::foreground(seconds(900), ScanPathRefused)
                .with_timeout_evidence("too many files; name a folder: notion-auth scan PATH"),
            // Each token has a time limit of its own. The profiles are read after them.
            Self::SaveFoundTokens(request) => {
                let tokens = u32::try_from(request.tokens.len()).unwrap_or(u32::MAX);
                Properties {
                    cancellation: Cancellation::EndsWait,
                    ..Properties::write(save_token_limit().saturating_mul(tokens) + seconds(60), KeychainSlow)
                }
            }
            Self::ReplaceLines(_) => Properties::write(seconds(60), FileFailed),
            // Each run of the manager's client has a time limit of its own.
            Self::Send(..) => {
                Properties::foreground(seconds(600), SendUnconfirmed).with_timeout_evidence("the client did not end in time")
            }
        }
    }

    /// Returns the time after which the task gives up, where that is worth telling. A task that waits for a person has no such time, and
    /// one that repeats a request says so itself.
    pub fn named_limit(&self) -> Option<Duration> {
        match self {
            Self::Verify(Candidate::Pasted { .. } | Candidate::Granted { .. }) => Some(REQUEST_TIMEOUT),
            Self::Exchange(_) | Self::ProbeClient(..) | Self::InspectProject(_) | Self::FindInstallers | Self::FindManagers => {
                Some(self.properties().time_limit(false))
            }
            _ => None,
        }
    }

    /// Returns the reply of a task that failed: the problem, except where a failure is an outcome too.
    pub fn failure(&self, problem: Problem) -> Reply {
        match self {
            Self::Probe(probe) => Ok(TaskOutcome::Probed(probe.failure(problem))),
            // The text was sent to the terminal's clipboard as well.
            Self::Copy(_) => Ok(TaskOutcome::Copied(None)),
            // Every result was sent as progress already.
            Self::Inspect(_) | Self::WatchReach(_) => Ok(TaskOutcome::Completed),
            Self::LogOut(record) => Ok(TaskOutcome::LoggedOut(Box::new(LogoutOutcome {
                record: (**record).clone(),
                revocation: Revocation::Skipped,
                deletion: Deletion::Failed(problem),
            }))),
            _ => Err(problem),
        }
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
    /// The progress of a scan.
    Scanned(ScanProgress),
    /// A token that was found is being verified and saved.
    SavingToken(SaveProgress),
    // Results of an inspection.
    Users(Result<CapabilityResponse<UserList>, Problem>),
    OwnerFound(Result<CapabilityResponse<bool>, Problem>),
    Search(Result<CapabilityResponse<Reach>, Problem>),
    Introspected(Result<Introspection, Problem>),
    /// A request to Notion failed temporarily and will be tried again after this pause.
    Retrying(RetryWait),
}

/// The end of a task: its outcome, or the problem that it failed with.
pub type Reply = Result<TaskOutcome, Problem>;

/// The outcome of a task; one variant per task that has something to say.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskOutcome {
    /// The task has succeeded, and there is no more to say.
    Completed,
    Probed(ProbeResult),
    /// The program that copied, or `None` if there is none.
    Copied(Option<String>),
    Verified(Box<VerifiedCredential>),
    /// The outcome of `Save` and of `RecordNtnLogin`.
    Saved(Receipt),
    LoggedIn(Box<LoginOutcome>),
    /// The account's new key.
    Identified(Account),
    Refreshed(RefreshOutcome),
    LoggedOut(Box<LogoutOutcome>),
    /// The authorization code, in reply to `Authorize`.
    CodeReceived(Secret),
    /// The tokens received for the code, not verified yet.
    Exchanged(Box<Candidate>),
    Project(Box<WorkerProject>),
    StepRan(StepOutcome),
    Installers(Vec<InstallerState>),
    Managers(Vec<ManagerState>),
    Sent(SendOutcome),
    /// The new credential for Notion MCP.
    McpSignedIn(Box<SignInOutcome>),
    /// The plans, and the sign-in that the bridge will use, or why there is none.
    AgentPlans(Vec<AgentPlan>, Result<Box<CredentialRecord>, Problem>),
    AgentsChanged(Vec<AgentResult>),
    RotationPlanned(Box<RotationPlan>),
    RotationChecked(Box<RotationCheck>),
    Rotated(Box<RotationOutcome>),
    /// True if Notion refuses the old token.
    RevocationChecked(bool),
    HoldersFound(Vec<OtherHolder>),
    /// The path of the file.
    ReminderWritten(String),
    Scanned(Box<ScanReport>),
    FoundTokensSaved(Vec<TokenResult>, Vec<ShellProfilePlan>),
    LinesReplaced(Vec<ShellProfileResult>),
}

/// Returns the problem of a reply that is left over once the outcomes of the task are handled. An outcome of another task is a bug.
pub fn problem_of(reply: Reply) -> Problem {
    match reply {
        Ok(outcome) => Problem::bug(format!("unexpected outcome of a task: {outcome:?}")),
        Err(problem) => problem,
    }
}
