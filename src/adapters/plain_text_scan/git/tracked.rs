//! Finds out which files git tracks, with few questions to each repository.

use super::Git;
use crate::adapters::plain_text_scan::behind_link;
use crate::domain::scan::{Origin, SecretFinding};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Length of the names in one question to git, whose answer has to be shorter than what is captured.
const MAX_NAMES_BYTES: usize = 32 * 1024;

impl Git<'_> {
    /// Finds out which of the files with findings git tracks. Where git can't tell, nothing is said.
    pub async fn mark_tracked(&self, findings: &mut [SecretFinding]) {
        let mut roots = BTreeMap::new();
        // A profile is often a link into a repository.
        let files: Vec<_> =
            findings.iter().map(|finding| FileInRepository::find(&behind_link(&finding.path), &mut roots)).collect();
        let mut repositories: BTreeMap<&Path, BTreeSet<&OsStr>> = BTreeMap::new();
        for file in files.iter().flatten() {
            repositories.entry(&file.top).or_default().insert(file.name.as_os_str());
        }
        let mut tracked: BTreeMap<(&Path, &OsStr), bool> = BTreeMap::new();
        for (top, names) in repositories {
            for names in in_parts(names) {
                let arguments = ["ls-files", "-z", "--"].map(OsStr::new).into_iter().chain(names.iter().copied());
                let Ok(output) = self.program(top, false, arguments).capture().await else { continue };
                if output.status.success() {
                    let listed: HashSet<&[u8]> = output.stdout.split(|byte| *byte == 0).collect();
                    tracked.extend(names.into_iter().map(|name| ((top, name), listed.contains(git_path(name).as_ref()))));
                }
            }
        }
        for (finding, file) in findings.iter_mut().zip(&files) {
            let Some(file) = file.as_ref().filter(|_| matches!(finding.origin, Origin::File { .. })) else { continue };
            let is_tracked = tracked.get(&(file.top.as_path(), file.name.as_os_str())).copied();
            finding.origin = Origin::File { is_tracked };
        }
    }
}
/// A file in the work tree of a repository.
struct FileInRepository {
    top: PathBuf,
    /// The path below it.
    name: PathBuf,
}

impl FileInRepository {
    /// Returns `None` for a file in no repository. `tops` holds what is known about folders.
    fn find(path: &Path, tops: &mut BTreeMap<PathBuf, Option<(PathBuf, PathBuf)>>) -> Option<Self> {
        let (folder, name) = (path.parent()?, path.file_name()?);
        let find_top = || {
            // Git refuses a path through a link. On Windows, no program starts in a folder whose path is in the form of a canonical one.
            let folder = if cfg!(windows) { folder.to_owned() } else { folder.canonicalize().ok()? };
            let top = folder.ancestors().find(|folder| folder.join(".git").exists())?.to_owned();
            let below = folder.strip_prefix(&top).ok()?.to_owned();
            Some((top, below))
        };
        let (top, below) = tops.entry(folder.to_owned()).or_insert_with(find_top).clone()?;
        Some(Self { top, name: below.join(name) })
    }
}

/// Splits names into parts, so that the arguments and what git answers to them stay below the limits.
fn in_parts(names: BTreeSet<&OsStr>) -> Vec<Vec<&OsStr>> {
    let mut parts: Vec<Vec<&OsStr>> = Vec::new();
    let mut room = 0;
    for name in names {
        if room < name.len() + 1 {
            parts.push(Vec::new());
            room = MAX_NAMES_BYTES.max(name.len() + 1);
        }
        room -= name.len() + 1;
        parts.last_mut().into_iter().for_each(|part| part.push(name));
    }
    parts
}

/// Returns a path as git writes it, with slashes on every system.
fn git_path(name: &OsStr) -> Cow<'_, [u8]> {
    let bytes = name.as_encoded_bytes();
    if cfg!(windows) { bytes.iter().map(|byte| if *byte == b'\\' { b'/' } else { *byte }).collect() } else { bytes.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_names_are_asked_for_in_parts_of_which_none_is_too_long() {
        let names: Vec<String> =
            (0..1000).map(|number| format!("{number:0100}")).chain(["x".repeat(MAX_NAMES_BYTES * 2)]).collect();
        let parts = in_parts(names.iter().map(OsStr::new).collect());
        assert_eq!(parts.iter().map(Vec::len).sum::<usize>(), names.len());
        let length = |part: &Vec<&OsStr>| part.iter().map(|name| name.len() + 1).sum::<usize>();
        assert!(parts.iter().all(|part| part.len() == 1 || length(part) <= MAX_NAMES_BYTES));
        assert_eq!(parts.len(), 5);
    }
}
