//! Problems: an error code with possible causes and remedies.
//!
//! The codes are Rust; their texts are data (`assets/problems.toml`), one entry per code, checked by a test.
//! The kind of a problem decides the exit code, and each front end shows the remedies in its own way.

mod detail;

pub use detail::{Detail, MissingInput, ProxyMistake, SystemFault};

use serde::{Deserialize, Serialize};
use std::error::Error;
use std::fmt;
use std::sync::LazyLock;
use strum::{IntoStaticStr, VariantArray};

/// Every problem the product can meet. The snake-case name is stable: scripts read it in `--json` events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ProblemCode {
    // Notion answered with a refusal
    Unauthorized,
    Restricted,
    WrongWorkspace,
    // Notion is unavailable or limits requests
    RateLimited,
    RequestBlocked,
    Conflict,
    NotionServerError,
    Overloaded,
    // something other than Notion's API answered
    BlockedByNetwork,
    UnexpectedResponse,
    Redirected,
    ResponseTruncated,
    ResponseTooLarge,
    ResponseUnreadable,
    ProxyRefused,
    ProxyUnreadable,
    // nothing answered
    NoNetwork,
    TlsFailed,
    NoTrustedRoots,
    TimedOut,
    DescriptorsExhausted,
    BaseUrlRefused,
    BaseUrlWrong,
    SettingRefused,
    // input that was typed or piped in
    Usage,
    TokenMissing,
    NotAToken,
    ForeignSecret,
    TokenUnclear,
    VariableUnclear,
    NotAClientSecret,
    InputRequired,
    // saving
    KeychainAbsent,
    KeychainLocked,
    KeychainSlow,
    KeychainAmbiguous,
    KeychainFailed,
    FileCorrupt,
    FileNotOurs,
    FileIsLink,
    FileFailed,
    StoreBusy,
    ReadBackMismatch,
    SecretMissing,
    NotSignedIn,
    CredentialNotFound,
    NowhereToStore,
    // the machine
    BrowserFailed,
    NtnFailed,
    NtnMissing,
    NtnTooOld,
    LoginRefused,
    LoginExpired,
    LoginUnreachable,
    LoginInterrupted,
    LoginLinkRefused,
    LoginNotStored,
    NoPendingLogin,
    NtnFileUnreadable,
    InstallFailed,
    // the person's own OAuth connection
    ClientUnknown,
    ClientRefused,
    RedirectMismatch,
    AuthorizationDenied,
    AuthorizationRefused,
    AuthorizationExpired,
    CallbackMismatch,
    CodeRefused,
    RefreshRefused,
    NothingToRefresh,
    // Notion MCP
    McpUrlRefused,
    McpDiscoveryFailed,
    McpRegistrationRefused,
    McpTokenRefused,
    /// The MCP server does not accept a token that the REST API accepts.
    McpOwnTokenRefused,
    McpForbidden,
    McpSignInEnded,
    McpClientLost,
    McpNotSignedIn,
    McpOnly,
    // coding agents
    AgentNotFound,
    AgentMethodMissing,
    AgentFileRefused,
    BridgeFailed,
    // a team profile
    ProfileUnreadable,
    ProfileInvalid,
    ProfileHasSecret,
    ProfileNotWritten,
    // tokens in plain text
    ScanPathRefused,
    GitSearchFailed,
    AccountTaken,
    ShellProfileRefused,
    // Workers
    WorkersUnavailable,
    WorkersTerms,
    WorkerBuildFailed,
    WorkerMissing,
    WorkerStepFailed,
    NtnNotLoggedIn,
    // sending to a secret manager
    UnrepresentableValue,
    ManagerUnusable,
    SendRefused,
    SendFailed,
    SendUnconfirmed,
    // replacing a token
    RotationUnsupported,
    RotationMismatch,
    /// The new token is the saved one, and nothing is left to replace.
    RotationSameToken,
    /// The new token is saved, but not every place has received it.
    RotationIncomplete,
    ExpiryUnknown,
    ReminderFailed,
    // notion-auth itself
    Cancelled,
    Bug,
}

impl ProblemCode {
    /// Every code, in the order of `docs/problems.md`.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The stable name, as in `assets/problems.toml` and in JSON.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The text for this code.
    pub fn text(self) -> &'static ProblemText {
        PROBLEM_TEXTS.problem.iter().find(|words| words.code == self).unwrap_or(&FALLBACK_TEXT)
    }
}

/// The kind of a problem, which decides the exit code (`docs/problems.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    Failed,
    Usage,
    InputRequired,
    Refused,
    Network,
    Storage,
    Cancelled,
}

impl ProblemKind {
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::InputRequired => 3,
            Self::Refused => 4,
            Self::Network => 5,
            Self::Storage => 6,
            Self::Cancelled => 130,
        }
    }
}

/// The action of a remedy when it is chosen; `None` is plain advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum RemedyAction {
    #[default]
    None,
    /// Try again.
    Retry,
    /// Go back to the text field to correct it; the typed text is kept.
    Edit,
    /// Open the page where tokens are created.
    OpenPortal,
    /// Open Notion's status page.
    OpenStatus,
    /// Save the credential in the private file instead.
    UseFile,
    /// Do not save; use the credential in this session only.
    UseSession,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    pub text: String,
    #[serde(default)]
    pub action: RemedyAction,
}

