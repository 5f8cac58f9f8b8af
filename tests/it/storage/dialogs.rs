//! A keychain that asks the person: before it reads or writes, or before it deletes. The dialog is answered when the test says so.
#![expect(clippy::disallowed_methods, reason = "a deadline for what happens on other threads")]

use super::{Home, OTHER, TOKEN, account, record, secret, secrets};
use crate::support::deadline::DEADLINE;
use crate::support::fakes::FakeWorld;
use notion_auth::adapters::demo::keychain::DemoKeychain;
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::adapters::storage::json_file::Note;
use notion_auth::adapters::storage::secret_store::SecretStore;
use notion_auth::adapters::storage::time_limited_store::{CancellationFlag, KeychainLimits, TimeLimitedStore};
use notion_auth::domain::credentials::{Account, CredentialRecord, Deletion, StoreKind};
use notion_auth::domain::machine::KeychainState;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::accounts;
use notion_auth::runtime::ports::{CredentialStore, World};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// Which calls raise a dialog.
#[derive(Clone, Copy, PartialEq)]
enum Asks {
    BeforeWriting,
    BeforeDeleting,
}

struct DialogKeychain {
    asks: Asks,
    sound: DemoKeychain,
    answered: Mutex<bool>,
    changed: Condvar,
    dialogs: AtomicU32,
}

impl DialogKeychain {
    fn that_asks(asks: Asks) -> Arc<Self> {
        let sound = DemoKeychain::default();
        Arc::new(Self { asks, sound, answered: Mutex::new(false), changed: Condvar::new(), dialogs: AtomicU32::new(0) })
    }

    /// The person answers this dialog, and the keychain asks no more.
    fn answer(&self) {
        *self.answered.lock().unwrap() = true;
        self.changed.notify_all();
    }

    fn ask(&self, asks: Asks) {
        if self.asks != asks {
            return;
        }
        let answered = self.answered.lock().unwrap();
        if !*answered {
            self.dialogs.fetch_add(1, Ordering::Relaxed);
        }
        drop(self.changed.wait_while(answered, |answered| !*answered).unwrap());
    }

    /// Waits until a dialog is on the screen.
    fn wait_for_dialog(&self) {
        let deadline = Instant::now() + DEADLINE;
        while self.dialogs.load(Ordering::Relaxed) == 0 {
            assert!(Instant::now() < deadline, "no dialog appeared");
            std::thread::yield_now();
        }
    }
}

impl SecretStore for DialogKeychain {
    fn name(&self) -> &'static str {
        "Asking"
    }

    fn place(&self, account: &Account) -> String {
        format!("keychain (Asking), account {}", account.key())
    }

    fn write(&self, account: &Account, secret: &Secret) -> Result<Note, Problem> {
        self.ask(Asks::BeforeWriting);
        self.sound.write(account, secret)
    }

    fn read(&self, account: &Account) -> Result<Option<Secret>, Problem> {
        self.sound.read(account)
    }

    fn delete(&self, account: &Account) -> Result<bool, Problem> {
        self.ask(Asks::BeforeDeleting);
        self.sound.delete(account)
    }
}

/// The probe waits shorter than the test, everything else longer.
fn limits() -> KeychainLimits {
    KeychainLimits {
        probe_timeout: Duration::from_millis(30),
        probe_delete_timeout: Duration::from_millis(30),
        operation_timeout: DEADLINE,
    }
}

#[test]
fn a_dialog_that_outlasts_the_probe_is_waited_for_by_the_write() {
    let keychain = DialogKeychain::that_asks(Asks::BeforeWriting);
    let home = Home::new();
    let store = LocalStore::with_keychain(&home.folders(), keychain.clone(), limits());
    assert_eq!(store.probe_keychain_blocking(), KeychainState::TimedOut);
    let keep = std::thread::spawn(move || store.save_blocking(record("w1", StoreKind::Keychain), &secrets(TOKEN)));
    keychain.wait_for_dialog();
    keychain.answer();
    assert!(keep.join().unwrap().is_ok());
    assert_eq!(keychain.sound.read(&account("w1")), Ok(Some(secret(TOKEN))));
}

#[test]
fn a_keychain_that_asks_before_deleting_is_usable_and_asks_once_however_often_it_is_probed() {
    let keychain = DialogKeychain::that_asks(Asks::BeforeDeleting);
    let store = TimeLimitedStore::new(
        keychain.clone(),
        KeychainLimits { probe_timeout: DEADLINE, probe_delete_timeout: Duration::from_millis(30), operation_timeout: DEADLINE },
    );
    for _ in 0..3 {
        assert_eq!(store.probe().state, KeychainState::Available { name: "Asking".into() });
    }
    assert_eq!(keychain.dialogs.load(Ordering::Relaxed), 1);
    let left = keychain.sound.accounts().unwrap().unwrap();
    assert_eq!(left.len(), 1, "one entry for all probes: {left:?}");
}

