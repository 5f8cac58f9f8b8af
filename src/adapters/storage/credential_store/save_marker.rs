//! The marker of a save in progress: a small file that names the account, from before the first secret is written until the record is.
//!
//! A save that is killed in between leaves secrets that no record knows, and its marker. The save holds the account lock, so whoever
//! holds that lock and finds a marker knows that the save was cut off. A search of the keychain could not tell: the keychain is shared
//! by all configuration folders of the person, and an entry without a record in this one may belong to another.

use super::account_locks::fingerprint;
use crate::adapters::storage::folders::Folders;
use crate::adapters::storage::private_folder::io_problem;
use crate::adapters::storage::private_io::{private_options, sync_parent_folder};
use crate::adapters::storage::reserved_file::ReservedFile;
use crate::domain::credentials::{Account, StoreKind};
use crate::domain::problem::Problem;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::{Path, PathBuf};

const MARKER_PREFIX: &str = "saving-";
const MARKER_SUFFIX: &str = ".json";
const MARKER_SCHEMA: u32 = 1;

/// True for the name of a file of this module.
pub fn is_marker_name(name: &str) -> bool {
    name.strip_prefix(MARKER_PREFIX).is_some_and(|rest| rest.ends_with(MARKER_SUFFIX))
}

/// Holds no secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct MarkerJson {
    schema: u32,
    account: Account,
    /// The stores in which secrets of the account may be left.
    stores: Vec<StoreKind>,
}

#[derive(Clone, Debug)]
pub struct SaveMarker {
    path: PathBuf,
    content: MarkerJson,
}

impl SaveMarker {
    /// Writes the marker to the disk. The caller holds the account lock.
    pub fn create(account: &Account, stores: Vec<StoreKind>, folders: &Folders) -> Result<Self, Problem> {
        let name = format!("{MARKER_PREFIX}{:016x}{MARKER_SUFFIX}", fingerprint(&account.key()));
        let path = folders.config.join(name);
        let content = MarkerJson { schema: MARKER_SCHEMA, account: account.clone(), stores };
        let text = serde_json::to_vec(&content).map_err(|error| Problem::bug(error.to_string()))?;
        let write = || {
            let mut file = private_options().write(true).create(true).truncate(true).open(&path)?;
            file.write_all(&text)?;
            file.sync_all()
        };
        write().map_err(|error| {
            // On a full disk the marker may be empty, and then names no account.
            let _ = std::fs::remove_file(&path);
            io_problem(&path, &error)
        })?;
        sync_parent_folder(&path);
        Ok(Self { path, content })
    }

    /// Returns the markers in our folder, of saves that were cut off or are still in progress. One that cannot be read is left alone.
    pub fn find_all(folders: &Folders) -> Vec<Self> {
        let entries = std::fs::read_dir(&folders.config).into_iter().flatten().flatten();
        let markers = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_marker_name));
        markers.filter_map(|entry| Self::read(&entry.path())).collect()
    }

    fn read(path: &Path) -> Option<Self> {
        let text = ReservedFile::new(path.to_owned()).read().ok()??;
        let content: MarkerJson = serde_json::from_slice(&text).ok()?;
        (content.schema == MARKER_SCHEMA).then(|| Self { path: path.to_owned(), content })
    }

    pub fn account(&self) -> &Account {
        &self.content.account
    }

    pub fn stores(&self) -> &[StoreKind] {
        &self.content.stores
    }

    /// True unless another process has removed it.
    pub fn is_present(&self) -> bool {
        self.path.symlink_metadata().is_ok()
    }

    /// A marker that stays only makes the next writer look for secrets that are not there.
    pub fn remove(&self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
