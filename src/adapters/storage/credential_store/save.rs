//! Saves a credential: its secrets, its record, and no copy of them elsewhere.

use super::LocalStore;
use super::entries::{self, Transaction};
use super::save_marker::SaveMarker;
use crate::adapters::storage::json_file::Note;
use crate::adapters::storage::secret_store::SecretStore;
use crate::domain::credentials::{Account, CredentialRecord, Receipt, Secrets, StoreKind};
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::AccountLock;

impl LocalStore {
    /// Writes the secrets, reads them back, writes the record, and removes a copy in the other store: all of it, or nothing.
    pub fn save_blocking(&self, record: CredentialRecord, secrets: &Secrets) -> Result<Receipt, Problem> {
        if record.store == StoreKind::None {
            return Ok(Receipt::for_session());
        }
        let lock = self.acquire_blocking(&record.account)?;
        self.save_locked(&lock, record, secrets)
    }

    /// Afterwards removes an entry of the same token that an earlier version saved without an actor.
    pub(super) fn save_locked(&self, lock: &AccountLock, note: CredentialRecord, secrets: &Secrets) -> Result<Receipt, Problem> {
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

    pub(super) fn write_locked(
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
        let is_renewable = [Some(&note), earlier.as_ref()].into_iter().flatten().any(CredentialRecord::is_renewable);
        let accounts = entries::entry_accounts(&account, is_renewable);

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
}
