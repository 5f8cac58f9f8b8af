//! The demo's workers: starts no program, writes no file, and reports what `ntn` would report.

use crate::domain::link::Link;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::workers::{Project, Said, StepRan, StepRun, TokenState};
use crate::runtime::ports::{Job, Tell, Workers};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Delay of a line, long enough for it to be seen coming.
const LINE: Duration = Duration::from_millis(350);

/// Delay of the automatic consent, long enough to look at the page that stands in for the provider's.
const CONSENTS_AFTER: Duration = Duration::from_secs(4);

const FOLDER: &str = "~/demo-worker (simulated)";
const WORKER: &str = "demo-worker-0001";
const REDIRECT_URL: &str = "https://www.notion.so/workers/oauth/callback";

/// Lines like those that a build at Notion prints.
const DEPLOYS: [&str; 5] = [
    "[build] npm ci",
    "[build] added 42 packages in 3s",
    "[build] npm run build",
    "✔ Worker updated",
    "Capabilities: oauth, as declared",
];

/// One worker, which is not deployed at first.
pub struct DemoWorkers {
    consent_page: Link,
    worker: Arc<Mutex<Worker>>,
}

#[derive(Default)]
struct Worker {
    exists: bool,
    is_deployed: bool,
    variables: Vec<String>,
    /// The key under which a token is held.
    signed_in: Option<String>,
}

impl DemoWorkers {
    /// `consent_page` stands in for the provider's consent.
    pub fn new(consent_page: Link) -> Self {
        Self { consent_page, worker: Arc::default() }
    }
}

impl Workers for DemoWorkers {
    fn look(&self, key: Option<String>) -> Job<Project> {
        let worker = Arc::clone(&self.worker);
        Box::pin(async move {
            tokio::time::sleep(LINE).await;
            Ok(lock(&worker).seen(key))
        })
    }

    fn run(&self, step: StepRun, tell: Tell<String>) -> Job<StepRan> {
        let (worker, page) = (Arc::clone(&self.worker), self.consent_page.clone());
        Box::pin(async move {
            let needs_worker = !matches!(step, StepRun::Create { .. } | StepRun::Deploy { .. });
            if needs_worker && !lock(&worker).exists {
                return Err(Problem::new(ProblemCode::WorkerMissing));
            }
            match &step {
                StepRun::Create { .. } => say(&["✔ Worker created"], &tell).await,
                StepRun::Deploy { .. } => say(&DEPLOYS, &tell).await,
                StepRun::Credentials { .. } => say(&["✔ Environment variables pushed successfully"], &tell).await,
                StepRun::Start { .. } => tokio::time::sleep(LINE).await,
                StepRun::AwaitToken { .. } => tokio::time::sleep(CONSENTS_AFTER).await,
            }
            Ok(lock(&worker).after(step, page))
        })
    }
}

impl Worker {
    /// Returns the project as `ntn` would report it. Its sources declare whatever capability is asked for.
    fn seen(&self, key: Option<String>) -> Project {
        let ask = |is_known: bool, keys: Vec<String>| if is_known { Said::Answer(keys) } else { Said::NotAsked };
        let token =
            if key.is_some() && key == self.signed_in { TokenState::Present { expires_at: None } } else { TokenState::Absent };
        Project {
            folder: FOLDER.into(),
            has_sources: true,
            worker_id: self.exists.then(|| WORKER.into()),
            token: if self.exists && key.is_some() { Said::Answer(token) } else { Said::NotAsked },
            oauth_keys: ask(self.exists, key.filter(|_| self.is_deployed).into_iter().collect()),
            variables: ask(self.exists, self.variables.clone()),
            redirect_url: Said::Answer(REDIRECT_URL.into()),
            pushes_files: true,
        }
    }

    fn after(&mut self, step: StepRun, page: Link) -> StepRan {
        self.exists = true;
        match step {
            StepRun::Create { .. } => StepRan::Done,
            StepRun::Deploy { .. } => {
                self.is_deployed = true;
                StepRan::Done
            }
            StepRun::Credentials { id_name, secret_name, .. } => {
                self.variables = vec![id_name, secret_name];
                StepRan::Done
            }
            StepRun::Start { .. } => StepRan::Started(page),
            StepRun::AwaitToken { key } => {
                self.signed_in = Some(key);
                StepRan::Token(TokenState::Present { expires_at: None })
            }
        }
    }
}

async fn say(lines: &[&str], tell: &Tell<String>) {
    for line in lines {
        tokio::time::sleep(LINE).await;
        tell((*line).to_owned());
    }
}

fn lock(worker: &Mutex<Worker>) -> MutexGuard<'_, Worker> {
    worker.lock().unwrap_or_else(PoisonError::into_inner)
}
