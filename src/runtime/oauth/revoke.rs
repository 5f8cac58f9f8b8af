//! Revokes a credential at Notion, so that every copy of it is dead.

use super::connection_from_record;
use crate::domain::credentials::{CredentialRecord, RevocationOutcomes, Secrets};
use crate::runtime::ports::World;

/// Revokes the refresh token first, because the access token alone would be renewed (RFC 7009, section 2.1). Returns `None` for a
/// credential without an own connection, which only the developer portal can revoke.
///
/// The caller holds the account's turn: a refresh at the same time would bring a pair that nobody revokes.
pub async fn revoke(world: &World, record: &CredentialRecord, secrets: Secrets) -> Option<RevocationOutcomes> {
    let connection = connection_from_record(record, &secrets)?;
    let refresh = match connection.refresh {
        Some(token) => Some(world.oauth.revoke(connection.client.clone(), token).await),
        None => None,
    };
    let access = world.oauth.revoke(connection.client, secrets.token).await;
    Some(RevocationOutcomes { refresh, access })
}
