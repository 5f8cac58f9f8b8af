//! Saves, finds and deletes credentials: secrets in the keychain or the private file, records beside them.
//!
//!
//! Two orders hold throughout. A secret is read back before its record says that it is saved, and it is deleted before its record is. So a
//! record may refer to a missing secret, which is detected and reported; the reverse would be a secret that no record knows.

mod account_locks;
mod blocking_thread;
mod entries;
mod inspect;
mod orphans;
mod renewal;
mod reset;
mod save_marker;

use super::file_store::FileStore;
use super::folders::Folders;
use super::json_file::Note;
use super::keychain::Keychain;
use super::records_file::RecordsFile;
use super::secret_store::SecretStore;
use super::time_limited_store::{Cancellation, DialogNotice, KeychainLimits, TimeLimitedStore};
use crate::adapters::demo::keychain::DemoKeychain;
use crate::adapters::trace;
use crate::domain::credentials::{
    Account, CredentialIndex, CredentialRecord, OrphanSecret, Receipt, RememberedAnswers, ResetOutcome, Secrets, StoreKind,
    StoredData,
};
use crate::domain::machine::KeychainState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::storage::StorageState;
use crate::runtime::ports::{AccountLock, CredentialStore, Job};
pub use account_locks::AccountLocks;
use blocking_thread::run_blocking;
use entries::Transaction;
use renewal::RenewalSlot;
use save_marker::SaveMarker;
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
    cancellation: Cancellation,
}

