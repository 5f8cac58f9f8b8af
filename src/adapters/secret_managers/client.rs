//! Runs the client of a secret manager with the variables that it needs, and no others.

use super::redaction;
use crate::adapters::machine::environment::Environment;
use crate::adapters::process::captured::{CURRENT_FOLDER, RunningProgram};
use crate::adapters::process::program_search;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::domain::secret_manager::SecretManager;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use zeroize::Zeroizing;

/// Time limit of a run: a person may have to allow it in another window.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(120);

/// Limit of captured output in bytes; no answer that is needed here is longer.
const MAX_OUTPUT_BYTES: usize = 64 * 1024;

pub(super) struct ManagerClient<'a> {
    manager: &'static SecretManager,
    secret: &'a Secret,
    path: PathBuf,
    variables: Vec<(String, OsString)>,
}

/// The output of a run; wiped when dropped.
pub(super) struct ClientOutput {
    pub(super) status: ExitStatus,
    pub(super) stdout: Zeroizing<Vec<u8>>,
    stderr: Zeroizing<Vec<u8>>,
}

impl ClientOutput {
    /// Returns the output as a secret, without the line break with which clients end it.
    pub(super) fn as_secret(&self) -> Secret {
        let text = Zeroizing::new(String::from_utf8_lossy(&self.stdout).into_owned());
        let text = text.strip_suffix('\n').unwrap_or(&text);
        Secret::new(text.strip_suffix('\r').unwrap_or(text))
    }
}

impl<'a> ManagerClient<'a> {
    pub(super) fn new(manager: &'static SecretManager, secret: &'a Secret, environment: &Environment) -> Result<Self, Problem> {
        let missing = || Problem::new(ProblemCode::ManagerUnusable).with_evidence(format!("{} is not installed", manager.program));
        let path = program_search::find(&manager.program, environment).ok_or_else(missing)?;
        Ok(Self { manager, secret, path, variables: environment.for_client(&manager.variables) })
    }

    /// Runs the client to its end, good or not. `form` is its input, with a placeholder for the secret.
    pub(super) async fn run(&self, arguments: &[String], form: Option<&str>) -> Result<ClientOutput, Problem> {
        let input = form.map(|form| self.fill_input(form));
        let late = |_| {
            Problem::new(ProblemCode::SendFailed).with_evidence(format!(
                "{} did not end within {} s",
                self.manager.program,
                CLIENT_TIMEOUT.as_secs()
            ))
        };
        tokio::time::timeout(CLIENT_TIMEOUT, self.run_to_end(arguments, input)).await.map_err(late)?
    }

    async fn run_to_end(&self, arguments: &[String], input: Option<Zeroizing<Vec<u8>>>) -> Result<ClientOutput, Problem> {
        let variables: Vec<(&str, &OsStr)> =
            self.variables.iter().map(|(name, value)| (name.as_str(), value.as_os_str())).collect();
        let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
        let run = RunningProgram::start_with_stdin(&self.path, arguments, &variables, CURRENT_FOLDER.as_ref(), stdin);
        let mut run = run.map_err(|error| self.start_problem(&format!("cannot be started: {error}")))?;
        let (stdin, out, err) = (run.child.stdin.take(), run.child.stdout.take(), run.child.stderr.take());
        let give = async {
            if let (Some(mut stdin), Some(input)) = (stdin, input) {
                // A client that ends without reading it says why.
                let _ = stdin.write_all(&input).await;
                let _ = stdin.shutdown().await;
            }
        };
        let ((), out, err, status) = tokio::join!(give, read_wiping(out), read_wiping(err), run.child.wait());
        run.group.disarm();
        let status = status.map_err(|error| self.start_problem(&format!("was lost: {error}")))?;
        Ok(ClientOutput { status, stdout: out, stderr: err })
    }

    fn fill_input(&self, form: &str) -> Zeroizing<Vec<u8>> {
        let secret = self.secret.expose();
        if form == "{secret}" {
            return Zeroizing::new(secret.as_bytes().to_vec());
        }
        let in_json = Zeroizing::new(serde_json::Value::from(secret).to_string());
        let in_json = in_json.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or_default();
        let encoded = Zeroizing::new(STANDARD.encode(secret));
        let half = Zeroizing::new(form.replace("{secret}", in_json));
        Zeroizing::new(half.replace("{secret_base64}", &encoded).into_bytes())
    }

    /// Returns the lines of both streams; those with a part of the secret are replaced.
    pub(super) fn lines(&self, answer: &ClientOutput) -> Vec<String> {
        let [err, out] = [&answer.stderr, &answer.stdout].map(|bytes| redaction::redacted_lines(bytes, self.secret));
        err.into_iter().chain(out).collect()
    }

    pub(super) fn failure_problem(&self, answer: &ClientOutput) -> Problem {
        Problem::new(ProblemCode::SendFailed).with_evidence(self.evidence(answer))
    }

    /// Returns the remedy, if one is known, and the client's own text.
    pub(super) fn evidence(&self, answer: &ClientOutput) -> String {
        let lines = self.lines(answer);
        let program = &self.manager.program;
        let known = lines.iter().find_map(|line| self.manager.remedy_for(line).map(|remedy| (remedy, line)));
        match (known, lines.first()) {
            (Some((remedy, line)), _) => format!("{remedy} ({program} says: {line})"),
            (None, Some(line)) => format!("{program} says: {line} ({})", answer.status),
            (None, None) => format!("{program} said nothing ({})", answer.status),
        }
    }

    fn start_problem(&self, evidence: &str) -> Problem {
        Problem::new(ProblemCode::SendFailed).with_evidence(format!("{} {evidence}", self.manager.program))
    }
}

/// Reads into memory that never moves, so that no copy is left behind. Bytes beyond the limit are read too, so that the client goes on.
async fn read_wiping(stream: Option<impl AsyncRead + Unpin>) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_OUTPUT_BYTES));
    let Some(mut stream) = stream else { return bytes };
    let mut chunk = Zeroizing::new([0; 4096]);
    // Bytes that were read before an error still count.
    while let Ok(count @ 1..) = stream.read(&mut chunk[..]).await {
        let room = MAX_OUTPUT_BYTES - bytes.len();
        bytes.extend(chunk.iter().take(count.min(room)));
    }
    bytes
}
