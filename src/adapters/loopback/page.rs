//! The page that a browser shows. It loads nothing and repeats nothing of the request.

use super::CallbackResult;
use crate::domain::problem::ProblemCode;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};

const PAGE_TEMPLATE: &str = include_str!("../../../assets/callback.html");

/// The page's style and icon are part of the page itself.
const CSP: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The texts for the markers in [`PAGE_TEMPLATE`].
struct PageText {
    tone: &'static str,
    headline: &'static str,
    sentence: &'static str,
}

/// Claims no more than is known: the code has yet to be exchanged.
const ANSWERED: PageText = PageText {
    tone: "answered",
    headline: "You can return to the terminal",
    sentence: "<strong>Return to the terminal</strong> to continue. You can close this page.",
};
const ANSWERED_ALREADY: PageText = PageText {
    tone: "already",
    headline: "This link was already used",
    sentence: "<strong>Return to the terminal</strong>. You can close this page.",
};
const DENIED: PageText = PageText {
    tone: "refused",
    headline: "Access denied",
    sentence: "Nothing was connected. <strong>Return to the terminal</strong> to try again or cancel.",
};
const REFUSED: PageText = PageText {
    tone: "refused",
    headline: "Notion returned an error",
    sentence: "Nothing was connected. <strong>Return to the terminal</strong> to see the reason.",
};
const MISMATCH: PageText = PageText {
    tone: "stray",
    headline: "This page doesn't match the request",
    sentence: "Nothing was connected. <strong>Return to the terminal</strong> and open the link it shows now.",
};

pub(super) fn callback_page(answer: &CallbackResult) -> Response<Full<Bytes>> {
    let text = match answer {
        Ok(_) => ANSWERED,
        Err(problem) if problem.code == ProblemCode::AuthorizationDenied => DENIED,
        Err(_) => REFUSED,
    };
    response(StatusCode::OK, render(&text))
}

pub(super) fn already_answered_page() -> Response<Full<Bytes>> {
    response(StatusCode::OK, render(&ANSWERED_ALREADY))
}

pub(super) fn rejection_page(status: StatusCode) -> Response<Full<Bytes>> {
    let body = if status == StatusCode::BAD_REQUEST { render(&MISMATCH) } else { String::new() };
    let mut response = response(status, body);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
    }
    response
}

fn render(text: &PageText) -> String {
    let PageText { tone, headline, sentence } = text;
    PAGE_TEMPLATE.replace("<!-- tone -->", tone).replace("<!-- headline -->", headline).replace("<!-- sentence -->", sentence)
}

fn response(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().extend(
        [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CONTENT_SECURITY_POLICY, CSP),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            // The address of this page carries the code.
            (REFERRER_POLICY, "no-referrer"),
            (CACHE_CONTROL, "no-store"),
            (CONNECTION, "close"),
        ]
        .map(|(name, value)| (name, HeaderValue::from_static(value))),
    );
    response
}
