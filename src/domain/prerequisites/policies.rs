//! The table of token policies and the words of the rules, as `assets/policies.toml` gives them.

use super::rules::Rule;
use super::{Plan, Policy};
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::LazyLock;

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
pub(super) struct Words {
    pub(super) rule: Rule,
    pub(super) reason: String,
    pub(super) source: String,
    #[serde(default)]
    pub(super) instead: Option<String>,
    #[serde(default)]
    pub(super) message: Option<String>,
}

/// Everything in `assets/policies.toml`.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyFile {
    #[serde(rename = "plan")]
    pub(super) plans: Vec<PlanPolicy>,
    #[serde(rename = "rule")]
    pub(super) rules: Vec<Words>,
}

/// Made from `assets/policies.toml` by the build script.
const SHIPPED: &str = include_str!(concat!(env!("OUT_DIR"), "/policies.json"));

/// A test holds that it parses; without it there would be nothing to say, and so no outlook.
pub(super) static FILE: LazyLock<PolicyFile> = LazyLock::new(|| serde_json::from_str(SHIPPED).unwrap_or_default());

/// The table, a row a plan.
pub fn policy_table() -> &'static [PlanPolicy] {
    &FILE.plans
}

/// The row of a plan, where it is known.
pub fn policy_of(plan: Plan) -> Option<&'static PlanPolicy> {
    policy_table().iter().find(|row| row.plan == plan)
}

/// The ids of all sources that the table and the rules rest on.
pub fn cited() -> impl Iterator<Item = &'static str> {
    let rows = policy_table().iter().map(|row| row.source.as_str());
    rows.chain(FILE.rules.iter().map(|words| words.source.as_str()))
}
