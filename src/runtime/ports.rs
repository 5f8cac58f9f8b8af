//! The small interfaces between the runtime and the world, declared by their consumer.

use crate::domain::agents::AgentFinding;
use crate::domain::agents::plan::{AgentPlan, AgentRequest, FileChange};
use crate::domain::checks::{CapabilityResponse, Reach, UserList};
use crate::domain::credentials::{
    Account, CredentialIndex, CredentialRecord, DiscoveredCredential, Identity, OrphanSecret, Receipt, RememberedAnswers,
    ResetOutcome, SecretCopy, Secrets, StoreKind, StoredData, VerifiedCredential,
};
use crate::domain::host_details::HostDetails;
use crate::domain::link::Link;
use crate::domain::login::{ApprovalRequest, Installer, InstallerState, LoginRequest, NtnLogin};
use crate::domain::loopback::{ListenerEvent, PortState};
use crate::domain::machine::{BrowserState, KeychainState, NtnState, Reachability};
use crate::domain::mcp::{McpUrl, MessageInfo};
use crate::domain::oauth::{
    AuthorizationAttempt, AuthorizationCode, AuthorizationRequest, AuthorizationServer, CodeExchange, Introspection, OauthClient,
    PublicClient, RedirectUri, TokenGrant,
};
use crate::domain::problem::Problem;
use crate::domain::scan::shell_profile::SavedToken;
use crate::domain::scan::{ScanProgress, ScanReport, ScanRequest, ShellProfile, ShellProfileChange, ShellProfilePlan};
use crate::domain::secret::Secret;
use crate::domain::secret_manager::{ManagerState, SendOutcome, SendPlan};
use crate::domain::storage::StorageState;
use crate::domain::team_profile::ProfileFile;
use crate::domain::variables::VariableName;
use crate::domain::workers::{StepCommand, StepOutcome, WorkerProject};
use std::ffi::OsString;
use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

/// Work in progress. Dropping it cancels what can be cancelled.
pub type Job<T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send>>;

/// Notion's public REST API. The adapter limits the time of every request.
pub trait NotionApi: Send + Sync {
    /// `GET /v1/users/me`.
    fn whoami(&self, token: Secret) -> Job<Identity>;
    /// `GET /v1/users`: probes a capability, and gives evidence of membership.
    fn list_users(&self, token: Secret) -> Job<CapabilityResponse<UserList>>;
    /// `GET /v1/users/{id}`: true if the user is found.
    fn user_exists(&self, token: Secret, id: String) -> Job<CapabilityResponse<bool>>;
    /// `POST /v1/search`: the pages and data sources that the token can see.
    fn search(&self, token: Secret) -> Job<CapabilityResponse<Reach>>;
    /// Checks that Notion's host responds, and compares its clock with ours. Sends no credential.
    fn reach_host(&self) -> Job<Reachability>;
}

