//! Finds a program on `PATH`. Starts nothing.

use crate::adapters::machine::environment::Environment;
use std::path::{Path, PathBuf};

/// Returns the file that would be started for `name`: itself if it holds a separator, else the first on `PATH`.
pub fn find(name: &str, environment: &Environment) -> Option<PathBuf> {
    if Path::new(name).components().count() > 1 {
        let names = file_names(name, environment.program_extensions());
        return names.iter().map(PathBuf::from).find(|file| is_program(file));
    }
    find_all(name, environment).next()
}

/// Returns every file on `PATH` that has this name, in the order of the search.
pub fn find_all(name: &str, environment: &Environment) -> impl Iterator<Item = PathBuf> {
    let names = file_names(name, environment.program_extensions());
    // An empty or relative entry means the current folder, where any repository may carry a program of that name.
    let folders = environment.search_path().into_iter().flat_map(std::env::split_paths).filter(|folder| folder.is_absolute());
    folders.flat_map(move |folder| names.iter().map(|name| folder.join(name)).collect::<Vec<_>>()).filter(|file| is_program(file))
}

/// Windows starts `ntn.cmd` for `ntn`, but `Command` finds only `ntn.exe`; hence `PATHEXT`.
fn file_names(name: &str, extensions: Option<&str>) -> Vec<String> {
    match extensions {
        None => vec![name.to_owned()],
        Some(extensions) => extensions.split(';').map(|extension| format!("{name}{}", extension.to_ascii_lowercase())).collect(),
    }
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_tries_each_extension() {
        assert_eq!(file_names("ntn", Some(".COM;.EXE;.CMD")), ["ntn.com", "ntn.exe", "ntn.cmd"]);
        assert_eq!(file_names("ntn", None), ["ntn"]);
    }

    #[cfg(unix)]
    #[test]
    fn the_current_folder_is_never_searched() {
        let here = |path: &str| find("Cargo.toml", &Environment::from_pairs([("PATH", path)]));
        assert_eq!(here(""), None);
        assert_eq!(here(":."), None);
        assert!(find("sh", &Environment::from_pairs([("PATH", ":.:/bin")])).is_some());
    }
}
