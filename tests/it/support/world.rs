//! Fakes for all ports: each returns scripted answers, and records its calls without secrets.
//!
//! An answer comes at once, after a delay on tokio's clock, or never, to test timeouts and cancellation. A queued answer that is
//! not used fails the test when the world is dropped.

use super::connections::{FakeLoopback, FakeManagers, FakeOauth, FakeWorkers};
use notion_auth::domain::accounts::{Remains, Removed};
use notion_auth::domain::catalog::PathId;
use notion_auth::domain::check::{Answer, Reach, UserList};
use notion_auth::domain::credential::{
    Account, CredentialRecord, Existing, ExistingSource, Identity, Ledger, Owner, Person, Receipt, Secrets, StoreKind, TokenKind,
    Told, Unusable, Workspace,
};
use notion_auth::domain::link::Link;
use notion_auth::domain::login::{Generation, Installer, InstallerState, Invitation, LoginRequest, NtnLogin, NtnStorage};
use notion_auth::domain::loopback::PortState;
use notion_auth::domain::machine::{BrowserState, KeychainState, NtnState, Reachable};
use notion_auth::domain::oauth::Redirect;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::domain::storage::{Access, StorageState, StoredFile};
use notion_auth::domain::surroundings::{Surroundings, Terminal, TerminalKind};
use notion_auth::runtime::ports::{AccountLock, Browser, Clipboard, CredentialStore, Job, Machine, NotionApi, Ntn, Tell, World};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Fake tokens that cannot be mistaken for real ones.
pub(crate) const MEMBER: &str = "ntn_fake_member_0000000000000000000000000000";
pub(crate) const CONNECTION: &str = "ntn_fake_connection_000000000000000000000000";
pub(crate) const STRANGER: &str = "ntn_fake_stranger_00000000000000000000000000";

/// The answer to one call.
pub(crate) enum Turn<T> {
    Now(Result<T, Problem>),
    After(Duration, Result<T, Problem>),
    Never,
}

