//! Reads the state of a worker from its folder and from `ntn`, with all queries in parallel. Changes nothing.

use super::answers;
use super::failure::WorkersFailure;
use super::program::WorkersProgram;
use super::sources::Sources;
use crate::adapters::blocking_thread::run_blocking;
use crate::adapters::process::program::CapturedOutput;
use crate::domain::sanitize::sanitize;
use crate::domain::workers::commands::is_valid_key;
use crate::domain::workers::{NtnAnswer, ProviderTokenState, WorkerProject};
use std::path::Path;

pub async fn inspect_project(program: &WorkersProgram, key: Option<&str>) -> WorkerProject {
    let sources = read_sources(program.folder()).await;
    // Without a worker these queries make no sense.
    let has_worker = sources.worker_id.is_some();
    let (oauth_keys, variables, redirect_url, token, pushes_files) = tokio::join!(
        query(program, has_worker, &["capabilities", "list", "--json"], answers::parse_oauth_keys),
        query(program, has_worker, &["env", "list", "--json"], answers::parse_variables),
        query(program, true, &["oauth", "show-redirect-url"], answers::parse_redirect_url),
        query_token(program, key.filter(|_| has_worker)),
        program.query(&["env", "push", "--help"]),
    );
    let folder = std::path::absolute(program.folder()).unwrap_or_else(|_| program.folder().to_owned());
    WorkerProject {
        folder: sanitize(&folder.display().to_string()),
        has_sources: sources.exist,
        worker_id: sources.worker_id,
        oauth_keys,
        variables,
        redirect_url,
        token,
        supports_file_push: pushes_files.is_ok(),
    }
}

/// Returns whether Notion holds a token under this key. The response without a token is not documented, so a response that blames
/// the request is taken for it.
pub async fn token_state(program: &WorkersProgram, key: &str) -> Result<ProviderTokenState, WorkersFailure> {
    match program.query(&["oauth", "token", "--json", key]).await {
        Ok(answer) => answers::parse_token(&answer),
        Err(failure) => match failure.http_status() {
            Some(400 | 404 | 409 | 410 | 412 | 422) => Ok(ProviderTokenState::Absent),
            _ => Err(failure),
        },
    }
}

async fn query_token(program: &WorkersProgram, key: Option<&str>) -> NtnAnswer<ProviderTokenState> {
    match key.filter(|key| is_valid_key(key)) {
        Some(key) => into_answer(token_state(program, key).await),
        None => NtnAnswer::NotAsked,
    }
}

async fn query<T>(
    program: &WorkersProgram,
    makes_sense: bool,
    arguments: &[&str],
    read: impl Fn(&CapturedOutput) -> Result<T, WorkersFailure>,
) -> NtnAnswer<T> {
    if makes_sense { into_answer(program.query(arguments).await.and_then(|answer| read(&answer))) } else { NtnAnswer::NotAsked }
}

fn into_answer<T>(answer: Result<T, WorkersFailure>) -> NtnAnswer<T> {
    match answer {
        Ok(answer) => NtnAnswer::Answer(answer),
        Err(failure) => NtnAnswer::Refused(failure.message),
    }
}

/// Reads the folder on a thread of its own, because it may lie on a slow disk.
async fn read_sources(folder: &Path) -> Sources {
    let folder = folder.to_owned();
    let looked = run_blocking("folder of the worker", move || Ok(Sources::read(&folder))).await;
    looked.unwrap_or(Sources { exist: false, worker_id: None })
}

/// True if the folder's worker exists at Notion, as far as the folder knows.
pub async fn has_worker(program: &WorkersProgram) -> bool {
    read_sources(program.folder()).await.worker_id.is_some()
}