/// Cancels the operation when its job is dropped.
struct CancelOnDrop(Cancellation);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.trigger();
    }
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
            cancellation: Cancellation::default(),
        }
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
        let place = self.renewal_slot(record).filter(|_| record.connection.is_some());
        let answer = place.map(|place| place.read()).transpose()?.flatten();
        let kept = entries::load_secrets(store, record)?;
        Ok(match answer {
            Some(answer) => answer.apply_to(kept),
            None => kept,
        })
    }

    /// Writes the secrets, reads them back, writes the record, and removes a copy in the other store: all of it, or nothing.
    pub fn save_blocking(&self, record: CredentialRecord, secrets: &Secrets) -> Result<Receipt, Problem> {
        if record.store == StoreKind::None {
            return Ok(Receipt::for_session());
        }
        let lock = self.acquire_blocking(&record.account)?;
        self.save_locked(&lock, record, secrets)
    }

    /// Afterwards removes an entry of the same token that an earlier version saved without an actor.
    fn save_locked(&self, lock: &AccountLock, note: CredentialRecord, secrets: &Secrets) -> Result<Receipt, Problem> {
        let nameless = note.account.with_actor(None);
        let is_named = note.account != nameless;
        let mut receipt = self.write_locked(lock, note, secrets, true)?;
        if is_named && self.load_blocking(&nameless).is_ok_and(|earlier| earlier.token == secrets.token) {
            let note = match self.delete_locked(&lock.for_sibling(&nameless)) {
                Ok(_) => "its entry of an earlier version was removed".to_owned(),
                Err(problem) => {
                    let why = problem.evidence.unwrap_or_else(|| problem.code.name().into());
                    format!("its entry of an earlier version may be left ({why})")
                }
            };
            receipt.note = Some(receipt.note.map_or_else(|| note.clone(), |before| format!("{before}; {note}")));
        }
        Ok(receipt)
    }

    /// Moves a credential of an earlier version to the key that names the actor that Notion has just reported.
    pub fn identify_blocking(&self, account: &Account, actor: &str) -> Result<Account, Problem> {
        self.identify_locked(&self.acquire_blocking(account)?, actor)
    }

    /// Copies the secrets, reads them back, and only then deletes the old ones. A credential that already exists under the new key
    /// stays, unless it holds the same token.
    ///
    ///
    /// Returns the account that the credential has afterwards.
    fn identify_locked(&self, lock: &AccountLock, actor: &str) -> Result<Account, Problem> {
        let account = lock.account();
        let named = account.with_actor(Some(actor));
        if account.actor().is_some() || named == *account {
            return Ok(account.clone());
        }
        let ledger = self.records.load()?;
        let is_active = ledger.active.as_ref() == Some(account);
        let record = self.find_record(account)?;
        if record.store == StoreKind::Ntn {
            self.records.rename(account, &named)?;
            return Ok(named);
        }
        let secrets = self.load_blocking(account)?;
        if ledger.credentials.iter().any(|record| record.account == named) {
            if self.load_blocking(&named)?.token != secrets.token {
                return Ok(account.clone());
            }
            if is_active {
                self.records.activate(&named)?;
            }
        } else {
            let record = CredentialRecord { account: named.clone(), ..record };
            self.write_locked(&lock.for_sibling(&named), record, &secrets, is_active)?;
        }
        self.delete_locked(lock)?;
        Ok(named)
    }

    fn write_locked(
        &self,
        _lock: &AccountLock,
        note: CredentialRecord,
        secrets: &Secrets,
        make_active: bool,
    ) -> Result<Receipt, Problem> {
        let kind = note.store;
        let Some(store) = self.secret_store(kind) else {
            return Ok(Receipt { store: kind, ..Receipt::for_session() });
        };
        let account = note.account.clone();
        let place = store.place(&account);
        // Unreadable records are a failure of the write below; here they only mean that no earlier copy is known.
        let earlier = self.find_record(&account).ok();
        let of_connection = [Some(&note), earlier.as_ref()].into_iter().flatten().any(|record| record.connection.is_some());
        let accounts = entries::entry_accounts(&account, of_connection);

        // Secrets may be left in this store, and in the one that held them before.
        let others = earlier.as_ref().map(|record| record.store).filter(|other| *other != kind);
        let marker = SaveMarker::create(&account, std::iter::once(kind).chain(others).collect(), &self.folders)?;
        let mut change = Transaction::new(store);
        let mut notes = Vec::new();
        let put = || {
            // The token is written last, so that a stored token always has what renews it beside it.
            for (account, secret) in secrets.entries(&account).into_iter().filter(|(entry, _)| accounts.contains(entry)).rev() {
                notes.push(change.put(&account, secret)?);
            }
            if self.cancellation.is_triggered() {
                return Err(Problem::new(ProblemCode::Cancelled));
            }
            notes.push(self.records.put(note, make_active)?);
            Ok(())
        };
        if let Err(problem) = put() {
            let (problem, is_undone) = change.rollback(problem);
            if is_undone {
                marker.remove();
            }
            return Err(problem);
        }
        self.clear_renewal(earlier.as_ref());
        notes.push(self.remove_other_copy(kind, earlier.map(|note| note.store), &accounts));
        marker.remove();
        let notes: Vec<_> = notes.into_iter().flatten().collect();
        Ok(Receipt { store: kind, place, note: (!notes.is_empty()).then(|| notes.join("; ")) })
    }

    /// Every writer that blocks comes through here, and holds no lock yet.
    fn acquire_blocking(&self, account: &Account) -> Result<AccountLock, Problem> {
        self.sweep();
        self.locks.acquire_blocking(account)
    }

    pub fn inspect_storage_blocking(&self) -> Result<StorageState, Problem> {
        let state = inspect::inspect_storage(&self.records, &self.file_store)?;
        let (orphans, search_problem) = self.find_orphans_blocking();
        Ok(StorageState { orphans, search_problem, ..state })
    }

    /// The records have an entry of every credential, wherever its secrets are.
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

    /// Takes the room for a new pair, in the store that keeps the old one. A pair from before that was never moved is moved
    /// first. Fails where the answer could not be kept.
    fn begin_renewal_locked(&self, lock: &AccountLock) -> Result<(), Problem> {
        let record = self.find_record(lock.account())?;
        let store = self.secret_store_of(&record)?;
        let Some(place) = self.renewal_slot(&record) else { return Ok(()) };
        let prepare = || {
            if let Some(answer) = place.read()? {
                let kept = entries::load_secrets(store, &record)?;
                if answer.is_successor_of(&kept) {
                    entries::write_token_pair(store, &record.account, &answer.apply_to(kept))?;
                }
            }
            place.reserve()
        };
        prepare().map_err(|problem| renewal::no_room_problem(&problem))
    }

    /// Writes a new pair into the room that was reserved for it, and moves it to the usual place of the old one.
    pub fn renew_blocking(&self, account: &Account, secrets: &Secrets) -> Result<Option<Problem>, Problem> {
        self.renew_locked(&self.acquire_blocking(account)?, secrets)
    }

    /// `Ok(Some(problem))` means that the pair is saved where [`Self::load_blocking`] finds it, and could not be moved from there.
    fn renew_locked(&self, lock: &AccountLock, secrets: &Secrets) -> Result<Option<Problem>, Problem> {
        let record = self.find_record(lock.account())?;
        let store = self.secret_store_of(&record)?;
        let Some(place) = self.renewal_slot(&record) else { return Ok(None) };
        let replaced = store.read(&record.account.sibling(Secrets::REFRESH_SUFFIX));
        let recorded = match replaced {
            Ok(Some(replaced)) => place.write(replaced, secrets),
            Ok(None) => Err(Problem::new(ProblemCode::SecretMissing).with_evidence(store.place(&record.account))),
            Err(problem) => Err(problem),
        };
        match (recorded, entries::write_token_pair(store, &record.account, secrets)) {
            (_, Ok(())) => {
                // A leftover is the same pair, or blank.
                let _ = place.clear();
                Ok(None)
            }
            (Ok(()), Err(problem)) => Ok(Some(problem)),
            (Err(_), Err(problem)) => Err(problem),
        }
    }

    /// Releases the reserved room, because Notion issued no pair.
    fn cancel_renewal_locked(&self, lock: &AccountLock) -> Result<(), Problem> {
        let record = self.find_record(lock.account())?;
        self.renewal_slot(&record).map_or(Ok(()), |place| place.clear())
    }

    /// Removes a pair of an earlier login. It no longer counts, so a failure is ignored.
    fn clear_renewal(&self, earlier: Option<&CredentialRecord>) {
        let of_connection = earlier.filter(|record| record.connection.is_some());
        if let Some(place) = of_connection.and_then(|record| self.renewal_slot(record)) {
            let _ = place.clear();
        }
    }

    fn renewal_slot(&self, record: &CredentialRecord) -> Option<RenewalSlot<'_>> {
        RenewalSlot::for_account(&record.account, record.store, &self.folders, &self.keychain)
    }

    /// Records a login that `ntn` stores. Nothing else of ours is changed.
    pub fn record_ntn_login_blocking(&self, record: CredentialRecord) -> Result<Receipt, Problem> {
        let lock = self.acquire_blocking(&record.account)?;
        self.record_ntn_login_locked(&lock, record)
    }

    fn record_ntn_login_locked(&self, _lock: &AccountLock, mut note: CredentialRecord) -> Result<Receipt, Problem> {
        // A reader of the record must never look for the secret in our stores.
        note.store = StoreKind::Ntn;
        let note = self.records.put_ntn_login(note)?;
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
        let mut note = None;
        for entry in entries::entry_accounts(account, record.connection.is_some()) {
            let found = self.secret_store(record.store).map(|store| store.delete(&entry)).transpose()?;
            if entry == *account && found == Some(false) {
                note = Some(format!("{}: the secret was gone already", record.store.name()));
            }
            // Whatever the record says, no plain text is left behind.
            self.file_store.delete(&entry)?;
        }
        RenewalSlot::for_account(account, StoreKind::File, &self.folders, &self.keychain).map_or(Ok(()), |place| place.clear())?;
        self.records.remove(account)?;
        Ok(note)
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
    fn remember_answers_blocking(&self, told: &RememberedAnswers) -> Result<Note, Problem> {
        let _lock = self.locks.acquire_store_shared()?;
        self.records.remember_answers(told)
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
            let keeper = if record.store == StoreKind::Ntn { "ntn keeps it, not notion-auth" } else { "it was kept nowhere" };
            Problem::new(ProblemCode::SecretMissing).with_evidence(format!("{}: {keeper}", record.account.key()))
        })
    }

    fn find_record(&self, account: &Account) -> Result<CredentialRecord, Problem> {
        let record = self.records.load()?.credentials.into_iter().find(|record| record.account == *account);
        record.ok_or_else(|| Problem::new(ProblemCode::NotSignedIn).with_evidence(account.key()))
    }

    /// Always looks for a plain-text copy. The keychain is asked only if a record says that it holds one, because asking may raise
    /// a dialog.
    fn remove_other_copy(&self, kept_in: StoreKind, earlier: Option<StoreKind>, entries: &[Account]) -> Note {
        let other: &dyn SecretStore = match kept_in {
            StoreKind::Keychain => &self.file_store,
            StoreKind::File if earlier == Some(StoreKind::Keychain) => &self.keychain,
            StoreKind::File | StoreKind::None | StoreKind::Ntn => return None,
        };
        let remove = |entry: &Account| match other.delete(entry) {
            Ok(false) => None,
            Ok(true) => Some(format!("the earlier copy was removed: {}", other.place(entry))),
            Err(problem) => {
                let why = problem.evidence.unwrap_or_else(|| problem.code.name().into());
                Some(format!("an earlier copy may be left: {} ({why})", other.place(entry)))
            }
        };
        let mut notes: Vec<_> = entries.iter().filter_map(remove).collect();
        // All entries of a file have the same location.
        notes.dedup();
        (!notes.is_empty()).then(|| notes.join("; "))
    }

    /// Acquires the account lock, then runs `work` with it. Dropping the job ends the wait, but not the work.
    fn with_account_lock<T: Send + 'static>(
        &self,
        account: Account,
        work: impl FnOnce(&Self, &AccountLock) -> Result<T, Problem> + Send + 'static,
    ) -> Job<T> {
        let store = self.clone();
        Box::pin(async move {
            let lock = store.lock_account(account).await?;
            store.run_operation(move |store| work(store, &lock)).await
        })
    }

    /// Runs `work` as one operation of the keychain, which is cancelled when the job is dropped.
    fn run_operation<T: Send + 'static>(&self, work: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static) -> Job<T> {
        let cancellation = Cancellation::default();
        let keychain = self.keychain.for_operation(&cancellation);
        let store = Self { keychain, cancellation: cancellation.clone(), ..self.clone() };
        let job = run_blocking(move || work(&store));
        Box::pin(async move {
            let _cancels = CancelOnDrop(cancellation);
            job.await
        })
    }
}

