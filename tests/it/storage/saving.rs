//! The store as the wizard sees it: keep, load, forget, with a keychain that works, lies, hangs or refuses.

use super::{Home, OTHER, TOKEN, account, read, record, secret, secrets};
use notion_auth::adapters::demo::keychain::DemoKeychain;
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::adapters::storage::file_store::FileStore;
use notion_auth::adapters::storage::json_file::Note;
use notion_auth::adapters::storage::secret_store::SecretStore;
use notion_auth::adapters::storage::time_limited_store::KeychainLimits;
use notion_auth::domain::credentials::{Account, CredentialIndex, Receipt, StoreKind};
use notion_auth::domain::machine::KeychainState;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::CredentialStore;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A keychain in memory with one fault.
#[derive(Default)]
struct Faulty {
    fault: StoreFault,
    sound: DemoKeychain,
    calls: AtomicU32,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum StoreFault {
    #[default]
    None,
    /// Says that it wrote, and wrote something else.
    Lies,
    /// Says that it wrote, and did not.
    Forgets,
    Hangs,
    Refuses,
    Panics,
}

impl Faulty {
    fn with(fault: StoreFault) -> Arc<Self> {
        Arc::new(Self { fault, ..Self::default() })
    }

    fn call(&self) -> Result<(), Problem> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        match self.fault {
            StoreFault::None | StoreFault::Lies | StoreFault::Forgets => Ok(()),
            StoreFault::Hangs => loop {
                std::thread::park();
            },
            StoreFault::Refuses => Err(Problem::new(ProblemCode::KeychainLocked).with_evidence("prompt dismissed")),
            StoreFault::Panics => panic!("a keychain that panics, as this test asks"),
        }
    }
}

impl SecretStore for Faulty {
    fn name(&self) -> &'static str {
        "Faulty"
    }

    fn place(&self, account: &Account) -> String {
        format!("keychain (Faulty), account {}", account.key())
    }

    fn write(&self, account: &Account, secret: &Secret) -> Result<Note, Problem> {
        self.call()?;
        match self.fault {
            StoreFault::Lies => self.sound.write(account, &Secret::new("something else")),
            StoreFault::Forgets => Ok(None),
            _ => self.sound.write(account, secret),
        }
    }

    fn read(&self, account: &Account) -> Result<Option<Secret>, Problem> {
        self.call()?;
        self.sound.read(account)
    }

    fn delete(&self, account: &Account) -> Result<bool, Problem> {
        self.call()?;
        self.sound.delete(account)
    }
}

const BRIEF: KeychainLimits = KeychainLimits {
    probe_timeout: Duration::from_millis(30),
    probe_delete_timeout: Duration::from_millis(30),
    operation_timeout: Duration::from_millis(30),
};
const PATIENT: KeychainLimits = KeychainLimits {
    probe_timeout: Duration::from_secs(10),
    probe_delete_timeout: Duration::from_secs(10),
    operation_timeout: Duration::from_secs(10),
};

fn store(home: &Home, keychain: &Arc<Faulty>) -> LocalStore {
    LocalStore::with_keychain(&home.folders(), keychain.clone(), PATIENT)
}

fn code<T>(outcome: Result<T, Problem>) -> Option<ProblemCode> {
    outcome.err().map(|problem| problem.code)
}

#[test]
fn a_kept_credential_is_active_readable_and_its_place_is_told() {
    let home = Home::new();
    let store = store(&home, &Faulty::with(StoreFault::None));
    let displaced = "now active; Example Space (w1/token) is still saved (switch back with notion-auth switch)";
    for (workspace, kind, place, note) in [
        ("w1", StoreKind::Keychain, "keychain (Faulty), account w1/token".to_owned(), None),
        ("w2", StoreKind::File, home.file("secrets.json").display().to_string(), Some(displaced.to_owned())),
    ] {
        let receipt = store.save_blocking(record(workspace, kind), &secrets(TOKEN));
        assert_eq!(receipt, Ok(Receipt { store: kind, place, note }));
        assert_eq!(store.load_blocking(&account(workspace)), Ok(secrets(TOKEN)));
        assert_eq!(store.load_index_blocking().unwrap().active, Some(account(workspace)));
    }
    assert_eq!(store.load_index_blocking().unwrap().credentials.len(), 2);
}

#[test]
fn plain_text_is_never_in_the_records_and_nowhere_with_a_keychain() {
    let home = Home::new();
    let store = store(&home, &Faulty::with(StoreFault::None));
    store.save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    assert_eq!(home.files(), ["credentials.json"]);
    assert!(!read(&home.file("credentials.json")).contains(TOKEN));
    store.save_blocking(record("w", StoreKind::File), &secrets(TOKEN)).unwrap();
    assert!(!read(&home.file("credentials.json")).contains(TOKEN));
}

