//! Possible replies to a task: successes and errors, always of the task's kind.

mod scan;

use super::moves::CANARY;
use crate::support::connection_fakes::{connection_record, pending};
use crate::support::fakes::{
    connection_identity, inventory, invitation, member_identity, ntn_040, ntn_in_a_container, ntn_login, token_record, workspace,
};
use crate::support::rotation;
use crate::support::team_profiles::{TEAM, team_profile};
use notion_auth::domain::agents::AgentState;
use notion_auth::domain::agents::connection::ReplacedServer;
use notion_auth::domain::agents::known_agents;
use notion_auth::domain::agents::plan::{AgentOutcome, AgentPlan, AgentResult, AgentStep, FileChange, PlanSubject};
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::checks::{CapabilityResponse, Reach, UserList};
use notion_auth::domain::credentials::{
    Account, Candidate, CredentialIndex, CredentialRecord, CredentialSource, Deletion, DiscoveredCredential, Identity, Inventory,
    LogoutOutcome, Owner, Receipt, RefreshOutcome, Revocation, RevocationOutcomes, SignInOutcome, Unusable, VerifiedCredential,
};
use notion_auth::domain::diff::{DiffLine, DiffLineKind};
use notion_auth::domain::login::{Installer, InstallerState, LoginOutcome};
use notion_auth::domain::loopback::PortState;
use notion_auth::domain::machine::{BrowserState, HeadlessReason, KeychainState, NtnState, Reachability};
use notion_auth::domain::oauth::{CodeExchange, Introspection, OauthConnection};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::rotation::{HeldToken, OtherHolder, RotationCheck, RotationOutcome, RotationPlan};
use notion_auth::domain::scan::{SaveProgress, ScanProgress};
use notion_auth::domain::secret::Secret;
use notion_auth::domain::secret_manager::{ManagerState, SendOutcome, managers};
use notion_auth::domain::team_profile::LoadedProfile;
use notion_auth::domain::workers::{NtnAnswer, ProviderTokenState, StepCommand, StepOutcome, WorkerProject};
use notion_auth::wizard::msg::{Probe, ProbeResult, Progress, Reply, Task, TaskOutcome};

