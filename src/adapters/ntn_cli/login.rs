//! The `NtnCli` port: logs in through the Notion CLI, and installs it.
//!
//! Only the exit code of `ntn` is trusted: it says "Authenticated!" before it has stored anything.

#[cfg(unix)]
pub mod code_reader;
pub mod failure;
pub mod invitation;
#[cfg(unix)]
pub(super) mod opener_shim;
mod outcome;
#[cfg(unix)]
mod terminal_login;
mod two_steps;
#[cfg(unix)]
mod update_check;
#[cfg(unix)]
pub mod workspace_picker;

use super::detect::NtnInstallation;
use super::installation;
use super::{files, installers};
use crate::adapters::machine::clock::Clock;
use crate::adapters::machine::environment::Environment;
use crate::adapters::ntn_cli;
use crate::adapters::storage::private_folder;
use crate::adapters::trace;
use crate::domain::login::{ApprovalRequest, Installer, InstallerState, LoginFlow, LoginRequest, LoginSteps, NtnLogin, NtnStorage};
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::{Job, NtnCli, ProgressCallback};
use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// 0.4.0 waits 300 s for an approval, but without limit for the response to a single request.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(360);

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

impl NtnCli for LocalNtn {
    fn login(&self, request: LoginRequest, invite: ProgressCallback<ApprovalRequest>) -> Job<Option<NtnLogin>> {
        let (environment, clock) = (Arc::clone(&self.environment), self.clock);
        trace::job("ntn", "login", async move {
            let late = || {
                Problem::new(ProblemCode::LoginExpired)
                    .with_evidence(format!("ntn did not finish within {} s", LOGIN_TIMEOUT.as_secs()))
            };
            tokio::time::timeout(LOGIN_TIMEOUT, login(&environment, clock, &request, &invite)).await.map_err(|_| late())?
        })
    }

    fn list_installers(&self) -> Job<Vec<InstallerState>> {
        let environment = Arc::clone(&self.environment);
        trace::job("ntn", "list_installers", async move { Ok(installers::list_installers(&environment).await) })
    }

    fn install(&self, installer: Installer, on_progress: ProgressCallback<String>) -> Job<()> {
        let environment = Arc::clone(&self.environment);
        trace::job("ntn", "install", async move { installers::install(&environment, installer, &on_progress).await })
    }
}

/// The `ntn` that logs in, and its settings.
struct LoginProgram<'a> {
    path: PathBuf,
    version: String,
    storage: NtnStorage,
    environment: &'a Environment,
    in_file: bool,
}

impl LoginProgram<'_> {
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
    #[cfg_attr(not(unix), expect(unused_variables, reason = "only a login in a terminal session needs it"))] clock: Clock,
    request: &LoginRequest,
    invite: &ProgressCallback<ApprovalRequest>,
) -> Result<Option<NtnLogin>, Problem> {
    environment.require_readable_proxies()?;
    let (program, generation) = find_program(environment, request.use_file).await?;
    if let Some(folder) = files::state_directory(environment)? {
        // Under sudo with another person's home, files that ntn writes there would lock that person out of it.
        private_folder::check_parent_owner(&folder)?;
    }
    match (generation, request.steps) {
        (LoginFlow::TwoSteps, steps) => {
            if steps != LoginSteps::Resume {
                invite(two_steps::begin(&program).await?);
            }
            if steps == LoginSteps::Start {
                return Ok(None);
            }
            two_steps::wait_for_approval(&program).await?;
        }
        #[cfg(unix)]
        (LoginFlow::Terminal, LoginSteps::All) => terminal_login::login(&program, clock, &request.target, invite).await?,
        (LoginFlow::Terminal, _) => {
            let update = installation::update_command(&program.path);
            let evidence = format!("this is ntn {}; to update it, run {update}", program.version);
            return Err(Problem::new(ProblemCode::NtnTooOld).with_evidence(evidence));
        }
    }
    outcome::read_outcome(&program, generation).await.map(Some)
}

async fn find_program(environment: &Environment, in_file: bool) -> Result<(LoginProgram<'_>, LoginFlow), Problem> {
    let NtnInstallation { path, version, generation, storage } = ntn_cli::require(environment).await?;
    Ok((LoginProgram { path, version, storage, environment, in_file }, generation))
}
