//! Needs the real `ntn` 0.4.0: it is found, what it keeps we read, and what is kept as it keeps it, it reads.

use crate::installed::kernel_keyring::{KeyringToken, session_keyring, unique_workspace_id};
use crate::installed::ntn::real_ntn_folder;
use crate::support::deadline::DEADLINE;
use crate::support::login_server::LoginServer;
use crate::support::machine_folder::Folder;
use crate::support::notion::TOKEN;
use crate::support::ntn::NtnHome;
use notion_auth::adapters::machine::LocalMachine;
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::adapters::ntn_cli::detect_within;
use notion_auth::adapters::ntn_cli::login::LocalNtn;
use notion_auth::domain::credentials::CredentialSource;
use notion_auth::domain::login::{LoginFlow, LoginRequest, LoginSteps, LoginTarget, NtnLogin, NtnStorage};
use notion_auth::domain::machine::NtnState;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::{Machine, NtnCli};
use std::sync::Arc;

async fn log_in(server: &LoginServer, person: &NtnHome, workspace: &str, in_file: bool) -> Result<NtnLogin, Problem> {
    server.approve_for(workspace, "Fake Works");
    let request = LoginRequest { target: LoginTarget::New, use_file: in_file, steps: LoginSteps::All };
    let job = LocalNtn::new(Arc::new(person.environment())).login(request, Box::new(drop));
    Ok(tokio::time::timeout(DEADLINE, job).await.expect("it ends")?.expect("it was no mere beginning"))
}

/// Returns the reported place of the only login, and its token.
async fn read_back(person: &NtnHome, workspace: &str) -> (String, Result<Secret, Problem>) {
    let machine = LocalMachine::new(Arc::new(person.environment()));
    let (mut found, trouble) = machine.discover_credentials().await.unwrap();
    assert_eq!((found.len(), trouble), (1, None));
    let login = found.remove(0);
    assert_eq!(login.source, CredentialSource::Ntn { workspace: workspace.into() });
    (login.place, machine.ntn_token(workspace.into()).await)
}

async fn storage(person: &NtnHome) -> NtnStorage {
    let state = LocalMachine::new(Arc::new(person.environment())).detect_ntn().await.unwrap();
    let NtnState::Found { storage, .. } = state else { panic!("{state:?}") };
    storage
}

/// Here as it is: a session may have no keyring, as in containers and cron jobs.
#[tokio::test]
async fn what_is_said_of_the_kernels_keyring_is_what_happens() {
    let server = LoginServer::start();
    let person = NtnHome::with_server(&server);
    let workspace = unique_workspace_id();
    let storage = storage(&person).await;
    let login = log_in(&server, &person, &workspace, false).await;
    let _kept = KeyringToken::find_from_ntn(&workspace);
    match storage {
        NtnStorage::KernelKeyring => assert!(login.is_ok(), "{login:?}"),
        NtnStorage::KernelKeyringRefused { .. } => assert_eq!(login.unwrap_err().code, ProblemCode::LoginNotStored),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_token_that_it_put_into_the_kernels_keyring_is_read_back() {
    if session_keyring().is_none() {
        return; // The test above has shown the refusal.
    }
    let server = LoginServer::start();
    let person = NtnHome::with_server(&server);
    let workspace = unique_workspace_id();
    assert_eq!(storage(&person).await, NtnStorage::KernelKeyring);
    let login = log_in(&server, &person, &workspace, false).await.unwrap();
    let _kept = KeyringToken::find_from_ntn(&workspace).unwrap();
    assert_eq!(login.place, "the kernel's keyring");
    assert_eq!(read_back(&person, &workspace).await, ("the kernel's keyring".into(), Ok(Secret::new(TOKEN))));
    assert!(person.run_ntn(&["workers", "list"]).status.success(), "looking has changed nothing for it");
}

#[tokio::test]
async fn a_token_that_it_put_into_its_file_is_read_back() {
    for in_file in [true, false] {
        let server = LoginServer::start();
        let mut person = NtnHome::with_server(&server);
        if !in_file {
            person = person.with_variables([("NOTION_KEYRING", "no".into())]);
        }
        let login = log_in(&server, &person, "workspace-1", in_file).await.unwrap();
        let file = person.state_file("auth.json").display().to_string();
        assert_eq!((login.place.as_str(), login.needs_keyring_variable), (file.as_str(), true));
        assert_eq!(read_back(&person, "workspace-1").await, (file, Ok(Secret::new(TOKEN))));
    }
}

/// The description of the key is what we believe it to be.
#[tokio::test]
async fn it_reads_a_token_from_where_we_look() {
    let Some(kept) = KeyringToken::add(TOKEN.as_bytes()) else { return };
    let server = LoginServer::start();
    let person = NtnHome::with_server(&server).with_variables([("NOTION_WORKSPACE_ID", kept.workspace.clone())]);
    let listed = person.run_ntn(&["workers", "list"]);
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
}

#[tokio::test]
async fn the_real_one_is_of_the_older_generation() {
    let folder = real_ntn_folder();
    let state = detect_within(DEADLINE, &Environment::from_pairs([("PATH", &folder)])).await;
    let NtnState::Found { path, version, generation, .. } = state else { panic!("{state:?}") };
    assert_eq!((path, version.as_str()), (folder.join("ntn").display().to_string(), "0.4.0"));
    assert_eq!(generation, LoginFlow::Terminal);
}

/// It is started once for its version, and once for its login.
#[tokio::test]
async fn it_is_told_by_two_questions() {
    let folder = Folder::new();
    folder.program("ntn", &format!("echo \"$*\" >>\"$0.log\"; exec {}/ntn \"$@\"", real_ntn_folder().display()));
    let state = detect_within(DEADLINE, &folder.environment(&[])).await;
    assert!(matches!(state, NtnState::Found { generation: LoginFlow::Terminal, .. }), "{state:?}");
    let log = std::fs::read_to_string(folder.path().join("ntn.log")).unwrap();
    let mut questions: Vec<&str> = log.lines().collect();
    questions.sort_unstable();
    assert_eq!(questions, ["--version", "login poll --help"]);
}
