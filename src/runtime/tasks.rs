//! Runs each task on the ports.

use super::accounts::{self, Stop};
use super::oauth;
use super::ports::{Tell, World};
use crate::domain::catalog::PathId;
use crate::domain::check::Answer;
use crate::domain::credential::{
    Account, Candidate, CredentialRecord, Existing, ExistingSource, Ledger, StoreKind, Unusable, Verified,
};
use crate::domain::login::{Invitation, LoggedIn, LoginRequest};
use crate::domain::machine::KeychainState;
use crate::domain::oauth::Connection;
use crate::domain::problem::{Problem, ProblemCode, ProblemKind};
use crate::domain::secret::Secret;
use crate::wizard::msg::{AlreadyHere, Keep, Msg, Probe, Progress, Reply, Task, TaskId};
use tokio::sync::mpsc::UnboundedSender;

pub(super) async fn perform(world: World, id: TaskId, task: Task, stopped: Stop, outbox: UnboundedSender<Msg>) -> Reply {
    match task {
        Task::Probe(probe) => look(&world, probe).await.unwrap_or_else(|problem| super::failed(&Task::Probe(probe), problem)),
        Task::Open(link) => Reply::Opened(world.browser.open(link).await),
        // Any failure is ignored, because the text was sent to the terminal too.
        Task::Copy(text) => Reply::Copied(world.clipboard.copy(text).await.unwrap_or_default()),
        Task::Verify(candidate) => Reply::Verified(Box::new(verify(&world, candidate).await)),
        Task::Inspect(verified) => {
            inspect(&world, &verified, |progress| {
                let _ = outbox.send(Msg::Progress(id, progress));
            })
            .await;
            Reply::Inspected
        }
        Task::Keep(keep) => {
            let Keep { verified, record } = *keep;
            // Lingering connections of the listener would take descriptors from the store.
            let _ = world.loopback.close().await;
            Reply::Kept(world.store.keep(record, verified.secrets()).await)
        }
        Task::CheckRoom(store) => Reply::RoomChecked(world.store.check_room(store).await),
        Task::Note(record) => Reply::Kept(world.store.note(*record).await),
        Task::Switch(account) => Reply::Switched(accounts::switch(&account, &world).await),
        Task::Identify(account, actor) => Reply::Identified(world.store.identify(account, actor).await),
        Task::Refresh(record) => Reply::Refreshed(oauth::refresh(&world, &record).await),
        Task::LogOut(record) => Reply::LoggedOut(Box::new(accounts::log_out(&record, false, &world, &stopped).await)),
        Task::Remember(told) => Reply::Remembered(world.store.remember(*told).await),
        Task::ProbeClient(client, redirect) => Reply::ClientProbed(world.oauth.probe(client, redirect).await),
        Task::Authorize(request) => {
            let tell = move |progress| {
                let _ = outbox.send(Msg::Progress(id, progress));
            };
            Reply::Answered(oauth::authorize(&world, &request, tell).await)
        }
        Task::Exchange(exchange) => Reply::Exchanged(Box::new(oauth::exchange(&world, *exchange).await)),
        Task::LookAtProject(key) => Reply::Project(Box::new(world.workers.look(key).await)),
        Task::RunStep(step) => {
            let tell = move |line| {
                let _ = outbox.send(Msg::Progress(id, Progress::Line(line)));
            };
            Reply::StepRan(world.workers.run(*step, Box::new(tell)).await)
        }
        Task::Login(request) => {
            let invite = move |invitation| {
                let _ = outbox.send(Msg::Progress(id, Progress::Invited(invitation)));
            };
            Reply::LoggedIn(Box::new(login(&world, request, Box::new(invite)).await))
        }
        Task::FindInstallers => Reply::Installers(world.ntn.installers().await),
        Task::Install(installer) => {
            let tell = move |line| {
                let _ = outbox.send(Msg::Progress(id, Progress::Line(line)));
            };
            Reply::Installed(world.ntn.install(installer, Box::new(tell)).await)
        }
        Task::FindManagers => Reply::Managers(world.managers.look().await),
        Task::HandTo(handing, verified) => {
            let tell = move |line| {
                let _ = outbox.send(Msg::Progress(id, Progress::Line(line)));
            };
            Reply::Handed(world.managers.hand(*verified, *handing, Box::new(tell)).await)
        }
    }
}

async fn look(world: &World, probe: Probe) -> Result<Reply, Problem> {
    Ok(match probe {
        Probe::Keychain => Reply::Keychain(world.store.probe_keychain().await.unwrap_or_else(|problem| {
            let evidence = problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned());
            KeychainState::Absent { evidence }
        })),
        Probe::Browser => Reply::Browser(world.machine.browser().await?),
        Probe::Ntn => Reply::Ntn(world.machine.ntn().await?),
        Probe::Port(redirect) => Reply::Port(world.machine.port(redirect).await?),
        Probe::Network => Reply::Network(world.notion.reach_host().await),
        Probe::Surroundings => Reply::Surroundings(Box::new(world.machine.surroundings().await)),
        Probe::Storage => Reply::Storage(Box::new(world.store.look().await)),
        Probe::Existing => Reply::Existing(Box::new(already_here(world).await)),
    })
}

