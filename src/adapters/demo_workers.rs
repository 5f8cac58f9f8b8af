//! The workers of a rehearsal: starts no program, writes no file, and does what `ntn` would say it did.

use crate::domain::problem::Problem;
use crate::domain::workers::{Project, StepRan, StepRun};
use crate::runtime::ports::{Job, Tell, Workers};

#[derive(Default)]
pub struct DemoWorkers;

impl Workers for DemoWorkers {
    fn look(&self, _: Option<String>) -> Job<Project> {
        Box::pin(async { Err(Problem::bug("not yet")) })
    }

    fn run(&self, _: StepRun, _: Tell<String>) -> Job<StepRan> {
        Box::pin(async { Err(Problem::bug("not yet")) })
    }
}
