//! The rules that decide on a capability for a person whose role, plan and policy are known.

use super::content::{Rule, Words};
use super::policies::{FILE, policy_table};
use super::{Capability, Plan, Policy, Role};
use crate::domain::check::Verdict;

/// One possible combination of role, plan and policy, in which nothing is "not sure".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Case {
    pub(super) role: Role,
    pub(super) plan: Plan,
    pub(super) policy: Policy,
}

/// The known roles, from the narrowest rights to the widest.
const ROLES: [Role; 4] = [Role::Guest, Role::Restricted, Role::Member, Role::Owner];

/// All combinations that match the answers, the one with the widest rights last.
///
/// "Not sure" about the plan means every plan that offers the policy. If a known plan does not offer the policy, the plan is trusted
/// and the policy ignored: the plan is on the bill, but only owners see the setting.
pub(super) fn cases(role: Role, plan: Plan, policy: Policy) -> Vec<Case> {
    let roles = ROLES.into_iter().filter(|known| may_be(role, *known));
    let on_plans = |role| {
        let rows = policy_table().iter().filter(move |row| may_be(plan, row.plan));
        rows.flat_map(move |row| row.choices.iter().map(move |policy| Case { role, plan: row.plan, policy: *policy }))
    };
    let possible: Vec<Case> = roles.flat_map(on_plans).collect();
    let answered: Vec<Case> = possible.iter().copied().filter(|case| may_be(policy, case.policy)).collect();
    if answered.is_empty() { possible } else { answered }
}

/// True if the answer is compatible with the known value. The default of each answer is "not sure".
fn may_be<T: Copy + Default + PartialEq>(answer: T, known: T) -> bool {
    answer == T::default() || answer == known
}

/// A person's status under the token policy.
enum Admission {
    NotAFullMember,
    /// The plan, on which the policy is fixed, excludes them.
    LeftOutByPlan,
    LeftOutByPolicy,
    /// It depends on whether they are in one of the chosen groups.
    PerhapsByGroup,
    AsMember,
    AsOwner,
}

impl Case {
    fn admission(self) -> Admission {
        match (self.role, self.policy) {
            (Role::Owner, _) => Admission::AsOwner,
            (Role::Member, Policy::AllMembers) => Admission::AsMember,
            (Role::Member, Policy::OwnersAndGroups) => Admission::PerhapsByGroup,
            (Role::Member, _) if self.plan == Plan::Free => Admission::LeftOutByPlan,
            (Role::Member, _) => Admission::LeftOutByPolicy,
            _ => Admission::NotAFullMember,
        }
    }

    fn has_workers(self) -> bool {
        matches!(self.plan, Plan::Business | Plan::Enterprise)
    }

    /// The rule that decides.
    pub(super) fn rule(self, capability: Capability) -> Rule {
        match (capability, self.role) {
            (Capability::Login, _) => match self.admission() {
                Admission::NotAFullMember => Rule::LoginFullMembers,
                Admission::LeftOutByPlan => Rule::LoginOwnersByPlan,
                Admission::LeftOutByPolicy => Rule::LoginOwnersByPolicy,
                Admission::PerhapsByGroup => Rule::LoginByGroup,
                Admission::AsMember => Rule::LoginMember,
                Admission::AsOwner => Rule::LoginOwner,
            },
            (Capability::PatApi, _) => match self.admission() {
                Admission::NotAFullMember => Rule::PatFullMembers,
                Admission::LeftOutByPlan => Rule::PatOwnersByPlan,
                Admission::LeftOutByPolicy => Rule::PatOwnersByPolicy,
                Admission::PerhapsByGroup => Rule::PatByGroup,
                Admission::AsMember => Rule::PatMember,
                Admission::AsOwner => Rule::PatOwner,
            },
            (Capability::PatWorkers | Capability::DeployWorkers, Role::Owner | Role::Member) if !self.has_workers() => {
                Rule::WorkersNotOnPlan
            }
            (Capability::PatWorkers, Role::Owner) => Rule::PatWorkersOwner,
            (Capability::PatWorkers, Role::Member) => Rule::PatWorkersMember,
            (Capability::PatWorkers, _) => Rule::PatFullMembers,
            (Capability::InternalConnection, Role::Owner) => Rule::InternalOwner,
            (Capability::InternalConnection, Role::Member) => Rule::InternalMember,
            (Capability::InternalConnection, Role::Restricted) => Rule::InternalRestricted,
            (Capability::InternalConnection, _) => Rule::InternalGuest,
            (Capability::OwnConnection, Role::Owner) => Rule::OwnConnectionOwner,
            (Capability::OwnConnection, Role::Member) if self.plan == Plan::Enterprise => Rule::OwnConnectionEnterprise,
            (Capability::OwnConnection, Role::Member) => Rule::OwnConnectionMember,
            (Capability::OwnConnection, _) => Rule::OwnConnectionUndocumented,
            (Capability::DeployWorkers, Role::Owner) => Rule::DeployOwner,
            (Capability::DeployWorkers, Role::Member) => Rule::DeployMember,
            (Capability::DeployWorkers, _) => Rule::DeployFullMembers,
        }
    }
}

impl Rule {
    pub(super) fn verdict(self) -> Verdict {
        match self {
            Self::LoginMember
            | Self::LoginOwner
            | Self::PatMember
            | Self::PatOwner
            | Self::PatWorkersOwner
            | Self::InternalOwner
            | Self::OwnConnectionOwner => Verdict::Pass,
            Self::PatWorkersMember
            | Self::InternalRestricted
            | Self::InternalMember
            | Self::OwnConnectionMember
            | Self::OwnConnectionEnterprise
            | Self::DeployMember
            | Self::DeployOwner => Verdict::Warn,
            Self::LoginByGroup | Self::PatByGroup | Self::OwnConnectionUndocumented => Verdict::Unknown,
            Self::LoginFullMembers
            | Self::LoginOwnersByPlan
            | Self::LoginOwnersByPolicy
            | Self::PatFullMembers
            | Self::PatOwnersByPlan
            | Self::PatOwnersByPolicy
            | Self::WorkersNotOnPlan
            | Self::InternalGuest
            | Self::DeployFullMembers => Verdict::Fail,
        }
    }

    pub(super) fn words(self) -> Option<&'static Words> {
        FILE.rules.iter().find(|words| words.rule == self)
    }
}
