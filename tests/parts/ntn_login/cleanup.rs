//! However a login ends, nobody is left behind: neither `ntn`, nor what it started.

use super::NtnLoginRun;
use crate::support::login_server::LoginServer;
use crate::support::ntn::{NtnHome, fake_ntn_folder};
use crate::support::pty::pair::RESET_SIGNALS_OPTION;
use crate::support::subprocess::test_in_subprocess;
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::domain::login::{LoginFlow, LoginRequest, LoginSteps, LoginTarget};
use notion_auth::domain::problem::ProblemCode;
use rustix::process::{Pid, Signal, kill_process};
use std::process::Stdio;

/// A newer `ntn` behind a script, as npm installs it, that waits for an approval.
const WAITING: &str = "case \"$*\" in 'login poll') sleep 60 & wait;; *) echo https://notion.so/x;; esac";

#[tokio::test]
async fn a_login_that_is_given_up_ends_its_ntn() {
    let server = LoginServer::start();
    let person = NtnHome::with_server(&server);
    let mut login = NtnLoginRun::of(&person, LoginTarget::New);
    login.invitation().await;
    assert_eq!(person.processes().len(), 1, "the shell became ntn, and the opener has ended");
    drop(login);
    person.wait_for_processes(|alive| alive == 0);
}

#[tokio::test]
async fn an_ntn_that_is_killed_is_reported() {
    let server = LoginServer::start();
    let person = NtnHome::with_server(&server);
    let mut login = NtnLoginRun::of(&person, LoginTarget::New);
    login.invitation().await;
    for number in person.processes() {
        kill_process(Pid::from_raw(number).unwrap(), Signal::KILL).unwrap();
    }
    let evidence = login.failure(ProblemCode::NtnFailed).await;
    assert!(evidence.ends_with("(signal: 9 (SIGKILL))"), "{evidence}");
}

/// We cannot do anything any more; the kernel hangs up the terminal that we leave.
#[test]
fn an_ntn_does_not_outlive_us_even_where_we_are_killed() {
    let server = LoginServer::start();
    let newer = fake_ntn_folder(LoginFlow::TwoSteps, WAITING);
    for (person, family) in [(NtnHome::with_server(&server), 1), (NtnHome::with_programs(newer.path()), 2)] {
        // Under `nohup` the hang-up that ends `ntn` would be ignored.
        let wrapper = ["/usr/bin/env", RESET_SIGNALS_OPTION];
        let mut us = test_in_subprocess(&wrapper, "ntn_login::cleanup::waits_for_an_approval");
        // A home is passed under another name, so that we do not count as living there.
        us.envs(person.variables().filter(|(name, _)| *name != "HOME")).env("HOME_OF_NTN", person.home());
        // The killed process leaves its temporary files here.
        us.env("TMPDIR", person.home());
        let mut us = us.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        person.wait_for_processes(|alive| alive == family);
        us.kill().unwrap();
        us.wait().unwrap();
        person.wait_for_processes(|alive| alive == 0);
    }
}

#[tokio::test]
#[ignore = "the other half of a test"]
async fn waits_for_an_approval() {
    let variables = std::env::vars().filter(|(name, _)| name != "HOME");
    let variables = variables.map(|(name, value)| if name == "HOME_OF_NTN" { ("HOME".to_owned(), value) } else { (name, value) });
    let request = LoginRequest { target: LoginTarget::New, use_file: true, steps: LoginSteps::All };
    let mut login = NtnLoginRun::start(Environment::from_pairs(variables), request);
    login.invitation().await;
    assert!(login.end().await.is_err(), "nobody approves");
}
