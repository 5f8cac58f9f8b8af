//! What a program is for, in one word: the answers of the decision tree as a command line gives them.

use super::{Advice, Membership, Place, for_others, for_own};
use crate::domain::prerequisites::{Capability, Role};

/// For whom, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// An app that many people use, each in their own workspace.
    ManyUsers,
    /// A person's own terminal.
    Terminal,
    /// A script or CI job, inside one workspace.
    Script,
    /// A worker that signs in to another service.
    Workers,
}

impl Purpose {
    pub const ALL: [Self; 4] = [Self::ManyUsers, Self::Terminal, Self::Script, Self::Workers];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::ManyUsers => "many-users",
            Self::Terminal => "terminal",
            Self::Script => "script",
            Self::Workers => "workers",
        }
    }

    /// What the recommended way lives by, the most important first: one of them is enough.
    pub fn needs(self) -> &'static [Capability] {
        match self {
            Self::ManyUsers => &[Capability::OwnConnection],
            Self::Terminal => &[Capability::Login],
            Self::Script => &[Capability::PatApi, Capability::InternalConnection],
            Self::Workers => &[Capability::DeployWorkers],
        }
    }
}

/// The tree's answer for somebody of this role: owners and members are full members, and a role that is not known leaves
/// the membership open.
pub fn advise_for(purpose: Purpose, role: Role) -> Advice {
    let membership = match role {
        Role::Owner | Role::Member => Membership::Full,
        Role::Restricted | Role::Guest => Membership::GuestOrRestricted,
        Role::NotSure => Membership::Unsure,
    };
    match purpose {
        Purpose::ManyUsers | Purpose::Workers => for_others(),
        Purpose::Terminal => for_own(Place::Terminal, membership),
        Purpose::Script => for_own(Place::Server, membership),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::advice::{Answers, Audience, Step, decide};

    #[test]
    fn a_purpose_is_advised_as_the_questions_are() {
        for purpose in Purpose::ALL {
            for role in Role::ALL {
                let (audience, place) = match purpose {
                    Purpose::ManyUsers => (Audience::ManyUsers, None),
                    Purpose::Workers => (Audience::ExternalService, None),
                    Purpose::Terminal => (Audience::Own, Some(Place::Terminal)),
                    Purpose::Script => (Audience::Own, Some(Place::Server)),
                };
                let membership = Some(match role {
                    Role::Owner | Role::Member => Membership::Full,
                    Role::Restricted | Role::Guest => Membership::GuestOrRestricted,
                    Role::NotSure => Membership::Unsure,
                });
                let asked = decide(Answers { audience: Some(audience), place, membership });
                assert_eq!(asked, Step::Advise(Box::new(advise_for(purpose, role))), "{purpose:?} {role:?}");
            }
        }
    }

    #[test]
    fn what_a_purpose_needs_is_what_its_path_lives_by_or_what_makes_its_token() {
        for purpose in Purpose::ALL {
            let path = advise_for(purpose, Role::Owner).path;
            let lives_by = |capability: &Capability| Capability::of(path).contains(capability);
            let makes_a_token =
                |capability: &Capability| Capability::of(crate::domain::catalog::PathId::Token).contains(capability);
            let fits = |capability| if purpose == Purpose::Script { makes_a_token(capability) } else { lives_by(capability) };
            assert!(purpose.needs().iter().all(fits), "{purpose:?}");
        }
    }
}
