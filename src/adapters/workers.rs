//! The `Workers` port: runs the Workers runbook through the real `ntn`.
//!
//!
//! Only its exit code is trusted, and stored values are queried again. Of the provider's token nothing is kept but the fact that it exists.

pub mod answers;
mod credentials;
pub mod failure;
mod look;
pub mod program;
mod sources;
mod steps;

use super::environment::Environment;
use super::ntn::run::HERE;
use crate::domain::workers::{Project, StepRan, StepRun};
use crate::runtime::ports::{Job, Tell, Workers};
use program::Program;
use std::path::PathBuf;
use std::sync::Arc;

/// The worker of one folder: `ntn` searches that one and no other.
pub struct LocalWorkers {
    environment: Arc<Environment>,
    folder: PathBuf,
}

impl LocalWorkers {
    /// Uses the current folder.
    pub fn new(environment: Arc<Environment>) -> Self {
        Self::in_folder(environment, HERE.into())
    }

    pub fn in_folder(environment: Arc<Environment>, folder: PathBuf) -> Self {
        Self { environment, folder }
    }
}

impl Workers for LocalWorkers {
    fn look(&self, key: Option<String>) -> Job<Project> {
        let (environment, folder) = (Arc::clone(&self.environment), self.folder.clone());
        Box::pin(async move { Ok(look::look(&Program::find(environment, folder).await?, key.as_deref()).await) })
    }

    fn run(&self, step: StepRun, tell: Tell<String>) -> Job<StepRan> {
        let (environment, folder) = (Arc::clone(&self.environment), self.folder.clone());
        Box::pin(async move {
            let program = Program::find(environment, folder).await?;
            match step {
                StepRun::Create { name } => steps::create(&program, &name, &tell).await,
                StepRun::Deploy { name } => steps::deploy(&program, name, &tell).await,
                StepRun::Credentials { id_name, secret_name, client, in_arguments } => {
                    credentials::store(&program, [&id_name, &secret_name], &client, in_arguments, &tell).await
                }
                StepRun::Start { key } => steps::start(&program, &key).await,
                StepRun::AwaitToken { key } => steps::await_token(&program, &key).await,
            }
        })
    }
}
