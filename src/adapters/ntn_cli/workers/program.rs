//! `ntn workers …` in the worker's folder: run quietly for its answer, or with its output reported.

use super::failure::WorkersFailure;
use crate::adapters::machine::environment::Environment;
use crate::adapters::ntn_cli;
use crate::adapters::process::program::{CapturedOutput, Program};
use crate::domain::problem::Problem;
use crate::domain::sanitize::sanitize;
use crate::domain::variables::TOKEN_VARIABLE;
use crate::runtime::ports::ProgressCallback;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

/// Time limit of a query: `ntn` itself waits without limit for the response to a single request.
pub const QUERY_TIMEOUT: Duration = Duration::from_secs(20);

/// Time limit of a build at Notion, including what it installs.
const RUN_TIMEOUT: Duration = Duration::from_secs(14 * 60);

pub struct WorkersProgram {
    path: PathBuf,
    environment: Arc<Environment>,
    folder: PathBuf,
    query_timeout: Duration,
}

impl WorkersProgram {
    pub async fn find(environment: Arc<Environment>, folder: PathBuf, query_timeout: Duration) -> Result<Self, Problem> {
        environment.require_readable_proxies()?;
        let path = ntn_cli::require(&environment).await?.path;
        Ok(Self { path, environment, folder, query_timeout })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns its complete environment. `ntn workers` prefers the token and the workspace that the person has set to those of a
    /// login, so it gets them here too.
    fn variables(&self) -> Vec<(&'static str, &OsStr)> {
        let mut variables = self.environment.for_ntn_login();
        let token = self.environment.api_token().ok().flatten();
        variables.extend(token.map(|token| (TOKEN_VARIABLE, OsStr::new(token.expose()))));
        variables.extend(self.environment.workspace_id().map(|id| ("NOTION_WORKSPACE_ID", OsStr::new(id))));
        variables
    }

    /// Returns the search path that it gets.
    pub fn search_path(&self) -> Option<&OsStr> {
        self.environment.search_path()
    }

    /// Returns `ntn workers` with these arguments. Without `--verbose`, it does not say why Notion could not be reached.
    fn command(&self, arguments: &[&str]) -> Program {
        let program = Program::new(&self.path).args(["workers", "--verbose"]).args(arguments);
        program.environment(self.variables()).folder(&self.folder)
    }

    /// Runs `ntn workers` with these arguments and returns its answer, which may hold secrets and so is never reported.
    pub async fn query(&self, arguments: &[&str]) -> Result<CapturedOutput, WorkersFailure> {
        let answer = self.run_to_end(arguments, None).await?;
        require_success(answer).map_err(|failure| failure.with_update(&self.path))
    }

    /// Returns its answer, good or not. It finds other programs through `search_path`, if that is given.
    pub async fn run_to_end(&self, arguments: &[&str], search_path: Option<&OsStr>) -> Result<CapturedOutput, WorkersFailure> {
        let program = self.command(arguments).environment(search_path.map(|path| ("PATH", path)));
        program.time_limit(self.query_timeout).capture().await.map_err(|error| WorkersFailure::not_run(&error))
    }

    /// Runs `ntn workers` with these arguments to a good end, and reports every line.
    pub async fn run_streamed(&self, arguments: &[&str], on_progress: &ProgressCallback<String>) -> Result<(), WorkersFailure> {
        let ended = self.command(arguments).time_limit(RUN_TIMEOUT).stream(on_progress).await;
        let ended = ended.map_err(|error| WorkersFailure::not_run(&error))?;
        if ended.status.success() { Ok(()) } else { Err(WorkersFailure::of_run(ended.status, &ended.tail).with_update(&self.path)) }
    }
}

pub fn require_success(answer: CapturedOutput) -> Result<CapturedOutput, WorkersFailure> {
    if answer.status.success() {
        Ok(answer)
    } else {
        Err(WorkersFailure::of_run(answer.status, &lines_without(&answer.stderr, "")))
    }
}

/// Like [`require_success`], but returns the lines for a person, with this text replaced.
pub fn require_success_without(hidden: &str, answer: &CapturedOutput) -> Result<Vec<String>, WorkersFailure> {
    let [out, err] = [&answer.stdout, &answer.stderr].map(|bytes| lines_without(bytes, hidden));
    if !answer.status.success() {
        return Err(WorkersFailure::of_run(answer.status, &err));
    }
    Ok(out.iter().chain(&err).map(|line| sanitize(line)).filter(|line| !line.is_empty()).collect())
}

/// The text is replaced before anything else is done to the lines, because a part of it would no longer be recognised.
fn lines_without(bytes: &[u8], hidden: &str) -> Vec<String> {
    let text = Zeroizing::new(String::from_utf8_lossy(bytes).into_owned());
    let shown = if hidden.is_empty() { text } else { Zeroizing::new(text.replace(hidden, "…")) };
    shown.lines().map(str::to_owned).collect()
}
