//! The shape of `assets/policies.toml`. The build script reads the file by it, so that a fault in it fails the build.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What the workspace pays for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    Free,
    Plus,
    Business,
    Enterprise,
    #[default]
    NotSure,
}

/// The setting "Limit who can create personal access tokens (PATs)": who may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    OwnersOnly,
    OwnersAndGroups,
    AllMembers,
    #[default]
    NotSure,
}

/// What decides, by name; `assets/policies.toml` says it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
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

/// Who may create PATs on a plan: a row of the table that Notion publishes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanPolicy {
    pub plan: Plan,
    pub default: Policy,
    /// All the policies a workspace on this plan may have; a single one is not worth asking for.
    pub choices: Vec<Policy>,
    /// Who may change it to what.
    pub change: String,
    /// Id of a source in the catalog.
    pub source: String,
    pub as_of: Date,
}

/// What a rule says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub rule: Rule,
    pub reason: String,
    pub source: String,
    #[serde(default)]
    pub instead: Option<String>,
    #[serde(default)]
    pub message: Option<String>,
}

/// Everything in `assets/policies.toml`.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyFile {
    #[serde(rename = "plan")]
    pub plans: Vec<PlanPolicy>,
    #[serde(rename = "rule")]
    pub rules: Vec<Words>,
}