/// Any seed is an answer; of those to what a page waits for, three in four are good ones.
pub fn reply_to(task: &Task, seed: u8) -> Reply {
    let is_good = !seed.is_multiple_of(4);
    match task {
        Task::Probe(probe) => Ok(TaskOutcome::Probed(result_of(*probe, is_good, seed))),
        Task::Copy(_) => Ok(TaskOutcome::Copied(is_good.then(|| "xclip".into()))),
        Task::Inspect(_) | Task::WatchReach(_) => Ok(TaskOutcome::Completed),
        Task::LogOut(record) => Ok(TaskOutcome::LoggedOut(Box::new(logged_out(record, is_good, seed)))),
        _ if !is_good => Err(problem(seed)),
        Task::OpenLink(_)
        | Task::CheckRoom(_)
        | Task::Switch(_)
        | Task::RememberAnswers(_)
        | Task::Install(_)
        | Task::ProbeClient(..) => Ok(TaskOutcome::Completed),
        Task::Verify(candidate) => Ok(TaskOutcome::Verified(Box::new(known(candidate, seed)))),
        Task::RecordNtnLogin(record) => {
            Ok(TaskOutcome::Saved(Receipt { store: record.store, place: "managed by ntn".into(), note: None }))
        }
        Task::Identify(account, actor) => Ok(TaskOutcome::Identified(account.with_actor(Some(actor)))),
        Task::Refresh(_) => Ok(TaskOutcome::Refreshed(RefreshOutcome::Renewed)),
        Task::Login(_) => Ok(TaskOutcome::LoggedIn(Box::new(logged_in(seed)))),
        Task::FindInstallers => Ok(TaskOutcome::Installers(installers(seed))),
        Task::PlanAgents(_) => Ok(TaskOutcome::AgentPlans(agent_plans(seed), mcp_sign_in(seed))),
        Task::ChangeAgents(change) => {
            let result = |plan: &AgentPlan| AgentResult { plan: plan.clone(), outcome: agent_outcome(seed), token: None };
            Ok(TaskOutcome::AgentsChanged(change.plans.iter().map(result).collect()))
        }
        Task::PrepareRotation(_) => Ok(TaskOutcome::RotationPlanned(Box::new(rotation_plan(seed)))),
        Task::CheckRotation(_, token) => Ok(TaskOutcome::RotationChecked(Box::new(RotationCheck {
            is_saved: seed.is_multiple_of(5),
            ..rotation::check_with(token.expose(), usize::from(seed % 5))
        }))),
        Task::Rotate(_) => Ok(TaskOutcome::Rotated(Box::new(rotation_outcome(seed)))),
        Task::CheckRevoked(_) => Ok(TaskOutcome::RevocationChecked(seed.is_multiple_of(3))),
        Task::FindHolders(_) => Ok(TaskOutcome::HoldersFound(rotation_holders(seed))),
        Task::WriteReminder(file) => Ok(TaskOutcome::ReminderWritten(file.name.clone())),
        Task::Scan(_) => Ok(TaskOutcome::Scanned(Box::new(scan::report(seed)))),
        Task::SaveFoundTokens(request) => Ok(TaskOutcome::FoundTokensSaved(
            scan::token_results(&request.tokens, seed),
            scan::profile_plans(request.profiles.len(), seed),
        )),
        Task::ReplaceLines(changes) => {
            Ok(TaskOutcome::LinesReplaced(changes.iter().map(|change| scan::replaced(change, seed)).collect()))
        }
        Task::SignInToMcp(_) => Ok(TaskOutcome::McpSignedIn(Box::new(mcp_signed_in()))),
        Task::FindManagers => Ok(TaskOutcome::Managers(found_managers(seed))),
        Task::Send(..) => Ok(TaskOutcome::Sent(handed(seed))),
        Task::Authorize(_) | Task::AuthorizeMcp(_) => Ok(TaskOutcome::CodeReceived(Secret::new(CANARY))),
        Task::Exchange(exchange) => Ok(TaskOutcome::Exchanged(Box::new(granted(exchange)))),
        Task::InspectProject(_) => Ok(TaskOutcome::Project(Box::new(project(seed)))),
        Task::RunStep(step) => Ok(TaskOutcome::StepRan(ran(step, seed))),
        Task::Save(keep) => Ok(TaskOutcome::Saved(Receipt {
            store: keep.record.store,
            place: "its place".into(),
            note: seed.is_multiple_of(3).then(|| "a note".into()),
        })),
    }
}

fn result_of(probe: Probe, is_good: bool, seed: u8) -> ProbeResult {
    match probe {
        Probe::Keychain => ProbeResult::Keychain(keychain(seed)),
        Probe::Browser => ProbeResult::Browser(browser(seed)),
        Probe::Ntn => ProbeResult::Ntn(ntn(seed)),
        Probe::Network => ProbeResult::Network(if is_good { Ok(reachable(seed)) } else { Err(problem(seed)) }),
        Probe::Inventory => ProbeResult::Inventory(Box::new(already_here(seed))),
        Probe::TeamProfile => ProbeResult::TeamProfile(Box::new(found_profile(seed))),
        Probe::Port(redirect) if is_good => ProbeResult::Port(PortState::Free(redirect.port)),
        // The wizard never starts the probes of a report.
        Probe::Port(_) | Probe::HostDetails | Probe::Storage => probe.failure(problem(seed)),
    }
}

pub fn progress(seed: u8) -> Progress {
    let count = usize::from(seed / 10);
    match seed % 10 {
        8 => Progress::AuthorizationPending(Box::new(pending())),
        9 => Progress::Introspected(Ok(Introspection { active: count > 4, scope: None, issued_at: None })),
        6 => Progress::LoginInvitation(invitation()),
        7 if count > 22 => Progress::SavingToken(SaveProgress { number: 1, count: 3 }),
        7 if count > 18 => Progress::Scanned(ScanProgress { files: count, findings: 1 }),
        7 => Progress::OutputLine("added 1 package".into()),
        0 => Progress::Users(Ok(CapabilityResponse::Granted(UserList {
            people: vec!["person-1".into()],
            is_complete: true,
            has_emails: count > 4,
        }))),
        1 => Progress::Users(Ok(CapabilityResponse::Refused { status: 403, code: "restricted_resource".into() })),
        2 => Progress::OwnerFound(Ok(CapabilityResponse::Granted(count > 4))),
        3 => {
            Progress::Search(Ok(CapabilityResponse::Granted(Reach { pages: count, data_sources: count / 2, has_more: count > 20 })))
        }
        4 => Progress::Search(Ok(CapabilityResponse::Granted(Reach { pages: 0, data_sources: 0, has_more: false }))),
        _ => Progress::Search(Err(problem(seed))),
    }
}

