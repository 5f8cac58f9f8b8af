//! The settings file of a coding agent, or a shell profile: another program's file, of which we change a part. It is replaced as a whole,
//! with its mode and owner, and only if it is still what was read before.

use super::private_file::persist;
use super::private_folder::{check_owner, check_parent_owner};
use super::private_io::{private_options, sync_parent_folder};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use std::fs::Metadata;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Larger than any settings that a person wrote; Claude Code's state in the same file stays below it too.
const MAX_FILE_BYTES: u64 = 8 * 1024 * 1024;

pub fn refused(path: &Path, reason: impl AsRef<str>) -> Problem {
    Problem::new(ProblemCode::AgentFileRefused).with_evidence(format!("{}: {}", path.display(), reason.as_ref()))
}

fn failed(path: &Path, error: &io::Error) -> Problem {
    refused(path, error.to_string())
}

/// Returns the content of a file that may be changed, or `None` if there is no file.
pub fn read(path: &Path) -> Result<Option<Secret>, Problem> {
    match path.symlink_metadata() {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound) => return Ok(None),
        Err(error) => return Err(failed(path, &error)),
        Ok(metadata) => check(path, &metadata)?,
    }
    let file = private_options().read(true).open(path).map_err(|error| failed(path, &error))?;
    // The opened file counts, because the name may have been given to another one meanwhile.
    check(path, &file.metadata().map_err(|error| failed(path, &error))?)?;
    let mut content = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut content).map_err(|error| failed(path, &error))?;
    if content.len() as u64 > MAX_FILE_BYTES {
        return Err(refused(path, "it is larger than 8 MB"));
    }
    String::from_utf8(content).map(|text| Some(Secret::new(text))).map_err(|_| refused(path, "it is not UTF-8"))
}

fn check(path: &Path, metadata: &Metadata) -> Result<(), Problem> {
    if metadata.is_symlink() {
        return Err(refused(path, "it is a symbolic link"));
    }
    if !metadata.is_file() {
        return Err(refused(path, "it is not a regular file"));
    }
    if metadata.permissions().readonly() {
        return Err(refused(path, "it is read-only"));
    }
    if metadata.len() > MAX_FILE_BYTES {
        return Err(refused(path, "it is larger than 8 MB"));
    }
    check_owner(path, metadata).map_err(|problem| refused(path, problem.evidence.unwrap_or_default()))
}

/// Replaces the content, and reads it back. Returns the folders that were made for a new file, the innermost first.
pub fn replace(path: &Path, before: Option<&Secret>, after: &Secret) -> Result<Vec<PathBuf>, Problem> {
    let folder = path.parent().ok_or_else(|| refused(path, "it is in no folder"))?;
    let missing: Vec<PathBuf> = folder.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
    check_parent_owner(folder).map_err(|problem| refused(path, problem.evidence.unwrap_or_default()))?;
    std::fs::create_dir_all(folder).map_err(|error| failed(path, &error))?;
    let written = write(path, folder, before, after);
    if written.is_err() {
        remove_folders(&missing);
    }
    written.map(|()| missing)
}

fn write(path: &Path, folder: &Path, before: Option<&Secret>, after: &Secret) -> Result<(), Problem> {
    let fill = || {
        let mut temporary = tempfile::Builder::new().prefix(".notion-auth.").suffix(".tmp").tempfile_in(folder)?;
        temporary.write_all(after.expose().as_bytes())?;
        if before.is_some() {
            keep_access(temporary.as_file(), &path.symlink_metadata()?)?;
        }
        temporary.as_file().sync_all()?;
        Ok(temporary.into_temp_path())
    };
    let temporary = fill().map_err(|error| failed(path, &error))?;
    check_unchanged(path, before)?;
    persist(temporary, path).map_err(|error| failed(path, &error))?;
    sync_parent_folder(path);
    let is_written = read(path)?.is_some_and(|now| now == *after);
    if is_written { Ok(()) } else { Err(refused(path, "another program changed it at the same time")) }
}

/// Writes a copy beside the file, for this user alone, under a name that no file has. Returns its path.
pub fn keep_copy(path: &Path, content: &Secret) -> Result<PathBuf, Problem> {
    const MAX_COPIES: usize = 100;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for number in 1..=MAX_COPIES {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        let copy = path.with_file_name(format!("{name}.before-notion-auth{number}"));
        let mut file = match private_options().write(true).create_new(true).open(&copy) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            file => file.map_err(|error| failed(&copy, &error))?,
        };
        let written = file.write_all(content.expose().as_bytes()).and_then(|()| file.sync_all());
        return match written {
            Ok(()) => Ok(copy),
            Err(error) => {
                // A part of a copy would pass for one. It is ours, because it did not exist.
                let _ = std::fs::remove_file(&copy);
                Err(failed(&copy, &error))
            }
        };
    }
    Err(refused(path, "too many copies are beside it"))
}

/// Gives the new file the mode and the group of the old one. Its owner is this user.
fn keep_access(file: &std::fs::File, old: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        // A group that this user does not belong to can't be given.
        let _ = rustix::fs::fchown(file, None, Some(rustix::fs::Gid::from_raw(old.gid())));
    }
    file.set_permissions(old.permissions())
}

/// Agents write to their files themselves, so the time between this and the replacement is kept short.
fn check_unchanged(path: &Path, before: Option<&Secret>) -> Result<(), Problem> {
    if read(path)?.as_ref() == before { Ok(()) } else { Err(refused(path, "another program changed it in the meantime")) }
}

/// Removes a file that we made, and those of our folders that are empty.
pub fn remove(path: &Path, before: Option<&Secret>, folders: &[PathBuf]) -> Result<(), Problem> {
    check_unchanged(path, before)?;
    std::fs::remove_file(path).map_err(|error| failed(path, &error))?;
    remove_folders(folders);
    Ok(())
}

/// Removes the empty ones of these folders, which begin with the innermost.
fn remove_folders(folders: &[PathBuf]) {
    for folder in folders {
        if std::fs::remove_dir(folder).is_err() {
            break;
        }
    }
}
