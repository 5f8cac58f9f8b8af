//! The `Machine` port: what else is on this machine, for the product and for the demo. Reads, never writes.

use super::demo_ntn::DemoNtn;
use super::environment::{Environment, TOKEN_VARIABLE};
use super::{headless, loopback, ntn, ntn_files, ntn_storage, surroundings};
use crate::domain::credential::{Existing, ExistingSource, Unusable, Workspace};
use crate::domain::login::{Generation, NtnStorage};
use crate::domain::loopback::PortState;
use crate::domain::machine::{BrowserState, NtnState};
use crate::domain::oauth::Redirect;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use crate::domain::secret::Secret;
use crate::domain::surroundings::Surroundings;
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
    fn look<T: Send + 'static>(&self, work: impl FnOnce(&Environment) -> Result<T, Problem> + Send + 'static) -> Job<T> {
        let environment = Arc::clone(&self.environment);
        Box::pin(async move {
            let found = tokio::task::spawn_blocking(move || work(&environment)).await;
            found.unwrap_or_else(|_| Err(Problem::bug("looking at this machine ended early")))
        })
    }
}

impl Machine for LocalMachine {
    fn browser(&self) -> Job<BrowserState> {
        self.look(|environment| Ok(headless::browser_state(environment)))
    }

    fn ntn(&self) -> Job<NtnState> {
        let environment = Arc::clone(&self.environment);
        Box::pin(async move { Ok(ntn::detect(&environment).await) })
    }

    fn port(&self, redirect: Redirect) -> Job<PortState> {
        Box::pin(async move { Ok(loopback::look(redirect.port).await) })
    }

    fn surroundings(&self) -> Job<Surroundings> {
        self.look(|environment| Ok(surroundings::look(environment)))
    }

    fn existing(&self) -> Job<(Vec<Existing>, Option<Problem>)> {
        let found = self.look(|environment| {
            let (logins, trouble) = ntn_files::logins(environment);
            let logins = logins.into_iter().map(|login| of_ntn(environment, login));
            Ok((in_environment(environment).into_iter().chain(logins).collect::<Vec<_>>(), trouble))
        });
        let environment = Arc::clone(&self.environment);
        Box::pin(async move {
            let (mut existing, trouble) = found.await?;
            let some_are_unseen = existing.iter().any(is_unseen_login);
            // In this order: the second question takes a run of ntn.
            if some_are_unseen && storage_of_installed(&environment).await == NtnStorage::Keychain {
                for login in existing.iter_mut().filter(|found| is_unseen_login(found)) {
                    login.place = IN_KEYCHAIN.into();
                    login.unusable = None;
                }
            }
            Ok((existing, trouble))
        })
    }

    fn environment_secret(&self) -> Job<Secret> {
        let token = self.environment.api_token().map(Option::<&Secret>::cloned).map_err(Clone::clone);
        let missing = || Problem::new(ProblemCode::TokenMissing).seen(format!("{TOKEN_VARIABLE} is not set"));
        Box::pin(async move { token?.ok_or_else(missing) })
    }

    fn workspace_variable(&self) -> Option<String> {
        self.environment.workspace_id().map(sanitize)
    }

    fn ntn_secret(&self, workspace: String) -> Job<Secret> {
        self.look(move |environment| ntn_storage::token(environment, &workspace))
    }
}

fn is_unseen_login(found: &Existing) -> bool {
    found.unusable == Some(Unusable::KeptByNtn)
}

/// Whether it is there is seen when it is read: to look may raise a dialog. It is worth a try.
const IN_KEYCHAIN: &str = "the system's keychain, where ntn keeps it";

fn of_ntn(environment: &Environment, login: ntn_files::Login) -> Existing {
    let place = ntn_storage::whereabouts(environment, &login);
    Existing {
        source: ExistingSource::Ntn { workspace: login.workspace.id.clone() },
        unusable: place.is_none().then_some(Unusable::KeptByNtn),
        place: place.unwrap_or_else(|| "listed by ntn, and its token was not found".into()),
        workspace: Some(login.workspace),
    }
}

/// Returns where the `ntn` on this machine looks for its tokens; if it is gone, where 0.4.0 would have looked.
async fn storage_of_installed(environment: &Environment) -> NtnStorage {
    match ntn::detect(environment).await {
        NtnState::Found { storage, .. } => storage,
        _ => ntn_storage::storage(environment, Generation::Terminal),
    }
}

fn in_environment(environment: &Environment) -> Option<Existing> {
    let unusable = match environment.api_token() {
        Ok(token) => token.map(|_| None)?,
        Err(problem) => Some(Unusable::Variable(problem.clone())),
    };
    Some(Existing {
        source: ExistingSource::Environment,
        place: TOKEN_VARIABLE.into(),
        workspace: environment.workspace_id().map(|id| Workspace { id: sanitize(id), name: None }),
        unusable,
    })
}

/// The demo's machine: its browser is real, its `ntn` is simulated, and the person's credentials are left alone.
pub struct DemoMachine(LocalMachine);

impl DemoMachine {
    pub fn new(environment: Arc<Environment>) -> Self {
        Self(LocalMachine::new(environment))
    }
}

impl Machine for DemoMachine {
    fn browser(&self) -> Job<BrowserState> {
        self.0.browser()
    }

    fn ntn(&self) -> Job<NtnState> {
        Box::pin(async { Ok(DemoNtn::state()) })
    }

    fn port(&self, redirect: Redirect) -> Job<PortState> {
        self.0.port(redirect)
    }

    /// The terminal is the person's own; their variables have no effect in the demo.
    fn surroundings(&self) -> Job<Surroundings> {
        self.0.look(|environment| Ok(surroundings::terminal_alone(environment)))
    }

    fn existing(&self) -> Job<(Vec<Existing>, Option<Problem>)> {
        Box::pin(async { Ok((Vec::new(), None)) })
    }

    fn environment_secret(&self) -> Job<Secret> {
        Box::pin(async { Err(untouched()) })
    }

    fn workspace_variable(&self) -> Option<String> {
        None
    }

    fn ntn_secret(&self, workspace: String) -> Job<Secret> {
        Box::pin(async move { DemoNtn::secret(&workspace) })
    }
}

fn untouched() -> Problem {
    Problem::new(ProblemCode::SecretGone).seen("the demo reads no credential of yours")
}
