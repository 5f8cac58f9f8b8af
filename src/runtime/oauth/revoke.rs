//! Revokes a credential at Notion, so that every copy of it is dead.

use super::connection_of;
use crate::domain::accounts::Revoked;
use crate::domain::credential::CredentialRecord;
use crate::domain::problem::Problem;
use crate::runtime::ports::World;

/// Revokes the refresh token first, because the access token alone would be renewed (RFC 7009, section 2.1). Returns `None` for a
/// credential without an own connection, which only the developer portal can revoke.
///
///
/// The caller must hold the account lock: a concurrent refresh would create a pair that is never revoked.
pub async fn revoke(world: &World, record: &CredentialRecord) -> Result<Option<Revoked>, Problem> {
    if record.connection.is_none() {
        return Ok(None);
    }
    let secrets = world.store.load(record.account.clone()).await?;
    let Some(connection) = connection_of(record, &secrets) else { return Ok(None) };
    let refresh = match connection.refresh {
        Some(token) => Some(world.oauth.revoke(connection.client.clone(), token).await),
        None => None,
    };
    let access = world.oauth.revoke(connection.client, secrets.token).await;
    Ok(Some(Revoked { refresh, access }))
}
