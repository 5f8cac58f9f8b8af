//! Keeps `ntn` 0.4.0 from looking for a newer version of itself while a person waits.
//!
//! After each success in a terminal it asks a package registry, for up to 5 s where that is blocked (measured: 5.05 s
//! against 0.05 s), before it ends; and its end is the only proof of a login. It does not ask where its `cache.json` says
//! that it asked within a day. No variable, proxy or second folder says the same without changing the login too; so for
//! the length of a login the file says so, and after it the file is again what it was.

use crate::adapters::environment::Environment;
use crate::adapters::ntn_files;
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tempfile::NamedTempFile;

/// `ntn` asks once a day; with an hour to spare.
const FRESH: Duration = Duration::from_secs(23 * 60 * 60);

/// Put back when this is dropped. Where we are killed first, `ntn` asks a day late.
pub struct UpdateCheck {
    file: PathBuf,
    before: Option<Vec<u8>>,
    ours: Vec<u8>,
    /// Where `ntn` had not run yet, and its folder had to be made for it.
    new_folder: Option<PathBuf>,
}

impl UpdateCheck {
    /// `None` where there is nothing to be done, or where it cannot be: then the login may end some seconds later.
    pub fn postpone(environment: &Environment) -> Option<Self> {
        let folder = ntn_files::state_directory(environment).ok()??;
        let file = folder.join("cache.json");
        let before = match file.symlink_metadata() {
            Ok(metadata) if metadata.is_file() => Some(std::fs::read(&file).ok()?),
            // A link leads to somebody else's business.
            Ok(_) => return None,
            Err(_) => None,
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        let ours = postponed(before.as_deref(), now)?;
        let new_folder = (!folder.exists()).then(|| folder.clone());
        crate::adapters::private_folder::create(&folder).ok()?;
        replace(&file, &ours).ok()?;
        Some(Self { file, before, ours, new_folder })
    }
}

impl Drop for UpdateCheck {
    fn drop(&mut self) {
        // Another ntn may have asked meanwhile; then what it wrote stays.
        if std::fs::read(&self.file).is_ok_and(|now| now == self.ours) {
            let _ = match &self.before {
                Some(before) => replace(&self.file, before),
                None => std::fs::remove_file(&self.file),
            };
        }
        if let Some(folder) = &self.new_folder {
            // Fails where it holds something, as it does after a login.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// The same file, saying that it was asked just now; `None` where it says so already. One that `ntn` cannot parse keeps
/// it from asking too.
fn postponed(before: Option<&[u8]>, now: Duration) -> Option<Vec<u8>> {
    let mut cache: Map<String, Value> = match before {
        Some(before) => serde_json::from_slice(before).ok()?,
        None => Map::from_iter([("version".to_owned(), json!("1"))]),
    };
    let check = cache.entry("lastUpdateCheck").or_insert_with(|| json!({})).as_object_mut()?;
    let checked_at = check.get("checkedAt").and_then(Value::as_str).and_then(|text| text.parse().ok()).map(Duration::from_secs);
    if checked_at.is_some_and(|then| now.saturating_sub(then) < FRESH) {
        return None;
    }
    check.insert("checkedAt".to_owned(), json!(now.as_secs().to_string()));
    serde_json::to_vec(&cache).ok()
}

/// In one step, so that an `ntn` which runs at this moment never reads half a file.
fn replace(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().ok_or(std::io::ErrorKind::NotFound)?;
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(bytes)?;
    new.persist(file).map(drop).map_err(|error| error.error)
}
