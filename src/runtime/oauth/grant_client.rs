//! The client that a saved credential was issued to. Only it can renew the tokens and revoke them.

use super::connection_from_record;
use crate::domain::credentials::{CredentialRecord, Secrets};
use crate::domain::mcp::check_server;
use crate::domain::oauth::{OauthClient, PublicClient, TokenGrant};
use crate::domain::problem::{Problem, ProblemCode, ProblemKind};
use crate::domain::secret::Secret;
use crate::runtime::ports::World;

pub(super) enum GrantClient {
    /// The client of an own connection, at Notion's API.
    Connection(OauthClient),
    /// The client that registered itself with the authorization server of Notion MCP.
    Mcp(PublicClient),
}

impl GrantClient {
    /// Returns `None` for a credential that no client can renew, or if what identifies the client is missing.
    ///
    /// The authorization server of Notion MCP is looked up anew, and has to be the one that issued the tokens: a refresh token goes to
    /// no other one.
    pub(super) async fn find(world: &World, record: &CredentialRecord, secrets: &Secrets) -> Result<Option<Self>, Problem> {
        let Some(mcp) = &record.mcp else {
            return Ok(connection_from_record(record, secrets).map(|connection| Self::Connection(connection.client)));
        };
        check_server(mcp, &world.mcp.url()?)?;
        let (Some(id), Some(issuer)) = (secrets.client_id.clone(), &mcp.issuer) else { return Ok(None) };
        let server = world.mcp.discover().await?;
        if server.issuer.as_str() != issuer {
            let evidence = format!("its authorization server is now {}, but {issuer} issued the tokens", server.issuer);
            return Err(Problem::new(ProblemCode::McpDiscoveryFailed).with_evidence(evidence));
        }
        Ok(Some(Self::Mcp(PublicClient::from_saved_id(&id, server))))
    }

    /// After a lost response, Notion MCP accepts the same refresh token once more: of a grant, the newest one and the one before it are
    /// valid (<https://developers.notion.com/guides/mcp/build-mcp-client>). So it is tried a second time, and never a third. Nothing was
    /// saved in between: with a newer pair at hand, the second use would make that one worthless.
    pub(super) async fn refresh(&self, world: &World, token: Secret) -> Result<TokenGrant, Problem> {
        match self {
            Self::Connection(client) => world.oauth.refresh(client.clone(), token).await,
            Self::Mcp(client) => match world.mcp.refresh(client.clone(), token.clone()).await {
                Err(problem) if may_have_renewed(&problem) => world.mcp.refresh(client.clone(), token).await,
                outcome => outcome,
            },
        }
    }

    /// False for a server without a revocation endpoint, which RFC 8414 allows.
    pub(super) fn can_revoke(&self) -> bool {
        match self {
            Self::Connection(_) => true,
            Self::Mcp(client) => client.server.revocation_endpoint.is_some(),
        }
    }

    pub(super) async fn revoke(&self, world: &World, token: Secret) -> Result<(), Problem> {
        match self {
            Self::Connection(client) => world.oauth.revoke(client.clone(), token).await,
            Self::Mcp(client) => world.mcp.revoke(client.clone(), token).await,
        }
    }
}

/// True if the request may have arrived and its result is unknown: a write that was answered with 503 may have been saved. A
/// refusal by Notion, or a failure before the request arrived, leaves no such doubt.
pub(super) fn may_have_renewed(problem: &Problem) -> bool {
    use ProblemCode::{BlockedByNetwork, McpDiscoveryFailed, NoTrustedRoots, ProxyRefused, RateLimited, Redirected, TlsFailed};
    let never_arrived = [BlockedByNetwork, McpDiscoveryFailed, NoTrustedRoots, ProxyRefused, RateLimited, Redirected, TlsFailed];
    problem.kind() == ProblemKind::Network && !never_arrived.contains(&problem.code)
}
