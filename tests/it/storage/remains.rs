//! What a reset finds and removes: all that is ours, whatever state it is in, and nothing else.

use super::{Home, TOKEN, name_of, record, secrets, write};
use notion_auth::adapters::credential_store::LocalStore;
use notion_auth::adapters::demo_keychain::DemoKeychain;
use notion_auth::adapters::file_lock::FileLock;
use notion_auth::adapters::folders::Folders;
use notion_auth::adapters::secret_store::SecretStore;
use notion_auth::adapters::time_limited::Limits;
use notion_auth::domain::accounts::{Handle, Kind, Remaining, Remains};
use notion_auth::domain::credential::{Account, StoreKind};
use notion_auth::domain::problem::ProblemCode;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;

fn store(home: &Home) -> (LocalStore, Arc<DemoKeychain>) {
    let keychain = Arc::new(DemoKeychain::default());
    (LocalStore::with_keychain(&home.folders(), keychain.clone(), Limits::default()), keychain)
}

/// What is listed, by kind and name.
fn listed(all: &[Remaining]) -> Vec<(Kind, String)> {
    let name = |one: &Remaining| match &one.handle {
        Handle::Account(account) => account.as_text(),
        Handle::Path(path) => name_of(path),
    };
    all.iter().map(|one| (one.kind, name(one))).collect()
}