/// Finds the credentials of the environment, ours and `ntn`'s. A problem with one source never hides the others.
async fn already_here(world: &World) -> AlreadyHere {
    let (machine, ledger) = tokio::join!(world.machine.existing(), accounts::ledger(world));
    let (found, machine_trouble) = machine.unwrap_or_else(|problem| (Vec::new(), Some(problem)));
    let (ledger, ledger_trouble) = match ledger {
        Ok(ledger) => (ledger, None),
        Err(problem) => (Ledger::default(), Some(problem)),
    };
    let active = ledger.active_record().map(|record| record.account.clone());
    let mut ours: Vec<&CredentialRecord> = ledger.credentials.iter().collect();
    ours.sort_by_key(|record| Some(&record.account) != active.as_ref());
    // The environment comes first, because other tools use it first; then ours, then ntn's.
    let (mut existing, mut of_ntn): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|found| found.source == ExistingSource::Environment);
    for record in ours {
        // The record of an ntn login and the login itself are one credential; ntn's own files say where it is.
        let login = of_ntn.iter().position(|found| record.stands_for(&found.source));
        existing.push(login.map_or_else(|| kept(record), |at| noted(of_ntn.remove(at), record)));
    }
    existing.extend(of_ntn);
    AlreadyHere { existing, ledger, trouble: Problem::joined(ledger_trouble, machine_trouble) }
}

/// Adds the workspace's name from the record, because `auth.json` holds no names.
fn noted(mut login: Existing, record: &CredentialRecord) -> Existing {
    if let Some(workspace) = &mut login.workspace {
        workspace.name = record.workspace.name.clone().or_else(|| workspace.name.take());
    }
    login
}

fn kept(record: &CredentialRecord) -> Existing {
    Existing {
        source: ExistingSource::Ours(record.account.clone()),
        place: record.store.name().to_owned(),
        workspace: Some(record.workspace.clone()),
        unusable: (record.store == StoreKind::Ntn).then_some(Unusable::Gone),
    }
}

/// Asks Notion who a credential belongs to, which has to precede any use of it.
pub async fn verify(world: &World, candidate: Candidate) -> Result<Verified, Problem> {
    let (secret, path, found_in, connection) = match candidate {
        Candidate::Pasted { secret, path } => (secret, path, None, None),
        Candidate::Granted { token, connection } => (token, PathId::Oauth, None, Some(connection)),
        Candidate::Existing(source) => {
            let (secret, path, connection) = existing_secret(world, &source).await?;
            (secret, path, Some(source), connection)
        }
    };
    let identity = world.notion.whoami(secret.clone()).await?;
    Ok(Verified::by_notion(secret, identity, path, found_in).through(connection))
}

type Found = (Secret, PathId, Option<Box<Connection>>);

async fn existing_secret(world: &World, source: &ExistingSource) -> Result<Found, Problem> {
    Ok(match source {
        ExistingSource::Environment => (world.machine.environment_secret().await?, PathId::Cli, None),
        ExistingSource::Ntn { workspace } => (world.machine.ntn_secret(workspace.clone()).await?, PathId::Cli, None),
        ExistingSource::Ours(account) => {
            let secrets = world.store.load(account.clone()).await?;
            let connection = oauth::connection(world, account, &secrets).await;
            (secrets.token, path_of(account), connection.map(Box::new))
        }
    })
}

fn path_of(account: &Account) -> PathId {
    PathId::ALL.into_iter().find(|path| path.as_str() == account.path()).unwrap_or(PathId::Token)
}

/// Logs in through `ntn`, then verifies the token if it can be read back. If it cannot, or Notion cannot be reached, the login
/// still counts, and only what `ntn` reports is known about it.
async fn login(world: &World, request: LoginRequest, invite: Tell<Invitation>) -> Result<LoggedIn, Problem> {
    // ntn keeps the login, and the record of it is ours.
    world.store.check_room(StoreKind::Ntn).await?;
    let Some(login) = world.ntn.login(request, invite).await? else { return Ok(LoggedIn::Begun) };
    let why = |problem: Problem| problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned());
    let workspace = login.workspace.id.clone();
    let secret = match world.machine.ntn_secret(workspace.clone()).await {
        Ok(secret) => secret,
        Err(problem) => return Ok(LoggedIn::Reported(login, why(problem))),
    };
    Ok(match world.notion.whoami(secret.clone()).await {
        Ok(identity) => {
            let found_in = Some(ExistingSource::Ntn { workspace });
            LoggedIn::Verified(Box::new(Verified::by_notion(secret, identity, PathId::Cli, found_in)), login)
        }
        // Notion refused the token: whatever ntn reports, this login is dead.
        Err(problem) if problem.kind() == ProblemKind::Refused => {
            let seen = format!("ntn has a token, and Notion refuses it: {}", why(problem));
            return Err(Problem::new(ProblemCode::LoginRefused).seen(seen));
        }
        Err(problem) => {
            let headline = problem.headline().trim_end_matches('.').to_owned();
            LoggedIn::Reported(login, format!("{headline} ({})", why(problem)))
        }
    })
}

/// Sends the requests in parallel and reports each response as it comes; only the last request depends on another's response.
async fn inspect(world: &World, verified: &Verified, tell: impl Fn(Progress)) {
    let token = || verified.secret().clone();
    let search = async {
        tell(Progress::Search(world.notion.search(token()).await));
    };
    let people = async {
        let users = world.notion.users(token()).await;
        let unlisted = match (&users, verified.identity.person()) {
            (Ok(Answer::Given(list)), Some(person)) if list.complete && !list.people.contains(&person.id) => {
                Some(person.id.clone())
            }
            _ => None,
        };
        tell(Progress::Users(users));
        // A person who is found by id but missing from the complete list is a guest: the list leaves guests out
        // (https://developers.notion.com/reference/get-users).
        if let Some(id) = unlisted {
            tell(Progress::OwnerFound(world.notion.user(token(), id).await));
        }
    };
    let introspected = async {
        if let Some(connection) = &verified.connection {
            tell(Progress::Introspected(world.oauth.introspect(connection.client.clone(), token()).await));
        }
    };
    tokio::join!(search, people, introspected);
}
