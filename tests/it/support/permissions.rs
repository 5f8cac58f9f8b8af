//! Permissions of files and folders.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

pub(crate) fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o7777
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Every name under a folder, with its permissions.
pub(crate) fn tree(folder: &Path) -> Vec<(String, u32)> {
    let mut all: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    let below = |path: &Path| if path.is_dir() && !path.is_symlink() { tree(path) } else { Vec::new() };
    all.iter().flat_map(|path| [vec![(path.display().to_string(), mode(path))], below(path)].concat()).collect()
}
