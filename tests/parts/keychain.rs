//! Needs gnome-keyring, D-Bus and secret-tool: the keychain adapter against a real Secret Service, and against every way there is to have none.
#![cfg(target_os = "linux")]

use crate::installed::secret_service::SecretService;
use crate::support::subprocess::{run_for_results, test_in_subprocess};
use notion_auth::adapters::storage::keychain::Keychain;
use notion_auth::adapters::storage::secret_store::SecretStore;
use notion_auth::adapters::storage::time_limited_store::KeychainLimits;
use notion_auth::domain::machine::KeychainState;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixListener;
use std::process::Stdio;
use std::time::Duration;

const CHILD: &str = "keychain::child::run";
const TOKEN: &str = "ntn_fake_member_0000000000000000000000000000";
const SECOND: Duration = Duration::from_secs(1);

/// Performs the steps in one process of their own, in this environment.
fn perform(environment: &[(&str, String)], steps: &[&str]) -> Vec<String> {
    let mut command = test_in_subprocess(&[], CHILD);
    command.envs(environment.iter().map(|(name, value)| (name, value))).env("STEPS", steps.join("\n"));
    run_for_results(&mut command)
}

/// Only this bus, and an answer within `limit`.
fn at_bus(address: String, limit: Duration) -> Vec<(&'static str, String)> {
    vec![("DBUS_SESSION_BUS_ADDRESS", address), ("LIMIT_MS", limit.as_millis().to_string())]
}

#[test]
fn a_kept_secret_is_found_by_another_program_under_its_service_and_account() {
    let service = SecretService::start();
    assert_eq!(perform(&service.environment(), &[&format!("write w1/token {TOKEN}")]), ["Ok(None)"]);
    assert_eq!(service.run_secret_tool(&["lookup", "service", "notion-auth", "username", "w1/token"]), TOKEN);
    let details = service.run_secret_tool(&["search", "--all", "service", "notion-auth"]);
    assert!(details.contains("label = Notion token · w1/token"), "{details}");
}

#[test]
fn a_secret_is_read_replaced_and_deleted() {
    let service = SecretService::start();
    let write = format!("write w1/token {TOKEN}");
    let steps = ["read w1/token", &write, "read w1/token", "write w1/token other", "read w1/token", "read w2/token"];
    let steps = [&steps[..], &["delete w1/token", "delete w1/token", "read w1/token"]].concat();
    let expected = ["None", "Ok(None)", TOKEN, "Ok(None)", "other", "None", "Ok(true)", "Ok(false)", "None"];
    assert_eq!(perform(&service.environment(), &steps), expected);
}

