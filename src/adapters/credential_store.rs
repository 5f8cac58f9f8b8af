//! Keeping, finding and forgetting credentials: secrets in the keychain or the private file, records beside them.
//!
//! Two orders hold throughout. A secret is read back before its record says that it is kept, and it is deleted before
//! its record is. So a record may point at a secret that is gone, which is seen and said; the reverse would be a secret
//! that nobody knows about.

mod entries;
mod own_thread;
mod remains;
mod turns;
mod whereabouts;

use super::demo_keychain::DemoKeychain;
use super::file_store::FileStore;
use super::folders::Folders;
use super::json_file::Note;
use super::keychain::Keychain;
use super::records::Records;
use super::secret_store::SecretStore;
use super::time_limited::{Cancellation, DialogNotice, Limits, TimeLimited};
use crate::domain::accounts::{Remains, Removed};
use crate::domain::credential::{Account, CredentialRecord, Ledger, Receipt, Secrets, StoreKind, Told};
use crate::domain::machine::KeychainState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::storage::StorageState;
use crate::runtime::ports::{CredentialStore, Exclusive, Job};
use entries::Change;
use own_thread::on_a_thread;
use std::path::PathBuf;
use std::sync::Arc;
pub use turns::Turns;

/// What this machine keeps. The `_now` methods block: at most the time limit of the keychain, for each call to it.
#[derive(Clone)]
pub struct LocalStore {
    records: Records,
    file: FileStore,
    keychain: TimeLimited,
    turns: Turns,
    folders: Folders,
    /// Of the operation under way.
    cancellation: Cancellation,
}

/// Nobody waits for the operation any more.
struct CancelOnDrop(Cancellation);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.trigger();
    }
}

impl LocalStore {
    /// `keyring_setting` is the value of `NOTION_KEYRING`.
    pub fn new(folders: &Folders, keyring_setting: Option<String>) -> Self {
        Self::with_keychain(folders, Arc::new(Keychain::new(keyring_setting)), Limits::default())
    }

    /// A rehearsal: files in `folder`, which the caller removes, and a keychain in memory.
    pub fn demo(folder: PathBuf) -> Self {
        Self::with_keychain(&Folders::under(folder), Arc::new(DemoKeychain::default()), Limits::default())
    }

    pub fn with_keychain(folders: &Folders, keychain: Arc<dyn SecretStore>, limits: Limits) -> Self {
        let keychain = TimeLimited::new(keychain, limits);
        Self {
            records: Records::new(folders),
            file: FileStore::new(folders),
            keychain,
            turns: Turns::new(folders),
            folders: folders.clone(),
            cancellation: Cancellation::default(),
        }
    }

    /// Calls `notice` when an operation waits for the keychain's dialog.
    #[must_use]
    pub fn with_dialog_notice(self, notice: DialogNotice) -> Self {
        Self { keychain: self.keychain.with_notice(notice), ..self }
    }

    pub fn probe_keychain_now(&self) -> KeychainState {
        self.keychain.probe().state
    }

    pub fn ledger_now(&self) -> Result<Ledger, Problem> {
        self.records.load()
    }

    /// The secrets of a kept credential.
    pub fn load_now(&self, account: &Account) -> Result<Secrets, Problem> {
        let record = self.record(account)?;
        entries::load(self.store_of(&record)?, &record)
    }

