//! `GET /v1/oauth/authorize` and the consent page (<https://developers.notion.com/guides/get-started/authorization>).

use super::{ConsentDecision, ConsentMode, PkceSupport, ServerSettings, ServerState, form_parameter};
use crate::support::notion::{Request, Response};
use url::Url;

/// A valid authorization request.
pub(super) struct ConsentRequest {
    redirect: String,
    state: Option<String>,
    challenge: Option<String>,
}

/// The reason why no consent page is shown.
pub(super) enum ConsentRefusal {
    /// An error page, because the browser must not be redirected to an unregistered URI (RFC 6749, section 4.1.2.1).
    Page(&'static str),
    /// A redirect with an error.
    Redirect(String),
}

impl ConsentRequest {
    pub(super) fn read(query: &str, behaviour: &ServerSettings) -> Result<Self, ConsentRefusal> {
        let at = |name: &str| form_parameter(query, name);
        if at("client_id").as_ref() != Some(&behaviour.client_id) {
            return Err(ConsentRefusal::Page("Missing or invalid client_id."));
        }
        let redirect = at("redirect_uri").filter(|redirect| behaviour.redirects.contains(redirect));
        let redirect = redirect.ok_or(ConsentRefusal::Page("Missing or invalid redirect_uri."))?;
        let wish = Self { redirect, state: at("state"), challenge: at("code_challenge") };
        let wrong = if at("response_type").as_deref() != Some("code") {
            "response_type"
        } else if at("owner").as_deref() != Some("user") {
            "owner"
        } else if wish.challenge.is_some() && at("code_challenge_method").as_deref() != Some("S256") {
            "code_challenge_method"
        } else if wish.challenge.is_some() && behaviour.pkce == PkceSupport::ChallengeRefused {
            "code_challenge"
        } else {
            return Ok(wish);
        };
        Err(ConsentRefusal::Redirect(wish.redirect_with(&[("error", "invalid_request"), ("error_description", wrong)])))
    }

    /// Returns the URL that the browser is redirected to.
    pub(super) fn redirect_url(&self, decision: ConsentDecision, state: &mut ServerState) -> String {
        match decision {
            ConsentDecision::Allow => {
                let code = state.issued.new_code(self.redirect.clone(), self.challenge.clone());
                self.redirect_with(&[("code", &code)])
            }
            ConsentDecision::Cancel => self.redirect_with(&[("error", "access_denied")]),
        }
    }

    fn redirect_with(&self, pairs: &[(&str, &str)]) -> String {
        let mut url = Url::parse(&self.redirect).unwrap();
        let state = self.state.as_deref().map(|state| ("state", state));
        url.query_pairs_mut().extend_pairs(pairs.iter().copied().chain(state));
        url.into()
    }
}

pub(super) fn authorize(request: &Request, state: &mut ServerState) -> Response {
    let query = query(request);
    match (ConsentRequest::read(query, &state.settings), state.settings.consent) {
        (Err(refusal), _) => refusal_response(refusal),
        (Ok(wish), ConsentMode::Immediate(decision)) => Response::redirect(302, &wish.redirect_url(decision, state)),
        (Ok(_), ConsentMode::Page | ConsentMode::PageSubmitsItself(_)) => Response::redirect(302, &format!("/consent?{query}")),
    }
}

/// Responds with the consent page.
pub(super) fn show_page(request: &Request, state: &ServerState) -> Response {
    let pressed = match state.settings.consent {
        ConsentMode::PageSubmitsItself(decision) => Some(decision),
        ConsentMode::Page | ConsentMode::Immediate(_) => None,
    };
    Response::html(200, &consent_html(query(request), pressed))
}

/// Handles the form, which contains the query of the page and the decision.
pub(super) fn handle_decision(request: &Request, state: &mut ServerState) -> Response {
    let decision = match form_parameter(&request.body, "decision").as_deref() {
        Some("allow") => ConsentDecision::Allow,
        _ => ConsentDecision::Cancel,
    };
    let query = form_parameter(&request.body, "query").unwrap_or_default();
    match ConsentRequest::read(&query, &state.settings) {
        Ok(wish) => Response::redirect(303, &wish.redirect_url(decision, state)),
        Err(refusal) => refusal_response(refusal),
    }
}

fn refusal_response(refusal: ConsentRefusal) -> Response {
    match refusal {
        ConsentRefusal::Page(words) => Response::html(400, &format!("<!doctype html><title>Notion</title><h1>{words}</h1>")),
        ConsentRefusal::Redirect(address) => Response::redirect(302, &address),
    }
}

fn query(request: &Request) -> &str {
    request.target.split_once('?').map(|(_, query)| query).unwrap_or_default()
}

fn consent_html(query: &str, pressed: Option<ConsentDecision>) -> String {
    let script = pressed.map(|decision| match decision {
        ConsentDecision::Allow => "<script>document.getElementById('allow').click()</script>",
        ConsentDecision::Cancel => "<script>document.getElementById('cancel').click()</script>",
    });
    // Escapes the characters that would end the attribute.
    let query = query.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    format!(
        r#"<!doctype html><meta charset="utf-8"><title>Fake Notion: consent</title>
<h1>Fake connection wants to use Fake Works</h1>
<form method="post" action="/consent"><input type="hidden" name="query" value="{query}">
<button id="cancel" name="decision" value="cancel">Cancel</button>
<button id="allow" name="decision" value="allow">Allow access</button></form>{}"#,
        script.unwrap_or_default()
    )
}
