//! Lists, verifies, switches and logs out the credentials of this machine, for the commands and the Accounts page alike.

use super::oauth;
use super::ports::{AccountLock, Job, World};
use crate::domain::accounts::{
    CredentialList, CredentialView, Deletion, IdentityResult, LogoutOutcome, Revocation, check_variable,
};
use crate::domain::credential::{Account, CredentialIndex, CredentialRecord, CredentialSource, Identity, StoreKind, same_id};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use tokio::sync::watch;

/// The secret of `NOTION_API_TOKEN`. That it is not set is no problem, and the demo has none; anything else is one, and so is that it
/// is known to be of another workspace than `NOTION_WORKSPACE_ID` names.
pub async fn variable(world: &World) -> Result<Option<Secret>, Problem> {
    let secret = match world.machine.environment_token().await {
        Ok(secret) => secret,
        Err(problem) if matches!(problem.code, ProblemCode::TokenMissing | ProblemCode::SecretMissing) => return Ok(None),
        Err(problem) => return Err(problem),
    };
    if let Some(id) = world.machine.workspace_variable() {
        // A ledger that cannot be read says nothing of the variable.
        let ledger = load_index(world).await.unwrap_or_default();
        let mut records: Vec<_> = ledger.credentials.iter().collect();
        // No other secret is read if the two variables agree.
        records.sort_by_key(|record| !same_id(&record.workspace.id, &id));
        for record in records {
            match self::load_token(record, world).await {
                Ok(kept) if kept == secret => {
                    check_variable(record, &ledger)?;
                    break;
                }
                // A keychain that does not answer is not waited for again.
                Err(problem) if matches!(problem.code, ProblemCode::KeychainSlow | ProblemCode::KeychainLocked) => break,
                Ok(_) | Err(_) => {}
            }
        }
    }
    Ok(Some(secret))
}

/// Returns the credential index, with the workspace that the environment selects.
pub async fn load_index(world: &World) -> Result<CredentialIndex, Problem> {
    let ledger = world.store.load_index().await?;
    Ok(CredentialIndex { workspace_variable: world.machine.workspace_variable(), ..ledger })
}

/// Moves a credential that an earlier version saved without an actor to the key that names the actor, which Notion has just
/// reported. A failure is ignored, because the next response of Notion is another chance.
pub async fn identify(record: &CredentialRecord, identity: &Identity, world: &World) {
    if let (None, Some(actor)) = (record.account.actor(), identity.actor_id()) {
        let _ = world.store.identify(record.account.clone(), actor.to_owned()).await;
    }
}

/// Returns the secret of a saved credential, whether it is stored by us or by `ntn`.
pub async fn load_token(record: &CredentialRecord, world: &World) -> Result<Secret, Problem> {
    match record.store {
        StoreKind::Ntn => world.machine.ntn_token(record.workspace.id.clone()).await,
        StoreKind::Keychain | StoreKind::File | StoreKind::None => {
            world.store.load(record.account.clone()).await.map(|secrets| secrets.token)
        }
    }
}

/// Searches all sources at once. Nothing leaves this machine.
pub async fn list_credentials(world: &World) -> CredentialList {
    let (variable, existing, ledger) = tokio::join!(variable(world), world.machine.discover_credentials(), load_index(world));
    let (existing, trouble) = existing.unwrap_or_else(|problem| (Vec::new(), Some(problem)));
    let variable = variable.map(|secret| secret.is_some());
    CredentialList::new(variable, &existing, ledger.as_ref().map_err(Clone::clone), trouble, &world.store.file_place())
}

/// Verifies one credential with Notion. Returns `None` if only `ntn` could do that.
pub async fn verify_with_notion(credential: &CredentialView, world: &World) -> Option<IdentityResult> {
    // A saved `ntn` login is tried even if no entry is listed: its error names the places that were searched.
    if credential.unusable.is_some() && !credential.is_ours() {
        return None;
    }
    let secret = match (&credential.source, &credential.record) {
        (CredentialSource::Environment, _) => world.machine.environment_token().await,
        (CredentialSource::Ntn { workspace }, _) => world.machine.ntn_token(workspace.clone()).await,
        (CredentialSource::Saved(_), Some(record)) => load_token(record, world).await,
        (CredentialSource::Saved(account), None) => world.store.load(account.clone()).await.map(|secrets| secrets.token),
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
    match world.store.load_index().await {
        Ok(ledger) if ledger.active.as_ref() == Some(account) && ledger.active_record().is_some() => Ok(()),
        _ => Err(problem),
    }
}

/// Tells a logout to stop waiting for the keychain's dialog: the sender sets it to `true`.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    pub fn new() -> (watch::Sender<bool>, Self) {
        let (sender, receiver) = watch::channel(false);
        (sender, Self(receiver))
    }

    /// For whoever cannot be interrupted.
    pub fn never() -> Self {
        Self::new().1
    }

    pub fn is_asked_for(&self) -> bool {
        *self.0.borrow()
    }

    /// Dropping the job cancels its wait for a dialog.
    async fn or<T>(&self, job: Job<T>) -> Result<T, Problem> {
        let mut receiver = self.0.clone();
        let asked_for = async {
            if receiver.wait_for(|is_asked_for| *is_asked_for).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            () = asked_for => Err(Problem::new(ProblemCode::Cancelled)),
            outcome = job => outcome,
        }
    }
}

