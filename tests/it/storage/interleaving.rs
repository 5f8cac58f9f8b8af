//! Operations beside each other, in every order of their steps: each order ends as if they had come one after another.
//!
//! The commands themselves run, on the real store with its files and a keychain in memory, against a Notion whose refresh
//! tokens work once. `INTERLEAVING_PREEMPTIONS` looks further than the usual test has time for (`docs/testing.md`).

mod three_commands;
mod two_commands;

use super::connection::connection;
use super::{OTHER, TOKEN, account, record, secrets};
use crate::support::connection_fakes::client;
use crate::support::fakes::FakeWorld;
use crate::support::scheduler::{ScheduledOperation, ScheduledRun, explore};
use crate::support::scratch::scratch_folder;
#[cfg(unix)]
use crate::support::unlocked::Unlocked;
use notion_auth::adapters::demo::keychain::DemoKeychain;
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::adapters::storage::folders::Folders;
use notion_auth::adapters::storage::private_folder;
use notion_auth::adapters::storage::secret_store::SecretStore;
use notion_auth::adapters::storage::storage_step::{StorageStep, announce};
use notion_auth::adapters::storage::time_limited_store::KeychainLimits;
use notion_auth::domain::credentials::{Account, CredentialRecord, Deletion, SecretCopy, Secrets, StoreKind};
use notion_auth::domain::oauth::{
    AuthorizationAttempt, AuthorizationRequest, CodeExchange, Introspection, OauthClient, RedirectUri, TokenGrant,
};
use notion_auth::domain::prerequisites::MemberProfile;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::{Job, NotionOauth, World};
use notion_auth::runtime::{accounts, oauth};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};
use tempfile::TempDir;

/// The operations of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    /// Keeps a token of workspace `w`.
    Login(&'static str),
    /// Keeps a token of workspace `v`, in the same files.
    LoginElsewhere,
    /// Authorizes the own connection of `w` once more.
    Authorize,
    Switch,
    Note,
    Remember,
    /// Replaces the token of `w` by one of another account.
    Rotate,
    /// Remembers that the token of `w` was sent to a secret manager.
    RememberCopy,
    Logout,
    LogoutConnection,
    Refresh,
    Reset,
}

/// The result of an operation: `None` is success.
pub(super) type ActOutcome = Option<ProblemCode>;
/// The final content of every account, and the active one.
pub(super) type Held = (Vec<String>, Option<String>);

/// A Notion whose refresh tokens work once.
#[derive(Default)]
pub(super) struct OneTimeNotion {
    alive: Mutex<BTreeSet<String>>,
    pub(super) made: Mutex<usize>,
}

impl OneTimeNotion {
    fn make(&self) -> TokenGrant {
        let mut made = self.made.lock().unwrap();
        *made += 1;
        let (access, refresh) = (format!("ntn_fake_pair_{made:04}"), format!("nrt_fake_pair_{made:04}"));
        self.alive.lock().unwrap().extend([access.clone(), refresh.clone()]);
        TokenGrant { access: Secret::new(access), refresh: Some(Secret::new(refresh)), renew_at: None }
    }

    fn spend(&self, refresh: &Secret) -> Result<TokenGrant, Problem> {
        if !self.alive.lock().unwrap().remove(refresh.expose()) {
            return Err(Problem::new(ProblemCode::RefreshRefused));
        }
        self.alive.lock().unwrap().remove(&refresh.expose().replace("nrt_", "ntn_"));
        Ok(self.make())
    }

    fn copy(&self) -> Self {
        let (alive, made) = (self.alive.lock().unwrap().clone(), *self.made.lock().unwrap());
        Self { alive: Mutex::new(alive), made: Mutex::new(made) }
    }

    fn is_alive(&self, secret: &Secret) -> bool {
        self.alive.lock().unwrap().contains(secret.expose())
    }
}

struct OneTimeOauth(Arc<OneTimeNotion>);