/// Every name under a folder with its kind, mode and length: what a look must not change.
fn tree(folder: &Path) -> Vec<(String, u32, u64)> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            let metadata = entry.symlink_metadata().unwrap();
            all.push((entry.display().to_string(), metadata.permissions().mode(), metadata.len()));
            if metadata.is_dir() {
                folders.push(entry);
            }
        }
    }
    all.sort();
    all
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn all_of_ours_is_found_secrets_before_their_list_and_the_folder_last() {
    let home = Home::new();
    let (store, _keychain) = store(&home);
    store.keep_now(record("w1", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    store.keep_now(record("w2", StoreKind::File), &secrets(TOKEN)).unwrap();
    for name in ["w1_oauth.turn.lock", "secrets.json.corrupt-1", ".secrets.json.abc.tmp"] {
        home.put(name, "x");
    }
    let remains = store.remains_now();
    let expected = [
        (Kind::KeychainEntry, "w1/token"),
        (Kind::File, ".secrets.json.abc.tmp"),
        (Kind::File, "secrets.json"),
        (Kind::File, "secrets.json.corrupt-1"),
        (Kind::File, "credentials.json"),
        (Kind::File, "credentials.json.lock"),
        (Kind::File, "secrets.json.lock"),
        (Kind::File, "w1_oauth.turn.lock"),
        (Kind::Folder, "notion-auth"),
    ];
    assert_eq!(listed(&remains.removable), expected.map(|(kind, name)| (kind, name.to_owned())));
    assert_eq!((remains.left.len(), remains.troubles.len(), remains.records.len()), (0, 0, 2));
}

#[test]
fn a_look_changes_nothing_and_what_it_listed_is_what_is_removed() {
    let home = Home::new();
    let (store, keychain) = store(&home);
    store.keep_now(record("w1", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    store.keep_now(record("w2", StoreKind::File), &secrets(TOKEN)).unwrap();
    // Too open: everything else would tighten them.
    set_mode(&home.path(), 0o755);
    set_mode(&home.file("credentials.json"), 0o644);
    let before = tree(home.parent.path());
    let remains = store.remains_now();
    assert_eq!(tree(home.parent.path()), before);
    assert_eq!(keychain.accounts().unwrap().unwrap().len(), 1);

    let removed = store.remove_now(&remains);
    assert_eq!(removed.troubles, []);
    assert_eq!(removed.removed, remains.removable);
    assert_eq!(tree(home.parent.path()), []);
    assert_eq!(keychain.accounts(), Ok(Some(Vec::new())));
    assert_eq!(store.remains_now(), Remains::default());
}

#[test]
fn files_that_nobody_can_read_any_more_are_removed_like_the_others() {
    let home = Home::new();
    let (store, keychain) = store(&home);
    keychain.write(&Account { workspace: "w1".into(), name: "token".into() }, &super::secret(TOKEN)).unwrap();
    home.put("credentials.json", "{ half a doc");
    home.put("secrets.json", "");
    let remains = store.remains_now();
    let expected = [
        (Kind::KeychainEntry, "w1/token"),
        (Kind::File, "secrets.json"),
        (Kind::File, "credentials.json"),
        (Kind::Folder, "notion-auth"),
    ];
    assert_eq!(listed(&remains.removable), expected.map(|(kind, name)| (kind, name.to_owned())));
    let removed = store.remove_now(&remains);
    assert_eq!((removed.troubles.as_slice(), removed.removed), ([].as_slice(), remains.removable));
    assert!(!home.path().exists());
    assert_eq!(keychain.accounts(), Ok(Some(Vec::new())));
}

#[test]
fn what_we_did_not_make_stays_and_with_it_the_folder() {
    let home = Home::new();
    let (store, _keychain) = store(&home);
    store.keep_now(record("w", StoreKind::File), &secrets(TOKEN)).unwrap();
    home.put("notes.txt", "somebody's");
    std::fs::create_dir(home.file("secrets.json.corrupt-2")).unwrap();
    let remains = store.remains_now();
    let expected = [(Kind::File, "notes.txt".to_owned()), (Kind::Folder, "secrets.json.corrupt-2".to_owned())];
    assert_eq!(listed(&remains.left), expected);
    assert!(remains.removable.iter().all(|one| one.kind != Kind::Folder));
    assert_eq!(store.remove_now(&remains).troubles, []);
    assert_eq!(home.names(), ["notes.txt", "secrets.json.corrupt-2"]);
}

#[test]
fn a_link_is_removed_as_a_link_and_what_it_points_to_stays() {
    let home = Home::new();
    let (store, _keychain) = store(&home);
    let precious = home.parent.path().join("precious");
    write(&precious, "mine");
    std::fs::create_dir_all(home.path()).unwrap();
    symlink(&precious, home.file("secrets.json")).unwrap();
    let remains = store.remains_now();
    assert_eq!(listed(&remains.removable)[0], (Kind::Link, "secrets.json".to_owned()));
    assert_eq!(store.remove_now(&remains).troubles, []);
    assert!(!home.path().exists());
    assert_eq!(super::read(&precious), "mine");
}

#[test]
fn a_folder_that_is_a_link_is_not_looked_into() {
    let home = Home::new();
    let (store, _keychain) = store(&home);
    let elsewhere = home.parent.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    write(&elsewhere.join("secrets.json"), "mine");
    symlink(&elsewhere, home.path()).unwrap();
    let remains = store.remains_now();
    assert_eq!(listed(&remains.removable), []);
    assert_eq!(remains.troubles[0].code, ProblemCode::FileIsLink);
    store.remove_now(&remains);
    assert_eq!(super::read(&elsewhere.join("secrets.json")), "mine");
}

#[test]
fn who_is_writing_is_waited_for_and_then_nothing_is_removed() {
    let home = Home::new();
    let (store, keychain) = store(&home);
    store.keep_now(record("w", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    let lock = FileLock::acquire(&home.file("credentials.json.lock")).unwrap();
    let remains = store.remains_now();
    let before = tree(home.parent.path());
    let removed = store.remove_now(&remains);
    assert_eq!((removed.removed.as_slice(), removed.troubles[0].code), ([].as_slice(), ProblemCode::StoreBusy));
    assert_eq!(tree(home.parent.path()), before);
    assert_eq!(keychain.accounts().unwrap().unwrap().len(), 1);
    drop(lock);
    assert_eq!(store.remove_now(&remains).troubles, []);
    assert!(!home.path().exists());
}

#[test]
fn where_the_keychain_cannot_be_asked_the_list_of_what_is_in_it_stays() {
    let home = Home::new();
    store(&home).0.keep_now(record("w1", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    let silent = LocalStore::new(&home.folders(), Some("off".into()));
    let remains = silent.remains_now();
    assert_eq!(remains.troubles[0].code, ProblemCode::KeychainAbsent);
    assert!(remains.troubles[0].evidence.as_ref().unwrap().contains("credentials.json stays"), "{remains:?}");
    assert_eq!(silent.remove_now(&remains).troubles, remains.troubles);
    assert_eq!(home.names(), ["credentials.json"]);
}

#[test]
fn without_a_keychain_and_without_a_word_of_one_there_is_no_trouble() {
    let home = Home::new();
    let store = LocalStore::new(&home.folders(), Some("off".into()));
    assert_eq!(store.remains_now(), Remains::default());
    store.keep_now(record("w", StoreKind::File), &secrets(TOKEN)).unwrap();
    let remains = store.remains_now();
    assert_eq!(remains.troubles, []);
    assert_eq!(store.remove_now(&remains).removed, remains.removable);
    assert!(!home.path().exists());
}

#[test]
fn what_was_left_where_it_would_be_kept_otherwise_is_found_too() {
    let home = Home::new();
    let apart = home.parent.path().join(".notion-auth");
    std::fs::create_dir(&apart).unwrap();
    write(&apart.join("secrets.json"), "{}");
    let folders = Folders { elsewhere: Some(apart.clone()), ..home.folders() };
    let store = LocalStore::new(&folders, Some("off".into()));
    let remains = store.remains_now();
    assert_eq!(listed(&remains.removable), [(Kind::File, "secrets.json".to_owned()), (Kind::Folder, ".notion-auth".to_owned())]);
    assert_eq!(store.remove_now(&remains).troubles, []);
    assert!(!apart.exists());
}
