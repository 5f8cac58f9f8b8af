//! Parses the responses of the token endpoint and of introspection leniently: fields are optional, unknown ones ignored.

use crate::domain::oauth::{Introspection, TokenGrant};
use crate::domain::sanitize::sanitize;
use crate::domain::secret::Secret;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

/// The owner in it is ignored; the API is asked about that, which answers for the token itself.
#[derive(Deserialize)]
pub(super) struct TokenPairJson {
    access_token: Option<Secret>,
    refresh_token: Option<Secret>,
    expires_in: Option<Value>,
}

impl TokenPairJson {
    /// `now` is when the response came.
    pub(super) fn into_grant(self, now: Timestamp) -> Option<TokenGrant> {
        let secret = |secret: Option<Secret>| secret.filter(|secret| !secret.is_empty());
        let seconds = self.expires_in.as_ref().and_then(Value::as_i64).filter(|seconds| *seconds >= 0);
        let expires_at = seconds.and_then(|seconds| now.checked_add(SignedDuration::from_secs(seconds)).ok());
        Some(TokenGrant { access: secret(self.access_token)?, refresh: secret(self.refresh_token), expires_at })
    }
}

/// The response of introspection (RFC 7662, section 2.2). Only `active` is needed; an odd value elsewhere must not cost the result.
#[derive(Deserialize)]
pub(super) struct IntrospectionJson {
    active: Option<bool>,
    scope: Option<Value>,
    iat: Option<Value>,
}

impl IntrospectionJson {
    pub(super) fn to_introspection(&self) -> Option<Introspection> {
        let scope = self.scope.as_ref().and_then(Value::as_str).map(sanitize).filter(|scope| !scope.is_empty());
        let issued_at = self.iat.as_ref().and_then(Value::as_i64).and_then(|seconds| Timestamp::from_second(seconds).ok());
        Some(Introspection { active: self.active?, scope, issued_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_grant_needs_an_access_token_and_nothing_else() {
        let read = |body: Value| {
            serde_json::from_value::<TokenPairJson>(body).ok().and_then(|pair| pair.into_grant(Timestamp::UNIX_EPOCH))
        };
        let pair = |refresh: Option<&str>| {
            Some(TokenGrant { access: Secret::new("ntn_fake"), refresh: refresh.map(Secret::new), expires_at: None })
        };
        let more =
            json!({"access_token": "ntn_fake", "refresh_token": "nrt_fake", "owner": {"type": "team"}, "expires_in": "soon"});
        assert_eq!(read(more), pair(Some("nrt_fake")));
        assert_eq!(read(json!({"access_token": "ntn_fake", "refresh_token": null})), pair(None));
        assert_eq!(read(json!({"access_token": "ntn_fake", "refresh_token": ""})), pair(None));
        assert_eq!(read(json!({"access_token": "ntn_fake"})), pair(None));
        let ending = read(json!({"access_token": "ntn_fake", "expires_in": 60})).and_then(|grant| grant.expires_at);
        assert_eq!(ending, Timestamp::from_second(60).ok());
        for body in [json!({}), json!({"access_token": null}), json!({"access_token": ""}), json!({"access_token": 1})] {
            assert_eq!(read(body.clone()), None, "{body}");
        }
    }

    #[test]
    fn only_active_is_needed_of_an_introspection() {
        let read = |body: Value| serde_json::from_value::<IntrospectionJson>(body).ok().and_then(|shape| shape.to_introspection());
        let issued_at = Timestamp::from_second(1_795_000_000).ok();
        let whole = json!({"active": true, "scope": "read\u{1b}[31m write", "iat": 1_795_000_000, "client_id": "x"});
        assert_eq!(read(whole), Some(Introspection { active: true, scope: Some("read[31m write".into()), issued_at }));
        let odd = json!({"active": false, "scope": ["read"], "iat": "yesterday"});
        assert_eq!(read(odd), Some(Introspection { active: false, scope: None, issued_at: None }));
        assert_eq!(read(json!({"scope": "read"})), None);
    }
}
