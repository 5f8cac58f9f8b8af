//! `logout`: deletes what we keep, and tells the truth about what is left: the variable, `ntn`'s login, and the token
//! itself, which stays good at Notion until it is revoked there. That of an own connection is revoked first.

mod revoking;

use super::choice::{self, workspace_name};
use crate::cli::LogoutArgs;
use crate::domain::catalog::{Catalog, PathId};
use crate::domain::credential::{CredentialRecord, Existing, ExistingSource, Ledger, StoreKind, TokenKind};
use crate::domain::problem::{Problem, ProblemCode};
use crate::frontends::console::{Console, DONE};
use crate::runtime::ports::World;
use revoking::{AtNotion, revoke};

pub async fn run(args: &LogoutArgs, world: &World, catalog: &Catalog, console: &mut Console) -> u8 {
    let mut exit_code = DONE;
    let mut forgotten = Vec::new();
    match world.store.ledger().await.and_then(|ledger| chosen(args, &ledger)) {
        Err(problem) => exit_code = console.problem(&problem),
        Ok(records) => {
            for record in records {
                let Ended { is_deleted, exit_code: ended } = end(&record, args.local_only, world, catalog, console).await;
                exit_code = if exit_code == DONE { ended } else { exit_code };
                forgotten.extend(is_deleted.then_some(record));
            }
        }
    }
    tell_what_is_left(&forgotten, world, console).await;
    exit_code
}

fn chosen(args: &LogoutArgs, ledger: &Ledger) -> Result<Vec<CredentialRecord>, Problem> {
    match &args.workspace {
        Some(wanted) => choice::named(ledger, wanted).map(|record| vec![record.clone()]),
        None if args.all && ledger.credentials.is_empty() => Err(Problem::new(ProblemCode::NotSignedIn)),
        None if args.all => Ok(ledger.credentials.clone()),
        None => choice::only(ledger).map(|record| vec![record.clone()]),
    }
}

struct Ended {
    is_deleted: bool,
    exit_code: u8,
}

/// Revoked where that can be done from here, then deleted.
async fn end(record: &CredentialRecord, local_only: bool, world: &World, catalog: &Catalog, console: &mut Console) -> Ended {
    if record.connection.is_none() {
        return forget(record, &AtNotion::Alive(DONE), world, catalog, console).await;
    }
    // Held until all is deleted: a refresh in between would bring a pair that nobody revokes.
    let _turn = match world.store.exclusively(record.account.clone()).await {
        Ok(turn) => turn,
        Err(problem) => return not_deleted(record, &problem, console),
    };
    let at_notion = if local_only { Ok(AtNotion::Alive(DONE)) } else { revoke(record, world, console).await };
    match at_notion {
        Ok(left) => forget(record, &left, world, catalog, console).await,
        Err(problem) => {
            let exit_code = console.problem(&problem);
            console.say(&format!("{}: nothing was deleted, so that it can be tried again.", workspace_name(record)));
            console.say_under("  ", "To delete it here without revoking it:");
            console.say_whole(&format!("  notion-auth logout --local-only {}", record.account.as_text()));
            Ended { is_deleted: false, exit_code }
        }
    }
}

fn not_deleted(record: &CredentialRecord, problem: &Problem, console: &mut Console) -> Ended {
    let what = match record.store {
        StoreKind::Ntn => "notion-auth still uses it.".into(),
        store => format!("not deleted from the {}.", store.name()),
    };
    console.say(&format!("{}: {what}", workspace_name(record)));
    Ended { is_deleted: false, exit_code: console.problem(problem) }
}

async fn forget(record: &CredentialRecord, left: &AtNotion, world: &World, catalog: &Catalog, console: &mut Console) -> Ended {
    if let Err(problem) = world.store.forget(record.account.clone()).await {
        return not_deleted(record, &problem, console);
    }
    let done = match record.store {
        StoreKind::Ntn => "notion-auth does not use it any more.".into(),
        store => format!("deleted from the {}.", store.name()),
    };
    console.say(&format!("{}: {done}", workspace_name(record)));
    if record.store == StoreKind::Ntn {
        console.say_under("  ", &format!("{NTN_GOES_ON} No token was deleted."));
    }
    let exit_code = match left {
        AtNotion::Dead => return Ended { is_deleted: true, exit_code: DONE },
        AtNotion::Alive(exit_code) => *exit_code,
    };
    let until = if record.connection.is_some() { OF_A_CONNECTION } else { "The token itself stays good until it is revoked at" };
    console.say_under("  ", until);
    console.say_whole(&format!("  {}", revoke_page(record, catalog)));
    Ended { is_deleted: true, exit_code }
}

/// The portal is its owner's page; whoever authorized it has another, which has no address of its own.
const OF_A_CONNECTION: &str =
    "Its tokens stay good until it is disconnected in Notion's Settings, under Connections. The connection itself is at";

/// 0.4.0 forgets all workspaces at once; of newer ones, Notion's documentation says both.
const NTN_GOES_ON: &str = "ntn's own login is untouched; `ntn logout` forgets it, and perhaps its other workspaces too.";

/// Connections, internal ones among them, have their own page in the portal.
fn revoke_page<'a>(record: &CredentialRecord, catalog: &'a Catalog) -> &'a str {
    let path = if record.kind == TokenKind::Internal { PathId::Oauth } else { record.path };
    &catalog.path(path).entry.revoke
}

async fn tell_what_is_left(told: &[CredentialRecord], world: &World, console: &mut Console) {
    // A ledger that cannot be read was told about before.
    for record in world.store.ledger().await.unwrap_or_default().credentials {
        console.say(&format!("Still kept: {} ({}).", workspace_name(&record), record.account.as_text()));
    }
    match world.machine.existing().await {
        Ok((existing, trouble)) => {
            let is_told = |left: &&Existing| told.iter().any(|record| record.stands_for(&left.source));
            for left in existing.iter().filter(|left| !is_told(left)) {
                console.say(&left_alone(left));
            }
            if let Some(problem) = trouble {
                console.problem(&problem);
            }
        }
        Err(problem) => {
            console.problem(&problem);
        }
    }
}

fn left_alone(existing: &Existing) -> String {
    match &existing.source {
        ExistingSource::Environment => {
            format!("{} is still set in this shell, and is used by whatever runs in it.", existing.place)
        }
        ExistingSource::Ntn { workspace } => {
            let name = existing.workspace.as_ref().and_then(|workspace| workspace.name.as_ref()).unwrap_or(workspace);
            format!("ntn's own login to {name} is untouched; `ntn logout` forgets it.")
        }
        ExistingSource::Ours(account) => format!("{} is still kept in {}.", account.as_text(), existing.place),
    }
}
