//! Possible replies to a task: successes and errors, always of the task's kind.

use super::moves::CANARY;
use crate::support::connections::{authorized, pending};
use crate::support::world::{connection, invitation, member, ntn_040, ntn_in_a_container, ntn_login, record, workspace};
use notion_auth::domain::accounts::{Deletion, LoggedOut, Refreshed, Revocation, Revoked};
use notion_auth::domain::catalog::PathId;
use notion_auth::domain::check::{Answer, Reach, UserList};
use notion_auth::domain::credential::{
    Account, Candidate, CredentialRecord, Existing, ExistingSource, Identity, Ledger, Owner, Receipt, Unusable, Verified,
};
use notion_auth::domain::login::{Installer, InstallerState, LoggedIn};
use notion_auth::domain::loopback::PortState;
use notion_auth::domain::machine::{BrowserState, HeadlessReason, KeychainState, NtnState, Reachable};
use notion_auth::domain::oauth::{Connection, Exchange, Introspection};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::domain::secret_manager::{Handed, ManagerState, managers};
use notion_auth::domain::workers::{Project, Said, StepRan, StepRun, TokenState};
use notion_auth::wizard::msg::{AlreadyHere, Probe, Progress, Reply, Task};

/// Any seed is an answer; of those to what a page waits for, three in four are good ones.
pub fn reply_to(task: &Task, seed: u8) -> Reply {
    let is_good = !seed.is_multiple_of(4);
    match task {
        Task::Probe(Probe::Keychain) => Reply::Keychain(keychain(seed)),
        Task::Probe(Probe::Browser) => Reply::Browser(browser(seed)),
        Task::Probe(Probe::Ntn) => Reply::Ntn(ntn(seed)),
        Task::Probe(Probe::Network) => Reply::Network(if is_good { Ok(reachable(seed)) } else { Err(problem(seed)) }),
        Task::Probe(Probe::Existing) => Reply::Existing(Box::new(already_here(seed))),
        Task::Probe(Probe::Port(redirect)) if is_good => Reply::Port(PortState::Free(redirect.port)),
        Task::Probe(Probe::Port(redirect)) => Reply::Port(PortState::Taken { port: redirect.port, evidence: "in use".into() }),
        // The wizard never asks these; an answer would be silence.
        Task::Probe(Probe::Surroundings) => Reply::Surroundings(Box::new(Err(problem(seed)))),
        Task::Probe(Probe::Storage) => Reply::Storage(Box::new(Err(problem(seed)))),
        Task::Open(_) => Reply::Opened(if is_good { Ok(()) } else { Err(problem(seed)) }),
        Task::Copy(_) => Reply::Copied(is_good.then(|| "xclip".into())),
        Task::Verify(candidate) => Reply::Verified(Box::new(if is_good { Ok(known(candidate, seed)) } else { Err(problem(seed)) })),
        Task::Inspect(_) => Reply::Inspected,
        Task::Note(record) => Reply::Kept(if is_good {
            Ok(Receipt { store: record.store, place: "managed by ntn".into(), note: None })
        } else {
            Err(problem(seed))
        }),
        Task::CheckRoom(_) => Reply::RoomChecked(if is_good { Ok(()) } else { Err(problem(seed)) }),
        Task::Switch(_) => Reply::Switched(if is_good { Ok(()) } else { Err(problem(seed)) }),
        Task::Identify(account, actor) => {
            Reply::Identified(if is_good { Ok(account.with_actor(Some(actor))) } else { Err(problem(seed)) })
        }
        Task::Refresh(_) => Reply::Refreshed(if is_good { Ok(Refreshed::Now) } else { Err(problem(seed)) }),
        Task::LogOut(record) => Reply::LoggedOut(Box::new(logged_out(record, is_good, seed))),
        Task::Remember(_) => Reply::Remembered(if is_good { Ok(()) } else { Err(problem(seed)) }),
        Task::Login(_) => Reply::LoggedIn(Box::new(if is_good { Ok(logged_in(seed)) } else { Err(problem(seed)) })),
        Task::FindInstallers => Reply::Installers(if is_good { Ok(installers(seed)) } else { Err(problem(seed)) }),
        Task::Install(_) => Reply::Installed(if is_good { Ok(()) } else { Err(problem(seed)) }),
        Task::FindManagers => Reply::Managers(if is_good { Ok(found_managers(seed)) } else { Err(problem(seed)) }),
        Task::HandTo(..) => Reply::Handed(if is_good { Ok(handed(seed)) } else { Err(problem(seed)) }),
        Task::ProbeClient(..) => Reply::ClientProbed(if is_good { Ok(()) } else { Err(problem(seed)) }),
        Task::Authorize(_) => Reply::Answered(if is_good { Ok(Secret::new(CANARY)) } else { Err(problem(seed)) }),
        Task::Exchange(exchange) => Reply::Exchanged(Box::new(if is_good { Ok(granted(exchange)) } else { Err(problem(seed)) })),
        Task::LookAtProject(_) => Reply::Project(Box::new(if is_good { Ok(project(seed)) } else { Err(problem(seed)) })),
        Task::RunStep(step) => Reply::StepRan(if is_good { Ok(ran(step, seed)) } else { Err(problem(seed)) }),
        Task::Keep(keep) => Reply::Kept(if is_good {
            Ok(Receipt {
                store: keep.record.store,
                place: "its place".into(),
                note: seed.is_multiple_of(3).then(|| "a note".into()),
            })
        } else {
            Err(problem(seed))
        }),
    }
}

