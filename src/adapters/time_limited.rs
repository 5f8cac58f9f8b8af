//! A store that answers within a time limit, whatever the one behind it does.
//!
//! Each call runs on a thread of its own. One that is stuck is abandoned: nothing can stop it, and it ends with the process.
//! So a write that was given up may still land, when the person unlocks the keychain at last. It is left there: the next
//! write replaces it, whereas to delete it could hit the write of a retry.

use super::json_file::Note;
use super::secret_store::SecretStore;
use super::storage_step::{Step, announce};
use crate::domain::credential::Account;
use crate::domain::machine::KeychainState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For the probe: it is on the way to the first answer on the screen.
    pub probe: Duration,
    /// For everything else: the keychain may be asking the person to unlock it.
    pub call: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { probe: Duration::from_secs(3), call: Duration::from_secs(20) }
    }
}

#[derive(Clone)]
pub struct TimeLimited {
    store: Arc<dyn SecretStore>,
    limits: Limits,
}

impl TimeLimited {
    pub fn new(store: Arc<dyn SecretStore>, limits: Limits) -> Self {
        Self { store, limits }
    }

    fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn SecretStore) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        announce(Step::Keychain).map_err(|error| Problem::new(ProblemCode::KeychainFailed).seen(error.to_string()))?;
        let store = Arc::clone(&self.store);
        within(self.limits.call, self.store.name(), move || work(&*store))
    }
}

impl SecretStore for TimeLimited {
    fn name(&self) -> &'static str {
        self.store.name()
    }

    fn place(&self, account: &Account) -> String {
        self.store.place(account)
    }

    fn write(&self, account: &Account, secret: &Secret) -> Result<Note, Problem> {
        let (account, secret) = (account.clone(), secret.clone());
        self.call(move |store| store.write(&account, &secret))
    }

    fn read(&self, account: &Account) -> Result<Option<Secret>, Problem> {
        let account = account.clone();
        self.call(move |store| store.read(&account))
    }

    fn delete(&self, account: &Account) -> Result<bool, Problem> {
        let account = account.clone();
        self.call(move |store| store.delete(&account))
    }

    fn accounts(&self) -> Result<Option<Vec<Account>>, Problem> {
        self.call(|store| store.accounts())
    }

    fn probe(&self) -> KeychainState {
        let store = Arc::clone(&self.store);
        match answer(self.limits.probe, move || store.probe()) {
            Ok(state) => state,
            Err(RecvTimeoutError::Timeout) => KeychainState::Slow,
            Err(RecvTimeoutError::Disconnected) => KeychainState::Absent { evidence: "the probe ended early".into() },
        }
    }
}

/// What `work` answers within the limit. `name` is what a person calls the store that it asks.
pub fn within<T: Send + 'static>(
    limit: Duration,
    name: &str,
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    match answer(limit, work) {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout) => {
            let evidence = format!("{name}: no answer within {} s", limit.as_secs());
            Err(Problem::new(ProblemCode::KeychainSlow).seen(evidence))
        }
        Err(RecvTimeoutError::Disconnected) => Err(Problem::bug(format!("{name}: the call ended early"))),
    }
}

/// Runs `work` on its own thread. `Disconnected` is a panic in it, or no thread to be had.
fn answer<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Result<T, RecvTimeoutError> {
    let (done, answer) = sync_channel(1);
    // If no thread starts, `done` is dropped with the closure and the wait ends at once. If nobody waits any more, the
    // answer is for nobody.
    let _ = std::thread::Builder::new().name("keychain".into()).spawn(move || {
        let _ = done.send(work());
    });
    answer.recv_timeout(limit)
}
