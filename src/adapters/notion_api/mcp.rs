//! The `NotionMcp` port: Notion's MCP server, and the authorization server that it names
//! (<https://developers.notion.com/guides/mcp/build-mcp-client>).
//!
//! `discovery` finds and registers, `stream` speaks the streamable HTTP transport. The OAuth requests are those of an own connection
//! (`oauth`), in the form for a client without a secret. A token goes to the server that it was issued for and nowhere else, and redirects
//! are never followed.

mod discovery;
mod stream;

use super::oauth::authorize::begin_public_authorization;
use super::oauth::tokens::{TokenClient, TokenEndpoint};
use super::scrub::scrub;
use super::transport::{ClientOptions, Transport};
use crate::adapters::machine::clock::Clock;
use crate::adapters::trace;
use crate::domain::base_url::BaseUrl;
use crate::domain::credentials::Secrets;
use crate::domain::link::Link;
use crate::domain::mcp::{McpUrl, origin_of};
use crate::domain::oauth::{AuthorizationAttempt, AuthorizationCode, AuthorizationServer, PublicClient, RedirectUri, TokenGrant};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::runtime::ports::{Job, McpRequest, McpResponse, NotionMcp};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The client. Creating one costs nothing and does no I/O.
#[derive(Clone)]
pub struct McpClient {
    url: Result<McpUrl, Problem>,
    options: ClientOptions,
    clock: Clock,
    /// One for each origin, because what the proxy settings mean depends on the host.
    transports: Arc<Mutex<HashMap<String, Arc<Transport>>>>,
}

impl McpClient {
    /// An address that cannot be used is reported by the calls that need it.
    pub fn new(url: Result<McpUrl, Problem>, options: ClientOptions, clock: Clock) -> Self {
        Self { url, options, clock, transports: Arc::default() }
    }

    fn transport_for(&self, origin: String) -> Result<Arc<Transport>, Problem> {
        let mut transports = self.transports.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(transport) = transports.get(&origin) {
            return Ok(Arc::clone(transport));
        }
        let transport = Arc::new(Transport::without_version(BaseUrl::parse(&origin)?, self.options.clone()));
        transports.insert(origin, Arc::clone(&transport));
        Ok(transport)
    }

    fn transport_to(&self, link: &Link) -> Result<Arc<Transport>, Problem> {
        self.transport_for(origin_of(link))
    }

    fn token_endpoint(&self, client: PublicClient, place: &Link) -> Result<TokenEndpoint, Problem> {
        Ok(TokenEndpoint::new(self.transport_to(place)?, TokenClient::Public(client), self.clock))
    }
}

/// Returns the problem that a refusal by the authorization server of Notion MCP is: there, clients expire and a refresh token is the
/// sign-in itself.
fn to_mcp_problem(mut problem: Problem) -> Problem {
    problem.code = match problem.code {
        ProblemCode::RefreshRefused => ProblemCode::McpSignInEnded,
        ProblemCode::ClientRefused | ProblemCode::ClientUnknown => ProblemCode::McpClientLost,
        code => code,
    };
    problem
}

/// Sends once more what changes nothing if the connection is lost. The server may have closed one that was idle, or on which it had refused a
/// message unread, and that shows only when it is used again.
async fn repeat_if_lost<T, F: Future<Output = Result<T, Problem>>>(send: impl Fn() -> F) -> Result<T, Problem> {
    match send().await {
        Err(problem) if problem.code == ProblemCode::ResponseTruncated => send().await,
        result => result,
    }
}

impl NotionMcp for McpClient {
    fn url(&self) -> Result<McpUrl, Problem> {
        self.url.clone()
    }

    fn is_expiring(&self, secrets: &Secrets) -> bool {
        secrets.renew_at.is_some_and(|renew_at| self.clock.now() >= renew_at)
    }

    fn discover(&self) -> Job<AuthorizationServer> {
        let client = self.clone();
        trace::job("mcp", "discover", async move { client.find_authorization_server().await })
    }

    fn register(&self, server: AuthorizationServer, redirect: RedirectUri) -> Job<PublicClient> {
        let client = self.clone();
        trace::job("mcp", "register", async move { client.register_client(server, redirect).await })
    }

    fn begin_authorization(&self, client: &PublicClient, redirect: RedirectUri) -> Result<AuthorizationAttempt, Problem> {
        begin_public_authorization(client, redirect, self.clock)
    }

    fn exchange_code(&self, client: PublicClient, code: AuthorizationCode) -> Job<TokenGrant> {
        let place = client.server.token_endpoint.clone();
        let endpoint = self.token_endpoint(client, &place);
        trace::job("mcp", "exchange_code", async move {
            let secrets = [&code.code].into_iter().chain(&code.verifier);
            // A code works once, and the verifier is never left out.
            let grant = endpoint?.exchange(&code, crate::domain::oauth::Pkce::Always).await;
            grant.map_err(|problem| to_mcp_problem(scrub(problem, secrets)))
        })
    }

    fn refresh(&self, client: PublicClient, refresh: Secret) -> Job<TokenGrant> {
        let place = client.server.token_endpoint.clone();
        let endpoint = self.token_endpoint(client, &place);
        trace::job("mcp", "refresh", async move {
            endpoint?.refresh(&refresh).await.map_err(|problem| to_mcp_problem(scrub(problem, [&refresh])))
        })
    }

    fn revoke(&self, client: PublicClient, token: Secret) -> Job<()> {
        let place = client.server.revocation_endpoint.clone().unwrap_or_else(|| client.server.token_endpoint.clone());
        let endpoint = self.token_endpoint(client, &place);
        trace::job("mcp", "revoke", async move {
            endpoint?.revoke(&token).await.map_err(|problem| to_mcp_problem(scrub(problem, [&token])))
        })
    }

    fn send(&self, request: McpRequest) -> Job<McpResponse> {
        let client = self.clone();
        trace::job("mcp", "send", async move { client.open(request).await })
    }
}
