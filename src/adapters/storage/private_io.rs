//! Opens and reads a file of ours: for its owner alone, never through a link, and no more of it than a file of ours can hold.

use super::private_folder::{check_owner, io_problem, link_problem};
use crate::domain::problem::{Problem, ProblemCode};
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::path::Path;
use zeroize::Zeroizing;

/// Larger than any file of ours; a larger one was not written by us and is not read into memory.
pub(super) const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Options that open a file for its owner alone, and never through a link.
pub(super) fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        // Without NONBLOCK, opening a named pipe in the file's place would block for ever.
        options.mode(0o600).custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
    }
    #[cfg(windows)]
    {
        use std::os::windows::fs::OpenOptionsExt;
        /// Opens a link itself, which `check_file` then refuses.
        const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
        options.custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
    }
    options
}

/// Checks the opened file, not the name, so that it cannot be swapped in between. Returns its length.
pub(super) fn check_file(file: &File, path: &Path) -> Result<u64, Problem> {
    let metadata = file.metadata().map_err(|error| io_problem(path, &error))?;
    if metadata.is_symlink() {
        return Err(link_problem(path));
    }
    if !metadata.is_file() {
        return Err(Problem::new(ProblemCode::FileFailed).with_evidence(format!("{} is not a regular file", path.display())));
    }
    check_owner(path, &metadata)?;
    if metadata.len() > MAX_FILE_BYTES {
        return Err(too_large_problem(path));
    }
    Ok(metadata.len())
}

/// Reads into a buffer of full size, because one that grows leaves unwiped copies of its contents behind.
pub(super) fn read_content(file: &File, length: u64, path: &Path) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let mut content = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 64));
    file.take(MAX_FILE_BYTES).read_to_end(&mut content).map_err(|error| io_problem(path, &error))?;
    Ok(content)
}

pub(super) fn too_large_problem(path: &Path) -> Problem {
    Problem::new(ProblemCode::FileFailed).with_evidence(format!("{} is larger than 1 MiB", path.display()))
}

/// Makes the name durable if the file system can; the content already is.
#[cfg_attr(not(unix), expect(unused_variables, reason = "a folder cannot be opened for that elsewhere"))]
pub(super) fn sync_parent_folder(path: &Path) {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let _ = std::fs::OpenOptions::new().read(true).open(folder).and_then(|folder| folder.sync_all());
    }
}
