//! The token endpoint with introspection and revocation, as one client uses them: an own connection at Notion's API
//! (<https://developers.notion.com/reference/create-a-token>), or a public client at the server that discovery found.
//!
//! A code and a refresh token work once, so no request is repeated because its response was lost.

use super::responses::{IntrospectionJson, TokenPairJson};
use crate::adapters::machine::clock::Clock;
use crate::adapters::notion_api::auth_headers::basic;
use crate::adapters::notion_api::classify::{HttpResponse, ResponseClass, classify};
use crate::adapters::notion_api::refusal::{ErrorBodyFormat, Refusal};
use crate::adapters::notion_api::transport::Transport;
use crate::domain::link::Link;
use crate::domain::oauth::{AuthorizationCode, Introspection, OauthClient, Pkce, PublicClient, TokenGrant};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use hyper::body::Bytes;
use reqwest::Body;
use serde::Serialize;
use std::sync::Arc;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

/// Larger than any of the bodies below.
const BODY_CAPACITY: usize = 4096;

pub(in crate::adapters::notion_api) struct TokenEndpoint {
    transport: Arc<Transport>,
    client: TokenClient,
    clock: Clock,
}

/// The client, and with it the form in which its requests are sent.
pub(in crate::adapters::notion_api) enum TokenClient {
    /// It authenticates with its secret, and sends JSON to Notion's API.
    Connection(OauthClient),
    /// It has no secret. It names itself in a form (RFC 6749, section 3.2.1), together with the resource (RFC 8707, section 2.2).
    Public(PublicClient),
}

#[derive(Serialize)]
#[serde(tag = "grant_type", rename_all = "snake_case")]
enum TokenRequest<'a> {
    AuthorizationCode {
        code: &'a str,
        /// Required, because the authorize URL carried it.
        redirect_uri: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        code_verifier: Option<&'a str>,
    },
    RefreshToken {
        refresh_token: &'a str,
    },
}

impl<'a> TokenRequest<'a> {
    fn for_code(exchange: &'a AuthorizationCode, verifier: Option<&'a Secret>) -> Self {
        Self::AuthorizationCode {
            code: exchange.code.expose(),
            redirect_uri: exchange.redirect.to_string(),
            code_verifier: verifier.map(Secret::expose),
        }
    }

    fn parameters(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::AuthorizationCode { code, redirect_uri, code_verifier } => {
                let mut parameters = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect_uri)];
                parameters.extend(code_verifier.map(|verifier| ("code_verifier", verifier)));
                parameters
            }
            Self::RefreshToken { refresh_token } => vec![("grant_type", "refresh_token"), ("refresh_token", refresh_token)],
        }
    }
}

#[derive(Serialize)]
struct TokenParameterJson<'a> {
    token: &'a str,
}

impl TokenEndpoint {
    pub(in crate::adapters::notion_api) fn new(transport: Arc<Transport>, client: TokenClient, clock: Clock) -> Self {
        Self { transport, client, clock }
    }

    /// `Pkce::Auto` allows a second try without the verifier.
    pub(in crate::adapters::notion_api) async fn exchange(
        &self,
        code: &AuthorizationCode,
        pkce: Pkce,
    ) -> Result<TokenGrant, Problem> {
        let mut verdict = self.request_tokens(&TokenRequest::for_code(code, code.verifier.as_ref())).await?;
        if let ResponseClass::Refused(refusal) = &verdict
            && pkce == Pkce::Auto
            && code.verifier.is_some()
            && is_pkce_unsupported(refusal)
        {
            // Notion documents no PKCE, and its validation refuses by name what its schema does not have, before it looks at the
            // code: so the code is still good. Only the endpoint itself can say this, over TLS; an interceptor of the code cannot.
            verdict = self.request_tokens(&TokenRequest::for_code(code, None)).await?;
        }
        self.read_grant(verdict, ProblemCode::CodeRefused)
    }

    pub(in crate::adapters::notion_api) async fn refresh(&self, refresh: &Secret) -> Result<TokenGrant, Problem> {
        let request = TokenRequest::RefreshToken { refresh_token: refresh.expose() };
        self.read_grant(self.request_tokens(&request).await?, ProblemCode::RefreshRefused)
    }

