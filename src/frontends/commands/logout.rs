//! `logout`: deletes saved credentials and reports what remains: the variable, `ntn`'s login, and the token itself, which stays
//! valid at Notion until it is revoked there. The tokens of an OAuth connection are revoked first.

use super::refresh::wait_for_termination_signal;
use super::selection::resolve_ambiguity;
use crate::cli::LogoutArgs;
use crate::domain::accounts::{
    LogoutOutcome, RemainingCredentials, active_after_logout, find_credential, leftover_lines, no_saved_credential,
    only_credential, orphan_message, revoke_path,
};
use crate::domain::catalog::{AuthPath, Catalog};
use crate::domain::credential::{CredentialIndex, CredentialRecord};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::storage::OrphanSecret;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::accounts::{self, Stop};
use crate::runtime::ports::World;
use std::pin::pin;

pub async fn run(args: &LogoutArgs, world: &World, catalog: &Catalog, console: &mut Console) -> u8 {
    let mut exit_code = EXIT_SUCCESS;
    let mut ended = Vec::new();
    let mut active = None;
    match Box::pin(select(args, world, console)).await {
        Err(problem) => exit_code = console.write_problem(&problem),
        Ok(Selection { records, orphans, was_active }) => {
            active = was_active;
            let ((stop, stopped), count) = (Stop::new(), records.len());
            let mut asked_twice = pin!(async {
                wait_for_termination_signal().await;
                let _ = stop.send(true);
                wait_for_termination_signal().await;
            });
            for record in records {
                let logged_out = tokio::select! {
                    biased;
                    logged_out = accounts::log_out(&record, args.local_only, world, &stopped) => logged_out,
                    // Asked twice, it does not wait for Notion either.
                    () = &mut asked_twice => return cancelled(),
                };
                print_logout(&logged_out, catalog, console);
                exit_code = if exit_code == EXIT_SUCCESS { logged_out.exit_code() } else { exit_code };
                ended.extend(logged_out.is_deleted().then_some(record));
                if stopped.is_asked_for() {
                    exit_code = if ended.len() < count { cancelled() } else { exit_code };
                    break;
                }
            }
            for orphan in orphans.into_iter().filter(|_| !stopped.is_asked_for()) {
                let deleted = world.store.delete_orphan(orphan.clone()).await;
                let page = &catalog.path(orphan.account.auth_path().unwrap_or(AuthPath::Token)).entry.revoke;
                console.write_lines(&orphan_message(&orphan, &deleted, page));
                exit_code =
                    if exit_code == EXIT_SUCCESS { deleted.map_or_else(|problem| problem.exit_code(), |_| 0) } else { exit_code };
            }
        }
    }
    print_remaining(&ended, active.as_ref(), world, console).await;
    if args.all
        && let Ok(state) = world.store.inspect_storage().await
    {
        console.write_lines(&leftover_lines(&state));
    }
    exit_code
}

fn cancelled() -> u8 {
    Problem::new(ProblemCode::Cancelled).exit_code()
}

/// What a logout ends.
struct Selection {
    records: Vec<CredentialRecord>,
    orphans: Vec<OrphanSecret>,
    was_active: Option<CredentialRecord>,
}

/// Someone who wants all gone, or names the account of a secret that no record knows, means those secrets too.
async fn select(args: &LogoutArgs, world: &World, console: &mut Console) -> Result<Selection, Problem> {
    let index = accounts::load_index(world).await?;
    let records = select_records(args, &index, console);
    let wants_orphans = args.all || (args.workspace.is_some() && records.is_err());
    let mut orphans = if wants_orphans { accounts::find_orphans(world).await } else { Vec::new() };
    orphans.retain(|orphan| args.all || args.workspace.as_ref() == Some(&orphan.account.key()));
    let records = if orphans.is_empty() { records? } else { records.unwrap_or_default() };
    Ok(Selection { records, orphans, was_active: index.active_record().cloned() })
}

fn select_records(args: &LogoutArgs, ledger: &CredentialIndex, console: &mut Console) -> Result<Vec<CredentialRecord>, Problem> {
    match &args.workspace {
        Some(wanted) => resolve_ambiguity(find_credential(ledger, wanted), ledger, console).map(|record| vec![record.clone()]),
        None if args.all && ledger.credentials.is_empty() => Err(no_saved_credential()),
        None if args.all => Ok(ledger.credentials.clone()),
        None => resolve_ambiguity(only_credential(ledger), ledger, console).map(|record| vec![record.clone()]),
    }
}

fn print_logout(logged_out: &LogoutOutcome, catalog: &Catalog, console: &mut Console) {
    let page = &catalog.path(revoke_path(&logged_out.record)).entry.revoke;
    console.write_lines(&logged_out.lines(page));
}

async fn print_remaining(ended: &[CredentialRecord], active: Option<&CredentialRecord>, world: &World, console: &mut Console) {
    // An unreadable index was reported before.
    let inventory = accounts::find_credentials(world).await;
    console.write_lines(&RemainingCredentials { inventory: &inventory, logged_out: ended }.lines());
    if let Some(line) = active_after_logout(active, &inventory.index) {
        console.write_lines(&[line]);
    }
    if let Some(problem) = &inventory.search_problem {
        console.write_problem(problem);
    }
}
