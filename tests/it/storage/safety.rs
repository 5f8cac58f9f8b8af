//! File permissions, refused files, and writes that fail, stop or run concurrently without losing data.
#![cfg(unix)]

use super::child::{keep_one, keeper};
use super::{Home, TOKEN, account, read, record, secret, write};
#[cfg(unix)]
use crate::support::named_pipe::make_named_pipe;
use notion_auth::adapters::storage::file_lock::FileLock;
use notion_auth::adapters::storage::file_store::FileStore;
use notion_auth::adapters::storage::records_file::RecordsFile;
use notion_auth::adapters::storage::secret_store::SecretStore;
use notion_auth::domain::credentials::StoreKind;
use notion_auth::domain::problem::{Problem, ProblemCode};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::time::Duration;

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn as_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Both files, read and written, meet the same problem.
fn assert_refused(home: &Home, expected: ProblemCode) {
    let (records, secrets) = (RecordsFile::new(&home.folders()), FileStore::new(&home.folders()));
    let met: [Result<(), Problem>; 4] = [
        records.load().map(drop),
        records.put(record("w", StoreKind::File), true).map(drop),
        secrets.read(&account("w")).map(drop),
        secrets.write(&account("w"), &secret(TOKEN)).map(drop),
    ];
    for outcome in met {
        assert_eq!(outcome.map_err(|problem| problem.code), Err(expected));
    }
}

