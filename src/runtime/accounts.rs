//! Lists, verifies, switches and logs out the credentials of this machine, for the commands and the Accounts page alike.

use super::ports::{AccountLock, StopSignal, World};
use super::{mcp, oauth};
use crate::domain::credentials::{
    Account, CredentialIndex, CredentialRecord, CredentialSource, Deletion, DiscoveredCredential, Entry, Identity, IdentityResult,
    Inventory, LogoutOutcome, OrphanSecret, Receipt, Revocation, Secrets, StoreKind, check_variable, same_id,
};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::domain::variables::TOKEN_VARIABLE;
use tokio::sync::watch;

/// Returns the credential index, with the workspace that the environment selects.
pub async fn load_index(world: &World) -> Result<CredentialIndex, Problem> {
    let index = world.store.load_index().await?;
    Ok(CredentialIndex { workspace_variable: world.machine.workspace_variable(), ..index })
}

/// Moves a credential that an earlier version saved without an actor to the key that names the actor, which Notion has just
/// reported. A failure is ignored, because the next response of Notion is another chance.
pub async fn identify(record: &CredentialRecord, identity: &Identity, world: &World) {
    if let (None, Some(actor)) = (record.account.actor(), identity.actor_id()) {
        let _ = world.store.identify(record.account.clone(), actor.to_owned()).await;
    }
}

/// Finds every credential of this machine. Nothing leaves it.
pub async fn find_credentials(world: &World) -> Inventory {
    let (found, index) = tokio::join!(world.machine.discover_credentials(), load_index(world));
    let (found, problem) = found.unwrap_or_else(|problem| (Vec::new(), Some(problem)));
    let mut inventory = Inventory::new(found, index, problem, &world.store.file_place());
    if inventory.entries.iter().any(|entry| matches!(entry.source, CredentialSource::OtherVariable(_))) {
        inventory.entries = merge_variables(inventory.entries, world).await;
    }
    inventory
}

/// Lists a variable under the credential that has the same token. Of the saved ones, only those in the private file are compared,
/// because reading a keychain may open a dialog.
async fn merge_variables(entries: Vec<Entry>, world: &World) -> Vec<Entry> {
    let mut merged: Vec<(Entry, Option<Secret>)> = Vec::new();
    for entry in entries {
        let is_compared = entry.source.variable().is_some() || entry.store() == Some(StoreKind::File);
        let token = if is_compared && entry.is_usable() {
            load_secrets(&entry.secret_source(), world).await.ok().map(|secrets| secrets.token)
        } else {
            None
        };
        let same = merged.iter_mut().find(|(_, other)| token.is_some() && *other == token);
        match (same, &entry.source) {
            (Some((same, _)), CredentialSource::OtherVariable(name)) => same.also_in.push(name),
            _ => merged.push((entry, token)),
        }
    }
    merged.into_iter().map(|(entry, _)| entry).collect()
}

/// Finds what a command may select by a name, or by none. A name refers to a saved credential, whatever the variable holds; without one,
/// the variable is enough. A login that only `ntn` knows is never selected, so it is not searched for.
pub async fn find_selectable_credentials(wanted: Option<&str>, world: &World) -> Inventory {
    let workspace_id = world.machine.workspace_variable();
    let variable = match wanted {
        Some(_) => None,
        None => find_variable(workspace_id.clone(), world).await,
    };
    let index = match (&variable, wanted.or(workspace_id.as_deref())) {
        // The records tell whether the two variables agree.
        (_, Some(_)) => load_index(world).await,
        (None, None) => world.store.load_active().await,
        (Some(_), None) => Ok(CredentialIndex::default()),
    };
    let mut inventory = Inventory::new(variable.into_iter().collect(), index, None, &world.store.file_place());
    compare_variables(&mut inventory, world).await;
    inventory
}

async fn find_variable(workspace_id: Option<String>, world: &World) -> Option<DiscoveredCredential> {
    let problem = match world.machine.environment_token(TOKEN_VARIABLE).await {
        Ok(_) => None,
        // Not set, or the demo's, which reads no variable.
        Err(problem) if matches!(problem.code, ProblemCode::TokenMissing | ProblemCode::SecretMissing) => return None,
        Err(problem) => Some(problem),
    };
    Some(DiscoveredCredential::in_variable(problem, workspace_id))
}

