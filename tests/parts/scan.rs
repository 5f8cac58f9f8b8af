//! Needs git, zsh, fish, gnome-keyring and D-Bus: `scan` on real repositories, and with a real keychain and the shells whose profiles it
//! changes.
#![cfg(target_os = "linux")]
#![expect(clippy::disallowed_methods, reason = "makes the repositories and files that are searched")]

mod keychain;
mod repositories;

use crate::support::sandbox::{CommandOutput, Sandbox};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};

/// A token of the form that Notion issues, put together here so that no scanner takes this file for a leak. The ends differ.
fn token(end: &str) -> String {
    format!("ntn_{}{}{end}", "31415926535", "aZ3kT9qLmQwErTyUiOp47bNmKjHgFdS")
}

/// A home in which git and the shells are found.
fn home() -> Sandbox {
    Sandbox::new().with_shell()
}

fn scan(home: &Sandbox, folder: &Path, options: &str) -> CommandOutput {
    let mut command = home.command(&format!("scan --json {options}"));
    CommandOutput::wait(command.current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

/// Runs git as the person would, without settings of this machine.
#[track_caller]
fn git(folder: &Path, arguments: &[&str]) -> String {
    let identity = [
        "-c",
        "user.name=Ada Fake",
        "-c",
        "user.email=ada@example.com",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "init.defaultBranch=main",
    ];
    let output = Command::new("git")
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .args(identity)
        .args(arguments)
        .output()
        .expect("git is installed: bash tests/install");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn commit(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    git(folder, &["add", "--all", "--force"]);
    git(folder, &["commit", "--quiet", "--message", "a change"]);
    git(folder, &["rev-parse", "HEAD"])
}

/// A repository with one commit.
fn repository(home: &Sandbox, name: &str) -> std::path::PathBuf {
    let folder = home.path().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    git(&folder, &["init", "--quiet"]);
    commit(&folder, "README", "hello\n");
    folder
}

fn findings(run: &CommandOutput) -> Vec<Value> {
    run.json_document()["findings"].as_array().unwrap_or_else(|| panic!("{run:?}")).clone()
}

/// The findings as `path:line last_four commit`, with `~` for the home.
fn lines(home: &Sandbox, run: &CommandOutput) -> Vec<String> {
    let line = |finding: &Value| {
        let commit = finding["commit"].as_str().unwrap_or("-");
        let path = finding["path"].as_str().unwrap().replacen(&home.path().display().to_string(), "~", 1);
        format!("{path}:{} {} {commit}", finding["line"], finding["last_four"].as_str().unwrap())
    };
    let mut lines: Vec<String> = findings(run).iter().map(line).collect();
    lines.sort();
    lines
}
