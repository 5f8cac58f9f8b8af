//! A small file whose room on the disk is reserved before its content is known.
//!
//! It is filled in place, so neither a full disk nor one without inodes keeps the content away. Only the holder of the account lock fills
//! or removes it, so it has one writer at a time. A reader sees blanks, the content, or a torn mixture that it reads as blanks.

use super::private_folder::{io_problem, link_problem};
use super::private_io::{check_file, private_options, read_content, sync_parent_folder};
use super::storage_step::{StorageStep, announce};
use crate::domain::problem::{Problem, ProblemCode};
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// One block of most file systems, and several times the size of a pair of tokens.
const RESERVED_SIZE: usize = 4096;
/// White space, so that JSON with blanks after it is still JSON.
const BLANK_BYTE: u8 = b' ';

#[derive(Clone, Debug)]
pub struct ReservedFile {
    path: PathBuf,
}

impl ReservedFile {
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Creates the file, blank and on disk. The content of an earlier one is gone.
    pub fn reserve(&self) -> Result<(), Problem> {
        self.remove()?;
        let reserved = self.create();
        if reserved.is_err() {
            let _ = self.remove();
        }
        reserved.map_err(|error| io_problem(&self.path, &error))
    }

    fn create(&self) -> std::io::Result<()> {
        announce(StorageStep::WriteInto(&self.path))?;
        let mut file = private_options().write(true).create_new(true).open(&self.path)?;
        file.write_all(&[BLANK_BYTE; RESERVED_SIZE])?;
        file.sync_all()?;
        sync_parent_folder(&self.path);
        Ok(())
    }

    /// Writes the content into the reserved room, and onto the disk.
    pub fn fill(&self, content: &[u8]) -> Result<(), Problem> {
        if content.len() > RESERVED_SIZE {
            return Err(Problem::new(ProblemCode::FileFailed)
                .with_evidence(format!("{}: more than {RESERVED_SIZE} bytes", self.path.display())));
        }
        let mut padded = Zeroizing::new(vec![BLANK_BYTE; RESERVED_SIZE]);
        for (place, byte) in padded.iter_mut().zip(content) {
            *place = *byte;
        }
        let write = || {
            announce(StorageStep::WriteInto(&self.path))?;
            let mut file = private_options().write(true).open(&self.path)?;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&padded)?;
            file.sync_all()
        };
        write().map_err(|error: std::io::Error| io_problem(&self.path, &error))
    }

    /// Returns `None` if there is no such file, or if it is blank.
    pub fn read(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Problem> {
        announce(StorageStep::Read(&self.path)).map_err(|error| io_problem(&self.path, &error))?;
        let file = match private_options().read(true).open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(_) if self.path.is_symlink() => return Err(link_problem(&self.path)),
            Err(error) => return Err(io_problem(&self.path, &error)),
        };
        let length = check_file(&file, &self.path)?;
        let content = read_content(&file, length, &self.path)?;
        Ok(content.iter().any(|byte| *byte != BLANK_BYTE).then_some(content))
    }

    /// True if there was one.
    pub fn remove(&self) -> Result<bool, Problem> {
        announce(StorageStep::Remove(&self.path)).map_err(|error| io_problem(&self.path, &error))?;
        match std::fs::remove_file(&self.path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(io_problem(&self.path, &error)),
        }
    }
}
