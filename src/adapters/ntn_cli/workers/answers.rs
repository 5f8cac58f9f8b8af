//! Parses the answers of `ntn workers … --json`, as far as they are needed.

use super::failure::WorkersFailure;
use crate::adapters::ntn_cli::login::invitation::first_url;
use crate::adapters::process::program::CapturedOutput;
use crate::domain::link::Link;
use crate::domain::sanitize::sanitize;
use crate::domain::workers::ProviderTokenState;
use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, de};
use std::fmt;

#[derive(Deserialize)]
struct WorkerCapabilityJson {
    #[serde(rename = "_tag")]
    kind: String,
    key: String,
}

#[derive(Deserialize)]
struct WorkerVariableJson {
    key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WorkerTokenJson {
    access_token: Presence,
    #[serde(default)]
    expires_at: Option<String>,
}

/// True if there is a text; the text itself is skipped without a copy.
struct Presence(bool);

impl<'de> Deserialize<'de> for Presence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PresenceVisitor;
        impl Visitor<'_> for PresenceVisitor {
            type Value = Presence;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Presence, E> {
                Ok(Presence(!text.is_empty()))
            }
        }
        deserializer.deserialize_str(PresenceVisitor)
    }
}

/// The keys of the OAuth capabilities.
pub fn parse_oauth_keys(answer: &CapturedOutput) -> Result<Vec<String>, WorkersFailure> {
    let capabilities: Vec<WorkerCapabilityJson> = parse_json(answer, "its capabilities")?;
    Ok(capabilities.iter().filter(|one| one.kind == "oauth").map(|one| sanitize(&one.key)).collect())
}

/// The names of the variables.
pub fn parse_variables(answer: &CapturedOutput) -> Result<Vec<String>, WorkersFailure> {
    let variables: Vec<WorkerVariableJson> = parse_json(answer, "its variables")?;
    Ok(variables.iter().map(|variable| sanitize(&variable.key)).collect())
}

pub fn parse_token(answer: &CapturedOutput) -> Result<ProviderTokenState, WorkersFailure> {
    let token: WorkerTokenJson = parse_json(answer, "whether there is a token")?;
    let expires_at = token.expires_at.map(|end| sanitize(&end)).filter(|end| !end.is_empty());
    Ok(if token.access_token.0 { ProviderTokenState::Present { expires_at } } else { ProviderTokenState::Absent })
}

/// The person copies it to the provider, so it has to be a URL.
pub fn parse_redirect_url(answer: &CapturedOutput) -> Result<String, WorkersFailure> {
    let text = String::from_utf8_lossy(&answer.stdout);
    let link = first_url(&text).map(Link::parse);
    match link {
        Some(Ok(link)) => Ok(link.to_string()),
        Some(Err(error)) => Err(WorkersFailure::unreadable(format!("the redirect URI: {error}"))),
        None => Err(WorkersFailure::unreadable("ntn returned no redirect URI")),
    }
}

/// The error tells the position, and nothing of the content.
fn parse_json<'a, T: Deserialize<'a>>(answer: &'a CapturedOutput, what: &str) -> Result<T, WorkersFailure> {
    let unreadable = |error: serde_json::Error| {
        WorkersFailure::unreadable(format!("this version can't read ntn's output about {what} (line {})", error.line()))
    };
    serde_json::from_slice(&answer.stdout).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::ExitStatus;
    use zeroize::Zeroizing;

    fn answer(out: &str) -> CapturedOutput {
        CapturedOutput {
            status: ExitStatus::default(),
            stdout: Zeroizing::new(out.as_bytes().to_vec()),
            stderr: Zeroizing::default(),
        }
    }

    #[test]
    fn only_oauth_capabilities_count() {
        let output = r#"[{"_tag":"oauth","key":"gh"},{"_tag":"tool","key":"t","new":1}]"#;
        assert_eq!(parse_oauth_keys(&answer(output)).expect("keys"), ["gh"]);
        assert_eq!(parse_variables(&answer(r#"[{"key":"A","createdAt":"x"}]"#)).expect("names"), ["A"]);
    }

    #[test]
    fn a_token_is_there_or_not_and_never_quoted() {
        let present = |end: Option<&str>| ProviderTokenState::Present { expires_at: end.map(str::to_owned) };
        for (output, state) in [
            (r#"{"accessToken":"gho_fake","expiresAt":"2026-12-01"}"#, present(Some("2026-12-01"))),
            (r#"{"accessToken":"gho\"fake","expiresAt":null}"#, present(None)),
            (r#"{"accessToken":"gho_fake"}"#, present(None)),
            (r#"{"accessToken":""}"#, ProviderTokenState::Absent),
        ] {
            assert_eq!(parse_token(&answer(output)).expect(output), state);
        }
        for odd in [r#"{"accessToken":["gho_fake"]}"#, r#"{"accessToken":"gho_fake","#, "gho_fake", ""] {
            let failure = parse_token(&answer(odd)).expect_err(odd);
            assert!(!failure.message.contains("gho"), "{}", failure.message);
        }
    }

    #[test]
    fn a_redirect_address_is_one_that_a_provider_may_be_given() {
        let good = "https://www.notion.so/workers/oauth/callback";
        assert_eq!(parse_redirect_url(&answer(&format!("{good}\n"))).expect("an address"), good);
        for bad in ["", "ftp://notion.so", "http://notion.so/workers"] {
            assert!(parse_redirect_url(&answer(bad)).is_err(), "{bad}");
        }
    }
}