/// Everything that we store: secrets in the keychain or the private file, records without secrets beside them. Every method that
/// writes acquires the account lock or requires it.
pub trait CredentialStore: Send + Sync {
    /// Writes, reads back and deletes a probe entry; at most 3 seconds.
    fn probe_keychain(&self) -> Job<KeychainState>;
    fn load_index(&self) -> Job<CredentialIndex>;
    /// Like `load_index`, for those who need nothing but the active record. If one is active, all others may be missing.
    fn load_active(&self) -> Job<CredentialIndex> {
        self.load_index()
    }
    /// Writes the secrets to `record.store`, reads them back, then writes the record and makes it the active one.
    fn save(&self, record: CredentialRecord, secrets: Secrets) -> Job<Receipt>;
    /// Replaces the credential of this account by a newer one of the same workspace, which may have another account. What is active stays
    /// so. The old secret is deleted after the new one was read back and recorded.
    fn replace(&self, account: Account, record: CredentialRecord, secrets: Secrets) -> Job<Receipt>;
    /// Remembers where a credential's token was sent.
    fn remember_copy(&self, account: Account, copy: SecretCopy) -> Job<()>;
    /// Checks that a login whose secrets go to this store could be saved, before Notion is asked.
    fn check_room(&self, store: StoreKind) -> Job<()>;
    /// Reserves room for a new pair of tokens before Notion is asked for it. A failure means that the pair could not be saved.
    fn begin_renewal(&self, lock: AccountLock) -> Job<()>;
    /// Releases that room if Notion issued no pair.
    fn cancel_renewal(&self, lock: AccountLock) -> Job<()>;
    /// Writes the new pair into that room, moves it to the place of the old one, and reads it back. Everything else is unchanged.
    /// `Some(problem)` means that the pair is saved and will be found, but could not be moved.
    fn renew(&self, lock: AccountLock, secrets: Secrets) -> Job<Option<Problem>>;
    /// Waits until no one else writes to this account. Every other method that writes acquires this lock itself.
    fn lock_account(&self, account: Account) -> Job<AccountLock>;
    /// Records a login that `ntn` stores, and makes it the active credential. There is no secret to write.
    fn record_ntn_login(&self, record: CredentialRecord) -> Job<Receipt>;
    /// Saves a person's answers. `None` leaves the stored answer unchanged.
    fn remember_answers(&self, answers: RememberedAnswers) -> Job<()>;
    /// Loads the secrets of a credential that we store. Those of `ntn` come from the `Machine`.
    fn load(&self, account: Account) -> Job<Secrets>;
    /// Deletes the secrets of the locked account, then the record.
    fn delete(&self, lock: AccountLock) -> Job<()>;
    /// Makes a saved credential the active one, and reads that back.
    fn activate(&self, account: Account) -> Job<()>;
    /// Moves a credential that an earlier version saved without an actor to the key that names the actor. Returns the account that
    /// it has afterwards.
    fn identify(&self, account: Account, actor: String) -> Job<Account>;
    /// Lists everything that we store on this machine. Changes nothing, not even permissions.
    fn find_stored_data(&self) -> Job<StoredData>;
    /// Removes the listed data and nothing else; what is still there afterwards is reported.
    fn remove_stored_data(&self, stored_data: StoredData) -> Job<ResetOutcome>;
    /// Reports the files in our folder, who can access them, and the secrets that no record knows. Changes nothing.
    fn inspect_storage(&self) -> Job<StorageState>;
    /// Deletes a secret that no record knows. Returns `false` if a record knows it by now, or if it is gone.
    fn delete_orphan(&self, orphan: OrphanSecret) -> Job<bool>;
    /// Path of the private file, shown before the person consents to it.
    fn file_place(&self) -> String;
}

/// Proof that no one else, in any process, writes to the credentials of the same workspace. Cheap to clone; released when the last
/// clone is dropped. Work that needs the lock holds a clone, so that a dropped job finishes before the next writer begins.
#[derive(Clone)]
pub struct AccountLock {
    account: Account,
    _guard: Arc<dyn Send + Sync>,
}

impl AccountLock {
    pub fn new(account: &Account, guard: impl Send + Sync + 'static) -> Self {
        Self { account: account.clone(), _guard: Arc::new(guard) }
    }

    /// Returns this lock for another account of the workspace.
    #[must_use]
    pub fn for_sibling(&self, account: &Account) -> Self {
        Self { account: account.clone(), ..self.clone() }
    }

    /// The account that the lock was acquired for.
    pub fn account(&self) -> &Account {
        &self.account
    }
}

impl fmt::Debug for AccountLock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "AccountLock({})", self.account.key())
    }
}

/// The rest of this machine. Reads, never writes.
pub trait Machine: Send + Sync {
    fn detect_browser(&self) -> Job<BrowserState>;
    fn detect_ntn(&self) -> Job<NtnState>;
    /// Checks whether the port of this redirect URL is free, on both loopback addresses.
    fn check_port(&self, redirect: RedirectUri) -> Job<PortState>;
    /// Inspects this terminal, and the variables that affect the connection to Notion.
    fn inspect_host(&self) -> Job<HostDetails>;
    /// Finds credentials in the environment and in `ntn`'s files (ours come from the store), and any problem met on the way: one
    /// unreadable file hides nothing that was found elsewhere.
    fn discover_credentials(&self) -> Job<(Vec<DiscoveredCredential>, Option<Problem>)>;
    /// Returns the token in `NOTION_API_TOKEN`, or in a variable of `assets/variables.toml`.
    fn environment_token(&self, name: &str) -> Job<Secret>;
    /// True if a variable of `assets/variables.toml` had a value at the start.
    fn is_variable_set(&self, name: &str) -> bool;
    /// Finds coding agents, and reads how each is connected to Notion.
    fn inspect_agents(&self) -> Job<Vec<AgentFinding>>;
    /// Returns the sanitised value that `NOTION_WORKSPACE_ID` had at the start.
    fn workspace_variable(&self) -> Option<String>;
    /// Returns the token of one of `ntn`'s logins, by workspace id: from its file, the kernel's keyring or the system's keychain.
    fn ntn_token(&self, workspace: String) -> Job<Secret>;
}

