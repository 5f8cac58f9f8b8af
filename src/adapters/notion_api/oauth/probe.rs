//! Whether a connection would work, asked before a person is sent anywhere.
//!
//! Neither answer is documented, so no more is read into them than they hold. Notion checks what it is sent by its form and
//! redirects to its own page, which knows the id and the redirect address only once somebody has signed in there: a redirect
//! proves neither. That the pair of id and secret is right is proven by the token endpoint.

use super::authorize;
use crate::adapters::notion_api::classify::{Reply, Verdict, classify, plain_code};
use crate::adapters::notion_api::refusal::{ErrorBody, Shape};
use crate::adapters::notion_api::transport::Transport;
use crate::domain::oauth::Redirect;
use crate::domain::problem::{Problem, ProblemCode};
use url::Url;

/// Asks as a browser would, without following the answer.
pub(super) async fn ask(transport: &Transport, client_id: &str, redirect: Redirect) -> Result<(), Problem> {
    let url = authorize::address(transport, client_id, redirect)?;
    let reply = transport.get_without_token(url.clone()).await?;
    read(reply, &url, redirect)
}

/// Of two troubles the one that is at the root of the other.
pub(super) fn verdict(asked: Result<(), Problem>, accepted: Result<(), Problem>) -> Result<(), Problem> {
    match (asked, accepted) {
        // Whoever answers so at one end may not have been Notion at the other either.
        (Err(_), Err(problem)) if problem.code != ProblemCode::ClientRefused => Err(problem),
        // It says which of the three is wrong, where `invalid_client` means the pair.
        (Err(problem), _) => Err(problem),
        (Ok(()), accepted) => accepted,
    }
}

fn read(reply: Reply, asked: &Url, redirect: Redirect) -> Result<(), Problem> {
    let error = reply.error(Shape::Oauth);
    match reply.status {
        300..=399 => sent_on(&reply, asked, redirect),
        // Its consent page or a page to sign in; that it is Notion's is for the other end to prove.
        200..=299 if error.is_none() => Ok(()),
        // A rule of the network; a proxy; a limit.
        403 if error.is_none() && !reply.is_of_the_api() => judged(reply),
        407 | 429 => judged(reply),
        200..=299 | 400..=499 => Err(refused(&reply, error.as_ref(), redirect)),
        _ => judged(reply),
    }
}

fn judged(reply: Reply) -> Result<(), Problem> {
    match classify(reply, Shape::Oauth)? {
        Verdict::Given(_) => Ok(()),
        Verdict::Refused(refusal) => Err(refusal.problem()),
    }
}

fn refused(reply: &Reply, error: Option<&ErrorBody>, redirect: Redirect) -> Problem {
    let evidence = reply.evidence(error);
    // To people it may be written in two words.
    let words = String::from_utf8_lossy(&reply.body).to_ascii_lowercase().replace(' ', "_");
    // An answer that repeats the whole question names both, and tells nothing.
    if words.contains("redirect_uri") && !words.contains("client_id") {
        return Problem::new(ProblemCode::RedirectMismatch).seen(format!("{evidence}: redirect_uri, which was {redirect}"));
    }
    Problem::new(ProblemCode::ClientUnknown).seen(evidence)
}

/// An error comes back to the redirect address once that is known to be right (RFC 6749, 4.1.2.1).
fn sent_on(reply: &Reply, asked: &Url, redirect: Redirect) -> Result<(), Problem> {
    let target = reply.header("location").and_then(|place| asked.join(place).ok());
    let mut target = target.ok_or_else(|| reply.unreadable("a redirect to nowhere"))?;
    let error = target.query_pairs().find(|(name, _)| name == "error").map(|(_, error)| plain_code(&error));
    target.set_query(None);
    target.set_fragment(None);
    let Some(error) = error.filter(|_| redirect.difference(target.as_str()).is_none()) else { return Ok(()) };
    let code = match error.as_str() {
        "unauthorized_client" | "invalid_client" => ProblemCode::ClientUnknown,
        "server_error" | "temporarily_unavailable" => ProblemCode::NotionTrouble,
        _ => ProblemCode::AuthorizationRefused,
    };
    Err(Problem::new(code).seen(format!("HTTP {} back with error={error}", reply.status)))
}
