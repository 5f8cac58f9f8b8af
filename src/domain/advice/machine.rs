//! Adjusts the guide's recommendation for one workspace to this machine.

use super::{Reason, TargetEnvironment};
use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::machine::{BrowserState, Findings, HeadlessReason, NtnState};

/// The availability of `ntn` on this machine.
#[derive(Clone, Copy)]
enum NtnAvailability {
    Ready,
    /// It can log in, but has nowhere to store the login.
    LoginNotSaved,
    Installable,
    Unavailable(Reason),
}

impl From<&NtnState> for NtnAvailability {
    fn from(state: &NtnState) -> Self {
        match state {
            NtnState::Found { storage, .. } if storage.is_usable() => Self::Ready,
            NtnState::Found { .. } => Self::LoginNotSaved,
            NtnState::Missing => Self::Installable,
            NtnState::NotInstallable => Self::Unavailable(Reason::NtnNotInstallable),
            NtnState::OtherProgram { .. } => Self::Unavailable(Reason::OtherProgramNamedNtn),
            NtnState::Broken { .. } => Self::Unavailable(Reason::NtnBroken),
        }
    }
}

/// Returns path, method and reason, or `None` while the state of the browser or of `ntn` is unknown.
pub(super) fn adjust_to_machine(place: TargetEnvironment, findings: &Findings) -> Option<(AuthPath, AuthMethod, Reason)> {
    let browser = findings.browser.get()?;
    let ntn = NtnAvailability::from(findings.ntn.get()?);
    let has_browser = matches!(browser, BrowserState::Ready { .. });
    let is_unattended = place == TargetEnvironment::Server || *browser == BrowserState::Headless { reason: HeadlessReason::Ci };
    Some(match (is_unattended, has_browser, ntn) {
        // A script can use a token without ntn, so nothing has to be installed.
        (true, _, NtnAvailability::Unavailable(_)) => (AuthPath::Token, AuthMethod::Token, Reason::UnattendedWithoutNtn),
        (true, _, NtnAvailability::Ready | NtnAvailability::LoginNotSaved | NtnAvailability::Installable) => {
            (AuthPath::Cli, AuthMethod::Token, Reason::Unattended)
        }
        // The login is stored in ntn's file if the person agrees.
        (false, true, NtnAvailability::Ready | NtnAvailability::LoginNotSaved) => {
            (AuthPath::Cli, AuthMethod::BrowserLogin, Reason::BrowserAndNtn)
        }
        (false, true, NtnAvailability::Installable) => (AuthPath::Cli, AuthMethod::BrowserLogin, Reason::NtnToInstall),
        (false, true, NtnAvailability::Unavailable(obstacle)) => (AuthPath::Token, AuthMethod::Token, obstacle),
        (false, false, NtnAvailability::Ready) => (AuthPath::Cli, AuthMethod::BrowserLogin, Reason::ApproveElsewhere),
        (false, false, NtnAvailability::LoginNotSaved) => (AuthPath::Cli, AuthMethod::Token, Reason::LoginNotKept),
        (false, false, NtnAvailability::Installable | NtnAvailability::Unavailable(_)) => {
            (AuthPath::Token, AuthMethod::Token, Reason::NoBrowserNoNtn)
        }
    })
}
