//! One writer at a time, across processes. The lock is a file of its own, because the file it guards is replaced.
#![expect(clippy::disallowed_methods, reason = "the deadline of a lock needs a clock")]

use super::private_file::private_options;
use super::private_folder::{failed, is_link};
use crate::domain::problem::{Problem, ProblemCode};
use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long another writer is waited for. A write takes milliseconds.
const WAIT: Duration = Duration::from_secs(3);
/// Between two tries: the system's own wait for a lock has no deadline.
const PAUSE: Duration = Duration::from_millis(5);

/// Held until dropped; the operating system lets go of it when the process dies. The file stays: removing it would let
/// two writers hold locks on two files of one name.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

impl FileLock {
    pub fn acquire(path: &Path) -> Result<Self, Problem> {
        Self::acquire_within(path, WAIT)
    }

    pub fn acquire_within(path: &Path, wait: Duration) -> Result<Self, Problem> {
        let deadline = Instant::now() + wait;
        loop {
            if let Some(lock) = Self::try_acquire(path)? {
                return Ok(lock);
            }
            if Instant::now() >= deadline {
                return Err(Problem::new(ProblemCode::StoreBusy).seen(format!("{} is held by another program", path.display())));
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// `None` where it is held elsewhere just now.
    pub fn try_acquire(path: &Path) -> Result<Option<Self>, Problem> {
        let file = private_options()
            .write(true)
            .create(true)
            .open(path)
            .map_err(|error| if path.is_symlink() { is_link(path) } else { failed(path, &error) })?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed(path, &error)),
        }
    }
}
