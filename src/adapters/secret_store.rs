//! What every place for secrets can do. Blocking; who calls it sees to threads and time.

use super::json_file::Note;
use crate::domain::credential::Account;
use crate::domain::machine::KeychainState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;

pub trait SecretStore: Send + Sync {
    /// What a person calls it.
    fn name(&self) -> &'static str;
    /// Exactly where this account's secret is, for a person.
    fn place(&self, account: &Account) -> String;
    fn write(&self, account: &Account, secret: &Secret) -> Result<Note, Problem>;
    fn read(&self, account: &Account) -> Result<Option<Secret>, Problem>;
    /// Whether there was one.
    fn delete(&self, account: &Account) -> Result<bool, Problem>;

    /// The accounts of all that is in it; `None` where it cannot tell.
    fn accounts(&self) -> Result<Option<Vec<Account>>, Problem> {
        Ok(None)
    }

    /// Proves that a secret can be written and read back, and leaves the proof for `remove_probe` to delete.
    fn probe(&self) -> Probed {
        round_trip_probe(self)
    }

    /// Deletes what the probe wrote. A failure is of no consequence: the next probe uses the same entry.
    fn remove_probe(&self) {
        let _ = self.delete(&probe_account());
    }
}

/// The outcome of a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probed {
    pub state: KeychainState,
    /// An entry was made for it, and deleting that may ask the person.
    pub wrote_entry: bool,
}

impl From<KeychainState> for Probed {
    fn from(state: KeychainState) -> Self {
        Self { state, wrote_entry: false }
    }
}

/// Another process that probes at the same time may delete the entry between our write and our read.
const PROBE_ATTEMPTS: usize = 3;

/// Always the same entry: a keychain that asks before it deletes keeps it, and then there is one and not one for each start.
fn probe_account() -> Account {
    Account { workspace: "probe".into(), name: "round-trip".into() }
}

/// Writes an entry that means nothing and reads it back. A read alone proves nothing: a Secret Service without a collection
/// answers reads as if all were well. Deleting proves nothing either, so the caller does that once the state is known.
pub fn round_trip_probe<S: SecretStore + ?Sized>(store: &S) -> Probed {
    let (account, value) = (probe_account(), Secret::new("written by notion-auth to try the keychain; safe to delete"));
    let attempt = || {
        // An entry that is still there is one that could not be deleted: another try would ask the person again.
        let is_left_over = store.read(&account)?.is_some();
        store.write(&account, &value)?;
        let is_read_back = store.read(&account)?.as_ref() == Some(&value);
        Ok((is_read_back, !is_left_over))
    };
    for _ in 0..PROBE_ATTEMPTS {
        match attempt() {
            Ok((true, wrote_entry)) => {
                return Probed { state: KeychainState::Answers { name: store.name().into() }, wrote_entry };
            }
            Ok((false, _)) => {}
            Err(problem) => return state(problem).into(),
        }
    }
    KeychainState::Locked { evidence: "what was written could not be read back".into() }.into()
}

fn state(problem: Problem) -> KeychainState {
    let evidence = problem.evidence.unwrap_or_default();
    match problem.code {
        ProblemCode::KeychainAbsent => KeychainState::Absent { evidence },
        ProblemCode::KeychainSlow => KeychainState::Slow,
        _ => KeychainState::Locked { evidence },
    }
}
