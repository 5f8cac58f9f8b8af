//! The `Machine` port: what else is on this machine, for the product and for the demo. Reads, never writes.

pub mod agent_files;
pub mod browser;
pub mod clipboard;
pub mod clock;
pub mod display_detection;
pub mod environment;
pub mod host_details;
pub mod system_fault;

use self::environment::Environment;
use super::loopback;
use crate::adapters::blocking_thread::run_blocking;
use crate::adapters::demo::home::DemoHome;
use crate::adapters::demo::ntn::DemoNtn;
use crate::adapters::ntn_cli;
use crate::adapters::ntn_cli::{files, token_location};
use crate::adapters::trace;
use crate::domain::agents::AgentFinding;
use crate::domain::credentials::{CredentialSource, DiscoveredCredential, Unusable};
use crate::domain::host_details::HostDetails;
use crate::domain::login::{LoginFlow, NtnStorage};
use crate::domain::loopback::PortState;
use crate::domain::machine::{BrowserState, NtnState};
use crate::domain::oauth::RedirectUri;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use crate::domain::secret::Secret;
use crate::domain::variables::TOKEN_VARIABLE;
use crate::runtime::ports::{Job, Machine};
use std::sync::Arc;

/// The machine we run on.
pub struct LocalMachine {
    environment: Arc<Environment>,
}

impl LocalMachine {
    pub fn new(environment: Arc<Environment>) -> Self {
        Self { environment }
    }

    /// Runs blocking work on a thread of its own, because files may lie on a slow disk.
    fn run_blocking<T: Send + 'static>(&self, work: impl FnOnce(&Environment) -> Result<T, Problem> + Send + 'static) -> Job<T> {
        let environment = Arc::clone(&self.environment);
        run_blocking("machine check", move || work(&environment))
    }
}

impl Machine for LocalMachine {
    fn detect_browser(&self) -> Job<BrowserState> {
        trace::job("machine", "detect_browser", self.run_blocking(|environment| Ok(display_detection::detect_browser(environment))))
    }

    fn detect_ntn(&self) -> Job<NtnState> {
        let environment = Arc::clone(&self.environment);
        trace::job("machine", "detect_ntn", async move { Ok(ntn_cli::detect(&environment).await) })
    }

    fn check_port(&self, redirect: RedirectUri) -> Job<PortState> {
        trace::job("machine", "check_port", async move { Ok(loopback::check_port(redirect.port).await) })
    }

    fn inspect_host(&self) -> Job<HostDetails> {
        trace::job("machine", "inspect_host", self.run_blocking(|environment| Ok(host_details::inspect(environment))))
    }

    fn discover_credentials(&self) -> Job<(Vec<DiscoveredCredential>, Option<Problem>)> {
        let found = self.run_blocking(|environment| {
            let (logins, trouble) = files::read_logins(environment);
            let logins = logins.into_iter().map(|login| credential_from_ntn(environment, login));
            Ok((credentials_from_environment(environment).into_iter().chain(logins).collect::<Vec<_>>(), trouble))
        });
        let environment = Arc::clone(&self.environment);
        trace::job("machine", "discover_credentials", async move {
            let (mut existing, trouble) = found.await?;
            let some_are_unseen = existing.iter().any(is_unseen_login);
            // In this order: the second question takes a run of ntn.
            if some_are_unseen && installed_ntn_storage(&environment).await == NtnStorage::Keychain {
                for login in existing.iter_mut().filter(|found| is_unseen_login(found)) {
                    login.place = KEYCHAIN_PLACE.into();
                    login.unusable = None;
                }
            }
            Ok((existing, trouble))
        })
    }

    fn environment_token(&self, name: &str) -> Job<Secret> {
        let missing = Problem::new(ProblemCode::TokenMissing).with_evidence(format!("{name} is not set"));
        let token = match name {
            TOKEN_VARIABLE => Some(self.environment.api_token()),
            _ => self.environment.other_tokens().find(|(other, _)| *other == name).map(|(_, token)| token),
        };
        let token = token.unwrap_or(Ok(None)).map(Option::<&Secret>::cloned).map_err(Clone::clone);
        trace::job("machine", "environment_token", async move { token?.ok_or(missing) })
    }

    fn is_variable_set(&self, name: &str) -> bool {
        self.environment.other_tokens().any(|(set, _)| set == name)
    }

    fn inspect_agents(&self) -> Job<Vec<AgentFinding>> {
        trace::job("machine", "inspect_agents", self.run_blocking(|environment| Ok(agent_files::inspect(environment))))
    }

