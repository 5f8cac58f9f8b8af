//! A small file for this user alone, read and replaced as a whole. Knows nothing of its content.
//!
//! A reader sees the old content or the new one, never a part, and needs no lock: a writer fills a temporary file in the
//! same folder, syncs it and renames it into place. Writing is possible only through [`PrivateFile::lock`].

use super::file_lock::FileLock;
use super::private_folder::{self, io_problem, link_problem};
use super::private_io::{MAX_FILE_BYTES, check_file, private_options, read_content, sync_parent_folder, too_large_problem};
use super::storage_step::{StorageStep, announce};
use crate::domain::problem::{Problem, ProblemCode};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempPath;
use zeroize::Zeroizing;

/// Maximum number of corrupt files that are set aside. With more of them, another one would not help.
const MAX_SET_ASIDE: u32 = 99;
/// Suffix of the file whose room a replacement takes if the disk is full.
pub const SPARE_SUFFIX: &str = ".spare";
/// The size of a block on most file systems.
const BLOCK_SIZE: usize = 4096;
/// Two files and their locks, on a machine where nothing is stored yet.
const BLOCKS_OF_A_LOGIN: usize = 4;
/// Ends the name of a temporary file.
const TEMPORARY_SUFFIX: &str = ".tmp";

/// On Windows a file cannot be replaced while another process has it open. A reader closes it within milliseconds.
const REPLACE_RETRIES: u32 = if cfg!(windows) { 100 } else { 0 };
const REPLACE_RETRY_INTERVAL: Duration = Duration::from_millis(20);

#[derive(Clone, Debug)]
pub struct PrivateFile {
    folder: PathBuf,
    name: &'static str,
}

impl PrivateFile {
    pub fn new(folder: PathBuf, name: &'static str) -> Self {
        Self { folder, name }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.join(self.name)
    }

    /// The lock has a file of its own, because the file itself is replaced.
    pub fn lock_path(&self) -> PathBuf {
        self.folder.join(format!("{}.lock", self.name))
    }

    /// Returns the content, or `None` if there is no file. The buffer is wiped when dropped. Changes nothing, not even permissions.
    pub fn read(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Problem> {
        let Some((file, length)) = self.open()? else { return Ok(None) };
        read_content(&file, length, &self.path()).map(Some)
    }

    /// Opens and checks the file, and returns it with its length. For a file without secrets, because no buffer is wiped.
    pub fn open(&self) -> Result<Option<(File, u64)>, Problem> {
        if private_folder::inspect(&self.folder)?.is_none() {
            return Ok(None);
        }
        let path = self.path();
        announce(StorageStep::Read(&path)).map_err(|error| io_problem(&path, &error))?;
        match private_options().read(true).open(&path) {
            Ok(file) => check_file(&file, &path).map(|length| Some((file, length))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(_) if path.is_symlink() => Err(link_problem(&path)),
            Err(error) => Err(io_problem(&path, &error)),
        }
    }

    /// Checks that the file can be replaced by one that is a little longer, and creates the folder for it. The file that is written
    /// for this check is removed.
    pub fn check_room(&self) -> Result<(), Problem> {
        let length = self.read()?.map_or(0, |content| content.len());
        private_folder::create(&self.folder)?;
        let write = || {
            announce(StorageStep::WriteBeside(&self.path()))?;
            let mut file = tempfile::tempfile_in(&self.folder)?;
            file.write_all(&vec![0; length + BLOCKS_OF_A_LOGIN * BLOCK_SIZE])?;
            file.sync_all()
        };
        let has_spare =
            || self.spare().symlink_metadata().is_ok_and(|spare| spare.is_file() && spare.len() >= (length + BLOCK_SIZE) as u64);
        match write() {
            Err(error) if is_full(&error) && has_spare() => Ok(()),
            written => written.map_err(|error| io_problem(&self.folder, &error)),
        }
    }

    /// Returns the files that replacements are prepared in.
    pub fn temporary_files(&self) -> impl Iterator<Item = PathBuf> {
        let prefix = self.temporary_prefix();
        let is_ours = move |name: &str| name.starts_with(&prefix) && name.ends_with(TEMPORARY_SUFFIX);
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        entries.filter(move |entry| entry.file_name().to_str().is_some_and(&is_ours)).map(|entry| entry.path())
    }

    fn temporary_prefix(&self) -> String {
        format!(".{}.", self.name)
    }

    fn spare(&self) -> PathBuf {
        self.folder.join(format!("{}{SPARE_SUFFIX}", self.name))
    }

    /// Creates the folder if necessary, and locks out other writers.
    pub fn lock(&self) -> Result<LockedFile<'_>, Problem> {
        private_folder::create(&self.folder)?;
        let lock = FileLock::acquire(&self.lock_path())?;
        Ok(LockedFile { file: self, _lock: lock })
    }
}

/// A file that is locked for writing, until this is dropped.
#[derive(Debug)]
pub struct LockedFile<'a> {
    file: &'a PrivateFile,
    _lock: FileLock,
}