#[test]
fn files_are_for_their_owner_alone_under_any_umask() {
    for umask in ["umask 000", "umask 022", "umask 077"] {
        let home = Home::new();
        let wrapper = ["sh", "-c", &format!(r#"{umask}; exec "$@""#), "sh"];
        assert_eq!(keep_one(&wrapper, &home.path()), "Ok");
        assert_eq!(mode(&home.path()), 0o700, "{umask}");
        for name in home.names() {
            assert_eq!(mode(&home.file(&name)), 0o600, "{name} under {umask}");
        }
    }
}

#[test]
fn reading_leaves_permissions_as_they_are_and_writing_closes_what_is_ours() {
    let home = Home::new();
    let store = FileStore::new(&home.folders());
    store.write(&account("w"), &secret(TOKEN)).unwrap();
    set_mode(&home.path(), 0o755);
    set_mode(&home.file("secrets.json"), 0o644);
    assert_eq!(store.read(&account("w")), Ok(Some(secret(TOKEN))));
    assert_eq!((mode(&home.path()), mode(&home.file("secrets.json"))), (0o755, 0o644));
    store.write(&account("w"), &secret(TOKEN)).unwrap();
    assert_eq!((mode(&home.path()), mode(&home.file("secrets.json"))), (0o700, 0o600));
}

#[test]
fn a_linked_file_is_refused_and_its_target_untouched() {
    let home = Home::new();
    let target = home.put("elsewhere.json", r#"{"schema": 1}"#);
    for name in ["credentials.json", "secrets.json"] {
        symlink(&target, home.file(name)).unwrap();
    }
    assert_refused(&home, ProblemCode::FileIsLink);
    assert_eq!(read(&target), r#"{"schema": 1}"#);
}

#[test]
fn a_link_to_nothing_is_refused_and_makes_nothing() {
    let home = Home::new();
    home.put("other", "");
    for name in ["credentials.json", "secrets.json"] {
        symlink(home.file("nothing"), home.file(name)).unwrap();
    }
    assert_refused(&home, ProblemCode::FileIsLink);
    assert!(!home.file("nothing").exists());
}

#[test]
fn a_linked_folder_is_refused() {
    let home = Home::new();
    let target = home.parent.path().join("elsewhere");
    std::fs::create_dir(&target).unwrap();
    symlink(&target, home.path()).unwrap();
    assert_refused(&home, ProblemCode::FileIsLink);
    assert_eq!(target.read_dir().unwrap().count(), 0);
}

#[test]
fn a_linked_lock_is_refused() {
    let home = Home::new();
    let target = home.put("elsewhere", "");
    symlink(&target, home.file("secrets.json.lock")).unwrap();
    let problem = FileStore::new(&home.folders()).write(&account("w"), &secret(TOKEN)).unwrap_err();
    assert_eq!(problem.code, ProblemCode::FileIsLink);
}

#[test]
fn a_folder_of_another_user_is_refused() {
    if as_root() {
        let home = Home::new();
        std::fs::create_dir(home.path()).unwrap();
        chown(home.path(), Some(12345), None).unwrap();
        assert_refused(&home, ProblemCode::FileNotOurs);
    } else {
        let folders = notion_auth::adapters::storage::folders::Folders::under("/".into());
        let problem = RecordsFile::new(&folders).put(record("w", StoreKind::File), true).unwrap_err();
        assert_eq!(problem.code, ProblemCode::FileNotOurs);
    }
}

#[test]
fn a_file_of_another_user_is_refused_even_by_root() {
    if !as_root() {
        // Only root can give a file away; others meet the folder's refusal, tested above.
        assert!(chown(Home::new().parent.path(), Some(0), None).is_err());
        return;
    }
    let home = Home::new();
    for name in ["credentials.json", "secrets.json"] {
        chown(home.put(name, r#"{"schema": 1}"#), Some(12345), None).unwrap();
    }
    assert_refused(&home, ProblemCode::FileNotOurs);
}

#[test]
fn what_is_no_regular_file_is_refused() {
    let home = Home::new();
    for name in ["credentials.json", "secrets.json"] {
        std::fs::create_dir_all(home.file(name)).unwrap();
    }
    assert_refused(&home, ProblemCode::FileFailed);
}

#[test]
fn a_named_pipe_does_not_hold_us() {
    let home = Home::new();
    home.put("other", "");
    for name in ["credentials.json", "secrets.json"] {
        make_named_pipe(&home.file(name));
    }
    assert_refused(&home, ProblemCode::FileFailed);
}

#[test]
fn a_file_in_the_folders_place_is_refused() {
    let home = Home::new();
    write(&home.path(), "");
    assert_refused(&home, ProblemCode::FileFailed);
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let home = Home::new();
    for name in ["credentials.json", "secrets.json"] {
        home.put(name, &" ".repeat(1024 * 1024 + 1));
    }
    assert_refused(&home, ProblemCode::FileFailed);
}

#[test]
fn what_would_be_too_large_to_read_back_is_not_written() {
    let home = Home::new();
    let store = FileStore::new(&home.folders());
    store.write(&account("w"), &secret(TOKEN)).unwrap();
    let problem = store.write(&account("w"), &secret(&"x".repeat(1024 * 1024))).unwrap_err();
    assert_eq!(problem.code, ProblemCode::FileFailed);
    assert_eq!(store.read(&account("w")), Ok(Some(secret(TOKEN))));
}

/// Root passes through closed doors, so it goes without its powers.
fn without_powers() -> &'static [&'static str] {
    if as_root() { &["setpriv", "--bounding-set=-all"] } else { &[] }
}

#[test]
fn a_read_only_folder_is_said_in_the_systems_words_and_nothing_is_lost() {
    let home = Home::new();
    FileStore::new(&home.folders()).write(&account("w-0"), &secret("ntn_fake_earlier")).unwrap();
    set_mode(&home.path(), 0o500);
    let answer = keep_one(without_powers(), &home.path());
    set_mode(&home.path(), 0o700);
    assert!(answer.contains("FileFailed") && answer.contains("Permission denied"), "{answer}");
    assert_eq!(FileStore::new(&home.folders()).read(&account("w-0")), Ok(Some(secret("ntn_fake_earlier"))));
}

#[test]
fn a_full_disk_loses_nothing_and_leaves_nothing() {
    let home = Home::new();
    FileStore::new(&home.folders()).write(&account("w-0"), &secret("ntn_fake_earlier")).unwrap();
    // Every write to a file fails, as on a full disk.
    let answer = keep_one(&["sh", "-c", r#"trap "" XFSZ; ulimit -f 0; exec "$@""#, "sh"], &home.path());
    assert!(answer.contains("FileFailed"), "{answer}");
    assert_eq!(FileStore::new(&home.folders()).read(&account("w-0")), Ok(Some(secret("ntn_fake_earlier"))));
    assert_eq!(home.files(), ["secrets.json"]);
}

#[test]
fn what_a_killed_writer_left_is_ignored_and_swept_away() {
    let home = Home::new();
    let left = home.put(".secrets.json.Ab12Cd.tmp", TOKEN);
    let other = home.put(".credentials.json.Ab12Cd.tmp", "");
    let store = FileStore::new(&home.folders());
    assert_eq!(store.read(&account("w")), Ok(None));
    store.write(&account("w"), &secret(TOKEN)).unwrap();
    assert!(!left.exists());
    assert!(other.exists(), "another file's writer may still be at work");
}

#[test]
fn a_lock_held_elsewhere_is_waited_for_and_then_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.json.lock");
    let held = FileLock::acquire(&path).unwrap();
    let problem = FileLock::acquire_within(&path, Duration::from_millis(20)).unwrap_err();
    assert_eq!(problem.code, ProblemCode::StoreBusy);

    let waiting = std::thread::spawn({
        let path = path.clone();
        move || FileLock::acquire(&path).map(drop)
    });
    drop(held);
    assert_eq!(waiting.join().unwrap(), Ok(()));
}

#[test]
fn four_processes_keeping_a_hundred_credentials_lose_none() {
    let home = Home::new();
    let start = |name| keeper(&[], &home.path(), name, 25).stdout(std::process::Stdio::null()).spawn().unwrap();
    for mut process in ["a", "b", "c", "d"].map(start) {
        assert!(process.wait().unwrap().success());
    }
    let index = RecordsFile::new(&home.folders()).load().unwrap();
    assert_eq!(index.credentials.len(), 100);
    let secrets = FileStore::new(&home.folders());
    assert!(index.credentials.iter().all(|record| secrets.read(&record.account) == Ok(Some(secret(TOKEN)))));
    assert_eq!(home.files(), ["credentials.json", "secrets.json"]);
}

#[test]
fn a_reader_never_sees_a_part() {
    let home = Home::new();
    let store = FileStore::new(&home.folders());
    store.write(&account("w"), &secret(TOKEN)).unwrap();
    let writer = std::thread::spawn({
        let store = store.clone();
        move || (0..50).all(|n| store.write(&account(&format!("w{n}")), &secret(TOKEN)).is_ok())
    });
    while !writer.is_finished() {
        assert_eq!(store.read(&account("w")), Ok(Some(secret(TOKEN))));
    }
    assert!(writer.join().unwrap());
}

#[test]
fn a_name_outside_the_folder_is_only_a_key() {
    let home = Home::new();
    let store = FileStore::new(&home.folders());
    store.write(&account("../../escape"), &secret(TOKEN)).unwrap();
    assert_eq!(store.read(&account("../../escape")), Ok(Some(secret(TOKEN))));
    assert!(store.path().starts_with(home.path()));
}
