//! Finds files that import each other, directly or through others: neither can be understood, moved or tested without the other.

use super::source::SourceFile;
use std::collections::{BTreeMap, BTreeSet};

/// Returns the files on a circle of imports. A file and the files in its folder are no circle, because the one declares the others.
pub(super) fn files_on_circles(sources: &[SourceFile]) -> Vec<&str> {
    let mut imports: BTreeMap<&str, BTreeSet<&str>> =
        sources.iter().map(|source| (&*source.name, imported_files(source, sources))).collect();
    loop {
        let (before, files) = (imports.len(), imports.keys().copied().collect());
        for targets in imports.values_mut() {
            *targets = &*targets & &files;
        }
        // A file that imports none of the others, or that none of them imports, is on no circle.
        let imported: BTreeSet<&str> = imports.values().flatten().copied().collect();
        imports.retain(|name, targets| !targets.is_empty() && imported.contains(name));
        if imports.len() == before {
            return imports.into_keys().collect();
        }
    }
}

fn imported_files<'a>(source: &SourceFile, sources: &'a [SourceFile]) -> BTreeSet<&'a str> {
    let paths = source.own_paths();
    let targets = paths.iter().filter_map(|path| defining_file(path, sources));
    targets.filter(|target| !is_below(target, &source.name) && !is_below(&source.name, target)).collect()
}

/// Returns the file that a path leads to, through the re-exports of the files on the way.
fn defining_file<'a>(path: &[String], sources: &'a [SourceFile]) -> Option<&'a str> {
    let find = |name: &str| sources.iter().find(|source| source.name == name);
    let length = (1..=path.len()).rev().find(|length| find(&path[..*length].join("/")).is_some())?;
    let file = find(&path[..length].join("/"))?;
    let exported = path.get(length).and_then(|item| {
        let mut exports = file.re_exports().into_iter();
        exports.find(|export| export.last() == Some(item))
    });
    let Some(export) = exported else { return Some(&file.name) };
    let below: Vec<String> = file.name.split('/').map(str::to_owned).chain(export).collect();
    // An export of something that lies elsewhere leads back to the file itself.
    if defining_file(&below[..below.len() - 1], sources) == Some(&file.name) {
        Some(&file.name)
    } else {
        defining_file(&below, sources)
    }
}

/// Returns true for the file itself and for a file in its folder.
fn is_below(name: &str, folder: &str) -> bool {
    name.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[test]
fn a_circle_is_found_through_re_exports_and_other_files() {
    let files = |texts: &[(&str, &str)]| texts.iter().map(|(name, text)| SourceFile::new(name, text)).collect::<Vec<_>>();
    let circle = [
        ("domain/checks", "pub use verdict::Verdict;"),
        ("domain/checks/verdict", "use crate::domain::problem::Problem;"),
        ("domain/problem", "use crate::domain::retry::Retry;"),
        ("domain/retry", "use super::checks::Verdict;"),
        ("domain/link", "use super::retry::Retry;"),
    ];
    assert_eq!(files_on_circles(&files(&circle)), ["domain/checks/verdict", "domain/problem", "domain/retry"]);
    assert_eq!(files_on_circles(&files(&circle[..3])), [""; 0], "it is not closed");
    let family = [("domain/checks", "use self::verdict::Verdict;"), ("domain/checks/verdict", "use super::Check;")];
    assert_eq!(files_on_circles(&files(&family)), [""; 0]);
}