#[test]
fn moving_to_the_keychain_removes_the_plain_text_and_says_so() {
    let home = Home::new();
    let store = store(&home, &Faulty::with(StoreFault::None));
    store.save_blocking(record("w", StoreKind::File), &secrets(OTHER)).unwrap();
    let note = store.save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN)).unwrap().note.unwrap();
    assert!(note.contains("removed") && note.contains("secrets.json"), "{note}");
    assert!(!read(&home.file("secrets.json")).contains("ntn_"));
    assert_eq!(store.load_blocking(&account("w")), Ok(secrets(TOKEN)));
}

#[test]
fn moving_to_the_file_removes_the_copy_in_the_keychain() {
    let home = Home::new();
    let keychain = Faulty::with(StoreFault::None);
    let store = store(&home, &keychain);
    store.save_blocking(record("w", StoreKind::Keychain), &secrets(OTHER)).unwrap();
    let note = store.save_blocking(record("w", StoreKind::File), &secrets(TOKEN)).unwrap().note.unwrap();
    assert!(note.contains("removed") && note.contains("keychain (Faulty)"), "{note}");
    assert_eq!(keychain.sound.read(&account("w")), Ok(None));
}

#[test]
fn a_keychain_that_never_had_the_secret_is_not_asked() {
    let home = Home::new();
    let keychain = Faulty::with(StoreFault::Refuses);
    store(&home, &keychain).save_blocking(record("w", StoreKind::File), &secrets(TOKEN)).unwrap();
    assert_eq!(keychain.calls.load(Ordering::Relaxed), 0);
}

#[test]
fn a_copy_that_cannot_be_removed_is_told_of() {
    let home = Home::new();
    home.put("secrets.json", "{");
    let store = store(&home, &Faulty::with(StoreFault::None));
    let note = store.save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN)).unwrap().note.unwrap();
    assert!(note.contains("may be left") && note.contains("secrets.json"), "{note}");
}

#[test]
fn what_reads_back_differently_is_not_kept() {
    for fault in [StoreFault::Lies, StoreFault::Forgets] {
        let home = Home::new();
        let keychain = Faulty::with(fault);
        let store = store(&home, &keychain);
        let kept = store.save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN));
        assert_eq!(code(kept), Some(ProblemCode::ReadBackMismatch));
        assert_eq!(store.load_index_blocking(), Ok(CredentialIndex::default()));
        let left = (fault == StoreFault::Lies).then(|| secret("something else"));
        assert_eq!(keychain.sound.read(&account("w")), Ok(left), "only what we wrote would be taken back");
    }
}

#[test]
fn a_refusal_keeps_nothing_and_leaves_what_was_there() {
    let home = Home::new();
    let before = store(&home, &Faulty::with(StoreFault::None));
    before.save_blocking(record("w", StoreKind::File), &secrets(OTHER)).unwrap();
    let store = store(&home, &Faulty::with(StoreFault::Refuses));
    let kept = store.save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN));
    assert_eq!(code(kept), Some(ProblemCode::KeychainLocked));
    assert_eq!(store.load_blocking(&account("w")), Ok(secrets(OTHER)));
}

#[test]
fn a_keychain_that_hangs_or_panics_ends_as_a_problem() {
    let home = Home::new();
    let faults = [(StoreFault::Hangs, BRIEF, ProblemCode::KeychainSlow), (StoreFault::Panics, PATIENT, ProblemCode::Bug)];
    for (fault, limits, expected) in faults {
        let store = LocalStore::with_keychain(&home.folders(), Faulty::with(fault), limits);
        let kept = store.save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN));
        assert_eq!(code(kept), Some(expected));
        assert_eq!(store.load_index_blocking(), Ok(CredentialIndex::default()));
    }
    let hung = LocalStore::with_keychain(&home.folders(), Faulty::with(StoreFault::Hangs), BRIEF);
    assert_eq!(hung.probe_keychain_blocking(), KeychainState::TimedOut);
}

#[cfg(unix)]
#[test]
fn without_a_record_the_secret_is_taken_back() {
    let home = Home::new();
    let keychain = Faulty::with(StoreFault::None);
    let store = store(&home, &keychain);
    let target = home.put("elsewhere.json", "{}");
    std::os::unix::fs::symlink(target, home.file("credentials.json")).unwrap();

    let kept = store.save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN));
    assert_eq!(code(kept), Some(ProblemCode::FileIsLink));
    assert_eq!(keychain.sound.read(&account("w")), Ok(None));

    keychain.sound.write(&account("w"), &secret(OTHER)).unwrap();
    let kept = store.save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN));
    assert_eq!(code(kept), Some(ProblemCode::FileIsLink));
    assert_eq!(keychain.sound.read(&account("w")), Ok(Some(secret(OTHER))), "the earlier one is back");
}

#[test]
fn a_corrupt_file_does_not_stop_keeping_and_is_named_on_the_receipt() {
    let home = Home::new();
    home.put("secrets.json", "{");
    home.put("credentials.json", "{");
    let store = store(&home, &Faulty::with(StoreFault::None));
    let note = store.save_blocking(record("w", StoreKind::File), &secrets(TOKEN)).unwrap().note.unwrap();
    assert!(note.contains("secrets.json.corrupt-1") && note.contains("credentials.json.corrupt-1"), "{note}");
    assert_eq!(store.load_blocking(&account("w")), Ok(secrets(TOKEN)));
}

