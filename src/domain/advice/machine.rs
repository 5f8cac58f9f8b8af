//! Adjusts the guide's recommendation for one workspace to this machine.

use super::{Method, Place, Reason};
use crate::domain::catalog::PathId;
use crate::domain::machine::{BrowserState, Findings, HeadlessReason, NtnState};

/// The availability of `ntn` on this machine.
#[derive(Clone, Copy)]
enum Ntn {
    Ready,
    /// It can log in, but has nowhere to store the login.
    LoginNotKept,
    Installable,
    Unavailable(Reason),
}

impl From<&NtnState> for Ntn {
    fn from(state: &NtnState) -> Self {
        match state {
            NtnState::Found { storage, .. } if storage.usable() => Self::Ready,
            NtnState::Found { .. } => Self::LoginNotKept,
            NtnState::Missing => Self::Installable,
            NtnState::NotInstallable => Self::Unavailable(Reason::NtnNotInstallable),
            NtnState::NotNotions { .. } => Self::Unavailable(Reason::OtherProgramNamedNtn),
            NtnState::Broken { .. } => Self::Unavailable(Reason::NtnBroken),
        }
    }
}

/// Returns path, method and reason, or `None` while the state of the browser or of `ntn` is unknown.
pub(super) fn refine(place: Place, findings: &Findings) -> Option<(PathId, Method, Reason)> {
    let browser = findings.browser.get()?;
    let ntn = Ntn::from(findings.ntn.get()?);
    let has_browser = matches!(browser, BrowserState::Ready { .. });
    let is_unattended = place == Place::Server || *browser == BrowserState::Headless { reason: HeadlessReason::Ci };
    Some(match (is_unattended, has_browser, ntn) {
        // A script can use a token without ntn, so nothing has to be installed.
        (true, _, Ntn::Unavailable(_)) => (PathId::Token, Method::Token, Reason::UnattendedWithoutNtn),
        (true, _, Ntn::Ready | Ntn::LoginNotKept | Ntn::Installable) => (PathId::Cli, Method::Token, Reason::Unattended),
        // The login is stored in ntn's file if the person agrees.
        (false, true, Ntn::Ready | Ntn::LoginNotKept) => (PathId::Cli, Method::BrowserLogin, Reason::BrowserAndNtn),
        (false, true, Ntn::Installable) => (PathId::Cli, Method::BrowserLogin, Reason::NtnToInstall),
        (false, true, Ntn::Unavailable(obstacle)) => (PathId::Token, Method::Token, obstacle),
        (false, false, Ntn::Ready) => (PathId::Cli, Method::BrowserLogin, Reason::ApproveElsewhere),
        (false, false, Ntn::LoginNotKept) => (PathId::Cli, Method::Token, Reason::LoginNotKept),
        (false, false, Ntn::Installable | Ntn::Unavailable(_)) => (PathId::Token, Method::Token, Reason::NoBrowserNoNtn),
    })
}
