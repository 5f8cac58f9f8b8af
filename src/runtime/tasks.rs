//! Runs each task on the ports.

use super::accounts::{self, Stop};
use super::oauth;
use super::ports::{ProgressCallback, World};
use crate::domain::catalog::AuthPath;
use crate::domain::check::CapabilityResponse;
use crate::domain::credential::{
    Account, Candidate, CredentialIndex, CredentialRecord, CredentialSource, DiscoveredCredential, StoreKind, Unusable,
    VerifiedCredential,
};
use crate::domain::login::{ApprovalRequest, LoginOutcome, LoginRequest};
use crate::domain::oauth::OauthConnection;
use crate::domain::problem::{Problem, ProblemCode, ProblemKind};
use crate::domain::secret::Secret;
use crate::wizard::msg::{ExistingCredentials, Msg, Probe, ProbeResult, Progress, Reply, SaveRequest, Task, TaskId, TaskOutcome};
use tokio::sync::mpsc::UnboundedSender;

pub(super) async fn perform(world: World, id: TaskId, task: Task, stopped: Stop, outbox: UnboundedSender<Msg>) -> Reply {
    let report = move |progress| {
        // The receiver is gone only when the program is ending.
        let _ = outbox.send(Msg::Progress(id, progress));
    };
    let report_line = {
        let report = report.clone();
        move |line| report(Progress::OutputLine(line))
    };
    let completed = |()| TaskOutcome::Completed;
    match task {
        Task::Probe(probe) => run_probe(&world, probe).await.map(TaskOutcome::Probed),
        Task::OpenLink(link) => world.browser.open(link).await.map(completed),
        Task::Copy(text) => world.clipboard.copy(text).await.map(TaskOutcome::Copied),
        Task::Verify(candidate) => verify(&world, candidate).await.map(|verified| TaskOutcome::Verified(Box::new(verified))),
        Task::Inspect(verified) => {
            inspect(&world, &verified, report).await;
            Ok(TaskOutcome::Completed)
        }
        Task::Save(request) => {
            let SaveRequest { verified, record } = *request;
            // Lingering connections of the listener would take descriptors from the store.
            let _ = world.loopback.close().await;
            world.store.save(record, verified.secrets()).await.map(TaskOutcome::Saved)
        }
        Task::CheckRoom(store) => world.store.check_room(store).await.map(completed),
        Task::RecordNtnLogin(record) => world.store.record_ntn_login(*record).await.map(TaskOutcome::Saved),
        Task::Switch(account) => accounts::switch(&account, &world).await.map(completed),
        Task::Identify(account, actor) => world.store.identify(account, actor).await.map(TaskOutcome::Identified),
        Task::Refresh(record) => oauth::refresh(&world, &record).await.map(TaskOutcome::Refreshed),
        Task::LogOut(record) => Ok(TaskOutcome::LoggedOut(Box::new(accounts::log_out(&record, false, &world, &stopped).await))),
        Task::RememberAnswers(answers) => world.store.remember_answers(*answers).await.map(completed),
        Task::ProbeClient(client, redirect) => world.oauth.check_client(client, redirect).await.map(completed),
        Task::Authorize(request) => oauth::authorize(&world, &request, report).await.map(TaskOutcome::CodeReceived),
        Task::Exchange(exchange) => {
            oauth::exchange(&world, *exchange).await.map(|candidate| TaskOutcome::Exchanged(Box::new(candidate)))
        }
        Task::InspectProject(key) => {
            world.workers.inspect_project(key).await.map(|project| TaskOutcome::Project(Box::new(project)))
        }
        Task::RunStep(step) => world.workers.run_step(*step, Box::new(report_line)).await.map(TaskOutcome::StepRan),
        Task::Login(request) => {
            let invite = move |invitation| report(Progress::LoginInvitation(invitation));
            login(&world, request, Box::new(invite)).await.map(|outcome| TaskOutcome::LoggedIn(Box::new(outcome)))
        }
        Task::FindInstallers => world.ntn.list_installers().await.map(TaskOutcome::Installers),
        Task::Install(installer) => world.ntn.install(installer, Box::new(report_line)).await.map(completed),
        Task::FindManagers => world.managers.list_managers().await.map(TaskOutcome::Managers),
        Task::Send(plan, verified) => world.managers.send(*verified, *plan, Box::new(report_line)).await.map(TaskOutcome::Sent),
    }
}

