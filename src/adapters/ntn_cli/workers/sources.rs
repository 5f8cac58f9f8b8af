//! Reads what the folder itself says about a worker.
#![expect(clippy::disallowed_methods, reason = "this file reads package.json and workers.json")]

use crate::domain::sanitize::sanitize;
use serde_json::Value;
use std::path::Path;

/// The package that every worker depends on.
const SDK_PACKAGE: &str = "@notionhq/workers";

pub struct Sources {
    pub exist: bool,
    pub worker_id: Option<String>,
}

impl Sources {
    pub fn read(folder: &Path) -> Self {
        let package = read_json(folder, "package.json");
        let needs = |kind: &str| {
            package.as_ref().is_some_and(|package| package.get(kind).is_some_and(|all| all.get(SDK_PACKAGE).is_some()))
        };
        let worker_id = read_json(folder, "workers.json").and_then(|file| Some(sanitize(file.get("workerId")?.as_str()?)));
        Self {
            exist: ["dependencies", "devDependencies", "peerDependencies"].into_iter().any(needs),
            worker_id: worker_id.filter(|id| !id.is_empty()),
        }
    }
}

/// A file that cannot be read counts as missing: `ntn` reports what is wrong with it when it is run.
fn read_json(folder: &Path, file: &str) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(folder.join(file)).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&str, &str)]) -> (bool, Option<String>) {
        let folder = tempfile::TempDir::new().expect("a folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("a file");
        }
        let sources = Sources::read(folder.path());
        (sources.exist, sources.worker_id)
    }

    #[test]
    fn a_worker_is_told_by_its_package_and_its_workers_file() {
        let package = r#"{"dependencies":{"@notionhq/workers":"^0.9.2"}}"#;
        let id = r#"{"version":"1","environment":"prod","workerId":"W-1"}"#;
        assert_eq!(of(&[]), (false, None));
        assert_eq!(of(&[("package.json", package)]), (true, None));
        assert_eq!(of(&[("package.json", r#"{"devDependencies":{"@notionhq/workers":"*"}}"#)]), (true, None));
        assert_eq!(of(&[("package.json", r#"{"name":"@notionhq/workers"}"#)]), (false, None));
        assert_eq!(of(&[("workers.json", id)]), (false, Some("W-1".into())));
        assert_eq!(of(&[("package.json", "not JSON"), ("workers.json", "{")]), (false, None));
    }
}
