//! OAuth: authorization code, state and PKCE (RFC 6749, 7636, 8252), for a person's own connection at Notion, as
//! <https://developers.notion.com/guides/get-started/authorization> describes it, and for Notion MCP, whose authorization server
//! is found by discovery.
//!
//! Everything here is data. `adapters/notion_api/oauth` has the requests and their errors, `adapters/loopback` the listener.

mod callback;
mod redirect;
mod server;

pub use callback::parse_callback;
pub use redirect::RedirectUri;
pub use server::{AuthorizationServer, MetadataFault, PublicClient, ResourceMetadata, ServerMetadata, scope_to_ask_for};

use super::link::Link;
use super::loopback::PortState;
use super::secret::Secret;
use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use strum::{IntoStaticStr, VariantArray};

/// Time limit for an authorization. Notion does not document how long its consent page is valid.
pub const AUTHORIZATION_TIMEOUT: Duration = Duration::from_secs(600);

/// Client id and client secret of a connection, from the Configuration tab of the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OauthClient {
    pub id: String,
    pub secret: Secret,
}

/// The choice to send a code challenge (RFC 7636). Notion's authorization guide lists no such parameter, and does not say if one is
/// ignored or rejected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Pkce {
    /// Sends it, and retries without it if Notion refuses the parameter by name.
    #[default]
    Auto,
    Always,
    Never,
}

/// The parameters of an authorization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest {
    pub client_id: String,
    pub redirect: RedirectUri,
    pub pkce: Pkce,
}

/// An authorization in progress: the link to the consent page, and the values that its callback is checked against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationAttempt {
    pub link: Link,
    pub redirect: RedirectUri,
    /// Binds the callback to this request (RFC 6749, section 10.12).
    pub state: Secret,
    /// Proves to the token endpoint that the same client sent both requests (RFC 7636); `None` if no challenge was sent.
    pub verifier: Option<Secret>,
    /// The client that registered itself for it, whose authorization server has to have answered (RFC 9207). `None` for a person's own
    /// connection: Notion names no issuer there.
    pub client: Option<Box<PublicClient>>,
    /// The time when the wait ends, by this machine's clock.
    pub ends_at: Time,
    /// The state of the listener's port. Without a listener, the callback can only be pasted.
    pub listening: PortState,
}

/// The hint for a browser that uses https with the listener.
pub fn tls_hint(redirect: RedirectUri) -> String {
    format!("Your browser used https, but the redirect URI is {redirect}. Copy the URL from the address bar and paste it here.")
}

/// A code to exchange for tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeExchange {
    pub client: OauthClient,
    pub code: Secret,
    pub redirect: RedirectUri,
    pub verifier: Option<Secret>,
    pub pkce: Pkce,
}

/// The code of a callback, and what proves to the token endpoint that it belongs to this client's request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationCode {
    pub code: Secret,
    pub redirect: RedirectUri,
    pub verifier: Option<Secret>,
}

/// The tokens that the token endpoint issued for a code or a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenGrant {
    pub access: Secret,
    /// Notion's schema allows a response without one.
    pub refresh: Option<Secret>,
    /// When the access token is to be renewed, if the response said how long it works. Notion's REST API doesn't say.
    pub renew_at: Option<Timestamp>,
}

/// How long before its end an access token is renewed.
const RENEW_BEFORE_END: SignedDuration = SignedDuration::from_mins(5);

/// Returns when an access token that works for this many seconds is to be renewed: a few minutes before it ends, but not before most of a
/// short life is over, so that it is not renewed at every use.
pub fn renewal_time(now: Timestamp, lifetime_seconds: i64) -> Option<Timestamp> {
    let lifetime = SignedDuration::from_secs(lifetime_seconds.max(0));
    now.checked_add((lifetime - RENEW_BEFORE_END).max(lifetime / 4 * 3)).ok()
}

/// The client and the refresh token of a grant, which refreshing and revoking it need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OauthConnection {
    pub client: OauthClient,
    pub redirect: RedirectUri,
    pub refresh: Option<Secret>,
}

impl OauthConnection {
    pub fn record(&self) -> ConnectionRecord {
        ConnectionRecord { client_id: self.client.id.clone(), redirect: self.redirect }
    }
}

/// The saved data of a connection. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionRecord {
    pub client_id: String,
    pub redirect: RedirectUri,
}

/// The saved data of a credential for Notion MCP. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct McpRecord {
    /// The address of the server. A token is sent to no other one.
    pub server: String,
    /// The authorization server that issued the tokens (RFC 8414). A refresh token is sent to no other one. `None` for a person's own
    /// token, such as a PAT, which that server did not issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// When the access token is to be renewed, if the server said how long it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_renew_at: Option<Timestamp>,
}

/// The introspection response for a token of this connection (RFC 7662).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introspection {
    pub active: bool,
    pub scope: Option<String>,
    pub issued_at: Option<Timestamp>,
}
