//! Fakes for all ports: each returns scripted answers, and records its calls without secrets.
//!
//! An answer comes at once, after a delay on tokio's clock, or never, to test timeouts and cancellation. A queued answer that is
//! not used fails the test when the world is dropped.

use super::connection_fakes::{FakeLoopback, FakeManagers, FakeOauth, FakeWorkers};
use super::no_agents::NoAgents;
use super::no_mcp::NoMcp;
use super::no_scan::NoScan;
use super::team_profiles::FakeProfiles;
use notion_auth::domain::agents::AgentFinding;
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::checks::{CapabilityResponse, Reach, UserList};
use notion_auth::domain::credentials::{
    Account, CredentialIndex, CredentialRecord, CredentialSource, DiscoveredCredential, Entry, Identity, Inventory, OrphanSecret,
    Owner, Person, Receipt, RememberedAnswers, ResetOutcome, SecretCopy, Secrets, StoreKind, StoredData, TokenKind, Unusable,
    Workspace, inherit_copies, remember_copy,
};
use notion_auth::domain::host_details::{HostDetails, TerminalDetails, TerminalKind};
use notion_auth::domain::link::Link;
use notion_auth::domain::login::{ApprovalRequest, Installer, InstallerState, LoginFlow, LoginRequest, NtnLogin, NtnStorage};
use notion_auth::domain::loopback::PortState;
use notion_auth::domain::machine::{BrowserState, KeychainState, NtnState, Reachability};
use notion_auth::domain::oauth::RedirectUri;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::domain::storage::{Access, StorageState, StoredFile};
use notion_auth::runtime::ports::{
    AccountLock, Browser, CalendarFiles, Clipboard, CredentialStore, Job, Machine, NotionApi, NtnCli, ProgressCallback, World,
};
use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Fake tokens that cannot be mistaken for real ones.
pub(crate) const MEMBER: &str = "ntn_fake_member_0000000000000000000000000000";
pub(crate) const CONNECTION: &str = "ntn_fake_connection_000000000000000000000000";
pub(crate) const STRANGER: &str = "ntn_fake_stranger_00000000000000000000000000";

/// Lists credentials as a search would. A saved one without a record is listed too, for pages that need no record.
pub(crate) fn inventory(found: Vec<DiscoveredCredential>, index: CredentialIndex) -> Inventory {
    let (saved, found): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| matches!(found.source, CredentialSource::Saved(_)));
    let mut inventory = Inventory::new(found, Ok(index), None, "/home/ada/.config/notion-auth/secrets.json");
    for found in saved {
        if inventory.entry_from(&found.source).is_none() {
            inventory.entries.push(Entry::from(found));
        }
    }
    inventory
}

/// The answer to one call.
pub(crate) enum ScriptedAnswer<T> {
    Now(Result<T, Problem>),
    After(Duration, Result<T, Problem>),
    Never,
}

impl<T: Send + 'static> ScriptedAnswer<T> {
    fn into_job(self) -> Job<T> {
        match self {
            Self::Now(answer) => Box::pin(std::future::ready(answer)),
            Self::After(wait, answer) => Box::pin(async move {
                tokio::time::sleep(wait).await;
                answer
            }),
            Self::Never => Box::pin(std::future::pending()),
        }
    }
}

/// Queued answers. After them, the port gives its default answer.
pub(crate) struct AnswerQueue<T>(Mutex<VecDeque<ScriptedAnswer<T>>>);

