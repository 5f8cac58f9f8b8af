//! `logout`: deletes saved credentials and reports what remains: the variable, `ntn`'s login, and the token itself, which stays
//! valid at Notion until it is revoked there. The tokens of an OAuth connection are revoked first.

use super::chosen::settled;
use super::refresh::asked_to_end;
use crate::cli::LogoutArgs;
use crate::domain::accounts::{Left, LoggedOut, named, nothing_is_kept, only, revoke_path, succession};
use crate::domain::catalog::Catalog;
use crate::domain::credential::{CredentialRecord, Ledger};
use crate::domain::problem::{Problem, ProblemCode};
use crate::frontends::console::{Console, DONE};
use crate::runtime::accounts::{self, Stop};
use crate::runtime::ports::World;
use std::pin::pin;

pub async fn run(args: &LogoutArgs, world: &World, catalog: &Catalog, console: &mut Console) -> u8 {
    let mut exit_code = DONE;
    let mut ended = Vec::new();
    let mut active = None;
    let found = accounts::ledger(world).await;
    match found.and_then(|ledger| Ok((chosen(args, &ledger, console)?, ledger.active_record().cloned()))) {
        Err(problem) => exit_code = console.problem(&problem),
        Ok((records, was_active)) => {
            active = was_active;
            let ((stop, stopped), count) = (Stop::new(), records.len());
            let mut asked_twice = pin!(async {
                asked_to_end().await;
                let _ = stop.send(true);
                asked_to_end().await;
            });
            for record in records {
                let logged_out = tokio::select! {
                    biased;
                    logged_out = accounts::log_out(&record, args.local_only, world, &stopped) => logged_out,
                    // Asked twice, it does not wait for Notion either.
                    () = &mut asked_twice => return cancelled(),
                };
                tell(&logged_out, catalog, console);
                exit_code = if exit_code == DONE { logged_out.exit_code() } else { exit_code };
                ended.extend(logged_out.is_deleted().then_some(record));
                if stopped.is_asked_for() {
                    exit_code = if ended.len() < count { cancelled() } else { exit_code };
                    break;
                }
            }
        }
    }
    tell_what_is_left(&ended, active.as_ref(), world, console).await;
    exit_code
}

fn cancelled() -> u8 {
    Problem::new(ProblemCode::Cancelled).exit_code()
}

fn chosen(args: &LogoutArgs, ledger: &Ledger, console: &mut Console) -> Result<Vec<CredentialRecord>, Problem> {
    match &args.workspace {
        Some(wanted) => settled(named(ledger, wanted), ledger, console).map(|record| vec![record.clone()]),
        None if args.all && ledger.credentials.is_empty() => Err(nothing_is_kept()),
        None if args.all => Ok(ledger.credentials.clone()),
        None => settled(only(ledger), ledger, console).map(|record| vec![record.clone()]),
    }
}

fn tell(logged_out: &LoggedOut, catalog: &Catalog, console: &mut Console) {
    let page = &catalog.path(revoke_path(&logged_out.record)).entry.revoke;
    console.tell(&logged_out.lines(page));
}

async fn tell_what_is_left(ended: &[CredentialRecord], active: Option<&CredentialRecord>, world: &World, console: &mut Console) {
    // An unreadable index was reported before.
    let ledger = accounts::ledger(world).await.unwrap_or_default();
    let (existing, trouble) = world.machine.existing().await.unwrap_or_else(|problem| (Vec::new(), Some(problem)));
    console.tell(&Left { kept: &ledger.credentials, existing: &existing, ended }.lines());
    if let Some(line) = succession(active, &ledger) {
        console.tell(&[line]);
    }
    if let Some(problem) = trouble {
        console.problem(&problem);
    }
}
