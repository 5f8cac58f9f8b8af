//! A machine made of one folder: fake programs, files, and a fixed environment.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "makes files and starts programs, and says so when it cannot")]

use super::scratch::scratch_folder;
use super::script;
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::runtime::ports::ProgressCallback;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, mpsc};
use tempfile::TempDir;

/// A folder that serves as `PATH` and as home.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(scratch_folder())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn text(&self) -> &str {
        self.path().to_str().unwrap()
    }

    /// Only these variables, with this folder as the whole `PATH`.
    pub(crate) fn environment(&self, pairs: &[(&str, &str)]) -> Environment {
        Environment::from_pairs([("PATH", self.text()), ("HOME", self.text())].iter().chain(pairs).copied())
    }

    /// A program made of shell lines.
    pub(crate) fn program(&self, name: &str, script: &str) -> PathBuf {
        let path = self.path().join(name);
        script::write_script(&path, &format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n"));
        path
    }

    pub(crate) fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// A named pipe in this folder, and all that will be written into it until its last writer is gone.
    pub(crate) fn pipe(&self, name: &str) -> (String, mpsc::Receiver<String>) {
        let path = self.path().join(name).to_str().unwrap().to_owned();
        run("mkfifo", &[&path]);
        let (tell, told) = mpsc::channel();
        let from = path.clone();
        std::thread::spawn(move || tell.send(std::fs::read_to_string(from).unwrap()));
        (path, told)
    }
}

pub(crate) fn run(program: &str, arguments: &[&str]) {
    assert!(Command::new(program).args(arguments).status().unwrap().success(), "{program} {arguments:?}");
}

/// Collects the reported lines.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    pub(crate) fn tell(&self) -> ProgressCallback<String> {
        let told = Arc::clone(&self.0);
        Box::new(move |line| told.lock().unwrap().push(line))
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}
