//! The codes of the recommendation. Their texts are in `assets/paths.toml` under `advice`.

use crate::domain::catalog::Catalog;
use crate::domain::machine::{BrowserState, Findings};
use strum::{IntoStaticStr, VariantArray};

/// The reason why a path is recommended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Reason {
    BrowserAndNtn,
    NtnToInstall,
    NtnNotInstallable,
    OtherProgramNamedNtn,
    NtnBroken,
    /// `ntn` is here, and its login is approved in a browser on another device.
    ApproveElsewhere,
    /// `ntn` has nowhere to store a login, as in most containers.
    LoginNotKept,
    NoBrowserNoNtn,
    Unattended,
    UnattendedWithoutNtn,
    OwnTerminal,
    OneWorkspace,
    ManyUsers,
    ExternalService,
}

impl Reason {
    /// The sentence for this reason, filled in with the findings on this machine.
    pub fn text(self, catalog: &Catalog, findings: &Findings) -> String {
        let place = match findings.browser.get() {
            Some(BrowserState::Headless { reason }) => reason.place(),
            Some(BrowserState::Ready { .. }) | None => "",
        };
        catalog.advice_text(self.into()).replace("{here}", place)
    }

    /// True if the reason only says that the guide's requirements are met.
    pub fn is_generic(self) -> bool {
        matches!(self, Self::BrowserAndNtn | Self::Unattended)
    }
}

/// A prerequisite that this person may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Caution {
    Guest,
    MembershipUnknown,
}

/// The case in which another path would be better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Alternative {
    TokenForTheApi,
    TokenForOneUser,
    OauthForOthers,
    CliWithNtn,
    CliWhileBuilding,
}

/// Every code that needs a text.
pub fn codes() -> impl Iterator<Item = &'static str> {
    let reasons = Reason::VARIANTS.iter().map(<&str>::from);
    let cautions = Caution::VARIANTS.iter().map(<&str>::from);
    reasons.chain(cautions).chain(Alternative::VARIANTS.iter().map(<&str>::from))
}
