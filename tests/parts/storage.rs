//! Needs gnome-keyring, D-Bus and secret-tool: a login that is killed while it keeps a token in a real keychain.
#![cfg(target_os = "linux")]

use crate::installed::secret_service::SecretService;
use crate::support::fakes::{token_record, workspace};
use crate::support::notion::TOKEN;
use crate::support::sandbox::Sandbox;
use crate::support::subprocess::test_in_subprocess;
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::adapters::storage::folders::Folders;
use notion_auth::adapters::storage::storage_step::{StorageStep, set_observer};
use notion_auth::domain::credentials::{CredentialRecord, Secrets, StoreKind};
use notion_auth::domain::secret::Secret;
use rustix::process::{Signal, getpid, kill_process};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::sync::Arc;

/// A login is killed in a process of its own after the keychain has the secret and before the record is there.
#[test]
fn what_a_killed_login_leaves_in_a_real_keychain_is_seen_by_every_command_and_gone_after_a_logout_of_all() {
    let service = SecretService::start();
    let home = Sandbox::new().with_keychain(&service);
    let left = || service.run_secret_tool(&["lookup", "service", "notion-auth", "username", "w/token"]);
    let mut child = test_in_subprocess(&[], "storage::saves_and_is_killed");
    child.envs(service.environment()).env("NOTION_AUTH_HOME", home.path().join(".config/notion-auth"));
    assert_eq!(child.output().unwrap().status.signal(), Some(Signal::KILL.as_raw()));
    assert_eq!(left(), TOKEN);

    let status: serde_json::Value = serde_json::from_str(&home.run("status --json", "").stdout).unwrap();
    let leftover = &status["leftovers"][0];
    assert_eq!((&leftover["kind"], &leftover["account"]), (&"secret_without_record".into(), &"w/token".into()), "{status}");
    let doctor: serde_json::Value = serde_json::from_str(&home.run("doctor --json", "").stdout).unwrap();
    let orphan = doctor["checks"].as_array().unwrap().iter().find(|check| check["id"] == "storage.orphan");
    assert_eq!(orphan.unwrap()["verdict"], "warn");
    assert_eq!(left(), TOKEN, "reading only reports");

    let run = home.run("logout --all", "");
    assert_eq!((run.exit_code, left().as_str()), (Some(0), ""), "{run:?}");
}

#[test]
#[ignore = "started by the other"]
#[expect(clippy::disallowed_methods, reason = "its folder")]
fn saves_and_is_killed() {
    let folders = Folders::under(PathBuf::from(std::env::var_os("NOTION_AUTH_HOME").unwrap()));
    set_observer(Some(Arc::new(|step| {
        if matches!(step, StorageStep::Replace(path) if path.ends_with("credentials.json")) {
            kill_process(getpid(), Signal::KILL)?;
        }
        Ok(())
    })));
    let record = CredentialRecord { store: StoreKind::Keychain, ..token_record(workspace("w", "Acme")) };
    drop(LocalStore::new(&folders, None).save_blocking(record, &Secrets::from_token(Secret::new(TOKEN))));
}