fn unasked<T>() -> Result<T, Problem> {
    Err(Problem::bug("not asked here"))
}

impl NotionOauth for OneTimeOauth {
    fn check_client(&self, _client: OauthClient, _redirect: RedirectUri) -> Job<()> {
        Box::pin(async { unasked() })
    }

    fn begin_authorization(&self, _request: &AuthorizationRequest) -> Result<AuthorizationAttempt, Problem> {
        unasked()
    }

    fn exchange_code(&self, _exchange: CodeExchange) -> Job<TokenGrant> {
        Box::pin(async { unasked() })
    }

    fn refresh(&self, _client: OauthClient, refresh: Secret) -> Job<TokenGrant> {
        let notion = Arc::clone(&self.0);
        Box::pin(async move {
            // Before it is asked, and before its answer is seen: steps like others, but they cannot fail here.
            let _ = announce(StorageStep::Keychain);
            let grant = notion.spend(&refresh);
            let _ = announce(StorageStep::Keychain);
            grant
        })
    }

    fn introspect(&self, _client: OauthClient, _token: Secret) -> Job<Introspection> {
        Box::pin(async { unasked() })
    }

    fn revoke(&self, _client: OauthClient, token: Secret) -> Job<()> {
        let notion = Arc::clone(&self.0);
        Box::pin(async move {
            let _ = announce(StorageStep::Keychain);
            notion.alive.lock().unwrap().remove(token.expose());
            Ok(())
        })
    }
}

/// The folder that a machine's own folder is in.
pub(super) enum Parent {
    Ours(TempDir),
    Shared(PathBuf),
}

impl Parent {
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Ours(folder) => folder.path(),
            Self::Shared(folder) => folder,
        }
    }
}

/// The ports that a command is given on a machine.
pub(super) type WorldOf = fn(&TestMachine) -> World;

/// A machine on which a credential is kept.
pub(super) struct TestMachine {
    pub(super) parent: Parent,
    pub(super) kind: StoreKind,
    pub(super) keychain: Arc<DemoKeychain>,
    pub(super) notion: Arc<OneTimeNotion>,
}

impl TestMachine {
    pub(super) fn new(kind: StoreKind) -> Self {
        Self { parent: Parent::Ours(scratch_folder()), kind, keychain: Arc::default(), notion: Arc::default() }
    }

    pub(super) fn prepared(kind: StoreKind, acts: &[Act]) -> Self {
        let machine = Self::new(kind);
        machine.prepare(acts);
        machine
    }

    /// The same folder for another process.
    pub(super) fn at(kind: StoreKind, parent: PathBuf) -> Self {
        Self { parent: Parent::Shared(parent), kind, keychain: Arc::default(), notion: Arc::default() }
    }

    pub(super) fn store(&self) -> LocalStore {
        let folders = Folders::under(self.parent.path().join("notion-auth"));
        LocalStore::with_keychain(&folders, self.keychain.clone(), KeychainLimits::default()).in_place()
    }

    pub(super) fn world(&self) -> World {
        // Its other ports are asked nothing, and to make them anew in thousands of orders would take longer than some orders.
        static UNUSED: LazyLock<World> = LazyLock::new(|| FakeWorld::new().world());
        World { store: Arc::new(self.store()), oauth: Arc::new(OneTimeOauth(self.notion.clone())), ..UNUSED.clone() }
    }

    pub(super) fn token(&self, workspace: &str) -> CredentialRecord {
        record(workspace, self.kind)
    }

    /// The record that a rotation puts in the place of that of `w`.
    pub(super) fn rotated(&self) -> CredentialRecord {
        CredentialRecord { account: account("w").with_actor(Some("bot-9")), ..self.token("w") }
    }

    pub(super) fn connection(&self) -> CredentialRecord {
        connection("w", self.kind)
    }

    fn granted(&self) -> Secrets {
        let grant = self.notion.make();
        Secrets { token: grant.access, refresh: grant.refresh, client_secret: Some(client().secret), ..Secrets::default() }
    }

