//! Recognises the expected callback among all other requests.
//!
//! Every program of this machine, and every page in its browser, can request this address. None of them can know the state.

use super::CallbackResult;
use crate::domain::oauth::{AuthorizationAttempt, RedirectUri, parse_callback};
use crate::domain::problem::ProblemCode;
use crate::domain::secret::Secret;
use hyper::header::{HOST, HeaderMap};
use hyper::{Method, Request, StatusCode};

/// Returns the result that the callback brings, or the status with which the request is rejected.
pub(super) fn read_callback<B>(request: &Request<B>, pending: &AuthorizationAttempt) -> Result<CallbackResult, StatusCode> {
    if !has_loopback_host(request, pending.redirect.port) {
        return Err(StatusCode::MISDIRECTED_REQUEST);
    }
    if request.method() != Method::GET {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    if request.uri().path() != RedirectUri::CALLBACK_PATH {
        return Err(StatusCode::NOT_FOUND);
    }
    if !is_top_level_navigation(request.headers()) {
        return Err(StatusCode::BAD_REQUEST);
    }
    let query = request.uri().query().unwrap_or_default();
    match parse_callback(&Secret::new(format!("{}?{query}", pending.redirect)), pending) {
        Err(problem) if problem.code == ProblemCode::CallbackMismatch => Err(StatusCode::BAD_REQUEST),
        answer => Ok(answer),
    }
}

/// True if the request names a loopback host. A foreign page can make its own name resolve to 127.0.0.1 (DNS rebinding), but its
/// requests still carry that name.
fn has_loopback_host<B>(request: &Request<B>, port: u16) -> bool {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None, None) = (hosts.next(), hosts.next(), request.uri().authority()) else { return false };
    let is = |name: &str| host.as_bytes().eq_ignore_ascii_case(format!("{name}:{port}").as_bytes());
    ["localhost", "127.0.0.1", "[::1]"].into_iter().any(is)
}

/// True for a top-level navigation. A browser that prefetches, or an extension that draws a preview, would use the code up and keep
/// the page to itself.
fn is_top_level_navigation(headers: &HeaderMap) -> bool {
    let is_prefetch = ["sec-purpose", "purpose", "x-purpose", "x-moz"].into_iter().any(|name| headers.contains_key(name));
    !is_prefetch && headers.get("sec-fetch-dest").is_none_or(|destination| destination == "document")
}
