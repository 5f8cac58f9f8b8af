//! The demo's workers: starts no program, writes no file, and reports what `ntn` would report.

use crate::domain::link::Link;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::workers::{NtnAnswer, ProviderTokenState, StepCommand, StepOutcome, WorkerProject};
use crate::runtime::ports::{Job, ProgressCallback, Workers};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Delay of a line, long enough for it to be seen coming.
const LINE_DELAY: Duration = Duration::from_millis(350);

/// Delay of the automatic consent, long enough to look at the page that stands in for the provider's.
const AUTO_CONSENT_DELAY: Duration = Duration::from_secs(4);

const FOLDER: &str = "~/demo-worker (simulated)";
const WORKER_ID: &str = "demo-worker-0001";
const REDIRECT_URL: &str = "https://www.notion.so/workers/oauth/callback";

/// Lines like those that a build at Notion prints.
const DEPLOY_OUTPUT: [&str; 5] = [
    "[build] npm ci",
    "[build] added 42 packages in 3s",
    "[build] npm run build",
    "✔ Worker updated",
    "Capabilities: oauth, as declared",
];

/// One worker, which is not deployed at first.
pub struct DemoWorkers {
    consent_page: Link,
    worker: Arc<Mutex<DemoWorker>>,
}

#[derive(Default)]
struct DemoWorker {
    exists: bool,
    is_deployed: bool,
    variables: Vec<String>,
    /// The key under which a token is held.
    signed_in_key: Option<String>,
}

impl DemoWorkers {
    /// `consent_page` stands in for the provider's consent.
    pub fn new(consent_page: Link) -> Self {
        Self { consent_page, worker: Arc::default() }
    }
}

impl Workers for DemoWorkers {
    fn inspect_project(&self, key: Option<String>) -> Job<WorkerProject> {
        let worker = Arc::clone(&self.worker);
        Box::pin(async move {
            tokio::time::sleep(LINE_DELAY).await;
            Ok(lock(&worker).project(key))
        })
    }

    fn run_step(&self, step: StepCommand, on_progress: ProgressCallback<String>) -> Job<StepOutcome> {
        let (worker, page) = (Arc::clone(&self.worker), self.consent_page.clone());
        Box::pin(async move {
            let needs_worker = !matches!(step, StepCommand::Create { .. } | StepCommand::Deploy { .. });
            if needs_worker && !lock(&worker).exists {
                return Err(Problem::new(ProblemCode::WorkerMissing));
            }
            match &step {
                StepCommand::Create { .. } => print_lines(&["✔ Worker created"], &on_progress).await,
                StepCommand::Deploy { .. } => print_lines(&DEPLOY_OUTPUT, &on_progress).await,
                StepCommand::Credentials { .. } => {
                    print_lines(&["✔ Environment variables pushed successfully"], &on_progress).await;
                }
                StepCommand::Start { .. } => tokio::time::sleep(LINE_DELAY).await,
                StepCommand::AwaitToken { .. } => tokio::time::sleep(AUTO_CONSENT_DELAY).await,
            }
            Ok(lock(&worker).apply(step, page))
        })
    }
}

impl DemoWorker {
    /// Returns the project as `ntn` would report it. Its sources declare whatever capability is asked for.
    fn project(&self, key: Option<String>) -> WorkerProject {
        let ask = |is_known: bool, keys: Vec<String>| if is_known { NtnAnswer::Answer(keys) } else { NtnAnswer::NotAsked };
        let token = if key.is_some() && key == self.signed_in_key {
            ProviderTokenState::Present { expires_at: None }
        } else {
            ProviderTokenState::Absent
        };
        WorkerProject {
            folder: FOLDER.into(),
            has_sources: true,
            worker_id: self.exists.then(|| WORKER_ID.into()),
            token: if self.exists && key.is_some() { NtnAnswer::Answer(token) } else { NtnAnswer::NotAsked },
            oauth_keys: ask(self.exists, key.filter(|_| self.is_deployed).into_iter().collect()),
            variables: ask(self.exists, self.variables.clone()),
            redirect_url: NtnAnswer::Answer(REDIRECT_URL.into()),
            supports_file_push: true,
        }
    }

    fn apply(&mut self, step: StepCommand, page: Link) -> StepOutcome {
        self.exists = true;
        match step {
            StepCommand::Create { .. } => StepOutcome::Done,
            StepCommand::Deploy { .. } => {
                self.is_deployed = true;
                StepOutcome::Done
            }
            StepCommand::Credentials { id_name, secret_name, .. } => {
                self.variables = vec![id_name, secret_name];
                StepOutcome::Done
            }
            StepCommand::Start { .. } => StepOutcome::Started(page),
            StepCommand::AwaitToken { key } => {
                self.signed_in_key = Some(key);
                StepOutcome::Token(ProviderTokenState::Present { expires_at: None })
            }
        }
    }
}

async fn print_lines(lines: &[&str], on_progress: &ProgressCallback<String>) {
    for line in lines {
        tokio::time::sleep(LINE_DELAY).await;
        on_progress((*line).to_owned());
    }
}

fn lock(worker: &Mutex<DemoWorker>) -> MutexGuard<'_, DemoWorker> {
    worker.lock().unwrap_or_else(PoisonError::into_inner)
}
