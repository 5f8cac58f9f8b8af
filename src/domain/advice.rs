//! The recommendation: the guide's decision tree applied to a person's answers, adjusted to the findings on this machine.
//!
//! Compare, Guide me and `advise` all call [`recommend`], so that they cannot disagree. It returns codes; their texts are in
//! `assets/paths.toml`.

mod machine;
mod purpose;

pub use purpose::{Purpose, requirements_for};

use super::auth_path::{AuthMethod, AuthPath};
use super::catalog::Catalog;
use super::machine::{BrowserState, Findings};
use strum::{IntoStaticStr, VariantArray};

/// The people the program will act for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// One person, or one team in its own workspace.
    Own,
    /// Many users, each in their own workspace.
    ManyUsers,
    /// A worker that signs in to GitHub, Google, Salesforce or another service.
    ExternalService,
}

/// The environment the program will run in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetEnvironment {
    /// A person's own terminal: local development, testing, scripting with `ntn`.
    Terminal,
    /// A server-side script or CI, inside one workspace.
    Server,
    Unsure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    Full,
    GuestOrRestricted,
    Unsure,
}

/// The answers given so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GuideAnswers {
    pub audience: Option<Audience>,
    pub environment: Option<TargetEnvironment>,
    pub membership: Option<Membership>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuideQuestion {
    Audience,
    Environment,
    Membership,
}

/// A complete set of answers to base a recommendation on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirements {
    pub audience: Audience,
    pub environment: TargetEnvironment,
    /// `None` if the question was not asked.
    pub membership: Option<Membership>,
}

impl Requirements {
    /// The default before any question: one workspace, and a person at this machine.
    pub const DEFAULT: Self = Self { audience: Audience::Own, environment: TargetEnvironment::Unsure, membership: None };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    pub path: AuthPath,
    pub method: AuthMethod,
    /// The branch of the guide's decision tree that the answers lead to; the catalog uses the same names.
    pub rule: &'static str,
    pub reason: Reason,
    /// A prerequisite that the person may lack. It is a caution and never changes the path.
    pub caution: Option<Caution>,
    /// The other paths, each with the case in which it would be better.
    pub runners_up: &'static [(AuthPath, Alternative)],
}

/// The next question of the guide, or the complete answers. The guide asks at most three questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuideStep {
    Ask(GuideQuestion),
    Complete(Requirements),
}

pub fn next_step(answers: GuideAnswers) -> GuideStep {
    let Some(audience) = answers.audience else { return GuideStep::Ask(GuideQuestion::Audience) };
    if audience != Audience::Own {
        return GuideStep::Complete(Requirements { audience, environment: TargetEnvironment::Unsure, membership: None });
    }
    let Some(place) = answers.environment else { return GuideStep::Ask(GuideQuestion::Environment) };
    let Some(membership) = answers.membership else { return GuideStep::Ask(GuideQuestion::Membership) };
    GuideStep::Complete(Requirements { audience, environment: place, membership: Some(membership) })
}

/// Recommends the path that fits these requirements on this machine.
///
/// Returns `None` until the browser and `ntn` have been checked; the keychain and the network don't matter. So a recommendation
/// appears once, and changes only if a later check of the machine has a different result.
pub fn recommend(need: Requirements, findings: &Findings) -> Option<Advice> {
    if need.audience != Audience::Own {
        return Some(guide_recommendation(need));
    }
    let (path, method, reason) = machine::adjust_to_machine(need.environment, findings)?;
    // To a person who has answered the guide's questions, its own reason says more than "a browser and ntn are here".
    let guide = guide_recommendation(need);
    let is_the_guides = (path, method) == (guide.path, guide.method) && reason.is_generic() && need != Requirements::DEFAULT;
    let reason = if is_the_guides { guide.reason } else { reason };
    Some(Advice { path, method, reason, runners_up: runners_up(path), ..guide })
}

/// The guide's recommendation, without any finding about the machine.
pub fn guide_recommendation(need: Requirements) -> Advice {
    let (path, method, rule, reason) = match (need.audience, need.environment, need.membership) {
        (Audience::ManyUsers, ..) => (AuthPath::Oauth, AuthMethod::OwnConnection, "external_service", Reason::ManyUsers),
        (Audience::ExternalService, ..) => (AuthPath::Oauth, AuthMethod::Worker, "external_service", Reason::ExternalService),
        (Audience::Own, TargetEnvironment::Server, _) => (AuthPath::Cli, AuthMethod::Token, "own_script", Reason::Unattended),
        (Audience::Own, TargetEnvironment::Terminal, Some(Membership::Full)) => {
            (AuthPath::Cli, AuthMethod::BrowserLogin, "own_terminal", Reason::OwnTerminal)
        }
        (Audience::Own, TargetEnvironment::Terminal | TargetEnvironment::Unsure, _) => {
            (AuthPath::Cli, AuthMethod::BrowserLogin, "default", Reason::OneWorkspace)
        }
    };
    let caution = match need.membership {
        Some(Membership::GuestOrRestricted) if path.uses_ntn() => Some(Caution::Guest),
        Some(Membership::Unsure) if path.uses_ntn() => Some(Caution::MembershipUnknown),
        _ => None,
    };
    Advice { path, method, rule, reason, caution, runners_up: runners_up(path) }
}

fn runners_up(path: AuthPath) -> &'static [(AuthPath, Alternative)] {
    match path {
        AuthPath::Cli => &[(AuthPath::Token, Alternative::TokenForTheApi), (AuthPath::Oauth, Alternative::OauthForOthers)],
        AuthPath::Token => &[(AuthPath::Cli, Alternative::CliWithNtn), (AuthPath::Oauth, Alternative::OauthForOthers)],
        AuthPath::Oauth => &[(AuthPath::Cli, Alternative::CliWhileBuilding), (AuthPath::Token, Alternative::TokenForOneUser)],
    }
}

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

#[cfg(test)]
mod tests;