/// Callback for the progress of a job.
pub type ProgressCallback<T> = Box<dyn Fn(T) + Send + Sync>;

/// Completes when a job is to end early and still report what it has.
pub type StopSignal = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The Notion CLI. Dropping a job ends the programs it started, and everything those started.
pub trait NtnCli: Send + Sync {
    /// Logs in. `invite` is called before anything waits. Returns `None` if the login was only begun.
    fn login(&self, request: LoginRequest, invite: ProgressCallback<ApprovalRequest>) -> Job<Option<NtnLogin>>;
    /// Lists the installers of `ntn` for this kind of machine, usable or not.
    fn list_installers(&self) -> Job<Vec<InstallerState>>;
    /// Installs `ntn`; its output is reported line by line, sanitised. Success means that `ntn` was found afterwards.
    fn install(&self, installer: Installer, on_progress: ProgressCallback<String>) -> Job<()>;
}

/// Notion's OAuth endpoints, for an own connection. The adapter limits the time of every call.
pub trait NotionOauth: Send + Sync {
    /// Checks that Notion knows the client id (the authorize endpoint redirects) and the secret (introspecting a meaningless token
    /// is not answered with `invalid_client`). Asks no one for consent, and opens no browser.
    fn check_client(&self, client: OauthClient, redirect: RedirectUri) -> Job<()>;
    /// Creates a state, a verifier unless `pkce` is `Never`, and the link that carries them. Sends nothing.
    fn begin_authorization(&self, request: &AuthorizationRequest) -> Result<AuthorizationAttempt, Problem>;
    /// Exchanges a code for tokens. Under `Pkce::Auto`, a verifier that the endpoint refuses by name is left out in a second try.
    fn exchange_code(&self, exchange: CodeExchange) -> Job<TokenGrant>;
    fn refresh(&self, client: OauthClient, refresh: Secret) -> Job<TokenGrant>;
    fn introspect(&self, client: OauthClient, token: Secret) -> Job<Introspection>;
    /// Revokes a token. Success means that Notion confirmed it, which it also does for an unknown token (RFC 7009, section 2.2).
    fn revoke(&self, client: OauthClient, token: Secret) -> Job<()>;
}

/// Notion's MCP server, and the authorization server that it names. The adapter limits the time of every call but that of a stream.
pub trait NotionMcp: Send + Sync {
    /// The address of the server, or the problem with the one that is set.
    fn url(&self) -> Result<McpUrl, Problem>;
    /// True if the token has to be renewed before it is used.
    fn is_expiring(&self, secrets: &Secrets) -> bool;
    /// Finds the authorization server (RFC 9728, RFC 8414) and checks everything that it says about itself.
    fn discover(&self) -> Job<AuthorizationServer>;
    /// Registers a client without a secret for exactly this redirect URI (RFC 7591).
    fn register(&self, server: AuthorizationServer, redirect: RedirectUri) -> Job<PublicClient>;
    /// Creates a state, a verifier, and the link that carries them. Sends nothing.
    fn begin_authorization(&self, client: &PublicClient, redirect: RedirectUri) -> Result<AuthorizationAttempt, Problem>;
    fn exchange_code(&self, client: PublicClient, code: AuthorizationCode) -> Job<TokenGrant>;
    fn refresh(&self, client: PublicClient, refresh: Secret) -> Job<TokenGrant>;
    /// Revokes a token; that of a refresh token ends the whole grant.
    fn revoke(&self, client: PublicClient, token: Secret) -> Job<()>;
    /// Sends one request of the streamable HTTP transport, and returns as soon as its response has begun.
    fn send(&self, request: McpRequest) -> Job<McpResponse>;
}

