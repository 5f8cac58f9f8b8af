//! Reads the state of a worker from its folder and from `ntn`, with all queries in parallel. Changes nothing.

use super::answers;
use super::failure::Failure;
use super::program::{Answer, Program};
use super::sources::Sources;
use crate::domain::sanitize::sanitize;
use crate::domain::workers::commands::is_valid_key;
use crate::domain::workers::{Project, Said, TokenState};
use std::path::Path;

pub async fn look(program: &Program, key: Option<&str>) -> Project {
    let sources = sources(program.folder()).await;
    // Without a worker these queries make no sense.
    let has_worker = sources.worker_id.is_some();
    let (oauth_keys, variables, redirect_url, token, pushes_files) = tokio::join!(
        asked(program, has_worker, &["capabilities", "list", "--json"], answers::oauth_keys),
        asked(program, has_worker, &["env", "list", "--json"], answers::variables),
        asked(program, true, &["oauth", "show-redirect-url"], answers::redirect_url),
        said_of_token(program, key.filter(|_| has_worker)),
        program.ask(&["env", "push", "--help"]),
    );
    let folder = std::path::absolute(program.folder()).unwrap_or_else(|_| program.folder().to_owned());
    Project {
        folder: sanitize(&folder.display().to_string()),
        has_sources: sources.are_there,
        worker_id: sources.worker_id,
        oauth_keys,
        variables,
        redirect_url,
        token,
        pushes_files: pushes_files.is_ok(),
    }
}

/// Returns whether Notion holds a token under this key. The response without a token is not documented, so a response that blames
/// the request is taken for it.
pub async fn token(program: &Program, key: &str) -> Result<TokenState, Failure> {
    match program.ask(&["oauth", "token", "--json", key]).await {
        Ok(answer) => answers::token(&answer),
        Err(failure) => match failure.http_status() {
            Some(400 | 404 | 409 | 410 | 412 | 422) => Ok(TokenState::Absent),
            _ => Err(failure),
        },
    }
}

async fn said_of_token(program: &Program, key: Option<&str>) -> Said<TokenState> {
    match key.filter(|key| is_valid_key(key)) {
        Some(key) => said(token(program, key).await),
        None => Said::NotAsked,
    }
}

async fn asked<T>(
    program: &Program,
    makes_sense: bool,
    arguments: &[&str],
    read: impl Fn(&Answer) -> Result<T, Failure>,
) -> Said<T> {
    if makes_sense { said(program.ask(arguments).await.and_then(|answer| read(&answer))) } else { Said::NotAsked }
}

fn said<T>(answer: Result<T, Failure>) -> Said<T> {
    match answer {
        Ok(answer) => Said::Answer(answer),
        Err(failure) => Said::Refused(failure.line),
    }
}

/// Reads the folder on a thread of its own, because it may lie on a slow disk.
async fn sources(folder: &Path) -> Sources {
    let folder = folder.to_owned();
    let looked = tokio::task::spawn_blocking(move || Sources::of(&folder)).await;
    looked.unwrap_or(Sources { are_there: false, worker_id: None })
}

/// True if the folder's worker exists at Notion, as far as the folder knows.
pub async fn has_worker(program: &Program) -> bool {
    sources(program.folder()).await.worker_id.is_some()
}
