//! The runtime against fakes, on a paused clock: every task ends in its reply, in time, once, and beside the others.

mod accounts;
mod concurrency;
mod existing_credentials;
mod limits;
mod login;
mod outcomes;
mod retries;
mod rotate;
mod scan;
mod token_renewal;
mod worker;

use crate::support::fakes::{FakeWorld, MEMBER, ScriptedAnswer, member_identity, ntn_record, token_record, workspace};
use crate::support::harness::probed;
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::checks::{CapabilityResponse, Reach, UserList};
use notion_auth::domain::credentials::{Account, Candidate, CredentialSource, DiscoveredCredential, StoreKind, VerifiedCredential};
use notion_auth::domain::link::Link;
use notion_auth::domain::machine::{BrowserState, HeadlessReason, KeychainState, NtnState};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::{Browser, Job, World};
use notion_auth::runtime::{Runtime, is_catching};
use notion_auth::wizard::msg::{Msg, Probe, ProbeResult, Progress, Reply, SaveRequest, Task, TaskId, TaskOutcome};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;

/// A runtime at work, and when it was started.
struct Work {
    runtime: Runtime,
    inbox: UnboundedReceiver<Msg>,
    began: Instant,
    last_id: u64,
}

impl Work {
    fn on(world: World) -> Self {
        let (runtime, inbox) = Runtime::new(world);
        Self { runtime, inbox, began: Instant::now(), last_id: 0 }
    }

    fn start(&mut self, task: Task) -> TaskId {
        self.last_id += 1;
        let id = TaskId(self.last_id);
        self.runtime.start(id, task);
        id
    }

    /// The next message, and after how many seconds it came.
    async fn next(&mut self) -> (u64, Msg) {
        let message = self.inbox.recv().await.expect("a message");
        (self.began.elapsed().as_secs(), message)
    }

    /// The reply of a single task that is begun now.
    async fn reply(&mut self, task: Task) -> Reply {
        let id = self.start(task);
        match self.next().await {
            (_, Msg::Reply(from, reply)) if from == id => reply,
            other => panic!("{other:?} is no reply to {id:?}"),
        }
    }

    /// Waits longer than any task may take; true where nothing was said.
    async fn stays_silent(&mut self) -> bool {
        tokio::time::sleep(Duration::from_secs(600)).await;
        self.inbox.try_recv().is_err()
    }
}

fn pasted(token: &str) -> Task {
    Task::Verify(Candidate::Pasted { secret: Secret::new(token), path: AuthPath::Token })
}

fn found(source: CredentialSource) -> Task {
    Task::Verify(Candidate::Discovered(source))
}

fn verified() -> VerifiedCredential {
    VerifiedCredential::new(Secret::new(MEMBER), member_identity(), AuthPath::Token, None)
}

fn keep() -> Task {
    keep_in(StoreKind::Keychain)
}

fn keep_in(store: StoreKind) -> Task {
    let verified = verified();
    let record = verified.record(store, None, jiff::civil::date(2026, 11, 22));
    Task::Save(Box::new(SaveRequest { verified, record }))
}

fn inspect() -> Task {
    Task::Inspect(Box::new(verified()))
}

fn portal() -> Task {
    Task::OpenLink(Link::parse("https://app.notion.com/developers/tokens").expect("an address"))
}

struct Panicking;

impl Browser for Panicking {
    fn open(&self, _: Link) -> Job<()> {
        Box::pin(async { panic!("contained: {}", is_catching()) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_becomes_a_reply_and_the_next_task_runs() {
    let fakes = FakeWorld::new();
    let mut work = Work::on(World { browser: Arc::new(Panicking), ..fakes.world() });
    assert_eq!(work.reply(portal()).await, Err(Problem::bug("contained: true")));
    assert!(!is_catching());
    assert_eq!(work.reply(pasted(MEMBER)).await, Ok(TaskOutcome::Verified(Box::new(verified()))));
}
