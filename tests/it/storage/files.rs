//! The files: their location and content, and the handling of unreadable content.

#[cfg(unix)]
use super::child;
use super::{Home, OTHER, TOKEN, account, read, record, secret, secrets, write};
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::adapters::storage::file_store::FileStore;
#[cfg(unix)]
use notion_auth::adapters::storage::folders::Folders;
use notion_auth::adapters::storage::records_file::RecordsFile;
use notion_auth::adapters::storage::secret_store::SecretStore;
use notion_auth::adapters::storage::storage_step::{StorageStep, set_observer};
use notion_auth::domain::credentials::{CredentialIndex, StoreKind};
use notion_auth::domain::problem::ProblemCode;
use notion_auth::runtime::ports::CredentialStore;
use serde_json::Value;
use std::io::ErrorKind;
use std::sync::Arc;

#[cfg(unix)]
#[test]
fn everything_is_under_notion_auth_home_where_it_is_set() {
    let folders = Folders::find(Some("/somewhere/else".into())).unwrap();
    assert_eq!(folders.config.display().to_string(), "/somewhere/else");
}

#[cfg(unix)]
#[test]
fn otherwise_the_files_are_in_the_configuration_folder() {
    let folder = tempfile::tempdir().unwrap();
    for name in [".config", "elsewhere"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    let home = folder.path().to_str().unwrap();
    let elsewhere = format!("{home}/elsewhere");
    let find = |more: &[(&str, &str)]| child::folder_in(&[&[("HOME", home)], more].concat()).replace(home, "~");
    assert_eq!(find(&[]), "~/.config/notion-auth");
    assert_eq!(find(&[("NOTION_AUTH_HOME", "")]), "~/.config/notion-auth");
    assert_eq!(find(&[("XDG_CONFIG_HOME", &elsewhere)]), "~/elsewhere/notion-auth");
    assert_eq!(find(&[("XDG_CONFIG_HOME", "relative")]), "~/.config/notion-auth");
}

/// `ntn` would look into it from then on, and not find what it keeps in `~/.notion`.
#[cfg(unix)]
#[test]
fn a_configuration_folder_is_never_made_and_what_was_put_elsewhere_stays_there() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_str().unwrap();
    let find = || child::folder_in(&[("HOME", home)]).replace(home, "~");
    let make = |name: &str| std::fs::create_dir_all(folder.path().join(name)).unwrap();
    assert_eq!(find(), "~/.notion-auth");
    make(".notion-auth");
    make(".config");
    assert_eq!(find(), "~/.notion-auth", "another program has made one");
    make(".config/notion-auth");
    assert_eq!(find(), "~/.config/notion-auth");
}

#[test]
fn missing_files_are_empty_and_looking_makes_none() {
    let home = Home::new();
    assert_eq!(RecordsFile::new(&home.folders()).load(), Ok(CredentialIndex::default()));
    assert_eq!(FileStore::new(&home.folders()).read(&account("w")), Ok(None));
    assert_eq!(FileStore::new(&home.folders()).delete(&account("w")), Ok(false));
    assert!(!home.path().exists());
}

#[test]
fn records_are_added_replaced_and_removed() {
    let home = Home::new();
    let records = RecordsFile::new(&home.folders());
    let (first, second) = (record("w1", StoreKind::File), record("w2", StoreKind::Keychain));
    records.put(first.clone(), true).unwrap();
    records.put(second.clone(), false).unwrap();
    let index = CredentialIndex {
        active: Some(account("w1")),
        credentials: vec![first.clone(), second.clone()],
        ..CredentialIndex::default()
    };
    assert_eq!(records.load(), Ok(index));

    let mut renewed = first;
    renewed.expires_on = None;
    records.put(renewed.clone(), false).unwrap();
    let index =
        CredentialIndex { active: Some(account("w1")), credentials: vec![renewed, second.clone()], ..CredentialIndex::default() };
    assert_eq!(records.load(), Ok(index));

    records.remove(&account("w1")).unwrap();
    assert_eq!(records.load(), Ok(CredentialIndex { active: None, credentials: vec![second], ..CredentialIndex::default() }));
}

