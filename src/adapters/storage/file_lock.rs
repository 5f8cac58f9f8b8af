//! A lock across processes, on a file of its own, because the file that it guards is replaced.
#![expect(clippy::disallowed_methods, reason = "the deadline of a lock needs a clock")]

use super::private_folder::{io_problem, link_problem};
use super::private_io::private_options;
use super::storage_step::{StorageStep, announce, current_observer};
use crate::domain::problem::{Problem, ProblemCode};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Time to wait for another writer. A write takes milliseconds.
const LOCK_TIMEOUT: Duration = Duration::from_secs(3);
/// The time between two tries: the system's own wait for a lock has no deadline and cannot be given up.
const RETRY_INTERVAL: Duration = Duration::from_millis(10);

/// The number of processes that may hold a lock at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockMode {
    /// Any number, as long as no process holds it exclusively.
    Shared,
    Exclusive,
}

/// A lock that is held until it is dropped; the operating system releases it when the process dies. The file is never removed,
/// because two processes could then hold locks on two files of one name.
#[derive(Debug)]
pub struct FileLock {
    path: PathBuf,
    _file: File,
}

impl FileLock {
    /// Acquires the lock of a file that is about to be replaced.
    pub fn acquire(path: &Path) -> Result<Self, Problem> {
        Self::acquire_within(path, LOCK_TIMEOUT)
    }

    pub fn acquire_within(path: &Path, timeout: Duration) -> Result<Self, Problem> {
        let held =
            || Problem::new(ProblemCode::StoreBusy).with_evidence(format!("{} is locked by another program", path.display()));
        Self::wait(path, LockMode::Exclusive, timeout, &|| true)?.ok_or_else(held)
    }

    /// Blocks the calling thread. Returns `None` at the deadline, or as soon as the lock is no longer wanted.
    pub fn wait(path: &Path, mode: LockMode, timeout: Duration, is_wanted: &dyn Fn() -> bool) -> Result<Option<Self>, Problem> {
        let deadline = Instant::now() + timeout;
        loop {
            if let Some(lock) = Self::try_acquire(path, mode)? {
                return Ok(Some(lock));
            }
            if Instant::now() >= deadline || !is_wanted() {
                return Ok(None);
            }
            // An observer decides when the next try happens.
            match current_observer() {
                Some(observer) => observer(StorageStep::LockHeld(path)).map_err(|error| io_problem(path, &error))?,
                None => std::thread::sleep(RETRY_INTERVAL),
            }
        }
    }

    /// Returns `None` if it is held elsewhere at the moment.
    pub fn try_acquire(path: &Path, mode: LockMode) -> Result<Option<Self>, Problem> {
        announce(StorageStep::TryLock(path)).map_err(|error| io_problem(path, &error))?;
        let file = private_options()
            .write(true)
            .create(true)
            .open(path)
            .map_err(|error| if path.is_symlink() { link_problem(path) } else { io_problem(path, &error) })?;
        let locked = match mode {
            LockMode::Shared => file.try_lock_shared(),
            LockMode::Exclusive => file.try_lock(),
        };
        match locked {
            Ok(()) => {
                let lock = Self { path: path.to_owned(), _file: file };
                announce(StorageStep::Locked(path)).map_err(|error| io_problem(path, &error))?;
                Ok(Some(lock))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(io_problem(path, &error)),
        }
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        let _ = announce(StorageStep::Unlock(&self.path));
    }
}
