//! The locks that order all writers, across processes.
//!
//! Everything that writes takes its locks in this order, and lets go of them in the reverse one:
//!
//! 1. The store lock (`notion-auth.lock`): shared by every writer, exclusive for a reset, which concerns all accounts.
//! 2. The account lock (`account-….lock`): one for each workspace, because an entry may move between two names of the same
//!    workspace. It is held from the first look at what is kept until the last write, also while Notion is asked.
//! 3. The lock of a file (`secrets.json.lock`, `credentials.json.lock`): one at a time, for one read, edit and replace.
//!
//! Nobody takes two locks of one level, but for a reset, which takes those of both files in the order of their names. So no two
//! processes can wait for each other. The lock files stay where they are.

use super::own_thread::on_a_thread_while_wanted;
use crate::adapters::file_lock::{FileLock, LockMode};
use crate::adapters::folders::Folders;
use crate::adapters::private_folder;
use crate::domain::credential::Account;
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::{AccountLock, Job};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longer than a refresh whose answer comes at the last moment, and shorter than anyone waits for a login to be kept.
pub const ACCOUNT_LOCK_TIMEOUT: Duration = Duration::from_secs(25);

pub const STORE_LOCK: &str = "notion-auth.lock";
const PREFIX: &str = "account-";
const SUFFIX: &str = ".lock";

/// True for the name of a lock file of this module.
pub fn is_lock_name(name: &str) -> bool {
    name == STORE_LOCK || name.strip_prefix(PREFIX).is_some_and(|rest| rest.ends_with(SUFFIX))
}

#[derive(Clone, Debug)]
pub struct AccountLocks {
    folder: PathBuf,
}

/// Proof that no credential is written by anybody else.
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

    /// A job that is dropped gives up its wait, and a lock that it still obtains is let go of.
    pub fn acquire_within(&self, account: &Account, timeout: Duration) -> Job<AccountLock> {
        let (locks, account) = (self.clone(), account.clone());
        on_a_thread_while_wanted(move |is_wanted| locks.wait(&account, timeout, is_wanted))
    }

    /// Blocks the thread that it is called on.
    pub fn acquire_now(&self, account: &Account) -> Result<AccountLock, Problem> {
        self.wait(account, ACCOUNT_LOCK_TIMEOUT, &|| true)
    }

    /// Keeps out a reset while something is written that belongs to no account.
    pub fn share_store(&self) -> Result<StoreLock, Problem> {
        self.store(LockMode::Shared, ACCOUNT_LOCK_TIMEOUT, &|| true, "this machine's credentials")
    }

    /// Waits for every writer and keeps out the next ones.
    pub fn acquire_store(&self) -> Result<StoreLock, Problem> {
        self.store(LockMode::Exclusive, ACCOUNT_LOCK_TIMEOUT, &|| true, "this machine's credentials")
    }

    fn wait(&self, account: &Account, timeout: Duration, is_wanted: &dyn Fn() -> bool) -> Result<AccountLock, Problem> {
        let name = account.as_text();
        let store = self.store(LockMode::Shared, timeout, is_wanted, &name)?;
        let lock = FileLock::wait(&self.path(account), LockMode::Exclusive, timeout, is_wanted)?;
        // Fields are dropped in order: the account's lock before the store's.
        lock.map(|lock| AccountLock::new(account, (lock, store))).ok_or_else(|| busy(&name, timeout))
    }

    fn store(&self, mode: LockMode, timeout: Duration, is_wanted: &dyn Fn() -> bool, name: &str) -> Result<StoreLock, Problem> {
        private_folder::create(&self.folder)?;
        let lock = FileLock::wait(&self.store_path(), mode, timeout, is_wanted)?;
        lock.map(|file| StoreLock { _file: file }).ok_or_else(|| busy(name, timeout))
    }

    pub fn store_path(&self) -> PathBuf {
        self.folder.join(STORE_LOCK)
    }

    /// The name tells nobody which workspace it was, because it outlives the credential.
    pub fn path(&self, account: &Account) -> PathBuf {
        self.folder.join(format!("{PREFIX}{:016x}{SUFFIX}", fingerprint(&account.workspace)))
    }
}

/// FNV-1a, which every version computes alike. It guards nothing: two workspaces that come out alike only wait for each other. Dashes and case do not count, as they do not for Notion.
pub(super) fn fingerprint(text: &str) -> u64 {
    let bytes = text.bytes().filter(|byte| *byte != b'-').map(|byte| byte.to_ascii_lowercase());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn busy(name: &str, timeout: Duration) -> Problem {
    let evidence = format!("{name}: another notion-auth has been busy with it for {} s", timeout.as_secs());
    Problem::new(ProblemCode::StoreBusy).seen(evidence)
}

/// True where the lock may be held by somebody. Only a regular file can be locked by us: a link, a pipe or a folder in its
/// place is refused by every writer.
pub fn can_be_held(path: &Path) -> bool {
    path.symlink_metadata().map_or(true, |metadata| metadata.is_file())
}
