//! The port on which an own OAuth connection listens for its answer: registered once at Notion, so always the same.

/// Registered with the connection as `http://localhost:8765/callback`, unless another is chosen.
pub const DEFAULT_PORT: u16 = 8765;

/// Whether the loopback listener could have it just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortState {
    Free(u16),
    Taken { port: u16, evidence: String },
}

/// What a listener reports while it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenerEvent {
    /// First, whether it could take its port.
    Listening(PortState),
    /// A browser asked for https, as some do for every address. The redirect address is http, so the answer does not arrive
    /// that way.
    TlsAttempted,
}
