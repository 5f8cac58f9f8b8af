//! The `NotionOauth` port: an own connection at Notion's OAuth endpoints (<https://developers.notion.com/guides/authorization/overview>).
//!
//! `authorize` builds the link that a person follows, `random_values` makes those that tie the answer to it, `probe` checks the
//! client before a person is asked, `tokens` talks to the token endpoint, and `responses` parses its responses. Everything goes to the
//! base address; redirects are read and never followed.

pub(super) mod authorize;
mod probe;
mod random_values;
mod responses;
pub(super) mod tokens;

use super::NotionClient;
use super::scrub::scrub;
use crate::adapters::trace;
use crate::domain::oauth::{
    AuthorizationAttempt, AuthorizationCode, AuthorizationRequest, CodeExchange, Introspection, OauthClient, RedirectUri,
    TokenGrant,
};
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::runtime::ports::{Job, NotionOauth};
use std::sync::Arc;
use tokens::{TokenClient, TokenEndpoint};

impl NotionClient {
    fn token_endpoint(&self, client: OauthClient) -> TokenEndpoint {
        TokenEndpoint::new(Arc::clone(&self.transport), TokenClient::Connection(client), self.clock)
    }
}

impl NotionOauth for NotionClient {
    fn check_client(&self, client: OauthClient, redirect: RedirectUri) -> Job<()> {
        let (transport, secret) = (Arc::clone(&self.transport), client.secret.clone());
        let endpoint = self.token_endpoint(client.clone());
        trace::job("oauth", "check_client", async move {
            // Both round trips take the time of one.
            let (authorize, accepted) =
                tokio::join!(probe::check_authorize(&transport, &client.id, redirect), endpoint.check_client());
            probe::root_problem(authorize, accepted).map_err(|problem| scrub(problem, [&secret]))
        })
    }

    fn begin_authorization(&self, request: &AuthorizationRequest) -> Result<AuthorizationAttempt, Problem> {
        authorize::begin_authorization(&self.transport, request, self.clock)
    }

    fn exchange_code(&self, exchange: CodeExchange) -> Job<TokenGrant> {
        let endpoint = self.token_endpoint(exchange.client.clone());
        trace::job("oauth", "exchange_code", async move {
            let CodeExchange { client, code, redirect, verifier, pkce } = exchange;
            let code = AuthorizationCode { code, redirect, verifier };
            let secrets = [&client.secret, &code.code].into_iter().chain(&code.verifier);
            endpoint.exchange(&code, pkce).await.map_err(|problem| scrub(problem, secrets))
        })
    }

    fn refresh(&self, client: OauthClient, refresh: Secret) -> Job<TokenGrant> {
        let endpoint = self.token_endpoint(client.clone());
        trace::job("oauth", "refresh", async move {
            endpoint.refresh(&refresh).await.map_err(|problem| scrub(problem, [&client.secret, &refresh]))
        })
    }

    fn introspect(&self, client: OauthClient, token: Secret) -> Job<Introspection> {
        let endpoint = self.token_endpoint(client.clone());
        trace::job("oauth", "introspect", async move {
            endpoint.introspect(&token).await.map_err(|problem| scrub(problem, [&client.secret, &token]))
        })
    }

    fn revoke(&self, client: OauthClient, token: Secret) -> Job<()> {
        let endpoint = self.token_endpoint(client.clone());
        trace::job("oauth", "revoke", async move {
            endpoint.revoke(&token).await.map_err(|problem| scrub(problem, [&client.secret, &token]))
        })
    }
}
