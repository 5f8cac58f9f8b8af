//! Classifies an HTTP response. Pure: status, headers and body in; a class or a problem out. What was refused becomes a problem in
//! `refusal.rs`.
//!
//! Notion's free `message` is never shown: an error body is the one place where a server might echo a token.

use super::error_fields::{MAX_NAME_LENGTH, sanitize_id};
use super::refusal::{ErrorBody, ErrorBodyFormat, Refusal};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, LOCATION, RETRY_AFTER};
use serde::de::DeserializeOwned;
use url::Url;
use zeroize::Zeroizing;

/// Maximum delay taken from a server. Its number goes into clock arithmetic, and no person waits longer at a prompt.
const MAX_RETRY_AFTER_S: u64 = 24 * 60 * 60;

/// A complete HTTP response.
pub(super) struct HttpResponse {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    /// Wiped when it is dropped, because it may be a pair of tokens.
    pub(super) body: Zeroizing<Vec<u8>>,
    /// When it came, by this machine's clock.
    pub(super) received: Timestamp,
}

/// Class of a response that Notion's API itself gave.
pub(super) enum ResponseClass {
    /// 2xx with JSON.
    Success(HttpResponse),
    Refused(Refusal),
}

/// Classifies a response by its sender first, and only then by its content.
pub(super) fn classify(reply: HttpResponse, shape: ErrorBodyFormat) -> Result<ResponseClass, Problem> {
    let error = reply.error_body(shape);
    let fail = |problem: ProblemCode| Err(Problem::new(problem).with_evidence(reply.evidence(error.as_ref())));
    let retry_after = reply.retry_after(error.as_ref());
    match reply.status {
        200..=299 if reply.may_be_json() => Ok(ResponseClass::Success(reply)),
        300..=399 => Err(Problem::new(ProblemCode::Redirected).with_evidence(reply.redirect_evidence())),
        407 => fail(ProblemCode::ProxyRefused),
        529 => fail(ProblemCode::Overloaded).map_err(|problem| problem.with_retry_after(retry_after)),
        500..=599 => fail(ProblemCode::NotionServerError).map_err(|problem| problem.with_retry_after(retry_after)),
        400..=499 if error.is_some() || reply.is_from_api() => Ok(ResponseClass::Refused(Refusal {
            status: reply.status,
            evidence: reply.evidence(error.as_ref()),
            code: error.as_ref().map_or_else(|| "unknown".into(), |error| error.code.clone()),
            retry_after,
            body: error,
        })),
        // The edge in front of Notion limits rates too, and sends no JSON.
        429 => fail(ProblemCode::RateLimited).map_err(|problem| problem.with_retry_after(retry_after)),
        // A rule at the edge, or a filter of this machine's network (makenotion/notion-sdk-js tells them apart alike, in `src/errors.ts`).
        403 => fail(ProblemCode::BlockedByNetwork),
        _ => fail(ProblemCode::UnexpectedResponse),
    }
}

/// Every response of the API carries this header; those of the edge do not.
const REQUEST_ID: &str = "x-notion-request-id";

