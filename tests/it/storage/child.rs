//! The other process: keeps what its environment says in the private file, and prints what came of it.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "its script and its answer")]

use super::{TOKEN, record, secrets};
use crate::support::subprocess::{RESULT_PREFIX, run_for_results, test_in_subprocess};
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::adapters::storage::folders::Folders;
use notion_auth::domain::credentials::StoreKind;
use std::path::Path;
use std::process::Command;

const RUN: &str = "storage::child::run";

/// A process that will keep `count` credentials of workspaces `<name>-0`, `<name>-1` and so on.
pub(super) fn keeper(wrapper: &[&str], home: &Path, name: &str, count: usize) -> Command {
    let mut command = test_in_subprocess(wrapper, RUN);
    command.env("NOTION_AUTH_HOME", home).env("KEEP", name).env("COUNT", count.to_string());
    command
}

/// Its one line: `Ok`, or the problem it met.
pub(super) fn keep_one(wrapper: &[&str], home: &Path) -> String {
    run_for_results(&mut keeper(wrapper, home, "w", 1)).concat()
}

/// Returns the folder in which a process with this environment stores its files.
pub(super) fn folder_in(environment: &[(&str, &str)]) -> String {
    run_for_results(test_in_subprocess(&[], RUN).envs(environment.iter().copied())).concat()
}

#[test]
#[ignore = "started by the others"]
fn run() {
    let folders = Folders::find(std::env::var_os("NOTION_AUTH_HOME")).unwrap();
    let Ok(name) = std::env::var("KEEP") else {
        println!("\n{RESULT_PREFIX}{}", folders.config.display());
        return;
    };
    let store = LocalStore::new(&folders, Some("off".into()));
    let count: usize = std::env::var("COUNT").unwrap().parse().unwrap();
    let kept = (0..count).try_for_each(|n| {
        let record = record(&format!("{name}-{n}"), StoreKind::File);
        store.save_blocking(record, &secrets(TOKEN)).map(|_| ())
    });
    match kept {
        Ok(()) => println!("\n{RESULT_PREFIX}Ok"),
        Err(problem) => println!("\n{RESULT_PREFIX}{problem:?}"),
    }
}
