//! An `ntn` that is not there, is somebody else's or fails, and a login that is given up.

use super::NtnLoginRun;
use crate::support::login_server::APPROVAL;
use crate::support::ntn::{NtnHome, fake_ntn_folder};
use crate::support::script;
use notion_auth::domain::login::{LoginFlow, LoginSteps, LoginTarget};
use notion_auth::domain::problem::ProblemCode::*;
use std::time::Duration;
use tempfile::TempDir;

/// A newer `ntn` behind a script, as npm installs it, that waits for an approval.
const WAITING: &str = "case \"$*\" in 'login poll') sleep 60 & wait;; *) echo https://notion.so/x;; esac";

#[tokio::test]
async fn no_ntn_a_strangers_and_a_broken_one_are_told_apart() {
    let nothing = TempDir::new().unwrap();
    NtnLoginRun::of(&NtnHome::with_programs(nothing.path()), LoginTarget::New).failure(NtnMissing).await;
    let strangers = fake_ntn_folder(LoginFlow::Terminal, "");
    script::write_script(&strangers.path().join("ntn"), "#!/bin/sh\necho another tool\n");
    let evidence = NtnLoginRun::of(&NtnHome::with_programs(strangers.path()), LoginTarget::New).failure(NtnMissing).await;
    assert!(evidence.contains("another tool"), "{evidence}");
    script::write_script(&strangers.path().join("ntn"), "#!/bin/sh\nexit 9\n");
    let evidence = NtnLoginRun::of(&NtnHome::with_programs(strangers.path()), LoginTarget::New).failure(NtnFailed).await;
    assert!(evidence.contains("exit status: 9"), "{evidence}");
}

#[tokio::test]
async fn a_silent_failure_is_said_to_be_silent() {
    let folder = fake_ntn_folder(LoginFlow::Terminal, "exit 4");
    let evidence = NtnLoginRun::of(&NtnHome::with_programs(folder.path()), LoginTarget::New).failure(NtnFailed).await;
    assert_eq!(evidence, "ntn login: said nothing (exit status: 4)");
    let words: Vec<&str> = NtnFailed.text().causes.iter().map(|cause| cause.text.as_str()).collect();
    for likely in ["restricted member", "policy", "reached", "too old"] {
        assert!(words.iter().any(|cause| cause.contains(likely)), "{likely}");
    }
}

#[tokio::test]
async fn an_opener_that_was_never_asked_leaves_no_link_to_show() {
    let script = "echo 'Confirm that this verification code matches:'; echo; echo ABCD-1234; sleep 60";
    let folder = fake_ntn_folder(LoginFlow::Terminal, script);
    let person = NtnHome::with_programs(folder.path());
    let evidence = NtnLoginRun::of(&person, LoginTarget::New).failure(NtnFailed).await;
    assert_eq!(evidence, "the link that ntn opens could not be read");
    person.wait_for_processes(|alive| alive == 0);

    let printed = format!("echo 'Could not open browser. Please visit:'; echo '  {APPROVAL}'; {script}");
    let folder = fake_ntn_folder(LoginFlow::Terminal, &printed);
    let person = NtnHome::with_programs(folder.path());
    assert_eq!(
        NtnLoginRun::of(&person, LoginTarget::New).invitation().await.link.as_str(),
        APPROVAL,
        "one that is printed will do"
    );
}

#[tokio::test]
async fn a_login_that_is_given_up_ends_its_ntn_with_all_its_family() {
    let folder = fake_ntn_folder(LoginFlow::TwoSteps, WAITING);
    let person = NtnHome::with_programs(folder.path());
    let mut login = NtnLoginRun::steps(&person, LoginSteps::All);
    login.invitation().await;
    until_both_wait(&person, &mut login).await;
    drop(login);
    person.wait_for_processes(|alive| alive == 0);
}

async fn until_both_wait(person: &NtnHome, login: &mut NtnLoginRun) {
    let both = async {
        while person.processes().len() < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        () = both => {}
        outcome = &mut login.job => panic!("{outcome:?}"),
    }
}
