//! The secrets of one credential, each an entry of its own in a store: read together, and put there all or none.

use crate::adapters::json_file::Note;
use crate::adapters::secret_store::SecretStore;
use crate::domain::credential::{Account, CredentialRecord, Secrets};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;

/// The entries a credential has. Only an own connection has more than the one: a plain token costs no more calls than its own.
pub fn accounts(account: &Account, of_connection: bool) -> Vec<Account> {
    let beside: &[&str] = if of_connection { &[Secrets::REFRESH, Secrets::CLIENT_SECRET] } else { &[] };
    std::iter::once(account.clone()).chain(beside.iter().map(|part| account.beside(part))).collect()
}

/// Everything that the record says is there. Notion may have given no refresh token; a client without a secret is of no use.
pub fn load(store: &dyn SecretStore, record: &CredentialRecord) -> Result<Secrets, Problem> {
    let needed = |account: &Account| {
        let gone = || Problem::new(ProblemCode::SecretGone).seen(store.place(account));
        store.read(account)?.ok_or_else(gone)
    };
    let token = needed(&record.account)?;
    if record.connection.is_none() {
        return Ok(Secrets::of_token(token));
    }
    let refresh = store.read(&record.account.beside(Secrets::REFRESH))?;
    let client_secret = Some(needed(&record.account.beside(Secrets::CLIENT_SECRET))?);
    Ok(Secrets { token, refresh, client_secret })
}

/// Success is said of what was read, never of what was written.
pub fn write(store: &dyn SecretStore, account: &Account, secret: &Secret) -> Result<Note, Problem> {
    let note = store.write(account, secret)?;
    match store.read(account)? {
        Some(found) if found == *secret => Ok(note),
        _ => Err(Problem::new(ProblemCode::ReadBackDiffers).seen(store.place(account))),
    }
}

/// Entries being put into a store, and what was there before, to be restored should a later step fail.
pub struct Change<'a> {
    store: &'a dyn SecretStore,
    before: Vec<(Account, Option<Secret>)>,
}

impl<'a> Change<'a> {
    pub fn of(store: &'a dyn SecretStore) -> Self {
        Self { store, before: Vec::new() }
    }

    /// `None` deletes what an earlier credential of this account had there.
    pub fn put(&mut self, account: &Account, secret: Option<&Secret>) -> Result<Note, Problem> {
        let before = match self.store.read(account) {
            // The write sets the file aside and says so.
            Err(problem) if problem.code == ProblemCode::FileCorrupt => None,
            other => other?,
        };
        if before.is_none() && secret.is_none() {
            return Ok(None);
        }
        self.before.push((account.clone(), before));
        match secret {
            Some(secret) => write(self.store, account, secret),
            None => self.store.delete(account).map(|_| None),
        }
    }

    /// Restores what the store held before a step failed, and says so where that cannot be done.
    pub fn take_back(self, problem: Problem) -> Problem {
        let restore = |account: &Account, before: Option<&Secret>| match before {
            // A store that has just fallen silent is not waited for again.
            _ if problem.code == ProblemCode::KeychainSlow => false,
            Some(earlier) => self.store.write(account, earlier).is_ok(),
            None => self.store.delete(account).is_ok(),
        };
        let entries = self.before.iter().rev();
        let left = entries.filter(|(account, before)| !restore(account, before.as_ref()));
        let mut places: Vec<String> = left.map(|(account, _)| self.store.place(account)).collect();
        // Of a file, all entries are in the same place.
        places.dedup();
        if places.is_empty() {
            return problem;
        }
        let why = problem.evidence.clone().unwrap_or_default();
        problem.seen(format!("{why}; the new secret could not be taken back from {}", places.join(" and ")))
    }
}
