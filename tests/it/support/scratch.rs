//! Folders for tests.

use std::path::PathBuf;
use std::sync::LazyLock;
use tempfile::TempDir;

/// Creates a folder that is removed with the value: in memory, if programs can be run there and there is room, because thousands of tests
/// sync their files.
pub(crate) fn scratch_folder() -> TempDir {
    static IN_MEMORY: LazyLock<Option<PathBuf>> = LazyLock::new(memory_folder);
    // Its path is as long as one in `/tmp`: texts that name it are wrapped in transcripts.
    let in_memory = |folder: &PathBuf| tempfile::Builder::new().prefix("").rand_bytes(6).tempdir_in(folder);
    IN_MEMORY.as_ref().map_or_else(TempDir::new, in_memory).unwrap()
}

/// Containers often have a small one from which nothing can be run.
#[cfg(target_os = "linux")]
fn memory_folder() -> Option<PathBuf> {
    use rustix::fs::{StatVfsMountFlags, statvfs};
    const ROOM: u64 = 1 << 30;
    let folder = PathBuf::from("/dev/shm");
    let system = statvfs(&folder).ok()?;
    let is_fit = !system.f_flag.contains(StatVfsMountFlags::NOEXEC) && system.f_bavail * system.f_frsize >= ROOM;
    (is_fit && TempDir::new_in(&folder).is_ok()).then_some(folder)
}

#[cfg(not(target_os = "linux"))]
fn memory_folder() -> Option<PathBuf> {
    None
}
