//! The `NtnCli` port: logs in through the Notion CLI, and installs it.
//!
//!
//! Only the exit code of `ntn` is trusted: it says "Authenticated!" before it has stored anything.

#[cfg(unix)]
pub mod code_on_screen;
pub mod failure;
pub mod invitation;
#[cfg(unix)]
pub(super) mod opener;
mod outcome;
#[cfg(unix)]
pub mod picker;
#[cfg(unix)]
mod session;
#[cfg(unix)]
mod terminal;
mod two_steps;
#[cfg(unix)]
mod update_check;

use super::clock::Clock;
use super::environment::Environment;
use super::ntn::detect::Found;
use super::ntn::installation;
use super::{installers, ntn, ntn_files, private_folder};
use crate::domain::login::{Generation, Installer, InstallerState, Invitation, LoginRequest, NtnLogin, NtnStorage, Steps};
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::{Job, Ntn, Tell};
use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// 0.4.0 waits 300 s for an approval, but without limit for the response to a single request.
const LIMIT: Duration = Duration::from_secs(360);

/// The `ntn` of this machine.
pub struct LocalNtn {
    environment: Arc<Environment>,
    clock: Clock,
}

impl LocalNtn {
    pub fn new(environment: Arc<Environment>) -> Self {
        Self { environment, clock: Clock::System }
    }

    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }
}

impl Ntn for LocalNtn {
    fn login(&self, request: LoginRequest, invite: Tell<Invitation>) -> Job<Option<NtnLogin>> {
        let (environment, clock) = (Arc::clone(&self.environment), self.clock);
        Box::pin(async move {
            let late = || Problem::new(ProblemCode::LoginExpired).seen(format!("ntn had not ended after {} s", LIMIT.as_secs()));
            tokio::time::timeout(LIMIT, login(&environment, clock, &request, &invite)).await.map_err(|_| late())?
        })
    }

    fn installers(&self) -> Job<Vec<InstallerState>> {
        let environment = Arc::clone(&self.environment);
        Box::pin(async move { Ok(installers::installers(&environment).await) })
    }

    fn install(&self, installer: Installer, tell: Tell<String>) -> Job<()> {
        let environment = Arc::clone(&self.environment);
        Box::pin(async move { installers::install(&environment, installer, &tell).await })
    }
}

/// The `ntn` that logs in, and its settings.
struct Program<'a> {
    path: PathBuf,
    version: String,
    storage: NtnStorage,
    environment: &'a Environment,
    in_file: bool,
}

impl Program<'_> {
    /// Returns its complete environment.
    fn variables(&self) -> Vec<(&'static str, &OsStr)> {
        let mut variables = self.environment.for_ntn_login();
        if self.in_file {
            variables.push(("NOTION_KEYRING", OsStr::new("0")));
        }
        variables
    }
}

async fn login(
    environment: &Environment,
    clock: Clock,
    request: &LoginRequest,
    invite: &Tell<Invitation>,
) -> Result<Option<NtnLogin>, Problem> {
    environment.require_readable_proxies()?;
    let (program, generation) = find(environment, request.in_file).await?;
    if let Some(folder) = ntn_files::state_directory(environment)? {
        // Under sudo with another person's home, files that ntn writes there would lock that person out of it.
        private_folder::check_place(&folder)?;
    }
    match (generation, request.steps) {
        (Generation::TwoSteps, steps) => {
            if steps != Steps::Resume {
                invite(two_steps::begin(&program).await?);
            }
            if steps == Steps::Begin {
                return Ok(None);
            }
            two_steps::wait(&program).await?;
        }
        #[cfg(unix)]
        (Generation::Terminal, Steps::All) => terminal::login(&program, clock, &request.target, invite).await?,
        (Generation::Terminal, _) => {
            let update = installation::update_command(&program.path);
            let evidence = format!("this is ntn {}; to update it, run {update}", program.version);
            return Err(Problem::new(ProblemCode::NtnTooOld).seen(evidence));
        }
    }
    outcome::outcome(&program, generation).await.map(Some)
}

async fn find(environment: &Environment, in_file: bool) -> Result<(Program<'_>, Generation), Problem> {
    let Found { path, version, generation, storage } = ntn::require(environment).await?;
    Ok((Program { path, version, storage, environment, in_file }, generation))
}