impl CredentialStore for LocalStore {
    fn probe_keychain(&self) -> Job<KeychainState> {
        trace::job("store", "probe_keychain", self.run_operation(|store| Ok(store.probe_keychain_blocking())))
    }

    fn load_index(&self) -> Job<CredentialIndex> {
        trace::job("store", "load_index", self.run_operation(Self::load_index_blocking))
    }

    fn load_active(&self) -> Job<CredentialIndex> {
        trace::job("store", "load_active", self.run_operation(|store| store.records.load_active()))
    }

    fn save(&self, record: CredentialRecord, secrets: Secrets) -> Job<Receipt> {
        if record.store == StoreKind::None {
            return Box::pin(std::future::ready(Ok(Receipt::for_session())));
        }
        trace::job(
            "store",
            "save",
            self.with_account_lock(record.account.clone(), move |store, lock| store.save_locked(lock, record, &secrets)),
        )
    }

    fn check_room(&self, kind: StoreKind) -> Job<()> {
        trace::job("store", "check_room", self.run_operation(move |store| store.check_room_now(kind)))
    }

    fn begin_renewal(&self, lock: AccountLock) -> Job<()> {
        trace::job("store", "begin_renewal", self.run_operation(move |store| store.begin_renewal_locked(&lock)))
    }

