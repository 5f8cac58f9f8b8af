//! Finds `ntn` and verifies that it is Notion's. Runs no command that signs in, stores or sends.

use crate::adapters::machine::environment::Environment;
use crate::adapters::ntn_cli::{installers, token_location};
use crate::adapters::process::captured::{CapturedOutput, run_captured};
use crate::adapters::process::program_search;
use crate::domain::login::{LoginFlow, NtnStorage};
use crate::domain::machine::NtnState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use std::path::PathBuf;
use std::time::Duration;

/// Time limit for all queries together, if the result is only displayed. A healthy `ntn` needs some 50 ms.
const DISPLAY_TIMEOUT: Duration = Duration::from_secs(3);

/// Time limit for all queries together, if `ntn` is to be run. A busy machine, or one that reads it from a cold disk, may need a
/// while, and giving up early would fail what would have worked.
pub const REQUIRE_TIMEOUT: Duration = Duration::from_secs(20);

/// `ntn` exits with this code on wrong usage and on no other failure, as most programs do.
const USAGE_ERROR_CODE: i32 = 2;

/// Finds `ntn` on `PATH` and identifies it. Another tool carries the same name, so the version line has to read `ntn X.Y.Z` and
/// `ntn login` has to exist.
pub async fn detect(environment: &Environment) -> NtnState {
    detect_within(DISPLAY_TIMEOUT, environment).await
}

/// Like [`detect`], with another time limit for all queries together.
pub async fn detect_within(limit: Duration, environment: &Environment) -> NtnState {
    let Some(program) = program_search::find("ntn", environment) else { return missing_state(environment).await };
    let path = program.display().to_string();
    let variables = environment.for_ntn();
    let ask = |question| run_captured(&program, question, &variables);
    let questions = async { tokio::join!(ask(&["--version"]), ask(&["login", "--help"]), ask(&["login", "poll", "--help"])) };
    match tokio::time::timeout(limit, questions).await {
        Err(_) => NtnState::Broken { path, evidence: format!("no answer within {} s", limit.as_secs()) },
        Ok((Err(evidence), _, _) | (_, Err(evidence), _) | (_, _, Err(evidence))) => NtnState::Broken { path, evidence },
        Ok((Ok(version), Ok(login), Ok(poll))) => classify_answers(path, &version, &login, &poll, environment).await,
    }
}

/// Returns whether `ntn` could be installed. `PATH` may lead over slow disks, so it is searched on a thread of its own.
async fn missing_state(environment: &Environment) -> NtnState {
    let environment = environment.clone();
    let searched = tokio::task::spawn_blocking(move || installers::can_install(&environment)).await;
    if searched.unwrap_or(true) { NtnState::Missing } else { NtnState::NotInstallable }
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

async fn classify_answers(
    path: String,
    version: &CapturedOutput,
    login: &CapturedOutput,
    poll: &CapturedOutput,
    environment: &Environment,
) -> NtnState {
    let line = first_line(version);
    match (version.status.success(), parse_version(&line), login.status.success()) {
        (true, Some(version), true) => {
            let generation = if poll.status.success() { LoginFlow::TwoSteps } else { LoginFlow::Terminal };
            NtnState::Found {
                path,
                version: version.to_owned(),
                generation,
                storage: detect_storage(environment, generation).await,
            }
        }
        (true, None, _) => NtnState::OtherProgram { path, evidence: evidence("--version", version) },
        (false, _, _) if version.status.code() == Some(USAGE_ERROR_CODE) => {
            NtnState::OtherProgram { path, evidence: evidence("--version", version) }
        }
        (false, _, _) => NtnState::Broken { path, evidence: evidence("--version", version) },
        (true, Some(_), false) if login.status.code() == Some(USAGE_ERROR_CODE) => {
            NtnState::OtherProgram { path, evidence: evidence("login --help", login) }
        }
        (true, Some(_), false) => NtnState::Broken { path, evidence: evidence("login --help", login) },
    }
}

/// The configuration may lie on a slow disk, so it is read on a thread of its own.
async fn detect_storage(environment: &Environment, generation: LoginFlow) -> NtnStorage {
    let environment = environment.clone();
    let looked = tokio::task::spawn_blocking(move || token_location::expected_storage(&environment, generation)).await;
    looked.unwrap_or(NtnStorage::Keychain)
}

fn evidence(question: &str, answer: &CapturedOutput) -> String {
    let line = first_line(answer);
    let line = if line.is_empty() { "nothing" } else { &line };
    format!("`ntn {question}` says {line} ({})", answer.status)
}

/// Returns the first line of standard output, else of standard error; sanitised.
fn first_line(answer: &CapturedOutput) -> String {
    [&answer.stdout, &answer.stderr]
        .into_iter()
        .flat_map(|text| text.lines())
        .map(sanitize)
        .find(|line| !line.is_empty())
        .unwrap_or_default()
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
