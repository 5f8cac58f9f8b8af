//! The Workers runbook through the real `ntn` 0.4.0 against a fake Notion, and through stand-ins for newer ones.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "tests look at what is on the disk")]

mod cleanup;
mod demo;
mod failures;
mod full_run;
mod inspection;
mod newer_ntn;
mod secrets;

use crate::support::deadline::DEADLINE;
use crate::support::notion::TOKEN;
use crate::support::ntn::{NtnHome, real_ntn_folder};
use crate::support::script;
use crate::support::workers_server::{WORKSPACE, WorkersServer};
use notion_auth::adapters::ntn_cli::workers::LocalWorkers;
use notion_auth::domain::oauth::OauthClient;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::domain::workers::provider::{Provider, provider};
use notion_auth::domain::workers::{StepCommand, StepOutcome, WorkerProject};
use notion_auth::runtime::ports::{Job, ProgressCallback, Workers};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

const CLIENT_ID: &str = "fake-client-id-0000";
const CLIENT_SECRET: &str = "fake_client_secret_0000000000000000";

fn github() -> &'static Provider {
    provider("github").expect("it is shipped")
}

fn client() -> OauthClient {
    OauthClient { id: CLIENT_ID.into(), secret: Secret::new(CLIENT_SECRET) }
}

fn credentials(key: &str, in_arguments: bool) -> StepCommand {
    let stem = key.to_uppercase();
    let (id_name, secret_name) = (format!("{stem}_CLIENT_ID"), format!("{stem}_CLIENT_SECRET"));
    StepCommand::Credentials { id_name, secret_name, client: client(), in_arguments }
}

fn start(key: &str) -> StepCommand {
    StepCommand::Start { key: key.into() }
}

fn await_token(key: &str) -> StepCommand {
    StepCommand::AwaitToken { key: key.into() }
}

/// Deploys a worker that may not be there yet.
fn deploy() -> StepCommand {
    StepCommand::Deploy { name: Some("fake worker".into()) }
}

/// Somebody who is logged in, and their worker's folder.
struct Desk {
    server: WorkersServer,
    person: NtnHome,
    folder: TempDir,
    told: Arc<Mutex<Vec<String>>>,
    /// Holds an `ntn` that writes down how it is run.
    _programs: TempDir,
}

impl Desk {
    /// With the sources of a worker that nobody has deployed.
    fn new(provider: &Provider) -> Self {
        let desk = Self::empty(provider);
        fs::write(desk.path("package.json"), json!({"dependencies": {"@notionhq/workers": "^0.9.2"}}).to_string()).unwrap();
        desk
    }

    fn empty(provider: &Provider) -> Self {
        let programs = recording(&real_ntn_folder().join("ntn"));
        let server = WorkersServer::start_oauth(provider);
        let person = NtnHome::with_programs(programs.path()).with_variables([
            ("NOTION_ENV", "local".into()),
            ("NOTION_KEYRING", "0".into()),
            ("NOTION_API_BASE_URL", server.base_url()),
        ]);
        person.write_state("auth.json", &json!({WORKSPACE: TOKEN}).to_string());
        person.write_state("config.json", &json!({"version": "1", "defaultWorkspaceIds": {"local": WORKSPACE}}).to_string());
        Self { server, person, folder: TempDir::new().unwrap(), told: Arc::default(), _programs: programs }
    }

    /// Deployed, with its credentials, and deployed again.
    async fn ready(provider: &Provider) -> Self {
        let desk = Self::new(provider);
        for step in [deploy(), credentials(&provider.id, false), deploy()] {
            assert_eq!(desk.run(step).await, Ok(StepOutcome::Done));
        }
        desk
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn workers(&self) -> LocalWorkers {
        LocalWorkers::in_folder(Arc::new(self.person.environment()), self.folder.path().to_owned())
    }

    async fn look(&self, key: &str) -> WorkerProject {
        self.try_to_look(Some(key)).await.expect("there is an ntn")
    }

    async fn try_to_look(&self, key: Option<&str>) -> Result<WorkerProject, Problem> {
        within(self.workers().inspect_project(key.map(str::to_owned))).await
    }

    fn begin(&self, step: StepCommand) -> Job<StepOutcome> {
        let told = Arc::clone(&self.told);
        let tell: ProgressCallback<String> = Box::new(move |line| told.lock().unwrap().push(line));
        self.workers().run_step(step, tell)
    }

    async fn run(&self, step: StepCommand) -> Result<StepOutcome, Problem> {
        within(self.begin(step)).await
    }

    /// It has to fail so; the evidence.
    async fn failure(&self, step: StepCommand, code: ProblemCode) -> String {
        let problem = self.run(step).await.expect_err("it has to fail");
        assert_eq!(problem.code, code, "{:?}", problem.evidence);
        problem.evidence.unwrap_or_default()
    }

    /// Every line that was told.
    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    /// Returns the arguments and environment of all `ntn` runs, one per line.
    fn runs(&self) -> String {
        fs::read_to_string(self.person.home().join("runs")).unwrap_or_default()
    }
}

async fn within<T>(job: Job<T>) -> Result<T, Problem> {
    tokio::time::timeout(DEADLINE, job).await.expect("it has to end")
}

/// An `ntn` that writes its arguments and its environment to `~/runs`, and is the real one then.
fn recording(real: &Path) -> TempDir {
    let folder = TempDir::new().unwrap();
    let text = format!("#!/bin/sh\n{{ echo \"$*\"; /usr/bin/env; }} >>\"$HOME/runs\"\nexec '{}' \"$@\"\n", real.display());
    script::write_script(&folder.path().join("ntn"), &text);
    folder
}
