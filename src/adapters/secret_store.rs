//! What every place for secrets can do. Blocking; who calls it sees to threads and time.

use super::json_file::Note;
use crate::domain::credential::Account;
use crate::domain::machine::KeychainState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use std::hash::{BuildHasher, RandomState};

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

    fn probe(&self) -> KeychainState {
        try_out(self)
    }
}

/// Writes an entry of no meaning, reads it back and deletes it. Nothing less will do: a Secret Service without a
/// collection answers reads as if all were well.
pub fn try_out<S: SecretStore + ?Sized>(store: &S) -> KeychainState {
    let account = Account { workspace: "probe".into(), name: format!("{}-{:x}", std::process::id(), random()) };
    let value = Secret::new(format!("{:x}", random()));
    let round_trip = || {
        store.write(&account, &value)?;
        let seen = store.read(&account);
        store.delete(&account)?;
        seen
    };
    match round_trip() {
        Ok(seen) if seen.as_ref() == Some(&value) => KeychainState::Answers { name: store.name().into() },
        Ok(_) => KeychainState::Locked { evidence: "what was written could not be read back".into() },
        Err(problem) => state(problem),
    }
}

fn state(problem: Problem) -> KeychainState {
    let evidence = problem.evidence.unwrap_or_default();
    match problem.code {
        ProblemCode::KeychainAbsent => KeychainState::Absent { evidence },
        ProblemCode::KeychainSlow => KeychainState::Slow,
        _ => KeychainState::Locked { evidence },
    }
}

/// Unlike any other number of today. Guards nothing, so the randomness of a hash map's seed is enough.
fn random() -> u64 {
    RandomState::new().hash_one(())
}
