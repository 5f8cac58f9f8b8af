//! Saves a credential: its secrets, its record, and no copy of them elsewhere. And replaces one by a newer one.

use super::LocalStore;
use super::entries::{self, Transaction};
use super::save_marker::SaveMarker;
use crate::adapters::storage::json_file::Note;
use crate::adapters::storage::secret_store::SecretStore;
use crate::domain::credentials::{Account, CredentialRecord, Receipt, Secrets, StoreKind, inherit_copies};
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::AccountLock;

/// The change of the records that belongs to a save.
#[derive(Clone, Copy, Debug)]
pub(super) enum RecordChange<'a> {
    Put {
        make_active: bool,
    },
    /// Replaces the record of this account.
    Replace(&'a Account),
}

impl LocalStore {
    /// Writes the secrets, reads them back, writes the record, and removes a copy in the other store: all of it, or nothing.
    pub fn save_blocking(&self, record: CredentialRecord, secrets: &Secrets) -> Result<Receipt, Problem> {
        if record.store == StoreKind::None {
            return Ok(Receipt::for_session());
        }
        let lock = self.acquire_blocking(&record.account)?;
        self.save_locked(&lock, record, secrets)
    }

    /// Saves the credential, then removes an entry of the same token that an earlier version saved without an actor.
    pub(super) fn save_locked(&self, lock: &AccountLock, record: CredentialRecord, secrets: &Secrets) -> Result<Receipt, Problem> {
        let nameless = record.account.with_actor(None);
        let is_named = record.account != nameless;
        let mut receipt = self.write_locked(lock, record, secrets, RecordChange::Put { make_active: true })?;
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

    /// Replaces the credential of the locked account by a newer one of the same workspace, which may have another account: a new token
    /// has a new bot. The old secret is deleted only after the new one was read back and recorded.
    pub fn replace_locked(&self, lock: &AccountLock, mut record: CredentialRecord, secrets: &Secrets) -> Result<Receipt, Problem> {
        let replaced = lock.account();
        let earlier = self.find_record(replaced)?;
        if record.account == *replaced {
            return self.write_locked(lock, record, secrets, RecordChange::Replace(replaced));
        }
        self.inherit_known_copies(&mut record, secrets);
        inherit_copies(&mut record.sent_to, &earlier.sent_to, false);
        record.inherit_keys(&earlier);
        // If this is cut off after the record was replaced, the next writer deletes the old secret.
        let marker = SaveMarker::create(replaced, vec![earlier.store], &self.folders)?;
        let mut receipt = match self.write_locked(lock, record, secrets, RecordChange::Replace(replaced)) {
            Ok(receipt) => receipt,
            Err(problem) => {
                marker.remove();
                return Err(problem);
            }
        };
        match self.delete_entries(&earlier) {
            Ok(_) => marker.remove(),
            Err(problem) => {
                let why = problem.evidence.unwrap_or_else(|| problem.code.name().into());
                let note = format!("the old token may still be stored beside it ({why})");
                receipt.note = Some(receipt.note.map_or_else(|| note.clone(), |before| format!("{before}; {note}")));
            }
        }
        Ok(receipt)
    }

    /// A record of the same account keeps what is known about the copies of its token.
    fn inherit_known_copies(&self, record: &mut CredentialRecord, secrets: &Secrets) {
        let known = self.find_record(&record.account).ok().filter(|known| !known.sent_to.is_empty());
        if let Some(known) = known {
            let has_same_token = self.load_for_record(&known).is_ok_and(|saved| saved.token == secrets.token);
            inherit_copies(&mut record.sent_to, &known.sent_to, has_same_token);
        }
    }

    pub(super) fn write_locked(
        &self,
        _lock: &AccountLock,
        mut record: CredentialRecord,
        secrets: &Secrets,
        change: RecordChange<'_>,
    ) -> Result<Receipt, Problem> {
        let kind = record.store;
        let Some(store) = self.secret_store(kind) else {
            return Ok(Receipt { store: kind, ..Receipt::for_session() });
        };
        self.inherit_known_copies(&mut record, secrets);
        let account = record.account.clone();
        let place = store.place(&account);
        // Unreadable records are a failure of the write below; here they only mean that no earlier copy is known.
        let earlier = self.find_record(&account).ok();
        if let Some(earlier) = &earlier {
            record.inherit_keys(earlier);
        }
        let is_renewable = [Some(&record), earlier.as_ref()].into_iter().flatten().any(CredentialRecord::is_renewable);
        let accounts = entries::entry_accounts(&account, is_renewable);

        // Secrets may be left in this store, and in the one that held them before.
        let others = earlier.as_ref().map(|record| record.store).filter(|other| *other != kind);
        let marker = SaveMarker::create(&account, std::iter::once(kind).chain(others).collect(), &self.folders)?;
        let mut transaction = Transaction::new(store);
        let mut notes = Vec::new();
        let put = || {
            // The token is written last, so that a stored token always has what renews it beside it.
            for (account, secret) in secrets.entries(&account).into_iter().filter(|(entry, _)| accounts.contains(entry)).rev() {
                notes.push(transaction.put(&account, secret)?);
            }
            if self.cancellation.is_triggered() {
                return Err(Problem::new(ProblemCode::Cancelled));
            }
            notes.push(match change {
                RecordChange::Put { make_active } => self.records.put(record, make_active)?,
                RecordChange::Replace(replaced) => self.records.replace(replaced, record)?,
            });
            Ok(())
        };
        if let Err(problem) = put() {
            let (problem, is_undone) = transaction.rollback(problem);
            if is_undone {
                marker.remove();
            }
            return Err(problem);
        }
        self.clear_renewal(earlier.as_ref());
        notes.push(self.remove_other_copy(kind, earlier.map(|record| record.store), &accounts));
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