    /// A machine on which the same is kept.
    fn copy(&self) -> Self {
        let copy = Self { notion: Arc::new(self.notion.copy()), ..Self::new(self.kind) };
        let [from, to] = [self, &copy].map(|machine| machine.parent.path().join("notion-auth"));
        private_folder::create(&to).unwrap();
        for entry in from.read_dir().unwrap() {
            let name = entry.unwrap().file_name();
            std::fs::copy(from.join(&name), to.join(&name)).unwrap();
        }
        for account in self.keychain.accounts().unwrap().unwrap() {
            let secret = self.keychain.read(&account).unwrap().unwrap();
            copy.keychain.write(&account, &secret).unwrap();
        }
        copy
    }

    /// What is there before the commands begin, by what they need.
    pub(super) fn prepare(&self, acts: &[Act]) {
        let store = self.store();
        store.save_blocking(self.token("x"), &secrets(TOKEN)).unwrap();
        if acts.iter().any(|act| matches!(act, Act::Authorize | Act::LogoutConnection | Act::Refresh)) {
            store.save_blocking(self.connection(), &self.granted()).unwrap();
        }
        if acts.iter().any(|act| matches!(act, Act::Logout | Act::Switch | Act::Rotate | Act::RememberCopy)) {
            store.save_blocking(self.token("w"), &secrets(TOKEN)).unwrap();
            store.activate_blocking(&account("x")).unwrap();
        }
    }

    pub(super) fn perform(&self, act: Act) -> ActOutcome {
        self.perform_in(act, &self.world())
    }

    fn perform_in(&self, act: Act, world: &World) -> ActOutcome {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(self.act(act, world)).err().map(|problem| problem.code)
    }

    async fn act(&self, act: Act, world: &World) -> Result<(), Problem> {
        match act {
            Act::Login(token) => world.store.save(self.token("w"), secrets(token)).await.map(drop),
            Act::LoginElsewhere => world.store.save(self.token("v"), secrets(TOKEN)).await.map(drop),
            Act::Authorize => world.store.save(self.connection(), self.granted()).await.map(drop),
            Act::Switch => accounts::switch(&account("w"), world).await,
            Act::Note => world.store.record_ntn_login(record("n", StoreKind::Ntn)).await.map(drop),
            Act::Remember => {
                world
                    .store
                    .remember_answers(notion_auth::domain::credentials::RememberedAnswers::from_profile(MemberProfile::default()))
                    .await
            }
            Act::Rotate => world.store.replace(account("w"), self.rotated(), secrets(OTHER)).await.map(drop),
            Act::RememberCopy => world.store.remember_copy(account("w"), copy()).await,
            Act::Logout => log_out(world, &self.token("w")).await,
            Act::LogoutConnection => log_out(world, &self.connection()).await,
            Act::Refresh => oauth::refresh(world, &self.connection()).await.map(drop),
            Act::Reset => {
                let remains = world.store.find_stored_data().await?;
                let removed = world.store.remove_stored_data(remains).await?;
                removed.problems.into_iter().next().map_or(Ok(()), Err)
            }
        }
    }

    /// Writes elsewhere until what was left behind is deleted, and returns what is held then. A child that another test starts can hold
    /// a copy of a lock until it runs its program, and nothing is deleted of an account whose lock is held: the next writer does it.
    #[track_caller]
    pub(super) fn held_once_swept(&self) -> Held {
        for _ in 0..1000 {
            assert_eq!(self.perform(Act::LoginElsewhere), None);
            if let Ok(held) = self.inspect() {
                return held;
            }
        }
        self.held()
    }

    #[track_caller]
    pub(super) fn held(&self) -> Held {
        self.inspect().unwrap_or_else(|fault| panic!("{fault}"))
    }

