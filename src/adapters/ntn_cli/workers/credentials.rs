//! Stores id and secret in the worker's environment: from a private file that is removed, or in arguments.

mod env_file;

use super::answers;
use super::failure::WorkersFailure;
use super::program::{WorkersProgram, require_success_without};
use crate::adapters::machine::system_fault::system_fault;
use crate::adapters::process::program::CapturedOutput;
use crate::domain::oauth::OauthClient;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::workers::StepOutcome;
use crate::runtime::ports::ProgressCallback;
use env_file::EnvFile;
use zeroize::Zeroizing;

/// Success means that `ntn` lists both names afterwards.
pub async fn store(
    program: &WorkersProgram,
    names: [&str; 2],
    client: &OauthClient,
    in_arguments: bool,
    on_progress: &ProgressCallback<String>,
) -> Result<StepOutcome, Problem> {
    let stored =
        if in_arguments { set_in_arguments(program, names, client).await } else { push_file(program, names, client).await? };
    // `ntn` repeats an argument that it does not understand.
    let lines = stored.and_then(|answer| require_success_without(client.secret.expose(), &answer));
    lines.map_err(|failure| failure.problem())?.into_iter().for_each(on_progress);
    let listed = program.query(&["env", "list", "--json"]).await.and_then(|answer| answers::parse_variables(&answer));
    let listed = listed.map_err(|failure| failure.problem())?;
    match names.into_iter().find(|name| !listed.iter().any(|known| known == name)) {
        None => Ok(StepOutcome::Done),
        Some(lost) => {
            Err(Problem::new(ProblemCode::WorkerStepFailed).with_evidence(format!("ntn reported success but does not list {lost}")))
        }
    }
}

/// The file is removed when this ends, however it ends.
async fn push_file(
    program: &WorkersProgram,
    names: [&str; 2],
    client: &OauthClient,
) -> Result<Result<CapturedOutput, WorkersFailure>, Problem> {
    let file = EnvFile::write([(names[0], &client.id), (names[1], client.secret.expose())]);
    let file = file.map_err(|error| {
        Problem::new(ProblemCode::FileFailed).with_evidence(format!("a temporary file: {error}")).with_fault(system_fault(&error))
    })?;
    let path = file.path().to_str().ok_or_else(|| Problem::bug("the temporary folder's name is not text"))?;
    Ok(program.run_to_end(&["env", "push", "--yes", "--file", path], None).await)
}

/// Other users who may list processes see the arguments meanwhile.
async fn set_in_arguments(
    program: &WorkersProgram,
    names: [&str; 2],
    client: &OauthClient,
) -> Result<CapturedOutput, WorkersFailure> {
    let pair = |name: &str, value: &str| Zeroizing::new(format!("{name}={value}"));
    let (id, secret) = (pair(names[0], &client.id), pair(names[1], client.secret.expose()));
    program.run_to_end(&["env", "set", &id, &secret], None).await
}
