//! Needs root: what only root can do to a folder, a user or a disk. `bash tests/run` runs this module with `sudo`.
#![cfg(target_os = "linux")]

mod home_folders;
mod small_disk;

#[track_caller]
fn require_root() {
    assert!(rustix::process::geteuid().is_root(), "this test needs root: `bash tests/run` runs it with sudo");
}
