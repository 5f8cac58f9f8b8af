//! Keeping, finding and forgetting credentials: secrets in the keychain or the private file, records beside them.
//!
//! Two orders hold throughout. A secret is read back before its record says that it is kept, and it is deleted before
//! its record is. So a record may point at a secret that is gone, which is seen and said; the reverse would be a secret
//! that nobody knows about.

use super::demo_keychain::DemoKeychain;
use super::file_store::FileStore;
use super::folders::Folders;
use super::json_file::Note;
use super::keychain::Keychain;
use super::records::Records;
use super::secret_store::SecretStore;
use super::time_limited::{Limits, TimeLimited};
use crate::domain::credential::{Account, CredentialRecord, Ledger, Receipt, Secrets, StoreKind, Told};
use crate::domain::machine::KeychainState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::runtime::ports::{CredentialStore, Exclusive, Job};
use std::path::PathBuf;
use std::sync::Arc;

/// What this machine keeps. The `_now` methods block: at most the time limit of the keychain, for each call to it.
#[derive(Clone)]
pub struct LocalStore {
    records: Records,
    file: FileStore,
    keychain: TimeLimited,
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
        Self { records: Records::new(folders), file: FileStore::new(folders), keychain }
    }

    pub fn probe_keychain_now(&self) -> KeychainState {
        self.keychain.probe()
    }

    pub fn ledger_now(&self) -> Result<Ledger, Problem> {
        self.records.load()
    }

    /// The secret of a kept credential.
    pub fn load_now(&self, account: &Account) -> Result<Secret, Problem> {
        self.secret_of(&self.record(account)?)
    }

    /// The same for a caller that has read the ledger already.
    pub fn secret_of(&self, record: &CredentialRecord) -> Result<Secret, Problem> {
        let gone = |where_to: String| Problem::new(ProblemCode::SecretGone).seen(where_to);
        let Some(store) = self.store(record.store) else {
            let keeper = if record.store == StoreKind::Ntn { "ntn keeps it, not notion-auth" } else { "it was kept nowhere" };
            return Err(gone(format!("{}: {keeper}", record.account.as_text())));
        };
        store.read(&record.account)?.ok_or_else(|| gone(store.place(&record.account)))
    }

    /// Writes the secret, reads it back, writes the record, and removes a copy in the other store.
    pub fn keep_now(&self, record: CredentialRecord, secret: &Secret) -> Result<Receipt, Problem> {
        let kind = record.store;
        let Some(store) = self.store(kind) else {
            return Ok(Receipt { store: kind, place: "nowhere: in this session only".into(), note: None });
        };
        let account = record.account.clone();
        let place = store.place(&account);
        let before = match store.read(&account) {
            // The write sets the file aside and says so.
            Err(problem) if problem.code == ProblemCode::FileCorrupt => None,
            other => other?,
        };
        // Unreadable records are the concern of the write below; here they only mean that no earlier copy is known.
        let earlier = self.record(&account).ok().map(|record| record.store);

        let set_aside = store.write(&account, secret)?;
        let recorded = read_back(store, &account, secret).and_then(|()| self.records.put(record, true));
        let records_set_aside = recorded.map_err(|problem| take_back(store, &account, before.as_ref(), problem))?;
        let copy = self.remove_other_copy(kind, earlier, &account);

        let notes: Vec<_> = [set_aside, records_set_aside, copy].into_iter().flatten().collect();
        Ok(Receipt { store: kind, place, note: (!notes.is_empty()).then(|| notes.join("; ")) })
    }

    /// Writes down a credential that `ntn` keeps. Nothing of ours is touched.
    pub fn note_now(&self, mut record: CredentialRecord) -> Result<Receipt, Problem> {
        // Whoever reads the record must never look for the secret here.
        record.store = StoreKind::Ntn;
        let note = self.records.note(record)?;
        Ok(Receipt { store: StoreKind::Ntn, place: "managed by ntn".into(), note })
    }

    /// Deletes the secret, then the record. The note tells of a secret that was gone already. What `ntn` keeps stays with
    /// it: there is only a record to delete.
    pub fn forget_now(&self, account: &Account) -> Result<Note, Problem> {
        let record = self.record(account)?;
        if record.store == StoreKind::Ntn {
            return self.records.remove(account);
        }
        let found = self.store(record.store).map(|store| store.delete(account)).transpose()?;
        let note = (found == Some(false)).then(|| format!("{}: the secret was gone already", record.store.name()));
        // Whatever the record says, no plain text stays behind.
        self.file.delete(account)?;
        self.records.remove(account)?;
        Ok(note)
    }

    fn store(&self, kind: StoreKind) -> Option<&dyn SecretStore> {
        match kind {
            StoreKind::Keychain => Some(&self.keychain),
            StoreKind::File => Some(&self.file),
            StoreKind::None | StoreKind::Ntn => None,
        }
    }

    fn record(&self, account: &Account) -> Result<CredentialRecord, Problem> {
        let record = self.records.load()?.credentials.into_iter().find(|record| record.account == *account);
        record.ok_or_else(|| Problem::new(ProblemCode::NotSignedIn).seen(account.as_text()))
    }

    /// A plain-text copy is looked for every time. The keychain is asked only where a record says that it has one:
    /// asking may raise a dialog.
    fn remove_other_copy(&self, kept_in: StoreKind, earlier: Option<StoreKind>, account: &Account) -> Note {
        let other: &dyn SecretStore = match kept_in {
            StoreKind::Keychain => &self.file,
            StoreKind::File if earlier == Some(StoreKind::Keychain) => &self.keychain,
            StoreKind::File | StoreKind::None | StoreKind::Ntn => return None,
        };
        match other.delete(account) {
            Ok(false) => None,
            Ok(true) => Some(format!("the earlier copy was removed: {}", other.place(account))),
            Err(problem) => {
                let why = problem.evidence.unwrap_or_else(|| problem.code.name().into());
                Some(format!("an earlier copy may be left: {} ({why})", other.place(account)))
            }
        }
    }

    /// Blocking work has a thread of its own, so that it never holds up the screen. A dropped job is finished unseen.
    fn job<T: Send + 'static>(&self, work: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static) -> Job<T> {
        let store = self.clone();
        Box::pin(async move {
            let (done, answer) = tokio::sync::oneshot::channel();
            let thread = std::thread::Builder::new().name("credential store".into());
            let started = thread.spawn(move || {
                let _ = done.send(work(&store));
            });
            started.map_err(|error| Problem::bug(format!("no thread for the credential store: {error}")))?;
            answer.await.unwrap_or_else(|_| Err(Problem::bug("the credential store's thread ended early")))
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

    fn keep(&self, record: CredentialRecord, secrets: Secrets) -> Job<Receipt> {
        self.job(move |store| store.keep_now(record, &secrets.token))
    }

    fn renew(&self, _: Account, _: Secrets) -> Job<()> {
        Box::pin(async { Err(Problem::bug("not yet")) })
    }

    fn exclusively(&self, _: Account) -> Job<Exclusive> {
        Box::pin(async { Err(Problem::bug("not yet")) })
    }

    fn note(&self, record: CredentialRecord) -> Job<Receipt> {
        self.job(move |store| store.note_now(record))
    }

    fn remember(&self, told: Told) -> Job<()> {
        self.job(move |store| store.records.remember(&told).map(|_| ()))
    }

    fn load(&self, account: Account) -> Job<Secrets> {
        self.job(move |store| store.load_now(&account).map(Secrets::of_token))
    }

    fn forget(&self, account: Account) -> Job<()> {
        self.job(move |store| store.forget_now(&account).map(|_| ()))
    }

    fn file_place(&self) -> String {
        self.file.path().display().to_string()
    }
}

/// Success is said of what was read, never of what was written.
fn read_back(store: &dyn SecretStore, account: &Account, secret: &Secret) -> Result<(), Problem> {
    match store.read(account)? {
        Some(found) if found == *secret => Ok(()),
        _ => Err(Problem::new(ProblemCode::ReadBackDiffers).seen(store.place(account))),
    }
}

/// Restores what the store held before a step failed, and says so where that cannot be done.
fn take_back(store: &dyn SecretStore, account: &Account, before: Option<&Secret>, problem: Problem) -> Problem {
    let restored = match before {
        // A store that has just fallen silent is not waited for again.
        _ if problem.code == ProblemCode::KeychainSlow => false,
        Some(earlier) => store.write(account, earlier).is_ok(),
        None => store.delete(account).is_ok(),
    };
    if restored {
        return problem;
    }
    let why = problem.evidence.clone().unwrap_or_default();
    problem.seen(format!("{why}; the new secret could not be taken back from {}", store.place(account)))
}