#[test]
fn secrets_are_added_replaced_and_removed_one_by_one() {
    let home = Home::new();
    let store = FileStore::new(&home.folders());
    store.write(&account("w1"), &secret(TOKEN)).unwrap();
    store.write(&account("w2"), &secret(TOKEN)).unwrap();
    store.write(&account("w1"), &secret(OTHER)).unwrap();
    assert_eq!(store.read(&account("w1")), Ok(Some(secret(OTHER))));
    assert_eq!(store.delete(&account("w1")), Ok(true));
    assert_eq!(store.read(&account("w1")), Ok(None));
    assert_eq!(store.read(&account("w2")), Ok(Some(secret(TOKEN))));
}

#[test]
fn a_secret_of_any_characters_survives() {
    let home = Home::new();
    let store = FileStore::new(&home.folders());
    let odd = secret("\"quoted\" \\ \u{1} line\nbreak 日本 🗝");
    store.write(&account("w"), &odd).unwrap();
    assert_eq!(store.read(&account("w")), Ok(Some(odd)));
}

#[test]
fn text_from_the_file_is_safe_to_draw() {
    let home = Home::new();
    let mut hostile = record("w", StoreKind::File);
    hostile.user = Some("Ada\u{1b}[31m".into());
    hostile.workspace.name = Some("Sp\u{202e}ace".into());
    RecordsFile::new(&home.folders()).put(hostile, true).unwrap();
    let loaded = RecordsFile::new(&home.folders()).load().unwrap().credentials.remove(0);
    assert_eq!((loaded.user.as_deref(), loaded.workspace.name.as_deref()), (Some("Ada[31m"), Some("Space")));
}

#[test]
fn a_corrupt_file_is_reported_by_place_and_never_by_content() {
    let home = Home::new();
    for (content, place) in [
        (format!("{{\"schema\": 1,\n\"secrets\": {{\"w/token\": \"{TOKEN}\""), "line 2, column"),
        (format!("{{\"schema\": 1, \"secrets\": [\"{TOKEN}\"]}}"), "line 1, column"),
        (format!("{{\"schema\": \"{TOKEN}\"}}"), "line 1, column"),
        (format!("{{\"schema\": 1, \"secrets\": {{\"w/token\": \"{TOKEN}\", \"other/token\": 5}}}}"), "line 1, column"),
        (TOKEN.to_owned(), "line 1, column"),
        (String::new(), "line 1, column"),
    ] {
        let path = home.put("secrets.json", &content);
        let problem = FileStore::new(&home.folders()).read(&account("w")).unwrap_err();
        assert_eq!(problem.code, ProblemCode::FileCorrupt);
        let evidence = problem.evidence.unwrap();
        assert!(evidence.contains(&path.display().to_string()) && evidence.contains(place), "{evidence}");
        assert!(!evidence.contains("ntn_"), "{evidence}");
        assert_eq!(read(&path), content, "a reader changes nothing");
    }
}

#[test]
fn a_corrupt_file_is_set_aside_and_named() {
    let home = Home::new();
    let path = home.put("credentials.json", "first {");
    let records = RecordsFile::new(&home.folders());
    let note = records.put(record("w", StoreKind::File), true).unwrap().unwrap();
    assert!(note.contains("credentials.json.corrupt-1"), "{note}");
    assert_eq!(read(&home.file("credentials.json.corrupt-1")), "first {");
    assert_eq!(records.load().unwrap().credentials.len(), 1);

    write(&path, "second {");
    let note = records.put(record("w", StoreKind::File), true).unwrap().unwrap();
    assert!(note.contains("credentials.json.corrupt-2"), "{note}");
    assert_eq!(read(&home.file("credentials.json.corrupt-1")), "first {");
    assert_eq!(read(&home.file("credentials.json.corrupt-2")), "second {");
}

