//! The URL at which a person is asked for consent.

use super::random_values::{code_challenge, random_secret};
use crate::adapters::machine::clock::Clock;
use crate::adapters::notion_api::transport::Transport;
use crate::domain::link::Link;
use crate::domain::loopback::PortState;
use crate::domain::oauth::{AUTHORIZATION_TIMEOUT, AuthorizationAttempt, AuthorizationRequest, Pkce, RedirectUri};
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
    let mut url = authorize_url(transport, &request.client_id, request.redirect)?;
    let state = random_secret()?;
    let verifier = (request.pkce != Pkce::Never).then(random_secret).transpose()?;
    url.query_pairs_mut().append_pair("state", state.expose());
    if let Some(verifier) = &verifier {
        let mut query = url.query_pairs_mut();
        query.append_pair("code_challenge", &code_challenge(verifier)).append_pair("code_challenge_method", "S256");
    }
    Ok(AuthorizationAttempt {
        link: Link::parse(url.as_str()).map_err(|error| Problem::bug(error.to_string()))?,
        redirect: request.redirect,
        state,
        verifier,
        ends_at: clock
            .local_time_after(AUTHORIZATION_TIMEOUT)
            .ok_or_else(|| Problem::bug("the clock stands at the end of time"))?,
        // The listener has not been started yet; it reports its state later.
        listening: PortState::Free(request.redirect.port),
    })
}