/// Revoked where that can be done from here, then deleted. `stop` ends the wait for the store; Notion's answer is waited for.
pub async fn log_out(record: &CredentialRecord, local_only: bool, world: &World, stop: &Stop) -> LogoutOutcome {
    let ended = |revocation, deletion| LogoutOutcome { record: record.clone(), revocation, deletion };
    // Held until all is deleted: a login in between would lose its secret, and a refresh would bring a pair that nobody revokes.
    let lock = match stop.or(world.store.lock_account(record.account.clone())).await {
        Ok(lock) => lock,
        Err(problem) => {
            let revocation = if record.connection.is_some() { Revocation::Skipped } else { Revocation::Unsupported };
            return ended(revocation, Deletion::Failed(problem));
        }
    };
    // Another process may have logged it out or replaced it before the lock was acquired.
    let record = match world.store.load_index().await {
        Ok(ledger) => match ledger.credentials.into_iter().find(|now| now.account == record.account) {
            Some(now) => now,
            None => return ended(Revocation::Skipped, Deletion::ByAnotherProcess),
        },
        Err(problem) => return ended(Revocation::Skipped, Deletion::Failed(problem)),
    };
    let revocation = match (&record.connection, local_only) {
        (None, _) => Revocation::Unsupported,
        (Some(_), true) => Revocation::Skipped,
        (Some(_), false) => revoke(&record, world, stop).await,
    };
    let deletion =
        if revocation.blocking_problem().is_some() { Deletion::Postponed } else { delete(&record, lock, world, stop).await };
    ended(revocation, deletion)
}

async fn revoke(record: &CredentialRecord, world: &World, stop: &Stop) -> Revocation {
    match stop.or(world.store.load(record.account.clone())).await {
        Ok(secrets) => oauth::revoke(world, record, secrets).await.map_or(Revocation::Unsupported, Revocation::Attempted),
        // A missing secret can be neither used to revoke nor deleted, as with any other credential.
        Err(problem) if problem.code == ProblemCode::SecretMissing => {
            Revocation::SecretMissing(problem.evidence.unwrap_or_default())
        }
        Err(problem) => Revocation::Failed(problem),
    }
}

async fn delete(record: &CredentialRecord, lock: AccountLock, world: &World, stop: &Stop) -> Deletion {
    let account = lock.account().clone();
    // Once it is begun, nobody knows how it ends.
    if stop.is_asked_for() {
        return Deletion::Failed(Problem::new(ProblemCode::Cancelled));
    }
    match stop.or(world.store.delete(lock)).await {
        Ok(()) => Deletion::Done,
        Err(problem) if problem.code == ProblemCode::Cancelled => cancelled(account, world).await,
        // A keychain that does not answer is not waited for again, and of what ntn keeps there is only the record.
        Err(problem) if problem.code == ProblemCode::KeychainSlow || record.store == StoreKind::Ntn => Deletion::Failed(problem),
        // A step failed. The record is deleted last, so loading the secrets tells how far the deletion got.
        Err(problem) => match world.store.load(account).await.map_err(|problem| problem.code) {
            Err(ProblemCode::NotSignedIn) => Deletion::Done,
            Err(ProblemCode::SecretMissing) => Deletion::SecretOnly(problem),
            _ => Deletion::Failed(problem),
        },
    }
}

/// A wait for the keychain was cancelled. The dialog may still be answered, so nobody knows whether the entry is deleted, unless its
/// record, which is deleted last, is gone.
async fn cancelled(account: Account, world: &World) -> Deletion {
    // The deleting task holds the lock until the deletion has ended.
    let _lock = world.store.lock_account(account.clone()).await;
    match world.store.load_index().await {
        Ok(ledger) if ledger.credentials.iter().all(|record| record.account != account) => Deletion::Done,
        _ => Deletion::Failed(Problem::new(ProblemCode::KeychainSlow).with_evidence("no answer before it was cancelled")),
    }
}
