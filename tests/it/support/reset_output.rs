//! What `reset` says that it removes.
#![cfg(unix)]

use super::sandbox::CommandOutput;

/// Returns what a dry run would remove.
pub(crate) fn would_remove(run: &CommandOutput) -> Vec<String> {
    run.stdout.lines().map(|line| line.strip_prefix("would remove ").unwrap().to_owned()).collect()
}

/// Returns what a reset removed.
pub(crate) fn removed(run: &CommandOutput) -> Vec<String> {
    run.stderr.lines().filter_map(|line| line.strip_prefix("removed ")).map(Into::into).collect()
}
