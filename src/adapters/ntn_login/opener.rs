//! Stands in for the browser opener that `ntn` 0.4.0 starts, so that the address comes to us. `ntn` shows it nowhere, unless
//! no opener can be started.
#![expect(clippy::disallowed_methods, reason = "this file writes the stand-ins and reads what they wrote")]

use crate::domain::problem::{Problem, ProblemCode};
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use tempfile::TempDir;

/// What `ntn` looks for first: on Linux, under WSL, on macOS. It passes on to the next only where one cannot be started.
const NAMES: [&str; 3] = ["xdg-open", "wslview", "open"];

/// Writes its argument beside itself, and starts nothing. Renamed into place, so that half an address is never read.
const SCRIPT: &str = "#!/bin/sh\nPATH=/usr/bin:/bin\nprintf %s \"$1\" >\"${0%/*}/new\" && mv \"${0%/*}/new\" \"${0%/*}/link\"\n";

/// A folder of openers that keep the address; for this user alone, and gone when this is dropped.
pub struct Opener {
    folder: TempDir,
}

impl Opener {
    pub fn prepare() -> Result<Self, Problem> {
        let failed = |error: std::io::Error| Problem::new(ProblemCode::NtnFailed).seen(format!("a temporary folder: {error}"));
        let folder = TempDir::with_prefix("notion-auth-").map_err(failed)?;
        for name in NAMES {
            let path = folder.path().join(name);
            std::fs::write(&path, SCRIPT).map_err(failed)?;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).map_err(failed)?;
        }
        Ok(Self { folder })
    }

    /// The search path that leads here first.
    pub fn path(&self, path: Option<&OsStr>) -> OsString {
        let mut all = self.folder.path().as_os_str().to_owned();
        if let Some(path) = path {
            all.push(":");
            all.push(path);
        }
        all
    }

    /// The address that was to be opened. `ntn` waits for its opener before it shows the code.
    pub fn address(&self) -> Option<String> {
        std::fs::read_to_string(self.link()).ok()
    }

    fn link(&self) -> PathBuf {
        self.folder.path().join("link")
    }
}
