//! Writes shell scripts.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "starts the shell that writes them")]

use std::path::Path;
use std::process::Command;

/// Writes an executable script to `path`. A separate process writes the file, because a child that another test starts at that
/// moment would inherit it open for writing, and running it would fail with "text file busy".
#[track_caller]
pub(crate) fn write_script(path: &Path, text: &str) {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "printf %s \"$1\" >\"$2\" && /bin/chmod 700 \"$2\"", "-", text]).arg(path);
    assert!(shell.status().unwrap().success());
}
