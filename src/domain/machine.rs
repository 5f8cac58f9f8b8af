//! What was found on this machine: the facts behind the row "This machine" and the recommendation.

use super::credential::Existing;
use super::login::{Generation, NtnStorage};
use super::loopback::PortState;
use super::problem::Problem;
use super::storage::StorageState;
use super::surroundings::Surroundings;

/// A fact that streams in after the first frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Finding<T> {
    #[default]
    Looking,
    Found(T),
}

impl<T> Finding<T> {
    pub fn get(&self) -> Option<&T> {
        match self {
            Self::Looking => None,
            Self::Found(found) => Some(found),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    pub keychain: Finding<KeychainState>,
    pub browser: Finding<BrowserState>,
    pub ntn: Finding<NtnState>,
    pub network: Finding<Result<Reachable, Problem>>,
    /// Looked at where a path needs one.
    pub port: Finding<PortState>,
    pub existing: Finding<Vec<Existing>>,
    /// Trouble met while looking for existing credentials, such as a corrupt file.
    pub existing_trouble: Option<Problem>,
    /// Looked at for a report.
    pub surroundings: Finding<Result<Surroundings, Problem>>,
    /// Looked at for a report.
    pub storage: Finding<Result<StorageState, Problem>>,
}

impl Findings {
    /// Something that is always looked at has not been found yet.
    pub fn is_incomplete(&self) -> bool {
        let Self { keychain, browser, ntn, network, existing, .. } = self;
        keychain.get().is_none()
            || browser.get().is_none()
            || ntn.get().is_none()
            || network.get().is_none()
            || existing.get().is_none()
    }
}

/// What writing, reading back and deleting a probe entry showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeychainState {
    /// A probe was written, read back and deleted.
    Answers { name: String },
    /// Nothing to talk to: no bus, no provider.
    Absent { evidence: String },
    /// It is there and will not be written to: locked, no collection, prompt dismissed.
    Locked { evidence: String },
    /// No answer within the limit.
    Slow,
    /// `NOTION_KEYRING` says to use the file.
    TurnedOff { value: String },
}

impl KeychainState {
    pub fn usable(&self) -> bool {
        matches!(self, Self::Answers { .. })
    }

    /// A person may still open it: by unlocking it, or by answering a dialog that takes longer than the probe waits.
    pub fn can_be_opened(&self) -> bool {
        matches!(self, Self::Locked { .. } | Self::Slow)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BrowserState {
    /// One can be started here; `name` where the setting tells it.
    Ready { name: Option<String> },
    /// None is likely to appear before this person's eyes.
    Headless { reason: HeadlessReason },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadlessReason {
    /// `SSH_CONNECTION` or `SSH_TTY`.
    Ssh,
    /// `CI` is set to something true.
    Ci,
    /// A container marker file or variable.
    Container,
    /// Neither `DISPLAY` nor `WAYLAND_DISPLAY` on a Unix that needs one.
    NoDisplay,
    /// A display, but no program to open a link with.
    NoBrowser,
    /// `BROWSER` names a program that draws in this terminal.
    TextBrowser,
}

impl HeadlessReason {
    /// Why no browser will appear, to follow "no browser: ".
    pub fn label(self) -> &'static str {
        match self {
            Self::Ssh => "this is an SSH session",
            Self::Ci => "this is a CI job",
            Self::Container => "this is a container",
            Self::NoDisplay => "no display is set",
            Self::NoBrowser => "no program to open links with",
            Self::TextBrowser => "BROWSER is a text browser",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NtnState {
    /// Not on `PATH`, and a program that installs it is.
    Missing,
    /// Neither on `PATH` nor to be installed: what installs it is missing too.
    NotInstallable,
    Found {
        path: String,
        version: String,
        generation: Generation,
        storage: NtnStorage,
    },
    /// A program of that name that is not Notion's (another tool carries it).
    NotNotions {
        path: String,
        evidence: String,
    },
    /// It is there and did not answer as it should.
    Broken {
        path: String,
        evidence: String,
    },
}

/// An answer from Notion's host, through the product's own client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reachable {
    pub latency_ms: u64,
    /// Our clock minus Notion's, in seconds, where the answer carried a date.
    pub clock_skew_s: Option<i64>,
    /// The proxy it came through, as host and port.
    pub proxy: Option<String>,
}
