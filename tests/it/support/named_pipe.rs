//! A named pipe in the place of a file.
#![expect(
    clippy::disallowed_methods,
    reason = "macOS has no call that makes one in a folder, so the program of every Unix does it"
)]

use std::path::Path;
use std::process::Command;

pub(crate) fn make_named_pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg("-m600").arg(path).status().expect("mkfifo starts").success());
}