impl LockedFile<'_> {
    /// Puts `content` in the file's place. The old content stays until the last step, whatever fails.
    pub fn replace(&self, content: &[u8]) -> Result<(), Problem> {
        self.prepare(content)?.commit()
    }

    /// Like [`Self::replace`], but keeps the previous file under an unused name, which is returned.
    pub fn replace_setting_aside(&self, content: &[u8]) -> Result<String, Problem> {
        let replacement = self.prepare(content)?;
        let path = self.file.path();
        // `exists` would follow links, and report the name of a dangling one as free.
        let free =
            |name: &String| self.file.folder.join(name).symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound);
        let aside = (1..=MAX_SET_ASIDE).map(|n| format!("{}.corrupt-{n}", self.file.name)).find(free);
        let aside = aside.ok_or_else(|| {
            let evidence =
                format!("{} is corrupt, and there are already {MAX_SET_ASIDE} renamed copies next to it", path.display());
            Problem::new(ProblemCode::FileFailed).with_evidence(evidence)
        })?;
        std::fs::rename(&path, self.file.folder.join(&aside)).map_err(|error| io_problem(&path, &error))?;
        replacement.commit()?;
        Ok(aside)
    }

    fn prepare(&self, content: &[u8]) -> Result<Replacement, Problem> {
        let path = self.file.path();
        if content.len() as u64 > MAX_FILE_BYTES {
            return Err(too_large_problem(&path));
        }
        self.remove_leftovers();
        // A disk that is full must not keep anybody from deleting a secret.
        let instead = |error| if is_full(&error) { self.fill_spare(content).map_err(|_| error) } else { Err(error) };
        let fresh = self.fill_new(content).or_else(instead);
        let temporary = fresh.map_err(|error| io_problem(&path, &error))?;
        Ok(Replacement { temporary, path, spare: self.file.spare(), length: content.len() })
    }

    fn fill_new(&self, content: &[u8]) -> std::io::Result<TempPath> {
        announce(StorageStep::WriteBeside(&self.file.path()))?;
        let mut file = tempfile::Builder::new()
            .prefix(&self.file.temporary_prefix())
            .suffix(TEMPORARY_SUFFIX)
            .tempfile_in(&self.file.folder)?;
        // Corrects a umask that takes permissions from the owner too.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            file.as_file().set_permissions(std::fs::Permissions::from_mode(0o600))?;
        }
        file.write_all(content)?;
        file.as_file().sync_all()?;
        Ok(file.into_temp_path())
    }

    /// Writes the content into the room of the spare file, under the name of a temporary one.
    fn fill_spare(&self, content: &[u8]) -> std::io::Result<TempPath> {
        let temporary = self.file.folder.join(format!("{}spare{TEMPORARY_SUFFIX}", self.file.temporary_prefix()));
        std::fs::rename(self.file.spare(), &temporary)?;
        let temporary = TempPath::try_from_path(temporary)?;
        announce(StorageStep::WriteInto(&temporary))?;
        let mut file = private_options().write(true).open(&temporary)?;
        if file.metadata()?.len() < content.len() as u64 {
            return Err(ErrorKind::StorageFull.into());
        }
        file.write_all(content)?;
        file.set_len(content.len() as u64)?;
        file.sync_all()?;
        Ok(temporary)
    }

    /// Removes what a writer that was killed left behind, because it may hold secrets. We hold the lock, so nobody is
    /// writing to it. A failure is ignored, because a leftover does no harm.
    pub fn remove_leftovers(&self) {
        for path in self.file.temporary_files() {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// New content, complete and on disk, under a temporary name; removed when dropped.
struct Replacement {
    temporary: TempPath,
    path: PathBuf,
    spare: PathBuf,
    length: usize,
}

impl Replacement {
    fn commit(self) -> Result<(), Problem> {
        let Self { temporary, path, spare, length } = self;
        announce(StorageStep::Replace(&path)).map_err(|error| io_problem(&path, &error))?;
        persist(temporary, &path).map_err(|error| io_problem(&path, &error))?;
        sync_parent_folder(&path);
        // A missing spare makes a full disk worse than it has to be; that is no failure of this write.
        let _ = make_spare(&spare, length);
        Ok(())
    }
}

/// Moves the temporary file into the place of the file.
pub(super) fn persist(mut temporary: TempPath, path: &Path) -> std::io::Result<()> {
    let mut retries = REPLACE_RETRIES;
    loop {
        match temporary.persist(path) {
            Err(refused) if retries > 0 && refused.error.kind() == ErrorKind::PermissionDenied => temporary = refused.path,
            ended => return ended.map_err(|refused| refused.error),
        }
        retries -= 1;
        std::thread::sleep(REPLACE_RETRY_INTERVAL);
    }
}

fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

/// Reserves room for a later replacement of about this length. It holds no content.
fn make_spare(spare: &Path, length: usize) -> std::io::Result<()> {
    let enough = (length / BLOCK_SIZE + 2) * BLOCK_SIZE;
    match spare.symlink_metadata() {
        Ok(metadata) if metadata.is_file() && metadata.len() >= (length + BLOCK_SIZE) as u64 => return Ok(()),
        Ok(_) => std::fs::remove_file(spare)?,
        Err(_) => {}
    }
    let mut file = private_options().write(true).create_new(true).open(spare)?;
    let written = file.write_all(&vec![0; enough]);
    if written.is_err() {
        let _ = std::fs::remove_file(spare);
    }
    written
}