impl HttpResponse {
    /// Parses the body of a success.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_slice(&self.body).map_err(|error| {
            // The parser's own text can repeat a value; the position is enough.
            self.unreadable_problem(&format!("line {}, column {}", error.line(), error.column()))
        })
    }

    /// The problem of a complete response that contradicts the documentation.
    pub(super) fn unreadable_problem(&self, what: &str) -> Problem {
        Problem::new(ProblemCode::ResponseUnreadable).with_evidence(format!("{}: {what}", self.evidence(None)))
    }

    /// The id to quote to Notion's support.
    pub(super) fn request_id(&self) -> Option<String> {
        self.header(REQUEST_ID).map(sanitize_id).filter(|id| !id.is_empty())
    }

    pub(super) fn is_from_api(&self) -> bool {
        self.headers.contains_key(REQUEST_ID)
    }

    pub(super) fn error_body(&self, shape: ErrorBodyFormat) -> Option<ErrorBody> {
        ErrorBody::read(&self.body, shape)
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A missing content type is accepted; parsing decides.
    fn may_be_json(&self) -> bool {
        let Some(kind) = self.header(CONTENT_TYPE.as_str()) else { return true };
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        kind == "application/json" || kind.ends_with("+json")
    }

    fn retry_after(&self, error: Option<&ErrorBody>) -> Option<u64> {
        let header =
            self.header(RETRY_AFTER.as_str()).and_then(|text| whole_seconds(text.trim()).or_else(|| self.seconds_until(text)));
        let body = || error?.retry_after;
        header.or_else(body).map(|seconds| seconds.min(MAX_RETRY_AFTER_S))
    }

    /// Seconds from the answer to a date (RFC 9110, section 10.2.3). The server's own clock decides where its `Date` tells it:
    /// this machine's may be wrong.
    fn seconds_until(&self, date: &str) -> Option<u64> {
        let parsed = |date: &str| rfc2822::parse(date.trim()).ok().map(|date| date.timestamp());
        let sent = self.header(DATE.as_str()).and_then(parsed).unwrap_or(self.received);
        Some(u64::try_from(parsed(date)?.as_second() - sent.as_second()).unwrap_or_default())
    }

    /// Shows only the host of the target: the rest is the redirecting server's to choose.
    fn redirect_evidence(&self) -> String {
        let target = self.header(LOCATION.as_str()).map(|place| match Url::parse(place) {
            Ok(url) => url.host_str().map_or_else(|| "no host".to_owned(), str::to_owned),
            Err(_) => "another page of the same host".to_owned(),
        });
        let target: String = sanitize(&target.unwrap_or_else(|| "nowhere".into())).chars().take(MAX_NAME_LENGTH).collect();
        format!("HTTP {} to {target}", self.status)
    }

    /// Returns the status, the code, and the id to quote to Notion's support: the request's, else that of the edge's ray.
    pub(super) fn evidence(&self, error: Option<&ErrorBody>) -> String {
        let code = error.map(|error| format!(" {}", error.code)).unwrap_or_default();
        let in_body = || error?.request_id.clone().filter(|id| !id.is_empty());
        let id = self.request_id().or_else(in_body).map(|id| format!(", request {id}"));
        let ray = || self.header("cf-ray").map(|ray| format!(", cf-ray {}", sanitize_id(ray)));
        format!("HTTP {}{code}{}", self.status, id.or_else(ray).unwrap_or_default())
    }
}

