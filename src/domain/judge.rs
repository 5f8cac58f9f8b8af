//! Turns evidence into checks. It is pure: it takes findings about Notion and this machine, and returns verdicts with their evidence.
//!
//! No check claims more than its evidence. What Notion does not report is `unknown`, and evidence that has not arrived yet makes no
//! check.

mod credential;
mod environment;
mod precedence;
mod prerequisites;
mod storage;
mod surroundings;

pub use credential::{
    EnvironmentToken, capabilities, days_between, days_left, expiry, identity, introspection, kind, precedence, reach, valid,
    workspace,
};
pub use environment::environment_checks;
pub use precedence::{InUse, in_use, shadows, unread, workspace_variable};
pub use prerequisites::told_checks;
pub use storage::{read_back, storage_checks};

use super::catalog::PathId;
use super::check::{Answer, Check, Reach, UserList};
use super::credential::Identity;
use super::membership;
use super::oauth::{Connection, Introspection};
use super::problem::{Action, Problem};
use jiff::civil::Date;

/// The evidence about a verified credential. `None` means not asked, or not arrived yet.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    pub identity: &'a Identity,
    /// `GET /v1/users`.
    pub users: Option<&'a Result<Answer<UserList>, Problem>>,
    /// `GET /v1/users/{id}` of the person that the token acts as.
    pub owner_found: Option<&'a Result<Answer<bool>, Problem>>,
    /// `POST /v1/search`.
    pub search: Option<&'a Result<Answer<Reach>, Problem>>,
    /// The person's own connection that issued the token.
    pub connection: Option<&'a Connection>,
    /// `POST /v1/oauth/introspect`, requested by that connection.
    pub introspected: Option<&'a Result<Introspection, Problem>>,
    pub expires_on: Option<Date>,
    pub today: Date,
    pub environment_token: EnvironmentToken,
    pub path: PathId,
    pub logged_in_by_ntn: bool,
}

/// All checks that the evidence allows, in the order in which they are shown.
pub fn checks(evidence: &Evidence) -> Vec<Check> {
    let known = [valid(Ok(evidence.identity)), identity(evidence.identity), workspace(evidence.identity), kind(evidence)];
    let arrived = [introspection(evidence), capabilities(evidence), reach(evidence)].into_iter().flatten();
    let lasting = [expiry(evidence), precedence(evidence.environment_token)];
    known.into_iter().chain(arrived).chain(lasting).chain(membership::checks(&membership::signals(evidence))).collect()
}

fn with_remedy(check: Check, remedy: impl Into<String>) -> Check {
    Check { remedy: Some(remedy.into()), ..check }
}

/// Adds the problem's first remedy to the check. `Edit` is left out, because a check has no text field to correct.
fn advised(check: Check, problem: &Problem) -> Check {
    let remedy = problem.remedies().iter().find(|remedy| remedy.action != Action::Edit);
    Check { remedy: remedy.map(|remedy| remedy.text.clone()), ..check }
}

/// The problem's headline with its evidence.
fn told(problem: &Problem) -> String {
    match &problem.evidence {
        Some(evidence) => format!("{} ({evidence})", problem.headline()),
        None => problem.headline().to_owned(),
    }
}

#[cfg(test)]
mod tests;