fn problem(seed: u8) -> Problem {
    let code = ProblemCode::ALL[usize::from(seed) % ProblemCode::ALL.len()];
    Problem::new(code)
        .with_evidence("what was seen, ▸ in a line that is rather long")
        .with_retry_after(seed.is_multiple_of(3).then_some(u64::from(seed)))
}

/// Some agents: to be connected, connected already, to be connected by hand, or refused.
fn agent_plans(seed: u8) -> Vec<AgentPlan> {
    let step = |at: usize| match (usize::from(seed) + at) % 4 {
        0 => AgentStep::Change(Box::new(file_change())),
        1 => AgentStep::Done { command: vec!["notion-auth".into(), "mcp".into()] },
        2 => AgentStep::ByHand { entry: "extensions:".into() },
        _ => AgentStep::Refused(problem(seed)),
    };
    let plan = |(at, agent)| AgentPlan {
        agent,
        subject: PlanSubject::Server,
        file: Some("its file".into()),
        short_file: None,
        step: step(at),
    };
    known_agents().iter().enumerate().map(plan).take(usize::from(seed % 11)).collect()
}

/// The old token is the canary; it may have expired, and the store may have lost it.
fn rotation_plan(seed: u8) -> RotationPlan {
    let mut plan = rotation::plan_with(CANARY);
    if seed.is_multiple_of(3) {
        plan.old.reach = Err(problem(seed));
    }
    if seed.is_multiple_of(7) {
        plan.old.secret = None;
    }
    plan
}

fn rotation_holders(seed: u8) -> Vec<OtherHolder> {
    match seed % 7 {
        0 => vec![rotation::variable("NOTION_TOKEN", HeldToken::Old), rotation::agent_file(HeldToken::Old)],
        1 => vec![rotation::variable("NOTION_TOKEN", HeldToken::Different), rotation::agent_file(HeldToken::Unknown)],
        2 => vec![rotation::variable("NOTION_TOKEN", HeldToken::Unknown)],
        3 | 4 => vec![rotation::agent_file(HeldToken::Old)],
        5 => vec![rotation::agent_file(HeldToken::Different)],
        _ => Vec::new(),
    }
}

fn rotation_outcome(seed: u8) -> RotationOutcome {
    let mut outcome = if seed.is_multiple_of(3) { rotation::outcome() } else { rotation::outcome_with_rest() };
    if outcome.is_confirmed() {
        outcome.others = rotation_holders(seed / 3);
    }
    if seed.is_multiple_of(5) {
        outcome.results[0].result = Err(problem(seed));
    }
    outcome
}

/// Two in three are signed in.
fn mcp_sign_in(seed: u8) -> Result<Box<CredentialRecord>, Problem> {
    if seed.is_multiple_of(3) { Err(problem(seed)) } else { Ok(Box::new(mcp_signed_in().record)) }
}

fn mcp_signed_in() -> SignInOutcome {
    let record = token_record(workspace("ws-1", "Acme"));
    let receipt = Receipt { store: record.store, place: "its place".into(), note: None };
    SignInOutcome { record, receipt, found_in: None, needs_keyring_variable: false }
}

/// The file contains the canary, which must be shown nowhere.
fn file_change() -> FileChange {
    FileChange {
        path: "its file".into(),
        before: Some(Secret::new(CANARY)),
        after: Some(Secret::new(format!("{CANARY} and ours"))),
        record: None,
        replaces: Some(ReplacedServer {
            name: "notion".into(),
            state: AgentState::PlainSecret,
            detail: None,
            secret: Some(Secret::new(CANARY)),
        }),
        command: vec!["notion-auth".into(), "mcp".into()],
        lines: vec![DiffLine { kind: DiffLineKind::Added, text: "ours".into() }],
    }
}

