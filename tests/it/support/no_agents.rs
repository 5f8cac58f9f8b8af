//! A machine without coding agents, for tests about something else.

use notion_auth::domain::agents::plan::{AgentPlan, AgentRequest, FileChange};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::{CodingAgents, Job};

pub(crate) struct NoAgents;

impl CodingAgents for NoAgents {
    fn plan(&self, _: AgentRequest) -> Job<Vec<AgentPlan>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    fn apply(&self, _: FileChange) -> Job<()> {
        Box::pin(std::future::ready(Err(Problem::new(ProblemCode::AgentFileRefused))))
    }

    fn verify(&self, _: Vec<String>) -> Job<usize> {
        Box::pin(std::future::ready(Err(Problem::new(ProblemCode::BridgeFailed))))
    }

    fn read_headers(&self, _: Vec<String>) -> Job<Secret> {
        Box::pin(std::future::ready(Err(Problem::new(ProblemCode::BridgeFailed))))
    }
}
