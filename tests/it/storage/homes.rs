//! Folders that a person names, homes that belong to somebody else, and machines without a home.
#![cfg(unix)]

use super::{Home, account, read, record, write};
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::adapters::storage::file_store::FileStore;
use notion_auth::adapters::storage::folders::Folders;
use notion_auth::adapters::storage::records_file::RecordsFile;
use notion_auth::adapters::storage::secret_store::SecretStore;
use notion_auth::domain::credentials::StoreKind;
use notion_auth::domain::problem::ProblemCode;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Some user who is neither root nor, in all likelihood, the one who runs the tests.
const SOMEBODY: u32 = 12345;

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn as_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A folder with these permissions, in one that is removed with the value.
fn folder(mode: u32) -> (TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let named = parent.path().join("named");
    std::fs::create_dir(&named).unwrap();
    set_mode(&named, mode);
    (parent, named)
}

fn found(named: &Path) -> PathBuf {
    Folders::find(Some(named.into())).unwrap().config
}

#[test]
fn a_relative_path_and_a_tilde_that_no_shell_expanded_are_refused_and_quoted() {
    for named in ["mine", "./mine", "../mine", "~", "~/.na", "~ada/.na", "\"/srv/na\"", "$HOME/.na"] {
        let problem = Folders::find(Some(named.into())).expect_err(named);
        assert_eq!(problem.code, ProblemCode::SettingRefused, "{named}");
        assert!(problem.evidence.is_some_and(|evidence| evidence.contains(named)), "{named}");
    }
}

#[test]
fn a_named_folder_is_used_itself_where_it_is_new_or_for_us_alone() {
    let (parent, empty) = folder(0o700);
    assert_eq!(found(&empty), empty, "as mktemp -d makes it");
    let new = parent.path().join("new");
    assert_eq!(found(&new), new);
    for mode in [0o700, 0o755] {
        let used = parent.path().join(format!("used-{mode:o}"));
        RecordsFile::new(&Folders::under(used.clone())).put(record("w", StoreKind::File), true).unwrap();
        set_mode(&used, mode);
        assert_eq!(found(&used), used, "it has our files in it");
        std::fs::remove_file(used.join("credentials.json.lock")).unwrap();
        assert_eq!(found(&used), used, "it was restored from a copy");
        write(&used.join("credentials.json"), "damaged");
        write(&used.join("credentials.json.lock"), "");
        assert_eq!(found(&used), used, "its file is damaged");
    }
    let (_parent, own) = folder(0o755);
    let own = own.join("notion-auth");
    std::fs::create_dir(&own).unwrap();
    write(&own.join("other"), "");
    assert_eq!(found(&own), own, "it has our name");
}

#[test]
fn in_a_named_folder_that_is_there_for_something_else_we_make_one_of_our_own() {
    for mode in [0o755, 0o777, 0o1777] {
        let (_parent, shared) = folder(mode);
        assert_eq!(found(&shared), shared.join("notion-auth"), "{mode:o}");
    }
    // Other programs have files of these names.
    for (name, content) in [("notes", ""), ("credentials.json", r#"{"installed": {"client_id": "1"}}"#), ("secrets.json", "")] {
        let (_parent, used) = folder(0o700);
        write(&used.join(name), content);
        let ours = used.join("notion-auth");
        assert_eq!(found(&used), ours, "{name}");
        RecordsFile::new(&Folders::under(found(&used))).put(record("w", StoreKind::File), true).unwrap();
        assert_eq!((mode(&used), mode(&ours), read(&used.join(name))), (0o700, 0o700, content.to_owned()));
        assert_eq!(found(&used), ours, "it stays there");
    }
}

#[test]
fn a_named_folder_keeps_its_permissions_and_is_not_written_to_where_others_may() {
    for (loose, expected) in [(0o755, Ok(())), (0o775, Err(ProblemCode::FileNotOurs)), (0o777, Err(ProblemCode::FileNotOurs))] {
        let (_parent, named) = folder(0o700);
        let records = RecordsFile::new(&Folders::under(named.clone()));
        records.put(record("w", StoreKind::File), true).unwrap();
        set_mode(&named, loose);
        assert!(records.load().is_ok(), "{loose:o}");
        let written = records.put(record("w2", StoreKind::File), true).map(drop).map_err(|problem| problem.code);
        assert_eq!((written, mode(&named)), (expected, loose), "{loose:o}");
    }
}

#[test]
fn no_look_at_what_is_kept_changes_a_permission() {
    let home = Home::new();
    let store = LocalStore::new(&home.folders(), Some("off".into()));
    store.save_blocking(record("w", StoreKind::File), &super::secrets(super::TOKEN)).unwrap();
    let places = [home.path(), home.file("credentials.json"), home.file("secrets.json")];
    for place in &places {
        set_mode(place, 0o755);
    }
    assert_eq!(store.load_index_blocking().unwrap().credentials.len(), 1);
    assert_eq!(store.load_blocking(&account("w")).unwrap().token, super::secret(super::TOKEN));
    assert_eq!(store.find_stored_data_blocking().problems, []);
    assert_eq!(places.map(|place| mode(&place)), [0o755; 3]);
}

#[test]
fn a_reset_does_not_offer_a_named_folder_in_which_nothing_is_ours() {
    let (_parent, named) = folder(0o700);
    let store = LocalStore::new(&Folders::under(named.clone()), Some("off".into()));
    assert!(store.find_stored_data_blocking().removable.is_empty());
    let (_parent, shared) = folder(0o1777);
    let store = LocalStore::new(&Folders::find(Some(shared.clone().into())).unwrap(), Some("off".into()));
    assert!(store.find_stored_data_blocking().removable.is_empty());
    assert_eq!(mode(&shared), 0o1777);
}

#[test]
fn nothing_is_made_in_a_folder_of_another_person() {
    if !as_root() {
        // Only root can give a folder away.
        assert!(chown(Home::new().parent.path(), Some(0), None).is_err());
        return;
    }
    let home = Home::new();
    let deep = Folders::under(home.path().join("deep/notion-auth"));
    chown(home.parent.path(), Some(SOMEBODY), None).unwrap();
    for folders in [home.folders(), deep] {
        let records = RecordsFile::new(&folders).put(record("w", StoreKind::File), true).map(drop);
        let secrets = FileStore::new(&folders).write(&account("w"), &super::secret(super::TOKEN)).map(drop);
        for outcome in [records, secrets] {
            let problem = outcome.unwrap_err();
            assert_eq!(problem.code, ProblemCode::FileNotOurs);
            assert!(problem.evidence.is_some_and(|evidence| evidence.contains(&SOMEBODY.to_string())));
        }
    }
    assert_eq!(home.parent.path().read_dir().unwrap().count(), 0);
    // Meant for many, as /tmp is.
    set_mode(home.parent.path(), 0o1777);
    RecordsFile::new(&home.folders()).put(record("w", StoreKind::File), true).unwrap();
}

#[test]
fn what_is_no_folder_is_refused_when_it_is_used() {
    let parent = tempfile::tempdir().unwrap();
    let (link, file) = (parent.path().join("link"), parent.path().join("file"));
    symlink(parent.path(), &link).unwrap();
    write(&file, "");
    for (named, code) in [(link, ProblemCode::FileIsLink), (file, ProblemCode::FileFailed)] {
        assert_eq!(found(&named), named);
        let problem = RecordsFile::new(&Folders::under(named)).load().unwrap_err();
        assert_eq!(problem.code, code);
    }
}
