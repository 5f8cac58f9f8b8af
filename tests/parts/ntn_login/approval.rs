//! Somebody approves: what is shown before, and what is true after.

use super::NtnLoginRun;
use crate::support::login_server::{APPROVAL, CODE, LoginServer, WORKSPACE, approval_response};
use crate::support::notion::{Response, TOKEN};
use crate::support::ntn::NtnHome;
use notion_auth::domain::credentials::Workspace;
use notion_auth::domain::login::LoginTarget;
use serde_json::json;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

#[tokio::test]
async fn the_code_and_the_link_come_first_and_ntn_works_afterwards() {
    let server = LoginServer::start();
    let person = NtnHome::with_server(&server);
    // This wins over every stored login, and must count for nothing here.
    let person = person.with_variables([("NOTION_API_TOKEN", "ntn_fake_other_0000000000000000000000000000".into())]);
    let mut login = NtnLoginRun::of(&person, LoginTarget::New);
    let invitation = login.invitation().await;
    assert_eq!((invitation.link.as_str(), invitation.code.as_deref()), (APPROVAL, Some(CODE)));
    assert!(invitation.ends_at.is_some());

    server.approve();
    let login = login.end().await.unwrap().unwrap();
    assert_eq!(login.workspace, Workspace { id: WORKSPACE.0.into(), name: Some(WORKSPACE.1.into()) });
    assert_eq!((login.version.as_str(), login.user), ("0.4.0", None));
    assert_eq!(person.read_state("auth.json"), json!({WORKSPACE.0: TOKEN}));

    let person = person.without_variable("NOTION_API_TOKEN").with_variables([("NOTION_KEYRING", "0".into())]);
    let listed = person.run_ntn(&["workers", "list"]);
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
}

#[tokio::test]
async fn it_waits_as_long_as_nobody_answers() {
    let server = LoginServer::start().after_pending(1).on_redeem(approval_response(WORKSPACE.0, WORKSPACE.1));
    let person = NtnHome::with_server(&server);
    let login = NtnLoginRun::of(&person, LoginTarget::New).end().await.unwrap().unwrap();
    assert_eq!((login.workspace.id.as_str(), server.poll_count()), (WORKSPACE.0, 2));
}

#[tokio::test]
async fn no_search_for_a_newer_ntn_keeps_a_person_waiting() {
    let server = LoginServer::start().with_silent_registry().on_redeem(approval_response(WORKSPACE.0, WORKSPACE.1));
    let new = NtnHome::with_server(&server);
    NtnLoginRun::of(&new, LoginTarget::New).end().await.unwrap();
    assert!(!new.state_file("cache.json").exists(), "what was not there is not there");

    let old = NtnHome::with_server(&server);
    let cache = r#"{"version":"1","lastUpdateCheck":{"checkedAt":"1700000000"}}"#;
    old.write_state("cache.json", cache);
    std::fs::set_permissions(old.state_file("cache.json"), Permissions::from_mode(0o644)).unwrap();
    NtnLoginRun::of(&old, LoginTarget::New).end().await.unwrap();
    assert_eq!(std::fs::read_to_string(old.state_file("cache.json")).unwrap(), cache, "what was there is as it was");
    assert_eq!(old.state_file("cache.json").metadata().unwrap().permissions().mode() & 0o777, 0o644, "so are its permissions");

    assert_eq!(server.update_check_count(), 0);
}

#[tokio::test]
async fn a_login_that_comes_to_nothing_leaves_no_trace() {
    let server = LoginServer::start().on_redeem(Response::json(200, json!({"status": "expired"})));
    let person = NtnHome::with_server(&server);
    assert!(NtnLoginRun::of(&person, LoginTarget::New).end().await.is_err());
    assert!(!person.state_file("").exists());
}

#[tokio::test]
async fn a_code_that_is_empty_stops_no_login() {
    let init = json!({"sessionId": "session-1", "verificationCode": "", "browserUrl": APPROVAL});
    let server = LoginServer::start().on_init(Response::json(200, init));
    let person = NtnHome::with_server(&server);
    assert_eq!(NtnLoginRun::of(&person, LoginTarget::New).invitation().await.code, None);
}

#[tokio::test]
async fn what_a_server_hides_in_a_code_reaches_no_screen() {
    let init = json!({"sessionId": "session-1", "verificationCode": "\u{1b}[2JAB\u{7}CD-\u{202e}1234", "browserUrl": APPROVAL});
    let server = LoginServer::start().on_init(Response::json(200, init));
    let person = NtnHome::with_server(&server);
    assert_eq!(NtnLoginRun::of(&person, LoginTarget::New).invitation().await.code.as_deref(), Some(CODE));
}
