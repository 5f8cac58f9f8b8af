//! A login through a newer `ntn`: one command shows link and code and ends, another waits for the approval.
//!
//! It is not documented whether the second waits by itself or answers "pending" at once, so both are handled.

use super::{LoginProgram, failure, invitation};
use crate::adapters::process::captured::{CapturedOutput, run_captured};
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
    let late = |_| {
        Problem::new(ProblemCode::LoginUnreachable)
            .with_evidence(format!("ntn showed no link within {} s", BEGIN_TIMEOUT.as_secs()))
    };
    let begun = tokio::time::timeout(BEGIN_TIMEOUT, run(program, &["login", "--no-browser"])).await.map_err(late)??;
    let said = output_lines(&begun);
    if !begun.status.success() {
        return Err(failure::run_problem("ntn login --no-browser", begun.status, &said));
    }
    invitation::parse_two_steps(&said.join("\n"))
        .unwrap_or_else(|| Err(failure::run_problem("ntn login --no-browser", begun.status, &said)))
}

/// Waits for the approval of a login that was begun.
pub async fn wait_for_approval(program: &LoginProgram<'_>) -> Result<(), Problem> {
    loop {
        let poll = run(program, &["login", "poll"]).await?;
        let said = output_lines(&poll);
        match poll.status.success() {
            true => return Ok(()),
            false if is_pending(&said) => tokio::time::sleep(POLL_INTERVAL).await,
            false => return Err(failure::run_problem("ntn login poll", poll.status, &said)),
        }
    }
}

/// Returns the person's name, if this `ntn` can tell.
pub async fn whoami(program: &LoginProgram<'_>) -> Option<String> {
    let answer = tokio::time::timeout(WHOAMI_TIMEOUT, run(program, &["whoami", "--json"])).await.ok()?.ok()?;
    let me: Value = serde_json::from_str(&answer.stdout).ok().filter(|_| answer.status.success())?;
    let owner = me.pointer("/bot/owner/user/name").or_else(|| me.get("name"))?;
    owner.as_str().map(sanitize).filter(|name| !name.is_empty())
}

fn is_pending(said: &[String]) -> bool {
    let said = said.join(" ").to_lowercase();
    !said.contains("no pending")
        && ["pending", "not been approved", "not yet", "still waiting"].iter().any(|sign| said.contains(sign))
}

/// Errors come last, because they are written to standard error.
fn output_lines(finished: &CapturedOutput) -> Vec<String> {
    finished.stdout.lines().chain(finished.stderr.lines()).map(str::to_owned).collect()
}

async fn run(program: &LoginProgram<'_>, arguments: &[&str]) -> Result<CapturedOutput, Problem> {
    let failed = |evidence| Problem::new(ProblemCode::NtnFailed).with_evidence(evidence);
    run_captured(&program.path, arguments, &program.variables()).await.map_err(failed)
}
