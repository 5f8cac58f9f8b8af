//! Turns effects into tasks and tasks into messages. This is the only place that starts tasks.
//!
//!
//! It depends on the message types (`wizard::msg`) and the ports, not on the model.

pub mod accounts;
mod catch_panic;
pub mod oauth;
pub mod ports;
pub mod retry;
mod task_thread;
mod tasks;

pub use catch_panic::is_catching;
pub use tasks::verify;

use crate::domain::credentials::{Deletion, Inventory, LogoutOutcome, Revocation, StoreKind};
use crate::domain::loopback::PortState;
use crate::domain::machine::KeychainState;
use crate::domain::oauth::AUTHORIZATION_TIMEOUT;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::retry::max_duration;
use crate::wizard::msg::{Msg, Probe, Progress, Reply, Task, TaskId};
use accounts::Stop;
use ports::{KEYCHAIN_DIALOG_TIMEOUT, MAX_USER_PAGES, REQUEST_TIMEOUT, World};
use std::collections::HashMap;
use std::time::Duration;
use task_thread::TaskThread;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::AbortHandle;

struct Running {
    handle: AbortHandle,
    /// Ends its wait for the keychain.
    stop: watch::Sender<bool>,
}

pub struct Runtime {
    world: World,
    outbox: UnboundedSender<Msg>,
    running: HashMap<TaskId, Running>,
    retries: bool,
    /// `None` means that tasks run on the thread that starts them.
    task_thread: Option<TaskThread>,
}

impl Runtime {
    /// Returns the runtime, and the receiver of the messages that its tasks send.
    pub fn new(world: World) -> (Self, UnboundedReceiver<Msg>) {
        let (outbox, inbox) = unbounded_channel();
        (Self { world, outbox, running: HashMap::new(), retries: false, task_thread: None }, inbox)
    }

    /// Like [`Self::new`], but tasks run on a thread of their own, so that they never delay a frame or a key press.
    pub fn with_task_thread(world: World) -> (Self, UnboundedReceiver<Msg>) {
        let (mut runtime, inbox) = Self::new(world);
        runtime.task_thread = TaskThread::start();
        (runtime, inbox)
    }

    /// Sets whether tasks retry requests to Notion after a transient failure.
    pub fn set_retries(&mut self, retries: bool) {
        self.retries = retries;
    }

    /// Returns the world for one task, with the pauses between retries sent as its progress.
    fn world_for_task(&self, id: TaskId) -> World {
        if !self.retries {
            return self.world.clone();
        }
        let outbox = self.outbox.clone();
        retry::with_retries(&self.world, move |wait| {
            let _ = outbox.send(Msg::Progress(id, Progress::Retrying(wait)));
        })
    }

    /// Starts a task. Exactly one reply follows within its time limit, unless the task is cancelled.
    pub fn start(&mut self, id: TaskId, task: Task) {
        self.running.retain(|_, running| !running.handle.is_finished());
        let outbox = self.outbox.clone();
        let (stop, stopped) = Stop::new();
        let (limit, silent) = (time_limit(&task, self.retries), timeout_reply(&task));
        let work = catch_panic::catch(tasks::perform(self.world_for_task(id), id, task.clone(), stopped, outbox.clone()));
        let task = async move {
            let reply = match tokio::time::timeout(limit, work).await {
                Ok(Ok(reply)) => reply,
                Ok(Err(panic)) => failure_reply(&task, Problem::bug(panic)),
                Err(_) => silent,
            };
            // The receiver is gone only when the program is ending.
            let _ = outbox.send(Msg::Reply(id, reply));
        };
        #[expect(clippy::disallowed_methods, reason = "this is the runtime")]
        let handle = match &self.task_thread {
            Some(worker) => worker.handle.spawn(task),
            None => tokio::spawn(task),
        };
        self.running.insert(id, Running { handle: handle.abort_handle(), stop });
    }

    pub fn cancel(&mut self, id: TaskId) {
        if let Some(running) = self.running.remove(&id) {
            running.handle.abort();
        }
    }

