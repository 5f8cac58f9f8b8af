//! `ntn workers …` in the worker's folder: run quietly for its answer, or with its output reported.

use super::failure::WorkersFailure;
use crate::adapters::machine::environment::{Environment, TOKEN_VARIABLE};
use crate::adapters::ntn_cli;
use crate::adapters::process::captured::RunningProgram;
use crate::adapters::process::streamed;
use crate::domain::problem::Problem;
use crate::domain::sanitize::sanitize;
use crate::runtime::ports::ProgressCallback;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use zeroize::Zeroizing;

/// Time limit of a query: `ntn` itself waits without limit for the response to a single request.
const QUERY_TIMEOUT: Duration = Duration::from_secs(20);

/// Time limit of a build at Notion, including what it installs.
const RUN_TIMEOUT: Duration = Duration::from_secs(14 * 60);

/// Limit of captured output in bytes; no answer that is needed here is longer.
const MAX_OUTPUT_BYTES: usize = 64 * 1024;

pub struct WorkersProgram {
    path: PathBuf,
    environment: Arc<Environment>,
    folder: PathBuf,
}

impl WorkersProgram {
    pub async fn find(environment: Arc<Environment>, folder: PathBuf) -> Result<Self, Problem> {
        environment.require_readable_proxies()?;
        let path = ntn_cli::require(&environment).await?.path;
        Ok(Self { path, environment, folder })
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

    /// Runs `ntn workers` with these arguments and returns its answer, which may hold secrets and so is never reported.
    pub async fn query(&self, arguments: &[&str]) -> Result<WorkersOutput, WorkersFailure> {
        let answer = self.run_to_end(arguments, self.search_path()).await?;
        answer.into_success().map_err(|failure| failure.with_update(&self.path))
    }

    /// Returns its answer, good or not. It finds other programs through `search_path`.
    pub async fn run_to_end(&self, arguments: &[&str], search_path: Option<&OsStr>) -> Result<WorkersOutput, WorkersFailure> {
        let mut variables = self.variables();
        variables.retain(|(name, _)| *name != "PATH");
        variables.extend(search_path.map(|path| ("PATH", path)));
        let arguments = with_verbose(arguments);
        let answer = run_quietly(&self.path, &arguments, &variables, &self.folder);
        let late = |_| WorkersFailure::timed_out(QUERY_TIMEOUT);
        tokio::time::timeout(QUERY_TIMEOUT, answer).await.map_err(late)?
    }

    /// Runs `ntn workers` with these arguments to a good end, and reports every line.
    pub async fn run_streamed(&self, arguments: &[&str], tell: &ProgressCallback<String>) -> Result<(), WorkersFailure> {
        let (arguments, variables) = (with_verbose(arguments), self.variables());
        let running = streamed::run_streamed(&self.path, &arguments, &variables, &self.folder, tell);
        let late = |_| WorkersFailure::timed_out(RUN_TIMEOUT);
        let ended = tokio::time::timeout(RUN_TIMEOUT, running).await.map_err(late)?.map_err(WorkersFailure::local)?;
        if ended.status.success() { Ok(()) } else { Err(WorkersFailure::of_run(ended.status, &ended.tail).with_update(&self.path)) }
    }
}

/// Without this, it does not say why Notion could not be reached.
fn with_verbose<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    ["workers", "--verbose"].into_iter().chain(arguments.iter().copied()).collect()
}

/// The output of `ntn`; wiped when dropped.
pub struct WorkersOutput {
    pub status: ExitStatus,
    pub stdout: Zeroizing<Vec<u8>>,
    pub stderr: Zeroizing<Vec<u8>>,
}

impl WorkersOutput {
    pub fn into_success(self) -> Result<Self, WorkersFailure> {
        if self.status.success() { Ok(self) } else { Err(WorkersFailure::of_run(self.status, &lines_without(&self.stderr, ""))) }
    }

    /// Like [`Self::into_success`], but returns its lines for a person, with this text replaced.
    pub fn into_lines_without(self, hidden: &str) -> Result<Vec<String>, WorkersFailure> {
        let [out, err] = [&self.stdout, &self.stderr].map(|bytes| lines_without(bytes, hidden));
        if !self.status.success() {
            return Err(WorkersFailure::of_run(self.status, &err));
        }
        Ok(out.iter().chain(&err).map(|line| sanitize(line)).filter(|line| !line.is_empty()).collect())
    }
}

/// The text is replaced before anything else is done to the lines, because a part of it would no longer be recognised.
fn lines_without(bytes: &[u8], hidden: &str) -> Vec<String> {
    let text = Zeroizing::new(String::from_utf8_lossy(bytes).into_owned());
    let shown = if hidden.is_empty() { text } else { Zeroizing::new(text.replace(hidden, "…")) };
    shown.lines().map(str::to_owned).collect()
}

async fn run_quietly(
    path: &Path,
    arguments: &[&str],
    variables: &[(&str, &OsStr)],
    folder: &Path,
) -> Result<WorkersOutput, WorkersFailure> {
    let cannot = |error| WorkersFailure::local(format!("it cannot be started: {error}"));
    let mut run = RunningProgram::start(path, arguments, variables, folder).map_err(cannot)?;
    let (out, err) = (run.child.stdout.take(), run.child.stderr.take());
    let (out, err, status) = tokio::join!(read_wiping(out), read_wiping(err), run.child.wait());
    run.group.disarm();
    let status = status.map_err(|error| WorkersFailure::local(format!("its end was missed: {error}")))?;
    Ok(WorkersOutput { status, stdout: out, stderr: err })
}

/// Reads into memory that never moves, so that no copy is left behind.
async fn read_wiping(stream: Option<impl AsyncRead + Unpin>) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_OUTPUT_BYTES + 1));
    if let Some(stream) = stream {
        let mut stream = stream.take(MAX_OUTPUT_BYTES as u64);
        // Bytes that were read before an error still count.
        while let Ok(1..) = stream.read_buf(&mut *bytes).await {}
    }
    bytes
}
