//! Keeps `ntn` 0.4.0 from checking for a newer version of itself while a person waits.
//!
//! After each success in a terminal it asks a package registry before it ends, for up to 5 s if that is blocked (measured: 5.05 s
//! instead of 0.05 s); and its end is the only proof of a login. It does not ask if its `cache.json` records a check within a day.
//! No variable, proxy or second folder achieves that without changing the login too; so for the length of a login the file records
//! a check, and afterwards the file is restored.
#![expect(clippy::disallowed_methods, reason = "this file reads ntn's cache.json")]

use crate::adapters::machine::clock::Clock;
use crate::adapters::machine::environment::Environment;
use crate::adapters::ntn_cli::files;
use crate::adapters::storage::private_folder;
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::NamedTempFile;

/// `ntn` checks once a day; this leaves an hour to spare.
const CHECK_VALIDITY: Duration = Duration::from_secs(23 * 60 * 60);

/// The file is restored when this is dropped. If we are killed first, `ntn` checks a day late.
pub struct UpdateCheckGuard {
    file: PathBuf,
    original: Option<Vec<u8>>,
    written: Vec<u8>,
    /// The folder of `ntn`, if it had not run yet and the folder was created for the file.
    new_folder: Option<PathBuf>,
}

impl UpdateCheckGuard {
    /// Returns `None` if there is nothing to do, or if it cannot be done: then the login may end some seconds later.
    pub fn postpone(environment: &Environment) -> Option<Self> {
        let folder = files::state_directory(environment).ok()??;
        let file = folder.join("cache.json");
        let before = match file.symlink_metadata() {
            Ok(metadata) if metadata.is_file() => Some(std::fs::read(&file).ok()?),
            // A link leads to a file that is not `ntn`'s.
            Ok(_) => return None,
            Err(_) => None,
        };
        // ntn compares it with the system's clock, even if a test has fixed ours.
        let now = Duration::try_from(Clock::System.now().as_duration()).ok()?;
        let ours = with_fresh_check(before.as_deref(), now)?;
        let new_folder = (!folder.exists()).then(|| folder.clone());
        if new_folder.is_some() {
            private_folder::create(&folder).ok()?;
        }
        replace_file(&file, &ours).ok()?;
        Some(Self { file, original: before, written: ours, new_folder })
    }
}

impl Drop for UpdateCheckGuard {
    fn drop(&mut self) {
        // Another ntn may have checked meanwhile; then its result stays.
        if std::fs::read(&self.file).is_ok_and(|now| now == self.written) {
            let _ = match &self.original {
                Some(before) => replace_file(&self.file, before),
                None => std::fs::remove_file(&self.file),
            };
        }
        if let Some(folder) = &self.new_folder {
            // This fails if the folder is not empty, as after a login.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// Returns the same file with a check recorded just now, or `None` if it records a recent one already. A file that `ntn` cannot
/// parse keeps it from checking too.
fn with_fresh_check(before: Option<&[u8]>, now: Duration) -> Option<Vec<u8>> {
    let mut cache: Map<String, Value> = match before {
        Some(before) => serde_json::from_slice(before).ok()?,
        None => Map::from_iter([("version".to_owned(), json!("1"))]),
    };
    let check = cache.entry("lastUpdateCheck").or_insert_with(|| json!({})).as_object_mut()?;
    let checked_at = check.get("checkedAt").and_then(Value::as_str).and_then(|text| text.parse().ok()).map(Duration::from_secs);
    if checked_at.is_some_and(|then| now.saturating_sub(then) < CHECK_VALIDITY) {
        return None;
    }
    check.insert("checkedAt".to_owned(), json!(now.as_secs().to_string()));
    serde_json::to_vec(&cache).ok()
}

/// Replaces the file in one step, so that an `ntn` which runs at this moment never reads half of it.
fn replace_file(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().ok_or(std::io::ErrorKind::NotFound)?;
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(bytes)?;
    // A temporary file is for its owner alone; ntn's may be readable for others, and stays so.
    if let Ok(before) = file.symlink_metadata() {
        new.as_file().set_permissions(before.permissions())?;
    }
    new.persist(file).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_800_000_000);

    fn written(before: Option<&str>) -> Option<Value> {
        with_fresh_check(before.map(str::as_bytes), NOW).map(|bytes| serde_json::from_slice(&bytes).expect("JSON"))
    }

    #[test]
    fn only_the_time_of_the_check_is_new() {
        let now = NOW.as_secs().to_string();
        assert_eq!(written(None), Some(json!({"version": "1", "lastUpdateCheck": {"checkedAt": now}})));
        let before = r#"{"version":"2","lastUpdateCheck":{"checkedAt":"1700000000","notifiedVersion":"0.5.0"},"other":[1]}"#;
        let after = json!({"version": "2", "lastUpdateCheck": {"checkedAt": now, "notifiedVersion": "0.5.0"}, "other": [1]});
        assert_eq!(written(Some(before)), Some(after));
    }

    #[test]
    fn what_keeps_ntn_from_asking_anyway_is_left_alone() {
        let fresh = format!(r#"{{"version":"1","lastUpdateCheck":{{"checkedAt":"{}"}}}}"#, NOW.as_secs() - 60);
        for before in [fresh.as_str(), "", "not JSON", "[]", r#"{"lastUpdateCheck":7}"#] {
            assert_eq!(written(Some(before)), None, "{before}");
        }
    }
}