    pub(super) async fn introspect(&self, token: &Secret) -> Result<Introspection, Problem> {
        let reply = self.require_success(self.request_about("introspect", token).await?)?;
        let answer: IntrospectionJson = reply.json()?;
        answer.to_introspection().ok_or_else(|| reply.unreadable_problem("it does not say whether the token is active"))
    }

    pub(in crate::adapters::notion_api) async fn revoke(&self, token: &Secret) -> Result<(), Problem> {
        match self.request_about("revoke", token).await? {
            // A token that is dead already is no error (RFC 7009, section 2.2); a server that reports one means the same.
            ResponseClass::Refused(refusal) if matches!(refusal.code.as_str(), "invalid_grant" | "invalid_token") => Ok(()),
            verdict => self.require_success(verdict).map(drop),
        }
    }

    /// The client is authenticated before the token is looked at, so any response but `invalid_client` accepts the pair of id and secret.
    pub(super) async fn check_client(&self) -> Result<(), Problem> {
        match self.request_about("introspect", &Secret::new("a-token-of-no-meaning")).await? {
            ResponseClass::Refused(refusal) if matches!(refusal.status, 400 | 404) && !is_client_refused(&refusal) => Ok(()),
            verdict => self.require_success(verdict).map(drop),
        }
    }

    async fn request_tokens(&self, request: &TokenRequest<'_>) -> Result<ResponseClass, Problem> {
        match &self.client {
            TokenClient::Connection(client) => self.post_json(client, "token", request).await,
            TokenClient::Public(client) => {
                let mut parameters = request.parameters();
                parameters.push(("resource", &client.server.resource));
                classify(self.post_form(client, &client.server.token_endpoint, &parameters).await?, ErrorBodyFormat::Oauth)
            }
        }
    }

    async fn request_about(&self, endpoint: &str, token: &Secret) -> Result<ResponseClass, Problem> {
        match &self.client {
            TokenClient::Connection(client) => {
                self.post_json(client, endpoint, &TokenParameterJson { token: token.expose() }).await
            }
            // Only revocation is asked of such a server.
            TokenClient::Public(client) => {
                let endpoint = client.server.revocation_endpoint.as_ref();
                let endpoint = endpoint
                    .ok_or_else(|| Problem::new(ProblemCode::McpDiscoveryFailed).with_evidence("no revocation endpoint"))?;
                let reply = self.post_form(client, endpoint, &[("token", token.expose())]).await?;
                // The status says it all (RFC 7009, section 2.2): Notion's library sends nothing with it, as plain text.
                if reply.status == 200 && reply.body.is_empty() {
                    return Ok(ResponseClass::Success(reply));
                }
                classify(reply, ErrorBodyFormat::Oauth)
            }
        }
    }

    async fn post_json(
        &self,
        client: &OauthClient,
        endpoint: &str,
        body: &(impl Serialize + Sync),
    ) -> Result<ResponseClass, Problem> {
        let url = self.transport.endpoint(&["v1", "oauth", endpoint])?;
        let reply = self.transport.post(url, basic(client)?, wiping_json(body)?).await?;
        classify(reply, ErrorBodyFormat::Oauth)
    }

    async fn post_form(
        &self,
        client: &PublicClient,
        endpoint: &Link,
        parameters: &[(&str, &str)],
    ) -> Result<HttpResponse, Problem> {
        let body = wiping_form(parameters.iter().copied().chain([("client_id", client.id.as_str())]));
        self.transport.post_form(parse_url(endpoint)?, body).await
    }

    fn read_grant(&self, verdict: ResponseClass, otherwise: ProblemCode) -> Result<TokenGrant, Problem> {
        match verdict {
            ResponseClass::Success(reply) => {
                let answer: TokenPairJson = reply.json()?;
                answer.into_grant(self.clock.now()).ok_or_else(|| reply.unreadable_problem("it contains no access token"))
            }
            ResponseClass::Refused(refusal) if is_grant_refused(&refusal) => Err(refusal.into_problem_with(otherwise)),
            ResponseClass::Refused(refusal) => Err(self.refusal_problem(refusal)),
        }
    }

