//! Turns evidence into checks. It is pure: it takes findings about Notion and this machine, and returns verdicts with their evidence.
//!
//! No check claims more than its evidence. What Notion does not report is `unknown`, and evidence that has not arrived yet makes no
//! check.

mod check;
mod credential;
mod details;
mod environment;
mod evidence;
mod host_details;
mod mcp;
mod membership;
mod precedence;
mod prerequisites;
mod storage;

pub use check::{CapabilityResponse, Check, CheckGroup, MAX_USER_PAGES, Reach, UserList, Verdict};
pub use credential::{
    capabilities_check, expiry_check, identity_check, introspection_check, kind_check, precedence_check, reach_check,
    validity_check, workspace_check,
};
pub use details::{claimed_workspace_check, detail_lines, entry_validity_check};
pub use evidence::{EnvironmentToken, Evidence};
pub use mcp::mcp_checks;
pub use membership::{MembershipSignal, collect_signals, membership_checks};
pub use precedence::{active_check, shadowed_check, unreadable_check, workspace_variable_check};
pub use prerequisites::profile_checks;
pub use storage::{read_back_check, storage_checks};

use super::machine::Findings;

/// The checks of this machine: one for each finding that has arrived.
pub fn environment_checks(findings: &Findings) -> Vec<Check> {
    host_details::host_checks(findings).into_iter().chain(environment::machine_checks(findings)).collect()
}

/// All checks that the evidence allows, in the order in which they are shown.
pub fn credential_checks(evidence: &Evidence) -> Vec<Check> {
    let known = [
        validity_check(Ok(evidence.identity)),
        identity_check(evidence.identity),
        workspace_check(evidence.identity),
        kind_check(evidence),
    ];
    let arrived = [introspection_check(evidence), capabilities_check(evidence), reach_check(evidence)].into_iter().flatten();
    let expiry_and_precedence = [expiry_check(evidence), precedence_check(evidence.environment_token)];
    known.into_iter().chain(arrived).chain(expiry_and_precedence).chain(membership_checks(&collect_signals(evidence))).collect()
}

#[cfg(test)]
mod tests;
