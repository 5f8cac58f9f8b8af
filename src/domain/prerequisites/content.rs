//! The types of `assets/policies.toml`. The build script parses the file with them, so that an error in it fails the build.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// The workspace's plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "kebab-case")]
pub enum Plan {
    Free,
    Plus,
    Business,
    Enterprise,
    #[default]
    NotSure,
}

/// The setting "Limit who can create personal access tokens (PATs)".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "kebab-case")]
pub enum TokenPolicy {
    OwnersOnly,
    OwnersAndGroups,
    AllMembers,
    #[default]
    NotSure,
}

/// The name of a rule that decides; its text is in `assets/policies.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    LoginFullMembers,
    LoginOwnersByPlan,
    LoginOwnersByPolicy,
    LoginByGroup,
    LoginMember,
    LoginOwner,
    PatFullMembers,
    PatOwnersByPlan,
    PatOwnersByPolicy,
    PatByGroup,
    PatMember,
    PatOwner,
    WorkersNotOnPlan,
    PatWorkersMember,
    PatWorkersOwner,
    InternalGuest,
    InternalRestricted,
    InternalMember,
    InternalOwner,
    OwnConnectionUndocumented,
    OwnConnectionMember,
    OwnConnectionEnterprise,
    OwnConnectionOwner,
    DeployFullMembers,
    DeployMember,
    DeployOwner,
}

/// The token policy of a plan: one row of the table that Notion publishes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanPolicy {
    pub plan: Plan,
    pub default: TokenPolicy,
    /// All policies that a workspace on this plan can have; a single one does not need to be asked.
    pub choices: Vec<TokenPolicy>,
    /// A sentence on who may change the policy, and to what.
    pub change: String,
    /// Id of a source in the catalog.
    pub source: String,
    #[serde(with = "crate::domain::compact_date")]
    pub as_of: Date,
}

/// The text of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleText {
    pub rule: Rule,
    pub reason: String,
    pub source: String,
    #[serde(default)]
    pub instead: Option<String>,
    #[serde(default)]
    pub message: Option<String>,
}

/// Everything in `assets/policies.toml`.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoliciesToml {
    #[serde(rename = "plan")]
    pub plans: Vec<PlanPolicy>,
    #[serde(rename = "rule")]
    pub rules: Vec<RuleText>,
}