    fn cancel_renewal(&self, lock: AccountLock) -> Job<()> {
        trace::job("store", "cancel_renewal", self.run_operation(move |store| store.cancel_renewal_locked(&lock)))
    }

    fn renew(&self, lock: AccountLock, secrets: Secrets) -> Job<Option<Problem>> {
        trace::job("store", "renew", self.run_operation(move |store| store.renew_locked(&lock, &secrets)))
    }

    fn lock_account(&self, account: Account) -> Job<AccountLock> {
        let store = self.clone();
        trace::job("store", "lock_account", async move {
            // Every writer comes through here, and holds no lock yet.
            let swept = store.clone();
            let _ = run_blocking(move || {
                swept.sweep();
                Ok(())
            })
            .await;
            store.locks.acquire(&account).await
        })
    }

    fn record_ntn_login(&self, record: CredentialRecord) -> Job<Receipt> {
        trace::job(
            "store",
            "record_ntn_login",
            self.with_account_lock(record.account.clone(), move |store, lock| store.record_ntn_login_locked(lock, record)),
        )
    }

    fn remember_answers(&self, told: RememberedAnswers) -> Job<()> {
        trace::job("store", "remember_answers", self.run_operation(move |store| store.remember_answers_blocking(&told).map(|_| ())))
    }

    fn load(&self, account: Account) -> Job<Secrets> {
        trace::job("store", "load", self.run_operation(move |store| store.load_blocking(&account)))
    }

    fn delete(&self, lock: AccountLock) -> Job<()> {
        trace::job("store", "delete", self.run_operation(move |store| store.delete_locked(&lock).map(|_| ())))
    }

    fn activate(&self, account: Account) -> Job<()> {
        trace::job("store", "activate", self.with_account_lock(account, Self::activate_locked))
    }

    fn identify(&self, account: Account, actor: String) -> Job<Account> {
        trace::job("store", "identify", self.with_account_lock(account, move |store, lock| store.identify_locked(lock, &actor)))
    }

    fn find_stored_data(&self) -> Job<StoredData> {
        trace::job("store", "find_stored_data", self.run_operation(|store| Ok(store.find_stored_data_blocking())))
    }

    fn remove_stored_data(&self, remains: StoredData) -> Job<ResetOutcome> {
        trace::job("store", "remove_stored_data", self.run_operation(move |store| Ok(store.remove_stored_data_blocking(&remains))))
    }

    fn inspect_storage(&self) -> Job<StorageState> {
        trace::job("store", "inspect_storage", self.run_operation(Self::inspect_storage_blocking))
    }

    fn delete_orphan(&self, orphan: OrphanSecret) -> Job<bool> {
        trace::job(
            "store",
            "delete_orphan",
            self.with_account_lock(orphan.account, move |store, lock| store.delete_orphan_locked(lock, orphan.store)),
        )
    }

    fn file_place(&self) -> String {
        self.file_store.path().display().to_string()
    }
}