    /// Returns all that is held in the end, or what is torn, lost, or known to nobody.
    fn inspect(&self) -> Result<Held, String> {
        let store = self.store();
        let index = store.load_index_blocking().map_err(|problem| format!("the records cannot be read: {problem:?}"))?;
        let held: Result<Vec<String>, String> = index.credentials.iter().map(|record| self.holds(&store, record)).collect();
        let mut held = held?;
        held.sort();
        let known: BTreeSet<Account> = index.credentials.iter().flat_map(entries).collect();
        let found = self.entries_found();
        if !found.is_subset(&known) {
            return Err(format!("secrets without a record: {:?}", found.difference(&known)));
        }
        Ok((held, index.active.map(|account| account.key())))
    }

    fn holds(&self, store: &LocalStore, record: &CredentialRecord) -> Result<String, String> {
        let name = record.account.key();
        if record.store == StoreKind::Ntn {
            return Ok(name);
        }
        let secrets =
            store.load_blocking(&record.account).map_err(|problem| format!("{name} is recorded and gone: {problem:?}"))?;
        let copies: Vec<_> = record.sent_to.iter().map(|copy| if copy.is_outdated { " outdated" } else { " sent" }).collect();
        let Some(refresh) = secrets.refresh else { return Ok(format!("{name} {}{}", secrets.token.expose(), copies.concat())) };
        let is_alive = self.notion.is_alive(&secrets.token) && self.notion.is_alive(&refresh);
        if is_alive { Ok(format!("{name} alive")) } else { Err(format!("{name}: the pair is dead")) }
    }

    fn entries_found(&self) -> BTreeSet<Account> {
        let mut found: BTreeSet<Account> = self.keychain.accounts().unwrap().unwrap().into_iter().collect();
        let path = self.parent.path().join("notion-auth/secrets.json");
        if path.exists() {
            let document: serde_json::Value = serde_json::from_str(&super::read(&path)).unwrap();
            let names = document["secrets"].as_object().unwrap().keys();
            found.extend(
                names
                    .map(|name| name.rsplit_once('/').unwrap())
                    .map(|(workspace, name)| Account { workspace: workspace.into(), name: name.into() }),
            );
        }
        found
    }
}

fn copy() -> SecretCopy {
    let (manager, name, sent_on) = ("aws".into(), "notion/api-token".into(), jiff::civil::date(2026, 11, 22));
    SecretCopy { manager, name, options: BTreeMap::new(), sent_on, is_outdated: false }
}

fn entries(record: &CredentialRecord) -> Vec<Account> {
    let beside = ["refresh", "client-secret", "renewal"].map(|part| record.account.sibling(part));
    [vec![record.account.clone()], beside.to_vec()].concat()
}

async fn log_out(world: &World, record: &CredentialRecord) -> Result<(), Problem> {
    match accounts::log_out(record, false, world, &accounts::Stop::never()).await.deletion {
        Deletion::Done | Deletion::ByAnotherProcess => Ok(()),
        Deletion::Failed(problem) | Deletion::SecretOnly(problem) => Err(problem),
        Deletion::Postponed => Err(Problem::bug("withheld")),
    }
}

/// Every end that these commands could have one after another. A reset that finds something new has done nothing.
fn expected(prepared: &TestMachine, acts: &[Act]) -> BTreeSet<(Vec<ActOutcome>, Held)> {
    let numbers: Vec<usize> = (0..acts.len()).collect();
    let mut all = BTreeSet::new();
    for order in orders(&numbers) {
        for is_busy in if acts.contains(&Act::Reset) { &[false, true][..] } else { &[false] } {
            let machine = prepared.copy();
            let mut outcomes = vec![None; acts.len()];
            for number in &order {
                let gives_up = *is_busy && acts[*number] == Act::Reset;
                outcomes[*number] = if gives_up { Some(ProblemCode::StoreBusy) } else { machine.perform(acts[*number]) };
            }
            all.insert((outcomes, machine.held()));
        }
    }
    all
}