#[test]
fn saving_never_needs_a_delete() {
    let keychain = DialogKeychain::that_asks(Asks::BeforeDeleting);
    let home = Home::new();
    let store = LocalStore::with_keychain(&home.folders(), keychain.clone(), limits());
    for token in [TOKEN, OTHER] {
        assert!(store.save_blocking(record("w1", StoreKind::Keychain), &secrets(token)).is_ok());
    }
    assert_eq!(keychain.dialogs.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_save_that_is_cancelled_while_its_dialog_is_open_records_nothing() {
    let keychain = DialogKeychain::that_asks(Asks::BeforeWriting);
    let home = Home::new();
    let store = LocalStore::with_keychain(&home.folders(), keychain.clone(), limits());
    let job = store.save(record("w1", StoreKind::Keychain), secrets(TOKEN));
    let seen = keychain.clone();
    let dialog = tokio::task::spawn_blocking(move || seen.wait_for_dialog());
    // The job is dropped as soon as its dialog is on the screen.
    tokio::select! {
        outcome = job => panic!("the dialog is still open: {outcome:?}"),
        seen = dialog => seen.unwrap(),
    }
    // The thread behind the dropped job ends without the dialog's answer, so the next save is not held up by it.
    let saved = store.save(record("w1", StoreKind::File), secrets(OTHER)).await;
    assert!(saved.is_ok(), "{saved:?}");
    keychain.answer();
    let index = store.load_index_blocking().unwrap();
    assert_eq!(index.credentials.iter().map(|record| record.store).collect::<Vec<_>>(), [StoreKind::File]);
}

/// A logout of the credential that this keychain holds, and what ends its wait.
fn logout_of(keychain: &Arc<DialogKeychain>, home: &Home) -> (World, CredentialRecord) {
    let store = LocalStore::with_keychain(&home.folders(), keychain.clone(), limits());
    store.save_blocking(record("w1", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    let world = World { store: Arc::new(store), ..FakeWorld::new().world() };
    (world, record("w1", StoreKind::Keychain))
}

#[tokio::test]
async fn a_logout_that_is_stopped_while_its_dialog_is_open_says_that_it_is_not_known_how_it_ends() {
    let (keychain, home) = (DialogKeychain::that_asks(Asks::BeforeDeleting), Home::new());
    let (world, record) = logout_of(&keychain, &home);
    let (stop, stopped) = accounts::Stop::new();
    let seen = keychain.clone();
    let dialog = tokio::task::spawn_blocking(move || {
        seen.wait_for_dialog();
        stop.send(true).unwrap();
    });
    let began_at = Instant::now();
    let logged_out = accounts::log_out(&record, false, &world, &stopped).await;
    dialog.await.unwrap();
    assert!(began_at.elapsed() < DEADLINE, "it did not wait for the dialog");
    let Deletion::Failed(problem) = logged_out.deletion else { panic!("{logged_out:?}") };
    assert_eq!(problem.code, ProblemCode::KeychainSlow);
    assert_eq!(world.store.load_index().await.unwrap().credentials.len(), 1, "it is listed, so that it can be tried again");
    keychain.answer();
    let again = accounts::log_out(&record, false, &world, &accounts::Stop::never()).await;
    assert_eq!(again.deletion, Deletion::Done);
    assert_eq!(keychain.sound.read(&account("w1")), Ok(None));
}

#[tokio::test]
async fn a_logout_that_is_stopped_before_it_deletes_anything_deletes_nothing() {
    let (keychain, home) = (DialogKeychain::that_asks(Asks::BeforeDeleting), Home::new());
    let (world, record) = logout_of(&keychain, &home);
    let (stop, stopped) = accounts::Stop::new();
    stop.send(true).unwrap();
    let logged_out = accounts::log_out(&record, false, &world, &stopped).await;
    assert!(matches!(&logged_out.deletion, Deletion::Failed(problem) if problem.code == ProblemCode::Cancelled), "{logged_out:?}");
    assert_eq!(keychain.dialogs.load(Ordering::Relaxed), 0);
}

#[test]
fn what_was_written_before_the_cancellation_is_taken_back() {
    let keychain: Arc<DemoKeychain> = Arc::default();
    let cancellation = CancellationFlag::default();
    let store = TimeLimitedStore::new(keychain.clone(), limits()).for_operation(&cancellation);
    assert_eq!(store.write(&account("w1"), &secret(TOKEN)), Ok(None));
    cancellation.trigger();
    assert_eq!(store.delete(&account("w1")), Ok(true), "a call that takes something back is not ended by the cancellation");
    assert_eq!(keychain.accounts(), Ok(Some(Vec::new())));
}

#[test]
fn the_calls_of_one_operation_share_its_time() {
    let keychain = DialogKeychain::that_asks(Asks::BeforeWriting);
    let limits =
        KeychainLimits { probe_timeout: DEADLINE, probe_delete_timeout: DEADLINE, operation_timeout: Duration::from_millis(40) };
    let store = TimeLimitedStore::new(keychain.clone(), limits).for_operation(&CancellationFlag::default());
    let first = store.write(&account("w1"), &secret(TOKEN)).unwrap_err();
    let second = store.write(&account("w2"), &secret(TOKEN)).unwrap_err();
    assert_eq!((first.code, second.code), (ProblemCode::KeychainSlow, ProblemCode::KeychainSlow));
    keychain.answer();
}
