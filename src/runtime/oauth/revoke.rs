//! Revokes a credential at Notion, so that every copy of it is dead.

use super::grant_client::GrantClient;
use crate::domain::credentials::{CredentialRecord, RevocationOutcomes, Secrets};
use crate::domain::problem::Problem;
use crate::runtime::ports::World;

/// Revokes the refresh token first, because the access token alone would be renewed (RFC 7009, section 2.1); for Notion MCP it ends the
/// whole grant. Returns `None` for a credential without a client or whose server has no revocation endpoint, which only its page at
/// Notion can revoke.
///
/// The caller holds the account lock, unless the tokens are no longer saved: a refresh at the same time would bring a pair that nobody
/// revokes.
pub async fn revoke(world: &World, record: &CredentialRecord, secrets: Secrets) -> Result<Option<RevocationOutcomes>, Problem> {
    let Some(client) = GrantClient::find(world, record, &secrets).await? else { return Ok(None) };
    if !client.can_revoke() {
        return Ok(None);
    }
    let refresh = match secrets.refresh {
        Some(token) => Some(client.revoke(world, token).await),
        None => None,
    };
    let access = client.revoke(world, secrets.token).await;
    Ok(Some(RevocationOutcomes { refresh, access }))
}
