//! Taking a credential back at Notion, so that it is dead wherever a copy of it may be.

use super::connection_of;
use crate::domain::accounts::Revoked;
use crate::domain::credential::{CredentialRecord, Secrets};
use crate::runtime::ports::World;

/// The refresh token first, because the access token alone would be renewed (RFC 7009, 2.1). `None` where it is not of an own
/// connection, so that only the portal can take it back.
///
/// The caller holds the account's turn: a refresh at the same time would bring a pair that nobody revokes.
pub async fn revoke(world: &World, record: &CredentialRecord, secrets: Secrets) -> Option<Revoked> {
    let connection = connection_of(record, &secrets)?;
    let refresh = match connection.refresh {
        Some(token) => Some(world.oauth.revoke(connection.client.clone(), token).await),
        None => None,
    };
    let access = world.oauth.revoke(connection.client, secrets.token).await;
    Some(Revoked { refresh, access })
}