    fn workspace_variable(&self) -> Option<String> {
        self.environment.workspace_id().map(sanitize)
    }

    fn ntn_token(&self, workspace: String) -> Job<Secret> {
        trace::job(
            "machine",
            "ntn_token",
            self.run_blocking(move |environment| token_location::read_token(environment, &workspace)),
        )
    }
}

fn is_unseen_login(found: &DiscoveredCredential) -> bool {
    found.unusable == Some(Unusable::KeptByNtn)
}

/// The entry is found only by reading it, which may raise a dialog, so it is listed untested.
const KEYCHAIN_PLACE: &str = "the system's keychain (ntn's entry)";

fn credential_from_ntn(environment: &Environment, login: files::StoredLogin) -> DiscoveredCredential {
    let place = token_location::find_token_place(environment, &login);
    DiscoveredCredential {
        source: CredentialSource::Ntn { workspace: login.workspace.id.clone() },
        unusable: place.is_none().then_some(Unusable::KeptByNtn),
        place: place.unwrap_or_else(|| "listed by ntn, but its token was not found".into()),
        workspace: Some(login.workspace),
    }
}

/// Returns where the `ntn` on this machine looks for its tokens; if it is gone, where 0.4.0 would have looked.
async fn installed_ntn_storage(environment: &Environment) -> NtnStorage {
    match ntn_cli::detect(environment).await {
        NtnState::Found { storage, .. } => storage,
        _ => token_location::expected_storage(environment, LoginFlow::Terminal),
    }
}

fn credentials_from_environment(environment: &Environment) -> Vec<DiscoveredCredential> {
    let problem = |token: Result<Option<&Secret>, &Problem>| match token {
        Ok(token) => token.map(|_| None),
        Err(problem) => Some(Some(problem.clone())),
    };
    let workspace_id = environment.workspace_id().map(sanitize);
    let active = problem(environment.api_token()).map(|problem| DiscoveredCredential::in_variable(problem, workspace_id));
    let others = environment.other_tokens();
    let others = others.filter_map(|(name, token)| Some(DiscoveredCredential::in_other_variable(name, problem(token)?)));
    active.into_iter().chain(others).collect()
}

/// The demo's machine: its browser is real, its `ntn` is simulated, and the person's credentials are left alone.
pub struct DemoMachine {
    local: LocalMachine,
    /// The invented home in which the agents are.
    home: Arc<DemoHome>,
    agents: LocalMachine,
    ntn: DemoNtn,
}

impl DemoMachine {
    pub fn new(environment: Arc<Environment>, home: Arc<DemoHome>, ntn: DemoNtn) -> Self {
        Self { local: LocalMachine::new(environment), agents: LocalMachine::new(home.environment()), home, ntn }
    }
}

impl Machine for DemoMachine {
    fn detect_browser(&self) -> Job<BrowserState> {
        self.local.detect_browser()
    }

    fn detect_ntn(&self) -> Job<NtnState> {
        Box::pin(async { Ok(DemoNtn::state()) })
    }

    fn check_port(&self, redirect: RedirectUri) -> Job<PortState> {
        self.local.check_port(redirect)
    }

    /// The terminal is the person's own; their variables have no effect in the demo.
    fn inspect_host(&self) -> Job<HostDetails> {
        self.local.run_blocking(|environment| Ok(host_details::inspect_terminal_only(environment)))
    }

    fn discover_credentials(&self) -> Job<(Vec<DiscoveredCredential>, Option<Problem>)> {
        let login = self.ntn.discovered_login();
        Box::pin(async move { Ok((login.into_iter().collect(), None)) })
    }

    fn environment_token(&self, _name: &str) -> Job<Secret> {
        Box::pin(async { Err(demo_problem()) })
    }

    /// A command that is run gets the person's own environment, in the demo too.
    fn is_variable_set(&self, name: &str) -> bool {
        self.local.is_variable_set(name)
    }

    /// No agent of the person's is looked at.
    fn inspect_agents(&self) -> Job<Vec<AgentFinding>> {
        self.home.with_files(|| self.agents.inspect_agents())
    }

    fn workspace_variable(&self) -> Option<String> {
        None
    }

    fn ntn_token(&self, workspace: String) -> Job<Secret> {
        Box::pin(async move { DemoNtn::token(&workspace) })
    }
}

fn demo_problem() -> Problem {
    Problem::new(ProblemCode::SecretMissing).with_evidence("the demo does not read your credentials")
}
