//! The demo's coding agents: those of the invented home, whose files are changed by the code that changes a real one.

use super::home::DemoHome;
use super::simulated_notion::SimulatedNotion;
use crate::adapters::coding_agents::LocalAgents;
use crate::adapters::storage::folders::Folders;
use crate::domain::agents::plan::{AgentPlan, AgentRequest, FileChange};
use crate::domain::credentials::{TokenPurpose, active_credential};
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::runtime::ports::{CodingAgents, CredentialStore, Job};
use std::path::PathBuf;
use std::sync::Arc;

pub struct DemoAgents {
    home: Arc<DemoHome>,
    files: LocalAgents,
    store: Arc<dyn CredentialStore>,
}

impl DemoAgents {
    pub fn new(home: Arc<DemoHome>, program: PathBuf, folders: &Folders, store: Arc<dyn CredentialStore>) -> Self {
        Self { files: LocalAgents::new(home.environment(), program, Some(folders)), home, store }
    }
}

impl CodingAgents for DemoAgents {
    fn plan(&self, request: AgentRequest) -> Job<Vec<AgentPlan>> {
        self.home.with_files(|| self.files.plan(request))
    }

    fn apply(&self, change: FileChange) -> Job<()> {
        self.home.with_files(|| self.files.apply(change))
    }

    /// Another process would not find the demo's sign-in, so no bridge is started.
    fn verify(&self, _command: Vec<String>) -> Job<usize> {
        let index = self.store.load_index();
        Box::pin(async move {
            active_credential(&index.await?, TokenPurpose::Mcp).map_err(Problem::from)?;
            Ok(SimulatedNotion::mcp_tools())
        })
    }

    fn read_headers(&self, _command: Vec<String>) -> Job<Secret> {
        let store = Arc::clone(&self.store);
        Box::pin(async move {
            let account = active_credential(&store.load_index().await?, TokenPurpose::Mcp).map_err(Problem::from)?.account.clone();
            Ok(store.load(account).await?.token)
        })
    }
}
