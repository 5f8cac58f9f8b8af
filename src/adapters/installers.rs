//! Installs `ntn`: lists the installers that this machine offers, and runs one of them.
//!
//! Every program is started with fixed arguments, without input and without the token; no shell reads a line that was composed
//! here, and nothing runs as another user. An installer has worked if `ntn` is found afterwards, whatever it reports itself.
#![expect(clippy::disallowed_methods, reason = "looks at the script that was fetched")]

mod npm;

use super::environment::Environment;
use super::ntn::run::HERE;
use super::ntn::streamed;
use super::{ntn, programs};
use crate::domain::login::{Installer, InstallerState};
use crate::domain::machine::NtnState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::Tell;
use std::ffi::OsStr;
use std::time::Duration;

/// Address of the official script.
const SCRIPT: &str = "https://ntn.dev";

/// Time limit of an installer: a slow download is still a download.
const LIMIT: Duration = Duration::from_secs(14 * 60);

/// Installers for this kind of machine, the better one first.
const OFFERED: [Installer; 2] =
    if cfg!(windows) { [Installer::Winget, Installer::Npm] } else { [Installer::Script, Installer::Npm] };

/// The programs that an installer starts.
fn programs_of(installer: Installer) -> &'static [&'static str] {
    match installer {
        Installer::Script => &["curl", "bash"],
        Installer::Npm => &["npm"],
        Installer::Winget => &["winget"],
    }
}

/// True if the programs of one installer are present. Starts none of them, so an npm that is too old still counts.
pub fn may_install(environment: &Environment) -> bool {
    OFFERED.into_iter().any(|installer| missing(programs_of(installer), environment).is_none())
}

/// Lists the installers for this kind of machine, the usable ones first, the better ones first.
pub async fn installers(environment: &Environment) -> Vec<InstallerState> {
    let mut states = Vec::new();
    for installer in OFFERED {
        let unusable = match installer {
            Installer::Npm => npm::unusable(environment).await,
            Installer::Script | Installer::Winget => missing(programs_of(installer), environment),
        };
        states.push(InstallerState { installer, unusable });
    }
    states.sort_by_key(|state| state.unusable.is_some());
    states
}

/// Names the programs that are not installed, for a person.
fn missing(needed: &[&str], environment: &Environment) -> Option<String> {
    let missing: Vec<&str> = needed.iter().copied().filter(|name| programs::find(name, environment).is_none()).collect();
    match missing.as_slice() {
        [] => None,
        [one] => Some(format!("{one} is not installed")),
        several => Some(format!("{} are not installed", several.join(" and "))),
    }
}

/// Installs `ntn`, and looks for it afterwards. Dropping this ends the installer, and everything it started.
pub async fn install(environment: &Environment, installer: Installer, tell: &Tell<String>) -> Result<(), Problem> {
    let going = async {
        match installer {
            Installer::Npm => run("npm", &["install", "--global", "ntn"], environment, tell).await,
            Installer::Script => script(environment, tell).await,
            Installer::Winget => run("winget", &["install", "--exact", "--id", "Notion.ntn"], environment, tell).await,
        }
    };
    let late = || failed(format!("it had not ended after {} minutes", LIMIT.as_secs() / 60));
    let last_words = tokio::time::timeout(LIMIT, going).await.map_err(|_| late())??;
    match ntn::detect_within(ntn::PATIENCE, environment).await {
        NtnState::Found { .. } => Ok(()),
        NtnState::Missing | NtnState::NotInstallable => Err(failed(astray(environment, installer, &last_words).await)),
        NtnState::NotNotions { path, evidence } => {
            Err(failed(format!("{path} comes first on PATH, and is another program: {evidence}")))
        }
        NtnState::Broken { path, evidence } => Err(failed(format!("{path} was installed and does not work: {evidence}"))),
    }
}

/// Fetches the whole script before any of it runs: through a pipe, bash would run the first half of a truncated script.
async fn script(environment: &Environment, tell: &Tell<String>) -> Result<String, Problem> {
    let script = tempfile::Builder::new().prefix("install-ntn-").suffix(".sh").tempfile();
    let script = script.map_err(|error| failed(format!("no temporary file: {error}")))?;
    let path = script.path().as_os_str();
    // Redirects must lead to https, too.
    let fetch = ["--fail", "--silent", "--show-error", "--location", "--proto", "=https", "--proto-redir", "=https", "--output"];
    let fetch: Vec<&OsStr> = fetch.into_iter().map(OsStr::new).chain([path, OsStr::new(SCRIPT)]).collect();
    run("curl", &fetch, environment, tell).await?;
    if std::fs::read(script.path()).is_ok_and(|text| text.trim_ascii_start().starts_with(b"<")) {
        return Err(failed(format!("{SCRIPT} gave a web page, not a script; a network's login page may stand in between")));
    }
    run("bash", &[path], environment, tell).await
}

/// Runs a program that has to succeed, and returns its last line.
async fn run(
    name: &str,
    arguments: &[impl AsRef<OsStr>],
    environment: &Environment,
    tell: &Tell<String>,
) -> Result<String, Problem> {
    let program = programs::find(name, environment).ok_or_else(|| failed(format!("{name} is not installed")))?;
    let ended = streamed::to_end(&program, arguments, &environment.for_installers(), HERE.as_ref(), tell).await;
    let ended = ended.map_err(|why| failed(format!("{name}: {why}")))?;
    match ended.telling() {
        _ if ended.status.success() => Ok(ended.last().to_owned()),
        "" => Err(failed(format!("{name} said nothing ({})", ended.status))),
        words => Err(failed(format!("{name} says {words} ({})", ended.status))),
    }
}

/// Explains an installation that succeeded without an `ntn` on `PATH`.
async fn astray(environment: &Environment, installer: Installer, last_words: &str) -> String {
    let place = match installer {
        Installer::Npm => match npm::programs_folder(environment).await {
            Some(folder) => format!("npm puts it in {folder}, where PATH does not lead"),
            None => "npm does not say where it put it".to_owned(),
        },
        Installer::Script if last_words.is_empty() => "the script does not say where it put it".to_owned(),
        Installer::Script => format!("PATH does not lead there; the script's last words: {last_words}"),
        // winget changes PATH for programs that start later.
        Installer::Winget => "a new terminal may find it: winget changes PATH for programs that start later".to_owned(),
    };
    format!("it ended well, but there is no ntn on PATH: {place}")
}

fn failed(evidence: impl AsRef<str>) -> Problem {
    Problem::new(ProblemCode::InstallFailed).seen(evidence)
}
