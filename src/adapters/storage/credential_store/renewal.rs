//! Renews the tokens of an own connection or of a sign-in to Notion MCP: room first, then the new pair, then its move to the usual place.

use super::LocalStore;
use super::entries;
use super::renewal_slot::{RenewalSlot, no_room_problem};
use crate::domain::credentials::{Account, CredentialRecord, Secrets};
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::AccountLock;

impl LocalStore {
    /// Reserves room for a new pair, in the store that holds the old one. An earlier pair that was never moved is moved first.
    /// Fails if the new pair could not be saved.
    pub(super) fn begin_renewal_locked(&self, lock: &AccountLock) -> Result<(), Problem> {
        let record = self.find_record(lock.account())?;
        let store = self.secret_store_of(&record)?;
        let Some(slot) = self.renewal_slot(&record) else { return Ok(()) };
        let prepare = || {
            if let Some(renewed) = slot.read()? {
                let saved = entries::load_secrets(store, &record)?;
                if renewed.is_successor_of(&saved) {
                    entries::write_token_pair(store, &record.account, &renewed.apply_to(saved))?;
                }
            }
            slot.reserve()
        };
        prepare().map_err(|problem| no_room_problem(&problem))
    }

    /// Writes a new pair into the room that was reserved for it, and moves it to the usual place of the old one.
    pub fn renew_blocking(&self, account: &Account, secrets: &Secrets) -> Result<Option<Problem>, Problem> {
        self.renew_locked(&self.acquire_blocking(account)?, secrets)
    }

    /// `Ok(Some(problem))` means that the pair is saved where [`Self::load_blocking`] finds it, and could not be moved from there.
    pub(super) fn renew_locked(&self, lock: &AccountLock, secrets: &Secrets) -> Result<Option<Problem>, Problem> {
        let record = self.find_record(lock.account())?;
        let store = self.secret_store_of(&record)?;
        let Some(slot) = self.renewal_slot(&record) else { return Ok(None) };
        let replaced = store.read(&record.account.sibling(Secrets::REFRESH_SUFFIX));
        let recorded = match replaced {
            Ok(Some(replaced)) => slot.write(replaced, secrets),
            Ok(None) => Err(Problem::new(ProblemCode::SecretMissing).with_evidence(store.place(&record.account))),
            Err(problem) => Err(problem),
        };
        match (recorded, entries::write_token_pair(store, &record.account, secrets)) {
            (_, Ok(())) => {
                // Without the new date, the next use only renews earlier than it has to.
                if record.is_mcp() {
                    let _ = self.records.set_renewal_time(&record.account, secrets.renew_at);
                }
                // A leftover is the same pair, or blank.
                let _ = slot.clear();
                Ok(None)
            }
            (Ok(()), Err(problem)) => Ok(Some(problem)),
            (Err(_), Err(problem)) => Err(problem),
        }
    }

    /// Releases the reserved room, because Notion issued no pair.
    pub(super) fn cancel_renewal_locked(&self, lock: &AccountLock) -> Result<(), Problem> {
        let record = self.find_record(lock.account())?;
        self.renewal_slot(&record).map_or(Ok(()), |slot| slot.clear())
    }

    /// Removes a pair of an earlier login. It no longer counts, so a failure is ignored.
    pub(super) fn clear_renewal(&self, earlier: Option<&CredentialRecord>) {
        let renewable = earlier.filter(|record| record.is_renewable());
        if let Some(slot) = renewable.and_then(|record| self.renewal_slot(record)) {
            let _ = slot.clear();
        }
    }

    pub(super) fn renewal_slot(&self, record: &CredentialRecord) -> Option<RenewalSlot<'_>> {
        RenewalSlot::for_account(&record.account, record.store, &self.folders, &self.keychain)
    }
}
