//! Notion MCP: signing in to it, proving a token, and the access token that a request needs at this moment.

mod access;
mod exchange;
mod replaced;

pub use access::McpAccess;
pub(super) use exchange::{find_answer, in_time, read_whole, too_large};
pub use replaced::{find_replaced, revoke_replaced};

use super::oauth::wait_for_code;
use super::ports::{PortReservation, World};
use crate::domain::credentials::{CredentialRecord, SignInOutcome, StoreKind};
use crate::domain::loopback::DEFAULT_PORT;
use crate::domain::mcp::handshake::{self, ToolList};
use crate::domain::mcp::{AcceptedToken, McpIdentity, McpSignIn};
use crate::domain::oauth::{AuthorizationAttempt, AuthorizationCode, PublicClient, RedirectUri, TokenGrant};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::wizard::msg::Progress;
use exchange::Handshake;
use jiff::civil::Date;

/// Number of ports to try for the listener.
const PORT_ATTEMPTS: u16 = 10;

/// Returns the redirect URI with this port or, because it is registered anew each time and can have any, with the first free port from the
/// usual one on. The port is held until the reservation is dropped, so that another sign-in that begins now chooses another one. A port that
/// is taken is used nevertheless, because the redirect URL can be pasted.
pub async fn reserve_redirect(world: &World, port: Option<u16>) -> Result<(RedirectUri, Option<PortReservation>), Problem> {
    let ports = port.map_or_else(|| (DEFAULT_PORT..DEFAULT_PORT + PORT_ATTEMPTS).collect(), |port| vec![port]);
    let reservation = world.loopback.reserve(ports).await?;
    let redirect = reservation.as_ref().map(|reservation| reservation.redirect);
    Ok((redirect.unwrap_or(RedirectUri { port: port.unwrap_or(DEFAULT_PORT) }), reservation))
}

/// Finds the authorization server, registers a client for this redirect URI, and returns the authorization that a person has to approve.
pub async fn begin_sign_in(world: &World, redirect: RedirectUri) -> Result<AuthorizationAttempt, Problem> {
    let server = world.mcp.discover().await?;
    let client = world.mcp.register(server, redirect).await?;
    world.mcp.begin_authorization(&client, redirect)
}

/// Begins a sign-in whose tokens go to this store, and waits for the person's answer.
pub(super) async fn authorize(
    world: &World,
    store: StoreKind,
    on_progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Secret, Problem> {
    // Before anyone is asked for consent, so that the tokens can be saved.
    world.store.check_room(store).await?;
    let (redirect, _reservation) = reserve_redirect(world, None).await?;
    wait_for_code(world, begin_sign_in(world, redirect).await?, on_progress).await
}

/// Exchanges the code for tokens, and asks the server who they belong to.
pub async fn finish_sign_in(world: &World, attempt: AuthorizationAttempt, code: Secret) -> Result<McpSignIn, Problem> {
    let server = world.mcp.url()?;
    let client = *attempt.client.ok_or_else(|| Problem::bug("an authorization without a client"))?;
    let code = AuthorizationCode { code, redirect: attempt.redirect, verifier: attempt.verifier };
    let grant = world.mcp.exchange_code(client.clone(), code).await?;
    match identify(world, grant.access.clone()).await {
        Ok(answer) => Ok(McpSignIn { client, grant, answer, server }),
        Err(problem) => {
            discard(world, client, grant).await;
            Err(problem)
        }
    }
}

/// Saves the sign-in as the active one. It replaces an earlier one to the same account, whose tokens are revoked. If it can't be
/// saved, its own tokens are.
pub async fn save_sign_in(world: &World, signed_in: McpSignIn, store: StoreKind, today: Date) -> Result<SignInOutcome, Problem> {
    let record = signed_in.record(store, today);
    // A listener that still answers reloads would take descriptors from the store.
    let _ = world.loopback.close().await;
    let replaced = find_replaced(world, &record).await;
    match world.store.save(record.clone(), signed_in.secrets()).await {
        Ok(receipt) => {
            revoke_replaced(world, replaced, &signed_in.secrets()).await;
            Ok(SignInOutcome { record, receipt, found_in: None, needs_keyring_variable: false })
        }
        Err(problem) => {
            discard(world, signed_in.client, signed_in.grant).await;
            Err(problem)
        }
    }
}

/// Revokes the tokens of a sign-in that is not saved. A failure is ignored, because nothing else holds the tokens.
pub async fn discard(world: &World, client: PublicClient, grant: TokenGrant) {
    let _ = world.mcp.revoke(client, grant.refresh.unwrap_or(grant.access)).await;
}

/// Verifies a token: the server accepts it, lists its tools, and names the workspace and the person.
pub async fn identify(world: &World, token: Secret) -> Result<McpIdentity, Problem> {
    let (mut session, protocol_version, tools) = open_session(world, token).await?;
    let identity = match tools.fetch {
        Some(tool) => handshake::read_self(&session.request(handshake::self_request(tool)).await?)?,
        None => handshake::unknown_identity(&world.mcp.url()?.host()),
    };
    session.end().await;
    Ok(McpIdentity { identity, protocol_version, tools: tools.count })
}

async fn open_session(world: &World, token: Secret) -> Result<(Handshake<'_>, String, ToolList), Problem> {
    let mut session = Handshake::new(world, token);
    let version = handshake::read_initialized(&session.request(handshake::initialize_request()).await?)?;
    session.protocol_version = Some(version.clone());
    session.notify(handshake::initialized_notification()).await?;
    let tools = handshake::read_tools(&session.request(handshake::tools_request()).await?)?;
    Ok((session, version, tools))
}

/// Tries a person's own token, such as a PAT. Notion's documentation both says and denies that its MCP server accepts one, so only the
/// server's answer counts (`docs/agents.md`). Whether the server would name the token's person is not documented; the REST API does.
pub async fn try_own_token(world: &World, token: Secret) -> Result<AcceptedToken, Problem> {
    let server = world.mcp.url()?;
    let identity = world.notion.whoami(token.clone()).await?;
    let (session, protocol_version, tools) = open_session(world, token.clone()).await.map_err(|problem| {
        let is_refused = exchange::is_token_refused(&problem);
        if is_refused { Problem { code: ProblemCode::McpOwnTokenRefused, ..problem } } else { problem }
    })?;
    session.end().await;
    Ok(AcceptedToken { token, answer: McpIdentity { identity, protocol_version, tools: tools.count }, server })
}

/// Verifies a saved sign-in. A token that has ended is renewed first, because that is its ordinary life and no refusal.
pub async fn verify(world: &World, record: &CredentialRecord) -> Result<McpIdentity, Problem> {
    let access = McpAccess::for_account(world, record.account.clone());
    let token = access.token().await?;
    if !record.is_renewable() {
        return try_own_token(world, token).await.map(|accepted| accepted.answer);
    }
    match identify(world, token.clone()).await {
        Err(problem) if exchange::is_token_refused(&problem) => identify(world, access.token_instead_of(&token).await?).await,
        outcome => outcome,
    }
}
