//! Moves a credential of an earlier version to the account that names its actor.

use super::LocalStore;
use super::save::RecordChange;
use crate::domain::credentials::{Account, CredentialRecord, StoreKind};
use crate::domain::problem::Problem;
use crate::runtime::ports::AccountLock;

impl LocalStore {
    /// Moves a credential of an earlier version to the key that names the actor that Notion has just reported.
    pub fn identify_blocking(&self, account: &Account, actor: &str) -> Result<Account, Problem> {
        self.identify_locked(&self.acquire_blocking(account)?, actor)
    }

    /// Copies the secrets, reads them back, and only then deletes the old ones. A credential that already exists under the new key
    /// stays, unless it holds the same token.
    ///
    /// Returns the account that the credential has afterwards.
    pub(super) fn identify_locked(&self, lock: &AccountLock, actor: &str) -> Result<Account, Problem> {
        let account = lock.account();
        let named = account.with_actor(Some(actor));
        if account.actor().is_some() || named == *account {
            return Ok(account.clone());
        }
        let index = self.records.load()?;
        let is_active = index.is_marked(account);
        let record = self.find_record(account)?;
        if record.store == StoreKind::Ntn {
            self.records.rename(account, &named)?;
            return Ok(named);
        }
        let secrets = self.load_blocking(account)?;
        if index.credentials.iter().any(|record| record.account == named) {
            if self.load_blocking(&named)?.token != secrets.token {
                return Ok(account.clone());
            }
            if is_active {
                self.records.activate(&named)?;
            }
        } else {
            let record = CredentialRecord { account: named.clone(), ..record };
            self.write_locked(&lock.for_sibling(&named), record, &secrets, RecordChange::Put { make_active: is_active })?;
        }
        self.delete_locked(lock)?;
        Ok(named)
    }
}
