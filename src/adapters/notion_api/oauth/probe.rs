//! Checks whether a connection would work, before a person is sent anywhere.
//!
//! Neither response is documented, so no more is read into them than they hold. Notion checks only the form of the request and
//! redirects to its own page, which checks the id and the redirect URI once a person has signed in there: a redirect proves
//! neither. The token endpoint proves that the pair of id and secret is right.

use super::authorize;
use crate::adapters::notion_api::classify::{HttpResponse, ResponseClass, classify};
use crate::adapters::notion_api::error_fields::sanitize_code;
use crate::adapters::notion_api::refusal::{ErrorBody, ErrorBodyFormat};
use crate::adapters::notion_api::transport::Transport;
use crate::domain::oauth::RedirectUri;
use crate::domain::problem::{Problem, ProblemCode};
use url::Url;

/// Requests the URL as a browser would, without following the redirect.
pub(super) async fn check_authorize(transport: &Transport, client_id: &str, redirect: RedirectUri) -> Result<(), Problem> {
    let url = authorize::authorize_url(transport, client_id, redirect)?;
    let reply = transport.get_without_token(url.clone()).await?;
    read_response(reply, &url, redirect)
}

/// Returns the problem that is at the root of the other, if both checks failed.
pub(super) fn root_problem(authorize: Result<(), Problem>, accepted: Result<(), Problem>) -> Result<(), Problem> {
    match (authorize, accepted) {
        // A server that answers like this at one end may not have been Notion at the other end either.
        (Err(_), Err(problem)) if problem.code != ProblemCode::ClientRefused => Err(problem),
        // This one says which of the three is wrong, whereas `invalid_client` means the pair.
        (Err(problem), _) => Err(problem),
        (Ok(()), accepted) => accepted,
    }
}

fn read_response(reply: HttpResponse, requested: &Url, redirect: RedirectUri) -> Result<(), Problem> {
    let error = reply.error_body(ErrorBodyFormat::Oauth);
    match reply.status {
        300..=399 => check_redirect(&reply, requested, redirect),
        // Its consent page, or a page to sign in; the other check proves that it is Notion's.
        200..=299 if error.is_none() => Ok(()),
        // A rule of the network, a proxy, or a limit.
        403 if error.is_none() && !reply.is_from_api() => classify_response(reply),
        407 | 429 => classify_response(reply),
        200..=299 | 400..=499 => Err(refusal_problem(&reply, error.as_ref(), redirect)),
        _ => classify_response(reply),
    }
}

fn classify_response(reply: HttpResponse) -> Result<(), Problem> {
    match classify(reply, ErrorBodyFormat::Oauth)? {
        ResponseClass::Success(_) => Ok(()),
        ResponseClass::Refused(refusal) => Err(refusal.into_default_problem()),
    }
}

fn refusal_problem(reply: &HttpResponse, error: Option<&ErrorBody>, redirect: RedirectUri) -> Problem {
    let evidence = reply.evidence(error);
    // A page for people may write it in two words.
    let text = String::from_utf8_lossy(&reply.body).to_ascii_lowercase().replace(' ', "_");
    // A response that repeats the whole request names both, and tells nothing.
    if text.contains("redirect_uri") && !text.contains("client_id") {
        return Problem::new(ProblemCode::RedirectMismatch)
            .with_evidence(format!("{evidence}: redirect_uri, which was {redirect}"));
    }
    Problem::new(ProblemCode::ClientUnknown).with_evidence(evidence)
}

/// An error is sent to the redirect URI only once that is known to be right (RFC 6749, section 4.1.2.1).
fn check_redirect(reply: &HttpResponse, requested: &Url, redirect: RedirectUri) -> Result<(), Problem> {
    let target = reply.header("location").and_then(|place| requested.join(place).ok());
    let mut target = target.ok_or_else(|| reply.unreadable_problem("a redirect without a target"))?;
    let error = target.query_pairs().find(|(name, _)| name == "error").map(|(_, error)| sanitize_code(&error));
    target.set_query(None);
    target.set_fragment(None);
    let Some(error) = error.filter(|_| redirect.is_equal_to(target.as_str())) else { return Ok(()) };
    let code = match error.as_str() {
        "unauthorized_client" | "invalid_client" => ProblemCode::ClientUnknown,
        "server_error" | "temporarily_unavailable" => ProblemCode::NotionServerError,
        _ => ProblemCode::AuthorizationRefused,
    };
    Err(Problem::new(code).with_evidence(format!("HTTP {} with error={error}", reply.status)))
}
