//! Parses the responses of the token endpoint and of introspection leniently: fields are optional, unknown ones ignored.

use crate::domain::oauth::{Introspection, TokenGrant, renewal_time};
use crate::domain::sanitize::sanitize;
use crate::domain::secret::Secret;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// Ten years.
const MAX_LIFETIME_S: i64 = 10 * 366 * 24 * 60 * 60;

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
        // Longer than any token lives, so that nothing overflows.
        let seconds = self.expires_in.as_ref().and_then(Value::as_i64).map(|seconds| seconds.min(MAX_LIFETIME_S));
        let renew_at = seconds.and_then(|seconds| renewal_time(now, seconds));
        Some(TokenGrant { access: secret(self.access_token)?, refresh: secret(self.refresh_token), renew_at })
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
            Some(TokenGrant { access: Secret::new("ntn_fake"), refresh: refresh.map(Secret::new), renew_at: None })
        };
        let more =
            json!({"access_token": "ntn_fake", "refresh_token": "nrt_fake", "owner": {"type": "team"}, "expires_in": "soon"});
        assert_eq!(read(more), pair(Some("nrt_fake")));
        assert_eq!(read(json!({"access_token": "ntn_fake", "refresh_token": null})), pair(None));
        assert_eq!(read(json!({"access_token": "ntn_fake", "refresh_token": ""})), pair(None));
        assert_eq!(read(json!({"access_token": "ntn_fake"})), pair(None));
        for (lifetime, renew_at) in [(28_800, 28_500), (600, 450), (60, 45), (0, 0), (-5, 0)] {
            let grant = read(json!({"access_token": "ntn_fake", "expires_in": lifetime})).expect("a grant");
            assert_eq!(grant.renew_at, Timestamp::from_second(renew_at).ok(), "{lifetime}");
        }
        assert!(read(json!({"access_token": "ntn_fake", "expires_in": i64::MAX})).is_some());
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
