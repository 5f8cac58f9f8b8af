//! Lists, verifies, switches and logs out the credentials of this machine, for the commands and the Accounts page alike.

use super::oauth;
use super::ports::{AccountLock, World};
use crate::domain::accounts::{Answer, Deletion, Listed, Listing, LoggedOut, Revocation};
use crate::domain::credential::{Account, CredentialRecord, ExistingSource, Identity, Ledger, StoreKind};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;

/// Returns the token in `NOTION_API_TOKEN`. `None` means that it is not set, as in the demo; anything else is a problem.
pub async fn environment_secret(world: &World) -> Result<Option<Secret>, Problem> {
    match world.machine.environment_secret().await {
        Ok(secret) => Ok(Some(secret)),
        Err(problem) if matches!(problem.code, ProblemCode::TokenMissing | ProblemCode::SecretGone) => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// Returns the credential index, with the workspace that the environment selects.
pub async fn ledger(world: &World) -> Result<Ledger, Problem> {
    let ledger = world.store.ledger().await?;
    Ok(Ledger { workspace_variable: world.machine.workspace_variable(), ..ledger })
}

/// Moves a credential that an earlier version saved without an actor to the key that names the actor, which Notion has just
/// reported. A failure is ignored, because the next response of Notion is another chance.
pub async fn identify(record: &CredentialRecord, identity: &Identity, world: &World) {
    if let (None, Some(actor)) = (record.account.actor(), identity.actor_id()) {
        let _ = world.store.identify(record.account.clone(), actor.to_owned()).await;
    }
}

/// Returns the secret of a saved credential, whether it is stored by us or by `ntn`.
pub async fn secret(record: &CredentialRecord, world: &World) -> Result<Secret, Problem> {
    match record.store {
        StoreKind::Ntn => world.machine.ntn_secret(record.workspace.id.clone()).await,
        StoreKind::Keychain | StoreKind::File | StoreKind::None => {
            world.store.load(record.account.clone()).await.map(|secrets| secrets.token)
        }
    }
}

/// Searches all sources at once. Nothing leaves this machine.
pub async fn listing(world: &World) -> Listing {
    let (variable, existing, ledger) = tokio::join!(environment_secret(world), world.machine.existing(), ledger(world));
    let (existing, trouble) = existing.unwrap_or_else(|problem| (Vec::new(), Some(problem)));
    let variable = variable.map(|secret| secret.is_some());
    Listing::of(variable, &existing, ledger.as_ref().map_err(Clone::clone), trouble, &world.store.file_place())
}

/// Verifies one credential with Notion. Returns `None` if only `ntn` could do that.
pub async fn ask_notion(credential: &Listed, world: &World) -> Option<Answer> {
    // One of ours is tried even if it is unreadable: the problem then says where its secret was searched for.
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

/// Makes a saved credential the active one. Success means that this was read back.
pub async fn switch(account: &Account, world: &World) -> Result<(), Problem> {
    let Err(problem) = world.store.activate(account.clone()).await else { return Ok(()) };
    // A step that failed after the record was replaced does not undo it, so the record decides.
    match world.store.ledger().await {
        Ok(ledger) if ledger.active.as_ref() == Some(account) && ledger.active_record().is_some() => Ok(()),
        _ => Err(problem),
    }
}

/// Revokes the credential if that is possible from here, then deletes it.
pub async fn log_out(record: &CredentialRecord, local_only: bool, world: &World) -> LoggedOut {
    let ended = |revocation, deletion| LoggedOut { record: record.clone(), revocation, deletion };
    // The lock is held until all is deleted: a login in between would lose its secret, and a refresh would create a pair that is
    // never revoked.
    let lock = match world.store.lock_account(record.account.clone()).await {
        Ok(lock) => lock,
        Err(problem) => {
            let revocation = if record.connection.is_some() { Revocation::NotAsked } else { Revocation::NotFromHere };
            return ended(revocation, Deletion::Failed(problem));
        }
    };
    // Another process may have logged it out or replaced it before the lock was acquired.
    let record = match world.store.ledger().await {
        Ok(ledger) => match ledger.credentials.into_iter().find(|now| now.account == record.account) {
            Some(now) => now,
            None => return ended(Revocation::NotAsked, Deletion::Elsewhere),
        },
        Err(problem) => return ended(Revocation::NotAsked, Deletion::Failed(problem)),
    };
    let revocation = match (&record.connection, local_only) {
        (None, _) => Revocation::NotFromHere,
        (Some(_), true) => Revocation::NotAsked,
        (Some(_), false) => revoke(&record, world).await,
    };
    let deletion = if revocation.obstacle().is_some() { Deletion::Withheld } else { forget(&record, lock, world).await };
    ended(revocation, deletion)
}

async fn revoke(record: &CredentialRecord, world: &World) -> Revocation {
    match oauth::revoke(world, record).await {
        Ok(Some(revoked)) => Revocation::Asked(revoked),
        Ok(None) => Revocation::NotFromHere,
        // A missing secret can neither be revoked nor deleted, as with any other credential.
        Err(problem) if problem.code == ProblemCode::SecretGone => Revocation::SecretGone(problem.evidence.unwrap_or_default()),
        Err(problem) => Revocation::Failed(problem),
    }
}

async fn forget(record: &CredentialRecord, lock: AccountLock, world: &World) -> Deletion {
    let account = lock.account().clone();
    match world.store.forget(lock).await {
        Ok(()) => Deletion::Done,
        // Do not wait again for a keychain that does not answer. For a login stored by ntn there is only the record to delete.
        Err(problem) if problem.code == ProblemCode::KeychainSlow || record.store == StoreKind::Ntn => Deletion::Failed(problem),
        // A step failed. The record is deleted last, so loading the secrets tells how far the deletion got.
        Err(problem) => match world.store.load(account).await.map_err(|problem| problem.code) {
            Err(ProblemCode::NotSignedIn) => Deletion::Done,
            Err(ProblemCode::SecretGone) => Deletion::OfSecretOnly(problem),
            _ => Deletion::Failed(problem),
        },
    }
}
