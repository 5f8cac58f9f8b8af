//! `adapters/ntn_cli/files`: whatever stands in `ntn`'s files, a token is that of its workspace, and nothing else shows any of it.
//!
//! An input is three files, parted by zero bytes: `auth.json`, `workspaces.json` and `config.json`.
#![no_main]
#![expect(clippy::disallowed_methods, reason = "what is read here is files")]

use libfuzzer_sys::fuzz_target;
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::adapters::ntn_cli::files;
use notion_auth::adapters::ntn_cli::files::workspaces;
use notion_auth::domain::problem::Problem;
use notion_auth_fuzz::{TOKEN, assert_discreet, assert_hides, assert_safe};
use serde_json::Value;
use std::path::PathBuf;
use tempfile::TempDir;

thread_local! {
    static HOME: TempDir = {
        let memory = PathBuf::from("/dev/shm");
        if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder")
    };
}

fuzz_target!(|bytes: &[u8]| HOME.with(|home| {
    let mut files = bytes.splitn(3, |byte| *byte == 0);
    let auth = files.next().unwrap_or_default();
    for (name, content) in [("auth.json", Some(auth)), ("workspaces.json", files.next()), ("config.json", files.next())] {
        std::fs::write(home.path().join(name), content.unwrap_or(b"{}")).expect("it is written");
    }
    let environment = Environment::from_pairs([("NOTION_HOME", home.path())]);
    check(&environment, &serde_json::from_slice(auth).unwrap_or_default());
}));

fn check(environment: &Environment, auth: &Value) {
    let (logins, problem) = files::read_logins(environment);
    problem.iter().for_each(assert_silent);
    let tokens: Vec<&str> = auth.as_object().into_iter().flatten().filter_map(|(_, token)| token.as_str()).collect();
    for login in &logins {
        assert_safe(&login.workspace.id);
        login.workspace.name.as_deref().into_iter().for_each(assert_safe);
        match files::read_token(environment, &login.workspace.id) {
            Ok(Some(token)) => {
                assert!(!token.is_empty() && tokens.contains(&token.expose()), "a token that is not in the file");
                let is_its = |(id, value): (&String, &Value)| {
                    value.as_str() == Some(token.expose()) && notion_auth::domain::sanitize::sanitize(id) == login.workspace.id
                };
                assert!(auth.as_object().into_iter().flatten().any(is_its), "another workspace's token");
            }
            Ok(None) => assert!(!login.has_token),
            Err(problem) => assert_silent(&problem),
        }
    }
    match workspaces::default_workspace(environment) {
        Ok(workspace) => {
            assert_safe(&workspace.id);
            workspace.name.as_deref().into_iter().for_each(assert_safe);
        }
        Err(problem) => assert_silent(&problem),
    }
    if let Err(problem) = workspaces::known_workspaces(environment) {
        assert_silent(&problem);
    }
    let _ = files::is_keyring_disabled_in_config(environment);
    assert_hides(&files::auth_file_place(environment), &[TOKEN]);
}

#[track_caller]
fn assert_silent(problem: &Problem) {
    assert_discreet(problem, &[TOKEN]);
}
