//! Secrets that no record knows: what a save that is killed leaves is reported by readers, and swept by the next writer.

#![cfg(target_os = "linux")]

use super::{Home, OTHER, TOKEN, account, record, secret, secrets};
use crate::support::subprocess::{run_for_results, test_in_subprocess};
use notion_auth::adapters::demo::keychain::DemoKeychain;
use notion_auth::adapters::storage::credential_store::{AccountLocks, LocalStore};
use notion_auth::adapters::storage::file_store::FileStore;
use notion_auth::adapters::storage::secret_store::SecretStore;
use notion_auth::adapters::storage::storage_step::{StorageStep, set_observer};
use notion_auth::adapters::storage::time_limited_store::KeychainLimits;
use notion_auth::domain::credentials::{Account, StoreKind};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::runtime::ports::CredentialStore;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const STORES: [StoreKind; 2] = [StoreKind::File, StoreKind::Keychain];

/// A folder and a keychain, which outlive a killed process.
struct SurvivingStore {
    home: Home,
    keychain: Arc<DemoKeychain>,
}

impl SurvivingStore {
    fn new() -> Self {
        Self { home: Home::new(), keychain: Arc::new(DemoKeychain::default()) }
    }

    fn store(&self) -> LocalStore {
        LocalStore::with_keychain(&self.home.folders(), self.keychain.clone(), KeychainLimits::default())
    }

    /// Every secret that is in one of the stores.
    fn secrets(&self) -> Vec<(StoreKind, Account)> {
        let of = |kind, accounts: Result<Option<Vec<Account>>, Problem>| {
            accounts.unwrap().unwrap().into_iter().map(move |account| (kind, account))
        };
        let in_file = of(StoreKind::File, FileStore::new(&self.home.folders()).accounts());
        in_file.chain(of(StoreKind::Keychain, self.keychain.accounts())).collect()
    }

    fn recorded(&self) -> Vec<(StoreKind, Account)> {
        let index = self.store().load_index_blocking().unwrap();
        index.credentials.into_iter().map(|record| (record.store, record.account)).collect()
    }

    fn orphans(&self) -> Vec<(StoreKind, Account)> {
        let state = self.store().inspect_storage_blocking().unwrap();
        assert_eq!(state.search_problem, None);
        state.orphans.into_iter().map(|orphan| (orphan.store, orphan.account)).collect()
    }
}

/// Ends the work before this step, as a kill of the process does: nothing is taken back. Returns `false` if there is no such step.
fn killed_at(number: usize, work: impl FnOnce()) -> bool {
    let count = Arc::new(AtomicUsize::new(0));
    set_observer(Some(Arc::new(move |step| {
        let is_step = !matches!(step, StorageStep::Locked(_) | StorageStep::Unlock(_) | StorageStep::LockHeld(_));
        assert!(!is_step || count.fetch_add(1, Ordering::Relaxed) != number, "killed");
        Ok(())
    })));
    let killed = catch_unwind(AssertUnwindSafe(work)).is_err();
    set_observer(None);
    killed
}

fn sorted(mut all: Vec<(StoreKind, Account)>) -> Vec<(StoreKind, Account)> {
    all.sort_by_key(|(kind, account)| (kind.name(), account.clone()));
    all
}

/// In a process of its own, because a process that another test is just starting inherits the locks of this one for a moment.
#[test]
fn a_save_that_is_killed_at_any_step_leaves_no_secret_that_is_not_reported_and_then_swept() {
    run_for_results(&mut test_in_subprocess(&[], "storage::orphans::saves_are_killed_at_every_step"));
}

