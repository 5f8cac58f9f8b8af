//! The redirect URI of a connection.

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

impl RedirectUri {
    /// True if the address may have been meant for a loopback listener, even if it is misspelled.
    pub fn resembles_loopback(address: &str) -> bool {
        let place = address.split_once("://").map_or(address, |(_, place)| place);
        ["localhost", "127.", "[::1]"].iter().any(|host| place.starts_with(host)) || place.contains(Self::CALLBACK_PATH)
    }

    /// True if the address is this one, character by character, as Notion compares them.
    pub fn is_equal_to(self, address: &str) -> bool {
        self.to_string() == address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_same_address_is_equal() {
        let redirect = RedirectUri::default();
        assert!(redirect.is_equal_to("http://localhost:8765/callback"));
        for other in ["http://localhost:8765/callback/", "https://localhost:8765/callback", "http://localhost:8765"] {
            assert!(!redirect.is_equal_to(other), "{other}");
        }
    }
}
