//! Parses the answers of `ntn workers … --json`, as far as they are needed.

use super::failure::Failure;
use super::program::Answer;
use crate::adapters::ntn_login::invitation::first_address;
use crate::domain::link::Link;
use crate::domain::sanitize::sanitize;
use crate::domain::workers::TokenState;
use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, de};
use std::fmt;

#[derive(Deserialize)]
struct Capability {
    #[serde(rename = "_tag")]
    kind: String,
    key: String,
}

#[derive(Deserialize)]
struct Variable {
    key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Token {
    access_token: IsThere,
    #[serde(default)]
    expires_at: Option<String>,
}

/// True if there is a text; the text itself is skipped without a copy.
struct IsThere(bool);

impl<'de> Deserialize<'de> for IsThere {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Look;
        impl Visitor<'_> for Look {
            type Value = IsThere;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<IsThere, E> {
                Ok(IsThere(!text.is_empty()))
            }
        }
        deserializer.deserialize_str(Look)
    }
}

/// The keys of the OAuth capabilities.
pub fn oauth_keys(answer: &Answer) -> Result<Vec<String>, Failure> {
    let capabilities: Vec<Capability> = read(answer, "its capabilities")?;
    Ok(capabilities.iter().filter(|one| one.kind == "oauth").map(|one| sanitize(&one.key)).collect())
}

/// The names of the variables.
pub fn variables(answer: &Answer) -> Result<Vec<String>, Failure> {
    let variables: Vec<Variable> = read(answer, "its variables")?;
    Ok(variables.iter().map(|variable| sanitize(&variable.key)).collect())
}

pub fn token(answer: &Answer) -> Result<TokenState, Failure> {
    let token: Token = read(answer, "whether there is a token")?;
    let expires_at = token.expires_at.map(|end| sanitize(&end)).filter(|end| !end.is_empty());
    Ok(if token.access_token.0 { TokenState::Present { expires_at } } else { TokenState::Absent })
}

/// The person copies it to the provider, so it has to be a URL.
pub fn redirect_url(answer: &Answer) -> Result<String, Failure> {
    let text = String::from_utf8_lossy(&answer.out);
    let link = first_address(&text).map(Link::checked);
    match link {
        Some(Ok(link)) => Ok(link.to_string()),
        Some(Err(error)) => Err(Failure::unreadable(format!("the redirect address: {error}"))),
        None => Err(Failure::unreadable("there is no redirect address in its answer")),
    }
}

/// The error tells the position, and nothing of the content.
fn read<'a, T: Deserialize<'a>>(answer: &'a Answer, what: &str) -> Result<T, Failure> {
    let unreadable = |error: serde_json::Error| {
        Failure::unreadable(format!("ntn says {what} in a way that we cannot read (line {})", error.line()))
    };
    serde_json::from_slice(&answer.out).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::ExitStatus;
    use zeroize::Zeroizing;

    fn answer(out: &str) -> Answer {
        Answer { status: ExitStatus::default(), out: Zeroizing::new(out.as_bytes().to_vec()), err: Zeroizing::default() }
    }

    #[test]
    fn only_oauth_capabilities_count() {
        let said = r#"[{"_tag":"oauth","key":"gh"},{"_tag":"tool","key":"t","new":1}]"#;
        assert_eq!(oauth_keys(&answer(said)).expect("keys"), ["gh"]);
        assert_eq!(variables(&answer(r#"[{"key":"A","createdAt":"x"}]"#)).expect("names"), ["A"]);
    }

    #[test]
    fn a_token_is_there_or_not_and_never_quoted() {
        let present = |end: Option<&str>| TokenState::Present { expires_at: end.map(str::to_owned) };
        for (said, state) in [
            (r#"{"accessToken":"gho_fake","expiresAt":"2026-12-01"}"#, present(Some("2026-12-01"))),
            (r#"{"accessToken":"gho\"fake","expiresAt":null}"#, present(None)),
            (r#"{"accessToken":"gho_fake"}"#, present(None)),
            (r#"{"accessToken":""}"#, TokenState::Absent),
        ] {
            assert_eq!(token(&answer(said)).expect(said), state);
        }
        for odd in [r#"{"accessToken":["gho_fake"]}"#, r#"{"accessToken":"gho_fake","#, "gho_fake", ""] {
            let failure = token(&answer(odd)).expect_err(odd);
            assert!(!failure.line.contains("gho"), "{}", failure.line);
        }
    }

    #[test]
    fn a_redirect_address_is_one_that_a_provider_may_be_given() {
        let good = "https://www.notion.so/workers/oauth/callback";
        assert_eq!(redirect_url(&answer(&format!("{good}\n"))).expect("an address"), good);
        for bad in ["", "ftp://notion.so", "http://notion.so/workers"] {
            assert!(redirect_url(&answer(bad)).is_err(), "{bad}");
        }
    }
}
