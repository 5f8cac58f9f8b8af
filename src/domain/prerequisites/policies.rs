//! The table of token policies and the words of the rules, as `assets/policies.toml` gives them.

use super::content::{Plan, PlanPolicy, PolicyFile};
use std::sync::LazyLock;

/// Made from `assets/policies.toml` by the build script.
const SHIPPED: &str = shipped!("policies");

/// The build script holds that it parses.
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
