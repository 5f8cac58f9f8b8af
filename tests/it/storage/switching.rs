//! Which one is in use: written under the lock, read back, and never guessed.

use super::{Home, TOKEN, account, read, record, secrets};
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::domain::credentials::StoreKind;
use notion_auth::domain::problem::ProblemCode;

fn store(home: &Home) -> LocalStore {
    LocalStore::new(&home.folders(), Some("off".into()))
}

fn two(home: &Home) -> LocalStore {
    let store = store(home);
    for workspace in ["w1", "w2"] {
        store.save_blocking(record(workspace, StoreKind::File), &secrets(TOKEN)).unwrap();
    }
    store
}

#[test]
fn the_active_one_changes_and_nothing_else_does() {
    let home = Home::new();
    let store = two(&home);
    let before = store.load_index_blocking().unwrap();
    assert_eq!(store.activate_blocking(&account("w1")), Ok(()));
    let after = store.load_index_blocking().unwrap();
    assert_eq!(after.active, Some(account("w1")));
    assert_eq!(after.credentials, before.credentials);
    assert_eq!(store.load_blocking(&account("w2")), Ok(secrets(TOKEN)), "the other one is kept");
}

#[test]
fn one_that_is_not_there_is_refused_and_the_active_one_stays() {
    let home = Home::new();
    let store = two(&home);
    assert_eq!(store.activate_blocking(&account("w3")).unwrap_err().code, ProblemCode::NotSignedIn);
    assert_eq!(store.load_index_blocking().unwrap().active, Some(account("w2")));
}

#[test]
fn records_that_cannot_be_read_are_reported_and_left_alone() {
    let home = Home::new();
    let store = store(&home);
    home.put("credentials.json", "{ half a doc");
    assert_eq!(store.activate_blocking(&account("w1")).unwrap_err().code, ProblemCode::FileCorrupt);
    assert_eq!(read(&home.file("credentials.json")), "{ half a doc");
    assert_eq!(home.files(), ["credentials.json"]);
}

#[test]
fn a_second_sign_in_keeps_the_first_and_says_who_is_active() {
    let home = Home::new();
    let store = store(&home);
    let first = store.save_blocking(record("w1", StoreKind::File), &secrets(TOKEN)).unwrap();
    assert_eq!(first.note, None);
    let second = store.save_blocking(record("w2", StoreKind::File), &secrets(TOKEN)).unwrap();
    let note = "now active; Example Space (w1/token) is still saved (switch back with notion-auth switch)";
    assert_eq!(second.note.as_deref(), Some(note));
    let again = store.save_blocking(record("w2", StoreKind::File), &secrets(TOKEN)).unwrap();
    let note = "replaces the credential saved on 2026-11-22, as Ada Example";
    assert_eq!(again.note.as_deref(), Some(note), "it was the active one before, too");
}
