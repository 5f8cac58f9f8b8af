//! The rules that decide on a capability for a person whose role, plan and policy are known.

use super::content::{Rule, RuleText};
use super::policies::{POLICIES, policy_table};
use super::{Capability, MemberRole, Plan, TokenPolicy};
use crate::domain::checks::Verdict;

/// One possible combination of role, plan and policy, in which nothing is "not sure".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KnownProfile {
    pub(super) role: MemberRole,
    pub(super) plan: Plan,
    pub(super) policy: TokenPolicy,
}

/// The known roles, from the narrowest rights to the widest.
const KNOWN_ROLES: [MemberRole; 4] = [MemberRole::Guest, MemberRole::Restricted, MemberRole::Member, MemberRole::Owner];

/// All combinations that match the answers, the one with the widest rights last.
///
/// "Not sure" about the plan means every plan that offers the policy. If a known plan does not offer the policy, the plan is trusted
/// and the policy ignored: the plan is on the bill, but only owners see the setting.
pub(super) fn possible_profiles(role: MemberRole, plan: Plan, policy: TokenPolicy) -> Vec<KnownProfile> {
    let roles = KNOWN_ROLES.into_iter().filter(|known| is_compatible(role, *known));
    let on_plans = |role| {
        let rows = policy_table().iter().filter(move |row| is_compatible(plan, row.plan));
        rows.flat_map(move |row| row.choices.iter().map(move |policy| KnownProfile { role, plan: row.plan, policy: *policy }))
    };
    let possible: Vec<KnownProfile> = roles.flat_map(on_plans).collect();
    let answered: Vec<KnownProfile> = possible.iter().copied().filter(|case| is_compatible(policy, case.policy)).collect();
    if answered.is_empty() { possible } else { answered }
}

/// True if the answer is compatible with the known value. The default of each answer is "not sure".
fn is_compatible<T: Copy + Default + PartialEq>(answer: T, known: T) -> bool {
    answer == T::default() || answer == known
}

/// A person's status under the token policy.
enum TokenAdmission {
    NotAFullMember,
    /// The plan, on which the policy is fixed, excludes them.
    ExcludedByPlan,
    ExcludedByPolicy,
    /// It depends on whether they are in one of the chosen groups.
    DependsOnGroup,
    AsMember,
    AsOwner,
}

impl KnownProfile {
    fn admission(self) -> TokenAdmission {
        match (self.role, self.policy) {
            (MemberRole::Owner, _) => TokenAdmission::AsOwner,
            (MemberRole::Member, TokenPolicy::AllMembers) => TokenAdmission::AsMember,
            (MemberRole::Member, TokenPolicy::OwnersAndGroups) => TokenAdmission::DependsOnGroup,
            (MemberRole::Member, _) if self.plan == Plan::Free => TokenAdmission::ExcludedByPlan,
            (MemberRole::Member, _) => TokenAdmission::ExcludedByPolicy,
            _ => TokenAdmission::NotAFullMember,
        }
    }

    fn has_workers(self) -> bool {
        matches!(self.plan, Plan::Business | Plan::Enterprise)
    }

    /// The rule that decides.
    pub(super) fn rule(self, capability: Capability) -> Rule {
        match (capability, self.role) {
            (Capability::Login, _) => match self.admission() {
                TokenAdmission::NotAFullMember => Rule::LoginFullMembers,
                TokenAdmission::ExcludedByPlan => Rule::LoginOwnersByPlan,
                TokenAdmission::ExcludedByPolicy => Rule::LoginOwnersByPolicy,
                TokenAdmission::DependsOnGroup => Rule::LoginByGroup,
                TokenAdmission::AsMember => Rule::LoginMember,
                TokenAdmission::AsOwner => Rule::LoginOwner,
            },
            (Capability::PatApi, _) => match self.admission() {
                TokenAdmission::NotAFullMember => Rule::PatFullMembers,
                TokenAdmission::ExcludedByPlan => Rule::PatOwnersByPlan,
                TokenAdmission::ExcludedByPolicy => Rule::PatOwnersByPolicy,
                TokenAdmission::DependsOnGroup => Rule::PatByGroup,
                TokenAdmission::AsMember => Rule::PatMember,
                TokenAdmission::AsOwner => Rule::PatOwner,
            },
            (Capability::PatWorkers | Capability::DeployWorkers, MemberRole::Owner | MemberRole::Member) if !self.has_workers() => {
                Rule::WorkersNotOnPlan
            }
            (Capability::PatWorkers, MemberRole::Owner) => Rule::PatWorkersOwner,
            (Capability::PatWorkers, MemberRole::Member) => Rule::PatWorkersMember,
            (Capability::PatWorkers, _) => Rule::PatFullMembers,
            (Capability::InternalConnection, MemberRole::Owner) => Rule::InternalOwner,
            (Capability::InternalConnection, MemberRole::Member) => Rule::InternalMember,
            (Capability::InternalConnection, MemberRole::Restricted) => Rule::InternalRestricted,
            (Capability::InternalConnection, _) => Rule::InternalGuest,
            (Capability::OwnConnection, MemberRole::Owner) => Rule::OwnConnectionOwner,
            (Capability::OwnConnection, MemberRole::Member) if self.plan == Plan::Enterprise => Rule::OwnConnectionEnterprise,
            (Capability::OwnConnection, MemberRole::Member) => Rule::OwnConnectionMember,
            (Capability::OwnConnection, _) => Rule::OwnConnectionUndocumented,
            (Capability::DeployWorkers, MemberRole::Owner) => Rule::DeployOwner,
            (Capability::DeployWorkers, MemberRole::Member) => Rule::DeployMember,
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

    pub(super) fn text(self) -> Option<&'static RuleText> {
        POLICIES.rules.iter().find(|words| words.rule == self)
    }
}
