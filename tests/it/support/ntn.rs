//! The real `ntn`, the one that `tests/install` puts in place, on a machine of its own.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "starts ntn, and looks for it")]

use super::login_server::LoginServer;
use notion_auth::adapters::environment::Environment;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// The folder of the real one: the generation that wants a terminal.
pub(crate) fn folder_of_the_real_one() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ntn-0.4.0");
    assert!(folder.join("ntn").is_file(), "the real ntn is not in {}: run `bash tests/install`", folder.display());
    folder
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
        self.variables.extend(more);
        self
    }

    pub(crate) fn environment(&self) -> Environment {
        Environment::from_pairs(self.variables.iter().map(|(name, value)| (*name, value)))
    }

    /// A file of `ntn`'s. There is no `~/.config`, so its folder is `~/.notion`.
    pub(crate) fn state(&self, file: &str) -> PathBuf {
        self.home.path().join(".notion").join(file)
    }

    pub(crate) fn keeps(&self, file: &str, content: &str) {
        std::fs::create_dir_all(self.state("")).unwrap();
        std::fs::write(self.state(file), content).unwrap();
    }

    /// Runs `ntn` as this person would, in a shell of their own.
    pub(crate) fn ntn(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(folder_of_the_real_one().join("ntn"));
        command.args(arguments).env_clear().envs(self.variables.iter().map(|(name, value)| (*name, value)));
        command.output().unwrap()
    }
}
