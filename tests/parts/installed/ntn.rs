//! The real `ntn`, installed by `tests/install`, with a temporary home.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "starts ntn, and looks for it")]

use crate::support::login_server::LoginServer;
use crate::support::ntn::NtnHome;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Returns the folder of the real `ntn` 0.4.0, which needs a terminal.
pub(crate) fn real_ntn_folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ntn-0.4.0");
    assert!(folder.join("ntn").is_file(), "the real ntn is not in {}: run `bash tests/install`", folder.display());
    folder
}

impl NtnHome {
    /// Uses the real `ntn` with `server`.
    pub(crate) fn with_server(server: &LoginServer) -> Self {
        Self::with_programs(&real_ntn_folder()).with_variables(server.environment())
    }

    /// Runs `ntn` directly in this environment.
    pub(crate) fn run_ntn(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(real_ntn_folder().join("ntn"));
        command.args(arguments).env_clear().envs(self.variables());
        command.output().unwrap()
    }
}
