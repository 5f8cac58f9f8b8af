//! Names that programs read are frozen: `frozen_names.txt` only grows. Whoever removes or renames one breaks the scripts of others.
//!
//! `docs/agents.md` is the list of events and fields, and other tests hold the output to it.

#![expect(clippy::disallowed_methods, reason = "reads the sources of the checks")]

use notion_auth::domain::advice::codes;
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::problem::ProblemCode;
use std::collections::BTreeSet;
use std::fmt::Write;

const FROZEN: &str = include_str!("frozen_names.txt");
const DOCUMENT: &str = include_str!("../../docs/agents.md");

/// The groups of checks.
const GROUPS: [&str; 4] = ["environment", "prerequisites", "credential", "storage"];

/// Returns a line for each name: what it names, and the name.
fn names() -> BTreeSet<String> {
    let problems = ProblemCode::ALL.iter().map(|code| format!("problem {} exit {}", code.name(), code.text().kind.exit_code()));
    let paths = AuthPath::ALL.iter().map(|path| format!("path {path}"));
    let advice = codes().map(|code| format!("advice {code}"));
    let checks = check_ids().into_iter().map(|id| format!("check {id}"));
    problems
        .chain(paths)
        .chain(advice)
        .chain(checks)
        .chain(rows("Events of `login --json`", "event"))
        .chain(rows("Documents", "document"))
        .collect()
}

/// Returns a line for each field in the table under this heading.
fn rows(heading: &str, kind: &str) -> Vec<String> {
    let section = DOCUMENT.split(&format!("\n## {heading}\n")).nth(1).expect(heading);
    let rows = section.split("\n## ").next().unwrap_or_default().lines().filter(|line| line.starts_with("| `"));
    let names = rows.flat_map(|row| {
        let quoted: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        let (name, fields) = quoted.split_first().expect(row);
        std::iter::once(format!("{kind} {name}"))
            .chain(fields.iter().map(|field| format!("{kind} {name}: {field}")))
            .collect::<Vec<_>>()
    });
    names.collect()
}

/// Returns the ids in the code of the checks, such as `credential.reach`.
fn check_ids() -> BTreeSet<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/domain/checks");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let code = files.filter(|file| file.file_stem().is_some_and(|name| name != "tests"));
    let is_id = |text: &str| {
        let name = text.split_once('.').filter(|(group, _)| GROUPS.contains(group)).map(|(_, name)| name);
        name.is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
    };
    let literals = code.flat_map(|file| std::fs::read_to_string(file).unwrap().split('"').map(str::to_owned).collect::<Vec<_>>());
    literals.filter(|text| is_id(text)).collect()
}

#[test]
fn no_frozen_name_is_gone_and_every_new_one_is_written_down() {
    let (frozen, now): (BTreeSet<String>, _) = (FROZEN.lines().map(str::to_owned).collect(), names());
    let list = |names: BTreeSet<&String>| {
        names.into_iter().fold(String::new(), |mut all, name| {
            let _ = writeln!(all, "{name}");
            all
        })
    };
    let gone = list(frozen.difference(&now).collect());
    assert!(gone.is_empty(), "programs read these names, and they are gone:\n{gone}");
    let new = list(now.difference(&frozen).collect());
    assert!(new.is_empty(), "add these lines to tests/it/frozen_names.txt:\n{new}");
}
