//! What this machine makes of the guide's answer for one workspace.

use super::{Method, Place, Reason};
use crate::domain::catalog::PathId;
use crate::domain::machine::{BrowserState, Findings, HeadlessReason, NtnState};

/// What can be done with `ntn` here.
#[derive(Clone, Copy)]
enum Ntn {
    Ready,
    /// It logs in, and has nowhere to keep the login.
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

/// Path, method and reason; `None` as long as the browser or `ntn` is unknown.
pub(super) fn refine(place: Place, findings: &Findings) -> Option<(PathId, Method, Reason)> {
    let browser = findings.browser.get()?;
    let ntn = Ntn::from(findings.ntn.get()?);
    let has_browser = matches!(browser, BrowserState::Ready { .. });
    let is_unattended = place == Place::Server || *browser == BrowserState::Headless { reason: HeadlessReason::Ci };
    Some(match (is_unattended, has_browser, ntn) {
        // A token serves a script without ntn as well: nothing has to be installed for it.
        (true, _, Ntn::Unavailable(_)) => (PathId::Token, Method::Token, Reason::UnattendedWithoutNtn),
        (true, _, Ntn::Ready | Ntn::LoginNotKept | Ntn::Installable) => (PathId::Cli, Method::Token, Reason::Unattended),
        // The login is kept in ntn's file, once the person agrees to that.
        (false, true, Ntn::Ready | Ntn::LoginNotKept) => (PathId::Cli, Method::BrowserLogin, Reason::BrowserAndNtn),
        (false, true, Ntn::Installable) => (PathId::Cli, Method::BrowserLogin, Reason::NtnToInstall),
        (false, true, Ntn::Unavailable(obstacle)) => (PathId::Token, Method::Token, obstacle),
        (false, false, Ntn::Ready) => (PathId::Cli, Method::BrowserLogin, Reason::ApproveElsewhere),
        (false, false, Ntn::LoginNotKept) => (PathId::Cli, Method::Token, Reason::LoginNotKept),
        (false, false, Ntn::Installable | Ntn::Unavailable(_)) => (PathId::Token, Method::Token, Reason::NoBrowserNoNtn),
    })
}
