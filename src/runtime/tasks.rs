//! Runs each task on the ports.

use super::accounts::{self, Stop};
use super::oauth;
use super::ports::{ProgressCallback, World};
use crate::domain::catalog::AuthPath;
use crate::domain::checks::CapabilityResponse;
use crate::domain::credentials::{Candidate, CredentialSource, StoreKind, VerifiedCredential};
use crate::domain::login::{ApprovalRequest, LoginOutcome, LoginRequest};
use crate::domain::machine::KeychainState;
use crate::domain::problem::{Problem, ProblemCode, ProblemKind};
use crate::wizard::msg::{Msg, Probe, Progress, Reply, SaveRequest, Task, TaskId};
use tokio::sync::mpsc::UnboundedSender;

pub(super) async fn perform(world: World, id: TaskId, task: Task, stopped: Stop, outbox: UnboundedSender<Msg>) -> Reply {
    match task {
        Task::Probe(probe) => {
            run_probe(&world, probe).await.unwrap_or_else(|problem| super::failure_reply(&Task::Probe(probe), problem))
        }
        Task::OpenLink(link) => Reply::LinkOpened(world.browser.open(link).await),
        // Any failure is ignored, because the text was sent to the terminal too.
        Task::Copy(told) => Reply::Copied(world.clipboard.copy(told).await.unwrap_or_default()),
        Task::Verify(candidate) => Reply::Verified(Box::new(verify(&world, candidate).await)),
        Task::Inspect(verified) => {
            inspect(&world, &verified, |progress| {
                let _ = outbox.send(Msg::Progress(id, progress));
            })
            .await;
            Reply::Inspected
        }
        Task::Save(keep) => {
            let SaveRequest { verified, record } = *keep;
            // Lingering connections of the listener would take descriptors from the store.
            let _ = world.loopback.close().await;
            Reply::Saved(world.store.save(record, verified.secrets()).await)
        }
        Task::CheckRoom(store) => Reply::RoomChecked(world.store.check_room(store).await),
        Task::RecordNtnLogin(record) => Reply::Saved(world.store.record_ntn_login(*record).await),
        Task::Switch(account) => Reply::Switched(accounts::switch(&account, &world).await),
        Task::Identify(account, actor) => Reply::Identified(world.store.identify(account, actor).await),
        Task::Refresh(record) => Reply::Refreshed(oauth::refresh(&world, &record).await),
        Task::LogOut(record) => Reply::LoggedOut(Box::new(accounts::log_out(&record, false, &world, &stopped).await)),
        Task::RememberAnswers(told) => Reply::AnswersRemembered(world.store.remember_answers(*told).await),
        Task::ProbeClient(client, redirect) => Reply::ClientProbed(world.oauth.check_client(client, redirect).await),
        Task::Authorize(request) => {
            let tell = move |progress| {
                let _ = outbox.send(Msg::Progress(id, progress));
            };
            Reply::CodeReceived(oauth::authorize(&world, &request, tell).await)
        }
        Task::Exchange(exchange) => Reply::Exchanged(Box::new(oauth::exchange(&world, *exchange).await)),
        Task::InspectProject(key) => Reply::Project(Box::new(world.workers.inspect_project(key).await)),
        Task::RunStep(step) => {
            let tell = move |line| {
                let _ = outbox.send(Msg::Progress(id, Progress::OutputLine(line)));
            };
            Reply::StepRan(world.workers.run_step(*step, Box::new(tell)).await)
        }
        Task::Login(request) => {
            let invite = move |invitation| {
                let _ = outbox.send(Msg::Progress(id, Progress::LoginInvitation(invitation)));
            };
            Reply::LoggedIn(Box::new(login(&world, request, Box::new(invite)).await))
        }
        Task::FindInstallers => Reply::Installers(world.ntn.list_installers().await),
        Task::Install(installer) => {
            let tell = move |line| {
                let _ = outbox.send(Msg::Progress(id, Progress::OutputLine(line)));
            };
            Reply::Installed(world.ntn.install(installer, Box::new(tell)).await)
        }
        Task::FindManagers => Reply::Managers(world.managers.list_managers().await),
        Task::Send(handing, verified) => {
            let tell = move |line| {
                let _ = outbox.send(Msg::Progress(id, Progress::OutputLine(line)));
            };
            Reply::Sent(world.managers.send(*verified, *handing, Box::new(tell)).await)
        }
    }
}

async fn run_probe(world: &World, probe: Probe) -> Result<Reply, Problem> {
    Ok(match probe {
        Probe::Keychain => Reply::Keychain(world.store.probe_keychain().await.unwrap_or_else(|problem| {
            let evidence = problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned());
            KeychainState::Absent { evidence }
        })),
        Probe::Browser => Reply::Browser(world.machine.detect_browser().await?),
        Probe::Ntn => Reply::Ntn(world.machine.detect_ntn().await?),
        Probe::Port(redirect) => Reply::Port(world.machine.check_port(redirect).await?),
        Probe::Network => Reply::Network(world.notion.reach_host().await),
        Probe::Surroundings => Reply::Surroundings(Box::new(world.machine.inspect_host().await)),
        Probe::Storage => Reply::Storage(Box::new(world.store.inspect_storage().await)),
        Probe::Existing => Reply::Existing(Box::new(accounts::find_credentials(world).await)),
    })
}

/// Asks Notion who a credential belongs to, which has to precede any use of it.
pub async fn verify(world: &World, candidate: Candidate) -> Result<VerifiedCredential, Problem> {
    let (secret, path, found_in, connection) = match candidate {
        Candidate::Pasted { secret, path } => (secret, path, None, None),
        Candidate::Granted { token, connection } => (token, AuthPath::Oauth, None, Some(connection)),
        Candidate::Discovered(source) => {
            let secrets = accounts::load_secrets(&source, world).await?;
            let (path, connection) = match &source {
                CredentialSource::Saved(account) => (
                    account.auth_path().unwrap_or(AuthPath::Token),
                    oauth::load_connection(world, account, &secrets).await.map(Box::new),
                ),
                CredentialSource::Environment | CredentialSource::Ntn { .. } => (AuthPath::Cli, None),
            };
            (secrets.token, path, Some(source), connection)
        }
    };
    let identity = world.notion.whoami(secret.clone()).await?;
    Ok(VerifiedCredential::new(secret, identity, path, found_in).with_connection(connection))
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
