//! The port on which a person's own connection waits for the OAuth callback. It is registered at Notion, so it does not change.

/// The default port, registered with the connection as `http://localhost:8765/callback`.
pub const DEFAULT_PORT: u16 = 8765;

/// The availability of the port for the loopback listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortState {
    Free(u16),
    Unavailable { port: u16, evidence: String },
}

/// An event of the listener while it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenerEvent {
    /// The first event: whether the listener could bind its port.
    Listening(PortState),
    /// A browser used https, as some do for every address. The redirect URI is http, so the callback cannot arrive that way.
    TlsAttempted,
}
