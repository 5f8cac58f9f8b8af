//! The place of the token after a login, and its permissions.

use super::NtnLoginRun;
use crate::support::login_server::{LoginServer, WORKSPACE, approval_response};
use crate::support::ntn::NtnHome;
use notion_auth::domain::login::{LoginRequest, LoginSteps, LoginTarget};
use notion_auth::domain::problem::ProblemCode;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

fn server() -> LoginServer {
    LoginServer::start().on_redeem(approval_response(WORKSPACE.0, WORKSPACE.1))
}

fn mode(person: &NtnHome, file: &str) -> u32 {
    person.state_file(file).metadata().unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn nobody_else_can_read_a_new_file() {
    let server = server();
    let person = NtnHome::with_server(&server);
    NtnLoginRun::of(&person, LoginTarget::New).end().await.unwrap();
    assert_eq!((mode(&person, ""), mode(&person, "auth.json")), (0o700, 0o600));
}

#[tokio::test]
async fn a_file_that_all_could_read_is_closed_to_them() {
    let server = server();
    let person = NtnHome::with_server(&server);
    person.write_state("auth.json", "{}");
    std::fs::set_permissions(person.state_file("auth.json"), Permissions::from_mode(0o644)).unwrap();
    NtnLoginRun::of(&person, LoginTarget::New).end().await.unwrap();
    assert_eq!(mode(&person, "auth.json"), 0o600);
}

#[tokio::test]
async fn the_variable_is_asked_for_only_where_ntn_would_not_find_the_file() {
    let server = server();
    for (keyring, use_file, needs_variable) in
        [(None, true, true), (Some("0"), false, false), (Some("0"), true, false), (Some("off"), false, true)]
    {
        let person = NtnHome::with_server(&server).with_variables(keyring.map(|value| ("NOTION_KEYRING", value.to_owned())));
        let request = LoginRequest { target: LoginTarget::New, use_file, steps: LoginSteps::All };
        let login = NtnLoginRun::with(&person, request).end().await.unwrap().unwrap();
        assert_eq!(login.place, person.state_file("auth.json").to_str().unwrap());
        assert_eq!(login.needs_keyring_variable, needs_variable, "{keyring:?} {use_file}");
    }
}

/// The kernel of this machine may have a keyring for us, or none, as in most containers; either way it has to be said.
#[tokio::test]
async fn without_a_wish_the_kernel_keeps_it_or_the_refusal_is_named() {
    let server = LoginServer::start().on_redeem(approval_response("test-of-the-kernels-keyring", "Fake Works"));
    let person = NtnHome::with_server(&server);
    let request = LoginRequest { target: LoginTarget::New, use_file: false, steps: LoginSteps::All };
    match NtnLoginRun::with(&person, request).end().await {
        Ok(login) => {
            assert!(!login.unwrap().needs_keyring_variable);
            assert!(person.run_ntn(&["workers", "list"]).status.success());
        }
        Err(problem) => assert_eq!(problem.code, ProblemCode::LoginNotStored, "{:?}", problem.evidence),
    }
    assert!(!person.state_file("auth.json").exists());
    assert!(person.run_ntn(&["logout"]).status.success());
}

#[tokio::test]
async fn an_approval_that_cannot_be_stored_says_where() {
    let server = server();
    let person = NtnHome::with_server(&server);
    person.write_state("config.json", "{");
    let evidence = NtnLoginRun::of(&person, LoginTarget::New).failure(ProblemCode::LoginNotStored).await;
    assert!(evidence.contains("Failed to parse config.json"), "{evidence}");

    let person = NtnHome::with_server(&server);
    person.write_state("config.json", "{\"version\":\"1\"}");
    std::os::unix::fs::symlink("/no/such/folder/auth.json", person.state_file("auth.json")).unwrap();
    let evidence = NtnLoginRun::of(&person, LoginTarget::New).failure(ProblemCode::LoginNotStored).await;
    assert!(evidence.contains("Failed to write auth.json"), "{evidence}");
}
