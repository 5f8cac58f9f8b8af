//! The locks that order all writers, across processes.
//!
//! Every writer acquires its locks in this order, and releases them in the reverse one:
//!
//! 1. The store lock (`notion-auth.lock`): shared by every writer, exclusive for a reset, which concerns all accounts.
//! 2. The account lock (`account-….lock`): one for each workspace, because an entry may move between two names of the same
//!    workspace. It is held from the first read until the last write, also while Notion is asked.
//! 3. The lock of a file (`secrets.json.lock`, `credentials.json.lock`): one at a time, for one read, edit and replace.
//!
//! No process holds two locks of one level, except for a reset, which acquires those of both files in the order of their names. So
//! no two processes can wait for each other. Lock files are never removed.

use crate::adapters::blocking_thread::run_blocking_while_wanted;
use crate::adapters::storage::file_lock::{FileLock, LockMode};
use crate::adapters::storage::folders::{Folders, STORE_LOCK_NAME};
use crate::adapters::storage::private_folder;
use crate::domain::credentials::Account;
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::{AccountLock, Job};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longer than a refresh whose response comes at the last moment, and shorter than a person waits for a login to be saved.
pub const ACCOUNT_LOCK_TIMEOUT: Duration = Duration::from_secs(25);

const LOCK_PREFIX: &str = "account-";
const LOCK_SUFFIX: &str = ".lock";

/// True for the name of a lock file of this module.
pub fn is_lock_name(name: &str) -> bool {
    name == STORE_LOCK_NAME || name.strip_prefix(LOCK_PREFIX).is_some_and(|rest| rest.ends_with(LOCK_SUFFIX))
}

#[derive(Clone, Debug)]
pub struct AccountLocks {
    folder: PathBuf,
}

/// The store lock, shared or exclusive; held until it is dropped.
#[derive(Debug)]
pub struct StoreLock {
    _file: FileLock,
}

impl AccountLocks {
    pub fn new(folders: &Folders) -> Self {
        Self { folder: folders.config.clone() }
    }

    pub fn acquire(&self, account: &Account) -> Job<AccountLock> {
        self.acquire_within(account, ACCOUNT_LOCK_TIMEOUT)
    }

    /// Dropping the job ends the wait; a lock that is still obtained is released.
    pub fn acquire_within(&self, account: &Account, timeout: Duration) -> Job<AccountLock> {
        let (locks, account) = (self.clone(), account.clone());
        run_blocking_while_wanted("credential store", move |is_wanted| locks.wait_for_account(&account, timeout, is_wanted))
    }

    /// Blocks the calling thread.
    pub fn acquire_blocking(&self, account: &Account) -> Result<AccountLock, Problem> {
        self.wait_for_account(account, ACCOUNT_LOCK_TIMEOUT, &|| true)
    }

    /// Returns `None` if somebody holds the lock at the moment.
    pub fn try_acquire(&self, account: &Account) -> Result<Option<AccountLock>, Problem> {
        match self.wait_for_account(account, Duration::ZERO, &|| true) {
            Ok(lock) => Ok(Some(lock)),
            Err(problem) if problem.code == ProblemCode::StoreBusy => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// True if somebody is writing to the account's workspace at the moment. Creates no file.
    pub fn is_held(&self, account: &Account) -> bool {
        let path = self.account_lock_path(account);
        path.is_file() && can_be_held(&path) && matches!(FileLock::try_acquire(&path, LockMode::Shared), Ok(None))
    }

    /// Keeps a reset out while data that belongs to no account is written.
    pub fn acquire_store_shared(&self) -> Result<StoreLock, Problem> {
        self.wait_for_store(LockMode::Shared, ACCOUNT_LOCK_TIMEOUT, &|| true, "this machine's credentials")
    }

    /// Waits for every writer and keeps out new ones.
    pub fn acquire_store_exclusive(&self) -> Result<StoreLock, Problem> {
        self.wait_for_store(LockMode::Exclusive, ACCOUNT_LOCK_TIMEOUT, &|| true, "this machine's credentials")
    }

    fn wait_for_account(&self, account: &Account, timeout: Duration, is_wanted: &dyn Fn() -> bool) -> Result<AccountLock, Problem> {
        let name = account.key();
        let store = self.wait_for_store(LockMode::Shared, timeout, is_wanted, &name)?;
        let lock = FileLock::wait(&self.account_lock_path(account), LockMode::Exclusive, timeout, is_wanted)?;
        // Fields are dropped in order: the account's lock before the store's.
        lock.map(|lock| AccountLock::new(account, (lock, store))).ok_or_else(|| busy_problem(&name, timeout))
    }

    fn wait_for_store(
        &self,
        mode: LockMode,
        timeout: Duration,
        is_wanted: &dyn Fn() -> bool,
        name: &str,
    ) -> Result<StoreLock, Problem> {
        private_folder::create(&self.folder)?;
        let lock = FileLock::wait(&self.store_lock_path(), mode, timeout, is_wanted)?;
        lock.map(|file| StoreLock { _file: file }).ok_or_else(|| busy_problem(name, timeout))
    }

    pub fn store_lock_path(&self) -> PathBuf {
        self.folder.join(STORE_LOCK_NAME)
    }

    /// The name does not reveal the workspace, because the file outlives the credential.
    pub fn account_lock_path(&self, account: &Account) -> PathBuf {
        self.folder.join(format!("{LOCK_PREFIX}{:016x}{LOCK_SUFFIX}", fingerprint(&account.workspace)))
    }
}

/// Returns the FNV-1a hash, which every version computes alike, without dashes and in lower case, as Notion compares ids. It
/// protects nothing: two workspaces with one hash only wait for each other.
pub(super) fn fingerprint(text: &str) -> u64 {
    let bytes = text.bytes().filter(|byte| *byte != b'-').map(|byte| byte.to_ascii_lowercase());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn busy_problem(name: &str, timeout: Duration) -> Problem {
    let evidence = format!("{name}: another notion-auth process has used it for {} s", timeout.as_secs());
    Problem::new(ProblemCode::StoreBusy).with_evidence(evidence)
}

/// True if another process may hold the lock. Only a regular file can be locked by us: every writer refuses a link, a pipe or a
/// folder in its place.
pub fn can_be_held(path: &Path) -> bool {
    path.symlink_metadata().map_or(true, |metadata| metadata.is_file())
}
