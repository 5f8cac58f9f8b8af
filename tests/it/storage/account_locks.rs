//! Account locks: one holder at a time across processes, with an end to the waiting, and nobody left holding one.

use super::connection::{NEWER, REFRESH, connection, oauth, three};
use super::{Home, OTHER, TOKEN};
use crate::support::subprocess::{RESULT_PREFIX, test_in_subprocess};
use notion_auth::adapters::storage::credential_store::{AccountLocks, LocalStore};
use notion_auth::adapters::storage::file_store::FileStore;
use notion_auth::adapters::storage::folders::Folders;
use notion_auth::adapters::storage::json_file::Note;
use notion_auth::adapters::storage::secret_store::SecretStore;
use notion_auth::adapters::storage::time_limited_store::KeychainLimits;
use notion_auth::domain::credentials::{Account, StoreKind};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::CredentialStore;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

const BRIEFLY: Duration = Duration::from_millis(40);

#[tokio::test]
async fn a_lock_is_waited_for_without_holding_up_the_thread_and_comes_when_the_other_ends() {
    let home = Home::new();
    let locks = AccountLocks::new(&home.folders());
    let first = locks.acquire(&oauth("w")).await.unwrap();
    let second = locks.acquire(&oauth("w"));
    // Both run on this one thread: the first could not end if the second held it up.
    let (second, ()) = tokio::join!(second, async {
        tokio::task::yield_now().await;
        drop(first);
    });
    assert!(second.is_ok());
}

#[tokio::test]
async fn waiting_ends_and_says_for_whom() {
    let home = Home::new();
    let locks = AccountLocks::new(&home.folders());
    let _first = locks.acquire(&oauth("w")).await.unwrap();
    let problem = locks.acquire_within(&oauth("w"), BRIEFLY).await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::StoreBusy);
    assert!(problem.evidence.is_some_and(|seen| seen.starts_with("w/oauth: another notion-auth")));
    assert!(locks.acquire_within(&oauth("v"), BRIEFLY).await.is_ok(), "another account does not wait");
}

#[tokio::test]
async fn a_dropped_wait_leaves_nothing_held() {
    let home = Home::new();
    let locks = AccountLocks::new(&home.folders());
    for patience in [Duration::ZERO, Duration::from_micros(100), Duration::from_millis(2)] {
        // Dropped before, while and after its lock is taken.
        let _ = tokio::time::timeout(patience, locks.acquire(&oauth("w"))).await;
        let next = locks.acquire_within(&oauth("w"), Duration::from_secs(5)).await;
        assert!(next.is_ok(), "{patience:?}");
    }
}

#[tokio::test]
async fn the_store_gives_the_same_lock_and_a_new_login_waits_for_it() {
    let home = Home::new();
    let store = LocalStore::new(&home.folders(), Some("off".into()));
    let lock = store.lock_account(oauth("w")).await.unwrap();
    assert!(AccountLocks::new(&home.folders()).acquire_within(&oauth("w"), BRIEFLY).await.is_err());
    let mut login = store.save(connection("w", StoreKind::File), three(TOKEN, REFRESH));
    assert!(tokio::time::timeout(BRIEFLY, &mut login).await.is_err(), "it waits");
    assert_eq!(store.load_index_blocking().unwrap().credentials.len(), 0);
    drop(lock);
    assert!(login.await.is_ok());
    assert!(store.lock_account(oauth("w")).await.is_ok(), "and lets go of its own lock");
}

#[cfg(unix)]
#[tokio::test]
async fn any_account_makes_a_name_inside_the_folder_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let locks = AccountLocks::new(&home.folders());
    for workspace in ["w", "../../escape", "/etc", "", "a\0b", "Ünïcödé\n", &"long".repeat(100)] {
        assert!(locks.acquire(&oauth(workspace)).await.is_ok(), "{workspace:?}");
    }
    let names = home.names();
    // One lock for a workspace, whatever its accounts are called: an entry may move from one name to another.
    assert_eq!(locks.account_lock_path(&oauth("w")), locks.account_lock_path(&super::account("W")));
    assert!(names.contains(&super::name_of(&locks.account_lock_path(&oauth("w")))), "{names:?}");
    for name in &names {
        assert!(name == "notion-auth.lock" || name.starts_with("account-"), "{names:?}");
        assert!(name.contains(".lock") && !name.contains("escape"), "{names:?}");
        assert_eq!(home.file(name).metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(std::fs::read_dir(home.parent.path()).unwrap().count(), 1, "nothing beside the folder");
}

/// A keychain that keeps what it is given in a file of its own, and never ends writing an access token.
struct Stuck(FileStore);

impl Stuck {
    fn beside(home: &Path) -> Arc<Self> {
        Arc::new(Self(FileStore::new(&Folders::under(home.with_extension("keychain")))))
    }
}

impl SecretStore for Stuck {
    fn name(&self) -> &'static str {
        "Stuck"
    }

    fn place(&self, account: &Account) -> String {
        self.0.place(account)
    }

    #[expect(clippy::print_stdout, reason = "tells its parent")]
    fn write(&self, account: &Account, secret: &Secret) -> Result<Note, Problem> {
        if *account == oauth("w") && *secret == Secret::new(OTHER) {
            println!("\n{RESULT_PREFIX}between the writes");
            loop {
                std::thread::park();
            }
        }
        self.0.write(account, secret)
    }

    fn read(&self, account: &Account) -> Result<Option<Secret>, Problem> {
        self.0.read(account)
    }

    fn delete(&self, account: &Account) -> Result<bool, Problem> {
        self.0.delete(account)
    }
}

fn on_stuck(home: &Path) -> LocalStore {
    LocalStore::with_keychain(&Folders::under(home.to_owned()), Stuck::beside(home), KeychainLimits::default())
}

#[tokio::test]
async fn who_dies_between_the_writes_of_a_newer_pair_leaves_the_pair_and_no_lock() {
    let home = Home::new();
    let store = on_stuck(&home.path());
    store.save_blocking(connection("w", StoreKind::Keychain), &three(TOKEN, REFRESH)).unwrap();

    let mut child = test_in_subprocess(&[], "storage::account_locks::dies")
        .env("NOTION_AUTH_HOME", home.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("between the writes")));
    assert!(AccountLocks::new(&home.folders()).acquire_within(&oauth("w"), BRIEFLY).await.is_err(), "the child holds it");
    child.kill().unwrap();
    child.wait().unwrap();

    assert!(store.lock_account(oauth("w")).await.is_ok());
    // Its answer was written down before anything else was done with it.
    assert_eq!(store.load_blocking(&oauth("w")), Ok(three(OTHER, NEWER)));
}

#[tokio::test]
#[ignore = "started by the others"]
#[expect(clippy::disallowed_methods, reason = "its script")]
async fn dies() {
    let store = on_stuck(Path::new(&std::env::var_os("NOTION_AUTH_HOME").unwrap()));
    let lock = store.lock_account(oauth("w")).await.unwrap();
    store.renew(lock, three(OTHER, NEWER)).await.unwrap();
}
