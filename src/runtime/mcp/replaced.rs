//! The sign-in that a new one to the same account replaces.

use crate::domain::credentials::{CredentialRecord, Secrets};
use crate::runtime::ports::World;
use crate::runtime::{accounts, oauth};
use std::time::Duration;
use tokio::time::timeout;

/// Longest time that a sign-in waits for the revocation of the one before.
const REVOCATION_TIMEOUT: Duration = Duration::from_secs(10);

/// Returns the sign-in that saving this record replaces, if it can be read.
pub async fn find_replaced(world: &World, record: &CredentialRecord) -> Option<(CredentialRecord, Secrets)> {
    let index = accounts::load_index(world).await.ok()?;
    let replaced = index.credentials.into_iter().find(|known| known.account == record.account)?;
    let secrets = world.store.load(replaced.account.clone()).await.ok()?;
    Some((replaced, secrets))
}

/// Revokes the tokens that a new sign-in has replaced, because they are no longer saved and nothing could revoke them later. A failure is
/// ignored: the new tokens are saved, and the old ones expire. No account lock is needed, because no refresh can use the old ones.
pub async fn revoke_replaced(world: &World, replaced: Option<(CredentialRecord, Secrets)>, saved: &Secrets) {
    let Some((record, secrets)) = replaced else { return };
    // A server that returns the same grant once more would lose the new sign-in with the old one.
    if secrets.token != saved.token && (secrets.refresh.is_none() || secrets.refresh != saved.refresh) {
        let _ = timeout(REVOCATION_TIMEOUT, oauth::revoke(world, &record, secrets)).await;
    }
}
