//! Runs the client of a secret manager with the variables that it needs, and no others.

use super::redaction;
use crate::adapters::machine::environment::Environment;
use crate::adapters::process::program::{CapturedOutput, Program, RunError};
use crate::adapters::process::program_search;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::domain::secret_manager::SecretManager;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;
use zeroize::Zeroizing;

/// Time limit of a run: a person may have to allow it in another window.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(120);

pub(super) struct ManagerClient<'a> {
    manager: &'static SecretManager,
    secret: &'a Secret,
    path: PathBuf,
    variables: Vec<(String, OsString)>,
}

/// Returns the standard output as a secret, without the line break with which clients end it.
pub(super) fn printed_secret(answer: &CapturedOutput) -> Secret {
    let text = Zeroizing::new(String::from_utf8_lossy(&answer.stdout).into_owned());
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Secret::new(text.strip_suffix('\r').unwrap_or(text))
}

impl<'a> ManagerClient<'a> {
    pub(super) fn new(manager: &'static SecretManager, secret: &'a Secret, environment: &Environment) -> Result<Self, Problem> {
        let missing = || Problem::new(ProblemCode::ManagerUnusable).with_evidence(format!("{} is not installed", manager.program));
        let path = program_search::find(&manager.program, environment).ok_or_else(missing)?;
        Ok(Self { manager, secret, path, variables: environment.for_client(&manager.variables) })
    }

    /// Runs the client to its end, good or not. `form` is its input, with a placeholder for the secret.
    pub(super) async fn run(&self, arguments: &[String], form: Option<&str>) -> Result<CapturedOutput, Problem> {
        let variables = self.variables.iter().map(|(name, value)| (name, value));
        let program = Program::new(&self.path).args(arguments).environment(variables).time_limit(CLIENT_TIMEOUT);
        let input = form.map(|form| self.fill_input(form));
        program.capture_with_input(input.as_ref()).await.map_err(|error| {
            let reason = match error {
                RunError::NotStarted(reason) => format!("can't be started: {reason}"),
                RunError::TimedOut(limit) => format!("did not finish within {} s", limit.as_secs()),
                RunError::Lost(error) => format!("was lost: {error}"),
            };
            Problem::new(ProblemCode::SendFailed).with_evidence(format!("{} {reason}", self.manager.program))
        })
    }

    fn fill_input(&self, form: &str) -> Secret {
        if form == "{secret}" {
            return self.secret.clone();
        }
        let secret = self.secret.expose();
        let in_json = Zeroizing::new(serde_json::Value::from(secret).to_string());
        let in_json = in_json.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or_default();
        let encoded = Zeroizing::new(STANDARD.encode(secret));
        let half = Zeroizing::new(form.replace("{secret}", in_json));
        Secret::new(half.replace("{secret_base64}", &encoded))
    }

    /// Returns the lines of both streams; those with a part of the secret are replaced.
    pub(super) fn lines(&self, answer: &CapturedOutput) -> Vec<String> {
        let [err, out] = [&answer.stderr, &answer.stdout].map(|bytes| redaction::redacted_lines(bytes, self.secret));
        err.into_iter().chain(out).collect()
    }

    pub(super) fn failure_problem(&self, answer: &CapturedOutput) -> Problem {
        Problem::new(ProblemCode::SendFailed).with_evidence(self.evidence(answer))
    }

    /// Returns the remedy, if one is known, and the client's own text.
    pub(super) fn evidence(&self, answer: &CapturedOutput) -> String {
        let lines = self.lines(answer);
        let program = &self.manager.program;
        let known = lines.iter().find_map(|line| self.manager.remedy_for(line).map(|remedy| (remedy, line)));
        match (known, lines.first()) {
            (Some((remedy, line)), _) => format!("{remedy} ({program}: {line})"),
            (None, Some(line)) => format!("{program}: {line} ({})", answer.status),
            (None, None) => format!("{program}: no output ({})", answer.status),
        }
    }
}
