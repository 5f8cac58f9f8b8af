//! Error responses from Notion: their formats, and the problem of each where only a success will do. The causes and remedies of a problem
//! are in `assets/problems.toml`.

use super::error_fields::{sanitize_code, sanitize_id};
use crate::domain::problem::{Problem, ProblemCode};
use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use zeroize::Zeroizing;

/// The format of an endpoint's errors.
#[derive(Clone, Copy, Debug)]
pub(super) enum ErrorBodyFormat {
    /// `{"object": "error", "code": …, "message": …}` (<https://developers.notion.com/reference/status-codes>).
    Api,
    /// `{"error": …, "error_description": …}` according to Notion's guide to authorization, the other format according to the API
    /// reference of the token endpoint.
    Oauth,
}

const BLOCKED_REASON: &str = "public_api_request_blocked";

/// An error body, read.
pub(super) struct ErrorBody {
    pub(super) code: String,
    pub(super) request_id: Option<String>,
    pub(super) retry_after: Option<u64>,
    /// `public_api_request_blocked`: waiting does not help (<https://developers.notion.com/reference/request-limits>).
    is_blocked: bool,
    /// Notion's message. It is searched and never shown, because validation repeats what was sent.
    message: Zeroizing<String>,
}

/// The fields of an error in either format. Every other field is skipped and never copied: the body may be a pair of tokens.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorJson {
    object: ErrorFieldJson,
    code: ErrorFieldJson,
    error: ErrorFieldJson,
    message: ErrorFieldJson,
    error_description: ErrorFieldJson,
    request_id: ErrorFieldJson,
    additional_data: ErrorFieldJson,
}

/// The useful parts of a field, whatever it holds.
#[derive(Default)]
struct ErrorFieldJson {
    text: Option<Zeroizing<String>>,
    number: Option<u64>,
    retry_after: Option<u64>,
    is_blocked: bool,
}

impl ErrorFieldJson {
    fn text(&self) -> Option<&str> {
        self.text.as_ref().map(|text| text.as_str())
    }
}

impl<'de> Deserialize<'de> for ErrorFieldJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ErrorFieldVisitor)
    }
}

struct ErrorFieldVisitor;

