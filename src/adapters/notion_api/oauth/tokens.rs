//! The token endpoint with introspection and revocation, as one connection's client uses them
//! (https://developers.notion.com/reference/create-a-token).
//!
//!
//! A code and a refresh token work once, so no request is repeated because its response was lost.

use super::grant::{IntrospectionShape, TokenShape};
use crate::adapters::notion_api::authorization::basic;
use crate::adapters::notion_api::classify::{Reply, Verdict, classify};
use crate::adapters::notion_api::refusal::{Refusal, Shape};
use crate::adapters::notion_api::transport::Transport;
use crate::domain::oauth::{Client, Exchange, Grant, Introspection, Pkce};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use hyper::body::Bytes;
use reqwest::Body;
use serde::Serialize;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Larger than any of the bodies below.
const ROOM: usize = 4096;

pub(super) struct TokenEndpoint {
    transport: Arc<Transport>,
    client: Client,
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
    fn for_code(exchange: &'a Exchange, verifier: Option<&'a Secret>) -> Self {
        Self::AuthorizationCode {
            code: exchange.code.expose(),
            redirect_uri: exchange.redirect.to_string(),
            code_verifier: verifier.map(Secret::expose),
        }
    }
}

#[derive(Serialize)]
struct About<'a> {
    token: &'a str,
}

impl TokenEndpoint {
    pub(super) fn new(transport: Arc<Transport>, client: Client) -> Self {
        Self { transport, client }
    }

    pub(super) async fn exchange(&self, exchange: &Exchange) -> Result<Grant, Problem> {
        let mut verdict = self.ask("token", &TokenRequest::for_code(exchange, exchange.verifier.as_ref())).await?;
        if let Verdict::Refused(refusal) = &verdict
            && exchange.pkce == Pkce::Auto
            && exchange.verifier.is_some()
            && knows_no_pkce(refusal)
        {
            // Notion documents no PKCE, and its validation refuses by name what its schema does not have, before it looks at the
            // code: so the code is still good. Only the endpoint itself can say this, over TLS; an interceptor of the code cannot.
            verdict = self.ask("token", &TokenRequest::for_code(exchange, None)).await?;
        }
        granted(verdict, ProblemCode::CodeRefused)
    }

    pub(super) async fn refresh(&self, refresh: &Secret) -> Result<Grant, Problem> {
        let request = TokenRequest::RefreshToken { refresh_token: refresh.expose() };
        granted(self.ask("token", &request).await?, ProblemCode::RefreshRefused)
    }

    pub(super) async fn introspect(&self, token: &Secret) -> Result<Introspection, Problem> {
        let reply = given(self.ask("introspect", &About { token: token.expose() }).await?)?;
        let answer: IntrospectionShape = reply.json()?;
        answer.introspection().ok_or_else(|| reply.unreadable("it does not say whether the token is active"))
    }

    pub(super) async fn revoke(&self, token: &Secret) -> Result<(), Problem> {
        match self.ask("revoke", &About { token: token.expose() }).await? {
            // A token that is dead already is no error (RFC 7009, section 2.2); a server that reports one means the same.
            Verdict::Refused(refusal) if matches!(refusal.code.as_str(), "invalid_grant" | "invalid_token") => Ok(()),
            verdict => given(verdict).map(drop),
        }
    }

    /// The client is authenticated before the token is looked at, so any response but `invalid_client` accepts the pair of id and secret.
    pub(super) async fn accepts_client(&self) -> Result<(), Problem> {
        match self.ask("introspect", &About { token: "a-token-of-no-meaning" }).await? {
            Verdict::Refused(refusal) if matches!(refusal.status, 400 | 404) && !refuses_client(&refusal) => Ok(()),
            verdict => given(verdict).map(drop),
        }
    }

    async fn ask(&self, endpoint: &str, body: &(impl Serialize + Sync)) -> Result<Verdict, Problem> {
        let url = self.transport.endpoint(&["v1", "oauth", endpoint])?;
        let reply = self.transport.post(url, basic(&self.client)?, wiped(body)?).await?;
        classify(reply, Shape::Oauth)
    }
}

/// Returns a body that is wiped once it is sent. It is allocated at full size, because a buffer that grows leaves copies behind.
fn wiped(body: &impl Serialize) -> Result<Body, Problem> {
    let mut json = Zeroizing::new(Vec::with_capacity(ROOM));
    serde_json::to_writer(&mut *json, body).map_err(|error| Problem::bug(error.to_string()))?;
    Ok(Bytes::from_owner(json).into())
}

fn granted(verdict: Verdict, otherwise: ProblemCode) -> Result<Grant, Problem> {
    match verdict {
        Verdict::Given(reply) => {
            let answer: TokenShape = reply.json()?;
            answer.grant().ok_or_else(|| reply.unreadable("there is no access token in it"))
        }
        Verdict::Refused(refusal) if refuses_grant(&refusal) => Err(refusal.into_problem(otherwise)),
        Verdict::Refused(refusal) => Err(problem(refusal)),
    }
}

fn given(verdict: Verdict) -> Result<Reply, Problem> {
    match verdict {
        Verdict::Given(reply) => Ok(reply),
        Verdict::Refused(refusal) => Err(problem(refusal)),
    }
}

/// True if the grant was refused. A malformed one is refused too, before anything is looked up.
fn refuses_grant(refusal: &Refusal) -> bool {
    let named = || refusal.names("code") || refusal.names("refresh_token");
    refusal.code == "invalid_grant" || (refusal.status == 400 && !refuses_client(refusal) && named())
}

fn refuses_client(refusal: &Refusal) -> bool {
    refusal.status == 401 || matches!(refusal.code.as_str(), "invalid_client" | "unauthorized_client")
}

/// True if the parameter is refused by its name. A verifier that does not match would be `invalid_grant` (RFC 7636, section 4.6).
fn knows_no_pkce(refusal: &Refusal) -> bool {
    let is_malformed = refusal.status == 400 && matches!(refusal.code.as_str(), "invalid_request" | "validation_error");
    is_malformed && (refusal.names("code_verifier") || refusal.names("code_challenge"))
}

/// Returns the problem of any other refusal here (RFC 6749, section 5.2).
fn problem(refusal: Refusal) -> Problem {
    let seen = |refusal: &Refusal, what: &str| format!("{}: {what}", refusal.evidence);
    match (refusal.status, refusal.code.as_str()) {
        // The client is who it says, and may not do this: it is another kind of connection.
        (400 | 401 | 403, "unauthorized_client") => refusal.into_problem(ProblemCode::ClientUnknown),
        (400 | 401, _) if refuses_client(&refusal) => {
            let evidence = seen(&refusal, "it is about id and secret together");
            refusal.into_problem(ProblemCode::ClientRefused).seen(evidence)
        }
        (400, _) if knows_no_pkce(&refusal) => {
            let evidence = seen(&refusal, "Notion takes no code_verifier");
            refusal.into_problem(ProblemCode::AuthorizationRefused).seen(evidence)
        }
        (400, _) if refusal.names("redirect_uri") => refusal.into_problem(ProblemCode::RedirectMismatch),
        (403, _) => refusal.into_problem(ProblemCode::AuthorizationRefused),
        _ => refusal.problem(),
    }
}
