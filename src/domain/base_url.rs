//! The base URL of Notion's API: Notion's own host, or the checked value of `NOTION_API_BASE_URL`. Reads no environment itself.
//!
//! Tokens are sent to this address. So it must be https, or http to this machine's loopback for tests and the demo, and may contain
//! nothing that has to be hidden when it is shown.

use super::link::{Link, LinkError};
use super::problem::{Problem, ProblemCode};
use std::fmt;

/// An address such as `https://host`, without a trailing slash; a path before the API's own is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl Default for BaseUrl {
    fn default() -> Self {
        Self("https://api.notion.com".into())
    }
}

impl BaseUrl {
    /// Accepts https anywhere and http on loopback, without credentials, query or fragment.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let refused = |reason: &dyn fmt::Display| {
            Problem::new(ProblemCode::BaseUrlRefused).with_evidence(format!("{}: {reason}", redact(text)))
        };
        let text = text.trim();
        if text.contains(['?', '#']) {
            return Err(refused(&"it contains a query or a fragment"));
        }
        let link = Link::parse(text).map_err(|error: LinkError| refused(&error))?;
        let base = link.as_str().trim_end_matches('/');
        // Requests add /v1 themselves, and many people include it in the base URL: it is removed here.
        Ok(Self(base.strip_suffix("/v1").unwrap_or(base).trim_end_matches('/').to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True for http, which `checked` accepts for loopback only.
    pub fn is_http(&self) -> bool {
        self.0.starts_with("http://")
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The refused text without the parts that may be secret: user name, password, query and fragment.
///
/// With an `@` in it, any part may belong to a password: in `https://me:pa#ss@host`, `#` begins a fragment before the host.
pub(super) fn redact(text: &str) -> &str {
    if text.contains('@') { "…" } else { text.split(['?', '#']).next().unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notion_is_the_default_and_passes_its_own_check() {
        assert_eq!(BaseUrl::parse(BaseUrl::default().as_str()), Ok(BaseUrl::default()));
    }

    #[test]
    fn https_anywhere_and_http_on_loopback_are_taken_without_their_last_slashes() {
        for (text, expected) in [
            ("https://api.notion.com/", "https://api.notion.com"),
            ("  HTTPS://Notion.Example//\n", "https://notion.example"),
            ("https://gateway.example/notion/", "https://gateway.example/notion"),
            ("https://api.notion.com/v1", "https://api.notion.com"),
            ("https://gateway.example/notion/v1/", "https://gateway.example/notion"),
            ("https://gateway.example/v12", "https://gateway.example/v12"),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000"),
            ("http://[::1]:4000/", "http://[::1]:4000"),
            ("http://localhost:4000", "http://localhost:4000"),
        ] {
            assert_eq!(BaseUrl::parse(text).map(|base| base.to_string()), Ok(expected.into()), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused_by_name() {
        for text in [
            "http://api.notion.com",
            "http://10.0.0.1:80",
            "http://localhost.evil.example",
            "ftp://127.0.0.1",
            "api.notion.com",
            "",
            "https://",
            "https://api.notion.com?x=1",
            "https://api.notion.com/#x",
        ] {
            let problem = BaseUrl::parse(text).expect_err(text);
            assert_eq!(problem.code, ProblemCode::BaseUrlRefused, "{text}");
        }
        let problem = BaseUrl::parse("http://api.notion.com/\u{1b}[31m").expect_err("plain http");
        let evidence = problem.evidence.expect("a refusal names what it refused");
        assert!(evidence.starts_with("http://api.notion.com/[31m: "), "{evidence}");
    }

    #[test]
    fn a_refusal_repeats_no_password_and_no_query() {
        for text in [
            "https://user:hunter2#x@notion.example",
            "https://a@hunter2#@h",
            "https://h/?k=@hunter2",
            "https://user:hunter2@notion.example",
            "https://notion.example/?key=hunter2",
            "hunter2@",
            "x#hunter2",
        ] {
            let problem = BaseUrl::parse(text).expect_err(text);
            assert!(!format!("{problem:?}").contains("hunter2"), "{problem:?}");
        }
    }
}
