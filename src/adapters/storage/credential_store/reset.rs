//! Finds everything of ours on this machine without changing anything, and removes it, for a fresh start or an uninstall.
//!
//! It works even if files are unreadable or missing. Links are not followed: a link in our folder is removed as a link, and a
//! folder that is a link is not read. Files that we did not create stay.

use super::LocalStore;
use super::account_locks::StoreLock;
use super::account_locks::{can_be_held, is_lock_name};
use super::entries;
use super::renewal_slot::is_renewal_name;
use super::save_marker::is_marker_name;
use crate::adapters::storage::agent_records::AGENTS_FILE;
use crate::adapters::storage::file_lock::FileLock;
use crate::adapters::storage::log_file::LOG_NAME;
use crate::adapters::storage::private_file::SPARE_SUFFIX;
use crate::adapters::storage::private_folder;
use crate::adapters::storage::private_folder::{check_owner, has_our_name, io_problem};
use crate::adapters::storage::secret_store::SecretStore;
use crate::adapters::storage::storage_step::{StorageStep, announce};
use crate::domain::credentials::{Account, ResetOutcome, StoreKind, StoredData, StoredItem, StoredItemHandle, StoredItemKind};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const SECRETS_FILE: &str = "secrets.json";
const RECORDS_FILE: &str = "credentials.json";

/// Purpose of a file of ours, in the order of removal: the list of records is removed after everything that it lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum FilePurpose {
    Secrets,
    Records,
    /// The records of what was changed in the files of coding agents.
    Agents,
    /// The log of a wizard with `-v`.
    Log,
    /// A lock of an earlier version, named after a workspace and no longer used.
    LegacyLock,
    Lock,
}

/// Returns the purpose of a file by its name, which the neighbouring modules define.
fn file_purpose(name: &str) -> Option<FilePurpose> {
    let belongs = |file: &str| {
        let is_spare = name.strip_prefix(file) == Some(SPARE_SUFFIX);
        let is_temporary = name.strip_prefix(&format!(".{file}.")).and_then(|rest| rest.strip_suffix(".tmp")).is_some();
        let is_set_aside = name.strip_prefix(file).is_some_and(|rest| rest.starts_with(".corrupt-"));
        name == file || is_temporary || is_set_aside || is_spare
    };
    if belongs(SECRETS_FILE) || is_renewal_name(name) || is_marker_name(name) {
        Some(FilePurpose::Secrets)
    } else if belongs(RECORDS_FILE) {
        Some(FilePurpose::Records)
    } else if belongs(AGENTS_FILE) {
        Some(FilePurpose::Agents)
    } else if name == LOG_NAME {
        Some(FilePurpose::Log)
    } else if name.ends_with(".turn.lock") {
        Some(FilePurpose::LegacyLock)
    } else if is_lock_name(name) || [SECRETS_FILE, RECORDS_FILE, AGENTS_FILE].iter().any(|file| name == format!("{file}.lock")) {
        Some(FilePurpose::Lock)
    } else {
        None
    }
}

impl LocalStore {
    /// Lists everything of ours; places that cannot be read are reported as problems.
    pub fn find_stored_data_blocking(&self) -> StoredData {
        let mut stored_data = StoredData::default();
        let index = self.records.load();
        if let Ok(index) = &index {
            stored_data.records.clone_from(&index.credentials);
        }
        let keeps_list = self.collect_keychain_entries(index.is_err(), &mut stored_data);
        for folder in std::iter::once(&self.folders.config).chain(&self.folders.other_default) {
            collect_folder(folder, *folder == self.folders.config, keeps_list, &mut stored_data);
        }
        stored_data
    }

