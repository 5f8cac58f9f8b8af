//! The URL at which a person is asked for consent.

use super::random_values::{code_challenge, random_secret};
use super::tokens::parse_url;
use crate::adapters::machine::clock::Clock;
use crate::adapters::notion_api::transport::Transport;
use crate::domain::link::Link;
use crate::domain::loopback::PortState;
use crate::domain::oauth::{AUTHORIZATION_TIMEOUT, AuthorizationAttempt, AuthorizationRequest, Pkce, PublicClient, RedirectUri};
use crate::domain::problem::Problem;
use url::Url;

/// Sets every parameter that Notion documents except `state`. There is no `scope`: what may be done is fixed in the portal.
pub(super) fn authorize_url(transport: &Transport, client_id: &str, redirect: RedirectUri) -> Result<Url, Problem> {
    let mut url = transport.endpoint(&["v1", "oauth", "authorize"])?;
    let redirect = redirect.to_string();
    let parameters = [("client_id", client_id), ("redirect_uri", &redirect), ("response_type", "code"), ("owner", "user")];
    url.query_pairs_mut().extend_pairs(parameters);
    Ok(url)
}

pub(super) fn begin_authorization(
    transport: &Transport,
    request: &AuthorizationRequest,
    clock: Clock,
) -> Result<AuthorizationAttempt, Problem> {
    let url = authorize_url(transport, &request.client_id, request.redirect)?;
    begin(url, request.redirect, request.pkce != Pkce::Never, None, clock)
}

/// Creates the link for a server that was found by discovery. The challenge is always sent, because its metadata promises to support it.
pub(in crate::adapters::notion_api) fn begin_public_authorization(
    client: &PublicClient,
    redirect: RedirectUri,
    clock: Clock,
) -> Result<AuthorizationAttempt, Problem> {
    let mut url = parse_url(&client.server.authorization_endpoint)?;
    let shown = redirect.to_string();
    let parameters = [
        ("client_id", client.id.as_str()),
        ("redirect_uri", &shown),
        ("response_type", "code"),
        ("resource", &client.server.resource),
    ];
    url.query_pairs_mut().extend_pairs(parameters);
    begin(url, redirect, true, Some(Box::new(client.clone())), clock)
}

/// Adds to the link what ties the answer to this request.
fn begin(
    mut url: Url,
    redirect: RedirectUri,
    wants_challenge: bool,
    client: Option<Box<PublicClient>>,
    clock: Clock,
) -> Result<AuthorizationAttempt, Problem> {
    let state = random_secret()?;
    let verifier = wants_challenge.then(random_secret).transpose()?;
    url.query_pairs_mut().append_pair("state", state.expose());
    if let Some(verifier) = &verifier {
        let mut query = url.query_pairs_mut();
        query.append_pair("code_challenge", &code_challenge(verifier)).append_pair("code_challenge_method", "S256");
    }
    Ok(AuthorizationAttempt {
        link: Link::parse(url.as_str()).map_err(|error| Problem::bug(error.to_string()))?,
        redirect,
        state,
        verifier,
        client,
        ends_at: clock
            .local_time_after(AUTHORIZATION_TIMEOUT)
            .ok_or_else(|| Problem::bug("the clock stands at the end of time"))?,
        // The listener has not been started yet; it reports its state later.
        listening: PortState::Free(redirect.port),
    })
}
