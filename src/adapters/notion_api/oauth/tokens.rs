//! The token endpoint with introspection and revocation, as one connection's client uses them
//! (<https://developers.notion.com/reference/create-a-token>).
//!
//!
//! A code and a refresh token work once, so no request is repeated because its response was lost.

use super::responses::{IntrospectionJson, TokenPairJson};
use crate::adapters::notion_api::auth_headers::basic;
use crate::adapters::notion_api::classify::{HttpResponse, ResponseClass, classify};
use crate::adapters::notion_api::refusal::{ErrorBodyFormat, Refusal};
use crate::adapters::notion_api::transport::Transport;
use crate::domain::oauth::{CodeExchange, Introspection, OauthClient, Pkce, TokenGrant};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use hyper::body::Bytes;
use reqwest::Body;
use serde::Serialize;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Larger than any of the bodies below.
const BODY_CAPACITY: usize = 4096;

pub(super) struct TokenEndpoint {
    transport: Arc<Transport>,
    client: OauthClient,
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
    fn for_code(exchange: &'a CodeExchange, verifier: Option<&'a Secret>) -> Self {
        Self::AuthorizationCode {
            code: exchange.code.expose(),
            redirect_uri: exchange.redirect.to_string(),
            code_verifier: verifier.map(Secret::expose),
        }
    }
}

#[derive(Serialize)]
struct TokenParameterJson<'a> {
    token: &'a str,
}

impl TokenEndpoint {
    pub(super) fn new(transport: Arc<Transport>, client: OauthClient) -> Self {
        Self { transport, client }
    }

    pub(super) async fn exchange(&self, exchange: &CodeExchange) -> Result<TokenGrant, Problem> {
        let mut verdict = self.post("token", &TokenRequest::for_code(exchange, exchange.verifier.as_ref())).await?;
        if let ResponseClass::Refused(refusal) = &verdict
            && exchange.pkce == Pkce::Auto
            && exchange.verifier.is_some()
            && is_pkce_unsupported(refusal)
        {
            // Notion documents no PKCE, and its validation refuses by name what its schema does not have, before it looks at the
            // code: so the code is still good. Only the endpoint itself can say this, over TLS; an interceptor of the code cannot.
            verdict = self.post("token", &TokenRequest::for_code(exchange, None)).await?;
        }
        into_grant(verdict, ProblemCode::CodeRefused)
    }

    pub(super) async fn refresh(&self, refresh: &Secret) -> Result<TokenGrant, Problem> {
        let request = TokenRequest::RefreshToken { refresh_token: refresh.expose() };
        into_grant(self.post("token", &request).await?, ProblemCode::RefreshRefused)
    }

    pub(super) async fn introspect(&self, token: &Secret) -> Result<Introspection, Problem> {
        let reply = into_success(self.post("introspect", &TokenParameterJson { token: token.expose() }).await?)?;
        let answer: IntrospectionJson = reply.json()?;
        answer.to_introspection().ok_or_else(|| reply.unreadable_problem("it does not say whether the token is active"))
    }

    pub(super) async fn revoke(&self, token: &Secret) -> Result<(), Problem> {
        match self.post("revoke", &TokenParameterJson { token: token.expose() }).await? {
            // A token that is dead already is no error (RFC 7009, section 2.2); a server that reports one means the same.
            ResponseClass::Refused(refusal) if matches!(refusal.code.as_str(), "invalid_grant" | "invalid_token") => Ok(()),
            verdict => into_success(verdict).map(drop),
        }
    }

    /// The client is authenticated before the token is looked at, so any response but `invalid_client` accepts the pair of id and secret.
    pub(super) async fn check_client(&self) -> Result<(), Problem> {
        match self.post("introspect", &TokenParameterJson { token: "a-token-of-no-meaning" }).await? {
            ResponseClass::Refused(refusal) if matches!(refusal.status, 400 | 404) && !is_client_refused(&refusal) => Ok(()),
            verdict => into_success(verdict).map(drop),
        }
    }

    async fn post(&self, endpoint: &str, body: &(impl Serialize + Sync)) -> Result<ResponseClass, Problem> {
        let url = self.transport.endpoint(&["v1", "oauth", endpoint])?;
        let reply = self.transport.post(url, basic(&self.client)?, wiping_body(body)?).await?;
        classify(reply, ErrorBodyFormat::Oauth)
    }
}

/// Returns a body that is wiped once it is sent. It is allocated at full size, because a buffer that grows leaves copies behind.
fn wiping_body(body: &impl Serialize) -> Result<Body, Problem> {
    let mut json = Zeroizing::new(Vec::with_capacity(BODY_CAPACITY));
    serde_json::to_writer(&mut *json, body).map_err(|error| Problem::bug(error.to_string()))?;
    Ok(Bytes::from_owner(json).into())
}

fn into_grant(verdict: ResponseClass, otherwise: ProblemCode) -> Result<TokenGrant, Problem> {
    match verdict {
        ResponseClass::Success(reply) => {
            let answer: TokenPairJson = reply.json()?;
            answer.into_grant().ok_or_else(|| reply.unreadable_problem("it contains no access token"))
        }
        ResponseClass::Refused(refusal) if is_grant_refused(&refusal) => Err(refusal.into_problem_with(otherwise)),
        ResponseClass::Refused(refusal) => Err(refusal_problem(refusal)),
    }
}

fn into_success(verdict: ResponseClass) -> Result<HttpResponse, Problem> {
    match verdict {
        ResponseClass::Success(reply) => Ok(reply),
        ResponseClass::Refused(refusal) => Err(refusal_problem(refusal)),
    }
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

/// Returns the problem of any other refusal here (RFC 6749, section 5.2).
fn refusal_problem(refusal: Refusal) -> Problem {
    let seen = |refusal: &Refusal, what: &str| format!("{}: {what}", refusal.evidence);
    match (refusal.status, refusal.code.as_str()) {
        // The client is who it says, and may not do this: it is another kind of connection.
        (400 | 401 | 403, "unauthorized_client") => refusal.into_problem_with(ProblemCode::ClientUnknown),
        (400 | 401, _) if is_client_refused(&refusal) => {
            let evidence = seen(&refusal, "it concerns the ID and secret together");
            refusal.into_problem_with(ProblemCode::ClientRefused).with_evidence(evidence)
        }
        (400, _) if is_pkce_unsupported(&refusal) => {
            let evidence = seen(&refusal, "Notion does not accept code_verifier");
            refusal.into_problem_with(ProblemCode::AuthorizationRefused).with_evidence(evidence)
        }
        (400, _) if refusal.mentions("redirect_uri") => refusal.into_problem_with(ProblemCode::RedirectMismatch),
        (403, _) => refusal.into_problem_with(ProblemCode::AuthorizationRefused),
        _ => refusal.into_default_problem(),
    }
}