    /// Adds the keychain's entries. True if it may hold entries that only the records can name.
    fn collect_keychain_entries(&self, is_unread: bool, stored_data: &mut StoredData) -> bool {
        let recorded = stored_data.records.iter().filter(|record| record.store == StoreKind::Keychain);
        let recorded = recorded.flat_map(|record| entries::entry_accounts(&record.account, record.is_renewable()));
        let marked = self.marked_accounts(StoreKind::Keychain).flat_map(|account| entries::entry_accounts(&account, true));
        let mut accounts: BTreeSet<Account> = recorded.chain(marked).collect();
        let is_recorded = !accounts.is_empty();
        match self.keychain.accounts() {
            // The keychain's own list is more reliable than the records.
            Ok(Some(found)) => accounts = found.into_iter().collect(),
            Ok(None) => {}
            // Nothing indicates that anything was ever stored there.
            Err(problem) if problem.code == ProblemCode::KeychainAbsent && !is_recorded => {
                let evidence = problem.evidence.unwrap_or_default();
                let unknown =
                    format!("The keychain was not searched ({evidence}). If you used one here, its notion-auth entries stay.");
                stored_data.caveat = is_unread.then_some(unknown);
                return false;
            }
            Err(problem) => {
                let evidence = problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned());
                let more = if is_recorded {
                    format!("; {RECORDS_FILE} stays, because it lists what is stored there")
                } else {
                    String::new()
                };
                stored_data.problems.push(problem.with_evidence(format!("{evidence}{more}")));
                return is_recorded;
            }
        }
        stored_data.removable.extend(accounts.into_iter().map(|account| StoredItem {
            kind: StoredItemKind::KeychainEntry,
            place: sanitize(&account.key()),
            handle: StoredItemHandle::Account(account),
        }));
        false
    }

    /// Removes the listed data, secrets first, and checks the result.
    ///
    /// It holds the store lock, so it runs before or after every other writer. If something was saved after the list was made,
    /// nothing is removed, because the person did not agree to that. The locks themselves stay.
    pub fn remove_stored_data_blocking(&self, stored_data: &StoredData) -> ResetOutcome {
        let mut outcome = ResetOutcome { removed: Vec::new(), problems: stored_data.problems.clone() };
        if stored_data.is_empty() {
            return outcome;
        }
        let locks = match self.lock_out_writers(stored_data) {
            Ok(locks) => locks,
            Err(problem) => {
                outcome.problems.push(problem);
                return outcome;
            }
        };
        if let Some(problem) = self.changed_since(stored_data) {
            outcome.problems.push(problem);
            return outcome;
        }
        let mut keeps_list = false;
        for item in &stored_data.removable {
            let is_list =
                matches!(&item.handle, StoredItemHandle::Path(path) if path.file_name().is_some_and(|name| name == RECORDS_FILE));
            if is_list && keeps_list {
                continue;
            }
            match self.remove_item(item) {
                Ok(true) => outcome.removed.push(item.clone()),
                Ok(false) => {}
                Err(problem) => {
                    keeps_list |= item.kind == StoredItemKind::KeychainEntry;
                    outcome.problems.push(problem);
                }
            }
        }
        let left = self.find_stored_data_blocking().removable;
        drop(locks);
        if !left.is_empty() && outcome.problems.is_empty() {
            let places: Vec<_> = left.iter().map(|item| item.place.as_str()).collect();
            let evidence = format!("still present: {}", places.join(", "));
            outcome.problems.push(Problem::new(ProblemCode::StoreBusy).with_evidence(evidence));
        }
        outcome
    }

    /// Acquires the store lock and, for an older version of this program that knows no other, those of the files in the order of
    /// their names. A lock that is a link, a pipe or a folder cannot be held, so it is skipped.
    fn lock_out_writers(&self, stored_data: &StoredData) -> Result<(Option<StoreLock>, Vec<FileLock>), Problem> {
        let store = can_be_held(&self.locks.store_lock_path()).then(|| self.locks.acquire_store_exclusive()).transpose()?;
        let files = stored_data.removable.iter().filter_map(|item| match &item.handle {
            StoredItemHandle::Path(path) if item.kind == StoredItemKind::File => Some(path),
            _ => None,
        });
        let is_replaced = |path: &&PathBuf| path.file_name().is_some_and(|name| name == SECRETS_FILE || name == RECORDS_FILE);
        let locks: BTreeSet<PathBuf> =
            files.filter(is_replaced).map(|path| lock_path_of(path)).filter(|lock| lock.is_file() && can_be_held(lock)).collect();
        let locks = locks.iter().map(|lock| FileLock::acquire(lock)).collect::<Result<_, _>>()?;
        Ok((store, locks))
    }

    /// Returns a problem if there is a file or a record that was not there when the list was made.
    fn changed_since(&self, stored_data: &StoredData) -> Option<Problem> {
        let now = self.find_stored_data_blocking();
        let accounts =
            |stored_data: &StoredData| stored_data.records.iter().map(|record| record.account.clone()).collect::<BTreeSet<_>>();
        let is_new = |item: &&StoredItem| item.kind != StoredItemKind::Folder && !stored_data.removable.contains(item);
        let new = now.removable.iter().find(is_new).map(|item| item.place.clone());
        let new = new.or_else(|| accounts(&now).difference(&accounts(stored_data)).next().map(Account::key))?;
        let evidence = format!("{new} was saved after the list was created, so nothing was removed. Run notion-auth reset again");
        Some(Problem::new(ProblemCode::StoreBusy).with_evidence(evidence))
    }

    /// Removes one item. Returns `false` if it was already gone.
    fn remove_item(&self, item: &StoredItem) -> Result<bool, Problem> {
        let path = match &item.handle {
            StoredItemHandle::Account(account) => return self.keychain.delete(account),
            StoredItemHandle::Path(path) => path,
        };
        announce(StorageStep::Remove(path)).map_err(|error| io_problem(path, &error))?;
        let removed = if item.kind == StoredItemKind::Folder { std::fs::remove_dir(path) } else { std::fs::remove_file(path) };
        match removed {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(io_problem(path, &error)),
        }
    }
}

