//! Somebody approves: what is shown before, and what is true after.

use super::Login;
use crate::support::login_server::{APPROVAL, CODE, LoginServer, WORKSPACE};
use crate::support::notion::TOKEN;
use crate::support::ntn::Person;
use notion_auth::domain::credential::Workspace;
use notion_auth::domain::login::Target;
use std::os::unix::fs::PermissionsExt;

#[tokio::test]
async fn the_code_and_the_link_come_first_and_ntn_works_afterwards() {
    let server = LoginServer::start();
    let person = Person::at(&server);
    let mut login = Login::of(&person, Target::New);
    let invitation = login.invitation().await;
    assert_eq!((invitation.link.as_str(), invitation.code.as_deref()), (APPROVAL, Some(CODE)));

    server.approve();
    let login = login.end().await.unwrap().unwrap();
    assert_eq!(login.workspace, Workspace { id: WORKSPACE.0.into(), name: Some(WORKSPACE.1.into()) });
    assert_eq!((login.version.as_str(), login.user), ("0.4.0", None));
    assert_eq!(login.place, person.state("auth.json").to_str().unwrap());
    assert!(login.needs_variable, "without NOTION_KEYRING=0, ntn would look into the kernel's keyring");

    let person = person.and([("NOTION_KEYRING", "0".into())]);
    let listed = person.ntn(&["workers", "list"]);
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
}