async fn run_probe(world: &World, probe: Probe) -> Result<ProbeResult, Problem> {
    Ok(match probe {
        Probe::Keychain => ProbeResult::Keychain(world.store.probe_keychain().await?),
        Probe::Browser => ProbeResult::Browser(world.machine.detect_browser().await?),
        Probe::Ntn => ProbeResult::Ntn(world.machine.detect_ntn().await?),
        Probe::Port(redirect) => ProbeResult::Port(world.machine.check_port(redirect).await?),
        Probe::Network => ProbeResult::Network(world.notion.reach_host().await),
        Probe::Surroundings => ProbeResult::Surroundings(Box::new(world.machine.inspect_host().await)),
        Probe::Storage => ProbeResult::Storage(Box::new(world.store.inspect_storage().await)),
        Probe::Existing => ProbeResult::Existing(Box::new(find_existing_credentials(world).await)),
    })
}

/// Finds the credentials of the environment, ours and `ntn`'s. A problem with one source never hides the others.
async fn find_existing_credentials(world: &World) -> ExistingCredentials {
    let (machine, ledger) = tokio::join!(world.machine.discover_credentials(), accounts::load_index(world));
    let (found, machine_trouble) = machine.unwrap_or_else(|problem| (Vec::new(), Some(problem)));
    let (ledger, ledger_trouble) = match ledger {
        Ok(ledger) => (ledger, None),
        Err(problem) => (CredentialIndex::default(), Some(problem)),
    };
    let active = ledger.active_record().map(|record| record.account.clone());
    let mut ours: Vec<&CredentialRecord> = ledger.credentials.iter().collect();
    ours.sort_by_key(|record| Some(&record.account) != active.as_ref());
    // The environment comes first, because other tools use it first; then ours, then ntn's.
    let (mut existing, mut of_ntn): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|found| found.source == CredentialSource::Environment);
    for record in ours {
        // The record of an ntn login and the login itself are one credential; ntn's own files say where it is.
        let login = of_ntn.iter().position(|found| record.refers_to(&found.source));
        existing.push(login.map_or_else(|| credential_from_record(record), |at| with_recorded_name(of_ntn.remove(at), record)));
    }
    existing.extend(of_ntn);
    ExistingCredentials {
        credentials: existing,
        credential_index: ledger,
        problem: Problem::combine(ledger_trouble, machine_trouble),
    }
}

/// Adds the workspace's name from the record, because `auth.json` holds no names.
fn with_recorded_name(mut login: DiscoveredCredential, record: &CredentialRecord) -> DiscoveredCredential {
    if let Some(workspace) = &mut login.workspace {
        workspace.name = record.workspace.name.clone().or_else(|| workspace.name.take());
    }
    login
}

fn credential_from_record(record: &CredentialRecord) -> DiscoveredCredential {
    DiscoveredCredential {
        source: CredentialSource::Saved(record.account.clone()),
        place: record.store.name().to_owned(),
        workspace: Some(record.workspace.clone()),
        unusable: (record.store == StoreKind::Ntn).then_some(Unusable::Gone),
    }
}

/// Asks Notion who a credential belongs to, which has to precede any use of it.
pub async fn verify(world: &World, candidate: Candidate) -> Result<VerifiedCredential, Problem> {
    let (secret, path, found_in, connection) = match candidate {
        Candidate::Pasted { secret, path } => (secret, path, None, None),
        Candidate::Granted { token, connection } => (token, AuthPath::Oauth, None, Some(connection)),
        Candidate::Discovered(source) => {
            let (secret, path, connection) = load_discovered(world, &source).await?;
            (secret, path, Some(source), connection)
        }
    };
    let identity = world.notion.whoami(secret.clone()).await?;
    Ok(VerifiedCredential::new(secret, identity, path, found_in).with_connection(connection))
}

