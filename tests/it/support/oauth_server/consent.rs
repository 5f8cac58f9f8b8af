//! `GET /v1/oauth/authorize` and the consent page (<https://developers.notion.com/guides/get-started/authorization>).

use super::{Behaviour, Consent, Decision, PkceSupport, State, parameter};
use crate::support::notion::{Request, Response};
use url::Url;

/// A valid authorization request.
pub(super) struct Wish {
    redirect: String,
    state: Option<String>,
    challenge: Option<String>,
}

/// The reason why no consent page is shown.
pub(super) enum Refusal {
    /// An error page, because the browser must not be redirected to an unregistered URI (RFC 6749, section 4.1.2.1).
    Page(&'static str),
    /// A redirect with an error.
    SentBack(String),
}

impl Wish {
    pub(super) fn read(query: &str, behaviour: &Behaviour) -> Result<Self, Refusal> {
        let at = |name: &str| parameter(query, name);
        if at("client_id").as_ref() != Some(&behaviour.client_id) {
            return Err(Refusal::Page("Missing or invalid client_id."));
        }
        let redirect = at("redirect_uri").filter(|redirect| behaviour.redirects.contains(redirect));
        let redirect = redirect.ok_or(Refusal::Page("Missing or invalid redirect_uri."))?;
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
        Err(Refusal::SentBack(wish.send_back(&[("error", "invalid_request"), ("error_description", wrong)])))
    }

    /// Returns the URL that the browser is redirected to.
    pub(super) fn answer(&self, decision: Decision, state: &mut State) -> String {
        match decision {
            Decision::Allow => {
                let code = state.issued.code(self.redirect.clone(), self.challenge.clone());
                self.send_back(&[("code", &code)])
            }
            Decision::Cancel => self.send_back(&[("error", "access_denied")]),
        }
    }

    fn send_back(&self, pairs: &[(&str, &str)]) -> String {
        let mut url = Url::parse(&self.redirect).unwrap();
        let state = self.state.as_deref().map(|state| ("state", state));
        url.query_pairs_mut().extend_pairs(pairs.iter().copied().chain(state));
        url.into()
    }
}

pub(super) fn authorize(request: &Request, state: &mut State) -> Response {
    let query = query(request);
    match (Wish::read(query, &state.behaviour), state.behaviour.consent) {
        (Err(refusal), _) => refused(refusal),
        (Ok(wish), Consent::AtOnce(decision)) => Response::redirect(302, &wish.answer(decision, state)),
        (Ok(_), Consent::Asked | Consent::Pressed(_)) => Response::redirect(302, &format!("/consent?{query}")),
    }
}

/// Responds with the consent page.
pub(super) fn shown(request: &Request, state: &State) -> Response {
    let pressed = match state.behaviour.consent {
        Consent::Pressed(decision) => Some(decision),
        Consent::Asked | Consent::AtOnce(_) => None,
    };
    Response::html(200, &page(query(request), pressed))
}

/// Handles the form, which contains the query of the page and the decision.
pub(super) fn decided(request: &Request, state: &mut State) -> Response {
    let decision = match parameter(&request.body, "decision").as_deref() {
        Some("allow") => Decision::Allow,
        _ => Decision::Cancel,
    };
    let query = parameter(&request.body, "query").unwrap_or_default();
    match Wish::read(&query, &state.behaviour) {
        Ok(wish) => Response::redirect(303, &wish.answer(decision, state)),
        Err(refusal) => refused(refusal),
    }
}

fn refused(refusal: Refusal) -> Response {
    match refusal {
        Refusal::Page(words) => Response::html(400, &format!("<!doctype html><title>Notion</title><h1>{words}</h1>")),
        Refusal::SentBack(address) => Response::redirect(302, &address),
    }
}

fn query(request: &Request) -> &str {
    request.target.split_once('?').map(|(_, query)| query).unwrap_or_default()
}

fn page(query: &str, pressed: Option<Decision>) -> String {
    let script = pressed.map(|decision| match decision {
        Decision::Allow => "<script>document.getElementById('allow').click()</script>",
        Decision::Cancel => "<script>document.getElementById('cancel').click()</script>",
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