impl<T: Send + 'static> Turn<T> {
    fn play(self) -> Job<T> {
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
pub(crate) struct Script<T>(Mutex<VecDeque<Turn<T>>>);

impl<T> Default for Script<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Send + 'static> Script<T> {
    pub(crate) fn then(&self, turn: Turn<T>) {
        self.0.lock().unwrap().push_back(turn);
    }

    pub(crate) fn then_fail(&self, problem: Problem) {
        self.then(Turn::Now(Err(problem)));
    }

    pub(crate) fn play(&self, usual: impl FnOnce() -> Result<T, Problem>) -> Job<T> {
        let queued = self.0.lock().unwrap().pop_front();
        queued.unwrap_or_else(|| Turn::Now(usual())).play()
    }

    pub(crate) fn left(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// The calls so far, in order.
#[derive(Default)]
pub(crate) struct Calls(Mutex<Vec<String>>);

impl Calls {
    pub(crate) fn note(&self, call: impl Into<String>) {
        self.0.lock().unwrap().push(call.into());
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn are_empty(&self) -> bool {
        self.0.lock().unwrap().is_empty()
    }
}

/// Accepts known tokens and refuses all others, as Notion does.
#[derive(Default)]
pub(crate) struct FakeNotion {
    pub(crate) calls: Calls,
    known: Mutex<HashMap<String, Identity>>,
    /// Queued answers by token, which override the known identity.
    whoami: Mutex<HashMap<String, VecDeque<Turn<Identity>>>>,
    pub(crate) users: Script<Answer<UserList>>,
    pub(crate) user: Script<Answer<bool>>,
    pub(crate) search: Script<Answer<Reach>>,
    pub(crate) reach_host: Script<Reachable>,
}

impl FakeNotion {
    pub(crate) fn knows(&self, token: &str, identity: Identity) {
        self.known.lock().unwrap().insert(token.into(), identity);
    }

    /// Queues an answer for `token`, whether it is known or not.
    pub(crate) fn answers(&self, token: &str, turn: Turn<Identity>) {
        self.whoami.lock().unwrap().entry(token.into()).or_default().push_back(turn);
    }
}

impl NotionApi for FakeNotion {
    fn whoami(&self, token: Secret) -> Job<Identity> {
        self.calls.note("whoami");
        let queued = self.whoami.lock().unwrap().get_mut(token.expose()).and_then(VecDeque::pop_front);
        let known = self.known.lock().unwrap().get(token.expose()).cloned();
        queued.unwrap_or_else(|| Turn::Now(known.ok_or_else(|| Problem::new(ProblemCode::Unauthorized)))).play()
    }

    fn users(&self, _: Secret) -> Job<Answer<UserList>> {
        self.calls.note("users");
        self.users.play(|| Ok(Answer::Refused { status: 403, code: "restricted_resource".into() }))
    }

    fn user(&self, _: Secret, id: String) -> Job<Answer<bool>> {
        self.calls.note(format!("user {id}"));
        self.user.play(|| Ok(Answer::Given(true)))
    }

    fn search(&self, _: Secret) -> Job<Answer<Reach>> {
        self.calls.note("search");
        self.search.play(|| Ok(Answer::Given(Reach { pages: 3, data_sources: 1, more: false })))
    }

    fn reach_host(&self) -> Job<Reachable> {
        self.calls.note("reach_host");
        self.reach_host.play(|| Ok(Reachable { latency_ms: 84, clock_skew_s: Some(0), proxy: None }))
    }
}

/// An index and its secrets in memory.
#[derive(Default)]
pub(crate) struct FakeStore {
    pub(crate) calls: Calls,
    held: Arc<Mutex<Held>>,
    pub(crate) probe_keychain: Script<KeychainState>,
    pub(crate) ledger: Script<Ledger>,
    pub(crate) keep: Script<Receipt>,
    pub(crate) remember: Script<()>,
    pub(crate) check_room: Script<()>,
    pub(crate) begin_renewal: Script<()>,
    pub(crate) renew: Script<Option<Problem>>,
    pub(crate) load: Script<Secrets>,
    pub(crate) forget: Script<()>,
    pub(crate) activate: Script<()>,
    pub(crate) remains: Script<Remains>,
    pub(crate) remove: Script<Removed>,
    pub(crate) look: Script<StorageState>,
}

#[derive(Default)]
struct Held {
    ledger: Ledger,
    secrets: HashMap<Account, Secrets>,
}

impl FakeStore {
    /// Adds a credential as an earlier sign-in would have, and makes it active.
    pub(crate) fn holds(&self, record: CredentialRecord, secret: &str) {
        self.holds_all(record, Secrets::of_token(Secret::new(secret)));
    }

    /// Adds the credential of an OAuth connection with all its secrets, and makes it active.
    pub(crate) fn holds_all(&self, record: CredentialRecord, secrets: Secrets) {
        self.held.lock().unwrap().keep(record, secrets);
    }

    /// Adds the record of a login that `ntn` stores, and makes it active.
    pub(crate) fn notes(&self, record: CredentialRecord) {
        self.held.lock().unwrap().note(record);
    }

    /// Makes no credential active.
    pub(crate) fn marks_none(&self) {
        self.held.lock().unwrap().ledger.active = None;
    }

    pub(crate) fn now(&self) -> Ledger {
        self.held.lock().unwrap().ledger.clone()
    }

    pub(crate) fn secret(&self, account: &Account) -> Option<Secret> {
        self.secrets(account).map(|secrets| secrets.token)
    }

    pub(crate) fn secrets(&self, account: &Account) -> Option<Secrets> {
        self.held.lock().unwrap().secrets.get(account).cloned()
    }
}

impl Held {
    fn keep(&mut self, record: CredentialRecord, secrets: Secrets) {
        let account = record.account.clone();
        self.note(record);
        self.secrets.insert(account, secrets);
    }

    fn note(&mut self, record: CredentialRecord) {
        self.forget(&record.account);
        self.ledger.active = Some(record.account.clone());
        self.ledger.credentials.push(record);
    }

    fn forget(&mut self, account: &Account) {
        self.secrets.remove(account);
        self.ledger.credentials.retain(|record| record.account != *account);
        self.ledger.active.take_if(|active| active == account);
    }
}

impl CredentialStore for FakeStore {
    fn probe_keychain(&self) -> Job<KeychainState> {
        self.calls.note("probe_keychain");
        self.probe_keychain.play(|| Ok(KeychainState::Answers { name: "Fake keychain".into() }))
    }

    fn ledger(&self) -> Job<Ledger> {
        self.calls.note("ledger");
        self.ledger.play(|| Ok(self.now()))
    }

    fn keep(&self, record: CredentialRecord, secrets: Secrets) -> Job<Receipt> {
        self.calls.note(format!("keep {} in {}", record.account.as_text(), record.store.name()));
        self.keep.play(|| {
            let place = format!("the fake {}, account {}", record.store.name(), record.account.as_text());
            let store = record.store;
            self.held.lock().unwrap().keep(record, secrets);
            Ok(Receipt { store, place, note: None })
        })
    }

    fn note(&self, record: CredentialRecord) -> Job<Receipt> {
        self.calls.note(format!("note {}", record.account.as_text()));
        self.keep.play(|| {
            let store = record.store;
            self.held.lock().unwrap().note(record);
            Ok(Receipt { store, place: "managed by ntn".into(), note: None })
        })
    }

    fn remember(&self, told: Told) -> Job<()> {
        self.calls.note("remember");
        self.remember.play(|| {
            self.held.lock().unwrap().ledger.told.take_in(told);
            Ok(())
        })
    }

    fn check_room(&self, store: StoreKind) -> Job<()> {
        self.calls.note(format!("check_room {}", store.name()));
        self.check_room.play(|| Ok(()))
    }

    fn begin_renewal(&self, lock: AccountLock) -> Job<()> {
        self.calls.note(format!("begin_renewal {}", lock.account().as_text()));
        self.begin_renewal.play(|| Ok(()))
    }

    fn cancel_renewal(&self, lock: AccountLock) -> Job<()> {
        self.calls.note(format!("cancel_renewal {}", lock.account().as_text()));
        Box::pin(std::future::ready(Ok(())))
    }

    fn renew(&self, lock: AccountLock, secrets: Secrets) -> Job<Option<Problem>> {
        let account = lock.account().clone();
        self.calls.note(format!("renew {}", account.as_text()));
        self.renew.play(|| {
            self.held.lock().unwrap().secrets.insert(account, secrets);
            Ok(None)
        })
    }

    fn lock_account(&self, account: Account) -> Job<AccountLock> {
        self.calls.note(format!("lock_account {}", account.as_text()));
        Box::pin(std::future::ready(Ok(AccountLock::new(&account, ()))))
    }

    fn load(&self, account: Account) -> Job<Secrets> {
        self.calls.note(format!("load {}", account.as_text()));
        self.load.play(|| self.secrets(&account).ok_or_else(|| Problem::new(ProblemCode::SecretGone).seen(account.as_text())))
    }

    fn forget(&self, lock: AccountLock) -> Job<()> {
        let account = lock.account().clone();
        self.calls.note(format!("forget {}", account.as_text()));
        self.forget.play(|| {
            self.held.lock().unwrap().forget(&account);
            Ok(())
        })
    }

    fn activate(&self, account: Account) -> Job<()> {
        self.calls.note(format!("activate {}", account.as_text()));
        self.activate.play(|| {
            self.held.lock().unwrap().ledger.active = Some(account);
            Ok(())
        })
    }

    fn identify(&self, account: Account, actor: String) -> Job<Account> {
        self.calls.note(format!("identify {} {actor}", account.as_text()));
        let named = account.with_actor(Some(&actor));
        let mut held = self.held.lock().unwrap();
        if let Some(secrets) = held.secrets.remove(&account) {
            held.secrets.insert(named.clone(), secrets);
        }
        if let Some(record) = held.ledger.credentials.iter_mut().find(|record| record.account == account) {
            record.account = named.clone();
        }
        if held.ledger.active.as_ref() == Some(&account) {
            held.ledger.active = Some(named.clone());
        }
        Box::pin(std::future::ready(Ok(named)))
    }

    fn remains(&self) -> Job<Remains> {
        self.calls.note("remains");
        self.remains.play(|| Ok(Remains { records: self.now().credentials, ..Remains::default() }))
    }

    fn remove(&self, remains: Remains) -> Job<Removed> {
        self.calls.note("remove");
        self.remove.play(|| Ok(Removed { removed: remains.removable, troubles: remains.troubles }))
    }

    fn look(&self) -> Job<StorageState> {
        self.calls.note("look");
        self.look.play(|| {
            let folder = "/home/fake/.config/notion-auth".into();
            let access = Some(Access::Mode(0o700));
            let file = |name| StoredFile { name, access: Some(Access::Mode(0o600)), read: Ok(()) };
            let files = vec![file("credentials.json"), StoredFile { access: None, ..file("secrets.json") }];
            Ok(StorageState { folder, access, files, set_aside: Vec::new(), unfinished: Vec::new(), obstacle: None })
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
    variable: Mutex<Option<Secret>>,
    workspace_variable: Mutex<Option<String>>,
    ntn_secrets: Mutex<HashMap<String, Secret>>,
    found: Mutex<Vec<Existing>>,
    pub(crate) browser: Script<BrowserState>,
    pub(crate) ntn: Script<NtnState>,
    pub(crate) surroundings: Script<Surroundings>,
    pub(crate) existing: Script<(Vec<Existing>, Option<Problem>)>,
    pub(crate) environment_secret: Script<Secret>,
    pub(crate) ntn_secret: Script<Secret>,
}

impl FakeMachine {
    /// Sets `NOTION_API_TOKEN`.
    pub(crate) fn has_variable(&self, token: &str) {
        *self.variable.lock().unwrap() = Some(Secret::new(token));
        let source = ExistingSource::Environment;
        self.finds(Existing { source, place: "NOTION_API_TOKEN".into(), workspace: None, unusable: None });
    }

    /// Sets `NOTION_WORKSPACE_ID`. If both are set, `NOTION_API_TOKEN` must be set first.
    pub(crate) fn has_workspace_variable(&self, id: &str) {
        *self.workspace_variable.lock().unwrap() = Some(id.into());
        for found in self.found.lock().unwrap().iter_mut().filter(|found| found.source == ExistingSource::Environment) {
            found.workspace = Some(Workspace { id: id.into(), name: None });
        }
    }

    /// Adds a login of `ntn`; without a token, only `ntn` can read it.
    pub(crate) fn has_ntn_login(&self, workspace: Workspace, token: Option<&str>) {
        let source = ExistingSource::Ntn { workspace: workspace.id.clone() };
        if let Some(token) = token {
            self.ntn_secrets.lock().unwrap().insert(workspace.id.clone(), Secret::new(token));
        }
        self.finds(Existing {
            source,
            place: "ntn's auth.json".into(),
            workspace: Some(workspace),
            unusable: token.is_none().then_some(Unusable::KeptByNtn),
        });
    }

    pub(crate) fn finds(&self, existing: Existing) {
        self.found.lock().unwrap().push(existing);
    }
}

impl Machine for FakeMachine {
    fn browser(&self) -> Job<BrowserState> {
        self.calls.note("browser");
        self.browser.play(|| Ok(BrowserState::Ready { name: None }))
    }

    fn ntn(&self) -> Job<NtnState> {
        self.calls.note("ntn");
        self.ntn.play(|| Ok(ntn_040()))
    }

    fn port(&self, redirect: Redirect) -> Job<PortState> {
        self.calls.note(format!("port {}", redirect.port));
        Box::pin(std::future::ready(Ok(PortState::Free(redirect.port))))
    }

    fn surroundings(&self) -> Job<Surroundings> {
        self.calls.note("surroundings");
        self.surroundings.play(|| Ok(surroundings()))
    }

    fn existing(&self) -> Job<(Vec<Existing>, Option<Problem>)> {
        self.calls.note("existing");
        self.existing.play(|| Ok((self.found.lock().unwrap().clone(), None)))
    }

    fn environment_secret(&self) -> Job<Secret> {
        self.calls.note("environment_secret");
        let variable = self.variable.lock().unwrap().clone();
        self.environment_secret.play(|| variable.ok_or_else(|| Problem::new(ProblemCode::TokenMissing)))
    }

    fn workspace_variable(&self) -> Option<String> {
        self.workspace_variable.lock().unwrap().clone()
    }

    fn ntn_secret(&self, workspace: String) -> Job<Secret> {
        self.calls.note(format!("ntn_secret {workspace}"));
        let secret = self.ntn_secrets.lock().unwrap().get(&workspace).cloned();
        self.ntn_secret.play(|| secret.ok_or_else(|| Problem::new(ProblemCode::SecretGone)))
    }
}

/// Returns a terminal of 120 × 40 without relevant variables.
pub(crate) fn surroundings() -> Surroundings {
    let terminal = Terminal { kind: TerminalKind::Full, size: Some((120, 40)), no_color: false, ascii: false, inside: None };
    Surroundings {
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
    pub(crate) open: Script<()>,
}

impl Browser for FakeBrowser {
    fn open(&self, link: Link) -> Job<()> {
        self.calls.note(link.as_str());
        self.open.play(|| Ok(()))
    }
}

/// Copies nothing, as without a desktop, by default.
#[derive(Default)]
pub(crate) struct FakeClipboard {
    pub(crate) calls: Calls,
    pub(crate) copy: Script<Option<String>>,
}

impl Clipboard for FakeClipboard {
    fn copy(&self, text: String) -> Job<Option<String>> {
        self.calls.note(text);
        self.copy.play(|| Ok(None))
    }
}

/// Logs in at once with [`ntn_login`] by default.
#[derive(Default)]
pub(crate) struct FakeNtn {
    pub(crate) calls: Calls,
    pub(crate) login: Script<Option<NtnLogin>>,
    pub(crate) installers: Script<Vec<InstallerState>>,
    pub(crate) install: Script<()>,
}

/// Returns the state of `ntn` 0.4.0, which stores tokens in the kernel's keyring.
pub(crate) fn ntn_040() -> NtnState {
    NtnState::Found {
        path: "/usr/bin/ntn".into(),
        version: "0.4.0".into(),
        generation: Generation::Terminal,
        storage: NtnStorage::KernelKeyring,
    }
}

/// Returns the state of `ntn` 0.4.0 if the kernel refuses access to its keyring.
pub(crate) fn ntn_in_a_container() -> NtnState {
    NtnState::Found {
        path: "/usr/bin/ntn".into(),
        version: "0.4.0".into(),
        generation: Generation::Terminal,
        storage: NtnStorage::KernelKeyringRefused { evidence: "Operation not permitted".into() },
    }
}

/// Returns the link and code that `ntn` shows.
pub(crate) fn invitation() -> Invitation {
    let link = Link::checked("https://www.notion.so/workers/cli-login?verificationCode=VAF-HWY").unwrap();
    Invitation { link, code: Some("VAF-HWY".into()), ends_at: Some(jiff::civil::time(14, 32, 0, 0)) }
}

/// Returns the result of a login with `ntn`.
pub(crate) fn ntn_login() -> NtnLogin {
    NtnLogin {
        workspace: Workspace { id: "11111111-1111-1111-1111-111111111111".into(), name: Some("Space One".into()) },
        user: None,
        version: "0.4.0".into(),
        place: "the kernel's keyring".into(),
        needs_variable: false,
    }
}

impl Ntn for FakeNtn {
    fn login(&self, request: LoginRequest, invite: Tell<Invitation>) -> Job<Option<NtnLogin>> {
        self.calls.note(format!("login {request:?}"));
        invite(invitation());
        self.login.play(|| Ok(Some(ntn_login())))
    }

    fn installers(&self) -> Job<Vec<InstallerState>> {
        self.calls.note("installers");
        self.installers.play(|| Ok(vec![InstallerState { installer: Installer::Npm, unusable: None }]))
    }

    fn install(&self, installer: Installer, tell: Tell<String>) -> Job<()> {
        self.calls.note(format!("install {installer:?}"));
        tell("added 1 package".into());
        self.install.play(|| Ok(()))
    }
}

/// All fakes, for a test to prepare and to inspect.
#[derive(Default)]
pub(crate) struct FakeWorld {
    pub(crate) notion: Arc<FakeNotion>,
    pub(crate) store: Arc<FakeStore>,
    pub(crate) machine: Arc<FakeMachine>,
    pub(crate) browser: Arc<FakeBrowser>,
    pub(crate) clipboard: Arc<FakeClipboard>,
    pub(crate) ntn: Arc<FakeNtn>,
    pub(crate) oauth: Arc<FakeOauth>,
    pub(crate) loopback: Arc<FakeLoopback>,
    pub(crate) workers: Arc<FakeWorkers>,
    pub(crate) managers: Arc<FakeManagers>,
}

impl FakeWorld {
    /// Creates a world in which Notion accepts [`MEMBER`] and [`CONNECTION`], and the machine has no credentials.
    pub(crate) fn new() -> Self {
        let world = Self::default();
        world.notion.knows(MEMBER, member());
        world.notion.knows(CONNECTION, connection());
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
            loopback: self.loopback.clone(),
            workers: self.workers.clone(),
            managers: self.managers.clone(),
        }
    }

    fn unasked(&self) -> usize {
        let FakeNotion { whoami, users, user, search, reach_host, .. } = &*self.notion;
        let notion = whoami.lock().unwrap().values().map(VecDeque::len).sum::<usize>()
            + users.left()
            + user.left()
            + search.left()
            + reach_host.left();
        let FakeStore {
            probe_keychain,
            ledger,
            keep,
            remember,
            begin_renewal,
            renew,
            load,
            forget,
            activate,
            remains,
            remove,
            look,
            ..
        } = &*self.store;
        let store = probe_keychain.left()
            + ledger.left()
            + keep.left()
            + remember.left()
            + begin_renewal.left()
            + renew.left()
            + load.left()
            + forget.left()
            + look.left();
        let store = store + activate.left() + remains.left() + remove.left();
        let FakeMachine { browser, ntn, surroundings, existing, environment_secret, ntn_secret, .. } = &*self.machine;
        let machine =
            browser.left() + ntn.left() + surroundings.left() + existing.left() + environment_secret.left() + ntn_secret.left();
        let FakeNtn { login, installers, install, .. } = &*self.ntn;
        let ntn = login.left() + installers.left() + install.left();
        let connections = self.oauth.left() + self.loopback.wait.left() + self.workers.left() + self.managers.left();
        notion + store + machine + ntn + connections + self.browser.open.left() + self.clipboard.copy.left()
    }
}

impl Drop for FakeWorld {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.unasked(), 0, "answers were prepared that nobody asked for");
        }
    }
}

pub(crate) fn workspace(id: &str, name: &str) -> Workspace {
    Workspace { id: id.into(), name: Some(name.into()) }
}

/// Returns the identity of a person's token.
pub(crate) fn member() -> Identity {
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
pub(crate) fn connection() -> Identity {
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
pub(crate) fn record(workspace: Workspace) -> CredentialRecord {
    CredentialRecord {
        account: Account { workspace: workspace.id.clone(), name: "token".into() },
        workspace,
        user: Some("Ada Fake".into()),
        kind: TokenKind::User,
        path: PathId::Token,
        store: StoreKind::Keychain,
        expires_on: None,
        kept_on: jiff::civil::date(2026, 11, 1),
        connection: None,
    }
}

/// Returns the record of a login to `workspace` that `ntn` stores.
pub(crate) fn noted(workspace: Workspace) -> CredentialRecord {
    let account = Account { workspace: workspace.id.clone(), name: "cli".into() };
    CredentialRecord { account, path: PathId::Cli, store: StoreKind::Ntn, ..record(workspace) }
}
