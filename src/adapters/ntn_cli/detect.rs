//! Finds `ntn` and verifies that it is Notion's. Runs no command that signs in, stores or sends.

use crate::adapters::blocking_thread::run_blocking;
use crate::adapters::machine::environment::Environment;
use crate::adapters::ntn_cli::{installers, token_location};
use crate::adapters::process::program::{CapturedOutput, Program, RunError};
use crate::adapters::process::program_search;
use crate::domain::login::{LoginFlow, NtnStorage};
use crate::domain::machine::NtnState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Time limit for all queries together, if the result is only displayed. A healthy `ntn` needs some 50 ms.
const DISPLAY_TIMEOUT: Duration = Duration::from_secs(3);

/// Time limit for all queries together, if `ntn` is to be run. A busy machine, or one that reads it from a cold disk, may need a
/// while, and giving up early would fail what would have worked.
pub const REQUIRE_TIMEOUT: Duration = Duration::from_secs(20);

/// `ntn` exits with this code on wrong usage and on no other failure, as most programs do.
const USAGE_ERROR_CODE: i32 = 2;

/// How 0.4.0 begins the line that explains a wrong usage of its login, and no program without a login does.
const LOGIN_USAGE_PREFIX: &str = "Usage: ntn login";

/// Finds `ntn` on `PATH` and identifies it. Another tool carries the same name, so the version line has to read `ntn X.Y.Z` and
/// `ntn login` has to exist.
pub async fn detect(environment: &Environment) -> NtnState {
    detect_within(DISPLAY_TIMEOUT, environment).await
}

/// Like [`detect`], with another time limit for all queries together.
pub async fn detect_within(limit: Duration, environment: &Environment) -> NtnState {
    let Some(program) = program_search::find("ntn", environment) else { return missing_state(environment).await };
    let identified = tokio::time::timeout(limit, identify(&program, environment)).await;
    match identified.unwrap_or_else(|_| Err(broken(&program, RunError::TimedOut(limit).to_string()))) {
        Ok((version, generation)) => NtnState::Found {
            path: program.display().to_string(),
            version,
            generation,
            storage: detect_storage(environment, generation).await,
        },
        Err(state) => state,
    }
}

/// Returns the version and the generation. `ntn` is started twice: a newer one knows `ntn login poll`, and 0.4.0 shows its usage of
/// `ntn login` instead. Only one that does neither is asked for `ntn login` by itself.
async fn identify(program: &Path, environment: &Environment) -> Result<(String, LoginFlow), NtnState> {
    let ask = async |question: &str| {
        let answer = Program::new(program).args(question.split(' ')).environment(environment.for_ntn()).capture().await;
        answer.map_err(|error| broken(program, error.to_string()))
    };
    let (version, poll) = tokio::try_join!(ask("--version"), ask("login poll --help"))?;
    let line = first_line(&version);
    let number = parse_version(&line).filter(|_| version.status.success());
    let number = number.ok_or_else(|| unexpected_answer(program, "--version", &version))?.to_owned();
    if poll.status.success() {
        return Ok((number, LoginFlow::TwoSteps));
    }
    if !poll.lines().iter().any(|line| line.starts_with(LOGIN_USAGE_PREFIX)) {
        let login = ask("login --help").await?;
        if !login.status.success() {
            return Err(unexpected_answer(program, "login --help", &login));
        }
    }
    Ok((number, LoginFlow::Terminal))
}

/// A program that succeeds with another answer, or that does not know the question, is not Notion's.
fn unexpected_answer(program: &Path, question: &str, answer: &CapturedOutput) -> NtnState {
    let line = first_line(answer);
    let line = if line.is_empty() { "nothing" } else { &line };
    let evidence = format!("`ntn {question}`: {line} ({})", answer.status);
    if answer.status.success() || answer.status.code() == Some(USAGE_ERROR_CODE) {
        NtnState::OtherProgram { path: program.display().to_string(), evidence }
    } else {
        broken(program, evidence)
    }
}

fn broken(program: &Path, evidence: String) -> NtnState {
    NtnState::Broken { path: program.display().to_string(), evidence }
}

/// Returns whether `ntn` could be installed. An npm that answers too slowly is judged when it is needed.
async fn missing_state(environment: &Environment) -> NtnState {
    let can_install = tokio::time::timeout(DISPLAY_TIMEOUT, installers::can_install(environment)).await;
    if can_install.unwrap_or(true) { NtnState::Missing } else { NtnState::NotInstallable }
}

/// An `ntn` that can be run.
pub struct NtnInstallation {
    pub path: PathBuf,
    pub version: String,
    pub generation: LoginFlow,
    pub storage: NtnStorage,
}

/// Finds an `ntn` for work that cannot do without it.
pub async fn require(environment: &Environment) -> Result<NtnInstallation, Problem> {
    match detect_within(REQUIRE_TIMEOUT, environment).await {
        NtnState::Found { path, version, generation, storage } => {
            Ok(NtnInstallation { path: path.into(), version, generation, storage })
        }
        NtnState::Missing | NtnState::NotInstallable => Err(Problem::new(ProblemCode::NtnMissing)),
        NtnState::OtherProgram { path, evidence } => {
            Err(Problem::new(ProblemCode::NtnMissing).with_evidence(format!("{path} is another program: {evidence}")))
        }
        NtnState::Broken { path, evidence } => {
            Err(Problem::new(ProblemCode::NtnFailed).with_evidence(format!("{path}: {evidence}")))
        }
    }
}

/// The configuration may lie on a slow disk, so it is read on a thread of its own.
async fn detect_storage(environment: &Environment, generation: LoginFlow) -> NtnStorage {
    let environment = environment.clone();
    let looked = run_blocking("storage of ntn", move || Ok(token_location::expected_storage(&environment, generation))).await;
    looked.unwrap_or(NtnStorage::Keychain)
}

/// Returns the first line of standard output, else of standard error; sanitised.
fn first_line(answer: &CapturedOutput) -> String {
    answer.lines().iter().map(|line| sanitize(line)).find(|line| !line.is_empty()).unwrap_or_default()
}

/// Returns the `X.Y.Z` of `ntn X.Y.Z`, with or without a pre-release mark.
fn parse_version(line: &str) -> Option<&str> {
    let version = line.strip_prefix("ntn ")?;
    let numbers = version.split(['-', '+']).next()?;
    let parts: Vec<&str> = numbers.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (parts.len() == 3 && parts.iter().all(is_number) && !version.contains(' ')).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_notions_own_version_line_is_taken() {
        for (line, version) in [
            ("ntn 0.4.0", Some("0.4.0")),
            ("ntn 0.23.19", Some("0.23.19")),
            ("ntn 1.0.0-beta.2", Some("1.0.0-beta.2")),
            ("ntn version 0.4.0", None),
            ("ntn 0.4", None),
            ("ntn 0.4.x", None),
            ("ntn 0.4.0 (unofficial)", None),
            ("notion-cli 0.4.0", None),
            ("", None),
        ] {
            assert_eq!(parse_version(line), version, "{line}");
        }
    }
}
