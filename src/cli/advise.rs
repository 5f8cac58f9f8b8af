//! `advise`: arguments and help.

use super::one_of_values;
use crate::domain::advice::Purpose;
use crate::domain::prerequisites::{MemberProfile, MemberRole, Plan, TokenPolicy};
use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct AdviseArgs {
    /// For whom, and where it will run
    // Optional for clap, because a missing answer exits with 3 (input required) rather than 2 (usage).
    #[arg(long = "for", value_name = "PURPOSE", value_parser = one_of_values(&Purpose::ALL, Purpose::as_str))]
    pub purpose: Option<Purpose>,
    /// Your role in the workspace
    #[arg(long, value_parser = one_of_values(&ROLES, role_name))]
    pub role: Option<MemberRole>,
    /// The workspace's plan
    #[arg(long, value_parser = one_of_values(&PLANS, plan_name))]
    pub plan: Option<Plan>,
    /// Who can create personal access tokens (Settings → Connections → Manage)
    #[arg(long, value_parser = one_of_values(&POLICIES, policy_name))]
    pub policy: Option<TokenPolicy>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

impl AdviseArgs {
    /// Returns the profile from the options; an omitted option counts as "not sure".
    pub fn profile(&self) -> MemberProfile {
        MemberProfile {
            role: self.role.unwrap_or_default(),
            plan: self.plan.unwrap_or_default(),
            policy: self.policy.unwrap_or_default(),
        }
    }
}

const ROLES: [MemberRole; 5] =
    [MemberRole::Owner, MemberRole::Member, MemberRole::Restricted, MemberRole::Guest, MemberRole::NotSure];
const PLANS: [Plan; 5] = [Plan::Free, Plan::Plus, Plan::Business, Plan::Enterprise, Plan::NotSure];
const POLICIES: [TokenPolicy; 4] =
    [TokenPolicy::OwnersOnly, TokenPolicy::OwnersAndGroups, TokenPolicy::AllMembers, TokenPolicy::NotSure];

fn role_name(role: MemberRole) -> &'static str {
    match role {
        MemberRole::Owner => "owner",
        MemberRole::Member => "member",
        MemberRole::Restricted => "restricted",
        MemberRole::Guest => "guest",
        MemberRole::NotSure => NOT_SURE,
    }
}

fn plan_name(plan: Plan) -> &'static str {
    match plan {
        Plan::Free => "free",
        Plan::Plus => "plus",
        Plan::Business => "business",
        Plan::Enterprise => "enterprise",
        Plan::NotSure => NOT_SURE,
    }
}

fn policy_name(policy: TokenPolicy) -> &'static str {
    match policy {
        TokenPolicy::OwnersOnly => "owners-only",
        TokenPolicy::OwnersAndGroups => "owners-and-groups",
        TokenPolicy::AllMembers => "all-members",
        TokenPolicy::NotSure => NOT_SURE,
    }
}

/// The option value with the same effect as omitting the option.
const NOT_SURE: &str = "not-sure";

pub(super) const AFTER_HELP: &str = "\
The answer depends on what you say here and on what this machine has (a browser, ntn). Nothing is sent. What you leave out counts as \
not sure, and then only what is true in every case is called certain.

Examples:
  notion-auth advise --for terminal                  the path, and what it depends on
  notion-auth advise --for script --role member --plan business
  notion-auth advise --for many-users --role owner --plan plus --json

It ends with 0 whatever the advice is, and with 3 where --for is missing.";
