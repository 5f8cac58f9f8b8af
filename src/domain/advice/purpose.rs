//! The purpose of a program in one word: the decision tree's answers as a command line flag gives them.

use super::{Audience, Membership, Requirements, TargetEnvironment};
use crate::domain::prerequisites::{Capability, MemberRole};
use strum::{IntoStaticStr, VariantArray};

/// The audience and the environment in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
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
    /// The capabilities that the recommended path relies on, the most important first: one of them is enough.
    pub fn required_capabilities(self) -> &'static [Capability] {
        match self {
            Self::ManyUsers => &[Capability::OwnConnection],
            Self::Terminal => &[Capability::Login],
            Self::Script => &[Capability::PatApi, Capability::InternalConnection],
            Self::Workers => &[Capability::DeployWorkers],
        }
    }
}

/// Converts a purpose and a role to requirements. Owners and members are full members; an unknown role leaves the membership open.
pub fn requirements_for(purpose: Purpose, role: MemberRole) -> Requirements {
    let membership = match role {
        MemberRole::Owner | MemberRole::Member => Membership::Full,
        MemberRole::Restricted | MemberRole::Guest => Membership::GuestOrRestricted,
        MemberRole::NotSure => Membership::Unsure,
    };
    let own = |place| Requirements { audience: Audience::Own, environment: place, membership: Some(membership) };
    let others = |audience| Requirements { audience, environment: TargetEnvironment::Unsure, membership: None };
    match purpose {
        Purpose::ManyUsers => others(Audience::ManyUsers),
        Purpose::Workers => others(Audience::ExternalService),
        Purpose::Terminal => own(TargetEnvironment::Terminal),
        Purpose::Script => own(TargetEnvironment::Server),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::advice::{GuideAnswers, GuideStep, guide_recommendation, next_step};
    use crate::domain::auth_path::AuthMethod;

    #[test]
    fn a_purpose_is_the_same_need_as_the_answers_to_the_questions() {
        for &purpose in Purpose::VARIANTS {
            for &role in MemberRole::VARIANTS {
                let (audience, place) = match purpose {
                    Purpose::ManyUsers => (Audience::ManyUsers, None),
                    Purpose::Workers => (Audience::ExternalService, None),
                    Purpose::Terminal => (Audience::Own, Some(TargetEnvironment::Terminal)),
                    Purpose::Script => (Audience::Own, Some(TargetEnvironment::Server)),
                };
                let need = requirements_for(purpose, role);
                let asked = next_step(GuideAnswers { audience: Some(audience), environment: place, membership: need.membership });
                assert_eq!(asked, GuideStep::Complete(need), "{purpose:?} {role:?}");
            }
        }
    }

    #[test]
    fn what_a_purpose_needs_is_what_its_path_lives_by_or_what_makes_its_token() {
        for &purpose in Purpose::VARIANTS {
            let path = guide_recommendation(requirements_for(purpose, MemberRole::Owner)).path;
            let lives_by = |capability: &Capability| path.capabilities().contains(capability);
            let makes_a_token = |capability: &Capability| AuthMethod::Token.path().capabilities().contains(capability);
            let fits = |capability| if purpose == Purpose::Script { makes_a_token(capability) } else { lives_by(capability) };
            assert!(purpose.required_capabilities().iter().all(fits), "{purpose:?}");
        }
    }
}
