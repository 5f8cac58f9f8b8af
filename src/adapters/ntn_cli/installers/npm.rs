//! Checks what npm needs before it can install `ntn`: Node 22 and npm 10
//! (<https://developers.notion.com/cli/get-started/installation>), and a folder that it may write to.

use crate::adapters::machine::environment::Environment;
use crate::adapters::process::program::{Program, RunError};
use crate::adapters::process::program_search;
use crate::domain::sanitize::sanitize;
use std::path::Path;
use std::time::Duration;

const MIN_NODE_VERSION: u32 = 22;
const MIN_NPM_VERSION: u32 = 10;

/// npm itself takes most of a second on a slow machine.
const QUERY_TIMEOUT: Duration = Duration::from_secs(6);

/// Returns why npm cannot be used here, for a person.
pub async fn unusable_reason(environment: &Environment) -> Option<String> {
    let (node, npm, folder) = tokio::join!(
        query("node", &["--version"], environment),
        query("npm", &["--version"], environment),
        packages_folder(environment)
    );
    let reasons = [version_problem("Node", &node, MIN_NODE_VERSION), version_problem("npm", &npm, MIN_NPM_VERSION)];
    let folder = folder.filter(|folder| !is_writable(Path::new(folder)));
    let closed = folder.map(|folder| format!("npm's folder {folder} is not writable"));
    reasons.into_iter().flatten().chain(closed).next()
}

/// Returns the folder where npm puts programs.
pub async fn programs_folder(environment: &Environment) -> Option<String> {
    let prefix = query("npm", &["prefix", "--global"], environment).await.ok()?;
    Some(if cfg!(windows) { prefix } else { format!("{prefix}/bin") })
}

/// Returns the folder where npm puts packages.
async fn packages_folder(environment: &Environment) -> Option<String> {
    query("npm", &["root", "--global"], environment).await.ok()
}

fn version_problem(name: &str, version: &Result<String, String>, least: u32) -> Option<String> {
    let version = match version {
        Ok(version) => version.trim_start_matches('v'),
        Err(why) => return Some(format!("{name} {why}")),
    };
    match version.split('.').next().and_then(|major| major.parse::<u32>().ok()) {
        Some(major) if major >= least => None,
        Some(_) => Some(format!("{name} {version} is older than {least}")),
        None => Some(format!("{name} reported {version:?} as its version")),
    }
}

/// Returns the first line of the answer, or why there is none, as a predicate to the program's name.
async fn query(name: &str, question: &[&str], environment: &Environment) -> Result<String, String> {
    let program = program_search::find(name, environment).ok_or("is not installed")?;
    let program = Program::new(program).args(question).environment(environment.for_installers());
    let answer = program.time_limit(QUERY_TIMEOUT).capture().await.map_err(|error| match error {
        RunError::TimedOut(limit) => format!("did not respond within {} s", limit.as_secs()),
        error => error.to_string(),
    })?;
    let line = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().map(sanitize).find(|line| !line.is_empty());
    match line(&answer.stdout) {
        Some(line) if answer.status.success() => Ok(line),
        _ => Err(format!("does not work: {} ({})", line(&answer.stderr).unwrap_or_default(), answer.status)),
    }
}

/// True if we may write to the folder, or to its parent if it does not exist yet.
#[cfg(unix)]
fn is_writable(folder: &Path) -> bool {
    let existing = folder.ancestors().find(|folder| folder.exists());
    existing.is_some_and(|folder| folder.is_dir() && rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_ok())
}

#[cfg(not(unix))]
fn is_writable(_: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_enough_or_too_old_or_none() {
        let node = |version: &str| version_problem("Node", &Ok(version.to_owned()), MIN_NODE_VERSION);
        assert_eq!(node("v22.0.0"), None);
        assert_eq!(node("v24.1.0-nightly"), None);
        assert_eq!(node("v20.20.2").as_deref(), Some("Node 20.20.2 is older than 22"));
        assert_eq!(node("soon").as_deref(), Some("Node reported \"soon\" as its version"));
        assert_eq!(
            version_problem("npm", &Err("is not installed".into()), MIN_NPM_VERSION).as_deref(),
            Some("npm is not installed")
        );
    }
}
