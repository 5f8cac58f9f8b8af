//! Needs the kernel's keyring, perl to have it refused, gnome-keyring and D-Bus: the login of `ntn` is read from each of its
//! stores.
#![expect(clippy::print_stdout, reason = "the answers of a process of its own")]

use crate::installed::kernel_keyring::{KeyringToken, refusal_wrapper, session_keyring};
use crate::installed::secret_service::SecretService;
use crate::support::deadline::DEADLINE;
use crate::support::machine_folder::Folder;
use crate::support::subprocess::{RESULT_PREFIX, run_for_results, test_in_subprocess};
use notion_auth::adapters::machine::LocalMachine;
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::adapters::ntn_cli::token_location::expected_storage;
use notion_auth::domain::credentials::{CredentialSource, DiscoveredCredential};
use notion_auth::domain::login::{LoginFlow, NtnStorage};
use notion_auth::domain::problem::Problem;
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::Machine;
use std::process::Command;
use std::sync::Arc;

const IN_FILE: &str = "ntn_fake_file_0000000000000000000000000000";
const IN_KERNEL: &str = "ntn_fake_kernel_00000000000000000000000000";
const IN_KEYCHAIN: &str = "ntn_fake_keychain_000000000000000000000000";

/// A newer `ntn`, as far as finding it goes.
const NEWER: &str = r#"case "$*" in --version) echo ntn 0.23.19;; *--help) exit 0;; *) exit 2;; esac"#;

async fn secret(environment: Environment, workspace: &str) -> Result<Secret, Problem> {
    let machine = LocalMachine::new(Arc::new(environment));
    tokio::time::timeout(DEADLINE, machine.ntn_token(workspace.into())).await.unwrap()
}

async fn logins(environment: Environment) -> Vec<DiscoveredCredential> {
    let machine = LocalMachine::new(Arc::new(environment));
    let (found, trouble) = tokio::time::timeout(DEADLINE, machine.discover_credentials()).await.unwrap().unwrap();
    assert_eq!(trouble, None);
    found
}

/// `ntn`'s folder on a machine where nothing else is.
fn at_home<'a>(folder: &'a Folder, more: &[(&'a str, &'a str)]) -> Environment {
    folder.environment(&[&[("NOTION_HOME", folder.text())], more].concat())
}

fn list(folder: &Folder, workspace: &str) {
    let entry = format!(r#"{{"version":"1","environments":{{"prod":{{"{workspace}":{{"id":"{workspace}","name":"Acme"}}}}}}}}"#);
    folder.file("workspaces.json", &entry);
}

#[test]
fn the_older_one_uses_the_kernels_keyring_where_it_can() {
    let has_session = session_keyring().is_some();
    match expected_storage(&Environment::default(), LoginFlow::Terminal) {
        NtnStorage::KernelKeyring => assert!(has_session),
        NtnStorage::KernelKeyringRefused { .. } => assert!(!has_session),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_token_in_the_kernels_keyring_is_told_and_read() {
    let Some(kept) = KeyringToken::add(IN_KERNEL.as_bytes()) else { return the_refusal_is_told() };
    let folder = Folder::new();
    list(&folder, &kept.workspace);
    let found = logins(at_home(&folder, &[])).await;
    let [login] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(login.source, CredentialSource::Ntn { workspace: kept.workspace.clone() });
    assert_eq!((login.place.as_str(), login.unusable.is_none()), ("the kernel's keyring", true));
    assert_eq!(secret(at_home(&folder, &[]), &kept.workspace).await, Ok(Secret::new(IN_KERNEL)));
}

/// A token left behind in the other place may be an old one.
#[tokio::test]
async fn of_two_tokens_the_one_counts_that_ntn_would_use_here() {
    let Some(kept) = KeyringToken::add(IN_KERNEL.as_bytes()) else { return the_refusal_is_told() };
    let folder = Folder::new();
    let auth = folder.file("auth.json", &format!(r#"{{"{}":"{IN_FILE}"}}"#, kept.workspace));
    for (variables, place, token) in
        [(&[][..], "the kernel's keyring", IN_KERNEL), (&[("NOTION_KEYRING", "0")], auth.to_str().unwrap(), IN_FILE)]
    {
        assert_eq!(logins(at_home(&folder, variables)).await[0].place, place);
        assert_eq!(secret(at_home(&folder, variables), &kept.workspace).await, Ok(Secret::new(token)));
    }
}

#[test]
fn a_token_in_the_secret_service_is_read_and_only_when_asked_for() {
    let service = SecretService::start();
    let folder = Folder::new();
    folder.program("ntn", NEWER);
    list(&folder, "workspace-1");
    for more in [&[][..], &["target", "default", "application", "rust-keyring"]] {
        service.store(&[&["service", "notion-cli", "username", "workspace-1"], more].concat(), IN_KEYCHAIN);
        let answers = read_apart(&[], &folder, &service);
        assert_eq!(answers, ["the system's keychain (ntn's entry) true", IN_KEYCHAIN]);
        service.run_secret_tool(&["clear", "service", "notion-cli"]);
    }
    let answers = read_apart(&[], &folder, &service);
    assert!(
        answers[1].contains("SecretMissing") && answers[1].contains("Secret Service, service notion-cli: nothing"),
        "{answers:?}"
    );
    assert!(!service.run_secret_tool(&["search", "--all", "service", "notion-cli"]).contains("username"), "nothing was made");
}

#[test]
fn an_empty_entry_is_no_token() {
    let service = SecretService::start();
    let folder = Folder::new();
    folder.program("ntn", NEWER);
    list(&folder, "workspace-1");
    service.store(&["service", "notion-cli", "username", "workspace-1"], "");
    let answers = read_apart(&[], &folder, &service);
    assert!(answers[1].contains("SecretMissing") && answers[1].contains("service notion-cli: an empty entry"), "{answers:?}");
}

#[test]
fn the_refusal_is_told() {
    let folder = Folder::new();
    list(&folder, "workspace-1");
    let answers = read_apart(&refusal_wrapper("1"), &folder, &SecretService::without_service());
    assert_eq!(answers[0], "listed by ntn, but its token was not found false");
    assert!(answers[1].contains("SecretMissing"), "{answers:?}");
    assert!(answers[1].contains("the kernel's keyring: keyctl: Operation not permitted"), "{answers:?}");
    assert!(answers[1].contains("Secret Service, service notion-cli: Platform failure"), "{answers:?}");
}

/// Reads the login to `workspace-1` in a process on this bus. Returns its place, and its token or the reason why there is none.
fn read_apart(wrapper: &[&str], folder: &Folder, service: &SecretService) -> Vec<String> {
    let mut command: Command = test_in_subprocess(wrapper, "machine::ntn_storage::child");
    let path = format!("{}:/usr/bin:/bin", folder.text());
    command.envs(service.environment()).env("NOTION_HOME", folder.path()).env("PATH", path);
    run_for_results(&mut command)
}

#[tokio::test]
#[ignore = "started by the others"]
async fn child() {
    let login = logins(Environment::from_process()).await.remove(0);
    println!("\n{RESULT_PREFIX}{} {}", login.place, login.unusable.is_none());
    match secret(Environment::from_process(), "workspace-1").await {
        Ok(secret) => println!("\n{RESULT_PREFIX}{}", secret.expose()),
        Err(problem) => println!("\n{RESULT_PREFIX}{problem:?}"),
    }
}