/// A request of the streamable HTTP transport.
#[derive(Clone, Debug)]
pub struct McpRequest {
    pub kind: McpRequestKind,
    pub token: Secret,
    /// `Mcp-Session-Id`, if the server gave one.
    pub session: Option<String>,
    /// `MCP-Protocol-Version`.
    pub protocol_version: Option<String>,
}

#[derive(Clone, Debug)]
pub enum McpRequestKind {
    /// Sends a message, byte for byte.
    Message {
        body: Arc<Vec<u8>>,
        info: Arc<MessageInfo>,
    },
    /// Opens the stream of messages that are not responses, or resumes a stream after this event.
    Listen {
        last_event_id: Option<String>,
    },
    EndSession,
}

/// The beginning of a response.
pub struct McpResponse {
    pub session: Option<String>,
    pub content: McpContent,
}

pub enum McpContent {
    /// The server accepted the message, and the response has no content.
    Accepted,
    /// One message, or a batch of them.
    Json(Box<dyn ResponseBody>),
    /// A stream of server-sent events.
    Events(Box<dyn ResponseBody>),
    /// A refusal. Its body may still be the answer to a request.
    Refused { status: u16, problem: Problem, body: Vec<u8> },
}

/// The next bytes of a response, once they are here.
pub type NextChunk<'a> = Pin<Box<dyn Future<Output = Result<Option<Vec<u8>>, Problem>> + Send + 'a>>;

/// The rest of a response, as it arrives.
pub trait ResponseBody: Send {
    /// Returns the next bytes, or `None` at the end.
    fn next_chunk(&mut self) -> NextChunk<'_>;
}

/// The loopback listener of an authorization.
pub trait Loopback: Send + Sync {
    /// Binds the first of these ports that is free, and holds it for the callback to its redirect URI. Returns `None` if none is free.
    fn reserve(&self, ports: Vec<u16>) -> Job<Option<PortReservation>>;
    /// Reports first whether it listens, then waits for the callback of this very request: its code, or the person's refusal. All
    /// other requests are answered and ignored. If the port is taken, it still waits until the timeout, because a pasted redirect
    /// URL may end it. Dropping the job closes the port.
    fn wait_for_callback(&self, pending: AuthorizationAttempt, on_progress: ProgressCallback<ListenerEvent>) -> Job<Secret>;
    /// Stops answering reloads of the last callback, and closes its connections.
    fn close(&self) -> Job<()>;
}

/// A port that no other program can take. It is released when this is dropped, unless the listener of a callback has it by then.
pub struct PortReservation {
    pub redirect: RedirectUri,
    _guard: Box<dyn Send + Sync>,
}

impl PortReservation {
    pub fn new(port: u16, guard: impl Send + Sync + 'static) -> Self {
        Self { redirect: RedirectUri { port }, _guard: Box::new(guard) }
    }
}

/// The Workers of `ntn`. Dropping a job ends the programs it started, and everything those started.
pub trait Workers: Send + Sync {
    /// Reads the state of the worker from its folder and from `ntn`. Changes nothing. With a key, it includes whether a token
    /// exists under it.
    fn inspect_project(&self, key: Option<String>) -> Job<WorkerProject>;
    /// Runs one step; its output is reported line by line, sanitised and without secrets.
    fn run_step(&self, step: StepCommand, on_progress: ProgressCallback<String>) -> Job<StepOutcome>;
}

/// The files of coding agents. Reading them for a list is the `Machine`'s.
pub trait CodingAgents: Send + Sync {
    /// Finds out what has to be changed. Changes nothing.
    fn plan(&self, request: AgentRequest) -> Job<Vec<AgentPlan>>;
    /// Makes one change and reads it back. If the file is not as it was when the plan was made, it is left alone.
    fn apply(&self, change: FileChange) -> Job<()>;
    /// Starts the bridge with the command of an agent's entry, as the agent would, and returns the number of tools that it lists.
    fn verify(&self, command: Vec<String>) -> Job<usize>;
    /// Runs the command that prints headers, as the agent would, and returns the token in them.
    fn read_headers(&self, command: Vec<String>) -> Job<Secret>;
}

