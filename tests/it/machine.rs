//! Detection of programs and credentials, on fake machines: a folder, fake programs, and a fixed environment.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "tests make files and start programs, and say so when they cannot")]

mod browser;
mod clipboard;
mod discovered_credentials;
mod installers;
#[cfg(target_os = "linux")]
mod kernel_keyring;
mod ntn;
#[cfg(target_os = "linux")]
mod ntn_storage;
#[cfg(target_os = "linux")]
mod real_ntn;

use crate::support::deadline::DEADLINE;
use crate::support::script;
use notion_auth::adapters::machine::environment::Environment;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use tempfile::TempDir;

/// A folder that serves as `PATH` and as home.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn text(&self) -> &str {
        self.path().to_str().unwrap()
    }

    /// Only these variables, with this folder as the whole `PATH`.
    fn environment(&self, pairs: &[(&str, &str)]) -> Environment {
        Environment::from_pairs([("PATH", self.text()), ("HOME", self.text())].iter().chain(pairs).copied())
    }

    /// A program made of shell lines.
    fn program(&self, name: &str, script: &str) -> PathBuf {
        let path = self.path().join(name);
        script::write_script(&path, &format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n"));
        path
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// A named pipe in this folder, and all that will be written into it until its last writer is gone.
    fn pipe(&self, name: &str) -> (String, mpsc::Receiver<String>) {
        let path = self.path().join(name).to_str().unwrap().to_owned();
        run("mkfifo", &[&path]);
        let (tell, told) = mpsc::channel();
        let from = path.clone();
        std::thread::spawn(move || tell.send(std::fs::read_to_string(from).unwrap()));
        (path, told)
    }
}

fn run(program: &str, arguments: &[&str]) {
    assert!(Command::new(program).args(arguments).status().unwrap().success(), "{program} {arguments:?}");
}