impl<T> Default for AnswerQueue<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Send + 'static> AnswerQueue<T> {
    pub(crate) fn push(&self, turn: ScriptedAnswer<T>) {
        self.0.lock().unwrap().push_back(turn);
    }

    pub(crate) fn push_error(&self, problem: Problem) {
        self.push(ScriptedAnswer::Now(Err(problem)));
    }

    pub(crate) fn next_answer(&self, usual: impl FnOnce() -> Result<T, Problem>) -> Job<T> {
        let queued = self.0.lock().unwrap().pop_front();
        queued.unwrap_or_else(|| ScriptedAnswer::Now(usual())).into_job()
    }

    pub(crate) fn remaining(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// The calls so far, in order.
#[derive(Default)]
pub(crate) struct Calls(Mutex<Vec<String>>);

impl Calls {
    pub(crate) fn record(&self, call: impl Into<String>) {
        self.0.lock().unwrap().push(call.into());
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.lock().unwrap().is_empty()
    }
}

/// Accepts known tokens and refuses all others, as Notion does.
#[derive(Default)]
pub(crate) struct FakeNotionApi {
    pub(crate) calls: Calls,
    known: Mutex<HashMap<String, Identity>>,
    /// Queued answers by token, which override the known identity.
    whoami: Mutex<HashMap<String, VecDeque<ScriptedAnswer<Identity>>>>,
    pub(crate) users: AnswerQueue<CapabilityResponse<UserList>>,
    pub(crate) user: AnswerQueue<CapabilityResponse<bool>>,
    pub(crate) search: AnswerQueue<CapabilityResponse<Reach>>,
    pub(crate) reach_host: AnswerQueue<Reachability>,
}

impl FakeNotionApi {
    pub(crate) fn accept(&self, token: &str, identity: Identity) {
        self.known.lock().unwrap().insert(token.into(), identity);
    }

    /// Queues an answer for `token`, whether it is known or not.
    pub(crate) fn queue_answer(&self, token: &str, turn: ScriptedAnswer<Identity>) {
        self.whoami.lock().unwrap().entry(token.into()).or_default().push_back(turn);
    }
}

impl NotionApi for FakeNotionApi {
    fn whoami(&self, token: Secret) -> Job<Identity> {
        self.calls.record("whoami");
        let queued = self.whoami.lock().unwrap().get_mut(token.expose()).and_then(VecDeque::pop_front);
        let known = self.known.lock().unwrap().get(token.expose()).cloned();
        queued.unwrap_or_else(|| ScriptedAnswer::Now(known.ok_or_else(|| Problem::new(ProblemCode::Unauthorized)))).into_job()
    }

    fn list_users(&self, _: Secret) -> Job<CapabilityResponse<UserList>> {
        self.calls.record("users");
        self.users.next_answer(|| Ok(CapabilityResponse::Refused { status: 403, code: "restricted_resource".into() }))
    }

    fn user_exists(&self, _: Secret, id: String) -> Job<CapabilityResponse<bool>> {
        self.calls.record(format!("user {id}"));
        self.user.next_answer(|| Ok(CapabilityResponse::Granted(true)))
    }

    fn search(&self, _: Secret) -> Job<CapabilityResponse<Reach>> {
        self.calls.record("search");
        self.search.next_answer(|| Ok(CapabilityResponse::Granted(Reach { pages: 3, data_sources: 1, has_more: false })))
    }

    fn reach_host(&self) -> Job<Reachability> {
        self.calls.record("reach_host");
        self.reach_host.next_answer(|| Ok(Reachability { latency_ms: 84, clock_skew_s: Some(0), proxy: None }))
    }
}

/// An index and its secrets in memory.
#[derive(Default)]
pub(crate) struct FakeStore {
    pub(crate) calls: Calls,
    contents: Arc<Mutex<StoreContents>>,
    pub(crate) probe_keychain: AnswerQueue<KeychainState>,
    pub(crate) index: AnswerQueue<CredentialIndex>,
    pub(crate) save: AnswerQueue<Receipt>,
    pub(crate) replace: AnswerQueue<Receipt>,
    pub(crate) remember_copy: AnswerQueue<()>,
    pub(crate) remember: AnswerQueue<()>,
    pub(crate) check_room: AnswerQueue<()>,
    pub(crate) begin_renewal: AnswerQueue<()>,
    pub(crate) renew: AnswerQueue<Option<Problem>>,
    pub(crate) load: AnswerQueue<Secrets>,
    pub(crate) forget: AnswerQueue<()>,
    pub(crate) activate: AnswerQueue<()>,
    pub(crate) stored_data: AnswerQueue<StoredData>,
    pub(crate) remove: AnswerQueue<ResetOutcome>,
    pub(crate) inspect: AnswerQueue<StorageState>,
    pub(crate) delete_orphan: AnswerQueue<bool>,
}

#[derive(Default)]
struct StoreContents {
    index: CredentialIndex,
    secrets: HashMap<Account, Secrets>,
    orphans: Vec<OrphanSecret>,
}

impl FakeStore {
    /// Adds a credential as an earlier sign-in would have, and makes it active.
    pub(crate) fn add(&self, record: CredentialRecord, secret: &str) {
        self.add_with_secrets(record, Secrets::from_token(Secret::new(secret)));
    }

    /// Adds the credential of an OAuth connection with all its secrets, and makes it active.
    pub(crate) fn add_with_secrets(&self, record: CredentialRecord, secrets: Secrets) {
        self.contents.lock().unwrap().save(record, secrets);
    }

    /// Adds the record of a login that `ntn` stores, and makes it active.
    pub(crate) fn add_ntn_login(&self, record: CredentialRecord) {
        self.contents.lock().unwrap().record(record);
    }

    /// Adds a secret that no record knows.
    pub(crate) fn add_orphan(&self, account: Account, store: StoreKind) {
        let place = format!("the fake {}, account {}", store.name(), account.key());
        self.contents.lock().unwrap().orphans.push(OrphanSecret { account, store, place });
    }

    pub(crate) fn orphans(&self) -> Vec<OrphanSecret> {
        self.contents.lock().unwrap().orphans.clone()
    }

    /// Makes no credential active.
    pub(crate) fn clear_active(&self) {
        self.contents.lock().unwrap().index.active = None;
    }

    pub(crate) fn current_index(&self) -> CredentialIndex {
        self.contents.lock().unwrap().index.clone()
    }

    pub(crate) fn secret(&self, account: &Account) -> Option<Secret> {
        self.secrets(account).map(|secrets| secrets.token)
    }

    pub(crate) fn secrets(&self, account: &Account) -> Option<Secrets> {
        self.contents.lock().unwrap().secrets.get(account).cloned()
    }
}

impl StoreContents {
    fn save(&mut self, record: CredentialRecord, secrets: Secrets) {
        let account = record.account.clone();
        self.record(record);
        self.secrets.insert(account, secrets);
    }

    fn replace(&mut self, replaced: &Account, mut record: CredentialRecord, secrets: Secrets) {
        let was_active = self.index.active.as_ref() == Some(replaced);
        let earlier = self.index.credentials.iter().find(|record| record.account == *replaced).cloned();
        inherit_copies(&mut record.sent_to, &earlier.map(|record| record.sent_to).unwrap_or_default(), false);
        self.secrets.remove(replaced);
        self.secrets.insert(record.account.clone(), secrets);
        if was_active {
            self.index.active = Some(record.account.clone());
        }
        self.index.credentials.retain(|known| known.account != *replaced && known.account != record.account);
        self.index.credentials.push(record);
    }

    fn record(&mut self, record: CredentialRecord) {
        self.forget(&record.account);
        self.index.active = Some(record.account.clone());
        self.index.credentials.push(record);
    }

    fn forget(&mut self, account: &Account) {
        self.secrets.remove(account);
        self.index.credentials.retain(|record| record.account != *account);
        self.index.active.take_if(|active| active == account);
    }
}

impl CredentialStore for FakeStore {
    fn probe_keychain(&self) -> Job<KeychainState> {
        self.calls.record("probe_keychain");
        self.probe_keychain.next_answer(|| Ok(KeychainState::Available { name: "Fake keychain".into() }))
    }

    fn load_index(&self) -> Job<CredentialIndex> {
        self.calls.record("index");
        self.index.next_answer(|| Ok(self.current_index()))
    }

    fn save(&self, record: CredentialRecord, secrets: Secrets) -> Job<Receipt> {
        self.calls.record(format!("keep {} in {}", record.account.key(), record.store.name()));
        self.save.next_answer(|| {
            let place = format!("the fake {}, account {}", record.store.name(), record.account.key());
            let store = record.store;
            self.contents.lock().unwrap().save(record, secrets);
            Ok(Receipt { store, place, note: None })
        })
    }

    fn replace(&self, account: Account, record: CredentialRecord, secrets: Secrets) -> Job<Receipt> {
        self.calls.record(format!("replace {} by {}", account.key(), record.account.key()));
        self.replace.next_answer(|| {
            let place = format!("the fake {}, account {}", record.store.name(), record.account.key());
            let store = record.store;
            self.contents.lock().unwrap().replace(&account, record, secrets);
            Ok(Receipt { store, place, note: None })
        })
    }

    fn remember_copy(&self, account: Account, copy: SecretCopy) -> Job<()> {
        self.calls.record(format!("remember {} of {}", copy.manager, account.key()));
        self.remember_copy.next_answer(|| {
            let mut contents = self.contents.lock().unwrap();
            let record = contents.index.credentials.iter_mut().find(|record| record.account == account);
            let record = record.ok_or_else(|| Problem::new(ProblemCode::NotSignedIn))?;
            remember_copy(&mut record.sent_to, copy);
            Ok(())
        })
    }

    fn record_ntn_login(&self, record: CredentialRecord) -> Job<Receipt> {
        self.calls.record(format!("note {}", record.account.key()));
        self.save.next_answer(|| {
            let store = record.store;
            self.contents.lock().unwrap().record(record);
            Ok(Receipt { store, place: "managed by ntn".into(), note: None })
        })
    }

    fn remember_answers(&self, told: RememberedAnswers) -> Job<()> {
        self.calls.record("remember");
        self.remember.next_answer(|| {
            self.contents.lock().unwrap().index.remembered.merge(told);
            Ok(())
        })
    }

    fn check_room(&self, store: StoreKind) -> Job<()> {
        self.calls.record(format!("check_room {}", store.name()));
        self.check_room.next_answer(|| Ok(()))
    }

    fn begin_renewal(&self, lock: AccountLock) -> Job<()> {
        self.calls.record(format!("begin_renewal {}", lock.account().key()));
        self.begin_renewal.next_answer(|| Ok(()))
    }

    fn cancel_renewal(&self, lock: AccountLock) -> Job<()> {
        self.calls.record(format!("cancel_renewal {}", lock.account().key()));
        Box::pin(std::future::ready(Ok(())))
    }

    fn renew(&self, lock: AccountLock, secrets: Secrets) -> Job<Option<Problem>> {
        let account = lock.account().clone();
        self.calls.record(format!("renew {}", account.key()));
        self.renew.next_answer(|| {
            self.contents.lock().unwrap().secrets.insert(account, secrets);
            Ok(None)
        })
    }

    fn lock_account(&self, account: Account) -> Job<AccountLock> {
        self.calls.record(format!("lock_account {}", account.key()));
        Box::pin(std::future::ready(Ok(AccountLock::new(&account, ()))))
    }

    fn load(&self, account: Account) -> Job<Secrets> {
        self.calls.record(format!("load {}", account.key()));
        self.load.next_answer(|| {
            self.secrets(&account).ok_or_else(|| Problem::new(ProblemCode::SecretMissing).with_evidence(account.key()))
        })
    }

    fn delete(&self, lock: AccountLock) -> Job<()> {
        let account = lock.account().clone();
        self.calls.record(format!("forget {}", account.key()));
        self.forget.next_answer(|| {
            self.contents.lock().unwrap().forget(&account);
            Ok(())
        })
    }

    fn activate(&self, account: Account) -> Job<()> {
        self.calls.record(format!("activate {}", account.key()));
        self.activate.next_answer(|| {
            self.contents.lock().unwrap().index.active = Some(account);
            Ok(())
        })
    }

    fn identify(&self, account: Account, actor: String) -> Job<Account> {
        self.calls.record(format!("identify {} {actor}", account.key()));
        let named = account.with_actor(Some(&actor));
        let mut held = self.contents.lock().unwrap();
        if let Some(secrets) = held.secrets.remove(&account) {
            held.secrets.insert(named.clone(), secrets);
        }
        if let Some(record) = held.index.credentials.iter_mut().find(|record| record.account == account) {
            record.account = named.clone();
        }
        if held.index.active.as_ref() == Some(&account) {
            held.index.active = Some(named.clone());
        }
        Box::pin(std::future::ready(Ok(named)))
    }

    fn find_stored_data(&self) -> Job<StoredData> {
        self.calls.record("remains");
        self.stored_data.next_answer(|| Ok(StoredData { records: self.current_index().credentials, ..StoredData::default() }))
    }

    fn remove_stored_data(&self, remains: StoredData) -> Job<ResetOutcome> {
        self.calls.record("remove");
        self.remove.next_answer(|| Ok(ResetOutcome { removed: remains.removable, problems: remains.problems }))
    }

    fn inspect_storage(&self) -> Job<StorageState> {
        self.calls.record("look");
        self.inspect.next_answer(|| {
            let folder = "/home/fake/.config/notion-auth".into();
            let access = Some(Access::Mode(0o700));
            let file = |name| StoredFile { name, access: Some(Access::Mode(0o600)), read: Ok(()) };
            let files = vec![file("credentials.json"), StoredFile { access: None, ..file("secrets.json") }];
            Ok(StorageState {
                folder,
                access,
                files,
                corrupt_files: Vec::new(),
                partial_files: Vec::new(),
                creation_problem: None,
                orphans: self.contents.lock().unwrap().orphans.clone(),
                search_problem: None,
            })
        })
    }

    fn delete_orphan(&self, orphan: OrphanSecret) -> Job<bool> {
        self.calls.record(format!("delete_orphan {} in {}", orphan.account.key(), orphan.store.name()));
        self.delete_orphan.next_answer(|| {
            let mut contents = self.contents.lock().unwrap();
            let before = contents.orphans.len();
            contents.orphans.retain(|one| *one != orphan);
            Ok(contents.orphans.len() < before)
        })
    }

    fn file_place(&self) -> String {
        "/home/fake/.config/notion-auth/secrets.json".into()
    }
}

/// A machine with a browser and `ntn`, and without credentials.
#[derive(Default)]
pub(crate) struct FakeMachine {
    pub(crate) calls: Calls,
    variables: Mutex<HashMap<String, Secret>>,
    workspace_variable: Mutex<Option<String>>,
    ntn_secrets: Mutex<HashMap<String, Secret>>,
    discovered: Mutex<Vec<DiscoveredCredential>>,
    agents: Mutex<Vec<AgentFinding>>,
    pub(crate) browser: AnswerQueue<BrowserState>,
    pub(crate) ntn: AnswerQueue<NtnState>,
    pub(crate) surroundings: AnswerQueue<HostDetails>,
    pub(crate) discover: AnswerQueue<(Vec<DiscoveredCredential>, Option<Problem>)>,
    pub(crate) environment_secret: AnswerQueue<Secret>,
    pub(crate) ntn_secret: AnswerQueue<Secret>,
}

impl FakeMachine {
    /// Sets `NOTION_API_TOKEN`.
    pub(crate) fn set_token_variable(&self, token: &str) {
        self.variables.lock().unwrap().insert("NOTION_API_TOKEN".into(), Secret::new(token));
        let source = CredentialSource::Environment;
        self.add_discovered(DiscoveredCredential { source, place: "NOTION_API_TOKEN".into(), workspace: None, unusable: None });
    }

    /// Sets the coding agents that are on the machine.
    pub(crate) fn set_agents(&self, agents: Vec<AgentFinding>) {
        *self.agents.lock().unwrap() = agents;
    }

    /// Sets another variable that programs read a token from.
    pub(crate) fn set_other_variable(&self, name: &'static str, token: &str) {
        self.variables.lock().unwrap().insert(name.into(), Secret::new(token));
        self.add_discovered(DiscoveredCredential::in_other_variable(name, None));
    }

    /// Sets `NOTION_WORKSPACE_ID`. If both are set, `NOTION_API_TOKEN` must be set first.
    pub(crate) fn set_workspace_variable(&self, id: &str) {
        *self.workspace_variable.lock().unwrap() = Some(id.into());
        for found in self.discovered.lock().unwrap().iter_mut().filter(|found| found.source == CredentialSource::Environment) {
            found.workspace = Some(Workspace { id: id.into(), name: None });
        }
    }

    /// Adds a login of `ntn`; without a token, only `ntn` can read it.
    pub(crate) fn add_ntn_login(&self, workspace: Workspace, token: Option<&str>) {
        let source = CredentialSource::Ntn { workspace: workspace.id.clone() };
        if let Some(token) = token {
            self.ntn_secrets.lock().unwrap().insert(workspace.id.clone(), Secret::new(token));
        }
        self.add_discovered(DiscoveredCredential {
            source,
            place: "ntn's auth.json".into(),
            workspace: Some(workspace),
            unusable: token.is_none().then_some(Unusable::KeptByNtn),
        });
    }

    pub(crate) fn add_discovered(&self, existing: DiscoveredCredential) {
        self.discovered.lock().unwrap().push(existing);
    }
}

impl Machine for FakeMachine {
    fn detect_browser(&self) -> Job<BrowserState> {
        self.calls.record("browser");
        self.browser.next_answer(|| Ok(BrowserState::Ready { name: None }))
    }

    fn detect_ntn(&self) -> Job<NtnState> {
        self.calls.record("ntn");
        self.ntn.next_answer(|| Ok(ntn_040()))
    }

    fn check_port(&self, redirect: RedirectUri) -> Job<PortState> {
        self.calls.record(format!("port {}", redirect.port));
        Box::pin(std::future::ready(Ok(PortState::Free(redirect.port))))
    }

    fn inspect_host(&self) -> Job<HostDetails> {
        self.calls.record("surroundings");
        self.surroundings.next_answer(|| Ok(surroundings()))
    }

    fn discover_credentials(&self) -> Job<(Vec<DiscoveredCredential>, Option<Problem>)> {
        self.calls.record("existing");
        self.discover.next_answer(|| Ok((self.discovered.lock().unwrap().clone(), None)))
    }

    fn environment_token(&self, name: &str) -> Job<Secret> {
        self.calls.record("environment_secret");
        let variable = self.variables.lock().unwrap().get(name).cloned();
        self.environment_secret.next_answer(|| variable.ok_or_else(|| Problem::new(ProblemCode::TokenMissing)))
    }

    fn is_variable_set(&self, _name: &str) -> bool {
        false
    }

    fn inspect_agents(&self) -> Job<Vec<AgentFinding>> {
        Box::pin(std::future::ready(Ok(self.agents.lock().unwrap().clone())))
    }

    fn workspace_variable(&self) -> Option<String> {
        self.workspace_variable.lock().unwrap().clone()
    }

    fn ntn_token(&self, workspace: String) -> Job<Secret> {
        self.calls.record(format!("ntn_secret {workspace}"));
        let secret = self.ntn_secrets.lock().unwrap().get(&workspace).cloned();
        self.ntn_secret.next_answer(|| secret.ok_or_else(|| Problem::new(ProblemCode::SecretMissing)))
    }
}

/// Returns a terminal of 120 × 40 without relevant variables.
pub(crate) fn surroundings() -> HostDetails {
    let terminal =
        TerminalDetails { kind: TerminalKind::Full, size: Some((120, 40)), no_color: false, ascii: false, multiplexer: None };
    HostDetails {
        terminal,
        proxies: Vec::new(),
        roots: Vec::new(),
        workspace_id: None,
        ntn: Vec::new(),
        home: Some("/home/fake".into()),
    }
}

/// Opens nothing, and records the links.
#[derive(Default)]
pub(crate) struct FakeBrowser {
    pub(crate) calls: Calls,
    pub(crate) open: AnswerQueue<()>,
}

impl Browser for FakeBrowser {
    fn open(&self, link: Link) -> Job<()> {
        self.calls.record(link.as_str());
        self.open.next_answer(|| Ok(()))
    }
}

/// Copies nothing, as without a desktop, by default.
#[derive(Default)]
pub(crate) struct FakeClipboard {
    pub(crate) calls: Calls,
    pub(crate) copy: AnswerQueue<Option<String>>,
}

impl Clipboard for FakeClipboard {
    fn copy(&self, text: String) -> Job<Option<String>> {
        self.calls.record(text);
        self.copy.next_answer(|| Ok(None))
    }
}

/// Logs in at once with [`ntn_login`] by default.
#[derive(Default)]
pub(crate) struct FakeNtn {
    pub(crate) calls: Calls,
    pub(crate) login: AnswerQueue<Option<NtnLogin>>,
    pub(crate) installers: AnswerQueue<Vec<InstallerState>>,
    pub(crate) install: AnswerQueue<()>,
}

/// Returns the state of `ntn` 0.4.0, which stores tokens in the kernel's keyring.
pub(crate) fn ntn_040() -> NtnState {
    NtnState::Found {
        path: "/usr/bin/ntn".into(),
        version: "0.4.0".into(),
        generation: LoginFlow::Terminal,
        storage: NtnStorage::KernelKeyring,
    }
}

/// Returns the state of `ntn` 0.4.0 if the kernel refuses access to its keyring.
pub(crate) fn ntn_in_a_container() -> NtnState {
    NtnState::Found {
        path: "/usr/bin/ntn".into(),
        version: "0.4.0".into(),
        generation: LoginFlow::Terminal,
        storage: NtnStorage::KernelKeyringRefused { evidence: "Operation not permitted".into() },
    }
}

/// Returns the link and code that `ntn` shows.
pub(crate) fn invitation() -> ApprovalRequest {
    let link = Link::parse("https://www.notion.so/workers/cli-login?verificationCode=VAF-HWY").unwrap();
    ApprovalRequest { link, code: Some("VAF-HWY".into()), ends_at: Some(jiff::civil::time(14, 32, 0, 0)) }
}

/// Returns the result of a login with `ntn`.
pub(crate) fn ntn_login() -> NtnLogin {
    NtnLogin {
        workspace: Workspace { id: "11111111-1111-1111-1111-111111111111".into(), name: Some("Space One".into()) },
        user: None,
        version: "0.4.0".into(),
        place: "the kernel's keyring".into(),
        needs_keyring_variable: false,
    }
}

impl NtnCli for FakeNtn {
    fn login(&self, request: LoginRequest, invite: ProgressCallback<ApprovalRequest>) -> Job<Option<NtnLogin>> {
        self.calls.record(format!("login {request:?}"));
        invite(invitation());
        self.login.next_answer(|| Ok(Some(ntn_login())))
    }

    fn list_installers(&self) -> Job<Vec<InstallerState>> {
        self.calls.record("installers");
        self.installers.next_answer(|| Ok(vec![InstallerState { installer: Installer::Npm, unusable_reason: None }]))
    }

    fn install(&self, installer: Installer, tell: ProgressCallback<String>) -> Job<()> {
        self.calls.record(format!("install {installer:?}"));
        tell("added 1 package".into());
        self.install.next_answer(|| Ok(()))
    }
}

/// Writes nothing, and records the paths.
#[derive(Default)]
pub(crate) struct FakeCalendarFiles {
    pub(crate) calls: Calls,
}

impl CalendarFiles for FakeCalendarFiles {
    fn create(&self, path: PathBuf, _text: String) -> Job<String> {
        self.calls.record(path.display().to_string());
        Box::pin(std::future::ready(Ok(format!("/home/fake/{}", path.display()))))
    }
}

/// All fakes, for a test to prepare and to inspect.
#[derive(Default)]
pub(crate) struct FakeWorld {
    pub(crate) notion: Arc<FakeNotionApi>,
    pub(crate) store: Arc<FakeStore>,
    pub(crate) machine: Arc<FakeMachine>,
    pub(crate) browser: Arc<FakeBrowser>,
    pub(crate) clipboard: Arc<FakeClipboard>,
    pub(crate) ntn: Arc<FakeNtn>,
    pub(crate) oauth: Arc<FakeOauth>,
    pub(crate) mcp: Arc<NoMcp>,
    pub(crate) loopback: Arc<FakeLoopback>,
    pub(crate) workers: Arc<FakeWorkers>,
    pub(crate) managers: Arc<FakeManagers>,
    pub(crate) profiles: Arc<FakeProfiles>,
    pub(crate) calendar: Arc<FakeCalendarFiles>,
}

impl FakeWorld {
    /// Creates a world in which Notion accepts [`MEMBER`] and [`CONNECTION`], and the machine has no credentials.
    pub(crate) fn new() -> Self {
        let world = Self::default();
        world.notion.accept(MEMBER, member_identity());
        world.notion.accept(CONNECTION, connection_identity());
        world
    }

    pub(crate) fn world(&self) -> World {
        World {
            notion: self.notion.clone(),
            store: self.store.clone(),
            machine: self.machine.clone(),
            browser: self.browser.clone(),
            clipboard: self.clipboard.clone(),
            ntn: self.ntn.clone(),
            oauth: self.oauth.clone(),
            mcp: self.mcp.clone(),
            loopback: self.loopback.clone(),
            workers: self.workers.clone(),
            managers: self.managers.clone(),
            agents: Arc::new(NoAgents),
            profiles: self.profiles.clone(),
            calendar: self.calendar.clone(),
            scan: Arc::new(NoScan),
        }
    }

    fn remaining_answers(&self) -> usize {
        let FakeNotionApi { whoami, users, user, search, reach_host, .. } = &*self.notion;
        let notion = whoami.lock().unwrap().values().map(VecDeque::len).sum::<usize>()
            + users.remaining()
            + user.remaining()
            + search.remaining()
            + reach_host.remaining();
        let FakeStore {
            probe_keychain,
            index,
            save: keep,
            replace,
            remember_copy,
            remember,
            begin_renewal,
            renew,
            load,
            forget,
            activate,
            stored_data: remains,
            remove,
            inspect: look,
            ..
        } = &*self.store;
        let store = probe_keychain.remaining()
            + index.remaining()
            + keep.remaining()
            + replace.remaining()
            + remember_copy.remaining()
            + remember.remaining()
            + begin_renewal.remaining()
            + renew.remaining()
            + load.remaining()
            + forget.remaining()
            + look.remaining();
        let store = store + activate.remaining() + remains.remaining() + remove.remaining();
        let FakeMachine { browser, ntn, surroundings, discover: existing, environment_secret, ntn_secret, .. } = &*self.machine;
        let machine = browser.remaining()
            + ntn.remaining()
            + surroundings.remaining()
            + existing.remaining()
            + environment_secret.remaining()
            + ntn_secret.remaining();
        let FakeNtn { login, installers, install, .. } = &*self.ntn;
        let ntn = login.remaining() + installers.remaining() + install.remaining();
        let connections =
            self.oauth.remaining() + self.loopback.wait.remaining() + self.workers.remaining() + self.managers.remaining();
        notion + store + machine + ntn + connections + self.browser.open.remaining() + self.clipboard.copy.remaining()
    }
}

impl Drop for FakeWorld {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.remaining_answers(), 0, "answers were prepared that nobody asked for");
        }
    }
}