/// The files that hold a team's answers. They are read as untrusted text: a cloned repository may bring one along.
pub trait TeamProfiles: Send + Sync {
    /// Finds `notion-auth.toml` in this folder, or in the root of the git working tree that the folder is in. Runs no program.
    fn find(&self) -> Job<Option<ProfileFile>>;
    /// Reads a file that the person named.
    fn read(&self, path: PathBuf) -> Job<ProfileFile>;
    /// Writes a file, reads it back, and returns its sanitised path. An existing one is replaced only if `replaces` says so.
    fn write(&self, path: PathBuf, text: String, replaces: bool) -> Job<String>;
}

/// The files and repositories in which tokens lie in plain text.
pub trait PlainTextScan: Send + Sync {
    /// Searches, and changes nothing. Dropping the job ends the search; `stop` ends it too, and what was found until then is reported.
    fn scan(&self, request: ScanRequest, on_progress: ProgressCallback<ScanProgress>, stop: StopSignal) -> Job<ScanReport>;
    /// Finds out how the lines of these profiles would be replaced, now that the tokens are saved. Changes nothing.
    fn plan(&self, profiles: Vec<ShellProfile>, saved: Vec<SavedToken>) -> Job<Vec<ShellProfilePlan>>;
    /// Keeps a copy without secrets, makes the change, and reads it back. If the file is not as it was when the plan was made, it is left
    /// alone. Returns the path of the copy, sanitised.
    fn apply(&self, change: ShellProfileChange) -> Job<String>;
}

/// The secret managers of teams. Dropping a job ends the programs it started, and everything those started.
pub trait SecretManagers: Send + Sync {
    /// Lists all managers, usable here or not. Starts nothing.
    fn list_managers(&self) -> Job<Vec<ManagerState>>;
    /// Sends the secret, and reads back what can be read; success means that this was done. The client's output is reported line by
    /// line, sanitised and without secrets.
    fn send(&self, verified: VerifiedCredential, plan: SendPlan, on_progress: ProgressCallback<String>) -> Job<SendOutcome>;
}

pub trait Browser: Send + Sync {
    /// Starts a browser. Success means that it was started, not that the page was seen.
    fn open(&self, link: Link) -> Job<()>;
}

/// The calendar files that a person asks for.
pub trait CalendarFiles: Send + Sync {
    /// Creates a file and returns its absolute path. A file that exists is a problem, and is left alone.
    fn create(&self, path: PathBuf, text: String) -> Job<String>;
}

/// The clipboard of the machine we run on, in addition to that of the terminal. Gets links, codes, commands and messages, never a secret.
pub trait Clipboard: Send + Sync {
    /// Returns the name of the program that copied the text, or `None` if there is none whose clipboard is this person's.
    fn copy(&self, text: String) -> Job<Option<String>>;
}

/// A person's command, and the variables that it gets in addition to the environment.
pub struct LaunchRequest {
    /// The first element is the program.
    pub command: Vec<OsString>,
    /// The variables that hold the token, with their values.
    pub token_variables: Vec<(VariableName, Secret)>,
    /// `None` removes the variable: a value that is set would belong to another token.
    pub workspace_id: Option<String>,
    /// True if `NOTION_KEYRING` turns the keychain off; the command then gets the value that `ntn` understands.
    pub keyring_is_off: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaunchOutcome {
    /// The command ended with this exit code.
    Exited(u8),
    NotFound,
    /// The command could not be started, with the system's error message.
    NotExecutable(String),
}

/// Starts a command that the person names. If it replaces our process, success is never returned.
pub trait Launcher: Send + Sync {
    fn launch(&self, launch: LaunchRequest) -> Job<LaunchOutcome>;
}

/// All ports. Built once, in `main`.
#[derive(Clone)]
pub struct World {
    pub notion: Arc<dyn NotionApi>,
    pub store: Arc<dyn CredentialStore>,
    pub machine: Arc<dyn Machine>,
    pub browser: Arc<dyn Browser>,
    pub clipboard: Arc<dyn Clipboard>,
    pub ntn: Arc<dyn NtnCli>,
    pub oauth: Arc<dyn NotionOauth>,
    pub mcp: Arc<dyn NotionMcp>,
    pub loopback: Arc<dyn Loopback>,
    pub workers: Arc<dyn Workers>,
    pub managers: Arc<dyn SecretManagers>,
    pub agents: Arc<dyn CodingAgents>,
    pub profiles: Arc<dyn TeamProfiles>,
    pub calendar: Arc<dyn CalendarFiles>,
    pub scan: Arc<dyn PlainTextScan>,
}
