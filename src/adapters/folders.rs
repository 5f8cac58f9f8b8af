//! Where our files are. Decides a path and touches nothing.
#![expect(clippy::disallowed_methods, reason = "this file looks which folders are there")]

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
    /// `~/.notion-auth` takes its place where making `~/.config` would hide `ntn`'s logins from it.
    ///
    /// An empty value counts as unset. A relative one is taken from the working directory, as Cargo does with
    /// `CARGO_HOME`: to ignore it would put secrets where nobody asked for them.
    pub fn find(notion_auth_home: Option<OsString>) -> Result<Self, Problem> {
        if let Some(home) = notion_auth_home.filter(|value| !value.is_empty()) {
            let folder = std::path::absolute(&home).map_err(|error| nowhere(format!("NOTION_AUTH_HOME: {error}")))?;
            return Ok(Self::under(folder));
        }
        let base = etcetera::choose_base_strategy().map_err(|error| nowhere(error.to_string()))?;
        let (parent, home) = (base.config_dir(), base.home_dir());
        // Where there is no `~/.config`, `ntn` keeps its logins in `~/.notion`, until there is one: then it looks there and
        // finds nothing. To make one would log the person out.
        let by_itself = home.join(".notion-auth");
        let would_log_out = !parent.exists() && [".config/notion", ".notion"].iter().any(|folder| home.join(folder).is_dir());
        Ok(Self::under(if by_itself.is_dir() || would_log_out { by_itself } else { parent.join("notion-auth") }))
    }

    /// Everything under one folder.
    pub fn under(folder: PathBuf) -> Self {
        Self { config: folder }
    }
}

fn nowhere(evidence: String) -> Problem {
    Problem::new(ProblemCode::NowhereToStore).seen(evidence)
}