fn agent_outcome(seed: u8) -> AgentOutcome {
    match seed % 3 {
        0 => AgentOutcome::Connected { tools: usize::from(seed) },
        1 => AgentOutcome::Unverified(problem(seed)),
        _ => AgentOutcome::Failed(problem(seed)),
    }
}

fn found_managers(seed: u8) -> Vec<ManagerState> {
    let unusable = |at: usize| (at % 4 == usize::from(seed % 4)).then(|| "it is not installed".to_owned());
    managers().iter().enumerate().map(|(at, manager)| ManagerState { manager, unusable_reason: unusable(at) }).collect()
}

fn handed(seed: u8) -> SendOutcome {
    if seed.is_multiple_of(3) { SendOutcome::Confirmed } else { SendOutcome::Listed { changed: "2026-11-27T10:00:00Z".into() } }
}

fn keychain(seed: u8) -> KeychainState {
    let evidence = || "no bus".to_owned();
    match seed % 6 {
        0 | 1 => KeychainState::Available { name: "Secret Service".into() },
        2 => KeychainState::Absent { evidence: evidence() },
        3 => KeychainState::Locked { evidence: evidence() },
        4 => KeychainState::TimedOut,
        _ => KeychainState::Disabled { value: "0".into() },
    }
}

fn browser(seed: u8) -> BrowserState {
    match seed % 3 {
        0 => BrowserState::Ready { name: Some("Firefox".into()) },
        1 => BrowserState::Ready { name: None },
        _ => BrowserState::Headless { reason: HeadlessReason::Ssh },
    }
}

fn ntn(seed: u8) -> NtnState {
    let path = || "/usr/bin/ntn".to_owned();
    match seed % 6 {
        0 => NtnState::Missing,
        5 => NtnState::NotInstallable,
        1 => ntn_040(),
        4 => ntn_in_a_container(),
        2 => NtnState::OtherProgram { path: path(), evidence: "neural translation".into() },
        _ => NtnState::Broken { path: path(), evidence: "it ended with 1".into() },
    }
}

/// None, one that is refused, or one of several contents.
fn found_profile(seed: u8) -> Result<Option<LoadedProfile>, Problem> {
    match seed % 5 {
        0 => Ok(None),
        1 => Err(problem(seed)),
        2 => Ok(Some(team_profile("schema = 1\n"))),
        3 => Ok(Some(team_profile("schema = 1\nstore = \"file\"\nplan = \"plus\"\n"))),
        _ => Ok(Some(team_profile(TEAM))),
    }
}

fn reachable(seed: u8) -> Reachability {
    Reachability { latency_ms: u64::from(seed), clock_skew_s: seed.is_multiple_of(2).then(|| i64::from(seed) - 128), proxy: None }
}

/// None, one or several, some of which only `ntn` can read.
fn already_here(seed: u8) -> Inventory {
    let acme = || workspace("ws-1", "Acme");
    let found = |source, workspace, readable: bool| DiscoveredCredential {
        source,
        place: "its place".into(),
        workspace,
        unusable: (!readable).then_some(Unusable::KeptByNtn),
    };
    let all = [
        found(CredentialSource::Saved(Account { workspace: "ws-1".into(), name: "token".into() }), Some(acme()), true),
        found(CredentialSource::Environment, None, true),
        found(CredentialSource::OtherVariable("NOTION_TOKEN"), None, true),
        found(CredentialSource::Ntn { workspace: "ws-1".into() }, Some(acme()), seed.is_multiple_of(2)),
    ];
    let existing = all.into_iter().skip(usize::from(seed % 3)).take(usize::from(seed / 3 % 5)).collect();
    // One is of an own connection: only such a one is refreshed.
    let credentials =
        if seed.is_multiple_of(5) { Vec::new() } else { vec![connection_record(acme()), expiring(token_record(acme()))] };
    let index = CredentialIndex { credentials, ..CredentialIndex::default() };
    Inventory { search_problem: seed.is_multiple_of(7).then(|| problem(seed)), ..inventory(existing, index) }
}

/// The end is near, so that every page reminds of it.
fn expiring(record: CredentialRecord) -> CredentialRecord {
    CredentialRecord { expires_on: Some(jiff::civil::date(2026, 11, 29)), ..record }
}

