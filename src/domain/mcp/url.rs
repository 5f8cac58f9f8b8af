//! The address of Notion's MCP server: Notion's own, or the checked value of `NOTION_MCP_URL`. Reads no environment itself.

use crate::domain::base_url::redact;
use crate::domain::link::Link;
use crate::domain::problem::{Problem, ProblemCode};
use std::fmt;
use url::Url;

/// An https address, or an http one on loopback for tests and the demo, without credentials, query or fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct McpUrl(Link);

impl McpUrl {
    /// The streamable HTTP endpoint. Notion's older address, `/sse`, uses a transport that MCP has deprecated.
    pub const NOTION: &str = "https://mcp.notion.com/mcp";

    pub fn parse(text: &str) -> Result<Self, Problem> {
        let refused = |reason: &dyn fmt::Display| {
            Problem::new(ProblemCode::McpUrlRefused).with_evidence(format!("{}: {reason}", redact(text)))
        };
        let text = text.trim();
        if text.contains(['?', '#']) {
            return Err(refused(&"it contains a query or a fragment"));
        }
        Link::parse(text).map(Self).map_err(|error| refused(&error))
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub fn host(&self) -> String {
        self.0.host()
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        origin_of(&self.0)
    }

    /// The addresses of the metadata about this resource, each with the resource that the document there has to name: the one that the
    /// server itself points to, and then those that are known, the more specific one first (RFC 9728, section 3.1). A pointer to another
    /// origin is not followed: whoever controls that document decides where a person signs in.
    pub fn metadata_places(&self, pointer: Option<&str>) -> Vec<(String, String)> {
        const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";
        let (origin, path) = (self.origin(), self.path());
        let at_root = (format!("{origin}{WELL_KNOWN}"), origin.clone());
        let mut places = match path.trim_end_matches('/') {
            "" => vec![at_root],
            path => vec![(format!("{origin}{WELL_KNOWN}{path}"), self.as_str().to_owned()), at_root],
        };
        let pointer = pointer.and_then(|pointer| Link::parse(pointer).ok()).filter(|link| origin_of(link) == origin);
        if let Some(pointer) = pointer {
            let known = places.iter().position(|(place, _)| place == pointer.as_str()).map(|at| places.remove(at));
            places.insert(0, known.unwrap_or_else(|| (pointer.as_str().to_owned(), self.as_str().to_owned())));
        }
        places
    }

    fn path(&self) -> String {
        Url::parse(self.as_str()).map(|url| url.path().to_owned()).unwrap_or_default()
    }
}

/// Scheme, host and port of an address.
pub fn origin_of(link: &Link) -> String {
    Url::parse(link.as_str()).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

impl fmt::Display for McpUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_http_to_loopback_are_accepted_and_nothing_else() {
        for text in [McpUrl::NOTION, "https://gateway.example/notion/mcp", "http://127.0.0.1:4000/mcp", "http://localhost:4000"] {
            assert!(McpUrl::parse(text).is_ok(), "{text}");
        }
        for text in [
            "http://mcp.notion.com/mcp",
            "https://me:hunter2@mcp.notion.com/mcp",
            "https://mcp.notion.com/mcp?key=hunter2",
            "mcp",
            "",
        ] {
            let problem = McpUrl::parse(text).expect_err(text);
            assert_eq!(problem.code, ProblemCode::McpUrlRefused, "{text}");
            assert!(!format!("{problem:?}").contains("hunter2"), "{problem:?}");
        }
    }

    #[test]
    fn metadata_is_looked_for_at_the_path_first_and_then_at_the_root() {
        let places = |text: &str| McpUrl::parse(text).expect(text).metadata_places(None);
        let root = |origin: &str| (format!("{origin}/.well-known/oauth-protected-resource"), origin.to_owned());
        let own = "https://mcp.notion.com/.well-known/oauth-protected-resource/mcp".to_owned();
        assert_eq!(places(McpUrl::NOTION), [(own, McpUrl::NOTION.to_owned()), root("https://mcp.notion.com")]);
        assert_eq!(places("http://localhost:4000/"), [root("http://localhost:4000")]);
    }
    #[test]
    fn a_pointer_of_the_same_origin_comes_first_and_any_other_is_ignored() {
        let places = |pointer| McpUrl::parse(McpUrl::NOTION).expect("a URL").metadata_places(Some(pointer));
        let known = McpUrl::parse(McpUrl::NOTION).expect("a URL").metadata_places(None);
        let own = "https://mcp.notion.com/oauth/metadata";
        assert_eq!(places(own).first(), Some(&(own.to_owned(), McpUrl::NOTION.to_owned())));
        assert_eq!(places(own).get(1..), Some(known.as_slice()));
        let reversed: Vec<_> = known.iter().rev().cloned().collect();
        assert_eq!(places("https://mcp.notion.com/.well-known/oauth-protected-resource"), reversed);
        for pointer in ["https://evil.example/metadata", "http://mcp.notion.com/metadata", "https://mcp.notion.com:444/x", "no"] {
            assert_eq!(places(pointer), known, "{pointer}");
        }
    }
}
