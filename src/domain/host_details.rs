//! Details that only a report needs, not a sign-in: the terminal, and the variables that affect connections to Notion.

use super::proxy::ProxyVariable;

/// The properties of the terminal that are known without querying it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerminalDetails {
    pub kind: TerminalKind,
    /// Columns and rows, if the terminal reports them.
    pub size: Option<(u16, u16)>,
    /// `NO_COLOR` is set.
    pub no_color: bool,
    /// The locale, or the console's font, supports only ASCII.
    pub ascii: bool,
    /// `tmux` or `screen`, if we run in one.
    pub multiplexer: Option<&'static str>,
}

impl TerminalDetails {
    /// Minimum columns and rows for the wizard.
    pub const MIN_SIZE: (u16, u16) = (40, 10);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerminalKind {
    /// Neither input nor output is a terminal.
    None,
    /// A terminal that cannot move the cursor.
    Dumb,
    Full,
}

/// A variable that replaces the system's certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedRoots {
    /// `SSL_CERT_FILE` or `SSL_CERT_DIR`.
    pub variable: &'static str,
    /// The path it names; sanitised.
    pub path: String,
    pub state: RootsState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootsState {
    /// The number of certificates that can be read from it.
    Certificates(usize),
    /// The variable is set, but empty.
    VariableEmpty,
    Missing,
    FileEmpty,
    /// The file or folder contains no certificate.
    NoCertificate,
    Unreadable {
        evidence: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostDetails {
    pub terminal: TerminalDetails,
    /// The proxy variables that are set, without their values: these may hold a password.
    pub proxies: Vec<ProxyVariable>,
    /// Empty on systems that ignore these variables.
    pub roots: Vec<TrustedRoots>,
    /// `NOTION_WORKSPACE_ID`; sanitised.
    pub workspace_id: Option<String>,
    /// Every `ntn` on `PATH`; the first one is used.
    pub ntn: Vec<String>,
    /// The person's home folder, which a report calls `~`.
    pub home: Option<String>,
}
