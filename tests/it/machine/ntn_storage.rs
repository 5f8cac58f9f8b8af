//! Predicting where `ntn` will store a login, and reading a login from each store.

use super::{DEADLINE, Folder};
use notion_auth::adapters::machine::LocalMachine;
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::adapters::ntn_cli::token_location::expected_storage;
use notion_auth::domain::login::{LoginFlow, NtnStorage};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::Machine;
use std::sync::Arc;

async fn secret(environment: Environment, workspace: &str) -> Result<Secret, Problem> {
    let machine = LocalMachine::new(Arc::new(environment));
    tokio::time::timeout(DEADLINE, machine.ntn_token(workspace.into())).await.unwrap()
}

/// `ntn`'s folder on a machine where nothing else is.
fn at_home<'a>(folder: &'a Folder, more: &[(&'a str, &'a str)]) -> Environment {
    folder.environment(&[&[("NOTION_HOME", folder.text())], more].concat())
}

#[test]
fn every_no_selects_the_file_for_what_we_start() {
    let folder = Folder::new();
    let place = folder.path().join("auth.json").display().to_string();
    for value in ["0", "false", "no", "OFF"] {
        for generation in [LoginFlow::Terminal, LoginFlow::TwoSteps] {
            let storage = expected_storage(&at_home(&folder, &[("NOTION_KEYRING", value)]), generation);
            assert_eq!(storage, NtnStorage::File { place: place.clone() }, "{value}");
        }
    }
}

#[test]
fn only_newer_ones_read_the_choice_from_their_configuration() {
    let folder = Folder::new();
    folder.file("config.json", r#"{"version":"1","keyring":false}"#);
    let environment = at_home(&folder, &[]);
    assert!(matches!(expected_storage(&environment, LoginFlow::TwoSteps), NtnStorage::File { .. }));
    assert!(!matches!(expected_storage(&environment, LoginFlow::Terminal), NtnStorage::File { .. }));
    for other in [r#"{"version":"1","keyring":true}"#, r#"{"version":"1","keyring":"false"}"#, r#"{"version":"1"}"#, "{", ""] {
        folder.file("config.json", other);
        assert_eq!(expected_storage(&environment, LoginFlow::TwoSteps), NtnStorage::Keychain, "{other}");
    }
}

#[tokio::test]
async fn a_token_that_is_nowhere_is_gone_and_every_place_is_named() {
    let folder = Folder::new();
    let auth = folder.file("auth.json", r#"{"one":""}"#);
    let problem = secret(at_home(&folder, &[("NOTION_KEYRING", "0")]), "one").await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::SecretMissing);
    let evidence = problem.evidence.unwrap();
    let file = format!("ntn's login to one: {}: nothing; the kernel's keyring: ", auth.display());
    assert!(evidence.starts_with(&file), "{evidence}");
    assert!(!evidence.contains("notion-cli"), "the keychain is turned off: {evidence}");
}

#[tokio::test]
async fn a_broken_file_is_trouble_and_not_taken_for_no_token() {
    let folder = Folder::new();
    folder.file("auth.json", "{");
    let problem = secret(at_home(&folder, &[("NOTION_KEYRING", "0")]), "one").await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::NtnFileUnreadable);
    assert!(problem.evidence.unwrap().contains("auth.json: line 1, column"));
}
