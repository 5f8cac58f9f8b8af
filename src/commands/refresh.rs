//! `refresh`: gets a new pair of tokens for an OAuth connection or for Notion MCP, and saves it where the old pair was.

use super::selection::resolve_ambiguity;
use crate::domain::credentials::{CredentialRecord, TokenPurpose, active_credential, find_credential, refresh_message};
use crate::domain::problem::Problem;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::ports::World;
use crate::runtime::{accounts, oauth};
use clap::Args;
use std::pin::pin;

/// Refresh the tokens of an OAuth connection or of Notion MCP
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct RefreshArgs {
    /// Use this workspace's credential instead of the active one (name, ID or key)
    #[arg(value_name = "W")]
    pub workspace: Option<String>,
}

pub async fn run(args: &RefreshArgs, world: &World, console: &mut Console) -> u8 {
    let record = match select_record(args, world, console).await {
        Ok(record) => record,
        Err(problem) => return console.write_problem(&problem),
    };
    match finish_despite_signals(oauth::refresh(world, &record), console).await {
        Ok(outcome) => {
            console.write_message(&refresh_message(&record, &outcome));
            EXIT_SUCCESS
        }
        Err(problem) => console.write_problem(&problem),
    }
}

async fn select_record(args: &RefreshArgs, world: &World, console: &mut Console) -> Result<CredentialRecord, Problem> {
    let index = accounts::load_index(world).await?;
    let selection = args
        .workspace
        .as_ref()
        .map_or_else(|| active_credential(&index, TokenPurpose::Any), |wanted| find_credential(&index, wanted, TokenPurpose::Any));
    resolve_ambiguity(selection, &index, console).cloned()
}

/// Finishes the refresh before it obeys a termination signal: a new pair that is issued but not saved would be lost, and the
/// old pair is already invalid. The refresh takes seconds, and every step has a timeout.
async fn finish_despite_signals<T>(work: impl Future<Output = T>, console: &mut Console) -> T {
    let mut work = pin!(work);
    tokio::select! {
        biased;
        outcome = &mut work => return outcome,
        () = wait_for_termination_signal() => console.write_message("Finishing the refresh first; stopping now would lose the credential."),
    }
    work.await
}

/// Waits for a termination signal. From the first poll on, these signals no longer end the process by themselves.
#[cfg(unix)]
pub(super) async fn wait_for_termination_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let [Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)] = kinds.map(signal) else { return std::future::pending().await };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
}

#[cfg(not(unix))]
pub(super) async fn wait_for_termination_signal() {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close};
    let (Ok(mut interrupt), Ok(mut stop), Ok(mut close)) = (ctrl_c(), ctrl_break(), ctrl_close()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = stop.recv() => {}
        _ = close.recv() => {}
    }
}

const AFTER_HELP: &str = "\
Notion doesn't say when a connection's tokens expire. `notion-auth mcp` refreshes the tokens of Notion MCP itself, a few minutes early. Each \
refresh replaces both tokens and makes the old pair stop working. You can safely run several refreshes at once: one asks Notion, and the \
others use its result.

Examples:
  notion-auth refresh                                the active credential
  notion-auth refresh Acme                           this workspace's credential

Exit status: 0 if a newer pair is saved, by this or another notion-auth; 4 if Notion refused; 1 if there is nothing to refresh, as with \
an API token or an ntn login.";
