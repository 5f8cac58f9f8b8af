//! Stores id and secret in the worker's environment: from a private file that is removed, or in arguments.

mod env_file;

use super::answers;
use super::failure::Failure;
use super::program::{Answer, Program};
use crate::adapters::system_fault::system_fault;
use crate::domain::oauth::Client;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::workers::StepRan;
use crate::runtime::ports::Tell;
use env_file::EnvFile;
use zeroize::Zeroizing;

/// Success means that `ntn` lists both names afterwards.
pub async fn store(
    program: &Program,
    names: [&str; 2],
    client: &Client,
    in_arguments: bool,
    tell: &Tell<String>,
) -> Result<StepRan, Problem> {
    let stored = if in_arguments { set(program, names, client).await } else { push(program, names, client).await? };
    // `ntn` repeats an argument that it does not understand.
    let lines = stored.and_then(|answer| answer.good_without(client.secret.expose()));
    lines.map_err(|failure| failure.problem())?.into_iter().for_each(tell);
    let listed = program.ask(&["env", "list", "--json"]).await.and_then(|answer| answers::variables(&answer));
    let listed = listed.map_err(|failure| failure.problem())?;
    match names.into_iter().find(|name| !listed.iter().any(|known| known == name)) {
        None => Ok(StepRan::Done),
        Some(lost) => {
            Err(Problem::new(ProblemCode::WorkerStepFailed).seen(format!("ntn says that it went well, and does not list {lost}")))
        }
    }
}

/// The file is removed when this ends, however it ends.
async fn push(program: &Program, names: [&str; 2], client: &Client) -> Result<Result<Answer, Failure>, Problem> {
    let file = EnvFile::write([(names[0], &client.id), (names[1], client.secret.expose())]);
    let file = file.map_err(|error| {
        Problem::new(ProblemCode::FileFailed).seen(format!("a temporary file: {error}")).because(system_fault(&error))
    })?;
    let path = file.path().to_str().ok_or_else(|| Problem::bug("the temporary folder's name is not text"))?;
    Ok(program.to_end(&["env", "push", "--yes", "--file", path], program.search_path()).await)
}

/// Other users who may list processes see the arguments meanwhile.
async fn set(program: &Program, names: [&str; 2], client: &Client) -> Result<Answer, Failure> {
    let pair = |name: &str, value: &str| Zeroizing::new(format!("{name}={value}"));
    let (id, secret) = (pair(names[0], &client.id), pair(names[1], client.secret.expose()));
    program.to_end(&["env", "set", &id, &secret], program.search_path()).await
}
