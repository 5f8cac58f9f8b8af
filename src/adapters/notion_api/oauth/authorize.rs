//! The URL at which a person is asked for consent.

use super::proof::{challenge, unguessable};
use crate::adapters::clock::Clock;
use crate::adapters::notion_api::transport::Transport;
use crate::domain::link::Link;
use crate::domain::loopback::PortState;
use crate::domain::oauth::{AuthorizeRequest, PATIENCE, Pending, Pkce, Redirect};
use crate::domain::problem::Problem;
use url::Url;

/// Sets every parameter that Notion documents except `state`. There is no `scope`: what may be done is fixed in the portal.
pub(super) fn address(transport: &Transport, client_id: &str, redirect: Redirect) -> Result<Url, Problem> {
    let mut url = transport.endpoint(&["v1", "oauth", "authorize"])?;
    let redirect = redirect.to_string();
    let parameters = [("client_id", client_id), ("redirect_uri", &redirect), ("response_type", "code"), ("owner", "user")];
    url.query_pairs_mut().extend_pairs(parameters);
    Ok(url)
}

pub(super) fn begin(transport: &Transport, request: &AuthorizeRequest, clock: Clock) -> Result<Pending, Problem> {
    let mut url = address(transport, &request.client_id, request.redirect)?;
    let state = unguessable()?;
    let verifier = (request.pkce != Pkce::Never).then(unguessable).transpose()?;
    url.query_pairs_mut().append_pair("state", state.expose());
    if let Some(verifier) = &verifier {
        let mut query = url.query_pairs_mut();
        query.append_pair("code_challenge", &challenge(verifier)).append_pair("code_challenge_method", "S256");
    }
    Ok(Pending {
        link: Link::checked(url.as_str()).map_err(|error| Problem::bug(error.to_string()))?,
        redirect: request.redirect,
        state,
        verifier,
        ends_at: clock.local_time_after(PATIENCE).ok_or_else(|| Problem::bug("the clock stands at the end of time"))?,
        // The listener has not been started yet; it reports its state later.
        listening: PortState::Free(request.redirect.port),
    })
}