pub fn progress(seed: u8) -> Progress {
    let count = usize::from(seed / 10);
    match seed % 10 {
        8 => Progress::Authorizing(Box::new(pending())),
        9 => Progress::Introspected(Ok(Introspection { active: count > 4, scope: None, issued_at: None })),
        6 => Progress::Invited(invitation()),
        7 => Progress::Line("added 1 package".into()),
        0 => Progress::Users(Ok(Answer::Given(UserList { people: vec!["person-1".into()], complete: true, emails: count > 4 }))),
        1 => Progress::Users(Ok(Answer::Refused { status: 403, code: "restricted_resource".into() })),
        2 => Progress::OwnerFound(Ok(Answer::Given(count > 4))),
        3 => Progress::Search(Ok(Answer::Given(Reach { pages: count, data_sources: count / 2, more: count > 20 }))),
        4 => Progress::Search(Ok(Answer::Given(Reach { pages: 0, data_sources: 0, more: false }))),
        _ => Progress::Search(Err(problem(seed))),
    }
}

fn problem(seed: u8) -> Problem {
    let code = ProblemCode::ALL[usize::from(seed) % ProblemCode::ALL.len()];
    Problem::new(code)
        .seen("what was seen, ▸ in a line that is rather long")
        .after(seed.is_multiple_of(3).then_some(u64::from(seed)))
}

fn found_managers(seed: u8) -> Vec<ManagerState> {
    let unusable = |at: usize| (at % 4 == usize::from(seed % 4)).then(|| "it is not installed".to_owned());
    managers().iter().enumerate().map(|(at, manager)| ManagerState { manager, unusable: unusable(at) }).collect()
}

fn handed(seed: u8) -> Handed {
    if seed.is_multiple_of(3) { Handed::ReadBack } else { Handed::Listed { changed: "2026-11-27T10:00:00Z".into() } }
}

fn keychain(seed: u8) -> KeychainState {
    let evidence = || "no bus".to_owned();
    match seed % 6 {
        0 | 1 => KeychainState::Answers { name: "Secret Service".into() },
        2 => KeychainState::Absent { evidence: evidence() },
        3 => KeychainState::Locked { evidence: evidence() },
        4 => KeychainState::Slow,
        _ => KeychainState::TurnedOff { value: "0".into() },
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
        2 => NtnState::NotNotions { path: path(), evidence: "neural translation".into() },
        _ => NtnState::Broken { path: path(), evidence: "it ended with 1".into() },
    }
}

fn reachable(seed: u8) -> Reachable {
    Reachable { latency_ms: u64::from(seed), clock_skew_s: seed.is_multiple_of(2).then(|| i64::from(seed) - 128), proxy: None }
}

/// None, one or several, some of which only `ntn` can read.
fn already_here(seed: u8) -> AlreadyHere {
    let acme = || workspace("ws-1", "Acme");
    let found = |source, workspace, readable: bool| Existing {
        source,
        place: "its place".into(),
        workspace,
        unusable: (!readable).then_some(Unusable::KeptByNtn),
    };
    let all = [
        found(ExistingSource::Ours(Account { workspace: "ws-1".into(), name: "token".into() }), Some(acme()), true),
        found(ExistingSource::Environment, None, true),
        found(ExistingSource::Ntn { workspace: "ws-1".into() }, Some(acme()), seed.is_multiple_of(2)),
    ];
    let existing = all.into_iter().skip(usize::from(seed % 3)).take(usize::from(seed / 3 % 4)).collect();
    // One is of an own connection: only such a one is refreshed.
    let credentials = if seed.is_multiple_of(5) { Vec::new() } else { vec![authorized(acme()), record(acme())] };
    AlreadyHere {
        existing,
        ledger: Ledger { credentials, ..Ledger::default() },
        trouble: seed.is_multiple_of(7).then(|| problem(seed)),
    }
}

