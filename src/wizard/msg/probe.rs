//! Probes of this machine and their results.

use crate::domain::credentials::{Inventory, RememberedAnswers};
use crate::domain::host_details::HostDetails;
use crate::domain::loopback::PortState;
use crate::domain::machine::{BrowserState, Finding, Findings, HeadlessReason, KeychainState, NtnState, Reachability};
use crate::domain::oauth::RedirectUri;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::storage::StorageState;
use crate::domain::team_profile::LoadedProfile;

/// A check of one aspect of this machine. Each result arrives on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Probe {
    Keychain,
    Browser,
    Ntn,
    Network,
    Inventory,
    /// The team profile in this folder; not where one was named, or where nobody can be asked about it.
    TeamProfile,
    /// The loopback port of this redirect URI; only pages that need it probe it.
    Port(RedirectUri),
    /// The terminal and the settings; for a report.
    HostDetails,
    /// The stored files; for a report.
    Storage,
}

/// The result of a probe; one variant per probe.
#[derive(Clone, Debug, PartialEq)]
pub enum ProbeResult {
    Keychain(KeychainState),
    Browser(BrowserState),
    Ntn(NtnState),
    Network(Result<Reachability, Problem>),
    Inventory(Box<Inventory>),
    TeamProfile(Box<Result<Option<LoadedProfile>, Problem>>),
    Port(PortState),
    HostDetails(Box<Result<HostDetails, Problem>>),
    Storage(Box<Result<StorageState, Problem>>),
}

impl Probe {
    /// The probes that run at every start.
    pub const AT_START: [Self; 6] = [Self::Inventory, Self::Browser, Self::Ntn, Self::Keychain, Self::Network, Self::TeamProfile];

    /// True if the results of both are the same finding: those of two ports are.
    pub fn is_same_kind(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    /// Returns the result of a probe that failed, because a failure says something about this machine too.
    pub fn failure(self, problem: Problem) -> ProbeResult {
        let evidence = || problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned());
        match self {
            Self::Keychain if problem.code == ProblemCode::KeychainSlow => ProbeResult::Keychain(KeychainState::TimedOut),
            Self::Keychain => ProbeResult::Keychain(KeychainState::Absent { evidence: evidence() }),
            Self::Browser => ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::NoBrowser }),
            Self::Ntn => ProbeResult::Ntn(NtnState::Broken { path: "ntn".into(), evidence: evidence() }),
            Self::Network => ProbeResult::Network(Err(problem)),
            Self::Inventory => {
                ProbeResult::Inventory(Box::new(Inventory { search_problem: Some(problem), ..Inventory::default() }))
            }
            Self::TeamProfile => ProbeResult::TeamProfile(Box::new(Err(problem))),
            Self::Port(redirect) => ProbeResult::Port(PortState::Unavailable { port: redirect.port, evidence: evidence() }),
            Self::HostDetails => ProbeResult::HostDetails(Box::new(Err(problem))),
            Self::Storage => ProbeResult::Storage(Box::new(Err(problem))),
        }
    }
}

impl ProbeResult {
    /// Writes the result to the findings. Returns the person's answers if the probe read them with the records.
    pub fn record(self, findings: &mut Findings) -> Option<RememberedAnswers> {
        match self {
            Self::Keychain(state) => findings.keychain = Finding::Found(state),
            Self::Browser(state) => findings.browser = Finding::Found(state),
            Self::Ntn(state) => findings.ntn = Finding::Found(state),
            Self::Network(reachability) => findings.network = Finding::Found(reachability),
            Self::TeamProfile(found) => findings.team_profile = Finding::Found(*found),
            Self::Port(state) => findings.port = Finding::Found(state),
            Self::HostDetails(details) => findings.host_details = Finding::Found(*details),
            Self::Storage(state) => findings.storage = Finding::Found(*state),
            Self::Inventory(mut inventory) => {
                let remembered = std::mem::take(&mut inventory.index.remembered);
                findings.inventory = Finding::Found(*inventory);
                return Some(remembered);
            }
        }
        None
    }
}