/// Compares the token in `NOTION_API_TOKEN` with the saved ones, to detect that it belongs to another workspace than the one that
/// `NOTION_WORKSPACE_ID` names.
pub async fn compare_variables(inventory: &mut Inventory, world: &World) {
    let (Some(id), true) = (&inventory.index.workspace_variable, inventory.variable().is_some_and(Entry::is_usable)) else {
        return;
    };
    let Ok(secret) = load_secrets(&CredentialSource::Environment, world).await else { return };
    let mut records: Vec<_> = inventory.index.credentials.iter().collect();
    // No other secret is read if the two variables agree.
    records.sort_by_key(|record| !same_id(&record.workspace.id, id));
    for record in records {
        match load_secrets(&record.source(), world).await {
            Ok(saved) if saved.token == secret.token => {
                inventory.variable_conflict = check_variable(record, &inventory.index).err();
                return;
            }
            // A keychain that does not answer is not waited for again.
            Err(problem) if matches!(problem.code, ProblemCode::KeychainSlow | ProblemCode::KeychainLocked) => return,
            Ok(_) | Err(_) => {}
        }
    }
}

/// Loads the secrets of a credential from where it is kept: the variable, `ntn`, or our store.
pub async fn load_secrets(source: &CredentialSource, world: &World) -> Result<Secrets, Problem> {
    match source {
        CredentialSource::Environment => world.machine.environment_token(TOKEN_VARIABLE).await.map(Secrets::from_token),
        CredentialSource::OtherVariable(name) => world.machine.environment_token(name).await.map(Secrets::from_token),
        CredentialSource::Ntn { workspace } => world.machine.ntn_token(workspace.clone()).await.map(Secrets::from_token),
        CredentialSource::Saved(account) => world.store.load(account.clone()).await,
    }
}

/// Verifies one credential with Notion. Returns `None` if only `ntn` could do that.
pub async fn verify_with_notion(entry: &Entry, world: &World) -> Option<IdentityResult> {
    if !entry.can_be_verified() {
        return None;
    }
    if let Some(record) = entry.record.as_ref().filter(|record| record.is_mcp()) {
        return Some(mcp::verify(world, record).await.map(|answer| answer.identity));
    }
    Some(match load_secrets(&entry.secret_source(), world).await {
        Ok(secrets) => world.notion.whoami(secrets.token).await,
        Err(problem) => Err(problem),
    })
}

/// Makes a saved credential the active one. Success means that this was read back.
pub async fn switch(account: &Account, world: &World) -> Result<(), Problem> {
    let Err(problem) = world.store.activate(account.clone()).await else { return Ok(()) };
    // A step that failed after the record was replaced does not undo it, so the record decides.
    match world.store.load_index().await {
        Ok(index) if index.credentials.iter().any(|record| record.account == *account && index.is_marked(account)) => Ok(()),
        _ => Err(problem),
    }
}

/// Finds the secrets that no record knows.
pub async fn find_orphans(world: &World) -> Vec<OrphanSecret> {
    world.store.inspect_storage().await.map(|state| state.orphans).unwrap_or_default()
}

