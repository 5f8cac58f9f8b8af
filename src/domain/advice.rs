//! The recommendation: the guide's decision tree applied to a person's answers, adjusted to the findings on this machine.
//!
//! Compare, Guide me and `advise` all call [`recommend`], so that they cannot disagree. It returns codes; their texts are in
//! `assets/paths.toml`.

mod machine;
mod purpose;
mod words;

pub use purpose::{Purpose, need_of};
pub use words::{Alternative, Caution, Reason, codes};

use super::catalog::PathId;
use super::machine::Findings;

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
pub enum Place {
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
pub struct Answers {
    pub audience: Option<Audience>,
    pub place: Option<Place>,
    pub membership: Option<Membership>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    Audience,
    Place,
    Membership,
}

/// The method by which a person signs in on a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Through `ntn login`.
    BrowserLogin,
    /// A token that is pasted, or set in `NOTION_API_TOKEN`.
    Token,
    /// OAuth against Notion, for an app that many people use.
    OwnConnection,
    /// Workers OAuth: a worker signs in to another service.
    Worker,
}

/// A complete set of answers, which a recommendation is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    pub audience: Audience,
    pub place: Place,
    /// `None` if the question was not asked.
    pub membership: Option<Membership>,
}

impl Need {
    /// The default before any question: one workspace, and a person at this machine.
    pub const UNASKED: Self = Self { audience: Audience::Own, place: Place::Unsure, membership: None };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    pub path: PathId,
    pub method: Method,
    /// The branch of the guide's decision tree that the answers lead to; the catalog uses the same names.
    pub rule: &'static str,
    pub reason: Reason,
    /// A prerequisite that the person may lack. It is a caution and never changes the path.
    pub caution: Option<Caution>,
    /// The other paths, each with the case in which it would be better.
    pub runners_up: [(PathId, Alternative); 2],
}

/// The next question of the guide, or the complete answers. The guide asks at most three questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Ask(Question),
    Answered(Need),
}

pub fn next_step(answers: Answers) -> Step {
    let Some(audience) = answers.audience else { return Step::Ask(Question::Audience) };
    if audience != Audience::Own {
        return Step::Answered(Need { audience, place: Place::Unsure, membership: None });
    }
    let Some(place) = answers.place else { return Step::Ask(Question::Place) };
    let Some(membership) = answers.membership else { return Step::Ask(Question::Membership) };
    Step::Answered(Need { audience, place, membership: Some(membership) })
}

/// Recommends the path that fits these requirements on this machine.
///
/// Returns `None` until the browser and `ntn` have been checked; the keychain and the network decide nothing. So a recommendation
/// appears once, and changes only if a later check of the machine has another result.
pub fn recommend(need: Need, findings: &Findings) -> Option<Advice> {
    if need.audience != Audience::Own {
        return Some(by_the_guide(need));
    }
    let (path, method, reason) = machine::refine(need.place, findings)?;
    // To a person who has answered the guide's questions, its own reason says more than "a browser and ntn are here".
    let guide = by_the_guide(need);
    let is_the_guides = (path, method) == (guide.path, guide.method) && reason.adds_nothing() && need != Need::UNASKED;
    let reason = if is_the_guides { guide.reason } else { reason };
    Some(Advice { path, method, reason, runners_up: runners_up(path), ..guide })
}

/// The guide's recommendation, without any finding about the machine.
pub fn by_the_guide(need: Need) -> Advice {
    let (path, method, rule, reason) = match (need.audience, need.place, need.membership) {
        (Audience::ManyUsers, ..) => (PathId::Oauth, Method::OwnConnection, "external_service", Reason::ManyUsers),
        (Audience::ExternalService, ..) => (PathId::Oauth, Method::Worker, "external_service", Reason::ExternalService),
        (Audience::Own, Place::Server, _) => (PathId::Cli, Method::Token, "own_script", Reason::Unattended),
        (Audience::Own, Place::Terminal, Some(Membership::Full)) => {
            (PathId::Cli, Method::BrowserLogin, "own_terminal", Reason::OwnTerminal)
        }
        (Audience::Own, Place::Terminal | Place::Unsure, _) => (PathId::Cli, Method::BrowserLogin, "default", Reason::OneWorkspace),
    };
    let caution = match need.membership {
        Some(Membership::GuestOrRestricted) if path == PathId::Cli => Some(Caution::Guest),
        Some(Membership::Unsure) if path == PathId::Cli => Some(Caution::MembershipUnknown),
        _ => None,
    };
    Advice { path, method, rule, reason, caution, runners_up: runners_up(path) }
}

fn runners_up(path: PathId) -> [(PathId, Alternative); 2] {
    match path {
        PathId::Cli => [(PathId::Token, Alternative::TokenForTheApi), (PathId::Oauth, Alternative::OauthForOthers)],
        PathId::Token => [(PathId::Cli, Alternative::CliWithNtn), (PathId::Oauth, Alternative::OauthForOthers)],
        PathId::Oauth => [(PathId::Cli, Alternative::CliWhileBuilding), (PathId::Token, Alternative::TokenForOneUser)],
    }
}

#[cfg(test)]
mod tests;
