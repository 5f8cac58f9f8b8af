//! `logout`: deletes saved credentials and reports what remains: the variable, `ntn`'s login, and the token itself, which stays
//! valid at Notion until it is revoked there. The tokens of an OAuth connection are revoked first.

use super::refresh::wait_for_termination_signal;
use super::selection::resolve_ambiguity;
use crate::domain::catalog::Catalog;
use crate::domain::credentials::{
    CredentialIndex, CredentialRecord, LogoutOutcome, OrphanSecret, RemainingCredentials, TokenPurpose, active_after_logout,
    find_credential, no_saved_credential, only_credential, orphan_message, revoke_path,
};
use crate::domain::problem::{Problem, ProblemCode};
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::accounts::{self, Stop};
use crate::runtime::ports::World;
use clap::Args;
use std::pin::pin;

/// Delete saved credentials
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct LogoutArgs {
    /// The workspace (name or ID); not needed if only one is saved
    #[arg(value_name = "W", conflicts_with = "all")]
    pub workspace: Option<String>,
    /// Delete all saved credentials
    #[arg(long)]
    pub all: bool,
    /// Don't contact Notion; no tokens are revoked
    #[arg(long)]
    pub local_only: bool,
}

pub async fn run(args: &LogoutArgs, world: &World, catalog: &Catalog, console: &mut Console) -> u8 {
    let mut exit_code = EXIT_SUCCESS;
    let mut deleted = Vec::new();
    let mut active = Vec::new();
    match Box::pin(select(args, world, console)).await {
        Err(problem) => exit_code = console.write_problem(&problem),
        Ok(LogoutTargets { records, orphans, was_active }) => {
            active = was_active;
            let ((stop, stopped), count) = (Stop::new(), records.len());
            let mut second_signal = pin!(async {
                wait_for_termination_signal().await;
                let _ = stop.send(true);
                wait_for_termination_signal().await;
            });
            for record in records {
                let logged_out = tokio::select! {
                    biased;
                    logged_out = accounts::log_out(&record, args.local_only, world, &stopped) => logged_out,
                    // After a second signal, it does not wait for Notion either.
                    () = &mut second_signal => return cancelled(),
                };
                print_logout(&logged_out, catalog, console);
                exit_code = if exit_code == EXIT_SUCCESS { logged_out.exit_code() } else { exit_code };
                deleted.extend(logged_out.is_deleted().then_some(record));
                if stopped.is_requested() {
                    exit_code = if deleted.len() < count { cancelled() } else { exit_code };
                    break;
                }
            }
            for orphan in orphans.into_iter().filter(|_| !stopped.is_requested()) {
                let outcome = world.store.delete_orphan(orphan.clone()).await;
                let page = &catalog.path(orphan.account.auth_path()).entry.revoke;
                console.write_lines(&orphan_message(&orphan, &outcome, page));
                let code = outcome.map_or_else(|problem| problem.exit_code(), |_| EXIT_SUCCESS);
                exit_code = if exit_code == EXIT_SUCCESS { code } else { exit_code };
            }
        }
    }
    print_remaining(&deleted, &active, world, console).await;
    if args.all
        && let Ok(state) = world.store.inspect_storage().await
    {
        console.write_lines(&state.leftover_lines());
    }
    exit_code
}

fn cancelled() -> u8 {
    Problem::new(ProblemCode::Cancelled).exit_code()
}

/// The credentials and secrets that a logout deletes.
struct LogoutTargets {
    records: Vec<CredentialRecord>,
    orphans: Vec<OrphanSecret>,
    was_active: Vec<CredentialRecord>,
}

/// Selects the targets. Secrets without a record are among them with `--all`, or if their account is named.
async fn select(args: &LogoutArgs, world: &World, console: &mut Console) -> Result<LogoutTargets, Problem> {
    let index = accounts::load_index(world).await?;
    let records = select_records(args, &index, console);
    let wants_orphans = args.all || (args.workspace.is_some() && records.is_err());
    let mut orphans = if wants_orphans { accounts::find_orphans(world).await } else { Vec::new() };
    orphans.retain(|orphan| args.all || args.workspace.as_ref() == Some(&orphan.account.key()));
    let records = if orphans.is_empty() { records? } else { records.unwrap_or_default() };
    Ok(LogoutTargets { records, orphans, was_active: index.active_records().cloned().collect() })
}

fn select_records(args: &LogoutArgs, index: &CredentialIndex, console: &mut Console) -> Result<Vec<CredentialRecord>, Problem> {
    match &args.workspace {
        Some(wanted) => {
            resolve_ambiguity(find_credential(index, wanted, TokenPurpose::Any), index, console).map(|record| vec![record.clone()])
        }
        None if args.all && index.credentials.is_empty() => Err(no_saved_credential()),
        None if args.all => Ok(index.credentials.clone()),
        None => resolve_ambiguity(only_credential(index), index, console).map(|record| vec![record.clone()]),
    }
}

fn print_logout(logged_out: &LogoutOutcome, catalog: &Catalog, console: &mut Console) {
    let page = &catalog.path(revoke_path(&logged_out.record)).entry.revoke;
    console.write_lines(&logged_out.lines(page));
}

async fn print_remaining(deleted: &[CredentialRecord], active: &[CredentialRecord], world: &World, console: &mut Console) {
    // An unreadable index was reported before.
    let inventory = accounts::find_credentials(world).await;
    console.write_lines(&RemainingCredentials { inventory: &inventory, logged_out: deleted }.lines());
    let lines: Vec<_> = active.iter().filter_map(|record| active_after_logout(record, &inventory.index)).collect();
    console.write_lines(&lines);
    if let Some(problem) = &inventory.search_problem {
        console.write_problem(problem);
    }
}

const AFTER_HELP: &str = "\
Without W, NOTION_WORKSPACE_ID selects the workspace. If several credentials match, you are asked to choose; without a terminal, \
logout exits with 3.

The tokens of an OAuth connection and of Notion MCP are revoked first. If Notion can't be reached, nothing is deleted, so that you can try \
again. If Notion refuses, the tokens are deleted here, and logout says where to disconnect them in Notion. You can revoke an API token only \
in the developer portal. ntn logins aren't affected; run ntn logout.

Press Ctrl-C to stop waiting for a keychain dialog: logout reports what happened to the entry and exits with 130. Press it again to exit \
immediately.

Examples:
  notion-auth logout                                 the only saved credential
  notion-auth logout Acme                            this workspace's credential
  notion-auth logout --all --local-only              everything, without contacting Notion

To delete a secret that has no record, use --all or its account (see status).";