#[test]
fn a_probe_names_the_keychain_and_leaves_nothing_behind() {
    let service = SecretService::start();
    assert_eq!(perform(&service.environment(), &["probe"]), [r#"Available { name: "Secret Service" }"#]);
    let left = service.run_secret_tool(&["search", "--all", "service", "notion-auth"]);
    assert!(!left.contains("username"), "{left}");
}

/// Entries of one service and account that differ in another attribute, as an import or a restored backup makes them.
fn two_entries(service: &SecretService, first: &str, second: &str) {
    for (copy, secret) in [("1", first), ("2", second)] {
        service.store(&["service", "notion-auth", "username", "w1/token", "copy", copy], secret);
    }
}

#[test]
fn entries_of_one_name_that_hold_the_same_are_read_as_one() {
    let service = SecretService::start();
    two_entries(&service, TOKEN, TOKEN);
    assert_eq!(
        perform(&service.environment(), &["read w1/token", "delete w1/token", "read w1/token"]),
        [TOKEN, "Ok(true)", "None"]
    );
}

#[test]
fn entries_of_one_name_that_differ_are_told_and_the_next_write_repairs_them() {
    let service = SecretService::start();
    two_entries(&service, TOKEN, "ntn_fake_other");
    let answers = perform(&service.environment(), &["read w1/token", "write w1/token new", "read w1/token"]);
    assert!(answers[0].contains("KeychainAmbiguous") && !answers[0].contains("ntn_fake"), "{answers:?}");
    assert_eq!(answers[1..], ["Ok(None)", "new"]);
}

#[test]
fn entries_of_one_name_that_differ_can_be_deleted() {
    let service = SecretService::start();
    two_entries(&service, TOKEN, "ntn_fake_other");
    assert_eq!(perform(&service.environment(), &["delete w1/token", "delete w1/token"]), ["Ok(true)", "Ok(false)"]);
}

#[test]
fn without_a_bus_the_keychain_is_absent() {
    let answer = perform(&at_bus("unix:path=/nowhere/bus".into(), SECOND), &["probe", "read w1/token"]);
    assert!(answer[0].starts_with("Absent") && answer[0].contains("/nowhere/bus"), "{answer:?}");
    assert!(answer[1].contains("KeychainAbsent"), "{answer:?}");
}

#[test]
fn a_disabled_bus_means_absent() {
    let answer = perform(&at_bus("disabled:".into(), SECOND), &["probe"]);
    assert!(answer[0].starts_with("Absent"), "{answer:?}");
}

#[test]
fn a_bus_without_a_provider_means_absent() {
    let service = SecretService::without_service();
    let answer = perform(&service.environment(), &["probe"]);
    assert!(answer[0].starts_with("Absent") && answer[0].contains("ServiceUnknown"), "{answer:?}");
}

#[test]
fn a_service_without_a_collection_is_locked_although_reading_seems_well() {
    let service = SecretService::without_collection();
    let answer = perform(&service.environment(), &["read w1/token", "probe", "write w1/token x"]);
    assert_eq!(answer[0], "None");
    assert!(answer[1].starts_with("Locked"), "{answer:?}");
    assert!(answer[2].contains("KeychainLocked"), "{answer:?}");
}

#[test]
fn a_bus_that_never_answers_is_slow() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("bus");
    // Connections wait in the queue of a listener that accepts none.
    let _listener = UnixListener::bind(&socket).unwrap();
    let environment = at_bus(format!("unix:path={}", socket.display()), Duration::from_millis(300));
    let answer = perform(&environment, &["probe", "read w1/token", "write w1/token x", "delete w1/token"]);
    assert_eq!(answer[0], "TimedOut");
    assert!(answer[1..].iter().all(|answer| answer.contains("KeychainSlow")), "{answer:?}");
    assert!(KeychainLimits::default().probe_timeout <= 3 * SECOND);
}

#[test]
fn a_bus_that_comes_up_later_is_found_by_the_same_process() {
    let service = SecretService::start();
    let later = service.socket().with_file_name("later");
    let mut command = test_in_subprocess(&[], CHILD);
    command.envs(at_bus(format!("unix:path={}", later.display()), 20 * SECOND)).env("STEPS", "probe\nwait\nprobe");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut states = lines.map(Result::unwrap).filter(|line| line.contains("Absent") || line.contains("Available"));

    assert!(states.next().is_some_and(|state| state.contains("Absent")));
    std::os::unix::fs::symlink(service.socket(), &later).unwrap();
    child.stdin.take().unwrap().write_all(b"go on\n").unwrap();
    assert!(states.next().is_some_and(|state| state.contains("Available")));
    assert!(child.wait().unwrap().success());
}

#[test]
fn turned_off_the_keychain_is_not_touched() {
    let service = SecretService::start();
    let mut environment = service.environment();
    environment.push(("NOTION_KEYRING", "0".into()));
    let answer = perform(&environment, &["probe", "write w1/token x"]);
    assert_eq!(answer[0], r#"Disabled { value: "0" }"#);
    assert!(answer[1].contains("KeychainAbsent") && answer[1].contains("NOTION_KEYRING=0"), "{answer:?}");
    assert!(!service.run_secret_tool(&["search", "--all", "service", "notion-auth"]).contains("username"));
}

#[test]
fn every_spelling_of_no_turns_it_off() {
    for value in ["0", "false", "FALSE", "no", "Off", " 0 "] {
        let state = Keychain::new(Some(value.into())).probe().state;
        assert_eq!(state, KeychainState::Disabled { value: value.into() });
    }
}

/// The other process: it performs the steps of its environment and prints a line for each.
mod child {
    #![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "its script and its answers")]

    use crate::support::subprocess::RESULT_PREFIX;
    use notion_auth::adapters::storage::keychain::Keychain;
    use notion_auth::adapters::storage::secret_store::SecretStore;
    use notion_auth::adapters::storage::time_limited_store::{KeychainLimits, TimeLimitedStore};
    use notion_auth::domain::credentials::Account;
    use notion_auth::domain::secret::Secret;
    use std::sync::Arc;
    use std::time::Duration;

    #[test]
    #[ignore = "started by the others"]
    fn run() {
        let limit = std::env::var("LIMIT_MS").map_or(Duration::from_secs(20), |text| Duration::from_millis(text.parse().unwrap()));
        let keychain = Keychain::new(std::env::var("NOTION_KEYRING").ok());
        let keychain = TimeLimitedStore::new(
            Arc::new(keychain),
            KeychainLimits { probe_timeout: limit, probe_delete_timeout: limit, operation_timeout: limit },
        );
        for step in std::env::var("STEPS").unwrap().lines() {
            println!("\n{RESULT_PREFIX}{}", perform(&keychain, step));
        }
    }

    fn perform(keychain: &TimeLimitedStore, step: &str) -> String {
        let words: Vec<_> = step.split(' ').collect();
        let account = words.get(1).and_then(|text| text.split_once('/'));
        let account = account.map(|(workspace, name)| Account { workspace: workspace.into(), name: name.into() });
        match (words[0], account) {
            ("probe", _) => format!("{:?}", keychain.probe().state),
            ("wait", _) => std::io::stdin().lines().next().unwrap().unwrap(),
            ("write", Some(account)) => format!("{:?}", keychain.write(&account, &Secret::new(words[2]))),
            ("delete", Some(account)) => format!("{:?}", keychain.delete(&account)),
            ("read", Some(account)) => match keychain.read(&account) {
                Ok(Some(secret)) => secret.expose().to_owned(),
                Ok(None) => "None".into(),
                Err(problem) => format!("{problem:?}"),
            },
            _ => panic!("no such step: {step}"),
        }
    }
}