#[test]
#[ignore = "run by the test above"]
fn saves_are_killed_at_every_step() {
    for earlier in [None, Some(StoreKind::File), Some(StoreKind::Keychain)] {
        for kind in STORES {
            let mut orphans_seen = 0;
            for number in 0..500 {
                let machine = SurvivingStore::new();
                if let Some(earlier) = earlier {
                    machine.store().save_blocking(record("w", earlier), &secrets(OTHER)).unwrap();
                }
                if !killed_at(number, || drop(machine.store().save_blocking(record("w", kind), &secrets(TOKEN)))) {
                    assert!(number > 3, "{kind:?}: {number} steps");
                    break;
                }
                let (recorded, here) = (machine.recorded(), machine.secrets());
                let unrecorded = here.into_iter().filter(|secret| !recorded.contains(secret)).collect();
                let names = machine.home.names();
                assert_eq!(sorted(machine.orphans()), sorted(unrecorded), "{earlier:?} {kind:?} at step {number}");
                assert_eq!(machine.home.names(), names, "a reader changes nothing");
                orphans_seen += machine.orphans().len();

                machine.store().save_blocking(record("other", StoreKind::File), &secrets(OTHER)).unwrap();
                assert_eq!(sorted(machine.secrets()), sorted(machine.recorded()), "{earlier:?} {kind:?} at step {number}");
                let left = machine.home.files().into_iter().filter(|name| name.starts_with('.') || name.starts_with("saving-"));
                assert_eq!(left.count(), 0, "{kind:?} at step {number}: {:?}", machine.home.files());
            }
            assert_eq!(orphans_seen > 0, earlier != Some(kind), "{earlier:?} {kind:?}");
        }
    }
}

#[test]
fn what_only_a_search_shows_is_reported_and_deleted_on_request_alone() {
    let machine = SurvivingStore::new();
    machine.store().save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    machine.keychain.write(&account("of-another-folder"), &secret(OTHER)).unwrap();
    let orphan = (StoreKind::Keychain, account("of-another-folder"));
    machine.store().save_blocking(record("w2", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    assert_eq!(machine.orphans(), [orphan]);

    let state = machine.store().inspect_storage_blocking().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let delete = || runtime.block_on(machine.store().delete_orphan(state.orphans[0].clone()));
    assert_eq!((delete(), delete()), (Ok(true), Ok(false)));
    assert_eq!(machine.orphans(), []);
    assert_eq!(machine.secrets().len(), 2);
}

#[test]
fn a_secret_that_has_a_record_by_now_is_not_deleted_as_one_without() {
    let machine = SurvivingStore::new();
    machine.keychain.write(&account("w"), &secret(OTHER)).unwrap();
    let orphan = machine.store().inspect_storage_blocking().unwrap().orphans.remove(0);
    machine.store().save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    assert_eq!(runtime.block_on(machine.store().delete_orphan(orphan)), Ok(false));
    assert_eq!(machine.store().load_blocking(&account("w")).unwrap().token, secret(TOKEN));
}

#[test]
fn a_save_in_progress_is_neither_reported_nor_swept() {
    let machine = SurvivingStore::new();
    let at_its_record = |step: StorageStep<'_>| matches!(step, StorageStep::Replace(path) if path.ends_with("credentials.json"));
    let seen = Arc::new(AtomicUsize::new(0));
    let (observed, folders) = (Arc::clone(&seen), machine.home.folders());
    let keychain = machine.keychain.clone();
    set_observer(Some(Arc::new(move |step| {
        if at_its_record(step) && observed.fetch_add(1, Ordering::Relaxed) == 0 {
            // The secret is written, its record is not, and the lock is held.
            let other = LocalStore::with_keychain(&folders, keychain.clone(), KeychainLimits::default());
            assert_eq!(other.inspect_storage_blocking().unwrap().orphans, []);
            let writer = std::thread::spawn(move || other.save_blocking(record("w2", StoreKind::Keychain), &secrets(OTHER)));
            assert!(!writer.is_finished());
            assert_eq!(keychain.read(&account("w")), Ok(Some(secret(TOKEN))));
        }
        Ok(())
    })));
    machine.store().save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    set_observer(None);
    assert!(seen.load(Ordering::Relaxed) > 0);
    assert_eq!(machine.store().load_blocking(&account("w")).unwrap().token, secret(TOKEN));
}

#[test]
fn where_the_records_cannot_be_read_no_secret_is_said_to_have_none_and_none_is_swept() {
    let machine = SurvivingStore::new();
    let killed = killed_at(9, || drop(machine.store().save_blocking(record("w", StoreKind::File), &secrets(TOKEN))));
    assert!(killed && machine.secrets() == [(StoreKind::File, account("w"))], "{:?}", machine.secrets());
    machine.home.put("credentials.json", "{");
    assert_eq!(machine.orphans(), []);
    let problem = machine.store().activate_blocking(&account("w")).unwrap_err();
    assert_eq!(problem.code, ProblemCode::FileCorrupt);
    assert_eq!(machine.secrets(), [(StoreKind::File, account("w"))]);
    assert!(AccountLocks::new(&machine.home.folders()).acquire_blocking(&account("w")).is_ok());
}
