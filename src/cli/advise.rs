//! `advise`: arguments and help.

use super::one_of;
use crate::domain::advice::Purpose;
use crate::domain::prerequisites::{Plan, Policy, Role, Standing};
use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct AdviseArgs {
    /// For whom, and where it will run
    // Optional for clap, because a missing answer exits with 3 (input required) rather than 2 (usage).
    #[arg(long = "for", value_name = "PURPOSE", value_parser = one_of(&Purpose::ALL, Purpose::as_str))]
    pub purpose: Option<Purpose>,
    /// Your role in the workspace
    #[arg(long, value_parser = one_of(&ROLES, role_name))]
    pub role: Option<Role>,
    /// The workspace's plan
    #[arg(long, value_parser = one_of(&PLANS, plan_name))]
    pub plan: Option<Plan>,
    /// Who can create personal access tokens (Settings → Connections → Manage)
    #[arg(long, value_parser = one_of(&POLICIES, policy_name))]
    pub policy: Option<Policy>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

impl AdviseArgs {
    /// Returns the profile from the options; an omitted option counts as "not sure".
    pub fn standing(&self) -> Standing {
        Standing {
            role: self.role.unwrap_or_default(),
            plan: self.plan.unwrap_or_default(),
            policy: self.policy.unwrap_or_default(),
        }
    }
}

const ROLES: [Role; 5] = [Role::Owner, Role::Member, Role::Restricted, Role::Guest, Role::NotSure];
const PLANS: [Plan; 5] = [Plan::Free, Plan::Plus, Plan::Business, Plan::Enterprise, Plan::NotSure];
const POLICIES: [Policy; 4] = [Policy::OwnersOnly, Policy::OwnersAndGroups, Policy::AllMembers, Policy::NotSure];

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Member => "member",
        Role::Restricted => "restricted",
        Role::Guest => "guest",
        Role::NotSure => NOT_SURE,
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

fn policy_name(policy: Policy) -> &'static str {
    match policy {
        Policy::OwnersOnly => "owners-only",
        Policy::OwnersAndGroups => "owners-and-groups",
        Policy::AllMembers => "all-members",
        Policy::NotSure => NOT_SURE,
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
