//! A browser login that `ntn` runs: the request, the code and link it shows, and the outcome.
//!
//! `ntn` talks to Notion and stores the token; we show the code and the link, and trust only its exit code.

use super::credentials::{VerifiedCredential, Workspace};
use super::link::Link;
use jiff::civil::Time;

/// The login flow of an installed `ntn`, detected by exit code 2 ("wrong usage") of the newer command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginFlow {
    /// 0.4.0: one command that needs a terminal, opens a browser itself, and waits.
    Terminal,
    /// `ntn login --no-browser` prints code and link and exits; `ntn login poll` waits. The pending login survives our own exit.
    TwoSteps,
}

/// The storage that `ntn` will use for the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NtnStorage {
    /// The system's keychain, or unknown.
    Keychain,
    /// The kernel's key retention service: the token is lost at reboot, and after some days without use.
    KernelKeyring,
    /// The kernel refuses to store keys, as in most containers: an approved login would be lost.
    KernelKeyringRefused { evidence: String },
    /// `auth.json` in plain text, because of `NOTION_KEYRING=0`.
    File { place: String },
}

impl NtnStorage {
    pub fn is_usable(&self) -> bool {
        !matches!(self, Self::KernelKeyringRefused { .. })
    }
}

/// The workspace to log in to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginTarget {
    /// The workspace that the person picks in the browser.
    New,
    /// A workspace that `ntn` already has, by id: it becomes `ntn`'s default, with a browser login only if its token is missing.
    Stored(String),
}

/// The login that `ntn` is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRequest {
    pub target: LoginTarget,
    /// Store the token in `ntn`'s file regardless of the settings; needs the person's consent.
    pub use_file: bool,
    pub steps: LoginSteps,
}

/// The part of the login to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginSteps {
    /// Start, wait for the approval, and find the stored token.
    All,
    /// Start only; a later `Resume` waits. Needs `LoginFlow::TwoSteps`.
    Start,
    /// Wait for a login that was started before.
    Resume,
}

/// The link and code to show while the login waits for approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalRequest {
    pub link: Link,
    /// The code to compare with the one in the browser; sanitised. `None` if `ntn` printed none that could be parsed.
    pub code: Option<String>,
    /// The time when the login expires by this machine's clock, if known: 0.4.0 waits for 300 s.
    pub ends_at: Option<Time>,
}

/// The login that `ntn`'s files describe after it exited with 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NtnLogin {
    pub workspace: Workspace,
    /// The person, if this `ntn` reports it (`ntn whoami`).
    pub user: Option<String>,
    /// The version that logged in.
    pub version: String,
    /// Readable location of the token.
    pub place: String,
    /// True if `ntn` needs `NOTION_KEYRING=0` to find the token again and it is not set.
    pub needs_keyring_variable: bool,
}

/// The outcome of a login.
#[derive(Clone, Debug, PartialEq)]
pub enum LoginOutcome {
    /// The token was read back, and Notion verified it.
    Verified(Box<VerifiedCredential>, NtnLogin),
    /// Only `ntn` can read the token: the login as `ntn` reports it, and the reason why the token could not be read.
    Unverified(NtnLogin, String),
    /// The login was only started (`LoginSteps::Start`).
    Started,
}

/// A way to install `ntn`: <https://developers.notion.com/cli/get-started/installation>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Installer {
    /// `npm install --global ntn`: Node 22 and npm 10 or newer.
    Npm,
    /// The official script, fetched by curl and run by bash.
    Script,
    /// `winget install Notion.ntn`.
    Winget,
}

impl Installer {
    pub const ALL: [Self; 3] = [Self::Script, Self::Npm, Self::Winget];

    /// The command that a person would type.
    pub fn command(self) -> &'static str {
        match self {
            Self::Npm => "npm install --global ntn",
            Self::Script => "curl -fsSL https://ntn.dev | bash",
            Self::Winget => "winget install Notion.ntn",
        }
    }

    /// The command that updates what this one installed.
    pub fn update_command(self) -> &'static str {
        match self {
            Self::Npm => "npm update --global ntn",
            Self::Script => "ntn update",
            Self::Winget => "winget upgrade Notion.ntn",
        }
    }
}

/// An installer, and whether it can be used on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstallerState {
    pub installer: Installer,
    /// The reason why it cannot be used: `Node 18.19.0 is older than 22`.
    pub unusable_reason: Option<String>,
}
