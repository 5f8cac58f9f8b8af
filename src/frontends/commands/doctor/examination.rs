//! Collects the data for all checks concurrently, with the wizard's tasks, runtime and timeouts.

use crate::domain::check::{Answer, Reach, UserList};
use crate::domain::credential::{Candidate, CredentialRecord, Existing, ExistingSource, Ledger, Verified};
use crate::domain::machine::{Finding, Findings};
use crate::domain::oauth::Introspection;
use crate::domain::problem::Problem;
use crate::runtime::Runtime;
use crate::runtime::ports::World;
use crate::wizard::msg::{AlreadyHere, Msg, Probe, Progress, Reply, Task, TaskId};
use std::collections::HashMap;

/// All collected data, before any check is made.
#[derive(Debug, Default)]
pub(super) struct Examination {
    pub(super) findings: Findings,
    pub(super) ledger: Ledger,
    /// All credentials, in order of precedence.
    pub(super) credentials: Vec<Examined>,
}

/// One credential of this machine.
#[derive(Debug)]
pub(super) struct Examined {
    pub(super) existing: Existing,
    /// The record of a saved credential.
    pub(super) record: Option<CredentialRecord>,
    /// True for the credential in use.
    pub(super) is_active: bool,
    pub(super) name: String,
    /// `None`: nobody but its keeper can read it.
    pub(super) answer: Option<Result<Verified, Problem>>,
    // The fields below are filled in for the active credential only.
    pub(super) users: Option<Result<Answer<UserList>, Problem>>,
    pub(super) owner_found: Option<Result<Answer<bool>, Problem>>,
    pub(super) search: Option<Result<Answer<Reach>, Problem>>,
    pub(super) introspected: Option<Result<Introspection, Problem>>,
}

impl Examined {
    fn new(existing: Existing, ledger: &Ledger, is_active: bool) -> Self {
        let record = ledger.credentials.iter().find(|record| record.stands_for(&existing.source)).cloned();
        let (answer, users, owner_found, search, introspected) = (None, None, None, None, None);
        Self { existing, record, is_active, name: String::new(), answer, users, owner_found, search, introspected }
    }

    /// Signed in to with us: what was noted of a login is looked for, even where `ntn` does not list it any more. Of a variable that
    /// cannot be used the answer is its problem, and nothing is sent.
    fn can_be_asked(&self) -> bool {
        !matches!(self.existing.source, ExistingSource::Ntn { .. }) || self.existing.is_usable()
    }
}

/// Runs all probes and verifications, and returns when the slowest has finished.
pub(super) async fn examine(world: World) -> Examination {
    let (runtime, mut inbox) = Runtime::new(world);
    let mut collector =
        Collector { runtime, asked: HashMap::new(), last_id: 0, found: Examination::default(), waiting: Vec::new() };
    // The storage probe comes first, because reading the files corrects their permissions.
    for probe in [Probe::Storage, Probe::Network, Probe::Keychain, Probe::Ntn, Probe::Browser, Probe::Surroundings] {
        collector.ask(Task::Probe(probe), None);
    }
    while !collector.asked.is_empty() {
        match inbox.recv().await {
            Some(Msg::Reply(id, reply)) => collector.on_reply(id, reply),
            Some(Msg::Progress(id, progress)) => collector.on_progress(id, progress),
            Some(Msg::Input(_) | Msg::Resized(..) | Msg::Look) => {}
            // Unreachable while the runtime exists, which holds the sender.
            None => break,
        }
    }
    collector.found
}

/// A diagnosis in progress.
struct Collector {
    runtime: Runtime,
    /// Pending tasks, each with the index of the credential that it is about.
    asked: HashMap<TaskId, Option<usize>>,
    last_id: u64,
    found: Examination,
    /// Credentials that are still to be verified, the next one last.
    waiting: Vec<usize>,
}

/// Maximum number of credentials to verify at the same time, because Notion rate-limits hundreds of simultaneous requests.
const AT_ONCE: usize = 16;

