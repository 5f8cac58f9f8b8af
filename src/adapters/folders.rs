//! Where our files are. Decides a path, and makes nothing.

use crate::domain::problem::{Problem, ProblemCode};
use etcetera::BaseStrategy;
use std::ffi::OsString;
use std::path::PathBuf;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    pub config: PathBuf,
    /// Where they would have been had the machine looked otherwise when they were made; nothing is kept there any more.
    pub elsewhere: Option<PathBuf>,
}

impl Folders {
    /// `NOTION_AUTH_HOME` where it is set, else `notion-auth` in the XDG configuration folder (on macOS too, as command
    /// lines do it) or the native one on Windows.
    ///
    /// Where there is no configuration folder, as in a fresh container, none is made: `ntn` keeps its files in `~/.notion`
    /// as long as there is none, and from then on looks into the new one alone. It would have lost its logins.
    ///
    /// An empty value counts as unset. A relative one is taken from the working directory, as Cargo does with
    /// `CARGO_HOME`: to ignore it would put secrets where nobody asked for them.
    pub fn find(notion_auth_home: Option<OsString>) -> Result<Self, Problem> {
        if let Some(home) = notion_auth_home.filter(|value| !value.is_empty()) {
            let folder = std::path::absolute(&home).map_err(|error| nowhere(format!("NOTION_AUTH_HOME: {error}")))?;
            return Ok(Self::under(folder));
        }
        let base = etcetera::choose_base_strategy().map_err(|error| nowhere(error.to_string()))?;
        let (usual, apart) = (base.config_dir().join("notion-auth"), base.home_dir().join(".notion-auth"));
        let is_apart = !usual.is_dir() && (apart.is_dir() || !base.config_dir().is_dir());
        let (config, elsewhere) = if is_apart { (apart, usual) } else { (usual, apart) };
        Ok(Self { config, elsewhere: Some(elsewhere) })
    }

    /// Everything under one folder.
    pub fn under(folder: PathBuf) -> Self {
        Self { config: folder, elsewhere: None }
    }
}

fn nowhere(evidence: String) -> Problem {
    Problem::new(ProblemCode::NowhereToStore).seen(evidence)
}
