//! The credentials of this machine: listed, asked about, switched to, ended. The commands and the Accounts screen both come here.

use super::oauth;
use super::ports::World;
use crate::domain::accounts::{Answer, Deletion, Listed, Listing, LoggedOut, Revocation};
use crate::domain::credential::{Account, CredentialRecord, ExistingSource, Identity, Ledger, StoreKind};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;

/// The secret of `NOTION_API_TOKEN`. That it is not set is no problem, and the demo has none; anything else is one.
pub async fn environment_secret(world: &World) -> Result<Option<Secret>, Problem> {
    match world.machine.environment_secret().await {
        Ok(secret) => Ok(Some(secret)),
        Err(problem) if matches!(problem.code, ProblemCode::TokenMissing | ProblemCode::SecretGone) => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// What is kept, and the workspace that the environment selects among it.
pub async fn ledger(world: &World) -> Result<Ledger, Problem> {
    let ledger = world.store.ledger().await?;
    Ok(Ledger { workspace_variable: world.machine.workspace_variable(), ..ledger })
}

/// Notion has told whom a kept credential acts as: one that an earlier version kept without it is put under its full name. That
/// this fails is no failure of what was asked; it is tried again with the next answer.
pub async fn identify(record: &CredentialRecord, identity: &Identity, world: &World) {
    if let (None, Some(actor)) = (record.account.actor(), identity.actor_id()) {
        let _ = world.store.identify(record.account.clone(), actor.to_owned()).await;
    }
}

/// The secret of what is kept, by us or by `ntn`.
pub async fn secret(record: &CredentialRecord, world: &World) -> Result<Secret, Problem> {
    match record.store {
        StoreKind::Ntn => world.machine.ntn_secret(record.workspace.id.clone()).await,
        StoreKind::Keychain | StoreKind::File | StoreKind::None => {
            world.store.load(record.account.clone()).await.map(|secrets| secrets.token)
        }
    }
}

/// Looks everywhere at once. Nothing leaves this machine.
pub async fn listing(world: &World) -> Listing {
    let (variable, existing, ledger) = tokio::join!(environment_secret(world), world.machine.existing(), ledger(world));
    let (existing, trouble) = existing.unwrap_or_else(|problem| (Vec::new(), Some(problem)));
    let variable = variable.map(|secret| secret.is_some());
    Listing::of(variable, &existing, ledger.as_ref().map_err(Clone::clone), trouble, &world.store.file_place())
}

/// What Notion says of one; `None` where only `ntn` could ask.
pub async fn ask_notion(credential: &Listed, world: &World) -> Option<Answer> {
    // What was signed in to here is tried all the same: where it was looked for in vain is worth knowing.
    if !credential.readable && !credential.is_ours() {
        return None;
    }
    let secret = match (&credential.source, &credential.record) {
        (ExistingSource::Environment, _) => world.machine.environment_secret().await,
        (ExistingSource::Ntn { workspace }, _) => world.machine.ntn_secret(workspace.clone()).await,
        (ExistingSource::Ours(_), Some(record)) => secret(record, world).await,
        (ExistingSource::Ours(account), None) => world.store.load(account.clone()).await.map(|secrets| secrets.token),
    };
    Some(match secret {
        Ok(secret) => world.notion.whoami(secret).await,
        Err(problem) => Err(problem),
    })
}

/// Makes a kept credential the active one. Success means that it was read back.
pub async fn switch(account: &Account, world: &World) -> Result<(), Problem> {
    world.store.activate(account.clone()).await?;
    let now = world.store.ledger().await?.active_record().map(|record| record.account.clone());
    if now.as_ref() == Some(account) {
        return Ok(());
    }
    let now = now.map_or_else(|| "none".into(), |now| now.label());
    Err(Problem::new(ProblemCode::ReadBackDiffers).seen(format!("{} was made the active one; {now} is", account.label())))
}

/// Revoked where that can be done from here, then deleted.
pub async fn log_out(record: &CredentialRecord, local_only: bool, world: &World) -> LoggedOut {
    let ended = |revocation, deletion| LoggedOut { record: record.clone(), revocation, deletion };
    if record.connection.is_none() {
        return ended(Revocation::NotFromHere, forget(record, world).await);
    }
    // Held until all is deleted: a refresh in between would bring a pair that nobody revokes.
    let _turn = match world.store.exclusively(record.account.clone()).await {
        Ok(turn) => turn,
        Err(problem) => return ended(Revocation::NotAsked, Deletion::Failed(problem)),
    };
    let revocation = if local_only { Revocation::NotAsked } else { revoke(record, world).await };
    let deletion = if revocation.obstacle().is_some() { Deletion::Withheld } else { forget(record, world).await };
    ended(revocation, deletion)
}

async fn revoke(record: &CredentialRecord, world: &World) -> Revocation {
    match oauth::revoke(world, record).await {
        Ok(Some(revoked)) => Revocation::Asked(revoked),
        Ok(None) => Revocation::NotFromHere,
        // What is gone can neither be revoked with nor be deleted, as with any other credential.
        Err(problem) if problem.code == ProblemCode::SecretGone => Revocation::SecretGone(problem.evidence.unwrap_or_default()),
        Err(problem) => Revocation::Failed(problem),
    }
}

async fn forget(record: &CredentialRecord, world: &World) -> Deletion {
    match world.store.forget(record.account.clone()).await {
        Ok(()) => Deletion::Done,
        Err(problem) => Deletion::Failed(problem),
    }
}
