//! The real `ntn`, the one that `tests/install` puts in place, on a machine of its own.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "starts ntn, and looks for it and what it left")]

use super::deadline::DEADLINE;
use super::login_server::LoginServer;
use super::script;
use notion_auth::adapters::environment::Environment;
use notion_auth::domain::login::Generation;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The folder of the real one: the generation that wants a terminal.
pub(crate) fn folder_of_the_real_one() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ntn-0.4.0");
    assert!(folder.join("ntn").is_file(), "the real ntn is not in {}: run `bash tests/install`", folder.display());
    folder
}

/// A folder with a program of shell lines called `ntn`, which answers as `ntn` does when it is asked who it is.
pub(crate) fn stand_in(generation: Generation, lines: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let poll = if generation == Generation::TwoSteps { 0 } else { 2 };
    let text = format!(
        "#!/bin/sh\nPATH=/usr/bin:/bin\ncase \"$*\" in --version) echo 'ntn 0.23.19'; exit;; 'login --help') exit;; 'login poll --help') exit {poll};; esac\n{lines}\n"
    );
    script::write(&folder.path().join("ntn"), &text);
    folder
}

/// The processes that live in this home, by number.
pub(crate) fn processes_in(home: &Path) -> Vec<i32> {
    let home = format!("HOME={}\0", home.display());
    let numbers = std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let lives_here = |number: &i32| {
        let variables = std::fs::read(format!("/proc/{number}/environ")).unwrap_or_default();
        variables.windows(home.len()).any(|part| part == home.as_bytes())
    };
    numbers.filter(lives_here).collect()
}

/// A home folder, and the variables of whoever lives there.
pub(crate) struct Person {
    home: TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Person {
    /// Has the real `ntn`, and is led to `server`.
    pub(crate) fn at(server: &LoginServer) -> Self {
        Self::with_programs(&folder_of_the_real_one()).and(server.variables())
    }

    /// Has the programs of that folder, and the usual ones.
    pub(crate) fn with_programs(folder: &Path) -> Self {
        let home = TempDir::new().unwrap();
        let path = format!("{}:/usr/bin:/bin", folder.display());
        let variables = vec![("HOME", home.path().to_str().unwrap().to_owned()), ("PATH", path)];
        Self { home, variables }
    }

    #[must_use]
    pub(crate) fn and(mut self, more: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        for (name, value) in more {
            self = self.without(name);
            self.variables.push((name, value));
        }
        self
    }

    #[must_use]
    pub(crate) fn without(mut self, variable: &str) -> Self {
        self.variables.retain(|(name, _)| *name != variable);
        self
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn environment(&self) -> Environment {
        Environment::from_pairs(self.variables())
    }

    /// A file of `ntn`'s. Without `~/.config`, its folder is `~/.notion`.
    pub(crate) fn state(&self, file: &str) -> PathBuf {
        let config = self.home.path().join(".config");
        if config.is_dir() { config.join("notion").join(file) } else { self.home.path().join(".notion").join(file) }
    }

    pub(crate) fn keeps(&self, file: &str, content: &str) {
        std::fs::create_dir_all(self.state("")).unwrap();
        std::fs::write(self.state(file), content).unwrap();
    }

    pub(crate) fn kept(&self, file: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.state(file)).unwrap()).unwrap()
    }

    pub(crate) fn processes(&self) -> Vec<i32> {
        processes_in(self.home.path())
    }

    /// Waits until as many as that live here.
    pub(crate) fn until_processes(&self, condition: impl Fn(usize) -> bool) {
        let start = Instant::now();
        while !condition(self.processes().len()) {
            assert!(start.elapsed() < DEADLINE, "these live here: {:?}", self.processes());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Runs `ntn` as this person would, in a shell of their own.
    pub(crate) fn ntn(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(folder_of_the_real_one().join("ntn"));
        command.args(arguments).env_clear().envs(self.variables());
        command.output().unwrap()
    }

    pub(crate) fn variables(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.variables.iter().map(|(name, value)| (*name, value.as_str()))
    }
}