    fn refusal_problem(&self, refusal: Refusal) -> Problem {
        match &self.client {
            TokenClient::Connection(_) => refusal_problem(refusal),
            TokenClient::Public(_) if is_client_refused(&refusal) => refusal.into_problem_with(ProblemCode::ClientRefused),
            // Another server's refusal of the request itself; the codes of Notion's API don't apply to it.
            TokenClient::Public(_) if matches!(refusal.status, 400..=404) => {
                refusal.into_problem_with(ProblemCode::AuthorizationRefused)
            }
            TokenClient::Public(_) => refusal.into_default_problem(),
        }
    }

    fn require_success(&self, verdict: ResponseClass) -> Result<HttpResponse, Problem> {
        match verdict {
            ResponseClass::Success(reply) => Ok(reply),
            ResponseClass::Refused(refusal) => Err(self.refusal_problem(refusal)),
        }
    }
}

pub(in crate::adapters::notion_api) fn parse_url(link: &Link) -> Result<Url, Problem> {
    Url::parse(link.as_str()).map_err(|error| Problem::bug(error.to_string()))
}

/// Returns a body that is wiped once it is sent. It is allocated at full size, because a buffer that grows leaves copies behind.
fn wiping_json(body: &impl Serialize) -> Result<Body, Problem> {
    let mut json = Zeroizing::new(Vec::with_capacity(BODY_CAPACITY));
    serde_json::to_writer(&mut *json, body).map_err(|error| Problem::bug(error.to_string()))?;
    Ok(Bytes::from_owner(json).into())
}

/// Returns the parameters as a form, in memory that is wiped.
fn wiping_form<'a>(parameters: impl Iterator<Item = (&'a str, &'a str)>) -> Body {
    let mut form = form_urlencoded::Serializer::new(String::with_capacity(BODY_CAPACITY));
    let text = form.extend_pairs(parameters).finish();
    Bytes::from_owner(Zeroizing::new(text.into_bytes())).into()
}

/// True if the grant was refused. A malformed one is refused too, before anything is looked up.
fn is_grant_refused(refusal: &Refusal) -> bool {
    let named = || refusal.mentions("code") || refusal.mentions("refresh_token");
    refusal.code == "invalid_grant" || (refusal.status == 400 && !is_client_refused(refusal) && named())
}

fn is_client_refused(refusal: &Refusal) -> bool {
    refusal.status == 401 || matches!(refusal.code.as_str(), "invalid_client" | "unauthorized_client")
}

/// True if the parameter is refused by its name. A verifier that does not match would be `invalid_grant` (RFC 7636, section 4.6).
fn is_pkce_unsupported(refusal: &Refusal) -> bool {
    let is_malformed = refusal.status == 400 && matches!(refusal.code.as_str(), "invalid_request" | "validation_error");
    is_malformed && (refusal.mentions("code_verifier") || refusal.mentions("code_challenge"))
}

/// Returns the problem of any other refusal by Notion's API (RFC 6749, section 5.2).
fn refusal_problem(refusal: Refusal) -> Problem {
    let with_reason = |refusal: &Refusal, what: &str| format!("{}: {what}", refusal.evidence);
    match (refusal.status, refusal.code.as_str()) {
        // The client is who it says, and may not do this: it is another kind of connection.
        (400 | 401 | 403, "unauthorized_client") => refusal.into_problem_with(ProblemCode::ClientUnknown),
        (400 | 401, _) if is_client_refused(&refusal) => {
            let evidence = with_reason(&refusal, "it concerns the ID and secret together");
            refusal.into_problem_with(ProblemCode::ClientRefused).with_evidence(evidence)
        }
        (400, _) if is_pkce_unsupported(&refusal) => {
            let evidence = with_reason(&refusal, "Notion does not accept code_verifier");
            refusal.into_problem_with(ProblemCode::AuthorizationRefused).with_evidence(evidence)
        }
        (400, _) if refusal.mentions("redirect_uri") => refusal.into_problem_with(ProblemCode::RedirectMismatch),
        (403, _) => refusal.into_problem_with(ProblemCode::AuthorizationRefused),
        _ => refusal.into_default_problem(),
    }
}
