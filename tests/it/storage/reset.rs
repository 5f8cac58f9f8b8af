//! Reset: it finds and removes everything that notion-auth stores, in any state, and nothing else.
#![cfg(unix)]

use super::{Home, TOKEN, name_of, record, secrets, write};
#[cfg(unix)]
use crate::support::named_pipe::make_named_pipe;
use notion_auth::adapters::demo::keychain::DemoKeychain;
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::adapters::storage::file_lock::FileLock;
use notion_auth::adapters::storage::folders::Folders;
use notion_auth::adapters::storage::secret_store::SecretStore;
use notion_auth::adapters::storage::time_limited_store::KeychainLimits;
use notion_auth::domain::credentials::{Account, StoreKind, StoredData, StoredItem, StoredItemHandle, StoredItemKind};
use notion_auth::domain::problem::ProblemCode;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;

fn store(home: &Home) -> (LocalStore, Arc<DemoKeychain>) {
    let keychain = Arc::new(DemoKeychain::default());
    (LocalStore::with_keychain(&home.folders(), keychain.clone(), KeychainLimits::default()), keychain)
}

/// Returns the kind and name of each item.
fn listed(all: &[StoredItem]) -> Vec<(StoredItemKind, String)> {
    let name = |one: &StoredItem| match &one.handle {
        StoredItemHandle::Account(account) => account.key(),
        StoredItemHandle::Path(path) => name_of(path),
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
fn all_of_ours_is_found_secrets_before_their_list_and_the_locks_stay() {
    let home = Home::new();
    let (store, _keychain) = store(&home);
    store.save_blocking(record("w1", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    store.save_blocking(record("w2", StoreKind::File), &secrets(TOKEN)).unwrap();
    for name in ["w1_oauth.turn.lock", "secrets.json.corrupt-1", ".secrets.json.abc.tmp"] {
        home.put(name, "x");
    }
    let remains = store.find_stored_data_blocking();
    let expected = [
        (StoredItemKind::KeychainEntry, "w1/token"),
        (StoredItemKind::File, ".secrets.json.abc.tmp"),
        (StoredItemKind::File, "secrets.json"),
        (StoredItemKind::File, "secrets.json.corrupt-1"),
        (StoredItemKind::File, "secrets.json.spare"),
        (StoredItemKind::File, "credentials.json"),
        (StoredItemKind::File, "credentials.json.spare"),
        (StoredItemKind::File, "w1_oauth.turn.lock"),
    ];
    assert_eq!(listed(&remains.removable), expected.map(|(kind, name)| (kind, name.to_owned())));
    assert_eq!((remains.foreign_items.len(), remains.problems.len(), remains.records.len()), (0, 0, 2));
    let locks: Vec<String> = listed(&remains.lock_files).into_iter().map(|(_, name)| name).collect();
    assert_eq!(locks.len(), 5, "the store's, two of accounts, two of files: {locks:?}");
}

#[test]
fn a_look_changes_nothing_and_what_it_listed_is_what_is_removed() {
    let home = Home::new();
    let (store, keychain) = store(&home);
    store.save_blocking(record("w1", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    store.save_blocking(record("w2", StoreKind::File), &secrets(TOKEN)).unwrap();
    // Too open: everything else would tighten them.
    set_mode(&home.path(), 0o755);
    set_mode(&home.file("credentials.json"), 0o644);
    let before = tree(home.parent.path());
    let remains = store.find_stored_data_blocking();
    assert_eq!(tree(home.parent.path()), before);
    assert_eq!(keychain.accounts().unwrap().unwrap().len(), 1);

    let removed = store.remove_stored_data_blocking(&remains);
    assert_eq!(removed.problems, []);
    assert_eq!(removed.removed, remains.removable);
    assert_eq!(home.files(), [""; 0]);
    assert_eq!(keychain.accounts(), Ok(Some(Vec::new())));
    assert_eq!(store.find_stored_data_blocking(), StoredData { lock_files: remains.lock_files, ..StoredData::default() });
}

#[test]
fn files_that_nobody_can_read_any_more_are_removed_like_the_others() {
    let home = Home::new();
    let (store, keychain) = store(&home);
    keychain.write(&Account { workspace: "w1".into(), name: "token".into() }, &super::secret(TOKEN)).unwrap();
    home.put("credentials.json", "{ half a doc");
    home.put("secrets.json", "");
    let remains = store.find_stored_data_blocking();
    let expected = [
        (StoredItemKind::KeychainEntry, "w1/token"),
        (StoredItemKind::File, "secrets.json"),
        (StoredItemKind::File, "credentials.json"),
    ];
    assert_eq!(listed(&remains.removable), expected.map(|(kind, name)| (kind, name.to_owned())));
    let removed = store.remove_stored_data_blocking(&remains);
    assert_eq!((removed.problems.as_slice(), removed.removed), ([].as_slice(), remains.removable));
    assert_eq!(home.files(), [""; 0]);
    assert_eq!(keychain.accounts(), Ok(Some(Vec::new())));
}

#[test]
fn what_we_did_not_make_stays_and_with_it_the_folder() {
    let home = Home::new();
    let (store, _keychain) = store(&home);
    store.save_blocking(record("w", StoreKind::File), &secrets(TOKEN)).unwrap();
    home.put("notes.txt", "somebody's");
    std::fs::create_dir(home.file("secrets.json.corrupt-2")).unwrap();
    let remains = store.find_stored_data_blocking();
    let expected = [(StoredItemKind::File, "notes.txt".to_owned()), (StoredItemKind::Folder, "secrets.json.corrupt-2".to_owned())];
    assert_eq!(listed(&remains.foreign_items), expected);
    assert!(remains.removable.iter().all(|one| one.kind != StoredItemKind::Folder));
    assert_eq!(store.remove_stored_data_blocking(&remains).problems, []);
    assert_eq!(home.files(), ["notes.txt", "secrets.json.corrupt-2"]);
}

#[test]
fn a_link_is_removed_as_a_link_and_what_it_points_to_stays() {
    let home = Home::new();
    let (store, _keychain) = store(&home);
    let precious = home.parent.path().join("precious");
    write(&precious, "mine");
    std::fs::create_dir_all(home.path()).unwrap();
    symlink(&precious, home.file("secrets.json")).unwrap();
    let remains = store.find_stored_data_blocking();
    assert_eq!(listed(&remains.removable)[0], (StoredItemKind::Link, "secrets.json".to_owned()));
    assert_eq!(store.remove_stored_data_blocking(&remains).problems, []);
    assert_eq!(home.files(), [""; 0]);
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
    let remains = store.find_stored_data_blocking();
    assert_eq!(listed(&remains.removable), []);
    assert_eq!(remains.problems[0].code, ProblemCode::FileIsLink);
    store.remove_stored_data_blocking(&remains);
    assert_eq!(super::read(&elsewhere.join("secrets.json")), "mine");
}

#[test]
fn who_is_writing_is_waited_for_and_then_nothing_is_removed() {
    let home = Home::new();
    let (store, keychain) = store(&home);
    store.save_blocking(record("w", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    let lock = FileLock::acquire(&home.file("credentials.json.lock")).unwrap();
    let remains = store.find_stored_data_blocking();
    let before = tree(home.parent.path());
    let removed = store.remove_stored_data_blocking(&remains);
    assert_eq!((removed.removed.as_slice(), removed.problems[0].code), ([].as_slice(), ProblemCode::StoreBusy));
    assert_eq!(tree(home.parent.path()), before);
    assert_eq!(keychain.accounts().unwrap().unwrap().len(), 1);
    drop(lock);
    assert_eq!(store.remove_stored_data_blocking(&remains).problems, []);
    assert_eq!(home.files(), [""; 0]);
}

#[test]
fn where_the_keychain_cannot_be_asked_the_list_of_what_is_in_it_stays() {
    let home = Home::new();
    store(&home).0.save_blocking(record("w1", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
    let silent = LocalStore::new(&home.folders(), Some("off".into()));
    let remains = silent.find_stored_data_blocking();
    assert_eq!(remains.problems[0].code, ProblemCode::KeychainAbsent);
    assert!(remains.problems[0].evidence.as_ref().unwrap().contains("credentials.json stays"), "{remains:?}");
    assert_eq!(silent.remove_stored_data_blocking(&remains).problems, remains.problems);
    assert_eq!(home.files(), ["credentials.json"]);
}

#[test]
fn without_a_keychain_and_without_a_word_of_one_there_is_no_trouble() {
    let home = Home::new();
    let store = LocalStore::new(&home.folders(), Some("off".into()));
    assert_eq!(store.find_stored_data_blocking(), StoredData::default());
    store.save_blocking(record("w", StoreKind::File), &secrets(TOKEN)).unwrap();
    let remains = store.find_stored_data_blocking();
    assert_eq!(remains.problems, []);
    assert_eq!(store.remove_stored_data_blocking(&remains).removed, remains.removable);
    assert_eq!(home.files(), [""; 0]);
}

#[test]
fn what_was_left_where_it_would_be_kept_otherwise_is_found_too() {
    let home = Home::new();
    let apart = home.parent.path().join(".notion-auth");
    std::fs::create_dir(&apart).unwrap();
    write(&apart.join("secrets.json"), "{}");
    let folders = Folders { other_default: Some(apart.clone()), ..home.folders() };
    let store = LocalStore::new(&folders, Some("off".into()));
    let remains = store.find_stored_data_blocking();
    assert_eq!(
        listed(&remains.removable),
        [(StoredItemKind::File, "secrets.json".to_owned()), (StoredItemKind::Folder, ".notion-auth".to_owned())]
    );
    assert_eq!(store.remove_stored_data_blocking(&remains).problems, []);
    assert!(!apart.exists());
}

#[test]
fn what_stands_in_the_place_of_a_lock_hinders_no_reset_and_goes_with_it() {
    for lock in ["notion-auth.lock", "secrets.json.lock", "credentials.json.lock"] {
        for kind in [StoredItemKind::Link, StoredItemKind::Special, StoredItemKind::Folder] {
            let home = Home::new();
            let (store, keychain) = store(&home);
            store.save_blocking(record("w1", StoreKind::Keychain), &secrets(TOKEN)).unwrap();
            store.save_blocking(record("w2", StoreKind::File), &secrets(TOKEN)).unwrap();
            let (path, precious) = (home.file(lock), home.parent.path().join("precious"));
            write(&precious, "mine");
            std::fs::remove_file(&path).unwrap();
            match kind {
                StoredItemKind::Link => symlink(&precious, &path).unwrap(),
                StoredItemKind::Folder => std::fs::create_dir(&path).unwrap(),
                _ => make_named_pipe(&path),
            }
            assert!(
                store.save_blocking(record("w3", StoreKind::File), &secrets(TOKEN)).is_err(),
                "nobody can write: {lock} {kind:?}"
            );
            let remains = store.find_stored_data_blocking();
            assert!(listed(&remains.removable).contains(&(kind, lock.to_owned())), "{remains:?}");
            let removed = store.remove_stored_data_blocking(&remains);
            assert_eq!((removed.problems.as_slice(), removed.removed), ([].as_slice(), remains.removable), "{lock} {kind:?}");
            assert_eq!((home.files(), super::read(&precious)), (Vec::<String>::new(), "mine".into()));
            assert_eq!(keychain.accounts(), Ok(Some(Vec::new())));
            assert!(store.save_blocking(record("w3", StoreKind::File), &secrets(TOKEN)).is_ok(), "and everybody can again");
        }
    }
}

#[test]
fn a_reset_removes_no_lock_file() {
    use std::os::unix::fs::MetadataExt;
    let home = Home::new();
    let (store, _keychain) = store(&home);
    store.save_blocking(record("w", StoreKind::File), &secrets(TOKEN)).unwrap();
    let inodes = |remains: &StoredData| {
        let paths = remains.lock_files.iter().map(|one| std::fs::metadata(&one.place).unwrap().ino());
        paths.collect::<Vec<_>>()
    };
    let before = store.find_stored_data_blocking();
    assert_eq!(store.remove_stored_data_blocking(&before).problems, []);
    assert_eq!(inodes(&store.find_stored_data_blocking()), inodes(&before));
    assert_eq!(inodes(&before).len(), 4);
}

#[test]
fn what_was_kept_after_the_list_was_made_is_not_removed_unseen() {
    for kind in [StoreKind::Keychain, StoreKind::File] {
        let home = Home::new();
        let (store, _keychain) = store(&home);
        store.save_blocking(record("w1", StoreKind::File), &secrets(TOKEN)).unwrap();
        let remains = store.find_stored_data_blocking();
        store.save_blocking(record("w2", kind), &secrets(TOKEN)).unwrap();
        let removed = store.remove_stored_data_blocking(&remains);
        assert_eq!((removed.removed.as_slice(), removed.problems[0].code), ([].as_slice(), ProblemCode::StoreBusy), "{kind:?}");
        assert_eq!(store.load_index_blocking().unwrap().credentials.len(), 2);
        assert_eq!(store.remove_stored_data_blocking(&store.find_stored_data_blocking()).problems, []);
    }
}
