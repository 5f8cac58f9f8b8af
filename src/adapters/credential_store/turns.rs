//! Turns with a credential, across processes: a refresh, a logout and a new login to an own connection come one after another.
//!
//! Longer than the lock of a file, which is held for one write: a refresh asks Notion in between. Of use whatever the
//! secrets are kept in, because it is a file of its own, which the operating system lets go of when its holder dies.

use super::own_thread::on_a_thread;
use crate::adapters::file_lock::FileLock;
use crate::adapters::folders::Folders;
use crate::adapters::private_folder;
use crate::domain::credential::Account;
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::Job;
use std::path::PathBuf;
use std::time::Duration;

/// Longer than a refresh whose answer comes at the last moment, and shorter than anyone waits for a login to be kept.
const PATIENCE: Duration = Duration::from_secs(25);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(10);
/// Of an account, in the name of its file: file systems take 255.
const MOST_CHARACTERS: usize = 100;

#[derive(Clone, Debug)]
pub struct Turns {
    folder: PathBuf,
}

impl Turns {
    pub fn new(folders: &Folders) -> Self {
        Self { folder: folders.config.clone() }
    }

    pub fn take(&self, account: &Account) -> Job<FileLock> {
        self.take_within(account, PATIENCE)
    }

    /// A dropped wait has given up: the next try never comes, and a lock that a try still brings is let go of unseen.
    pub fn take_within(&self, account: &Account, patience: Duration) -> Job<FileLock> {
        let (folder, path) = (self.folder.clone(), self.path(account));
        let account = account.as_text();
        Box::pin(async move {
            let tries = async {
                loop {
                    let (folder, path) = (folder.clone(), path.clone());
                    let try_once = move || {
                        private_folder::create(&folder)?;
                        FileLock::try_acquire(&path)
                    };
                    if let Some(lock) = on_a_thread(try_once).await? {
                        return Ok(lock);
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            };
            tokio::time::timeout(patience, tries).await.unwrap_or_else(|_| {
                let evidence = format!("{account}: another notion-auth has been busy with it for {} s", patience.as_secs());
                Err(Problem::new(ProblemCode::StoreBusy).seen(evidence))
            })
        })
    }

    /// The name is safe whatever the account is. Two accounts that come out alike only wait for each other.
    fn path(&self, account: &Account) -> PathBuf {
        let safe = |character: char| if character.is_ascii_alphanumeric() || character == '-' { character } else { '_' };
        let name: String = account.as_text().chars().map(safe).take(MOST_CHARACTERS).collect();
        self.folder.join(format!("{name}.turn.lock"))
    }
}
