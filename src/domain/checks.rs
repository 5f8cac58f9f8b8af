//! Turns evidence into checks. It is pure: it takes findings about Notion and this machine, and returns verdicts with their evidence.
//!
//! No check claims more than its evidence. What Notion does not report is `unknown`, and evidence that has not arrived yet makes no
//! check.

mod credential;
mod details;
mod environment;
mod host_details;
mod precedence;
mod prerequisites;
mod storage;

pub use credential::{
    EnvironmentToken, capabilities_check, expiry_check, identity_check, introspection_check, kind_check, precedence_check,
    reach_check, validity_check, workspace_check,
};
pub use details::{claimed_workspace_check, detail_lines, entry_validity_check};
pub use environment::environment_checks;
pub use precedence::{active_check, shadowed_check, unreadable_check, workspace_variable_check};
pub use prerequisites::profile_checks;
pub use storage::{read_back_check, storage_checks};

use super::catalog::AuthPath;
use super::check::{CapabilityResponse, Check, Reach, UserList};
use super::credential::Identity;
use super::membership;
use super::oauth::{Introspection, OauthConnection};
use super::problem::{Problem, RemedyAction};
use jiff::civil::Date;

/// The evidence about a verified credential. `None` means not asked, or not arrived yet.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    pub identity: &'a Identity,
    /// `GET /v1/users`.
    pub users: Option<&'a Result<CapabilityResponse<UserList>, Problem>>,
    /// `GET /v1/users/{id}` of the person that the token acts as.
    pub owner_found: Option<&'a Result<CapabilityResponse<bool>, Problem>>,
    /// `POST /v1/search`.
    pub search: Option<&'a Result<CapabilityResponse<Reach>, Problem>>,
    /// The person's own connection that issued the token.
    pub connection: Option<&'a OauthConnection>,
    /// `POST /v1/oauth/introspect`, requested by that connection.
    pub introspection: Option<&'a Result<Introspection, Problem>>,
    pub expires_on: Option<Date>,
    pub today: Date,
    pub environment_token: EnvironmentToken,
    pub path: AuthPath,
    pub logged_in_by_ntn: bool,
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
    let lasting = [expiry_check(evidence), precedence_check(evidence.environment_token)];
    known
        .into_iter()
        .chain(arrived)
        .chain(lasting)
        .chain(membership::membership_checks(&membership::collect_signals(evidence)))
        .collect()
}

fn with_remedy(check: Check, remedy: impl Into<String>) -> Check {
    Check { remedy: Some(remedy.into()), ..check }
}

/// Adds the problem's first remedy to the check. `Edit` is left out, because a check has no text field to correct.
fn with_first_remedy(check: Check, problem: &Problem) -> Check {
    let remedy = problem.remedies().iter().find(|remedy| remedy.action != RemedyAction::Edit);
    Check { remedy: remedy.map(|remedy| remedy.text.clone()), ..check }
}

/// The problem's headline with its evidence.
fn problem_text(problem: &Problem) -> String {
    match &problem.evidence {
        Some(evidence) => format!("{} ({evidence})", problem.headline()),
        None => problem.headline().to_owned(),
    }
}

#[cfg(test)]
mod tests;
