//! A login through a newer `ntn`: one command shows link and code and ends, another waits for the approval.
//!
//! It is not documented whether the second waits by itself or answers "pending" at once, so both are handled.

use super::{Program, failure, invitation};
use crate::adapters::ntn::run::{Finished, to_end};
use crate::domain::login::Invitation;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use serde_json::Value;
use std::time::Duration;

/// Time limit of one request.
const TO_BEGIN: Duration = Duration::from_secs(30);

/// The interval of 0.4.0.
const BETWEEN_POLLS: Duration = Duration::from_secs(2);

/// Time limit for the person's name; the login itself has already succeeded.
const TO_SAY_WHO: Duration = Duration::from_secs(5);

/// Begins a login, which `wait` can finish even in another process.
pub async fn begin(program: &Program<'_>) -> Result<Invitation, Problem> {
    let late = |_| Problem::new(ProblemCode::LoginUnreachable).seen(format!("ntn showed no link within {} s", TO_BEGIN.as_secs()));
    let begun = tokio::time::timeout(TO_BEGIN, run(program, &["login", "--no-browser"])).await.map_err(late)??;
    let said = words(&begun);
    if !begun.status.success() {
        return Err(failure::of("ntn login --no-browser", begun.status, &said));
    }
    invitation::of_two_steps(&said.join("\n")).unwrap_or_else(|| Err(failure::of("ntn login --no-browser", begun.status, &said)))
}

/// Waits for the approval of a login that was begun.
pub async fn wait(program: &Program<'_>) -> Result<(), Problem> {
    loop {
        let poll = run(program, &["login", "poll"]).await?;
        let said = words(&poll);
        match poll.status.success() {
            true => return Ok(()),
            false if is_pending(&said) => tokio::time::sleep(BETWEEN_POLLS).await,
            false => return Err(failure::of("ntn login poll", poll.status, &said)),
        }
    }
}

/// Returns the person's name, if this `ntn` can tell.
pub async fn whoami(program: &Program<'_>) -> Option<String> {
    let answer = tokio::time::timeout(TO_SAY_WHO, run(program, &["whoami", "--json"])).await.ok()?.ok()?;
    let me: Value = serde_json::from_str(&answer.out).ok().filter(|_| answer.status.success())?;
    let owner = me.pointer("/bot/owner/user/name").or_else(|| me.get("name"))?;
    owner.as_str().map(sanitize).filter(|name| !name.is_empty())
}

fn is_pending(said: &[String]) -> bool {
    let said = said.join(" ").to_lowercase();
    !said.contains("no pending")
        && ["pending", "not been approved", "not yet", "still waiting"].iter().any(|sign| said.contains(sign))
}

/// Errors come last, because they are written to standard error.
fn words(finished: &Finished) -> Vec<String> {
    finished.out.lines().chain(finished.err.lines()).map(str::to_owned).collect()
}

async fn run(program: &Program<'_>, arguments: &[&str]) -> Result<Finished, Problem> {
    let failed = |evidence| Problem::new(ProblemCode::NtnFailed).seen(evidence);
    to_end(&program.path, arguments, &program.variables()).await.map_err(failed)
}
