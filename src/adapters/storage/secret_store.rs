//! The operations of every place for secrets. Blocking; the caller provides threads and time limits.

use super::json_file::Note;
use crate::domain::credentials::Account;
use crate::domain::machine::KeychainState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;

pub trait SecretStore: Send + Sync {
    /// The name for a person.
    fn name(&self) -> &'static str;
    /// False where every call responds at once, so that none needs a time limit.
    fn may_hang(&self) -> bool {
        true
    }
    /// The exact location of this account's secret, for a person.
    fn place(&self, account: &Account) -> String;
    fn write(&self, account: &Account, secret: &Secret) -> Result<Note, Problem>;
    fn read(&self, account: &Account) -> Result<Option<Secret>, Problem>;
    /// Returns whether there was one.
    fn delete(&self, account: &Account) -> Result<bool, Problem>;

    /// Returns the accounts of all entries, or `None` if the store cannot tell.
    fn accounts(&self) -> Result<Option<Vec<Account>>, Problem> {
        Ok(None)
    }

    /// Proves that a secret can be written and read back, and leaves the entry for `remove_probe` to delete.
    fn probe(&self) -> ProbeOutcome {
        round_trip_probe(self)
    }

    /// Deletes the probe's entry. A failure does not matter, because the next probe uses the same entry.
    fn remove_probe(&self) {
        let _ = self.delete(&probe_account());
    }
}

/// The outcome of a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeOutcome {
    pub state: KeychainState,
    /// True if the probe created an entry, whose deletion may ask the person.
    pub wrote_entry: bool,
}

impl From<KeychainState> for ProbeOutcome {
    fn from(state: KeychainState) -> Self {
        Self { state, wrote_entry: false }
    }
}

/// Another process that probes at the same time may delete the entry between our write and our read.
const PROBE_ATTEMPTS: usize = 3;

/// Always the same entry: a keychain that asks before it deletes may keep it, and then there is one and not one for each start.
pub fn probe_account() -> Account {
    Account { workspace: "probe".into(), name: "round-trip".into() }
}

/// Writes a meaningless entry and reads it back. A read alone proves nothing: a Secret Service without a collection answers reads
/// as if all were well. A deletion proves nothing either, so the caller deletes once the state is known.
pub fn round_trip_probe<S: SecretStore + ?Sized>(store: &S) -> ProbeOutcome {
    let (account, value) = (probe_account(), Secret::new("written by notion-auth to test the keychain; safe to delete"));
    let attempt = || {
        // An entry that is still there could not be deleted: another try would ask the person again.
        let is_left_over = store.read(&account)?.is_some();
        store.write(&account, &value)?;
        let is_read_back = store.read(&account)?.as_ref() == Some(&value);
        Ok((is_read_back, !is_left_over))
    };
    for _ in 0..PROBE_ATTEMPTS {
        match attempt() {
            Ok((true, wrote_entry)) => {
                return ProbeOutcome { state: KeychainState::Available { name: store.name().into() }, wrote_entry };
            }
            Ok((false, _)) => {}
            Err(problem) => return keychain_state(problem).into(),
        }
    }
    KeychainState::Locked { evidence: "the saved value could not be read back".into() }.into()
}

fn keychain_state(problem: Problem) -> KeychainState {
    let evidence = problem.evidence.unwrap_or_default();
    match problem.code {
        ProblemCode::KeychainAbsent => KeychainState::Absent { evidence },
        ProblemCode::KeychainSlow => KeychainState::TimedOut,
        _ => KeychainState::Locked { evidence },
    }
}
