//! The two headers that carry a secret: a bearer token, and a connection's own id and secret.
//!
//! Text that is not valid in them is refused here, and goes nowhere.

use crate::domain::oauth::OauthClient;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

/// The header for the API.
pub(super) fn bearer(token: &Secret) -> Result<HeaderValue, Problem> {
    let token = token.expose();
    check_header_text(token, "a token", ProblemCode::NotAToken)?;
    sensitive_header(&Zeroizing::new(format!("Bearer {token}")))
}

/// The header for the OAuth endpoints. Notion documents both values without encoding. RFC 6749, section 2.3.1 would percent-encode
/// them, which makes no difference for any value that Notion issues.
pub(super) fn basic(client: &OauthClient) -> Result<HeaderValue, Problem> {
    let (id, secret) = (client.id.as_str(), client.secret.expose());
    check_header_text(id, "a client ID", ProblemCode::ClientUnknown)?;
    check_header_text(secret, "a secret", ProblemCode::ClientRefused)?;
    if id.contains(':') {
        // The id would end there, and the rest of it would be read as the secret (RFC 7617, section 2).
        return Err(Problem::new(ProblemCode::ClientUnknown).with_evidence("a client ID can't contain a colon"));
    }
    let pair = Zeroizing::new(format!("{id}:{secret}"));
    let encoded = Zeroizing::new(BASE64_STANDARD.encode(pair.as_bytes()));
    sensitive_header(&Zeroizing::new(format!("Basic {}", *encoded)))
}

fn check_header_text(text: &str, what: &str, otherwise: ProblemCode) -> Result<(), Problem> {
    if text.is_empty() {
        return Err(Problem::new(otherwise).with_evidence("it is empty"));
    }
    let Some(position) = text.chars().position(|character| !character.is_ascii_graphic()) else { return Ok(()) };
    let evidence = format!("character {} of {} is not allowed in {what}", position + 1, text.chars().count());
    Err(Problem::new(otherwise).with_evidence(evidence))
}

fn sensitive_header(text: &str) -> Result<HeaderValue, Problem> {
    let mut value = HeaderValue::from_str(text).map_err(|_| Problem::bug("visible characters that no header takes"))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_header_is_not_a_token() {
        for (text, evidence) in [
            ("", "it is empty"),
            ("ntn_fake\nInjected: yes", "character 9 of 22 is not allowed in a token"),
            ("ntn_fäke", "character 6 of 8 is not allowed in a token"),
            ("ntn fake", "character 4 of 8 is not allowed in a token"),
        ] {
            let problem = bearer(&Secret::new(text)).expect_err(text);
            assert_eq!((problem.code, problem.evidence.as_deref()), (ProblemCode::NotAToken, Some(evidence)));
        }
        assert!(bearer(&Secret::new("ntn_fake")).is_ok_and(|value| value.is_sensitive()));
    }

    #[test]
    fn an_id_and_a_secret_are_told_apart_when_one_cannot_be_sent() {
        let at = |id: &str, secret: &str| basic(&OauthClient { id: id.into(), secret: Secret::new(secret) });
        for (id, secret, code, evidence) in [
            ("", "secret_fake", ProblemCode::ClientUnknown, "it is empty"),
            ("fake id", "secret_fake", ProblemCode::ClientUnknown, "character 5 of 7 is not allowed in a client ID"),
            ("fake:id", "secret_fake", ProblemCode::ClientUnknown, "a client ID can't contain a colon"),
            ("fake-id", "", ProblemCode::ClientRefused, "it is empty"),
            ("fake-id", "secret_fäke", ProblemCode::ClientRefused, "character 9 of 11 is not allowed in a secret"),
            ("fake-id", "secret\u{7}", ProblemCode::ClientRefused, "character 7 of 7 is not allowed in a secret"),
        ] {
            let problem = at(id, secret).expect_err(evidence);
            assert_eq!((problem.code, problem.evidence.as_deref()), (code, Some(evidence)));
        }
        let value = at("fake-id", "secret_fake:1").expect("a colon may stand in a secret");
        assert_eq!(value.to_str().ok(), Some("Basic ZmFrZS1pZDpzZWNyZXRfZmFrZTox"));
        assert!(value.is_sensitive());
    }
}