type LoadedToken = (Secret, AuthPath, Option<Box<OauthConnection>>);

async fn load_discovered(world: &World, source: &CredentialSource) -> Result<LoadedToken, Problem> {
    Ok(match source {
        CredentialSource::Environment => (world.machine.environment_token().await?, AuthPath::Cli, None),
        CredentialSource::Ntn { workspace } => (world.machine.ntn_token(workspace.clone()).await?, AuthPath::Cli, None),
        CredentialSource::Saved(account) => {
            let secrets = world.store.load(account.clone()).await?;
            let connection = oauth::load_connection(world, account, &secrets).await;
            (secrets.token, auth_path(account), connection.map(Box::new))
        }
    })
}

fn auth_path(account: &Account) -> AuthPath {
    AuthPath::ALL.into_iter().find(|path| path.as_str() == account.path()).unwrap_or(AuthPath::Token)
}

/// Logs in through `ntn`, then verifies the token if it can be read back. If it cannot, or Notion cannot be reached, the login
/// still counts, and only what `ntn` reports is known about it.
async fn login(world: &World, request: LoginRequest, invite: ProgressCallback<ApprovalRequest>) -> Result<LoginOutcome, Problem> {
    // ntn keeps the login, and the record of it is ours.
    world.store.check_room(StoreKind::Ntn).await?;
    let Some(login) = world.ntn.login(request, invite).await? else { return Ok(LoginOutcome::Started) };
    let why = |problem: Problem| problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned());
    let workspace = login.workspace.id.clone();
    let secret = match world.machine.ntn_token(workspace.clone()).await {
        Ok(secret) => secret,
        Err(problem) => return Ok(LoginOutcome::Unverified(login, why(problem))),
    };
    Ok(match world.notion.whoami(secret.clone()).await {
        Ok(identity) => {
            let found_in = Some(CredentialSource::Ntn { workspace });
            LoginOutcome::Verified(Box::new(VerifiedCredential::new(secret, identity, AuthPath::Cli, found_in)), login)
        }
        // Notion refused the token: whatever ntn reports, this login is dead.
        Err(problem) if problem.kind() == ProblemKind::Refused => {
            let seen = format!("ntn has a token, and Notion refuses it: {}", why(problem));
            return Err(Problem::new(ProblemCode::LoginRefused).with_evidence(seen));
        }
        Err(problem) => {
            let headline = problem.headline().trim_end_matches('.').to_owned();
            LoginOutcome::Unverified(login, format!("{headline} ({})", why(problem)))
        }
    })
}

/// Sends the requests in parallel and reports each response as it comes; only the last request depends on another's response.
async fn inspect(world: &World, verified: &VerifiedCredential, tell: impl Fn(Progress)) {
    let token = || verified.secret().clone();
    let search = async {
        tell(Progress::Search(world.notion.search(token()).await));
    };
    let people = async {
        let users = world.notion.list_users(token()).await;
        let unlisted = match (&users, verified.identity.person()) {
            (Ok(CapabilityResponse::Granted(list)), Some(person)) if list.is_complete && !list.people.contains(&person.id) => {
                Some(person.id.clone())
            }
            _ => None,
        };
        tell(Progress::Users(users));
        // A person who is found by id but missing from the complete list is a guest: the list leaves guests out
        // (https://developers.notion.com/reference/get-users).
        if let Some(id) = unlisted {
            tell(Progress::OwnerFound(world.notion.user_exists(token(), id).await));
        }
    };
    let introspected = async {
        if let Some(connection) = &verified.connection {
            tell(Progress::Introspected(world.oauth.introspect(connection.client.clone(), token()).await));
        }
    };
    tokio::join!(search, people, introspected);
}
