//! Saves, finds and deletes credentials: secrets in the keychain or the private file, records beside them.
//!
//! Two orders hold throughout. A secret is read back before its record says that it is saved, and it is deleted before its record is. So a
//! record may refer to a missing secret, which is detected and reported; the reverse would be a secret that no record knows.

mod account_locks;
mod entries;
mod identify;
mod inspect;
mod jobs;
mod orphans;
mod renewal;
mod renewal_slot;
mod reset;
mod save;
mod save_marker;

use super::file_store::FileStore;
use super::folders::Folders;
use super::json_file::Note;
use super::keychain::Keychain;
use super::records_file::RecordsFile;
use super::secret_store::SecretStore;
use super::time_limited_store::{CancellationFlag, DialogNotice, KeychainLimits, TimeLimitedStore};
use crate::adapters::demo::keychain::DemoKeychain;
use crate::domain::credentials::{
    Account, CredentialIndex, CredentialRecord, Receipt, RememberedAnswers, SecretCopy, Secrets, StoreKind,
};
use crate::domain::machine::KeychainState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::storage::StorageState;
use crate::runtime::ports::AccountLock;
pub use account_locks::AccountLocks;
use renewal_slot::RenewalSlot;
use std::path::PathBuf;
use std::sync::Arc;

/// The credentials of this machine. The `_blocking` methods block for at most the time limit of the keychain for each call to it,
/// and that of the account lock before they write.
#[derive(Clone)]
pub struct LocalStore {
    records: RecordsFile,
    file_store: FileStore,
    keychain: TimeLimitedStore,
    locks: AccountLocks,
    folders: Folders,
    /// Belongs to the operation in progress.
    cancellation: CancellationFlag,
    /// True if a job runs on the thread that awaits it.
    runs_in_place: bool,
}

impl LocalStore {
    /// `keyring_setting` is the value of `NOTION_KEYRING`.
    pub fn new(folders: &Folders, keyring_setting: Option<String>) -> Self {
        Self::with_keychain(folders, Arc::new(Keychain::new(keyring_setting)), KeychainLimits::default())
    }

    /// Creates the demo's store: files in `folder`, which the caller removes, and a keychain in memory.
    pub fn demo(folder: PathBuf) -> Self {
        Self::with_keychain(&Folders::under(folder), Arc::new(DemoKeychain::default()), KeychainLimits::default())
    }

    pub fn with_keychain(folders: &Folders, keychain: Arc<dyn SecretStore>, limits: KeychainLimits) -> Self {
        let keychain = TimeLimitedStore::new(keychain, limits);
        Self {
            records: RecordsFile::new(folders),
            file_store: FileStore::new(folders),
            keychain,
            locks: AccountLocks::new(folders),
            folders: folders.clone(),
            cancellation: CancellationFlag::default(),
            runs_in_place: false,
        }
    }

    /// Runs each operation on the thread that awaits it, for a command that does nothing else meanwhile: starting a thread and waiting for it
    /// takes longer than reading a private file.
    #[must_use]
    pub fn in_place(self) -> Self {
        Self { runs_in_place: true, ..self }
    }

    /// Calls `notice` when an operation waits for the keychain's dialog.
    #[must_use]
    pub fn with_dialog_notice(self, notice: DialogNotice) -> Self {
        Self { keychain: self.keychain.with_notice(notice), ..self }
    }

    pub fn probe_keychain_blocking(&self) -> KeychainState {
        self.keychain.probe().state
    }

    pub fn load_index_blocking(&self) -> Result<CredentialIndex, Problem> {
        self.records.load()
    }

    /// Returns the secrets of a saved credential. A pair that Notion issued and that has yet to be moved to its usual place takes
    /// precedence.
    pub fn load_blocking(&self, account: &Account) -> Result<Secrets, Problem> {
        let record = self.records.search(Some(account)).map_or_else(|| self.find_record(account), Ok)?;
        match self.load_for_record(&record) {
            // Readers take no lock, so a logout or a move to another store may have come between the record and the secret.
            Err(problem) if problem.code == ProblemCode::SecretMissing => {
                let now = self.find_record(account)?;
                if now == record { Err(problem) } else { self.load_for_record(&now) }
            }
            outcome => outcome,
        }
    }

    fn load_for_record(&self, record: &CredentialRecord) -> Result<Secrets, Problem> {
        let store = self.secret_store_of(record)?;
        let slot = self.renewal_slot(record).filter(|_| record.is_renewable());
        let renewed = slot.map(|slot| slot.read()).transpose()?.flatten();
        let saved = entries::load_secrets(store, record)?;
        Ok(match renewed {
            Some(renewed) => renewed.apply_to(saved),
            None => saved,
        })
    }

    /// Sweeps, then acquires the account lock. Every blocking writer calls this first, before it holds a lock.
    fn acquire_blocking(&self, account: &Account) -> Result<AccountLock, Problem> {
        self.sweep();
        self.locks.acquire_blocking(account)
    }

