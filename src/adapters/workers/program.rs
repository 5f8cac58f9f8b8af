//! `ntn workers …` in the worker's folder: run quietly for its answer, or with its output reported.

use super::failure::Failure;
use crate::adapters::environment::{Environment, TOKEN_VARIABLE};
use crate::adapters::ntn::run::Run;
use crate::adapters::ntn::{self, streamed};
use crate::domain::problem::Problem;
use crate::domain::sanitize::sanitize;
use crate::runtime::ports::Tell;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use zeroize::Zeroizing;

/// Time limit of a query: `ntn` itself waits without limit for the response to a single request.
const PATIENCE_FOR_AN_ANSWER: Duration = Duration::from_secs(20);

/// Time limit of a build at Notion, including what it installs.
const PATIENCE_FOR_A_RUN: Duration = Duration::from_secs(14 * 60);

/// Limit of captured output in bytes; no answer that is needed here is longer.
const MOST_OUTPUT: usize = 64 * 1024;

pub struct Program {
    path: PathBuf,
    environment: Arc<Environment>,
    folder: PathBuf,
}

impl Program {
    pub async fn find(environment: Arc<Environment>, folder: PathBuf) -> Result<Self, Problem> {
        environment.require_readable_proxies()?;
        let path = ntn::require(&environment).await?.path;
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
        self.environment.path()
    }

    /// Runs `ntn workers` with these arguments and returns its answer, which may hold secrets and so is never reported.
    pub async fn ask(&self, arguments: &[&str]) -> Result<Answer, Failure> {
        let answer = self.to_end(arguments, self.search_path()).await?;
        answer.good().map_err(|failure| failure.with_update(&self.path))
    }

    /// Returns its answer, good or not. It finds other programs through `search_path`.
    pub async fn to_end(&self, arguments: &[&str], search_path: Option<&OsStr>) -> Result<Answer, Failure> {
        let mut variables = self.variables();
        variables.retain(|(name, _)| *name != "PATH");
        variables.extend(search_path.map(|path| ("PATH", path)));
        let arguments = verbose(arguments);
        let answer = quietly(&self.path, &arguments, &variables, &self.folder);
        let late = |_| Failure::late(PATIENCE_FOR_AN_ANSWER);
        tokio::time::timeout(PATIENCE_FOR_AN_ANSWER, answer).await.map_err(late)?
    }

    /// Runs `ntn workers` with these arguments to a good end, and reports every line.
    pub async fn run(&self, arguments: &[&str], tell: &Tell<String>) -> Result<(), Failure> {
        let (arguments, variables) = (verbose(arguments), self.variables());
        let running = streamed::to_end(&self.path, &arguments, &variables, &self.folder, tell);
        let late = |_| Failure::late(PATIENCE_FOR_A_RUN);
        let ended = tokio::time::timeout(PATIENCE_FOR_A_RUN, running).await.map_err(late)?.map_err(Failure::of_us)?;
        if ended.status.success() { Ok(()) } else { Err(Failure::of(ended.status, &ended.said).with_update(&self.path)) }
    }
}

/// Without this, it does not say why Notion could not be reached.
fn verbose<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    ["workers", "--verbose"].into_iter().chain(arguments.iter().copied()).collect()
}

/// The output of `ntn`; wiped when dropped.
pub struct Answer {
    pub status: ExitStatus,
    pub out: Zeroizing<Vec<u8>>,
    pub err: Zeroizing<Vec<u8>>,
}

impl Answer {
    pub fn good(self) -> Result<Self, Failure> {
        if self.status.success() { Ok(self) } else { Err(Failure::of(self.status, &text(&self.err, ""))) }
    }

    /// Like [`Self::good`], but returns its lines for a person, with this text replaced.
    pub fn good_without(self, hidden: &str) -> Result<Vec<String>, Failure> {
        let [out, err] = [&self.out, &self.err].map(|bytes| text(bytes, hidden));
        if !self.status.success() {
            return Err(Failure::of(self.status, &err));
        }
        Ok(out.iter().chain(&err).map(|line| sanitize(line)).filter(|line| !line.is_empty()).collect())
    }
}

/// The text is replaced before anything else is done to the lines, because a part of it would no longer be recognised.
fn text(bytes: &[u8], hidden: &str) -> Vec<String> {
    let text = Zeroizing::new(String::from_utf8_lossy(bytes).into_owned());
    let shown = if hidden.is_empty() { text } else { Zeroizing::new(text.replace(hidden, "…")) };
    shown.lines().map(str::to_owned).collect()
}

async fn quietly(path: &Path, arguments: &[&str], variables: &[(&str, &OsStr)], folder: &Path) -> Result<Answer, Failure> {
    let cannot = |error| Failure::of_us(format!("it cannot be started: {error}"));
    let mut run = Run::start(path, arguments, variables, folder).map_err(cannot)?;
    let (out, err) = (run.child.stdout.take(), run.child.stderr.take());
    let (out, err, status) = tokio::join!(bytes(out), bytes(err), run.child.wait());
    run.family.forget();
    let status = status.map_err(|error| Failure::of_us(format!("its end was missed: {error}")))?;
    Ok(Answer { status, out, err })
}

/// Reads into memory that never moves, so that no copy is left behind.
async fn bytes(stream: Option<impl AsyncRead + Unpin>) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MOST_OUTPUT + 1));
    if let Some(stream) = stream {
        let mut stream = stream.take(MOST_OUTPUT as u64);
        // Bytes that were read before an error still count.
        while let Ok(1..) = stream.read_buf(&mut *bytes).await {}
    }
    bytes
}
