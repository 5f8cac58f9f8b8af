//! The Python that `tests/install` installs, with the packages that tests need.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "starts Python")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns the folder of its programs.
pub(crate) fn programs_folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin");
    assert!(folder.join("moto_server").is_file(), "there are no packages in {}: run `bash tests/install`", folder.display());
    folder
}

pub(crate) fn command() -> Command {
    Command::new(programs_folder().join("python"))
}
