//! Stand-ins for `ntn`, and a temporary home for it.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "looks for what ntn left")]

use super::deadline::DEADLINE;
use super::scratch::scratch_folder;
use super::script;
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::domain::login::LoginFlow;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Creates a folder with a shell script called `ntn`, which identifies itself as `ntn` of this generation.
pub(crate) fn fake_ntn_folder(generation: LoginFlow, lines: &str) -> TempDir {
    let folder = scratch_folder();
    let poll = if generation == LoginFlow::TwoSteps { 0 } else { 2 };
    let text = format!(
        "#!/bin/sh\nPATH=/usr/bin:/bin\ncase \"$*\" in --version) echo 'ntn 0.23.19'; exit;; 'login --help') exit;; 'login poll --help') exit {poll};; esac\n{lines}\n"
    );
    script::write_script(&folder.path().join("ntn"), &text);
    folder
}

/// Returns the ids of processes with this `HOME`.
pub(crate) fn processes_with_home(home: &Path) -> Vec<i32> {
    let home = format!("HOME={}\0", home.display());
    let numbers = std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let lives_here = |number: &i32| {
        let variables = std::fs::read(format!("/proc/{number}/environ")).unwrap_or_default();
        variables.windows(home.len()).any(|part| part == home.as_bytes())
    };
    numbers.filter(lives_here).collect()
}

/// A home folder and its environment variables.
pub(crate) struct NtnHome {
    home: TempDir,
    variables: Vec<(&'static str, String)>,
}

impl NtnHome {
    /// Uses the programs of that folder and the system's.
    pub(crate) fn with_programs(folder: &Path) -> Self {
        let home = scratch_folder();
        let path = format!("{}:/usr/bin:/bin", folder.display());
        let variables = vec![("HOME", home.path().to_str().unwrap().to_owned()), ("PATH", path)];
        Self { home, variables }
    }

    #[must_use]
    pub(crate) fn with_variables(mut self, more: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        for (name, value) in more {
            self = self.without_variable(name);
            self.variables.push((name, value));
        }
        self
    }

    #[must_use]
    pub(crate) fn without_variable(mut self, variable: &str) -> Self {
        self.variables.retain(|(name, _)| *name != variable);
        self
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn environment(&self) -> Environment {
        Environment::from_pairs(self.variables())
    }

    /// Returns the path of one of `ntn`'s files. Without `~/.config`, its folder is `~/.notion`.
    pub(crate) fn state_file(&self, file: &str) -> PathBuf {
        let config = self.home.path().join(".config");
        if config.is_dir() { config.join("notion").join(file) } else { self.home.path().join(".notion").join(file) }
    }

    pub(crate) fn write_state(&self, file: &str, content: &str) {
        std::fs::create_dir_all(self.state_file("")).unwrap();
        std::fs::write(self.state_file(file), content).unwrap();
    }

    pub(crate) fn read_state(&self, file: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.state_file(file)).unwrap()).unwrap()
    }

    pub(crate) fn processes(&self) -> Vec<i32> {
        processes_with_home(self.home.path())
    }

    /// Waits until the number of processes meets the condition.
    pub(crate) fn wait_for_processes(&self, condition: impl Fn(usize) -> bool) {
        let start = Instant::now();
        while !condition(self.processes().len()) {
            assert!(start.elapsed() < DEADLINE, "these live here: {:?}", self.processes());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn variables(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.variables.iter().map(|(name, value)| (*name, value.as_str()))
    }
}