fn orders(numbers: &[usize]) -> Vec<Vec<usize>> {
    if numbers.is_empty() {
        return vec![Vec::new()];
    }
    let rest = |first: usize| numbers.iter().copied().filter(|number| *number != first).collect::<Vec<_>>();
    numbers.iter().flat_map(|first| orders(&rest(*first)).into_iter().map(|order| [vec![*first], order].concat())).collect()
}

/// Runs the commands beside each other in every order up to this many preemptions; answers how many orders were run, or the
/// first that ends as no order of whole commands does.
fn search_orders(kind: StoreKind, acts: &[Act], preemptions: usize, world_of: WorldOf) -> Result<usize, String> {
    let prepared = TestMachine::prepared(kind, acts);
    let expected = expected(&prepared, acts);
    let mut violation = None;
    let runs = explore(preemptions, |run: &ScheduledRun| {
        let (outcomes, held) = run_beside(run, &prepared, acts, world_of);
        let end = held.map(|held| (outcomes.clone(), held));
        if end.as_ref().is_ok_and(|end| expected.contains(end)) {
            return ControlFlow::Continue(());
        }
        violation = Some(format!("{acts:?} on {kind:?} in the order {:?}: {outcomes:?}, {end:?}", run.order()));
        ControlFlow::Break(())
    });
    violation.map_or(Ok(runs), |violation| Err(format!("{violation}\nexpected: {expected:#?}")))
}

/// One order on a machine of its own.
pub(super) fn run_beside(
    run: &ScheduledRun,
    prepared: &TestMachine,
    acts: &[Act],
    world_of: WorldOf,
) -> (Vec<ActOutcome>, Result<Held, String>) {
    let machine = Arc::new(prepared.copy());
    let outcomes = Arc::new(Mutex::new(vec![None; acts.len()]));
    let operation = |number: usize, act: Act| -> ScheduledOperation {
        let (machine, outcomes) = (Arc::clone(&machine), Arc::clone(&outcomes));
        Box::new(move || {
            let outcome = machine.perform_in(act, &world_of(&machine));
            outcomes.lock().unwrap()[number] = outcome;
        })
    };
    run.perform(acts.iter().enumerate().map(|(number, act)| operation(number, *act)).collect());
    let outcomes = outcomes.lock().unwrap().clone();
    (outcomes, machine.inspect())
}

#[expect(clippy::disallowed_methods, reason = "a longer search is asked for by a variable")]
fn preemptions(usual: usize) -> usize {
    std::env::var("INTERLEAVING_PREEMPTIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[expect(clippy::print_stderr, reason = "the figure of docs/testing.md")]
fn search(groups: &[&[Act]], usual: usize) {
    let mut orders = 0;
    for acts in groups {
        for kind in [StoreKind::File, StoreKind::Keychain] {
            orders +=
                search_orders(kind, acts, preemptions(usual), TestMachine::world).unwrap_or_else(|violation| panic!("{violation}"));
        }
    }
    eprintln!("{} groups of operations, {orders} orders", groups.len());
}

const FIRST: Act = Act::Login("ntn_fake_first_0000000000000000000000000000");
const SECOND: Act = Act::Login("ntn_fake_second_000000000000000000000000000");

/// Without the account's lock two refreshes spend the same token, and a logout takes a pair from under a refresh. With it, these pairs are
/// among those of `two_commands`. On Windows a file that
/// another command has open cannot be replaced: what the lock would have kept apart waits for each other in every order, for hours.
#[cfg(unix)]
#[test]
fn without_the_lock_of_an_account_an_order_is_found_that_loses_a_credential() {
    fn unlocked(machine: &TestMachine) -> World {
        World { store: Arc::new(Unlocked(machine.store())), ..machine.world() }
    }
    for kind in [StoreKind::File, StoreKind::Keychain] {
        for acts in [[Act::Refresh, Act::Refresh], [Act::Refresh, Act::LogoutConnection]] {
            let found = search_orders(kind, &acts, 1, unlocked);
            assert!(found.is_err(), "{acts:?} on {kind:?}: the fault goes unseen in {found:?} orders");
        }
    }
}
