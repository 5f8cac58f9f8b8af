//! An own OAuth connection at Notion: authorization code, state and PKCE (RFC 6749, 7636, 8252), as Notion does it (facts C).
//!
//! Everything here is data. The addresses and their errors are `adapters/notion_api/oauth`, the listener `adapters/loopback`.

mod answer;
mod redirect;

pub use answer::read_answer;
pub use redirect::{Difference, Redirect};

use super::link::Link;
use super::loopback::PortState;
use super::secret::Secret;
use jiff::Timestamp;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long an authorization is waited for. Notion does not say how long its consent page holds.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// A connection's own name and password, from the Configuration tab of the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    pub id: String,
    pub secret: Secret,
}

/// Whether a code challenge is sent. Notion documents none, and does not say what it does with one (facts C.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pkce {
    /// Sent, and left out once Notion has refused the parameter by its name.
    #[default]
    Auto,
    Always,
    Never,
}

impl Pkce {
    pub const ALL: [Self; 3] = [Self::Auto, Self::Always, Self::Never];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

/// An authorization to be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizeRequest {
    pub client_id: String,
    pub redirect: Redirect,
    pub pkce: Pkce,
}

/// An authorization under way: the link that leads to the person's consent, and what has to come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    pub link: Link,
    pub redirect: Redirect,
    /// Ties the answer to this very request (RFC 6749, 10.12).
    pub state: Secret,
    /// Proves to the token endpoint that who asked is who exchanges (RFC 7636); `None` where no challenge was sent.
    pub verifier: Option<Secret>,
    /// When the waiting ends, by this machine's clock.
    pub ends_at: Time,
    /// Whether the answer comes by itself, or can only be pasted.
    pub listening: PortState,
}

/// Said when a browser asks the listener for https.
pub fn tls_hint(redirect: Redirect) -> String {
    format!("Your browser asked for https, but the redirect address is {redirect}. Copy it from the address bar and paste it here.")
}

/// A code to be traded for tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    pub client: Client,
    pub code: Secret,
    pub redirect: Redirect,
    pub verifier: Option<Secret>,
    pub pkce: Pkce,
}

/// What the token endpoint gave: for a code, or for a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub access: Secret,
    /// By its schema Notion may give none.
    pub refresh: Option<Secret>,
}

/// A grant and the connection it was given through: what is needed to keep it alive, and to take it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    pub client: Client,
    pub redirect: Redirect,
    pub refresh: Option<Secret>,
}

impl Connection {
    pub fn note(&self) -> ConnectionNote {
        ConnectionNote { client_id: self.client.id.clone(), redirect: self.redirect }
    }
}

/// What is written down about a connection. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionNote {
    pub client_id: String,
    pub redirect: Redirect,
}

/// What Notion says about a token of this connection (RFC 7662).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introspection {
    pub active: bool,
    pub scope: Option<String>,
    pub issued_at: Option<Timestamp>,
}
