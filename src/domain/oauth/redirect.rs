//! The redirect URI of a connection, and how another address differs from it.

use crate::domain::loopback::DEFAULT_PORT;
use serde::{Deserialize, Serialize};
use std::fmt;

/// `http://localhost:PORT/callback`, exactly as registered. It has `localhost` because Notion refuses `127.0.0.1`
/// (<https://github.com/vellum-ai/vellum-assistant/issues/16495>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUri {
    pub port: u16,
}

impl RedirectUri {
    pub const CALLBACK_PATH: &str = "/callback";
}

impl Default for RedirectUri {
    fn default() -> Self {
        Self { port: DEFAULT_PORT }
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "http://localhost:{}{}", self.port, Self::CALLBACK_PATH)
    }
}

/// The first difference between two addresses. Notion compares them character by character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UriDifference {
    /// Position of the first character that differs, from 1.
    pub position: usize,
    /// The character at this position in the address that is sent; `None` past its end.
    pub sent: Option<char>,
    /// The character at this position in the registered address; `None` past its end.
    pub registered: Option<char>,
}

impl RedirectUri {
    /// True if the address may have been meant for a loopback listener, even if it is misspelled.
    pub fn resembles_loopback(address: &str) -> bool {
        let place = address.split_once("://").map_or(address, |(_, place)| place);
        ["localhost", "127.", "[::1]"].iter().any(|host| place.starts_with(host)) || place.contains(Self::CALLBACK_PATH)
    }

    /// Returns the difference between a registered address and the one that is sent, or `None` if they are the same.
    pub fn difference_from(self, registered: &str) -> Option<UriDifference> {
        let sent = self.to_string();
        let (mut ours, mut theirs) = (sent.chars(), registered.chars());
        for position in 1.. {
            match (ours.next(), theirs.next()) {
                (None, None) => return None,
                (sent, registered) if sent == registered => {}
                (sent, registered) => return Some(UriDifference { position, sent, registered }),
            }
        }
        None
    }
}

impl fmt::Display for UriDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |character: Option<char>| character.map_or_else(|| "nothing".to_owned(), |character| format!("{character:?}"));
        let (sent, registered) = (named(self.sent), named(self.registered));
        write!(formatter, "character {} is {registered} but must be {sent}", self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_character_that_differs_is_named() {
        let redirect = RedirectUri::default();
        let against = |registered: &str| redirect.difference_from(registered).map(|difference| difference.to_string());
        assert_eq!(against("http://localhost:8765/callback"), None);
        let seen = against("http://localhost:8765/callback/");
        assert_eq!(seen.as_deref(), Some("character 31 is '/' but must be nothing"));
        assert_eq!(against("https://localhost:8765/callback").as_deref(), Some("character 5 is 's' but must be ':'"));
        assert_eq!(against("http://localhost:8764/callback").as_deref(), Some("character 21 is '4' but must be '5'"));
        assert_eq!(against("http://localhost:8765").as_deref(), Some("character 22 is nothing but must be '/'"));
    }
}
