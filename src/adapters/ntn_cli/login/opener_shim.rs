//! Stands in for the browser opener that `ntn` 0.4.0 starts, so that the URL comes to us. `ntn` prints it only if no opener can be started.
#![expect(clippy::disallowed_methods, reason = "this file writes the stand-ins and reads what they wrote")]

use crate::domain::problem::{Problem, ProblemCode};
use std::ffi::{OsStr, OsString};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use tempfile::{Builder, TempDir};

/// The openers that `ntn` tries first: on Linux, under WSL, on macOS. It goes on to the next only if one cannot be started.
const OPENER_NAMES: [&str; 3] = ["xdg-open", "wslview", "open"];

/// Writes its argument beside itself, and starts nothing. The file is renamed into place, so that half a URL is never read.
const SCRIPT: &str = "#!/bin/sh\nPATH=/usr/bin:/bin\nprintf %s \"$1\" >\"${0%/*}/new\" && mv \"${0%/*}/new\" \"${0%/*}/link\"\n";

/// A folder of openers that store the URL; for this user alone, and removed when this is dropped.
pub struct OpenerShim {
    folder: TempDir,
}

impl OpenerShim {
    pub fn create() -> Result<Self, Problem> {
        let failed =
            |error: std::io::Error| Problem::new(ProblemCode::NtnFailed).with_evidence(format!("a temporary folder: {error}"));
        let for_us_alone = Permissions::from_mode(0o700);
        let folder = Builder::new().prefix("notion-auth-").permissions(for_us_alone.clone()).tempdir().map_err(failed)?;
        for name in OPENER_NAMES {
            let path = folder.path().join(name);
            std::fs::write(&path, SCRIPT).map_err(failed)?;
            std::fs::set_permissions(&path, for_us_alone.clone()).map_err(failed)?;
        }
        Ok(Self { folder })
    }

    /// Returns the search path that leads here first.
    pub fn search_path(&self, path: Option<&OsStr>) -> OsString {
        let mut all = self.folder.path().as_os_str().to_owned();
        if let Some(path) = path {
            all.push(":");
            all.push(path);
        }
        all
    }

    /// Returns the URL that was to be opened. `ntn` waits for its opener before it shows the code.
    pub fn opened_url(&self) -> Option<String> {
        std::fs::read_to_string(self.url_file()).ok()
    }

    fn url_file(&self) -> PathBuf {
        self.folder.path().join("link")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn what_is_opened_is_kept_for_us_alone() {
        let opener = OpenerShim::create().expect("a folder");
        let mode = opener.folder.path().metadata().expect("its metadata").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        assert_eq!(opener.opened_url(), None);
        for name in OPENER_NAMES {
            let link = format!("https://notion.so/x?y=%20&z='\"$({name})");
            let status = Command::new(opener.folder.path().join(name)).arg(&link).env_clear().status();
            assert!(status.is_ok_and(|status| status.success()));
            assert_eq!(opener.opened_url(), Some(link));
        }
    }

    #[test]
    fn it_is_looked_for_before_everything_else() {
        let opener = OpenerShim::create().expect("a folder");
        let ours = opener.folder.path().to_str().expect("UTF-8");
        assert_eq!(opener.search_path(Some(OsStr::new("/usr/bin:/bin"))), OsString::from(format!("{ours}:/usr/bin:/bin")));
        assert_eq!(opener.search_path(None), OsString::from(ours));
    }
}