pub(crate) fn workspace(id: &str, name: &str) -> Workspace {
    Workspace { id: id.into(), name: Some(name.into()) }
}

/// Returns the identity of a person's token.
pub(crate) fn member_identity() -> Identity {
    let person = Person { id: "person-1".into(), name: Some("Ada Fake".into()), email: Some("ada@example.com".into()) };
    Identity {
        owner: Owner::Person(person),
        bot_id: Some("bot-1".into()),
        bot_name: Some("Ada's token".into()),
        workspace: Some(workspace("ws-1", "Acme")),
        upload_limit: Some(5_368_709_120),
        request_id: None,
    }
}

/// Returns the identity of an internal connection's token.
pub(crate) fn connection_identity() -> Identity {
    Identity {
        owner: Owner::Workspace,
        bot_id: Some("bot-2".into()),
        bot_name: Some("Nightly sync".into()),
        workspace: Some(workspace("ws-2", "Beta")),
        upload_limit: Some(5_368_709_120),
        request_id: None,
    }
}

/// Returns the record of a person's token for `workspace`, saved in the keychain.
pub(crate) fn token_record(workspace: Workspace) -> CredentialRecord {
    CredentialRecord {
        account: Account { workspace: workspace.id.clone(), name: "token".into() },
        workspace,
        user: Some("Ada Fake".into()),
        kind: TokenKind::User,
        path: AuthPath::Token,
        store: StoreKind::Keychain,
        expires_on: None,
        saved_on: jiff::civil::date(2026, 11, 1),
        connection: None,
        mcp: None,
        person: None,
        sent_to: Vec::new(),
        replaced_keys: Vec::new(),
    }
}

/// Returns the record of a login to `workspace` that `ntn` stores.
pub(crate) fn ntn_record(workspace: Workspace) -> CredentialRecord {
    let account = Account { workspace: workspace.id.clone(), name: "cli".into() };
    CredentialRecord { account, path: AuthPath::Cli, store: StoreKind::Ntn, ..token_record(workspace) }
}
