//! Taking a credential back at Notion, so that it is dead wherever a copy of it may be.

use super::connection_of;
use crate::domain::accounts::Revoked;
use crate::domain::credential::CredentialRecord;
use crate::domain::problem::Problem;
use crate::runtime::ports::World;

/// The refresh token first, because the access token alone would be renewed (RFC 7009, 2.1). `None` where it is not of an own
/// connection, so that only the portal can take it back.
///
/// The caller holds the account's turn: a refresh at the same time would bring a pair that nobody revokes.
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
