//! Programs made of shell lines.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "starts the shell that writes them")]

use std::path::Path;
use std::process::Command;

/// Writes one to `path`; `text` is all of it. Another process writes the file: were it open for writing here, a child that some
/// other test starts at that moment would hold it open, and starting it would fail with "text file busy".
#[track_caller]
pub(crate) fn write(path: &Path, text: &str) {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "printf %s \"$1\" >\"$2\" && /bin/chmod 700 \"$2\"", "-", text]).arg(path);
    assert!(shell.status().unwrap().success());
}