    pub fn inspect_storage_blocking(&self) -> Result<StorageState, Problem> {
        let state = inspect::inspect_storage(&self.records, &self.file_store)?;
        let (orphans, search_problem) = self.find_orphans_blocking();
        Ok(StorageState { orphans, search_problem, ..state })
    }

    /// Checks the records too, because they have an entry for every credential, wherever its secrets are.
    fn check_room_now(&self, store: StoreKind) -> Result<(), Problem> {
        if store == StoreKind::None {
            return Ok(());
        }
        if let Some(problem) = inspect::inspect_storage(&self.records, &self.file_store)?.write_problem() {
            return Err(problem);
        }
        self.records.check_room()?;
        if store == StoreKind::File { self.file_store.check_room() } else { Ok(()) }
    }

    /// Records a login that `ntn` stores. Nothing else of ours is changed.
    pub fn record_ntn_login_blocking(&self, record: CredentialRecord) -> Result<Receipt, Problem> {
        let lock = self.acquire_blocking(&record.account)?;
        self.record_ntn_login_locked(&lock, record)
    }

    fn record_ntn_login_locked(&self, _lock: &AccountLock, mut record: CredentialRecord) -> Result<Receipt, Problem> {
        // A reader of the record must never look for the secret in our stores.
        record.store = StoreKind::Ntn;
        let note = self.records.put_ntn_login(record)?;
        Ok(Receipt { store: StoreKind::Ntn, place: "managed by ntn".into(), note })
    }

    /// Deletes the secrets, then the record. The note reports a token that was gone already. A login that `ntn` stores stays there:
    /// only its record is deleted.
    pub fn delete_blocking(&self, account: &Account) -> Result<Note, Problem> {
        self.delete_locked(&self.acquire_blocking(account)?)
    }

    fn delete_locked(&self, lock: &AccountLock) -> Result<Note, Problem> {
        let account = lock.account();
        let record = self.find_record(account)?;
        if record.store == StoreKind::Ntn {
            return self.records.remove(account);
        }
        let note = self.delete_entries(&record)?;
        RenewalSlot::for_account(account, StoreKind::File, &self.folders, &self.keychain).map_or(Ok(()), |slot| slot.clear())?;
        self.records.remove(account)?;
        Ok(note)
    }

    /// Deletes the secrets of a credential, and leaves its record. The note reports a token that was gone already.
    fn delete_entries(&self, record: &CredentialRecord) -> Result<Note, Problem> {
        let mut note = None;
        for entry in entries::entry_accounts(&record.account, record.is_renewable()) {
            let found = self.secret_store(record.store).map(|store| store.delete(&entry)).transpose()?;
            if entry == record.account && found == Some(false) {
                note = Some(format!("{}: the secret was gone already", record.store.name()));
            }
            // Whatever the record says, no plain text is left behind.
            self.file_store.delete(&entry)?;
        }
        Ok(note)
    }

    fn remember_copy_locked(&self, lock: &AccountLock, copy: SecretCopy) -> Result<(), Problem> {
        let account = lock.account();
        if self.records.remember_copy(account, copy)? {
            return Ok(());
        }
        Err(Problem::new(ProblemCode::NotSignedIn).with_evidence(format!("{} was removed just now", account.key())))
    }

    /// Makes a saved credential the active one. An unreadable record is left as it is.
    pub fn activate_blocking(&self, account: &Account) -> Result<(), Problem> {
        self.activate_locked(&self.acquire_blocking(account)?)
    }

    fn activate_locked(&self, lock: &AccountLock) -> Result<(), Problem> {
        let account = lock.account();
        self.find_record(account)?;
        if self.records.activate(account)? {
            return Ok(());
        }
        Err(Problem::new(ProblemCode::NotSignedIn).with_evidence(format!("{} was removed just now", account.key())))
    }

    /// Needs only the store lock, because a person's answers belong to no account.
    fn remember_answers_blocking(&self, answers: &RememberedAnswers) -> Result<Note, Problem> {
        let _lock = self.locks.acquire_store_shared()?;
        self.records.remember_answers(answers)
    }

    fn secret_store(&self, kind: StoreKind) -> Option<&dyn SecretStore> {
        match kind {
            StoreKind::Keychain => Some(&self.keychain),
            StoreKind::File => Some(&self.file_store),
            StoreKind::None | StoreKind::Ntn => None,
        }
    }

    /// Returns the store that holds the secrets, according to the record.
    fn secret_store_of(&self, record: &CredentialRecord) -> Result<&dyn SecretStore, Problem> {
        self.secret_store(record.store).ok_or_else(|| {
            let reason = if record.store == StoreKind::Ntn { "ntn keeps it, not notion-auth" } else { "it was kept nowhere" };
            Problem::new(ProblemCode::SecretMissing).with_evidence(format!("{}: {reason}", record.account.key()))
        })
    }

    fn find_record(&self, account: &Account) -> Result<CredentialRecord, Problem> {
        let record = self.records.load()?.credentials.into_iter().find(|record| record.account == *account);
        record.ok_or_else(|| Problem::new(ProblemCode::NotSignedIn).with_evidence(account.key()))
    }
}
