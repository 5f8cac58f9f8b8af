//! A login through a newer `ntn`: one command shows link and code and ends, another waits for the approval.
//!
//! It is not documented whether the second waits by itself or answers "pending" at once, so both are handled.

use super::{LoginProgram, failure, invitation};
use crate::adapters::process::program::{Program, RunError};
use crate::domain::login::ApprovalRequest;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use serde_json::Value;
use std::time::Duration;

/// Time limit of one request.
const BEGIN_TIMEOUT: Duration = Duration::from_secs(30);

/// The interval of 0.4.0.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// Time limit for the person's name; the login itself has already succeeded.
const WHOAMI_TIMEOUT: Duration = Duration::from_secs(5);

/// Begins a login, which `wait` can finish even in another process.
pub async fn begin(program: &LoginProgram<'_>) -> Result<ApprovalRequest, Problem> {
    let begun = ntn(program, &["login", "--no-browser"]).time_limit(BEGIN_TIMEOUT).capture().await;
    let begun = begun.map_err(|error| match error {
        RunError::TimedOut(limit) => {
            Problem::new(ProblemCode::LoginUnreachable).with_evidence(format!("ntn showed no link within {} s", limit.as_secs()))
        }
        error => failure::not_run_problem(&error),
    })?;
    let output = begun.lines();
    if !begun.status.success() {
        return Err(failure::run_problem("ntn login --no-browser", begun.status, &output));
    }
    invitation::parse_two_steps(&output.join("\n"))
        .unwrap_or_else(|| Err(failure::run_problem("ntn login --no-browser", begun.status, &output)))
}

/// Waits for the approval of a login that was begun.
pub async fn wait_for_approval(program: &LoginProgram<'_>) -> Result<(), Problem> {
    loop {
        let poll = ntn(program, &["login", "poll"]).capture().await.map_err(|error| failure::not_run_problem(&error))?;
        let output = poll.lines();
        match poll.status.success() {
            true => return Ok(()),
            false if is_pending(&output) => tokio::time::sleep(POLL_INTERVAL).await,
            false => return Err(failure::run_problem("ntn login poll", poll.status, &output)),
        }
    }
}

/// Returns the person's name, if this `ntn` can tell.
pub async fn whoami(program: &LoginProgram<'_>) -> Option<String> {
    let answer = ntn(program, &["whoami", "--json"]).time_limit(WHOAMI_TIMEOUT).capture().await.ok()?;
    let me: Value = serde_json::from_slice(&answer.stdout).ok().filter(|_| answer.status.success())?;
    let owner = me.pointer("/bot/owner/user/name").or_else(|| me.get("name"))?;
    owner.as_str().map(sanitize).filter(|name| !name.is_empty())
}

fn is_pending(output: &[String]) -> bool {
    let output = output.join(" ").to_lowercase();
    !output.contains("no pending")
        && ["pending", "not been approved", "not yet", "still waiting"].iter().any(|sign| output.contains(sign))
}

fn ntn(program: &LoginProgram<'_>, arguments: &[&str]) -> Program {
    Program::new(&program.path).args(arguments).environment(program.variables())
}