fn logged_out(record: &CredentialRecord, is_good: bool, seed: u8) -> LoggedOut {
    let outcome = || if is_good { Ok(()) } else { Err(problem(seed)) };
    let revocation = match record.connection {
        Some(_) => Revocation::Asked(Revoked { refresh: Some(outcome()), access: Ok(()) }),
        None => Revocation::NotFromHere,
    };
    let deletion = if is_good { Deletion::Done } else { Deletion::Failed(problem(seed)) };
    LoggedOut { record: record.clone(), revocation, deletion }
}

fn logged_in(seed: u8) -> LoggedIn {
    if seed.is_multiple_of(3) {
        return LoggedIn::Reported(ntn_login(), "the kernel's keyring is closed".into());
    }
    let found_in = ExistingSource::Ntn { workspace: ntn_login().workspace.id };
    LoggedIn::Verified(Box::new(Verified::by_notion(Secret::new(CANARY), identity(seed), PathId::Cli, Some(found_in))), ntn_login())
}

fn installers(seed: u8) -> Vec<InstallerState> {
    let state = |installer: Installer| InstallerState {
        installer,
        unusable: seed.is_multiple_of(5).then(|| "Node 18.19.0 is older than 22".into()),
    };
    Installer::ALL.into_iter().map(state).skip(usize::from(seed % 4)).collect()
}

fn known(candidate: &Candidate, seed: u8) -> Verified {
    match candidate {
        Candidate::Pasted { secret, path } => Verified::by_notion(secret.clone(), identity(seed), *path, None),
        Candidate::Existing(source) => {
            Verified::by_notion(Secret::new(CANARY), identity(seed), PathId::Token, Some(source.clone()))
        }
        Candidate::Granted { token, connection } => {
            Verified::by_notion(token.clone(), identity(seed), PathId::Oauth, None).through(Some(connection.clone()))
        }
    }
}

/// Both tokens are the canary: neither may be seen anywhere.
fn granted(exchange: &Exchange) -> Candidate {
    let refresh = Some(Secret::new(CANARY));
    let connection = Connection { client: exchange.client.clone(), redirect: exchange.redirect, refresh };
    Candidate::Granted { token: Secret::new(CANARY), connection: Box::new(connection) }
}

/// Nothing yet, something, or all of it.
fn project(seed: u8) -> Project {
    let key = || "github".to_owned();
    let is_deployed = seed.is_multiple_of(2);
    Project {
        folder: "/home/fake/worker".into(),
        has_sources: seed > 20,
        worker_id: is_deployed.then(|| "worker-1".into()),
        oauth_keys: if is_deployed { Said::Answer(vec![key()]) } else { Said::Refused("ntn is not logged in".into()) },
        variables: Said::Answer(if seed > 99 {
            vec!["GITHUB_CLIENT_ID".into(), "GITHUB_CLIENT_SECRET".into()]
        } else {
            Vec::new()
        }),
        redirect_url: Said::Answer("https://www.notion.so/workers/oauth/callback".into()),
        token: if seed > 150 { Said::Answer(TokenState::Present { expires_at: None }) } else { Said::Answer(TokenState::Absent) },
        pushes_files: seed.is_multiple_of(5),
    }
}

fn ran(step: &StepRun, seed: u8) -> StepRan {
    match step {
        StepRun::Start { .. } => StepRan::Started(pending().link),
        StepRun::AwaitToken { .. } if seed.is_multiple_of(3) => StepRan::Token(TokenState::Absent),
        StepRun::AwaitToken { .. } => StepRan::Token(TokenState::Present { expires_at: None }),
        StepRun::Create { .. } | StepRun::Deploy { .. } | StepRun::Credentials { .. } => StepRan::Done,
    }
}

/// A person, a connection, or an answer that names neither owner nor workspace.
fn identity(seed: u8) -> Identity {
    match seed % 3 {
        0 => connection(),
        1 => member(),
        _ => {
            Identity { owner: Owner::Unknown, bot_id: None, bot_name: None, workspace: None, upload_limit: None, request_id: None }
        }
    }
}
