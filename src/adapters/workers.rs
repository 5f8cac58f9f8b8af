//! The Workers runbook through the real `ntn`.

use super::environment::Environment;
use crate::domain::problem::Problem;
use crate::domain::workers::{Project, StepRan, StepRun};
use crate::runtime::ports::{Job, Tell, Workers};
use std::sync::Arc;

pub struct LocalWorkers {
    _environment: Arc<Environment>,
}

impl LocalWorkers {
    pub fn new(environment: Arc<Environment>) -> Self {
        Self { _environment: environment }
    }
}

impl Workers for LocalWorkers {
    fn look(&self, _: Option<String>) -> Job<Project> {
        Box::pin(async { Err(Problem::bug("not yet")) })
    }

    fn run(&self, _: StepRun, _: Tell<String>) -> Job<StepRan> {
        Box::pin(async { Err(Problem::bug("not yet")) })
    }
}
