//! A browser login that `ntn` runs: what it is asked for, what it shows, and what came of it.
//!
//! `ntn` speaks with Notion and keeps the token; we show the code and the link, and believe nothing but its exit code.

use super::credential::{Verified, Workspace};
use super::link::Link;
use jiff::civil::Time;

/// How an installed `ntn` logs in; told apart by exit code 2, its "wrong usage".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// 0.4.0: one command that wants a terminal, opens a browser itself, and waits.
    Terminal,
    /// `ntn login --no-browser` shows code and link and ends; `ntn login poll` waits. It survives our own end.
    TwoSteps,
}

/// Where `ntn` is going to keep the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NtnStorage {
    /// The system's keychain, or we cannot tell.
    Keychain,
    /// The kernel's key retention service: gone at reboot, and after some days without use.
    KernelKeyring,
    /// The kernel refuses, as in most containers: a login would be approved and then lost.
    KernelKeyringRefused { evidence: String },
    /// `NOTION_KEYRING=0`: `auth.json`, in plain text.
    File { place: String },
}

impl NtnStorage {
    pub fn usable(&self) -> bool {
        !matches!(self, Self::KernelKeyringRefused { .. })
    }
}

/// Which workspace is to be logged in to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Whichever the person picks in the browser.
    New,
    /// One that `ntn` knows already, by id: it becomes `ntn`'s default, with a browser login only if its token is gone.
    Stored(String),
}

/// What `ntn` is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRequest {
    pub target: Target,
    /// Keep the token in `ntn`'s file, whatever is set: with the person's consent.
    pub in_file: bool,
    pub steps: Steps,
}

/// How much of the login is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Steps {
    /// Begin, wait for the approval, and find what was stored.
    All,
    /// Begin, and leave the waiting to a later `Resume`; `Generation::TwoSteps` only.
    Begin,
    /// Wait for a login that was begun before.
    Resume,
}

/// Shown before anything waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub link: Link,
    /// To be compared with the one in the browser; sanitised. `None` where this `ntn` showed none that could be read.
    pub code: Option<String>,
    /// When the login ends by this machine's clock, where that is known: 0.4.0 waits for 300 s.
    pub ends_at: Option<Time>,
}

/// `ntn` ended with 0, and this is what its files say since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NtnLogin {
    pub workspace: Workspace,
    /// The person, where this `ntn` can tell (`ntn whoami`).
    pub user: Option<String>,
    /// The version that logged in.
    pub version: String,
    /// Where the token is, for a person.
    pub place: String,
    /// `NOTION_KEYRING=0` is needed for `ntn` to find it again, and is not set.
    pub needs_variable: bool,
}

/// How a login ended.
#[derive(Clone, Debug, PartialEq)]
pub enum LoggedIn {
    /// The token was read back, and Notion knows it.
    Verified(Box<Verified>, NtnLogin),
    /// Only `ntn` can read the token: this is what `ntn` reports. The reason why it could not be read.
    Reported(NtnLogin, String),
    /// Begun only: `Steps::Begin`.
    Begun,
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

    /// What a person would type.
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

/// Whether an installer can be used here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstallerState {
    pub installer: Installer,
    /// Why not, where it cannot: `Node 18.19.0 is older than 22`.
    pub unusable: Option<String>,
}