/// A number of seconds; a fraction counts as a whole one.
fn whole_seconds(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = [whole, fraction].iter().all(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let more = u64::from(fraction.bytes().any(|byte| byte != b'0'));
    is_number.then(|| whole.parse::<u64>().ok()).flatten().map(|seconds| seconds.saturating_add(more))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ProblemCode::{
        BaseUrlWrong, BlockedByNetwork, Bug, Conflict, NotionServerError, Overloaded, ProxyRefused, RateLimited, Redirected,
        RequestBlocked, ResponseUnreadable, Restricted, Unauthorized, UnexpectedResponse,
    };
    use reqwest::header::{HeaderName, HeaderValue};
    use serde_json::Value;

    const HTML: &[(&str, &str)] = &[("content-type", "text/html; charset=utf-8")];
    const JSON: &[(&str, &str)] = &[("content-type", "application/json; charset=utf-8")];

    const BLOCKED: &str =
        r#"{"object":"error","code":"rate_limited","additional_data":{"rate_limit_reason":"public_api_request_blocked"}}"#;

    fn reply(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> HttpResponse {
        let pairs = headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let received = "1994-11-06T08:49:37Z".parse().expect("a time");
        HttpResponse { status, headers: pairs.collect(), body: body.as_bytes().to_vec().into(), received }
    }

    fn error(code: &str) -> String {
        format!(r#"{{"object":"error","status":0,"code":"{code}","message":"echo ntn_fake_echoed","request_id":"id-1"}}"#)
    }

    /// Returns the problem of a response where only a success will do.
    fn problem(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Option<Problem> {
        match classify(reply(status, headers, body), ErrorBodyFormat::Api) {
            Ok(ResponseClass::Success(_)) => None,
            Ok(ResponseClass::Refused(refusal)) => Some(refusal.into_default_problem()),
            Err(problem) => Some(problem),
        }
    }

    #[test]
    fn every_answer_has_its_problem_and_its_evidence() {
        let page = "<html>ntn_fake_echoed</html>";
        let cf: &[_] = &[("content-type", "text/html"), ("cf-ray", "8f00-FRA")];
        let id: &[_] = &[("x-notion-request-id", "abc-1")];
        let to = |place| [("location", place)];
        for (status, headers, body, code, evidence) in [
            (400, JSON, &*error("validation_error"), Bug, "HTTP 400 validation_error, request id-1"),
            (400, JSON, &error("invalid_request_url"), BaseUrlWrong, "HTTP 400 invalid_request_url, request id-1"),
            (401, JSON, &error("unauthorized"), Unauthorized, "HTTP 401 unauthorized, request id-1"),
            (401, id, "", Unauthorized, "HTTP 401, request abc-1"),
            (401, HTML, page, UnexpectedResponse, "HTTP 401"),
            (401, JSON, r#"{"error":"invalid_token"}"#, UnexpectedResponse, "HTTP 401"),
            (403, JSON, &error("restricted_resource"), Restricted, "HTTP 403 restricted_resource, request id-1"),
            (403, cf, page, BlockedByNetwork, "HTTP 403, cf-ray 8f00-FRA"),
            (403, JSON, "{}", BlockedByNetwork, "HTTP 403"),
            (404, JSON, &error("object_not_found"), ResponseUnreadable, "HTTP 404 object_not_found, request id-1"),
            (404, HTML, page, UnexpectedResponse, "HTTP 404"),
            (407, HTML, page, ProxyRefused, "HTTP 407"),
            (409, JSON, &error("conflict_error"), Conflict, "HTTP 409 conflict_error, request id-1"),
            (429, JSON, BLOCKED, RequestBlocked, "HTTP 429 rate_limited"),
            (429, JSON, &error("rate_limited"), RateLimited, "HTTP 429 rate_limited, request id-1"),
            (429, cf, page, RateLimited, "HTTP 429, cf-ray 8f00-FRA"),
            (500, JSON, &error("internal_server_error"), NotionServerError, "HTTP 500 internal_server_error, request id-1"),
            (502, cf, page, NotionServerError, "HTTP 502, cf-ray 8f00-FRA"),
            (503, id, "", NotionServerError, "HTTP 503, request abc-1"),
            (529, JSON, &error("service_overload"), Overloaded, "HTTP 529 service_overload, request id-1"),
            (200, HTML, page, UnexpectedResponse, "HTTP 200"),
            (302, &to("https://login.example/?t=ntn_fake_echoed"), "", Redirected, "HTTP 302 to login.example"),
            (308, &to("/v2"), "", Redirected, "HTTP 308 to another page of the same host"),
            (304, &[], "", Redirected, "HTTP 304 to nowhere"),
            (418, HTML, page, UnexpectedResponse, "HTTP 418"),
            (101, &[], "", UnexpectedResponse, "HTTP 101"),
        ] {
            let problem = problem(status, headers, body).unwrap_or_else(|| panic!("HTTP {status} is no yes"));
            assert_eq!((problem.code, problem.evidence.as_deref()), (code, Some(evidence)), "HTTP {status} {body}");
        }
    }

    #[test]
    fn only_json_counts_as_given() {
        for headers in [JSON, &[("content-type", "application/problem+JSON")], &[]] {
            assert_eq!(problem(200, headers, "{}"), None, "{headers:?}");
        }
        let broken = reply(200, JSON, "{\"object\":");
        assert_eq!(broken.json::<Value>().map_err(|problem| problem.code), Err(ResponseUnreadable));
    }

    #[test]
    fn the_pause_comes_from_the_header_else_from_the_body_and_has_an_end() {
        const IN_AN_HOUR: (&str, &str) = ("retry-after", "Sun, 06 Nov 1994 09:49:37 GMT");
        let waits = |headers, body: &str| problem(429, headers, body).and_then(|problem| problem.retry_after);
        let body = r#"{"object":"error","code":"rate_limited","additional_data":{"retry_after":9}}"#;
        assert_eq!(waits(&[("retry-after", "7")], body), Some(7));
        assert_eq!(waits(&[("retry-after", "soon")], body), Some(9));
        assert_eq!(waits(&[("retry-after", "1")], body), Some(1));
        assert_eq!(waits(&[("retry-after", "1.0")], body), Some(1));
        assert_eq!(waits(&[("retry-after", "1.2")], body), Some(2));
        for (headers, seconds) in [
            (&[IN_AN_HOUR][..], 3600),
            // The server's own clock goes before this machine's.
            (&[IN_AN_HOUR, ("date", "Sun, 06 Nov 1994 09:49:30 GMT")], 7),
            (&[IN_AN_HOUR, ("date", "Sun, 06 Nov 1994 10:00:00 GMT")], 0),
        ] {
            assert_eq!(waits(headers, body), Some(seconds), "{headers:?}");
        }
        assert_eq!(waits(&[], r#"{"object":"error","code":"rate_limited","additional_data":{"retry_after":1.5}}"#), Some(2));
        assert_eq!(waits(&[], "{}"), None);
        assert_eq!(waits(&[("retry-after", "18446744073709551615")], body), Some(MAX_RETRY_AFTER_S));
        assert_eq!(problem(503, &[("retry-after", "3")], "").and_then(|problem| problem.retry_after), Some(3));
    }

    #[test]
    fn hostile_codes_and_ids_are_not_repeated() {
        let body = r#"{"object":"error","code":"\u001b[31mred","request_id":"\u001b]8;;x"}"#;
        let evidence = problem(401, JSON, body).and_then(|problem| problem.evidence);
        assert_eq!(evidence.as_deref(), Some("HTTP 401 unknown, request 8x"));
    }
}
