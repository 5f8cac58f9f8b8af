//! The OAuth client against a Notion that does everything its documentation leaves open.

mod begin;
mod consent;
mod exchange;
mod pkce;
mod probe;
mod secrecy;
mod token_lifecycle;

use crate::support::connection_fakes::{CLIENT_ID, client};
use crate::support::connection_life::granted;
use crate::support::deadline::DEADLINE;
use crate::support::notion::Request;
use crate::support::oauth_server::OauthServer;
use notion_auth::adapters::notion_api::{NotionClient, RequestLimits};
use notion_auth::domain::base_url::BaseUrl;
use notion_auth::domain::oauth::{
    AuthorizationAttempt, AuthorizationRequest, CodeExchange, Pkce, RedirectUri, TokenGrant, parse_callback,
};
use notion_auth::domain::problem::Problem;
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::NotionOauth;
use serde_json::Value;

const LIMITS: RequestLimits = RequestLimits { connect_timeout: DEADLINE, request_timeout: DEADLINE, max_body_bytes: 64 * 1024 };

const TOKEN: &str = "/v1/oauth/token";
const INTROSPECT: &str = "/v1/oauth/introspect";
const AUTHORIZE: &str = "/v1/oauth/authorize";

fn at(base_url: &str) -> NotionClient {
    NotionClient::with_limits(BaseUrl::parse(base_url).expect("a good base"), LIMITS)
}

fn request(pkce: Pkce) -> AuthorizationRequest {
    AuthorizationRequest { client_id: CLIENT_ID.into(), redirect: RedirectUri::default(), pkce }
}

fn begin(server: &OauthServer, pkce: Pkce) -> AuthorizationAttempt {
    at(&server.base_url()).begin_authorization(&request(pkce)).expect("a link")
}

/// Returns the exchange of an approved authorization.
fn allowed(server: &OauthServer, pkce: Pkce) -> CodeExchange {
    let pending = begin(server, pkce);
    let answer = server.allow(pending.link.as_str());
    let code = parse_callback(&Secret::new(answer), &pending).expect("a code");
    CodeExchange { client: client(), code, redirect: pending.redirect, verifier: pending.verifier, pkce }
}

async fn exchange(server: &OauthServer, exchange: CodeExchange) -> Result<TokenGrant, Problem> {
    at(&server.base_url()).exchange_code(exchange).await
}

/// Everything that the token endpoint was sent.
fn token_requests(server: &OauthServer) -> Vec<Value> {
    let is_token = |request: &&Request| request.path() == TOKEN;
    server.requests().iter().filter(is_token).map(|request| serde_json::from_str(&request.body).expect("JSON")).collect()
}
