//! OAuth: the authorization, the code exchange, and the life of the tokens afterwards, for an own connection and for Notion MCP.

mod grant_client;
mod refresh;
mod revoke;

pub use crate::domain::credentials::RefreshOutcome;
pub use refresh::{RefreshReason, refresh, refresh_because};
pub use revoke::revoke;

use super::ports::World;
use crate::domain::credentials::{Account, Candidate, CredentialRecord, Secrets};
use crate::domain::loopback::ListenerEvent;
use crate::domain::oauth::{AuthorizationAttempt, AuthorizationRequest, CodeExchange, OauthClient, OauthConnection};
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::wizard::msg::Progress;

/// Reports the pending authorization as soon as the state of the listener is known, then waits for the code.
pub(super) async fn authorize(
    world: &World,
    request: &AuthorizationRequest,
    on_progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Secret, Problem> {
    wait_for_code(world, world.oauth.begin_authorization(request)?, on_progress).await
}

/// Waits for the code of an authorization that has already begun.
pub async fn wait_for_code(
    world: &World,
    pending: AuthorizationAttempt,
    on_progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Secret, Problem> {
    let shown = pending.clone();
    let report = move |event| match event {
        ListenerEvent::Listening(listening) => {
            on_progress(Progress::AuthorizationPending(Box::new(AuthorizationAttempt { listening, ..shown.clone() })));
        }
        ListenerEvent::TlsAttempted => on_progress(Progress::TlsAttempted),
    };
    world.loopback.wait_for_callback(pending, Box::new(report)).await
}

/// Exchanges the code for tokens, and returns them with the connection that renews them.
pub(super) async fn exchange(world: &World, exchange: CodeExchange) -> Result<Candidate, Problem> {
    let (client, redirect) = (exchange.client.clone(), exchange.redirect);
    let grant = world.oauth.exchange_code(exchange).await?;
    let connection = Box::new(OauthConnection { client, redirect, refresh: grant.refresh });
    Ok(Candidate::Granted { token: grant.access, connection })
}

/// Returns the connection of a saved credential, or `None` if it has none or its secret is not stored.
pub(super) async fn load_connection(world: &World, account: &Account, secrets: &Secrets) -> Option<OauthConnection> {
    let index = world.store.load_index().await.ok()?;
    let record = index.credentials.into_iter().find(|record| record.account == *account)?;
    connection_from_record(&record, secrets)
}

fn connection_from_record(record: &CredentialRecord, secrets: &Secrets) -> Option<OauthConnection> {
    let connection = record.connection.as_ref()?;
    let client = OauthClient { id: connection.client_id.clone(), secret: secrets.client_secret.clone()? };
    Some(OauthConnection { client, redirect: connection.redirect, refresh: secrets.refresh.clone() })
}