    /// The task goes on without what it waits for in the keychain, and replies.
    pub fn end_wait(&mut self, id: TaskId) {
        if let Some(running) = self.running.get(&id) {
            // A task that has just ended does not hear it.
            let _ = running.stop.send(true);
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        for running in self.running.values() {
            running.handle.abort();
        }
    }
}

/// Returns the time limit of a task. Adapters and retries have tighter limits of their own; this one is the safety net, so it is
/// never shorter than their sum.
pub fn time_limit(task: &Task, retries: bool) -> Duration {
    attempt_time_limit(task) + if retries { retry_time_limit(task) } else { Duration::ZERO }
}

/// Returns the extra time that repeated requests and the pauses between them can take.
fn retry_time_limit(task: &Task) -> Duration {
    let more = |request: Duration| max_duration(request).saturating_sub(request);
    match task {
        Task::Verify(_) | Task::ProbeClient(..) | Task::Login(_) => more(REQUEST_TIMEOUT),
        // Two revocations, one after the other.
        Task::LogOut(_) => 2 * more(REQUEST_TIMEOUT),
        // The whole list of people may be requested again, and one more request follows it.
        Task::Inspect(_) => more(MAX_USER_PAGES * REQUEST_TIMEOUT) + more(REQUEST_TIMEOUT),
        _ => Duration::ZERO,
    }
}

fn attempt_time_limit(task: &Task) -> Duration {
    Duration::from_secs(match task {
        Task::Probe(
            Probe::Keychain | Probe::Browser | Probe::Existing | Probe::Ntn | Probe::Port(_) | Probe::Surroundings | Probe::Storage,
        ) => 6,
        Task::Copy(_) => 5,
        Task::OpenLink(_) => 8,
        Task::Probe(Probe::Network) => 20,
        // The secret may be in a keychain that asks the person to unlock it.
        Task::Verify(_) => 30 + KEYCHAIN_DIALOG_TIMEOUT.as_secs(),
        // The account lock, and the locks of the files.
        Task::CheckRoom(_) | Task::RecordNtnLogin(_) | Task::RememberAnswers(_) | Task::Switch(_) => 40,
        Task::Save(_) | Task::Identify(..) => 40 + KEYCHAIN_DIALOG_TIMEOUT.as_secs(),
        // Covers the account lock, two calls of Notion's API, and up to five operations of the keychain.
        Task::Refresh(_) | Task::LogOut(_) => 120 + 5 * KEYCHAIN_DIALOG_TIMEOUT.as_secs(),
        Task::FindInstallers | Task::FindManagers => 10,
        // Covers five pages of people, and one request after them.
        Task::Inspect(_) => 100,
        Task::ProbeClient(..) | Task::Exchange(_) | Task::InspectProject(_) => 60,
        // The listener's own timeout is shorter.
        Task::Authorize(_) => AUTHORIZATION_TIMEOUT.as_secs() + 20,
        // ntn itself waits for up to five minutes; reading the token back and verifying it come after that.
        Task::Login(_) => 400,
        Task::Install(_) | Task::RunStep(_) => 900,
        // Each run of the manager's client has a time limit of its own.
        Task::Send(..) => 600,
    })
}

/// Returns the reply of a task whose time limit has passed.
fn timeout_reply(task: &Task) -> Reply {
    match task {
        Task::Probe(Probe::Keychain) => Reply::Keychain(KeychainState::TimedOut),
        Task::Copy(_) => Reply::Copied(None),
        Task::Save(keep) if keep.record.store == StoreKind::File => {
            failure_reply(task, Problem::new(ProblemCode::FileFailed).with_evidence("the disk did not answer in time"))
        }
        Task::Save(_) => failure_reply(task, Problem::new(ProblemCode::KeychainSlow)),
        Task::Login(_) => failure_reply(task, Problem::new(ProblemCode::LoginExpired)),
        Task::CheckRoom(_) | Task::RecordNtnLogin(_) | Task::RememberAnswers(_) | Task::Switch(_) | Task::Identify(..) => {
            failure_reply(task, Problem::new(ProblemCode::StoreBusy))
        }
        Task::Install(_) | Task::FindInstallers => failure_reply(task, Problem::new(ProblemCode::InstallFailed)),
        Task::FindManagers => failure_reply(task, Problem::new(ProblemCode::ManagerUnusable)),
        Task::Send(..) => {
            failure_reply(task, Problem::new(ProblemCode::SendUnconfirmed).with_evidence("the client did not end in time"))
        }
        Task::Authorize(_) => failure_reply(task, Problem::new(ProblemCode::AuthorizationExpired)),
        Task::InspectProject(_) | Task::RunStep(_) => {
            failure_reply(task, Problem::new(ProblemCode::NtnFailed).with_evidence("ntn did not end in time"))
        }
        Task::Probe(_)
        | Task::OpenLink(_)
        | Task::Verify(_)
        | Task::Inspect(_)
        | Task::ProbeClient(..)
        | Task::Exchange(_)
        | Task::Refresh(_)
        | Task::LogOut(_) => failure_reply(task, Problem::new(ProblemCode::TimedOut)),
    }
}

/// Returns the reply of a task that ended in a problem.
fn failure_reply(task: &Task, problem: Problem) -> Reply {
    use crate::domain::machine::{BrowserState, HeadlessReason, NtnState};
    let evidence = || problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned());
    match task {
        Task::Probe(Probe::Keychain) => Reply::Keychain(KeychainState::Absent { evidence: evidence() }),
        Task::Probe(Probe::Browser) => Reply::Browser(BrowserState::Headless { reason: HeadlessReason::NoBrowser }),
        Task::Probe(Probe::Ntn) => Reply::Ntn(NtnState::Broken { path: "ntn".into(), evidence: evidence() }),
        Task::Probe(Probe::Network) => Reply::Network(Err(problem)),
        Task::Probe(Probe::Port(redirect)) => Reply::Port(PortState::Unavailable { port: redirect.port, evidence: evidence() }),
        Task::Probe(Probe::Surroundings) => Reply::Surroundings(Box::new(Err(problem))),
        Task::Probe(Probe::Storage) => Reply::Storage(Box::new(Err(problem))),
        Task::Probe(Probe::Existing) => {
            Reply::Existing(Box::new(Inventory { search_problem: Some(problem), ..Inventory::default() }))
        }
        Task::OpenLink(_) => Reply::LinkOpened(Err(problem)),
        Task::Copy(_) => Reply::Copied(None),
        Task::Verify(_) => Reply::Verified(Box::new(Err(problem))),
        Task::Inspect(_) => Reply::Inspected,
        Task::Save(_) | Task::RecordNtnLogin(_) => Reply::Saved(Err(problem)),
        Task::CheckRoom(_) => Reply::RoomChecked(Err(problem)),
        Task::RememberAnswers(_) => Reply::AnswersRemembered(Err(problem)),
        Task::Switch(_) => Reply::Switched(Err(problem)),
        Task::Identify(..) => Reply::Identified(Err(problem)),
        Task::Refresh(_) => Reply::Refreshed(Err(problem)),
        Task::LogOut(record) => Reply::LoggedOut(Box::new(LogoutOutcome {
            record: (**record).clone(),
            revocation: Revocation::Skipped,
            deletion: Deletion::Failed(problem),
        })),
        Task::Login(_) => Reply::LoggedIn(Box::new(Err(problem))),
        Task::ProbeClient(..) => Reply::ClientProbed(Err(problem)),
        Task::Authorize(_) => Reply::CodeReceived(Err(problem)),
        Task::Exchange(_) => Reply::Exchanged(Box::new(Err(problem))),
        Task::InspectProject(_) => Reply::Project(Box::new(Err(problem))),
        Task::RunStep(_) => Reply::StepRan(Err(problem)),
        Task::FindInstallers => Reply::Installers(Err(problem)),
        Task::Install(_) => Reply::Installed(Err(problem)),
        Task::FindManagers => Reply::Managers(Err(problem)),
        Task::Send(..) => Reply::Sent(Err(problem)),
    }
}