/// Tells a logout to stop waiting for the keychain's dialog: the sender sets it to `true`.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    pub fn new() -> (watch::Sender<bool>, Self) {
        let (sender, receiver) = watch::channel(false);
        (sender, Self(receiver))
    }

    /// Returns a stop that is never requested, for work that can't be interrupted.
    pub fn never() -> Self {
        Self::new().1
    }

    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Completes when the stop is asked for.
    pub fn signal(&self) -> StopSignal {
        let mut receiver = self.0.clone();
        Box::pin(async move {
            if receiver.wait_for(|is_requested| *is_requested).await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }

    /// Runs a job until the stop is requested. The job is then dropped, which cancels its wait for a dialog.
    pub async fn or<T>(&self, job: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
        tokio::select! {
            biased;
            () = self.signal() => Err(Problem::new(ProblemCode::Cancelled)),
            outcome = job => outcome,
        }
    }

    /// Waits for a write of this record to the store, which locks `locked`. If the wait was ended, what is stored decides, because the
    /// write may have been done by then.
    pub(super) async fn or_stored(
        &self,
        world: &World,
        locked: &Account,
        record: &CredentialRecord,
        token: &Secret,
        write: impl Future<Output = Result<Receipt, Problem>>,
    ) -> Result<Receipt, Problem> {
        match self.or(write).await {
            Err(problem) if problem.code == ProblemCode::Cancelled => {
                // The task that writes holds the lock until it has ended.
                let _lock = world.store.lock_account(locked.clone()).await;
                match world.store.load(record.account.clone()).await {
                    Ok(saved) if saved.token == *token => {
                        Ok(Receipt { store: record.store, place: record.account.key(), note: None })
                    }
                    _ => Err(problem),
                }
            }
            outcome => outcome,
        }
    }
}

/// Logs a credential out: revokes it if that can be done from here, then deletes it. `stop` ends the wait for the store, but not the
/// wait for Notion.
pub async fn log_out(record: &CredentialRecord, local_only: bool, world: &World, stop: &Stop) -> LogoutOutcome {
    let ended = |revocation, deletion| LogoutOutcome { record: record.clone(), revocation, deletion };
    // Held until all is deleted: a login in between would lose its secret, and a refresh would bring a pair that nobody revokes.
    let lock = match stop.or(world.store.lock_account(record.account.clone())).await {
        Ok(lock) => lock,
        Err(problem) => {
            let revocation = if record.is_renewable() { Revocation::Skipped } else { Revocation::Unsupported };
            return ended(revocation, Deletion::Failed(problem));
        }
    };
    // Another process may have logged it out or replaced it before the lock was acquired.
    let record = match world.store.load_index().await {
        Ok(index) => match index.credentials.into_iter().find(|now| now.account == record.account) {
            Some(now) => now,
            None => return ended(Revocation::Skipped, Deletion::ByAnotherProcess),
        },
        Err(problem) => return ended(Revocation::Skipped, Deletion::Failed(problem)),
    };
    let revocation = match (record.is_renewable(), local_only) {
        (false, _) => Revocation::Unsupported,
        (true, true) => Revocation::Skipped,
        (true, false) => revoke(&record, world, stop).await,
    };
    let deletion =
        if revocation.blocking_problem().is_some() { Deletion::Postponed } else { delete(&record, lock, world, stop).await };
    ended(revocation, deletion)
}

async fn revoke(record: &CredentialRecord, world: &World, stop: &Stop) -> Revocation {
    match stop.or(world.store.load(record.account.clone())).await {
        Ok(secrets) => match oauth::revoke(world, record, secrets).await {
            Ok(outcomes) => outcomes.map_or(Revocation::Unsupported, Revocation::Attempted),
            Err(problem) => Revocation::Failed(problem),
        },
        // A missing secret can be neither used to revoke nor deleted, as with any other credential.
        Err(problem) if problem.code == ProblemCode::SecretMissing => {
            Revocation::SecretMissing(problem.evidence.unwrap_or_default())
        }
        Err(problem) => Revocation::Failed(problem),
    }
}

async fn delete(record: &CredentialRecord, lock: AccountLock, world: &World, stop: &Stop) -> Deletion {
    let account = lock.account().clone();
    // Checked before the deletion, because the result of an interrupted one is unknown.
    if stop.is_requested() {
        return Deletion::Failed(Problem::new(ProblemCode::Cancelled));
    }
    match stop.or(world.store.delete(lock)).await {
        Ok(()) => Deletion::Done,
        Err(problem) if problem.code == ProblemCode::Cancelled => resolve_cancelled_deletion(account, world).await,
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

/// Returns the result of a deletion whose wait for the keychain was cancelled. The dialog may still be answered, so the result is
/// unknown, unless the record, which is deleted last, is gone.
async fn resolve_cancelled_deletion(account: Account, world: &World) -> Deletion {
    // The deleting task holds the lock until the deletion has ended.
    let _lock = world.store.lock_account(account.clone()).await;
    match world.store.load_index().await {
        Ok(index) if index.credentials.iter().all(|record| record.account != account) => Deletion::Done,
        _ => Deletion::Failed(Problem::new(ProblemCode::KeychainSlow).with_evidence("no response before it was cancelled")),
    }
}
