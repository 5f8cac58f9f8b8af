//! Needs the real `ntn` 0.4.0, and python3: `run` gives them a token.
#![cfg(unix)]

use crate::installed::ntn::real_ntn_folder;
use crate::support::login_server::LoginServer;
use crate::support::notion::TOKEN;
use crate::support::sandbox::{CommandOutput, Sandbox};
use crate::support::signed_in::keep_token;
use crate::support::workers_server::WORKSPACE;
use std::process::Stdio;

#[test]
fn ntn_lists_workers_with_it_and_is_not_logged_in_without_it() {
    let home = Sandbox::new();
    keep_token(&home, WORKSPACE, TOKEN);
    let server = LoginServer::start();
    let home = server.environment().into_iter().fold(home, |home, (name, value)| home.with_variable(name, value));
    let ntn = real_ntn_folder().join("ntn").display().to_string();
    let without = home.program_command(&ntn).args(["workers", "list"]).output().unwrap();
    assert_eq!(without.status.code(), Some(4), "{}", String::from_utf8_lossy(&without.stderr));
    assert!(String::from_utf8_lossy(&without.stderr).contains("ntn login"), "it says how to log in");
    let with = home.run(&format!("run -- {ntn} workers list"), "");
    assert_eq!(with.exit_code, Some(0), "{with:?}");
}

#[test]
fn in_the_demo_the_simulated_notion_answers_as_long_as_the_command_runs() {
    let home = Sandbox::new().with_variable("PATH", "/usr/bin:/bin");
    let script = "import os, urllib.request as u; r = u.Request(os.environ['NOTION_API_BASE_URL'] + '/v1/users/me', headers={\
                  'Authorization': 'Bearer ' + os.environ['NOTION_API_TOKEN'], 'Notion-Version': '2026-03-11'}); \
                  print(u.urlopen(r).status, os.environ['NOTION_WORKSPACE_ID'])";
    let mut command = home.command("--demo run --");
    command.args(["/usr/bin/python3", "-c", script]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let shown = CommandOutput::wait(command.spawn().unwrap());
    assert_eq!(shown.exit_code, Some(0), "{shown:?}");
    assert!(shown.stdout.starts_with("200 dddddddd-"), "{shown:?}");
}
