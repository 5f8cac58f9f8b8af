//! The steps that `ntn` takes (create, deploy, start), and the wait for the token.

use super::look;
use super::program::{Answer, Program};
use crate::adapters::ntn_login::invitation::first_address;
#[cfg(unix)]
use crate::adapters::ntn_login::opener::Opener;
use crate::domain::link::Link;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::workers::commands::is_valid_key;
use crate::domain::workers::{StepRan, TokenState};
use crate::runtime::ports::Tell;
use std::time::Duration;

/// Time limit of a person at the provider. Leaving the page loses nothing, because the token can be queried again.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

const BETWEEN_QUESTIONS: Duration = Duration::from_secs(2);

pub async fn create(program: &Program, name: &str, tell: &Tell<String>) -> Result<StepRan, Problem> {
    run(program, &["create", &named(name)], tell).await
}

/// A name is required for a new worker, and refused for an existing one. A run that was interrupted may have created it already.
pub async fn deploy(program: &Program, name: Option<String>, tell: &Tell<String>) -> Result<StepRan, Problem> {
    match name {
        Some(name) if !look::has_worker(program).await => run(program, &["deploy", &named(&name)], tell).await,
        _ => run(program, &["deploy"], tell).await,
    }
}

/// One word, so that no name is parsed as an option.
fn named(name: &str) -> String {
    format!("--name={name}")
}

async fn run(program: &Program, arguments: &[&str], tell: &Tell<String>) -> Result<StepRan, Problem> {
    program.run(arguments, tell).await.map(|()| StepRan::Done).map_err(|failure| failure.problem())
}

/// Captures the URL of the consent page. `ntn` would open it at once; the person does that instead.
pub async fn start(program: &Program, key: &str) -> Result<StepRan, Problem> {
    let address = address_of_consent(program, checked(key)?).await?;
    let address = address.ok_or_else(|| failed("ntn named no page"))?;
    let link = Link::checked(&address).map_err(|error| failed(format!("the page that ntn names: {error}")))?;
    Ok(StepRan::Started(link))
}

#[cfg(unix)]
async fn address_of_consent(program: &Program, key: &str) -> Result<Option<String>, Problem> {
    let opener = Opener::prepare()?;
    let search_path = opener.path(program.search_path());
    let answer = program.to_end(&["oauth", "start", key], Some(&search_path)).await;
    let answer = answer.and_then(Answer::good).map_err(|failure| failure.problem())?;
    Ok(opener.address().filter(|address| !address.is_empty()).or_else(|| printed(&answer)))
}

/// No opener can be replaced here: `ntn` opens the page itself, and prints it.
#[cfg(not(unix))]
async fn address_of_consent(program: &Program, key: &str) -> Result<Option<String>, Problem> {
    let answer = program.ask(&["oauth", "start", key]).await;
    answer.map(|answer| printed(&answer)).map_err(|failure| failure.problem())
}

fn printed(answer: &Answer) -> Option<String> {
    let text = [&answer.err, &answer.out].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    text.iter().find_map(|text| first_address(text)).map(str::to_owned)
}

/// Polls until there is a token. Temporary failures are ignored.
pub async fn await_token(program: &Program, key: &str) -> Result<StepRan, Problem> {
    let key = checked(key)?;
    let asking = async {
        loop {
            match look::token(program, key).await {
                Ok(TokenState::Absent) => {}
                Ok(present) => return Ok(present),
                Err(failure) if failure.may_pass() => {}
                Err(failure) => return Err(failure.problem()),
            }
            tokio::time::sleep(BETWEEN_QUESTIONS).await;
        }
    };
    let state = tokio::time::timeout(PATIENCE, asking).await.unwrap_or(Ok(TokenState::Absent))?;
    Ok(StepRan::Token(state))
}

fn checked(key: &str) -> Result<&str, Problem> {
    if is_valid_key(key) { Ok(key) } else { Err(Problem::bug("this is no key of a capability")) }
}

fn failed(evidence: impl AsRef<str>) -> Problem {
    Problem::new(ProblemCode::WorkerStepFailed).seen(evidence)
}
