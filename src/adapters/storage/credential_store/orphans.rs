//! Secrets that no record knows: left by a save that was cut off, or by an earlier version.
//!
//! A reader only reports them. A writer deletes those of a save that was cut off, which its marker proves; what only a search shows is
//! deleted on request alone, because it may belong to another configuration folder.

use super::LocalStore;
use super::entries::entry_accounts;
use super::save_marker::SaveMarker;
use crate::adapters::storage::secret_store::{SecretStore, probe_account};
use crate::domain::credentials::{Account, CredentialIndex, OrphanSecret, StoreKind};
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::AccountLock;
use std::collections::{BTreeSet, HashSet};

const STORES: [StoreKind; 2] = [StoreKind::Keychain, StoreKind::File];

impl LocalStore {
    /// Finds the secrets that no record knows, and the problem of a keychain that could not be searched. Changes nothing, and asks the
    /// person nothing. If the records cannot be read, none are reported.
    pub fn find_orphans_blocking(&self) -> (Vec<OrphanSecret>, Option<Problem>) {
        let mut problem = None;
        let mut found = Vec::new();
        for kind in STORES {
            match self.searched_accounts(kind) {
                Ok(accounts) => found.push((kind, accounts)),
                Err(error) => problem = Some(error),
            }
        }
        // Read after the search: what was saved in between has its record by now. And read again after the locks: a save that has
        // ended meanwhile has written its record.
        for is_first in [true, false] {
            let Ok(index) = self.records.load() else { return (Vec::new(), problem) };
            for (kind, accounts) in &mut found {
                let recorded = recorded_entries(&index, *kind);
                accounts.retain(|account| !(recorded.contains(account) || is_first && self.locks.is_held(account)));
            }
        }
        let found = found.into_iter().flat_map(|(kind, accounts)| accounts.into_iter().map(move |account| (kind, account)));
        let orphans = found.filter_map(|(kind, account)| {
            let mut place = self.secret_store(kind)?.place(&account);
            if kind == StoreKind::File {
                place = format!("{place}, account {}", account.key());
            }
            Some(OrphanSecret { account, store: kind, place })
        });
        (orphans.collect(), problem)
    }

    /// Returns the accounts of all entries that a store has of ours. A keychain that cannot be searched has those of its markers.
    fn searched_accounts(&self, kind: StoreKind) -> Result<BTreeSet<Account>, Problem> {
        let found = match kind {
            StoreKind::File => self.file_store.accounts(),
            _ => self.keychain.for_search().accounts(),
        };
        let mut accounts: BTreeSet<Account> = match found {
            Ok(Some(accounts)) => accounts.into_iter().collect(),
            Ok(None) => self.marked_accounts(kind).collect(),
            // A damaged file has a check of its own, and without a keychain there is nothing in it.
            Err(problem) if matches!(problem.code, ProblemCode::KeychainAbsent) || kind == StoreKind::File => BTreeSet::new(),
            Err(problem) => return Err(problem),
        };
        accounts.remove(&probe_account());
        Ok(accounts)
    }

    /// Returns the accounts whose secrets may be in this store, because their save was cut off.
    pub(super) fn marked_accounts(&self, kind: StoreKind) -> impl Iterator<Item = Account> {
        let markers = SaveMarker::find_all(&self.folders).into_iter();
        markers.filter(move |marker| marker.stores().contains(&kind)).map(|marker| marker.account().clone())
    }

    /// Deletes a secret that no record knows. Returns `false` if there is none, or if a record knows it by now.
    pub(super) fn delete_orphan_locked(&self, lock: &AccountLock, kind: StoreKind) -> Result<bool, Problem> {
        let account = lock.account();
        if recorded_entries(&self.records.load()?, kind).contains(account) {
            return Ok(false);
        }
        let deleted = self.secret_store(kind).map(|store| store.delete(account)).transpose()?;
        Ok(deleted == Some(true))
    }

    /// Deletes what writers that were cut off have left: secrets without a record, and temporary files. An account that somebody is
    /// writing to is left alone. A failure is ignored, because the next writer tries again.
    pub(super) fn sweep(&self) {
        for marker in SaveMarker::find_all(&self.folders) {
            if let Ok(Some(lock)) = self.locks.try_acquire(marker.account()) {
                let _ = self.sweep_locked(&lock, &marker);
            }
        }
        let _ = self.sweep_temporary_files();
    }

    fn sweep_locked(&self, _lock: &AccountLock, marker: &SaveMarker) -> Result<(), Problem> {
        if !marker.is_present() {
            return Ok(());
        }
        let index = self.records.load()?;
        for kind in marker.stores() {
            let store: &dyn SecretStore = match kind {
                StoreKind::Keychain => &self.keychain.for_search(),
                StoreKind::File => &self.file_store,
                StoreKind::None | StoreKind::Ntn => continue,
            };
            let recorded = recorded_entries(&index, *kind);
            for entry in entry_accounts(marker.account(), true) {
                if !recorded.contains(&entry) {
                    store.delete(&entry)?;
                }
            }
        }
        marker.remove();
        Ok(())
    }

    fn sweep_temporary_files(&self) -> Result<(), Problem> {
        if !self.file_store.has_temporary_files() && !self.records.has_temporary_files() {
            return Ok(());
        }
        let _lock = self.locks.acquire_store_shared()?;
        self.file_store.remove_temporary_files()?;
        self.records.remove_temporary_files()
    }
}

/// Returns the entries that the records say this store holds.
fn recorded_entries(index: &CredentialIndex, kind: StoreKind) -> HashSet<Account> {
    let of_store = index.credentials.iter().filter(|record| record.store == kind);
    of_store.flat_map(|record| entry_accounts(&record.account, true)).collect()
}
