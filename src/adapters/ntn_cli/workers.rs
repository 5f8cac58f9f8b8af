//! The `Workers` port: runs the Workers runbook through the real `ntn`.
//!
//! Only its exit code is trusted, and stored values are queried again. Of the provider's token nothing is kept but the fact that it exists.

pub mod answers;
mod credentials;
pub mod failure;
mod inspect;
pub mod program;
mod sources;
mod steps;

use crate::adapters::machine::environment::Environment;
use crate::adapters::trace;
use crate::domain::problem::Problem;
use crate::domain::workers::{StepCommand, StepOutcome, WorkerProject};
use crate::runtime::ports::{Job, ProgressCallback, Workers};
use program::{QUERY_TIMEOUT, WorkersProgram};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The worker of one folder: `ntn` searches that one and no other.
pub struct LocalWorkers {
    environment: Arc<Environment>,
    folder: PathBuf,
    query_timeout: Duration,
}

impl LocalWorkers {
    /// Uses the current folder.
    pub fn new(environment: Arc<Environment>) -> Self {
        Self::in_folder(environment, ".".into())
    }

    pub fn in_folder(environment: Arc<Environment>, folder: PathBuf) -> Self {
        Self { environment, folder, query_timeout: QUERY_TIMEOUT }
    }

    #[must_use]
    pub fn with_query_timeout(self, query_timeout: Duration) -> Self {
        Self { query_timeout, ..self }
    }

    /// Returns the search for `ntn`, as a future that borrows nothing.
    fn find_program(&self) -> impl Future<Output = Result<WorkersProgram, Problem>> + Send + use<> {
        WorkersProgram::find(Arc::clone(&self.environment), self.folder.clone(), self.query_timeout)
    }
}

impl Workers for LocalWorkers {
    fn inspect_project(&self, key: Option<String>) -> Job<WorkerProject> {
        let program = self.find_program();
        trace::job("workers", "inspect_project", async move { Ok(inspect::inspect_project(&program.await?, key.as_deref()).await) })
    }

    fn run_step(&self, step: StepCommand, on_progress: ProgressCallback<String>) -> Job<StepOutcome> {
        let program = self.find_program();
        trace::job("workers", "run_step", async move {
            let program = program.await?;
            match step {
                StepCommand::Create { name } => steps::create(&program, &name, &on_progress).await,
                StepCommand::Deploy { name } => steps::deploy(&program, name, &on_progress).await,
                StepCommand::Credentials { id_name, secret_name, client, in_arguments } => {
                    credentials::store(&program, [&id_name, &secret_name], &client, in_arguments, &on_progress).await
                }
                StepCommand::Start { key } => steps::start(&program, &key).await,
                StepCommand::AwaitToken { key } => steps::await_token(&program, &key).await,
            }
        })
    }
}
