//! What a sign-in does not ask for and a report does: the terminal, and the variables that bend the way to Notion.

use super::proxy::ProxyVariable;

/// A terminal as far as it can be known without asking it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    pub kind: TerminalKind,
    /// Columns and rows, where it tells.
    pub size: Option<(u16, u16)>,
    /// `NO_COLOR` asks for none.
    pub no_color: bool,
    /// The locale, or a console's font, has no more than ASCII.
    pub ascii: bool,
    /// `tmux` or `screen`, where we run in one.
    pub inside: Option<&'static str>,
}

impl Terminal {
    /// Columns and rows below which the wizard asks for room.
    pub const LEAST: (u16, u16) = (40, 10);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerminalKind {
    /// Nothing of ours is connected to one.
    None,
    /// It moves no cursor.
    Dumb,
    Full,
}

/// A variable that puts other certificates in the place of the system's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedRoots {
    /// `SSL_CERT_FILE` or `SSL_CERT_DIR`.
    pub variable: &'static str,
    /// What it names; sanitised.
    pub path: String,
    pub state: RootsState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootsState {
    /// So many certificates can be read from it.
    Certificates(usize),
    /// The variable is set, and names nothing.
    Unnamed,
    Missing,
    Empty,
    /// There is something, and no certificate in it.
    NoCertificate,
    Unreadable {
        evidence: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    pub terminal: Terminal,
    /// The proxy variables that are set, without their values: these may hold a password.
    pub proxies: Vec<ProxyVariable>,
    /// Only where this system heeds them.
    pub roots: Vec<TrustedRoots>,
    /// `NOTION_WORKSPACE_ID`; sanitised.
    pub workspace_id: Option<String>,
    /// Every `ntn` on `PATH`, the one that is used first.
    pub ntn: Vec<String>,
    /// The person's home folder, which a report calls `~`.
    pub home: Option<String>,
}