/// A possible cause, with the id of the source that documents it, if there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    pub text: String,
    #[serde(default)]
    pub source: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProblemText {
    pub code: ProblemCode,
    pub kind: ProblemKind,
    pub headline: String,
    #[serde(default)]
    pub causes: Vec<Cause>,
    pub remedies: Vec<Remedy>,
}

/// Causes and remedies of one detail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultText<F> {
    pub fault: F,
    #[serde(default)]
    pub causes: Vec<Cause>,
    pub remedies: Vec<Remedy>,
}

/// Everything in `assets/problems.toml`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProblemsToml {
    pub problem: Vec<ProblemText>,
    pub system_fault: Vec<FaultText<SystemFault>>,
    pub proxy_mistake: Vec<FaultText<ProxyMistake>>,
    pub missing_input: Vec<FaultText<MissingInput>>,
}

/// The build script generates it from `assets/problems.toml`.
const SHIPPED: &[u8] = shipped!("problems");

static FALLBACK_TEXT: ProblemText = ProblemText {
    code: ProblemCode::Bug,
    kind: ProblemKind::Failed,
    headline: String::new(),
    causes: Vec::new(),
    remedies: Vec::new(),
};

static PROBLEM_TEXTS: LazyLock<ProblemsToml> = LazyLock::new(|| postcard::from_bytes(SHIPPED).unwrap_or_default());

/// One problem with its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub code: ProblemCode,
    /// The observation in one sanitised line: a status and request id, a path, or the operating system's message.
    pub evidence: Option<String>,
    /// Seconds to wait before trying again, if Notion named them.
    pub retry_after: Option<u64>,
    /// Narrows the code down to what was met, where that has causes and remedies of its own.
    pub detail: Option<Detail>,
}

impl Problem {
    pub fn new(code: ProblemCode) -> Self {
        Self { code, evidence: None, retry_after: None, detail: None }
    }

    /// Adds the operating system's error: its causes and remedies replace those of the code.
    #[must_use]
    pub fn with_fault(mut self, fault: Option<SystemFault>) -> Self {
        self.detail = fault.map(Detail::System);
        self
    }

    /// Input is missing, and nobody can be asked for it. For an option, `what` is its name.
    pub fn needed(missing: MissingInput, what: impl AsRef<str>) -> Self {
        Self::new(ProblemCode::InputRequired).detailed(Detail::Input(missing)).with_evidence(what)
    }

    #[must_use]
    pub fn detailed(mut self, detail: Detail) -> Self {
        self.detail = Some(detail);
        self
    }

    /// Adds the evidence; the text is sanitised here.
    #[must_use]
    pub fn with_evidence(mut self, evidence: impl AsRef<str>) -> Self {
        self.evidence = Some(super::sanitize::sanitize(evidence.as_ref()));
        self
    }

    #[must_use]
    pub fn with_retry_after(mut self, seconds: Option<u64>) -> Self {
        self.retry_after = seconds;
        self
    }

    /// True if the evidence is the text of a library or of the system. It only helps with debugging.
    pub fn has_technical_evidence(&self) -> bool {
        use ProblemCode::{KeychainAbsent, KeychainFailed, KeychainLocked, NoNetwork, NoTrustedRoots, TlsFailed};
        self.evidence.is_some()
            && matches!(self.code, KeychainAbsent | KeychainFailed | KeychainLocked | NoNetwork | NoTrustedRoots | TlsFailed)
    }

    /// True if the evidence says what happened in a sentence, more exactly than the headline does.
    pub fn evidence_is_headline(&self) -> bool {
        matches!(self.detail, Some(Detail::Input(_))) || self.code == ProblemCode::CredentialNotFound
    }

    /// Combines two problems: the first decides the code, and the second is added to its evidence.
    pub fn combine(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        let (first, second) = match (first, second) {
            (Some(first), Some(second)) => (first, second),
            (first, second) => return first.or(second),
        };
        let text_of = |problem: &Self| problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned());
        let both = format!("{}; and {}", text_of(&first), text_of(&second));
        Some(first.with_evidence(both))
    }

    /// A violated invariant of the program.
    pub fn bug(evidence: impl AsRef<str>) -> Self {
        Self::new(ProblemCode::Bug).with_evidence(evidence)
    }

    pub fn kind(&self) -> ProblemKind {
        self.code.text().kind
    }

    pub fn headline(&self) -> &'static str {
        &self.code.text().headline
    }

    pub fn causes(&self) -> &'static [Cause] {
        self.detail.and_then(Detail::words).map_or(&self.code.text().causes, |(causes, _)| causes)
    }

    pub fn remedies(&self) -> &'static [Remedy] {
        self.detail.and_then(Detail::words).map_or(&self.code.text().remedies, |(_, remedies)| remedies)
    }

    pub fn offers(&self, action: RemedyAction) -> bool {
        self.remedies().iter().any(|remedy| remedy.action == action)
    }

    pub fn exit_code(&self) -> u8 {
        self.kind().exit_code()
    }
}

/// The headline, and the evidence if there is any. Neither holds a secret: the headline is a constant, and evidence is
/// redacted before it is added.
impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.evidence {
            Some(evidence) => write!(formatter, "{}: {evidence}", self.headline().trim_end_matches('.')),
            None => formatter.write_str(self.headline()),
        }
    }
}

impl Error for Problem {}
