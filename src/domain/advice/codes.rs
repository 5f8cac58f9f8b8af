//! The codes of the recommendation. Their texts are in `assets/paths.toml` under `advice`.

use crate::domain::catalog::Catalog;
use crate::domain::machine::{BrowserState, Findings};

/// Declares an enum of codes: each variant with its code in the catalog and in JSON.
macro_rules! all_codes {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident => $code:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }
        }
    };
}

all_codes! {
    /// The reason why a path is recommended.
    Reason {
        BrowserAndNtn => "browser_and_ntn",
        NtnToInstall => "ntn_to_install",
        NtnNotInstallable => "ntn_not_installable",
        OtherProgramNamedNtn => "other_program_named_ntn",
        NtnBroken => "ntn_broken",
        /// `ntn` is here, and its login is approved in a browser on another device.
        ApproveElsewhere => "approve_elsewhere",
        /// `ntn` has nowhere to store a login, as in most containers.
        LoginNotKept => "login_not_kept",
        NoBrowserNoNtn => "no_browser_no_ntn",
        Unattended => "unattended",
        UnattendedWithoutNtn => "unattended_without_ntn",
        OwnTerminal => "own_terminal",
        OneWorkspace => "one_workspace",
        ManyUsers => "many_users",
        ExternalService => "external_service",
    }
}

impl Reason {
    /// The sentence for this reason, filled in with the findings on this machine.
    pub fn text(self, catalog: &Catalog, findings: &Findings) -> String {
        let why = match findings.browser.get() {
            Some(BrowserState::Headless { reason }) => reason.label(),
            Some(BrowserState::Ready { .. }) | None => "",
        };
        catalog.advice_text(self.code()).replace("{why}", why)
    }

    /// True if the reason only says that the guide's requirements are met.
    pub fn is_generic(self) -> bool {
        matches!(self, Self::BrowserAndNtn | Self::Unattended)
    }
}

all_codes! {
    /// A prerequisite that this person may lack.
    Caution {
        Guest => "guest",
        MembershipUnknown => "membership_unknown",
    }
}

all_codes! {
    /// The case in which another path would be better.
    Alternative {
        TokenForTheApi => "token_for_the_api",
        TokenForOneUser => "token_for_one_user",
        OauthForOthers => "oauth_for_others",
        CliWithNtn => "cli_with_ntn",
        CliWhileBuilding => "cli_while_building",
    }
}

/// Every code that needs a text.
pub fn codes() -> impl Iterator<Item = &'static str> {
    let reasons = Reason::ALL.iter().map(|reason| reason.code());
    let cautions = Caution::ALL.iter().map(|caution| caution.code());
    reasons.chain(cautions).chain(Alternative::ALL.iter().map(|alternative| alternative.code()))
}
