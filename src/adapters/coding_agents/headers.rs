//! Runs the command with which an agent gets its headers, and reads the token in what it prints.

use crate::adapters::machine::environment::Environment;
use crate::adapters::process::program::{Program, RunError};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use crate::domain::secret::Secret;
use serde::Deserialize;
use std::time::Duration;

/// Agents wait at most 10 s; we allow a slow machine more.
const TIME_LIMIT: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
struct Headers {
    #[serde(rename = "Authorization")]
    authorization: Secret,
}

pub(super) async fn read_token(command: &[String], environment: &Environment) -> Result<Secret, Problem> {
    let (program, arguments) = command.split_first().ok_or_else(|| failed("it names no command"))?;
    let program = Program::new(program).args(arguments).environment(environment.for_bridge()).time_limit(TIME_LIMIT);
    let output = program.capture().await.map_err(|error| {
        failed(match error {
            RunError::NotStarted(reason) => reason,
            RunError::TimedOut(limit) => format!("no response within {} s", limit.as_secs()),
            RunError::Lost(error) => error.to_string(),
        })
    })?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).lines().next().map(sanitize).unwrap_or_default();
        return Err(failed(message));
    }
    let headers: Headers = serde_json::from_slice(&output.stdout).map_err(|_| failed("it printed no headers"))?;
    let token = headers.authorization.expose().strip_prefix("Bearer ").map(Secret::new);
    token.ok_or_else(|| failed("it printed no token"))
}

fn failed(reason: impl AsRef<str>) -> Problem {
    Problem::new(ProblemCode::BridgeFailed).with_evidence(reason)
}
