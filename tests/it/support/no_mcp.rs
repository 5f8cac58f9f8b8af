//! An MCP server that nothing reaches, for tests about something else.

use notion_auth::domain::credentials::Secrets;
use notion_auth::domain::mcp::McpUrl;
use notion_auth::domain::oauth::{
    AuthorizationAttempt, AuthorizationCode, AuthorizationServer, PublicClient, RedirectUri, TokenGrant,
};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::{Job, McpRequest, McpResponse, NotionMcp};

#[derive(Default)]
pub(crate) struct NoMcp;

fn unreachable<T: Send + 'static>() -> Job<T> {
    Box::pin(std::future::ready(Err(Problem::new(ProblemCode::NoNetwork))))
}

impl NotionMcp for NoMcp {
    fn url(&self) -> Result<McpUrl, Problem> {
        McpUrl::parse(McpUrl::NOTION)
    }

    fn is_expiring(&self, _: &Secrets) -> bool {
        false
    }

    fn discover(&self) -> Job<AuthorizationServer> {
        unreachable()
    }

    fn register(&self, _: AuthorizationServer, _: RedirectUri) -> Job<PublicClient> {
        unreachable()
    }

    fn begin_authorization(&self, _: &PublicClient, _: RedirectUri) -> Result<AuthorizationAttempt, Problem> {
        Err(Problem::new(ProblemCode::NoNetwork))
    }

    fn exchange_code(&self, _: PublicClient, _: AuthorizationCode) -> Job<TokenGrant> {
        unreachable()
    }

    fn refresh(&self, _: PublicClient, _: Secret) -> Job<TokenGrant> {
        unreachable()
    }

    fn revoke(&self, _: PublicClient, _: Secret) -> Job<()> {
        unreachable()
    }

    fn send(&self, _: McpRequest) -> Job<McpResponse> {
        unreachable()
    }
}
