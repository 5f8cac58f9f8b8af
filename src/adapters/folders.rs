//! Where our files are. Decides a path and touches nothing.

use crate::domain::problem::{Problem, ProblemCode};
use etcetera::BaseStrategy;
use std::ffi::OsString;
use std::path::PathBuf;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    pub config: PathBuf,
}

impl Folders {
    /// `NOTION_AUTH_HOME` where it is set, else `notion-auth` in the XDG configuration folder (on macOS too, as command
    /// lines do it) or the native one on Windows.
    ///
    /// An empty value counts as unset. A relative one is taken from the working directory, as Cargo does with
    /// `CARGO_HOME`: to ignore it would put secrets where nobody asked for them.
    pub fn find(notion_auth_home: Option<OsString>) -> Result<Self, Problem> {
        if let Some(home) = notion_auth_home.filter(|value| !value.is_empty()) {
            let folder = std::path::absolute(&home).map_err(|error| nowhere(format!("NOTION_AUTH_HOME: {error}")))?;
            return Ok(Self::under(folder));
        }
        let base = etcetera::choose_base_strategy().map_err(|error| nowhere(error.to_string()))?;
        Ok(Self::under(base.config_dir().join("notion-auth")))
    }

    /// Everything under one folder.
    pub fn under(folder: PathBuf) -> Self {
        Self { config: folder }
    }
}

fn nowhere(evidence: String) -> Problem {
    Problem::new(ProblemCode::NowhereToStore).seen(evidence)
}
