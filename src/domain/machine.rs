//! The findings about this machine, which the row "This machine" and the recommendation are based on.

use super::credentials::Inventory;
use super::host_details::HostDetails;
use super::login::{LoginFlow, NtnStorage};
use super::loopback::PortState;
use super::problem::{Problem, ProblemCode};
use super::storage::StorageState;
use super::team_profile::LoadedProfile;
use std::time::Duration;

/// A finding that arrives after the first frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Finding<T> {
    #[default]
    Pending,
    Found(T),
}

impl<T> Finding<T> {
    pub fn get(&self) -> Option<&T> {
        match self {
            Self::Pending => None,
            Self::Found(found) => Some(found),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    pub keychain: Finding<KeychainState>,
    pub browser: Finding<BrowserState>,
    pub ntn: Finding<NtnState>,
    pub network: Finding<Result<Reachability, Problem>>,
    /// Probed only if a path needs a port.
    pub port: Finding<PortState>,
    pub inventory: Finding<Inventory>,
    /// The team profile in this folder, if there is one.
    pub team_profile: Finding<Result<Option<LoadedProfile>, Problem>>,
    /// Inspected only for a report.
    pub host_details: Finding<Result<HostDetails, Problem>>,
    /// Inspected only for a report.
    pub storage: Finding<Result<StorageState, Problem>>,
}

impl Findings {
    /// True while a finding that is always collected is missing.
    pub fn is_incomplete(&self) -> bool {
        let Self { keychain, browser, ntn, network, inventory, .. } = self;
        keychain.get().is_none()
            || browser.get().is_none()
            || ntn.get().is_none()
            || network.get().is_none()
            || inventory.get().is_none()
    }
}

/// Time that a person has to answer the keychain's dialogs during one operation: they may have to find the window and a password.
/// Limits around such an operation are longer, so that nothing is reported as failed while it is still in progress.
pub const KEYCHAIN_DIALOG_TIMEOUT: Duration = Duration::from_secs(120);

/// The result of writing, reading back and deleting a test entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeychainState {
    /// A test entry was written, read back and deleted.
    Available { name: String },
    /// There is no keychain service: no bus, no provider.
    Absent { evidence: String },
    /// There is a keychain, but writing fails: it is locked, has no collection, or the prompt was dismissed.
    Locked { evidence: String },
    /// It did not answer within the time limit.
    TimedOut,
    /// `NOTION_KEYRING` says to use the file.
    Disabled { value: String },
}

impl KeychainState {
    pub fn is_usable(&self) -> bool {
        matches!(self, Self::Available { .. })
    }

    /// Returns why it can't be used.
    pub fn problem(&self) -> Option<Problem> {
        Some(match self {
            Self::Available { .. } => return None,
            Self::Absent { evidence } => Problem::new(ProblemCode::KeychainAbsent).with_evidence(evidence),
            Self::Locked { evidence } => Problem::new(ProblemCode::KeychainLocked).with_evidence(evidence),
            Self::TimedOut => Problem::new(ProblemCode::KeychainSlow),
            Self::Disabled { value } => {
                Problem::new(ProblemCode::KeychainAbsent).with_evidence(format!("NOTION_KEYRING={value} turns it off"))
            }
        })
    }

    /// True if a person can still make it available: by unlocking it, or by answering a dialog after the probe's time limit.
    pub fn can_be_unlocked(&self) -> bool {
        matches!(self, Self::Locked { .. } | Self::TimedOut)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BrowserState {
    /// A browser can be started; `name` is set if the settings name it.
    Ready { name: Option<String> },
    /// No browser is likely to appear on this person's screen.
    Headless { reason: HeadlessReason },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadlessReason {
    /// `SSH_CONNECTION` or `SSH_TTY`.
    Ssh,
    /// `CI` is set to something true.
    Ci,
    /// There is a marker file or variable of a container.
    Container,
    /// Neither `DISPLAY` nor `WAYLAND_DISPLAY` on a Unix that needs one.
    NoDisplay,
    /// There is a display, but no program to open a link with.
    NoBrowser,
    /// `BROWSER` names a program that draws in this terminal.
    TextBrowser,
}

impl HeadlessReason {
    /// Returns the end of the sentence "there's no browser …".
    pub fn place(self) -> &'static str {
        match self {
            Self::Ssh => "in this SSH session",
            Self::Ci => "in this CI job",
            Self::Container => "in this container",
            Self::NoDisplay => "here (no display is set)",
            Self::NoBrowser => "here (no program to open links)",
            Self::TextBrowser => "here (BROWSER is a text browser)",
        }
    }

    /// The reason why no browser will appear, worded to follow "no browser: ".
    pub fn label(self) -> &'static str {
        match self {
            Self::Ssh => "this is an SSH session",
            Self::Ci => "this is a CI job",
            Self::Container => "this is a container",
            Self::NoDisplay => "no display is set",
            Self::NoBrowser => "no program to open links",
            Self::TextBrowser => "BROWSER is a text browser",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NtnState {
    /// It is not on `PATH`, but a program that can install it is.
    Missing,
    /// It is not on `PATH`, and no installer can be used: none is there, or npm or Node is too old.
    NotInstallable,
    Found {
        path: String,
        version: String,
        generation: LoginFlow,
        storage: NtnStorage,
    },
    /// Another program has the name `ntn`.
    OtherProgram {
        path: String,
        evidence: String,
    },
    /// It is installed, but does not work as expected.
    Broken {
        path: String,
        evidence: String,
    },
}

/// A response from Notion's host, through the program's own HTTP client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reachability {
    pub latency_ms: u64,
    /// Our clock minus Notion's, in seconds, if the response had a `Date` header.
    pub clock_skew_s: Option<i64>,
    /// The proxy that was used, as host and port.
    pub proxy: Option<String>,
}
