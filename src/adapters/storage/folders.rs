//! The folders of our files. Decides on a path, and creates nothing.

use super::json_file::has_schema;
use super::log_file::LOG_NAME;
use super::private_file::PrivateFile;
use super::private_folder::{OUR_NAMES, check_owner, has_our_name, is_closed_to_others};
use crate::domain::problem::{Problem, ProblemCode};
use etcetera::BaseStrategy;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub const STORE_LOCK_NAME: &str = "notion-auth.lock";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    pub config: PathBuf,
    /// The other default location, where nothing is stored any more.
    pub other_default: Option<PathBuf>,
}

impl Folders {
    /// Returns `NOTION_AUTH_HOME` if it is set, else `notion-auth` in the XDG configuration folder (on macOS too, as command lines
    /// do it) or in the local application data on Windows.
    ///
    /// If there is no configuration folder, as in a fresh container, none is created: `ntn` keeps its files in `~/.notion` as long
    /// as there is none, and from then on reads the new one alone, so its logins would be lost.
    ///
    /// An empty value counts as unset.
    pub fn find(notion_auth_home: Option<OsString>) -> Result<Self, Problem> {
        if let Some(home) = notion_auth_home.filter(|value| !value.is_empty()) {
            return Self::from_variable(PathBuf::from(home));
        }
        let base = etcetera::choose_base_strategy().map_err(|error| no_storage_problem(error.to_string()))?;
        let [own, apart] = OUR_NAMES;
        // A roaming folder of Windows is copied to other machines and to a server; secrets stay on this one.
        let base_folder = if cfg!(windows) { base.cache_dir() } else { base.config_dir() };
        let (usual, apart) = (base_folder.join(own), base.home_dir().join(apart));
        if let Some(relative) = [&usual, &apart].into_iter().find(|folder| !folder.is_absolute()) {
            return Err(no_storage_problem(format!("the home folder is not an absolute path: {}", relative.display())));
        }
        let is_apart = !usual.is_dir() && (apart.is_dir() || !base_folder.is_dir());
        let (config, elsewhere) = if is_apart { (apart, usual) } else { (usual, apart) };
        Ok(Self { config, other_default: Some(elsewhere) })
    }

    /// Returns the folder that a person named, if it is ours or does not exist yet. Otherwise returns a folder of ours in it,
    /// because its contents and permissions are not ours to decide.
    ///
    /// A relative path is refused, because it would be another folder in each working directory. So is a `~` that no shell expanded.
    fn from_variable(folder: PathBuf) -> Result<Self, Problem> {
        if !folder.is_absolute() {
            let evidence = format!("NOTION_AUTH_HOME is {}, which is not an absolute path", folder.display());
            return Err(Problem::new(ProblemCode::SettingRefused).with_evidence(evidence));
        }
        let [own, _] = OUR_NAMES;
        Ok(Self::under(if is_used_otherwise(&folder) { folder.join(own) } else { folder }))
    }

    /// Puts everything under one folder.
    pub fn under(folder: PathBuf) -> Self {
        Self { config: folder, other_default: None }
    }
}

/// True for a folder that serves another purpose than our files, so that none of them belongs directly in it. A folder for our
/// files has our name or some of them in it, or is empty and closed to others, as `mktemp -d` makes it. A path that is no folder is
/// refused when it is used.
fn is_used_otherwise(folder: &Path) -> bool {
    let Ok(metadata) = folder.symlink_metadata() else { return false };
    if !metadata.is_dir() || has_our_name(folder) {
        return false;
    }
    let is_empty = || folder.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    let is_ours = || holds_our_files(folder) || (is_closed_to_others(&metadata) && is_empty());
    check_owner(folder, &metadata).is_err() || !is_ours()
}

/// Other programs have files of these names too, so their content is checked; if that is damaged, the locks beside them.
fn holds_our_files(folder: &Path) -> bool {
    let is_own =
        |file: &Path| file.symlink_metadata().is_ok_and(|metadata| metadata.is_file() && check_owner(file, &metadata).is_ok());
    // One of these is created before every other file, and no other program has a file of that name.
    [STORE_LOCK_NAME, LOG_NAME].into_iter().any(|name| is_own(&folder.join(name)))
        || ["credentials.json", "secrets.json"].into_iter().any(|name| {
            let file = PrivateFile::new(folder.to_owned(), name);
            is_own(&file.lock_path()) || file.read().is_ok_and(|content| content.is_some_and(|content| has_schema(&content)))
        })
}

fn no_storage_problem(evidence: String) -> Problem {
    Problem::new(ProblemCode::NowhereToStore).with_evidence(evidence)
}