#[test]
fn deleting_from_a_corrupt_file_leaves_it_alone() {
    let home = Home::new();
    let path = home.put("secrets.json", "{");
    let problem = FileStore::new(&home.folders()).delete(&account("w")).unwrap_err();
    assert_eq!(problem.code, ProblemCode::FileCorrupt);
    assert_eq!(read(&path), "{");
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let home = Home::new();
    let content = r#"{"schema": 2, "vaults": []}"#;
    let path = home.put("credentials.json", content);
    let records = RecordsFile::new(&home.folders());
    for problem in [records.load().unwrap_err(), records.put(record("w", StoreKind::File), true).unwrap_err()] {
        assert_eq!(problem.code, ProblemCode::FileFailed);
        assert!(problem.evidence.is_some_and(|evidence| evidence.contains("schema 2")));
    }
    assert_eq!(read(&path), content);
}

#[test]
fn fields_of_another_version_are_carried_along() {
    let home = Home::new();
    let records = RecordsFile::new(&home.folders());
    records.put(record("w1", StoreKind::File), true).unwrap();
    let path = home.file("credentials.json");
    let mut document: Value = serde_json::from_str(&read(&path)).unwrap();
    document["colour"] = "blue".into();
    document["credentials"][0]["scopes"] = vec!["read"].into();
    write(&path, &document.to_string());

    records.put(record("w2", StoreKind::File), true).unwrap();
    records.put(record("w1", StoreKind::Keychain), true).unwrap();
    let document: Value = serde_json::from_str(&read(&path)).unwrap();
    assert_eq!(document["colour"], "blue");
    assert_eq!(document["credentials"][0]["scopes"][0], "read");
    assert_eq!(document["credentials"][0]["store"], "keychain");
}

#[test]
fn a_thousand_records_fit() {
    let home = Home::new();
    let records = RecordsFile::new(&home.folders());
    records.put(record("w", StoreKind::File), true).unwrap();
    let path = home.file("credentials.json");
    let mut document: Value = serde_json::from_str(&read(&path)).unwrap();
    let entry = document["credentials"][0].clone();
    let many = (0..1000).map(|n| {
        let mut entry = entry.clone();
        entry["account"]["workspace"] = format!("00000000-0000-0000-0000-{n:012}").into();
        entry
    });
    document["credentials"] = many.collect();
    write(&path, &document.to_string());
    records.put(record("one more", StoreKind::File), true).unwrap();
    assert_eq!(records.load().unwrap().credentials.len(), 1001);
}

#[tokio::test]
async fn a_full_disk_is_found_out_and_looking_leaves_no_file() {
    let fails_with = |kind: ErrorKind| {
        set_observer(Some(Arc::new(move |step| match step {
            StorageStep::WriteBeside(_) => Err(kind.into()),
            _ => Ok(()),
        })));
    };
    let full = || fails_with(ErrorKind::StorageFull);
    let home = Home::new();
    let store = LocalStore::new(&home.folders(), Some("0".into()));
    for kind in [StoreKind::None, StoreKind::Keychain, StoreKind::Ntn, StoreKind::File] {
        full();
        let outcome = store.check_room(kind).await;
        assert_eq!(outcome.is_ok(), kind == StoreKind::None, "{kind:?}: {outcome:?}");
        set_observer(None);
        assert_eq!(store.check_room(kind).await, Ok(()));
        assert!(home.path().read_dir().is_ok_and(|mut files| files.next().is_none()) || kind == StoreKind::None);
    }
    // The room of the spare files is enough for one more.
    assert!(store.save(record("w1", StoreKind::File), secrets(TOKEN)).await.is_ok());
    full();
    assert_eq!(store.check_room(StoreKind::File).await, Ok(()));
    let kept = store.save(record("w2", StoreKind::File), secrets(OTHER)).await;
    assert!(kept.is_ok(), "{kept:?}");
    // They are of no use where nothing can be written at all.
    fails_with(ErrorKind::ReadOnlyFilesystem);
    assert!(store.check_room(StoreKind::Ntn).await.is_err());
    set_observer(None);
}
