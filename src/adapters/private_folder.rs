//! The folder our files live in: ours alone, or refused.
//!
//! Only the last component is judged. A linked `~/.config` is a common arrangement of dotfiles; a linked folder of
//! secrets is how one program is made to write where another reads.

use crate::domain::problem::{Problem, ProblemCode};
use std::fs::{DirBuilder, Metadata};
use std::io::ErrorKind;
use std::path::Path;

/// Makes the folder, and its parents, for this user alone.
pub fn create(folder: &Path) -> Result<(), Problem> {
    if check(folder)? {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(|error| failed(folder, &error))?;
    check(folder).map(|_| ())
}

/// What the system says of the folder; `None` where there is none. A link or another user's folder is refused. Changes nothing.
pub fn look(folder: &Path) -> Result<Option<Metadata>, Problem> {
    let metadata = match std::fs::symlink_metadata(folder) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(folder, &error)),
    };
    if metadata.is_symlink() {
        return Err(is_link(folder));
    }
    if !metadata.is_dir() {
        return Err(Problem::new(ProblemCode::FileFailed).seen(format!("{} is not a folder", folder.display())));
    }
    check_owner(folder, &metadata)?;
    Ok(Some(metadata))
}

/// Whether the folder is there, as [`look`] says; one that others may enter is closed to them.
pub fn check(folder: &Path) -> Result<bool, Problem> {
    let Some(metadata) = look(folder)? else { return Ok(false) };
    #[cfg(not(unix))]
    let _ = metadata;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode();
        if mode & 0o077 != 0 {
            let tightened = std::fs::Permissions::from_mode(mode & 0o700);
            std::fs::set_permissions(folder, tightened).map_err(|error| failed(folder, &error))?;
        }
    }
    Ok(true)
}

/// Root is no exception: under `sudo` with the caller's home, we would leave files their owner cannot read.
#[cfg(unix)]
pub fn check_owner(path: &Path, metadata: &Metadata) -> Result<(), Problem> {
    use std::os::unix::fs::MetadataExt;
    let (owner, we) = (metadata.uid(), rustix::process::geteuid().as_raw());
    if owner == we {
        return Ok(());
    }
    Err(Problem::new(ProblemCode::FileNotOurs).seen(format!("{} belongs to user {owner}; this is user {we}", path.display())))
}

/// Windows keeps a profile's folders to their owner by inherited access lists.
#[cfg(not(unix))]
pub fn check_owner(_path: &Path, _metadata: &Metadata) -> Result<(), Problem> {
    Ok(())
}

pub(super) fn is_link(path: &Path) -> Problem {
    Problem::new(ProblemCode::FileIsLink).seen(path.display().to_string())
}

/// The operating system's own words, and which path they are about.
pub fn failed(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(ProblemCode::FileFailed).seen(format!("{}: {error}", path.display()))
}
