//! Turns effects into tasks and tasks into messages. This is the only place that starts tasks.
//!
//! It depends on the message types (`wizard::msg`) and the ports, not on the model.

pub mod accounts;
pub mod agents;
pub mod bridge;
mod catch_panic;
pub mod found_tokens;
pub mod mcp;
pub mod oauth;
pub mod ports;
pub mod retry;
pub mod rotate;
pub mod scan;
pub mod store_choice;
mod task_thread;
mod tasks;
pub mod team_profile;
mod verify;

pub use catch_panic::is_catching;
pub use verify::verify;

use crate::domain::problem::Problem;
use crate::wizard::msg::{Msg, Progress, Task, TaskId};
use accounts::Stop;
use ports::World;
use std::collections::HashMap;
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
    /// True until the first task has started the thread for tasks. The first frame precedes that, and does not wait for it.
    starts_task_thread: bool,
    /// `None` means that tasks run on the thread that starts them.
    task_thread: Option<TaskThread>,
}

impl Runtime {
    /// Returns the runtime, and the receiver of the messages that its tasks send.
    pub fn new(world: World) -> (Self, UnboundedReceiver<Msg>) {
        let (outbox, inbox) = unbounded_channel();
        (Self { world, outbox, running: HashMap::new(), retries: false, starts_task_thread: false, task_thread: None }, inbox)
    }

    /// Like [`Self::new`], but tasks run on a thread of their own, so that they never delay a frame or a key press.
    pub fn with_task_thread(world: World) -> (Self, UnboundedReceiver<Msg>) {
        let (mut runtime, inbox) = Self::new(world);
        runtime.starts_task_thread = true;
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
        let properties = task.properties();
        let limit = properties.time_limit(self.retries);
        let work = catch_panic::catch(tasks::perform(self.world_for_task(id), id, task.clone(), stopped, outbox.clone()));
        let task = async move {
            let reply = match tokio::time::timeout(limit, work).await {
                Ok(Ok(reply)) => reply,
                Ok(Err(panic)) => Err(Problem::bug(panic)),
                Err(_) => Err(properties.timeout),
            };
            let reply = reply.or_else(|problem| task.failure(problem));
            // The receiver is gone only when the program is ending.
            let _ = outbox.send(Msg::Reply(id, reply));
        };
        if std::mem::take(&mut self.starts_task_thread) {
            self.task_thread = TaskThread::start();
        }
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

    /// Ends a task's wait for the keychain. The task replies without its result.
    pub fn end_wait(&mut self, id: TaskId) {
        if let Some(running) = self.running.get(&id) {
            // The receiver is gone if the task has just ended.
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
