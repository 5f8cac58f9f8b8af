//! A person's own OAuth connection at Notion: authorization code, state and PKCE (RFC 6749, 7636, 8252), as
//! <https://developers.notion.com/guides/get-started/authorization> describes it.
//!
//! Everything here is data. `adapters/notion_api/oauth` has the requests and their errors, `adapters/loopback` the listener.

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

/// Time limit for an authorization. Notion does not document how long its consent page is valid.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// Client id and client secret of a connection, from the Configuration tab of the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    pub id: String,
    pub secret: Secret,
}

/// The choice to send a code challenge (RFC 7636). Notion's authorization guide lists no such parameter, and does not say if one is
/// ignored or rejected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pkce {
    /// Sends it, and retries without it if Notion refuses the parameter by name.
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

/// The parameters of an authorization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizeRequest {
    pub client_id: String,
    pub redirect: Redirect,
    pub pkce: Pkce,
}

/// An authorization in progress: the link to the consent page, and the values that its callback is checked against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    pub link: Link,
    pub redirect: Redirect,
    /// Binds the callback to this request (RFC 6749, section 10.12).
    pub state: Secret,
    /// Proves to the token endpoint that the same client sent both requests (RFC 7636); `None` if no challenge was sent.
    pub verifier: Option<Secret>,
    /// The time when the wait ends, by this machine's clock.
    pub ends_at: Time,
    /// The state of the listener's port. Without a listener, the callback can only be pasted.
    pub listening: PortState,
}

/// The hint for a browser that uses https with the listener.
pub fn tls_hint(redirect: Redirect) -> String {
    format!("Your browser asked for https, but the redirect address is {redirect}. Copy it from the address bar and paste it here.")
}

/// A code to exchange for tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    pub client: Client,
    pub code: Secret,
    pub redirect: Redirect,
    pub verifier: Option<Secret>,
    pub pkce: Pkce,
}

/// The tokens that the token endpoint issued for a code or a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub access: Secret,
    /// Notion's schema allows a response without one.
    pub refresh: Option<Secret>,
}

/// The client and the refresh token of a grant, which refreshing and revoking it need.
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

/// The saved data of a connection. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionNote {
    pub client_id: String,
    pub redirect: Redirect,
}

/// The introspection response for a token of this connection (RFC 7662).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introspection {
    pub active: bool,
    pub scope: Option<String>,
    pub issued_at: Option<Timestamp>,
}