impl Collector {
    fn ask(&mut self, task: Task, about: Option<usize>) {
        self.last_id += 1;
        let id = TaskId(self.last_id);
        self.asked.insert(id, about);
        self.runtime.start(id, task);
    }

    fn on_reply(&mut self, id: TaskId, reply: Reply) {
        let about = self.asked.remove(&id).flatten();
        let findings = &mut self.found.findings;
        match reply {
            Reply::Keychain(state) => findings.keychain = Finding::Found(state),
            Reply::Browser(state) => findings.browser = Finding::Found(state),
            Reply::Ntn(state) => findings.ntn = Finding::Found(state),
            Reply::Network(answer) => findings.network = Finding::Found(answer),
            Reply::Port(state) => findings.port = Finding::Found(state),
            Reply::Surroundings(found) => findings.surroundings = Finding::Found(*found),
            Reply::Storage(state) => {
                findings.storage = Finding::Found(*state);
                self.ask(Task::Probe(Probe::Existing), None);
            }
            Reply::Existing(here) => self.on_existing(*here),
            Reply::Verified(answer) => self.on_verified(about, *answer),
            _ => {}
        }
    }

    fn on_existing(&mut self, here: AlreadyHere) {
        let AlreadyHere { existing, ledger, trouble } = here;
        // The rule of `token`: the variable if it is set, otherwise the active saved credential.
        let by_variable = existing.iter().any(|found| found.source == ExistingSource::Environment);
        let is_active = |found: &Existing| match (&found.source, ledger.active_record()) {
            (ExistingSource::Environment, _) => true,
            // The record of a login that `ntn` no longer lists has a notion-auth account.
            (ExistingSource::Ours(account), Some(record)) => !by_variable && *account == record.account,
            (source, Some(record)) => !by_variable && record.stands_for(source),
            (_, None) => false,
        };
        self.found.credentials = existing.iter().map(|found| Examined::new(found.clone(), &ledger, is_active(found))).collect();
        let redirect = ledger.told.connection.as_ref().map(|connection| connection.redirect).unwrap_or_default();
        self.found.findings.existing = Finding::Found(existing);
        self.found.findings.existing_trouble = trouble;
        self.found.ledger = ledger;
        self.ask(Task::Probe(Probe::Port(redirect)), None);
        let credentials = self.found.credentials.iter().enumerate();
        self.waiting = credentials.filter(|(_, it)| it.can_be_asked()).map(|(index, _)| index).collect();
        // The active credential starts first, because it needs the most requests.
        self.waiting.sort_by_key(|index| self.found.credentials.get(*index).is_some_and(|it| it.is_active));
        for _ in 0..AT_ONCE {
            self.verify_next();
        }
    }

    fn verify_next(&mut self) {
        let Some(index) = self.waiting.pop() else { return };
        if let Some(credential) = self.found.credentials.get(index) {
            let candidate = Candidate::Existing(credential.existing.source.clone());
            self.ask(Task::Verify(candidate), Some(index));
        }
    }

    fn on_verified(&mut self, about: Option<usize>, answer: Result<Verified, Problem>) {
        self.verify_next();
        let Some((index, credential)) = about.and_then(|index| Some((index, self.found.credentials.get_mut(index)?))) else {
            return;
        };
        let closer = answer.as_ref().ok().filter(|_| credential.is_active).cloned();
        credential.answer = Some(answer);
        if let Some(verified) = closer {
            self.ask(Task::Inspect(Box::new(verified)), Some(index));
        }
    }

    fn on_progress(&mut self, id: TaskId, progress: Progress) {
        let about = self.asked.get(&id).copied().flatten();
        let Some(credential) = about.and_then(|index| self.found.credentials.get_mut(index)) else { return };
        match progress {
            Progress::Users(answer) => credential.users = Some(answer),
            Progress::OwnerFound(answer) => credential.owner_found = Some(answer),
            Progress::Search(answer) => credential.search = Some(answer),
            Progress::Introspected(answer) => credential.introspected = Some(answer),
            Progress::Invited(_)
            | Progress::Authorizing(_)
            | Progress::TlsAttempted
            | Progress::Line(_)
            | Progress::Retrying(_) => {}
        }
    }
}
