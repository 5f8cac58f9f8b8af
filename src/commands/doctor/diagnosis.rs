//! Collects the data for all checks concurrently, with the wizard's tasks, runtime and timeouts.

use crate::domain::checks::{CapabilityResponse, Reach, UserList};
use crate::domain::credentials::{Candidate, Entry, RememberedAnswers, VerifiedCredential};
use crate::domain::machine::Findings;
use crate::domain::oauth::Introspection;
use crate::domain::problem::Problem;
use crate::runtime::Runtime;
use crate::runtime::ports::World;
use crate::wizard::msg::{Msg, Probe, ProbeResult, Progress, Reply, Task, TaskId, TaskOutcome, problem_of};
use std::collections::HashMap;

/// All collected data, before any check is made.
#[derive(Debug, Default)]
pub(super) struct Diagnosis {
    pub(super) findings: Findings,
    /// The person's answers.
    pub(super) remembered: RememberedAnswers,
    /// All credentials, in order of precedence.
    pub(super) credentials: Vec<DiagnosedCredential>,
}

/// One credential of this machine.
#[derive(Debug)]
pub(super) struct DiagnosedCredential {
    pub(super) entry: Entry,
    /// True for the credential in use.
    pub(super) is_active: bool,
    pub(super) name: String,
    /// `None` if only the program that stores it can read it.
    pub(super) verification: Option<Result<VerifiedCredential, Problem>>,
    // The fields below are filled in for the active credential only.
    pub(super) users: Option<Result<CapabilityResponse<UserList>, Problem>>,
    pub(super) owner_found: Option<Result<CapabilityResponse<bool>, Problem>>,
    pub(super) search: Option<Result<CapabilityResponse<Reach>, Problem>>,
    pub(super) introspection: Option<Result<Introspection, Problem>>,
}

impl DiagnosedCredential {
    fn new(entry: Entry, is_active: bool) -> Self {
        Self {
            entry,
            is_active,
            name: String::new(),
            verification: None,
            users: None,
            owner_found: None,
            search: None,
            introspection: None,
        }
    }
}

/// Runs all probes and verifications, and returns when the slowest has finished.
pub(super) async fn diagnose(world: World) -> Diagnosis {
    let (runtime, mut inbox) = Runtime::new(world);
    let mut collector =
        DiagnosisRunner { runtime, pending: HashMap::new(), last_id: 0, diagnosis: Diagnosis::default(), unverified: Vec::new() };
    // The storage probe comes first, because reading the files corrects their permissions.
    for probe in [Probe::Storage, Probe::Network, Probe::Keychain, Probe::Ntn, Probe::Browser, Probe::HostDetails] {
        collector.start_task(Task::Probe(probe), None);
    }
    while !collector.pending.is_empty() {
        match inbox.recv().await {
            Some(Msg::Reply(id, reply)) => collector.on_reply(id, reply),
            Some(Msg::Progress(id, progress)) => collector.on_progress(id, progress),
            Some(Msg::Input(_) | Msg::Resized(..) | Msg::Waited(..) | Msg::ProbeMachine) => {}
            // Unreachable while the runtime exists, which holds the sender.
            None => break,
        }
    }
    collector.diagnosis
}

/// A diagnosis in progress.
struct DiagnosisRunner {
    runtime: Runtime,
    /// Pending tasks, each with the index of the credential that it is about.
    pending: HashMap<TaskId, Option<usize>>,
    last_id: u64,
    diagnosis: Diagnosis,
    /// Credentials that are still to be verified, the next one last.
    unverified: Vec<usize>,
}

/// Maximum number of credentials to verify at the same time, because Notion rate-limits hundreds of simultaneous requests.
const MAX_CONCURRENT_VERIFICATIONS: usize = 16;

impl DiagnosisRunner {
    fn start_task(&mut self, task: Task, about: Option<usize>) {
        self.last_id += 1;
        let id = TaskId(self.last_id);
        self.pending.insert(id, about);
        self.runtime.start(id, task);
    }

    fn on_reply(&mut self, id: TaskId, reply: Reply) {
        let about = self.pending.remove(&id).flatten();
        match reply {
            Ok(TaskOutcome::Probed(result)) => self.on_probe(result),
            Ok(TaskOutcome::Verified(verified)) => self.on_verified(about, Ok(*verified)),
            // The results of an inspection arrived as its progress.
            Ok(TaskOutcome::Completed) => {}
            reply => self.on_verified(about, Err(problem_of(reply))),
        }
    }

    fn on_probe(&mut self, result: ProbeResult) {
        if matches!(result, ProbeResult::Storage(_)) {
            self.start_task(Task::Probe(Probe::Inventory), None);
        }
        if let Some(remembered) = result.record(&mut self.diagnosis.findings) {
            self.diagnosis.remembered = remembered;
            self.on_inventory();
        }
    }

    fn on_inventory(&mut self) {
        let Some(inventory) = self.diagnosis.findings.inventory.get() else { return };
        let active = inventory.active().ok().map(|active| active.entry.source.clone());
        let entries = inventory.by_precedence().into_iter().cloned();
        let diagnosed = entries.map(|entry| {
            let is_active = active.as_ref() == Some(&entry.source);
            DiagnosedCredential::new(entry, is_active)
        });
        self.diagnosis.credentials = diagnosed.collect();
        let connection = self.diagnosis.remembered.connection.as_ref();
        let redirect = connection.map(|connection| connection.redirect).unwrap_or_default();
        self.start_task(Task::Probe(Probe::Port(redirect)), None);
        let existing = self.diagnosis.credentials.iter().enumerate();
        self.unverified = existing.filter(|(_, it)| it.entry.can_be_verified()).map(|(index, _)| index).collect();
        // The active credential starts first, because it needs the most requests.
        self.unverified.sort_by_key(|index| self.diagnosis.credentials.get(*index).is_some_and(|it| it.is_active));
        for _ in 0..MAX_CONCURRENT_VERIFICATIONS {
            self.verify_next();
        }
    }

    fn verify_next(&mut self) {
        let Some(index) = self.unverified.pop() else { return };
        if let Some(credential) = self.diagnosis.credentials.get(index) {
            let candidate = Candidate::Discovered(credential.entry.secret_source());
            self.start_task(Task::Verify(candidate), Some(index));
        }
    }

    fn on_verified(&mut self, about: Option<usize>, answer: Result<VerifiedCredential, Problem>) {
        self.verify_next();
        let Some((index, credential)) = about.and_then(|index| Some((index, self.diagnosis.credentials.get_mut(index)?))) else {
            return;
        };
        let to_inspect = answer.as_ref().ok().filter(|_| credential.is_active).cloned();
        credential.verification = Some(answer);
        if let Some(verified) = to_inspect {
            self.start_task(Task::Inspect(Box::new(verified)), Some(index));
        }
    }

    fn on_progress(&mut self, id: TaskId, progress: Progress) {
        let about = self.pending.get(&id).copied().flatten();
        let Some(credential) = about.and_then(|index| self.diagnosis.credentials.get_mut(index)) else { return };
        match progress {
            Progress::Users(answer) => credential.users = Some(answer),
            Progress::OwnerFound(answer) => credential.owner_found = Some(answer),
            Progress::Search(answer) => credential.search = Some(answer),
            Progress::Introspected(answer) => credential.introspection = Some(answer),
            Progress::LoginInvitation(_)
            | Progress::AuthorizationPending(_)
            | Progress::TlsAttempted
            | Progress::OutputLine(_)
            | Progress::Scanned(_)
            | Progress::SavingToken(_)
            | Progress::Retrying(_) => {}
        }
    }
}
