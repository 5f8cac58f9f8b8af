//! The folder that holds our files: for this user alone, or refused.
//!
//! Reading changes nothing. A folder that we created is closed to others again when something is written to it; one that a person
//! named is used only if others may not write to it, and keeps its permissions.
//!
//! Only the last component is checked. A linked `~/.config` is a common arrangement of dotfiles; a linked folder of secrets is how
//! one program is made to write where another reads.

use crate::adapters::machine::system_fault::system_fault;
use crate::domain::problem::{Problem, ProblemCode, SystemFault};
use std::fs::{DirBuilder, Metadata};
use std::io::ErrorKind;
use std::path::Path;

/// The names of the folders that we create: in the configuration folder, and in a home without one. A folder of such a name is ours.
pub const OUR_NAMES: [&str; 2] = ["notion-auth", ".notion-auth"];

/// Creates the folder, and its parents, for this user alone. An existing one is made fit for writing, or refused.
pub fn create(folder: &Path) -> Result<(), Problem> {
    if let Some(metadata) = inspect(folder)? {
        return close_to_others(folder, &metadata);
    }
    check_parent_owner(folder)?;
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(|error| io_problem(folder, &error))?;
    inspect(folder).map(|_| ())
}

/// Checks that a missing folder could be created, without creating it.
pub fn check_creatable(folder: &Path) -> Result<(), Problem> {
    check_parent_owner(folder)?;
    #[cfg(unix)]
    if let Some(parent) = folder.ancestors().skip(1).find(|parent| parent.exists()) {
        use rustix::fs::{Access, access};
        access(parent, Access::WRITE_OK | Access::EXEC_OK).map_err(|error| io_problem(parent, &error.into()))?;
    }
    Ok(())
}

/// Returns the folder's metadata, or `None` if there is no folder. A link or another user's folder is refused. Changes nothing.
pub fn inspect(folder: &Path) -> Result<Option<Metadata>, Problem> {
    let metadata = match std::fs::symlink_metadata(folder) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_problem(folder, &error)),
    };
    if metadata.is_symlink() {
        return Err(link_problem(folder));
    }
    if !metadata.is_dir() {
        let problem = Problem::new(ProblemCode::FileFailed).with_evidence(format!("{} is not a folder", folder.display()));
        return Err(problem.with_fault(Some(SystemFault::NotAFolder)));
    }
    check_owner(folder, &metadata)?;
    Ok(Some(metadata))
}

/// True for a folder with one of [`OUR_NAMES`].
pub fn has_our_name(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| OUR_NAMES.iter().any(|ours| name == *ours))
}

/// Closes our own folder to others. Another one is left as it is, and refused if others may write to it.
#[cfg(unix)]
fn close_to_others(folder: &Path, metadata: &Metadata) -> Result<(), Problem> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode();
    if has_our_name(folder) && mode & 0o077 != 0 {
        let closed = std::fs::Permissions::from_mode(mode & 0o700);
        return std::fs::set_permissions(folder, closed).map_err(|error| io_problem(folder, &error));
    }
    if mode & 0o022 != 0 {
        let evidence = format!("other users can write to {} ({:04o})", folder.display(), mode & 0o7777);
        return Err(Problem::new(ProblemCode::FileNotOurs).with_evidence(evidence));
    }
    Ok(())
}

/// Windows keeps a profile's folders to their owner by inherited access lists.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
fn close_to_others(_folder: &Path, _metadata: &Metadata) -> Result<(), Problem> {
    Ok(())
}

/// True if only the owner may enter, or if the system keeps folders to their owner by other means.
pub fn is_closed_to_others(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let of_others = metadata.permissions().mode() & 0o077;
        of_others == 0
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        true
    }
}

/// Refuses to create anything in another person's folder: with their `HOME` under `sudo`, the new folder would lock them out. A
/// folder that belongs to the system, or is sticky because it is meant for many, is no person's home.
#[cfg(unix)]
pub fn check_parent_owner(path: &Path) -> Result<(), Problem> {
    use std::os::unix::fs::MetadataExt;
    const STICKY: u32 = 0o1000;
    let found = path.ancestors().find_map(|folder| Some((folder, folder.metadata().ok()?)));
    let Some((folder, metadata)) = found else { return Ok(()) };
    let is_for_many = metadata.uid() == 0 || metadata.mode() & STICKY != 0;
    if is_for_many {
        return Ok(());
    }
    check_owner(folder, &metadata).map_err(|problem| {
        let evidence = problem.evidence.clone().unwrap_or_default();
        problem.with_evidence(format!("{evidence}; with sudo, add -H"))
    })
}

#[cfg(not(unix))]
pub fn check_parent_owner(_path: &Path) -> Result<(), Problem> {
    Ok(())
}

/// Root is no exception: under `sudo` with the caller's home, we would leave files their owner cannot read.
#[cfg(unix)]
pub fn check_owner(path: &Path, metadata: &Metadata) -> Result<(), Problem> {
    use std::os::unix::fs::MetadataExt;
    let (owner, we) = (metadata.uid(), rustix::process::geteuid().as_raw());
    if owner == we {
        return Ok(());
    }
    Err(Problem::new(ProblemCode::FileNotOurs)
        .with_evidence(format!("{} belongs to user {owner}; you are user {we}", path.display())))
}

/// Windows keeps a profile's folders to their owner by inherited access lists.
#[cfg(not(unix))]
pub fn check_owner(_path: &Path, _metadata: &Metadata) -> Result<(), Problem> {
    Ok(())
}

pub(super) fn link_problem(path: &Path) -> Problem {
    Problem::new(ProblemCode::FileIsLink).with_evidence(path.display().to_string())
}

/// The problem of a failed file operation, with the operating system's own text and the path.
pub fn io_problem(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(ProblemCode::FileFailed).with_evidence(format!("{}: {error}", path.display())).with_fault(system_fault(error))
}