fn logged_out(record: &CredentialRecord, is_good: bool, seed: u8) -> LogoutOutcome {
    let outcome = || if is_good { Ok(()) } else { Err(problem(seed)) };
    let revocation = match record.connection {
        Some(_) => Revocation::Attempted(RevocationOutcomes { refresh: Some(outcome()), access: Ok(()) }),
        None => Revocation::Unsupported,
    };
    let deletion = if is_good { Deletion::Done } else { Deletion::Failed(problem(seed)) };
    LogoutOutcome { record: record.clone(), revocation, deletion }
}

fn logged_in(seed: u8) -> LoginOutcome {
    if seed.is_multiple_of(3) {
        return LoginOutcome::Unverified(ntn_login(), "the kernel's keyring is closed".into());
    }
    let found_in = CredentialSource::Ntn { workspace: ntn_login().workspace.id };
    LoginOutcome::Verified(
        Box::new(VerifiedCredential::new(Secret::new(CANARY), identity(seed), AuthPath::Cli, Some(found_in))),
        ntn_login(),
    )
}

fn installers(seed: u8) -> Vec<InstallerState> {
    let state = |installer: Installer| InstallerState {
        installer,
        unusable_reason: seed.is_multiple_of(5).then(|| "Node 18.19.0 is older than 22".into()),
    };
    Installer::ALL.into_iter().map(state).skip(usize::from(seed % 4)).collect()
}

fn known(candidate: &Candidate, seed: u8) -> VerifiedCredential {
    match candidate {
        Candidate::Pasted { secret, path } => VerifiedCredential::new(secret.clone(), identity(seed), *path, None),
        Candidate::Discovered(source) => {
            VerifiedCredential::new(Secret::new(CANARY), identity(seed), AuthPath::Token, Some(source.clone()))
        }
        Candidate::Granted { token, connection } => {
            VerifiedCredential::new(token.clone(), identity(seed), AuthPath::Oauth, None).with_connection(Some(connection.clone()))
        }
    }
}

/// Both tokens are the canary: neither may be seen anywhere.
fn granted(exchange: &CodeExchange) -> Candidate {
    let refresh = Some(Secret::new(CANARY));
    let connection = OauthConnection { client: exchange.client.clone(), redirect: exchange.redirect, refresh };
    Candidate::Granted { token: Secret::new(CANARY), connection: Box::new(connection) }
}

/// Nothing yet, something, or all of it.
fn project(seed: u8) -> WorkerProject {
    let key = || "github".to_owned();
    let is_deployed = seed.is_multiple_of(2);
    WorkerProject {
        folder: "/home/fake/worker".into(),
        has_sources: seed > 20,
        worker_id: is_deployed.then(|| "worker-1".into()),
        oauth_keys: if is_deployed { NtnAnswer::Answer(vec![key()]) } else { NtnAnswer::Refused("ntn is not logged in".into()) },
        variables: NtnAnswer::Answer(if seed > 99 {
            vec!["GITHUB_CLIENT_ID".into(), "GITHUB_CLIENT_SECRET".into()]
        } else {
            Vec::new()
        }),
        redirect_url: NtnAnswer::Answer("https://www.notion.so/workers/oauth/callback".into()),
        token: if seed > 150 {
            NtnAnswer::Answer(ProviderTokenState::Present { expires_at: None })
        } else {
            NtnAnswer::Answer(ProviderTokenState::Absent)
        },
        supports_file_push: seed.is_multiple_of(5),
    }
}

fn ran(step: &StepCommand, seed: u8) -> StepOutcome {
    match step {
        StepCommand::Start { .. } => StepOutcome::Started(pending().link),
        StepCommand::AwaitToken { .. } if seed.is_multiple_of(3) => StepOutcome::Token(ProviderTokenState::Absent),
        StepCommand::AwaitToken { .. } => StepOutcome::Token(ProviderTokenState::Present { expires_at: None }),
        StepCommand::Create { .. } | StepCommand::Deploy { .. } | StepCommand::Credentials { .. } => StepOutcome::Done,
    }
}

/// A person, a connection, or an answer that names neither owner nor workspace.
fn identity(seed: u8) -> Identity {
    match seed % 3 {
        0 => connection_identity(),
        1 => member_identity(),
        _ => {
            Identity { owner: Owner::Unknown, bot_id: None, bot_name: None, workspace: None, upload_limit: None, request_id: None }
        }
    }
}