impl<'de> Visitor<'de> for ErrorFieldVisitor {
    type Value = ErrorFieldJson;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<ErrorFieldJson, E> {
        Ok(ErrorFieldJson { text: Some(Zeroizing::new(text.to_owned())), ..ErrorFieldJson::default() })
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<ErrorFieldJson, E> {
        Ok(ErrorFieldJson { number: Some(number), ..ErrorFieldJson::default() })
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<ErrorFieldJson, E> {
        Ok(ErrorFieldJson::default())
    }

    /// A fraction of a second is waited for as a whole one.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast from a float saturates")]
    fn visit_f64<E: Error>(self, number: f64) -> Result<ErrorFieldJson, E> {
        Ok(ErrorFieldJson { number: Some(number.ceil() as u64).filter(|_| number >= 0.0), ..ErrorFieldJson::default() })
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<ErrorFieldJson, E> {
        Ok(ErrorFieldJson::default())
    }

    fn visit_unit<E: Error>(self) -> Result<ErrorFieldJson, E> {
        Ok(ErrorFieldJson::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<ErrorFieldJson, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(ErrorFieldJson::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ErrorFieldJson, A::Error> {
        let mut field = ErrorFieldJson::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "retry_after" => field.retry_after = map.next_value::<ErrorFieldJson>()?.number,
                "rate_limit_reason" => field.is_blocked = map.next_value::<ErrorFieldJson>()?.text() == Some(BLOCKED_REASON),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(field)
    }
}

impl ErrorBody {
    pub(super) fn read(body: &[u8], shape: ErrorBodyFormat) -> Option<Self> {
        // serde would read a list as the fields in their order.
        let body = Some(body).filter(|body| body.trim_ascii_start().starts_with(b"{"))?;
        let fields: ErrorJson = serde_json::from_slice(body).ok()?;
        let is_error = fields.object.text() == Some("error");
        let code = match shape {
            ErrorBodyFormat::Api => fields.code.text().filter(|_| is_error),
            // In the second format the code is optional.
            ErrorBodyFormat::Oauth => fields.error.text().or_else(|| fields.code.text()).or_else(|| is_error.then_some("")),
        };
        Some(Self {
            code: sanitize_code(code?),
            request_id: fields.request_id.text().map(sanitize_id),
            retry_after: fields.additional_data.retry_after,
            is_blocked: fields.additional_data.is_blocked,
            message: fields.error_description.text.or(fields.message.text).unwrap_or_default(),
        })
    }

    /// True if Notion names this parameter, as in `body.code_verifier should be …`.
    pub(super) fn mentions(&self, parameter: &str) -> bool {
        let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
        self.message.split(|character| !is_part(character)).any(|word| word.eq_ignore_ascii_case(parameter))
    }
}

/// A refusal by the API itself.
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: String,
    pub(super) evidence: String,
    pub(super) retry_after: Option<u64>,
    pub(super) body: Option<ErrorBody>,
}

impl Refusal {
    pub(super) fn into_default_problem(self) -> Problem {
        let code = match self.status {
            // Our own paths are right beneath Notion's address, so the base address is wrong.
            400 if self.code == "invalid_request_url" => ProblemCode::BaseUrlWrong,
            // Our request was wrong: a path, a version or a parameter.
            400 => ProblemCode::Bug,
            401 => ProblemCode::Unauthorized,
            403 => ProblemCode::Restricted,
            409 => ProblemCode::Conflict,
            429 if self.body.as_ref().is_some_and(|body| body.is_blocked) => ProblemCode::RequestBlocked,
            429 => ProblemCode::RateLimited,
            _ => ProblemCode::ResponseUnreadable,
        };
        self.into_problem_with(code)
    }

    pub(super) fn into_problem_with(self, code: ProblemCode) -> Problem {
        Problem::new(code).with_evidence(self.evidence).with_retry_after(self.retry_after)
    }

    pub(super) fn mentions(&self, parameter: &str) -> bool {
        self.body.as_ref().is_some_and(|body| body.mentions(parameter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(shape: ErrorBodyFormat, body: &str) -> Option<String> {
        ErrorBody::read(body.as_bytes(), shape).map(|error| error.code)
    }

    #[test]
    fn an_oauth_endpoint_is_read_in_both_shapes_and_error_comes_first() {
        for (body, expected) in [
            (r#"{"error":"invalid_client","request_id":"r"}"#, Some("invalid_client")),
            (r#"{"error":"invalid_grant","code":"validation_error"}"#, Some("invalid_grant")),
            (r#"{"object":"error","status":401,"code":"unauthorized","message":"no"}"#, Some("unauthorized")),
            (r#"{"object":"error","status":400}"#, Some("unknown")),
            (r#"{"error":{"deep":1},"code":"validation_error"}"#, Some("validation_error")),
            (r#"{"access_token":"fake"}"#, None),
            ("<html>", None),
        ] {
            assert_eq!(code(ErrorBodyFormat::Oauth, body).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn the_api_has_one_shape_and_a_gateway_with_another_is_not_notion() {
        assert_eq!(code(ErrorBodyFormat::Api, r#"{"error":"invalid_token"}"#), None);
        assert_eq!(code(ErrorBodyFormat::Api, r#"{"code":"unauthorized"}"#), None);
        assert_eq!(code(ErrorBodyFormat::Api, r#"{"object":"error","code":"unauthorized"}"#).as_deref(), Some("unauthorized"));
    }

    #[test]
    fn a_parameter_is_named_by_the_whole_word() {
        let body =
            r#"{"error":"invalid_request","error_description":"body.code_verifier should be not present, instead was `\"x\"`."}"#;
        let error = ErrorBody::read(body.as_bytes(), ErrorBodyFormat::Oauth).expect("an error");
        assert!(error.mentions("code_verifier"));
        assert!(!error.mentions("code"));
        assert!(!error.mentions("verifier"));
    }
}
