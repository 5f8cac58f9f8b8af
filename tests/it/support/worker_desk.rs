//! Somebody with a Workers project, a fake Notion, and an `ntn`: how its runbook is walked in this process.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "looks at what is on the disk")]

use super::deadline::DEADLINE;
use super::notion::TOKEN;
use super::ntn::NtnHome;
use super::scratch::scratch_folder;
use super::workers_server::{WORKSPACE, WorkersServer};
use notion_auth::adapters::ntn_cli::workers::LocalWorkers;
use notion_auth::domain::oauth::OauthClient;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::domain::workers::provider::{Provider, provider};
use notion_auth::domain::workers::{StepCommand, StepOutcome, WorkerProject};
use notion_auth::runtime::ports::{Job, ProgressCallback, Workers};
use serde_json::json;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

pub(crate) const CLIENT_ID: &str = "fake-client-id-0000";

pub(crate) const CLIENT_SECRET: &str = "fake_client_secret_0000000000000000";

pub(crate) fn github() -> &'static Provider {
    provider("github").expect("it is shipped")
}

pub(crate) fn client() -> OauthClient {
    OauthClient { id: CLIENT_ID.into(), secret: Secret::new(CLIENT_SECRET) }
}

pub(crate) fn credentials(key: &str, in_arguments: bool) -> StepCommand {
    let stem = key.to_uppercase();
    let (id_name, secret_name) = (format!("{stem}_CLIENT_ID"), format!("{stem}_CLIENT_SECRET"));
    StepCommand::Credentials { id_name, secret_name, client: client(), in_arguments }
}

pub(crate) fn start(key: &str) -> StepCommand {
    StepCommand::Start { key: key.into() }
}

pub(crate) fn await_token(key: &str) -> StepCommand {
    StepCommand::AwaitToken { key: key.into() }
}

/// Deploys a worker that may not be there yet.
pub(crate) fn deploy() -> StepCommand {
    StepCommand::Deploy { name: Some("fake worker".into()) }
}

/// Somebody who is logged in, and their worker's folder.
pub(crate) struct WorkerDesk {
    pub(crate) server: WorkersServer,
    pub(crate) person: NtnHome,
    pub(crate) folder: TempDir,
    pub(crate) output: Arc<Mutex<Vec<String>>>,
    /// Holds the `ntn`.
    pub(crate) programs: TempDir,
}

impl WorkerDesk {
    /// Uses the `ntn` of that folder, with the sources of a worker that nobody has deployed.
    pub(crate) fn with_ntn(programs: TempDir, provider: &Provider) -> Self {
        let desk = Self::empty_with_ntn(programs, provider);
        fs::write(desk.path("package.json"), json!({"dependencies": {"@notionhq/workers": "^0.9.2"}}).to_string()).unwrap();
        desk
    }

    /// Uses the `ntn` of that folder, in a folder without sources.
    pub(crate) fn empty_with_ntn(programs: TempDir, provider: &Provider) -> Self {
        let server = WorkersServer::start_oauth(provider);
        let person = NtnHome::with_programs(programs.path()).with_variables([
            ("NOTION_ENV", "local".into()),
            ("NOTION_KEYRING", "0".into()),
            ("NOTION_API_BASE_URL", server.base_url()),
        ]);
        person.write_state("auth.json", &json!({WORKSPACE: TOKEN}).to_string());
        person.write_state("config.json", &json!({"version": "1", "defaultWorkspaceIds": {"local": WORKSPACE}}).to_string());
        Self { server, person, folder: scratch_folder(), output: Arc::default(), programs }
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub(crate) fn workers(&self) -> LocalWorkers {
        LocalWorkers::in_folder(Arc::new(self.person.environment()), self.folder.path().to_owned())
    }

    pub(crate) async fn look(&self, key: &str) -> WorkerProject {
        self.try_to_look(Some(key)).await.expect("there is an ntn")
    }

    pub(crate) async fn try_to_look(&self, key: Option<&str>) -> Result<WorkerProject, Problem> {
        within(self.workers().inspect_project(key.map(str::to_owned))).await
    }

    pub(crate) fn begin(&self, step: StepCommand) -> Job<StepOutcome> {
        let output = Arc::clone(&self.output);
        let tell: ProgressCallback<String> = Box::new(move |line| output.lock().unwrap().push(line));
        self.workers().run_step(step, tell)
    }

    pub(crate) async fn run(&self, step: StepCommand) -> Result<StepOutcome, Problem> {
        within(self.begin(step)).await
    }

    /// It has to fail so; the evidence.
    pub(crate) async fn failure(&self, step: StepCommand, code: ProblemCode) -> String {
        let problem = self.run(step).await.expect_err("it has to fail");
        assert_eq!(problem.code, code, "{:?}", problem.evidence);
        problem.evidence.unwrap_or_default()
    }

    /// Every line that was output.
    pub(crate) fn output(&self) -> Vec<String> {
        self.output.lock().unwrap().clone()
    }

    /// Returns the arguments and environment of all `ntn` runs, one per line.
    pub(crate) fn runs(&self) -> String {
        fs::read_to_string(self.person.home().join("runs")).unwrap_or_default()
    }
}

pub(crate) async fn within<T>(job: Job<T>) -> Result<T, Problem> {
    tokio::time::timeout(DEADLINE, job).await.expect("it has to end")
}
