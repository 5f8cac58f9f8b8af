//! The table of token policies and the texts of the rules, from `assets/policies.toml`.

use super::content::{Plan, PlanPolicy, PoliciesToml};
use std::sync::LazyLock;

/// The build script generates it from `assets/policies.toml`.
const SHIPPED: &[u8] = shipped!("policies");

/// The build script has checked that it parses.
pub(super) static POLICIES: LazyLock<PoliciesToml> = LazyLock::new(|| postcard::from_bytes(SHIPPED).unwrap_or_default());

/// The table, with one row for each plan.
pub fn policy_table() -> &'static [PlanPolicy] {
    &POLICIES.plans
}

/// The row of a plan; `None` for `Plan::NotSure`.
pub fn policy_for(plan: Plan) -> Option<&'static PlanPolicy> {
    policy_table().iter().find(|row| row.plan == plan)
}

/// The ids of all sources that the table and the rules cite.
pub fn source_ids() -> impl Iterator<Item = &'static str> {
    let rows = policy_table().iter().map(|row| row.source.as_str());
    rows.chain(POLICIES.rules.iter().map(|words| words.source.as_str()))
}
