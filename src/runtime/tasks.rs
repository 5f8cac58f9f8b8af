//! Runs each task on the ports.

use super::accounts::{self, Stop};
use super::ports::{ProgressCallback, World};
use super::verify::verify;
use super::{agents, mcp, oauth, rotate, scan, team_profile};
use crate::domain::calendar::ReminderFile;
use crate::domain::checks::CapabilityResponse;
use crate::domain::credentials::{CredentialSource, StoreKind, VerifiedCredential};
use crate::domain::login::{ApprovalRequest, LoginOutcome, LoginRequest};
use crate::domain::problem::{Problem, ProblemCode, ProblemKind};
use crate::wizard::msg::{McpApproval, Msg, Probe, ProbeResult, Progress, Reply, SaveRequest, Task, TaskId, TaskOutcome};
use std::time::Duration;
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
        Task::WatchReach(verified) => {
            watch_reach(&world, &verified, report).await;
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
        Task::AuthorizeMcp(store) => mcp::authorize(&world, store, report).await.map(TaskOutcome::CodeReceived),
        Task::SignInToMcp(approval) => {
            let McpApproval { attempt, code, store, today } = *approval;
            let signed_in = mcp::finish_sign_in(&world, attempt, code).await?;
            mcp::save_sign_in(&world, signed_in, store, today).await.map(|outcome| TaskOutcome::McpSignedIn(Box::new(outcome)))
        }
        Task::PlanAgents(action) => {
            let plans = agents::plan_all(action, &world).await?;
            Ok(TaskOutcome::AgentPlans(plans, agents::find_sign_in(None, &world).await.map(Box::new)))
        }
        Task::ChangeAgents(change) => Ok(TaskOutcome::AgentsChanged(agents::change(*change, &world).await)),
        Task::PrepareRotation(record) => {
            rotate::prepare(&world, &record).await.map(|plan| TaskOutcome::RotationPlanned(Box::new(plan)))
        }
        Task::CheckRotation(plan, token) => {
            rotate::check(&world, &plan, token).await.map(|check| TaskOutcome::RotationChecked(Box::new(check)))
        }
        Task::Rotate(request) => Ok(TaskOutcome::Rotated(Box::new(rotate::swap(&world, &request, &stopped, report_line).await))),
        Task::CheckRevoked(token) => rotate::is_refused(&world, token).await.map(TaskOutcome::RevocationChecked),
        Task::FindHolders(token) => Ok(TaskOutcome::HoldersFound(rotate::find_holders(Some(&token), &world).await.0)),
        Task::WriteReminder(file) => {
            let ReminderFile { name, text } = *file;
            world.calendar.create(name.into(), text).await.map(TaskOutcome::ReminderWritten)
        }
        Task::Send(plan, verified, today) => {
            rotate::send_and_remember(&world, *verified, *plan, today, Box::new(report_line)).await.map(TaskOutcome::Sent)
        }
        Task::Scan(request) => {
            let on_progress = move |progress| report(Progress::Scanned(progress));
            world
                .scan
                .scan(request, Box::new(on_progress), stopped.signal())
                .await
                .map(|report| TaskOutcome::Scanned(Box::new(report)))
        }
        Task::SaveFoundTokens(request) => {
            let (results, plans) =
                scan::save_tokens(*request, &world, &stopped, |next| report(Progress::SavingToken(next))).await?;
            Ok(TaskOutcome::FoundTokensSaved(results, plans))
        }
        Task::ReplaceLines(changes) => Ok(TaskOutcome::LinesReplaced(scan::replace_lines(changes, &world).await)),
    }
}

async fn run_probe(world: &World, probe: Probe) -> Result<ProbeResult, Problem> {
    Ok(match probe {
        Probe::Keychain => ProbeResult::Keychain(world.store.probe_keychain().await?),
        Probe::Browser => ProbeResult::Browser(world.machine.detect_browser().await?),
        Probe::Ntn => ProbeResult::Ntn(world.machine.detect_ntn().await?),
        Probe::Port(redirect) => ProbeResult::Port(world.machine.check_port(redirect).await?),
        Probe::Network => ProbeResult::Network(world.notion.reach_host().await),
        Probe::HostDetails => ProbeResult::HostDetails(Box::new(world.machine.inspect_host().await)),
        Probe::Storage => ProbeResult::Storage(Box::new(world.store.inspect_storage().await)),
        Probe::TeamProfile => ProbeResult::TeamProfile(Box::new(team_profile::find(world).await)),
        Probe::Inventory => ProbeResult::Inventory(Box::new(accounts::find_credentials(world).await)),
    })
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
            let found_in = CredentialSource::Ntn { workspace };
            LoginOutcome::Verified(Box::new(VerifiedCredential::new(secret, identity, found_in.path(), Some(found_in))), login)
        }
        // Notion refused the token: whatever ntn reports, this login is dead.
        Err(problem) if problem.kind() == ProblemKind::Refused => {
            let evidence = format!("ntn has a token, but Notion does not accept it: {}", why(problem));
            return Err(Problem::new(ProblemCode::LoginRefused).with_evidence(evidence));
        }
        Err(problem) => {
            let headline = problem.headline().trim_end_matches('.').to_owned();
            LoginOutcome::Unverified(login, format!("{headline} ({})", why(problem)))
        }
    })
}

/// The time between two searches while a token sees nothing. A person shares a page meanwhile, and Notion's limit is far away.
const REACH_INTERVAL: Duration = Duration::from_secs(5);

/// Searches until the token sees something. A search that fails says nothing new, so the next one is awaited.
async fn watch_reach(world: &World, verified: &VerifiedCredential, on_progress: impl Fn(Progress)) {
    loop {
        tokio::time::sleep(REACH_INTERVAL).await;
        let search = world.notion.search(verified.secret().clone()).await;
        if matches!(&search, Ok(CapabilityResponse::Granted(reach)) if !reach.is_empty()) {
            return on_progress(Progress::Search(search));
        }
    }
}

/// Sends the requests in parallel and reports each response as it comes; only the last request depends on another's response.
async fn inspect(world: &World, verified: &VerifiedCredential, on_progress: impl Fn(Progress)) {
    if matches!(&verified.found_in, Some(CredentialSource::Saved(account)) if account.is_mcp()) {
        return;
    }
    let token = || verified.secret().clone();
    let search = async {
        on_progress(Progress::Search(world.notion.search(token()).await));
    };
    let people = async {
        let users = world.notion.list_users(token()).await;
        let unlisted = match (&users, verified.identity.person()) {
            (Ok(CapabilityResponse::Granted(list)), Some(person)) if list.is_complete && !list.people.contains(&person.id) => {
                Some(person.id.clone())
            }
            _ => None,
        };
        on_progress(Progress::Users(users));
        // A person who is found by id but missing from the complete list is a guest: the list leaves guests out
        // (https://developers.notion.com/reference/get-users).
        if let Some(id) = unlisted {
            on_progress(Progress::OwnerFound(world.notion.user_exists(token(), id).await));
        }
    };
    let introspected = async {
        if let Some(connection) = &verified.connection {
            on_progress(Progress::Introspected(world.oauth.introspect(connection.client.clone(), token()).await));
        }
    };
    tokio::join!(search, people, introspected);
}
