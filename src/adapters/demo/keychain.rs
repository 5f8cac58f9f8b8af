//! The demo's keychain: in memory, gone with the process.

use crate::adapters::storage::json_file::Note;
use crate::adapters::storage::secret_store::SecretStore;
use crate::domain::credentials::Account;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

const NAME: &str = "demo keychain (cleared when you quit)";

#[derive(Debug, Default)]
pub struct DemoKeychain {
    secrets: Mutex<BTreeMap<Account, Secret>>,
}

impl DemoKeychain {
    /// A map is valid even after a panic under the lock.
    fn secrets(&self) -> MutexGuard<'_, BTreeMap<Account, Secret>> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SecretStore for DemoKeychain {
    fn name(&self) -> &'static str {
        NAME
    }

    fn may_hang(&self) -> bool {
        false
    }

    fn place(&self, account: &Account) -> String {
        format!("{NAME}, account {}", account.key())
    }

    fn write(&self, account: &Account, secret: &Secret) -> Result<Note, Problem> {
        self.secrets().insert(account.clone(), secret.clone());
        Ok(None)
    }

    fn read(&self, account: &Account) -> Result<Option<Secret>, Problem> {
        Ok(self.secrets().get(account).cloned())
    }

    fn delete(&self, account: &Account) -> Result<bool, Problem> {
        Ok(self.secrets().remove(account).is_some())
    }

    fn accounts(&self) -> Result<Option<Vec<Account>>, Problem> {
        Ok(Some(self.secrets().keys().cloned().collect()))
    }
}
