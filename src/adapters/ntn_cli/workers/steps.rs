//! The steps that `ntn` takes (create, deploy, start), and the wait for the token.

use super::inspect;
use super::program::WorkersProgram;
#[cfg(unix)]
use super::program::require_success;
use crate::adapters::ntn_cli::login::invitation::first_url;
#[cfg(unix)]
use crate::adapters::ntn_cli::login::opener_shim::OpenerShim;
use crate::adapters::process::program::CapturedOutput;
use crate::domain::link::Link;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::workers::commands::is_valid_key;
use crate::domain::workers::{ProviderTokenState, StepOutcome};
use crate::runtime::ports::ProgressCallback;
use std::time::Duration;

/// Time limit for the person to approve access at the provider. Leaving the page loses nothing, because the token can be queried again.
const TOKEN_TIMEOUT: Duration = Duration::from_secs(5 * 60);

const POLL_INTERVAL: Duration = Duration::from_secs(2);

pub async fn create(program: &WorkersProgram, name: &str, on_progress: &ProgressCallback<String>) -> Result<StepOutcome, Problem> {
    run_step(program, &["create", &name_argument(name)], on_progress).await
}

/// Deploys the worker. `ntn` requires a name for a new one and refuses it for an existing one. A run that was interrupted may have created it already.
pub async fn deploy(
    program: &WorkersProgram,
    name: Option<String>,
    on_progress: &ProgressCallback<String>,
) -> Result<StepOutcome, Problem> {
    match name {
        Some(name) if !inspect::has_worker(program).await => {
            run_step(program, &["deploy", &name_argument(&name)], on_progress).await
        }
        _ => run_step(program, &["deploy"], on_progress).await,
    }
}

/// One word, so that no name is parsed as an option.
fn name_argument(name: &str) -> String {
    format!("--name={name}")
}

async fn run_step(
    program: &WorkersProgram,
    arguments: &[&str],
    on_progress: &ProgressCallback<String>,
) -> Result<StepOutcome, Problem> {
    program.run_streamed(arguments, on_progress).await.map(|()| StepOutcome::Done).map_err(|failure| failure.problem())
}

/// Captures the URL of the consent page. `ntn` would open it at once; the person does that instead.
pub async fn start(program: &WorkersProgram, key: &str) -> Result<StepOutcome, Problem> {
    let address = consent_url(program, check_key(key)?).await?;
    let address = address.ok_or_else(|| step_problem("ntn returned no page"))?;
    let link = Link::parse(&address).map_err(|error| step_problem(format!("the page from ntn: {error}")))?;
    Ok(StepOutcome::Started(link))
}

#[cfg(unix)]
async fn consent_url(program: &WorkersProgram, key: &str) -> Result<Option<String>, Problem> {
    let opener = OpenerShim::create()?;
    let search_path = opener.search_path(program.search_path());
    let answer = program.run_to_end(&["oauth", "start", key], Some(&search_path)).await;
    let answer = answer.and_then(require_success).map_err(|failure| failure.problem())?;
    Ok(opener.opened_url().filter(|address| !address.is_empty()).or_else(|| printed_url(&answer)))
}

/// No opener can be replaced here: `ntn` opens the page itself, and prints it.
#[cfg(not(unix))]
async fn consent_url(program: &WorkersProgram, key: &str) -> Result<Option<String>, Problem> {
    let answer = program.query(&["oauth", "start", key]).await;
    answer.map(|answer| printed_url(&answer)).map_err(|failure| failure.problem())
}

fn printed_url(answer: &CapturedOutput) -> Option<String> {
    let text = [&answer.stderr, &answer.stdout].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    text.iter().find_map(|text| first_url(text)).map(str::to_owned)
}

/// Polls until there is a token. Temporary failures are ignored.
pub async fn await_token(program: &WorkersProgram, key: &str) -> Result<StepOutcome, Problem> {
    let key = check_key(key)?;
    let asking = async {
        loop {
            match inspect::token_state(program, key).await {
                Ok(ProviderTokenState::Absent) => {}
                Ok(present) => return Ok(present),
                Err(failure) if failure.is_temporary() => {}
                Err(failure) => return Err(failure.problem()),
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    };
    let state = tokio::time::timeout(TOKEN_TIMEOUT, asking).await.unwrap_or(Ok(ProviderTokenState::Absent))?;
    Ok(StepOutcome::Token(state))
}

fn check_key(key: &str) -> Result<&str, Problem> {
    if is_valid_key(key) { Ok(key) } else { Err(Problem::bug("this is not a capability key")) }
}

fn step_problem(evidence: impl AsRef<str>) -> Problem {
    Problem::new(ProblemCode::WorkerStepFailed).with_evidence(evidence)
}