#[test]
fn this_session_only_writes_nothing() {
    let home = Home::new();
    let keychain = Faulty::with(StoreFault::None);
    let receipt = store(&home, &keychain).save_blocking(record("w", StoreKind::None), &secrets(TOKEN)).unwrap();
    assert_eq!((receipt.store, receipt.place == "not saved"), (StoreKind::None, true));
    assert!(!home.path().exists());
    assert_eq!(keychain.calls.load(Ordering::Relaxed), 0);
}

#[test]
fn a_secret_that_is_gone_is_told_from_one_that_never_was() {
    let home = Home::new();
    let keychain = Faulty::with(StoreFault::None);
    let store = store(&home, &keychain);
    store.save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    keychain.sound.delete(&account("w")).unwrap();
    assert_eq!(code(store.load_blocking(&account("w"))), Some(ProblemCode::SecretMissing));
    assert_eq!(code(store.load_blocking(&account("other"))), Some(ProblemCode::NotSignedIn));
}

#[test]
fn forgetting_removes_secret_and_record() {
    let home = Home::new();
    let keychain = Faulty::with(StoreFault::None);
    let store = store(&home, &keychain);
    for (workspace, kind) in [("w1", StoreKind::Keychain), ("w2", StoreKind::File)] {
        store.save_blocking(record(workspace, kind), &secrets(TOKEN)).unwrap();
        assert_eq!(store.delete_blocking(&account(workspace)), Ok(None));
        assert_eq!(code(store.delete_blocking(&account(workspace))), Some(ProblemCode::NotSignedIn));
    }
    assert_eq!(store.load_index_blocking(), Ok(CredentialIndex::default()));
    assert_eq!(keychain.sound.read(&account("w1")), Ok(None));
    assert!(!read(&home.file("secrets.json")).contains("ntn_"));
}

#[test]
fn forgetting_a_secret_that_is_gone_removes_the_record_and_notes_it() {
    let home = Home::new();
    let keychain = Faulty::with(StoreFault::None);
    let store = store(&home, &keychain);
    store.save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    keychain.sound.delete(&account("w")).unwrap();
    assert!(store.delete_blocking(&account("w")).unwrap().is_some_and(|note| note.contains("gone already")));
    assert_eq!(store.load_index_blocking(), Ok(CredentialIndex::default()));
}

#[test]
fn a_record_stays_while_its_secret_cannot_be_deleted() {
    let home = Home::new();
    store(&home, &Faulty::with(StoreFault::None)).save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    let store = store(&home, &Faulty::with(StoreFault::Refuses));
    assert_eq!(code(store.delete_blocking(&account("w"))), Some(ProblemCode::KeychainLocked));
    assert_eq!(store.load_index_blocking().unwrap().credentials.len(), 1);
}

#[test]
fn forgetting_removes_a_plain_text_copy_of_a_keychain_credential_too() {
    let home = Home::new();
    let store = store(&home, &Faulty::with(StoreFault::None));
    store.save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    FileStore::new(&home.folders()).write(&account("w"), &secret(OTHER)).unwrap();
    store.delete_blocking(&account("w")).unwrap();
    assert!(!read(&home.file("secrets.json")).contains("ntn_"));
}

#[test]
fn a_rehearsal_has_a_keychain_that_says_it_is_one() {
    let home = Home::new();
    let store = LocalStore::demo(home.path());
    let name = "demo keychain (cleared when you quit)";
    assert_eq!(store.probe_keychain_blocking(), KeychainState::Available { name: name.into() });
    let receipt = store.save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    assert_eq!(receipt.place, format!("{name}, account w/token"));
    assert_eq!(store.load_blocking(&account("w")), Ok(secrets(TOKEN)));
    assert!(store.file_place().starts_with(&home.path().display().to_string()));
}

#[tokio::test]
async fn the_port_does_the_same_without_holding_up_its_thread() {
    let home = Home::new();
    let store: Arc<dyn CredentialStore> = Arc::new(store(&home, &Faulty::with(StoreFault::None)));
    let probed = store.probe_keychain().await;
    assert_eq!(probed, Ok(KeychainState::Available { name: "Faulty".into() }));
    store.save(record("w", StoreKind::File), secrets(TOKEN)).await.unwrap();
    assert_eq!(store.load_index().await.unwrap().active, Some(account("w")));
    assert_eq!(store.load(account("w")).await, Ok(secrets(TOKEN)));
    let lock = store.lock_account(account("w")).await.unwrap();
    store.delete(lock).await.unwrap();
    assert_eq!(store.load_index().await, Ok(CredentialIndex::default()));

    let hung = LocalStore::with_keychain(&home.folders(), Faulty::with(StoreFault::Hangs), BRIEF);
    let (kept, answer) = tokio::join!(hung.save(record("w", StoreKind::Keychain), secrets(TOKEN)), store.load_index());
    assert_eq!(code(kept), Some(ProblemCode::KeychainSlow));
    assert_eq!(answer, Ok(CredentialIndex::default()));
}
