//! Collects the data for all checks concurrently, with the wizard's tasks, runtime and timeouts.

use crate::domain::check::{CapabilityResponse, Reach, UserList};
use crate::domain::credential::{
    Candidate, CredentialIndex, CredentialRecord, CredentialSource, DiscoveredCredential, VerifiedCredential,
};
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
    pub(super) index: CredentialIndex,
    /// All credentials, in order of precedence.
    pub(super) credentials: Vec<DiagnosedCredential>,
}

/// One credential of this machine.
#[derive(Debug)]
pub(super) struct DiagnosedCredential {
    pub(super) discovered: DiscoveredCredential,
    /// The record of a saved credential.
    pub(super) record: Option<CredentialRecord>,
    /// True for the credential in use.
    pub(super) is_active: bool,
    pub(super) name: String,
    /// `None`: nobody but its keeper can read it.
    pub(super) verification: Option<Result<VerifiedCredential, Problem>>,
    // The fields below are filled in for the active credential only.
    pub(super) users: Option<Result<CapabilityResponse<UserList>, Problem>>,
    pub(super) owner_found: Option<Result<CapabilityResponse<bool>, Problem>>,
    pub(super) search: Option<Result<CapabilityResponse<Reach>, Problem>>,
    pub(super) introspection: Option<Result<Introspection, Problem>>,
}

impl DiagnosedCredential {
    fn new(existing: DiscoveredCredential, index: &CredentialIndex, is_active: bool) -> Self {
        let record = index.credentials.iter().find(|record| record.refers_to(&existing.source)).cloned();
        let (answer, users, owner_found, search, introspected) = (None, None, None, None, None);
        Self {
            discovered: existing,
            record,
            is_active,
            name: String::new(),
            verification: answer,
            users,
            owner_found,
            search,
            introspection: introspected,
        }
    }

    /// Signed in to with us: what was noted of a login is looked for, even where `ntn` does not list it any more. Of a variable that
    /// cannot be used the answer is its problem, and nothing is sent.
    fn is_verifiable(&self) -> bool {
        !matches!(self.discovered.source, CredentialSource::Ntn { .. }) || self.discovered.is_usable()
    }
}

/// Runs all probes and verifications, and returns when the slowest has finished.
pub(super) async fn diagnose(world: World) -> Diagnosis {
    let (runtime, mut inbox) = Runtime::new(world);
    let mut collector =
        DiagnosisRunner { runtime, pending: HashMap::new(), last_id: 0, diagnosis: Diagnosis::default(), unverified: Vec::new() };
    // The storage probe comes first, because reading the files corrects their permissions.
    for probe in [Probe::Storage, Probe::Network, Probe::Keychain, Probe::Ntn, Probe::Browser, Probe::Surroundings] {
        collector.start_task(Task::Probe(probe), None);
    }
    while !collector.pending.is_empty() {
        match inbox.recv().await {
            Some(Msg::Reply(id, reply)) => collector.on_reply(id, reply),
            Some(Msg::Progress(id, progress)) => collector.on_progress(id, progress),
            Some(Msg::Input(_) | Msg::Resized(..) | Msg::ProbeMachine) => {}
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
            self.start_task(Task::Probe(Probe::Existing), None);
        }
        if let Some(index) = result.record(&mut self.diagnosis.findings) {
            self.on_index(index);
        }
    }

    fn on_index(&mut self, index: CredentialIndex) {
        let existing = self.diagnosis.findings.discovered.get().cloned().unwrap_or_default();
        // The rule of `token`: the variable if it is set, otherwise the active saved credential.
        let by_variable = existing.iter().any(|found| found.source == CredentialSource::Environment);
        let is_active = |found: &DiscoveredCredential| match (&found.source, index.active_record()) {
            (CredentialSource::Environment, _) => true,
            // The record of a login that `ntn` no longer lists has a notion-auth account.
            (CredentialSource::Saved(account), Some(record)) => !by_variable && *account == record.account,
            (source, Some(record)) => !by_variable && record.refers_to(source),
            (_, None) => false,
        };
        self.diagnosis.credentials =
            existing.iter().map(|found| DiagnosedCredential::new(found.clone(), &index, is_active(found))).collect();
        let redirect = index.remembered.connection.as_ref().map(|connection| connection.redirect).unwrap_or_default();
        self.diagnosis.index = index;
        self.start_task(Task::Probe(Probe::Port(redirect)), None);
        let existing = self.diagnosis.credentials.iter().enumerate();
        self.unverified = existing.filter(|(_, it)| it.is_verifiable()).map(|(index, _)| index).collect();
        // The active credential starts first, because it needs the most requests.
        self.unverified.sort_by_key(|index| self.diagnosis.credentials.get(*index).is_some_and(|it| it.is_active));
        for _ in 0..MAX_CONCURRENT_VERIFICATIONS {
            self.verify_next();
        }
    }

    fn verify_next(&mut self) {
        let Some(index) = self.unverified.pop() else { return };
        if let Some(credential) = self.diagnosis.credentials.get(index) {
            let candidate = Candidate::Discovered(credential.discovered.source.clone());
            self.start_task(Task::Verify(candidate), Some(index));
        }
    }

    fn on_verified(&mut self, about: Option<usize>, answer: Result<VerifiedCredential, Problem>) {
        self.verify_next();
        let Some((index, credential)) = about.and_then(|index| Some((index, self.diagnosis.credentials.get_mut(index)?))) else {
            return;
        };
        let closer = answer.as_ref().ok().filter(|_| credential.is_active).cloned();
        credential.verification = Some(answer);
        if let Some(verified) = closer {
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
            | Progress::Retrying(_) => {}
        }
    }
}
