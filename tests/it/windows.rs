//! The life of a token on Windows, from the sign-in to the logout, in the real Credential Manager of whoever runs the tests.
//!
//! Only the entry of an obviously invented workspace is written there and deleted again.
#![cfg(windows)]
#![expect(clippy::disallowed_methods, reason = "starts the program, and reads the variables that Windows needs")]

use crate::support::fixed_clock::FIXED_VARIABLES;
use crate::support::notion::{FakeNotion, TOKEN, respond_as_member};
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs the built binary with its own folders, and with the variables that no Windows program starts without.
fn run(home: &Path, notion: &FakeNotion, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_notion-auth"));
    let of_the_system = ["SystemRoot", "windir", "SystemDrive", "TEMP", "PATH", "PATHEXT", "ComSpec"];
    command.args(arguments).env_clear().current_dir(home);
    command.envs(of_the_system.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)))).envs(FIXED_VARIABLES);
    command.envs([("USERPROFILE", home), ("APPDATA", home), ("LOCALAPPDATA", home)]);
    command.env("NOTION_API_BASE_URL", notion.base_url());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn last_line(output: &Output) -> Value {
    serde_json::from_slice(output.stdout.split(|byte| *byte == b'\n').rfind(|line| !line.is_empty()).unwrap()).unwrap()
}

#[test]
fn a_token_is_saved_in_the_credential_manager_used_and_deleted() {
    let home = tempfile::tempdir().unwrap();
    let notion = FakeNotion::start(respond_as_member);
    let run = |arguments: &[&str], input: &str| run(home.path(), &notion, arguments, input);

    let login = run(&["login", "--token-stdin", "--store", "keychain", "--json"], TOKEN);
    assert_eq!(login.status.code(), Some(0), "{login:?}");
    let done = last_line(&login);
    assert_eq!((done["event"].as_str(), done["store"].as_str()), (Some("done"), Some("keychain")), "{done}");

    let saved = walk(home.path());
    assert!(!saved.is_empty() && saved.iter().all(|content| !content.contains(TOKEN)), "the secret is in no file");
    assert_eq!(String::from_utf8(run(&["token"], "").stdout).unwrap().trim_end(), TOKEN);
    assert_eq!(run(&["status", "--check"], "").status.code(), Some(0));
    let used = run(&["run", "--", "cmd", "/c", "if defined NOTION_API_TOKEN exit 7"], "");
    assert_eq!(used.status.code(), Some(7), "{used:?}");

    let account = done["account"].as_str().unwrap();
    let logout = run(&["logout", account], "");
    assert_eq!(logout.status.code(), Some(0), "{logout:?}");
    assert_eq!(run(&["token"], "").status.code(), Some(4), "nothing is left to use");
}

/// Returns the contents of all files under a folder.
fn walk(folder: &Path) -> Vec<String> {
    let mut contents = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            contents.extend(walk(&entry));
        } else {
            contents.push(String::from_utf8_lossy(&std::fs::read(&entry).unwrap()).into_owned());
        }
    }
    contents
}
