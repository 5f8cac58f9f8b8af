//! Finds `ntn` and makes sure that it is Notion's. Runs nothing that signs in, stores or sends.
#![expect(clippy::disallowed_methods, reason = "this file starts ntn")]

use super::environment::Environment;
use super::programs;
use crate::domain::login::{Generation, NtnStorage};
use crate::domain::machine::NtnState;
use crate::domain::sanitize::sanitize;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

/// For both questions together. A healthy one needs some 50 ms.
const LIMIT: Duration = Duration::from_secs(3);

/// More output than this is no answer to what is asked here.
const MOST_OUTPUT: u64 = 64 * 1024;

/// `ntn` tells wrong usage from every other failure by this code, and so does most of the world.
const USAGE_ERROR: i32 = 2;

/// Looks for `ntn` on `PATH` and asks it who it is. Another tool carries the same name, so the version line has to read
/// `ntn X.Y.Z` and `ntn login` has to exist.
pub async fn detect(environment: &Environment) -> NtnState {
    let Some(program) = programs::find("ntn", environment) else { return NtnState::Missing };
    let path = program.display().to_string();
    let questions =
        async { tokio::join!(ask(&program, &["--version"], environment), ask(&program, &["login", "--help"], environment)) };
    match tokio::time::timeout(LIMIT, questions).await {
        Err(_) => NtnState::Broken { path, evidence: format!("no answer within {} s", LIMIT.as_secs()) },
        Ok((Err(evidence), _) | (_, Err(evidence))) => NtnState::Broken { path, evidence },
        Ok((Ok(version), Ok(login))) => judge(path, &version, &login),
    }
}

/// What a finished run left behind.
struct Answer {
    status: ExitStatus,
    /// The first line of standard output, else of standard error; sanitised.
    line: String,
}

impl Answer {
    fn evidence(&self, question: &str) -> String {
        let line = if self.line.is_empty() { "nothing" } else { &self.line };
        format!("`ntn {question}` says {line} ({})", self.status)
    }
}

fn judge(path: String, version: &Answer, login: &Answer) -> NtnState {
    match (version.status.success(), notions_version(&version.line), login.status.success()) {
        (true, Some(version), true) => {
            NtnState::Found { path, version: version.to_owned(), generation: Generation::Terminal, storage: NtnStorage::Keychain }
        }
        (true, None, _) => NtnState::NotNotions { path, evidence: version.evidence("--version") },
        (false, _, _) if version.status.code() == Some(USAGE_ERROR) => {
            NtnState::NotNotions { path, evidence: version.evidence("--version") }
        }
        (false, _, _) => NtnState::Broken { path, evidence: version.evidence("--version") },
        (true, Some(_), false) if login.status.code() == Some(USAGE_ERROR) => {
            NtnState::NotNotions { path, evidence: login.evidence("login --help") }
        }
        (true, Some(_), false) => NtnState::Broken { path, evidence: login.evidence("login --help") },
    }
}

/// The `X.Y.Z` of `ntn X.Y.Z`, with or without a pre-release mark.
fn notions_version(line: &str) -> Option<&str> {
    let version = line.strip_prefix("ntn ")?;
    let numbers = version.split(['-', '+']).next()?;
    let parts: Vec<&str> = numbers.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (parts.len() == 3 && parts.iter().all(is_number) && !version.contains(' ')).then_some(version)
}

/// One run: no input, our choice of environment, and nobody left behind when it is dropped half-way.
async fn ask(program: &Path, question: &[&str], environment: &Environment) -> Result<Answer, String> {
    let mut command = Command::new(program);
    command.args(question).env_clear().envs(environment.for_ntn());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn().map_err(|error| format!("it cannot be started: {error}"))?;
    let mut family = Family::of(&child);
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let (out, err, status) = tokio::join!(first_line(out), first_line(err), child.wait());
    family.forget();
    let status = status.map_err(|error| format!("its end was missed: {error}"))?;
    Ok(Answer { status, line: if out.is_empty() { err } else { out } })
}

async fn first_line(stream: Option<impl AsyncRead + Unpin>) -> String {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        // What was read before an error is still the first line.
        let _ = stream.take(MOST_OUTPUT).read_to_end(&mut bytes).await;
    }
    let text = String::from_utf8_lossy(&bytes);
    text.lines().map(sanitize).find(|line| !line.is_empty()).unwrap_or_default()
}

/// The process group of a child. npm's `ntn` is a script that starts the real one: killing the script alone would leave
/// the real one running.
struct Family {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl Family {
    #[cfg(unix)]
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self { leader: id.and_then(rustix::process::Pid::from_raw) }
    }

    #[cfg(not(unix))]
    fn of(_: &Child) -> Self {
        Self {}
    }

    /// Its leader ended by itself, and that number may soon be someone else's.
    fn forget(&mut self) {
        #[cfg(unix)]
        self.leader.take();
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(leader) = self.leader {
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_notions_own_version_line_is_taken() {
        for (line, version) in [
            ("ntn 0.4.0", Some("0.4.0")),
            ("ntn 0.23.19", Some("0.23.19")),
            ("ntn 1.0.0-beta.2", Some("1.0.0-beta.2")),
            ("ntn version 0.4.0", None),
            ("ntn 0.4", None),
            ("ntn 0.4.x", None),
            ("ntn 0.4.0 (unofficial)", None),
            ("notion-cli 0.4.0", None),
            ("", None),
        ] {
            assert_eq!(notions_version(line), version, "{line}");
        }
    }
}
