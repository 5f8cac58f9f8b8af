//! The guide's decision tree as a pure function, and the recommendation the Compare screen opens with.

mod purpose;

pub use purpose::{Purpose, advise_for};

use super::catalog::PathId;
use super::machine::{BrowserState, Findings, NtnState};
use serde::Serialize;

/// For whom the program will act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// One person, or one team's own workspace.
    Own,
    /// Many users, each in their own workspace.
    ManyUsers,
    /// A worker that signs in to GitHub, Google, Salesforce or another service.
    ExternalService,
}

/// Where it will run.
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

/// What has been answered so far.
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

/// The two ways along the path `cli`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Browser login through `ntn login`.
    Login,
    /// A token in `NOTION_API_TOKEN`.
    Headless,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    pub path: PathId,
    /// On the path `cli`, which way.
    pub way: Option<Way>,
    /// Name of the rule that fired; the catalog's decision tree carries the same names.
    pub rule: &'static str,
    pub reason: &'static str,
    /// A prerequisite that stands in the way. It refines the answer and never changes it.
    pub caution: Option<&'static str>,
    /// The other paths, each with what speaks for it.
    pub runners_up: [(PathId, &'static str); 2],
}

/// What comes next: another question, or the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Ask(Question),
    Advise(Box<Advice>),
}

const TOKEN_BESIDE_CLI: (PathId, &str) =
    (PathId::Token, "where you only call the REST API: a PAT or a connection's token, without ntn");
const OAUTH_BESIDE: (PathId, &str) = (PathId::Oauth, "once people outside your workspace are to use what you build");
const GUEST_CAUTION: &str = "Guests and restricted members cannot log in with ntn, nor make a PAT. You can ask an owner for \
     full membership or for an internal connection's token, or authorize somebody's OAuth connection.";

/// At most three questions. A prerequisite adds a caution; it never silently changes the path.
pub fn decide(answers: Answers) -> Step {
    let Some(audience) = answers.audience else { return Step::Ask(Question::Audience) };
    if audience != Audience::Own {
        return Step::Advise(Box::new(for_others()));
    }
    let Some(place) = answers.place else { return Step::Ask(Question::Place) };
    let Some(membership) = answers.membership else { return Step::Ask(Question::Membership) };
    Step::Advise(Box::new(for_own(place, membership)))
}

/// It acts for many users, or signs in elsewhere.
fn for_others() -> Advice {
    Advice {
        path: PathId::Oauth,
        way: None,
        rule: "external_service",
        reason: "It acts for many users or signs in to another service, and each of them has to give consent.",
        caution: None,
        runners_up: [
            (PathId::Cli, "for your own workspace while you build it"),
            (PathId::Token, "for a server-side script that acts for one user only"),
        ],
    }
}

/// It acts for one person or team, inside one workspace.
fn for_own(place: Place, membership: Membership) -> Advice {
    let caution = match membership {
        Membership::Full => None,
        Membership::GuestOrRestricted => Some(GUEST_CAUTION),
        Membership::Unsure => Some("This needs full membership. If login fails, ask an owner which kind of member you are."),
    };
    let (way, rule, reason) = match (place, membership) {
        (Place::Terminal, Membership::Full) => (
            Way::Login,
            "own_terminal",
            "You work in your own terminal with full membership: ntn login needs no token to look after.",
        ),
        (Place::Server, _) => (
            Way::Headless,
            "own_script",
            "It runs unattended inside one workspace: NOTION_API_TOKEN and NOTION_WORKSPACE_ID are all it needs.",
        ),
        (Place::Terminal | Place::Unsure, _) => {
            (Way::Login, "default", "For one workspace the CLI is the shortest road; OAuth is more than it needs.")
        }
    };
    Advice { path: PathId::Cli, way: Some(way), rule, reason, caution, runners_up: [TOKEN_BESIDE_CLI, OAUTH_BESIDE] }
}

/// What Compare recommends before anything was answered: the tree's default, with this machine's reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recommendation {
    pub path: PathId,
    pub reason: String,
}

pub fn recommend(found: &Findings) -> Recommendation {
    let browser = match found.browser.get() {
        Some(BrowserState::Ready { .. }) => Some("a browser is here"),
        Some(BrowserState::Headless { .. }) => None,
        None => Some(""),
    };
    let reason = match (browser, found.ntn.get()) {
        (None, _) => match found.browser.get() {
            Some(BrowserState::Headless { reason }) => {
                format!("No browser here ({}); NOTION_API_TOKEN needs none.", reason.label())
            }
            _ => String::new(),
        },
        (Some("a browser is here"), Some(NtnState::Found { version, .. })) => {
            format!("For your own workspace: a browser is here and ntn {version} is installed.")
        }
        (Some("a browser is here"), Some(NtnState::Missing)) => {
            "For your own workspace: a browser is here; ntn is still to be installed.".into()
        }
        _ => "For one person or team it is the shortest road; OAuth is for apps with many users.".into(),
    };
    Recommendation { path: PathId::Cli, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUDIENCES: [Audience; 3] = [Audience::Own, Audience::ManyUsers, Audience::ExternalService];
    const PLACES: [Place; 3] = [Place::Terminal, Place::Server, Place::Unsure];
    const MEMBERSHIPS: [Membership; 3] = [Membership::Full, Membership::GuestOrRestricted, Membership::Unsure];

    fn advice(audience: Audience, place: Place, membership: Membership) -> Advice {
        match decide(Answers { audience: Some(audience), place: Some(place), membership: Some(membership) }) {
            Step::Advise(advice) => *advice,
            Step::Ask(question) => panic!("all was answered, and {question:?} is asked"),
        }
    }

    #[test]
    fn the_tree_gives_the_guides_answer_in_every_case() {
        for audience in AUDIENCES {
            for place in PLACES {
                for membership in MEMBERSHIPS {
                    let given = advice(audience, place, membership);
                    let expected = match (audience, place, membership) {
                        (Audience::ManyUsers | Audience::ExternalService, _, _) => (PathId::Oauth, None, "external_service"),
                        (Audience::Own, Place::Server, _) => (PathId::Cli, Some(Way::Headless), "own_script"),
                        (Audience::Own, Place::Terminal, Membership::Full) => (PathId::Cli, Some(Way::Login), "own_terminal"),
                        (Audience::Own, _, _) => (PathId::Cli, Some(Way::Login), "default"),
                    };
                    assert_eq!((given.path, given.way, given.rule), expected, "{audience:?} {place:?} {membership:?}");
                    assert!(given.runners_up.iter().all(|(path, _)| *path != given.path));
                    assert_eq!(given.caution.is_some(), audience == Audience::Own && membership != Membership::Full);
                }
            }
        }
    }

    #[test]
    fn at_most_three_questions_are_asked_and_none_twice() {
        for audience in AUDIENCES {
            for place in PLACES {
                for membership in MEMBERSHIPS {
                    let mut answers = Answers::default();
                    let mut asked = Vec::new();
                    while let Step::Ask(question) = decide(answers) {
                        assert!(!asked.contains(&question));
                        asked.push(question);
                        match question {
                            Question::Audience => answers.audience = Some(audience),
                            Question::Place => answers.place = Some(place),
                            Question::Membership => answers.membership = Some(membership),
                        }
                    }
                    assert!(asked.len() <= 3);
                    assert_eq!(asked.len() == 1, audience != Audience::Own, "an app for many is one question away");
                }
            }
        }
    }
}