    /// Writes the secrets, reads them back, writes the record, and removes a copy in the other store: all of it, or nothing.
    pub fn keep_now(&self, record: CredentialRecord, secrets: &Secrets) -> Result<Receipt, Problem> {
        let nameless = record.account.with_actor(None);
        let is_named = record.account != nameless;
        let mut receipt = self.put_now(record, secrets, true)?;
        if is_named && self.load_now(&nameless).is_ok_and(|earlier| earlier.token == secrets.token) {
            let note = match self.forget_now(&nameless) {
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

    /// Puts a credential of an earlier version under the key that names whom it acts as, which Notion has just told: copied
    /// first, read back, and only then deleted. What was kept under that key before stays, unless it holds the same token.
    ///
    /// Returns the account that it has afterwards.
    pub fn identify_now(&self, account: &Account, actor: &str) -> Result<Account, Problem> {
        let named = account.with_actor(Some(actor));
        if account.actor().is_some() || named == *account {
            return Ok(account.clone());
        }
        let ledger = self.records.load()?;
        let is_active = ledger.active.as_ref() == Some(account);
        let record = self.record(account)?;
        if record.store == StoreKind::Ntn {
            self.records.rename(account, &named)?;
            return Ok(named);
        }
        let secrets = self.load_now(account)?;
        if ledger.credentials.iter().any(|record| record.account == named) {
            if self.load_now(&named)?.token != secrets.token {
                return Ok(account.clone());
            }
            if is_active {
                self.records.activate(&named)?;
            }
        } else {
            self.put_now(CredentialRecord { account: named.clone(), ..record }, &secrets, is_active)?;
        }
        self.forget_now(account)?;
        Ok(named)
    }

    fn put_now(&self, record: CredentialRecord, secrets: &Secrets, make_active: bool) -> Result<Receipt, Problem> {
        let kind = record.store;
        let Some(store) = self.store(kind) else {
            return Ok(Receipt { store: kind, ..Receipt::of_session() });
        };
        let account = record.account.clone();
        let place = store.place(&account);
        // Unreadable records are the concern of the write below; here they only mean that no earlier copy is known.
        let earlier = self.record(&account).ok();
        let of_connection = [Some(&record), earlier.as_ref()].into_iter().flatten().any(|record| record.connection.is_some());
        let accounts = entries::accounts(&account, of_connection);

        let mut change = Change::of(store);
        let mut notes = Vec::new();
        let put = || {
            // The token last: where it is, what renews it is there too.
            for (account, secret) in secrets.entries(&account).into_iter().filter(|(entry, _)| accounts.contains(entry)).rev() {
                notes.push(change.put(&account, secret)?);
            }
            if self.cancellation.is_triggered() {
                return Err(Problem::new(ProblemCode::Cancelled));
            }
            notes.push(self.records.put(record, make_active)?);
            Ok(())
        };
        if let Err(problem) = put() {
            return Err(change.take_back(problem));
        }
        notes.push(self.remove_other_copy(kind, earlier.map(|record| record.store), &accounts));
        let notes: Vec<_> = notes.into_iter().flatten().collect();
        Ok(Receipt { store: kind, place, note: (!notes.is_empty()).then(|| notes.join("; ")) })
    }

    /// Puts newer secrets in the place of those of a kept credential. The client's own secret is not Notion's to renew.
    ///
    /// The refresh token goes first. It alone brings a new access token, and the one before it is dead as soon as Notion has
    /// answered: where we die between the two writes, the next refresh mends what is missing. The other way round the account
    /// would be lost. For the same reason nothing is taken back, and the access token is written even where the refresh token
    /// could not be: what was there before is worth less than any part of what is new.
    ///
    /// The caller holds the account's turn, so that nobody forgets or replaces the credential in between.
    pub fn renew_now(&self, account: &Account, secrets: &Secrets) -> Result<(), Problem> {
        let record = self.record(account)?;
        let store = self.store_of(&record)?;
        let refreshed = secrets.refresh.as_ref().map(|refresh| entries::write(store, &account.beside(Secrets::REFRESH), refresh));
        match refreshed.transpose() {
            // A store that has just fallen silent is not waited for again.
            Err(problem) if problem.code == ProblemCode::KeychainSlow => Err(problem),
            refreshed => {
                let token = entries::write(store, account, &secrets.token);
                refreshed.and(token.map(Some)).map(|_| ())
            }
        }
    }

    /// Writes down a credential that `ntn` keeps. Nothing of ours is touched.
    pub fn note_now(&self, mut record: CredentialRecord) -> Result<Receipt, Problem> {
        // Whoever reads the record must never look for the secret here.
        record.store = StoreKind::Ntn;
        let note = self.records.note(record)?;
        Ok(Receipt { store: StoreKind::Ntn, place: "managed by ntn".into(), note })
    }

    /// Deletes the secrets, then the record. The note tells of a token that was gone already. What `ntn` keeps stays with
    /// it: there is only a record to delete.
    pub fn forget_now(&self, account: &Account) -> Result<Note, Problem> {
        let record = self.record(account)?;
        if record.store == StoreKind::Ntn {
            return self.records.remove(account);
        }
        let mut note = None;
        for entry in entries::accounts(account, record.connection.is_some()) {
            let found = self.store(record.store).map(|store| store.delete(&entry)).transpose()?;
            if entry == *account && found == Some(false) {
                note = Some(format!("{}: the secret was gone already", record.store.name()));
            }
            // Whatever the record says, no plain text stays behind.
            self.file.delete(&entry)?;
        }
        self.records.remove(account)?;
        Ok(note)
    }

    /// Makes a kept credential the active one, and reads that back. A record that cannot be read is left as it is.
    pub fn activate_now(&self, account: &Account) -> Result<(), Problem> {
        self.record(account)?;
        let gone = || Problem::new(ProblemCode::NotSignedIn).seen(format!("{} was removed just now", account.as_text()));
        if !self.records.activate(account)? {
            return Err(gone());
        }
        match self.records.load()?.active {
            Some(active) if active == *account => Ok(()),
            _ => Err(Problem::new(ProblemCode::ReadBackDiffers).seen(format!("{} is not the active one", account.as_text()))),
        }
    }

    fn store(&self, kind: StoreKind) -> Option<&dyn SecretStore> {
        match kind {
            StoreKind::Keychain => Some(&self.keychain),
            StoreKind::File => Some(&self.file),
            StoreKind::None | StoreKind::Ntn => None,
        }
    }

    /// Where a record says that its secrets are.
    fn store_of(&self, record: &CredentialRecord) -> Result<&dyn SecretStore, Problem> {
        self.store(record.store).ok_or_else(|| {
            let keeper = if record.store == StoreKind::Ntn { "ntn keeps it, not notion-auth" } else { "it was kept nowhere" };
            Problem::new(ProblemCode::SecretGone).seen(format!("{}: {keeper}", record.account.as_text()))
        })
    }

    fn record(&self, account: &Account) -> Result<CredentialRecord, Problem> {
        let record = self.records.load()?.credentials.into_iter().find(|record| record.account == *account);
        record.ok_or_else(|| Problem::new(ProblemCode::NotSignedIn).seen(account.as_text()))
    }

    /// A plain-text copy is looked for every time. The keychain is asked only where a record says that it has one:
    /// asking may raise a dialog.
    fn remove_other_copy(&self, kept_in: StoreKind, earlier: Option<StoreKind>, entries: &[Account]) -> Note {
        let other: &dyn SecretStore = match kept_in {
            StoreKind::Keychain => &self.file,
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
        // Of a file, all entries are in the same place.
        notes.dedup();
        (!notes.is_empty()).then(|| notes.join("; "))
    }

    /// Runs `work` as one operation of the keychain, which is cancelled when the job is dropped.
    fn job<T: Send + 'static>(&self, work: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static) -> Job<T> {
        let cancellation = Cancellation::default();
        let keychain = self.keychain.for_operation(&cancellation);
        let store = Self { keychain, cancellation: cancellation.clone(), ..self.clone() };
        let job = on_a_thread(move || work(&store));
        Box::pin(async move {
            let _cancels = CancelOnDrop(cancellation);
            job.await
        })
    }
}

impl CredentialStore for LocalStore {
    fn probe_keychain(&self) -> Job<KeychainState> {
        self.job(|store| Ok(store.probe_keychain_now()))
    }

    fn ledger(&self) -> Job<Ledger> {
        self.job(Self::ledger_now)
    }

    /// A new login to an own connection waits for a refresh of the old one: written later, that would undo it.
    fn keep(&self, record: CredentialRecord, secrets: Secrets) -> Job<Receipt> {
        if record.connection.is_none() {
            return self.job(move |store| store.keep_now(record, &secrets));
        }
        let store = self.clone();
        Box::pin(async move {
            let turn = store.turns.take(&record.account).await?;
            // The turn goes along: a dropped job is finished, and nobody else may begin before that.
            let keep = move |store: &Self| {
                let kept = store.keep_now(record, &secrets);
                drop(turn);
                kept
            };
            store.job(keep).await
        })
    }

    fn renew(&self, account: Account, secrets: Secrets) -> Job<()> {
        self.job(move |store| store.renew_now(&account, &secrets))
    }

    fn exclusively(&self, account: Account) -> Job<Exclusive> {
        let turn = self.turns.take(&account);
        Box::pin(async move { turn.await.map(Exclusive::held_by) })
    }

    fn note(&self, record: CredentialRecord) -> Job<Receipt> {
        self.job(move |store| store.note_now(record))
    }

    fn remember(&self, told: Told) -> Job<()> {
        self.job(move |store| store.records.remember(&told).map(|_| ()))
    }

    fn load(&self, account: Account) -> Job<Secrets> {
        self.job(move |store| store.load_now(&account))
    }

    fn forget(&self, account: Account) -> Job<()> {
        self.job(move |store| store.forget_now(&account).map(|_| ()))
    }

    fn activate(&self, account: Account) -> Job<()> {
        self.job(move |store| store.activate_now(&account))
    }

    fn identify(&self, account: Account, actor: String) -> Job<Account> {
        let store = self.clone();
        Box::pin(async move {
            let turn = store.turns.take(&account).await?;
            // The turn goes along, as in `keep`.
            let identify = move |store: &Self| {
                let identified = store.identify_now(&account, &actor);
                drop(turn);
                identified
            };
            store.job(identify).await
        })
    }

    fn remains(&self) -> Job<Remains> {
        self.job(|store| Ok(store.remains_now()))
    }

    fn remove(&self, remains: Remains) -> Job<Removed> {
        self.job(move |store| Ok(store.remove_now(&remains)))
    }

    fn look(&self) -> Job<StorageState> {
        self.job(|store| whereabouts::look(&store.records, &store.file))
    }

    fn file_place(&self) -> String {
        self.file.path().display().to_string()
    }
}
