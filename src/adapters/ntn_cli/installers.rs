//! Installs `ntn`: lists the installers that this machine offers, and runs one of them.
//!
//! Every program is started with fixed arguments, without input and without the token; no shell reads a line that was composed
//! here, and nothing runs as another user. An installer has worked if `ntn` is found afterwards, whatever it reports itself.
#![expect(clippy::disallowed_methods, reason = "looks at the script that was fetched")]

mod npm;

use crate::adapters::blocking_thread::run_blocking;
use crate::adapters::machine::environment::Environment;
use crate::adapters::ntn_cli;
use crate::adapters::process::program::Program;
use crate::adapters::process::program_search;
use crate::domain::login::{Installer, InstallerState};
use crate::domain::machine::NtnState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::ProgressCallback;
use std::ffi::OsStr;
use std::time::Duration;

/// Address of the official script.
const SCRIPT_URL: &str = "https://ntn.dev";

/// Time limit of an installer: a slow download is still a download.
const INSTALL_TIMEOUT: Duration = Duration::from_secs(14 * 60);

/// Installers for this kind of machine, the better one first.
const OFFERED_INSTALLERS: [Installer; 2] =
    if cfg!(windows) { [Installer::Winget, Installer::Npm] } else { [Installer::Script, Installer::Npm] };

/// The programs that an installer starts.
fn programs_of(installer: Installer) -> &'static [&'static str] {
    match installer {
        Installer::Script => &["curl", "bash"],
        Installer::Npm => &["npm"],
        Installer::Winget => &["winget"],
    }
}

/// True if one installer can be used. npm is started, and only if it is the only one, because it is slow and is often too old.
/// `PATH` may lead over slow disks, so it is searched on a thread of its own.
pub async fn can_install(environment: &Environment) -> bool {
    let own = environment.clone();
    let is_present = move |installer: &Installer| missing_programs(programs_of(*installer), &own).is_none();
    let present =
        run_blocking("search for installers", move || Ok(OFFERED_INSTALLERS.into_iter().filter(is_present).collect::<Vec<_>>()))
            .await;
    match present.unwrap_or_else(|_| OFFERED_INSTALLERS.to_vec()).as_slice() {
        [] => false,
        [Installer::Npm] => npm::unusable_reason(environment).await.is_none(),
        _ => true,
    }
}

/// Lists the installers for this kind of machine, the usable ones first, the better ones first.
pub async fn list_installers(environment: &Environment) -> Vec<InstallerState> {
    let mut states = Vec::new();
    for installer in OFFERED_INSTALLERS {
        let unusable_reason = match installer {
            Installer::Npm => npm::unusable_reason(environment).await,
            Installer::Script | Installer::Winget => missing_programs(programs_of(installer), environment),
        };
        states.push(InstallerState { installer, unusable_reason });
    }
    states.sort_by_key(|state| state.unusable_reason.is_some());
    states
}

/// Names the programs that are not installed, for a person.
fn missing_programs(needed: &[&str], environment: &Environment) -> Option<String> {
    let missing: Vec<&str> = needed.iter().copied().filter(|name| program_search::find(name, environment).is_none()).collect();
    match missing.as_slice() {
        [] => None,
        [one] => Some(format!("{one} is not installed")),
        several => Some(format!("{} are not installed", several.join(" and "))),
    }
}

/// Installs `ntn`, and looks for it afterwards. Dropping this ends the installer, and everything it started.
pub async fn install(
    environment: &Environment,
    installer: Installer,
    on_progress: &ProgressCallback<String>,
) -> Result<(), Problem> {
    let going = async {
        match installer {
            Installer::Npm => run_installer("npm", &["install", "--global", "ntn"], environment, on_progress).await,
            Installer::Script => install_by_script(environment, on_progress).await,
            Installer::Winget => {
                run_installer("winget", &["install", "--exact", "--id", "Notion.ntn"], environment, on_progress).await
            }
        }
    };
    let late = || install_problem(format!("it did not finish within {} minutes", INSTALL_TIMEOUT.as_secs() / 60));
    let last_words = tokio::time::timeout(INSTALL_TIMEOUT, going).await.map_err(|_| late())??;
    match ntn_cli::detect_within(ntn_cli::REQUIRE_TIMEOUT, environment).await {
        NtnState::Found { .. } => Ok(()),
        NtnState::Missing | NtnState::NotInstallable => {
            Err(install_problem(not_on_path_reason(environment, installer, &last_words).await))
        }
        NtnState::OtherProgram { path, evidence } => {
            Err(install_problem(format!("{path} comes first in PATH and is another program: {evidence}")))
        }
        NtnState::Broken { path, evidence } => Err(install_problem(format!("{path} was installed but does not work: {evidence}"))),
    }
}

/// Fetches the whole script before any of it runs: through a pipe, bash would run the first half of a truncated script.
async fn install_by_script(environment: &Environment, on_progress: &ProgressCallback<String>) -> Result<String, Problem> {
    let script = tempfile::Builder::new().prefix("install-ntn-").suffix(".sh").tempfile();
    let script = script.map_err(|error| install_problem(format!("no temporary file: {error}")))?;
    let path = script.path().as_os_str();
    // Redirects must lead to https, too.
    let fetch = ["--fail", "--silent", "--show-error", "--location", "--proto", "=https", "--proto-redir", "=https", "--output"];
    let fetch: Vec<&OsStr> = fetch.into_iter().map(OsStr::new).chain([path, OsStr::new(SCRIPT_URL)]).collect();
    run_installer("curl", &fetch, environment, on_progress).await?;
    if std::fs::read(script.path()).is_ok_and(|text| text.trim_ascii_start().starts_with(b"<")) {
        return Err(install_problem(format!(
            "{SCRIPT_URL} returned a web page instead of a script; your network may have a sign-in page"
        )));
    }
    run_installer("bash", &[path], environment, on_progress).await
}

/// Runs a program that has to succeed, and returns its last line.
async fn run_installer(
    name: &str,
    arguments: &[impl AsRef<OsStr>],
    environment: &Environment,
    on_progress: &ProgressCallback<String>,
) -> Result<String, Problem> {
    let program = program_search::find(name, environment).ok_or_else(|| install_problem(format!("{name} is not installed")))?;
    let ended = Program::new(program).args(arguments).environment(environment.for_installers()).stream(on_progress).await;
    let ended = ended.map_err(|error| install_problem(format!("{name}: {error}")))?;
    match ended.error_line() {
        _ if ended.status.success() => Ok(ended.last_line().to_owned()),
        "" => Err(install_problem(format!("{name}: no output ({})", ended.status))),
        words => Err(install_problem(format!("{name}: {words} ({})", ended.status))),
    }
}

/// Explains an installation that succeeded without an `ntn` on `PATH`.
async fn not_on_path_reason(environment: &Environment, installer: Installer, last_words: &str) -> String {
    let place = match installer {
        Installer::Npm => match npm::programs_folder(environment).await {
            Some(folder) => format!("npm installs to {folder}, which is not in PATH"),
            None => "npm doesn't say where it installed it".to_owned(),
        },
        Installer::Script if last_words.is_empty() => "the script doesn't say where it installed it".to_owned(),
        Installer::Script => format!("the script's last line: {last_words}"),
        // winget changes PATH for programs that start later.
        Installer::Winget => "a new terminal may find it: winget changes PATH for programs that start later".to_owned(),
    };
    format!("the installation succeeded, but ntn is not in PATH: {place}")
}

fn install_problem(evidence: impl AsRef<str>) -> Problem {
    Problem::new(ProblemCode::InstallFailed).with_evidence(evidence)
}