fn lock_path_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{name}.lock"))
}

/// Adds the files of ours in a folder, and the folder itself if nothing else is in it.
fn collect_folder(folder: &Path, is_used: bool, keeps_list: bool, stored_data: &mut StoredData) {
    match read_folder(folder, stored_data) {
        Ok(None) => {}
        Ok(Some(mut files)) => {
            files.sort_by(|left, right| left.0.cmp(&right.0).then_with(|| left.1.place.cmp(&right.1.place)));
            let is_left = |item: &StoredItem| matches!(&item.handle, StoredItemHandle::Path(path) if path.parent() == Some(folder));
            // A folder that only a person can have made, for something else, is not ours to remove. In the folder in use, the locks stay.
            let is_ours = has_our_name(folder) || !files.is_empty();
            let mut is_empty = !is_used && is_ours && !stored_data.foreign_items.iter().any(is_left);
            for (purpose, item) in files {
                if keeps_list && purpose == FilePurpose::Records {
                    is_empty = false;
                } else if purpose == FilePurpose::Lock && item.kind == StoredItemKind::File {
                    is_empty = false;
                    stored_data.lock_files.push(item);
                } else {
                    stored_data.removable.push(item);
                }
            }
            if is_empty {
                stored_data.removable.push(stored_item(StoredItemKind::Folder, folder));
            }
        }
        Err(problem) => stored_data.problems.push(problem),
    }
}

/// Returns `None` if there is no such folder.
fn read_folder(folder: &Path, stored_data: &mut StoredData) -> Result<Option<Vec<(FilePurpose, StoredItem)>>, Problem> {
    if private_folder::inspect(folder)?.is_none() {
        return Ok(None);
    }
    let mut files = Vec::new();
    announce(StorageStep::Read(folder)).map_err(|error| io_problem(folder, &error))?;
    for entry in std::fs::read_dir(folder).map_err(|error| io_problem(folder, &error))? {
        let path = entry.map_err(|error| io_problem(folder, &error))?.path();
        let metadata = path.symlink_metadata().map_err(|error| io_problem(&path, &error))?;
        let kind = if metadata.is_symlink() {
            StoredItemKind::Link
        } else if metadata.is_dir() {
            StoredItemKind::Folder
        } else if metadata.is_file() {
            StoredItemKind::File
        } else {
            StoredItemKind::Special
        };
        let purpose = path.file_name().and_then(|name| name.to_str()).and_then(file_purpose);
        // Anything in the place of a lock blocks every writer, so it is removed.
        let is_ours_by_kind = matches!(kind, StoredItemKind::File | StoredItemKind::Link) || purpose == Some(FilePurpose::Lock);
        let is_ours = is_ours_by_kind && check_owner(&path, &metadata).is_ok();
        match purpose {
            Some(purpose) if is_ours => files.push((purpose, stored_item(kind, &path))),
            _ => stored_data.foreign_items.push(stored_item(kind, &path)),
        }
    }
    stored_data.foreign_items.sort_by(|left, right| left.place.cmp(&right.place));
    Ok(Some(files))
}

fn stored_item(kind: StoredItemKind, path: &Path) -> StoredItem {
    StoredItem { kind, place: path.display().to_string(), handle: StoredItemHandle::Path(path.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_ours_by_its_name() {
        for (name, expected) in [
            ("secrets.json", Some(FilePurpose::Secrets)),
            ("secrets.json.corrupt-1", Some(FilePurpose::Secrets)),
            (".secrets.json.a1b2c3.tmp", Some(FilePurpose::Secrets)),
            ("credentials.json", Some(FilePurpose::Records)),
            (".credentials.json.x.tmp", Some(FilePurpose::Records)),
            ("credentials.json.lock", Some(FilePurpose::Lock)),
            ("secrets.json.spare", Some(FilePurpose::Secrets)),
            ("renewal-0123456789abcdef.json", Some(FilePurpose::Secrets)),
            ("saving-0123456789abcdef.json", Some(FilePurpose::Secrets)),
            ("ws-1_oauth.turn.lock", Some(FilePurpose::LegacyLock)),
            ("notion-auth.lock", Some(FilePurpose::Lock)),
            ("notion-auth.log", Some(FilePurpose::Log)),
            ("account-0123456789abcdef.lock", Some(FilePurpose::Lock)),
            ("agents.json", Some(FilePurpose::Agents)),
            ("agents.json.lock", Some(FilePurpose::Lock)),
            ("secrets.json.bak", None),
            ("my-secrets.json", None),
            (".secrets.json", None),
            ("notes.lock", None),
            ("", None),
        ] {
            assert_eq!(file_purpose(name), expected, "{name}");
        }
    }
}
