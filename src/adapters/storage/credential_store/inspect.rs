//! Reports the files in our folder, and who can access them. Changes nothing.

use crate::adapters::storage::file_store::FileStore;
use crate::adapters::storage::log_file::LOG_NAME;
use crate::adapters::storage::private_folder::{check_creatable, check_owner, io_problem};
use crate::adapters::storage::records_file::RecordsFile;
use crate::domain::problem::Problem;
use crate::domain::sanitize::sanitize;
use crate::domain::storage::{Access, StorageState, StoredFile};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub(super) fn inspect_storage(records: &RecordsFile, secrets: &FileStore) -> Result<StorageState, Problem> {
    let (records_path, secrets_path) = (records.path(), secrets.path());
    let folder = records_path.parent().map(Path::to_owned).unwrap_or_default();
    let (set_aside, unfinished) = find_leftovers(&folder, &[&records_path, &secrets_path])?;
    let access = access_of(&folder)?;
    let before = [access_of(&records_path)?, access_of(&secrets_path)?, access_of(&folder.join(LOG_NAME))?];
    let read = [records.load().map(|_| ()), secrets.check(), Ok(())];
    let files = ["credentials.json", "secrets.json", LOG_NAME].into_iter().zip(before).zip(read);
    let files = files.map(|((name, access), read)| StoredFile { name, access, read }).collect();
    let obstacle = access.is_none().then(|| check_creatable(&folder).err()).flatten();
    Ok(StorageState {
        folder: folder.display().to_string(),
        access,
        files,
        corrupt_files: set_aside,
        partial_files: unfinished,
        creation_problem: obstacle,
        orphans: Vec::new(),
        search_problem: None,
    })
}

/// Returns the access to the path itself; a link is not followed.
fn access_of(path: &Path) -> Result<Option<Access>, Problem> {
    let metadata = match path.symlink_metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_problem(path, &error)),
    };
    if metadata.is_symlink() {
        return Ok(Some(Access::Symlink));
    }
    if check_owner(path, &metadata).is_err() {
        return Ok(Some(Access::OtherOwner));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Ok(Some(Access::Mode(metadata.permissions().mode() & 0o7777)))
    }
    #[cfg(not(unix))]
    Ok(Some(Access::Unchecked))
}

/// Finds the damaged files that were set aside, and the temporary files that a killed writer left.
fn find_leftovers(folder: &Path, files: &[&PathBuf]) -> Result<(Vec<String>, Vec<String>), Problem> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(Default::default()),
        Err(error) => return Err(io_problem(folder, &error)),
    };
    let mut names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let ours: Vec<String> =
        files.iter().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned()).collect();
    let of_ours =
        |name: &str, before: &str, after: &str| ours.iter().any(|file| name.starts_with(&format!("{before}{file}{after}")));
    let those = |before: &str, after: &str| -> Vec<String> {
        names.iter().filter(|name| of_ours(name, before, after)).map(|name| sanitize(name)).collect()
    };
    Ok((those("", ".corrupt-"), those(".", ".")))
}
