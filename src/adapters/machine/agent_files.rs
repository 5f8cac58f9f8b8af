//! Finds coding agents, and reads the files in which they list their MCP servers. Writes nothing.
#![expect(clippy::disallowed_methods, reason = "this is an adapter that reads files")]

use super::environment::Environment;
use crate::adapters::process::program_search;
use crate::domain::agents::{Agent, AgentFile, AgentFileFinding, AgentFinding, AgentState, Scope, known_agents};
use crate::domain::sanitize::sanitize;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Claude Code keeps its state in the same file, which grows.
const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;

pub fn inspect(environment: &Environment) -> Vec<AgentFinding> {
    known_agents().iter().map(|agent| inspect_agent(agent, environment)).collect()
}

/// Returns the paths at which this system may have the agent's file, in the order in which the agent looks for them.
pub fn paths_of(agent: &Agent, scope: Scope, environment: &Environment) -> Vec<PathBuf> {
    let files = agent.files.iter().filter(|file| file.scope == scope && is_for_this_system(file));
    files.filter_map(|file| resolve(&file.path, environment)).collect()
}

/// Returns the folder of the agent's skills.
pub fn skill_folder(agent: &Agent, environment: &Environment) -> Option<PathBuf> {
    resolve(&agent.skills.as_ref()?.path, environment)
}

fn is_for_this_system(file: &AgentFile) -> bool {
    file.systems.is_empty() || file.systems.iter().any(|system| system == std::env::consts::OS)
}

fn inspect_agent(agent: &'static Agent, environment: &Environment) -> AgentFinding {
    let files: Vec<_> = agent.files.iter().filter_map(|file| read_file(agent, file, environment)).collect();
    let is_program_found = agent.programs.iter().any(|program| program_search::find(program, environment).is_some());
    let is_folder_found = || agent.folders.iter().filter_map(|folder| resolve(folder, environment)).any(|folder| folder.is_dir());
    let has_user_file = || files.iter().any(|file| file.scope == Scope::User);
    AgentFinding { agent, is_found: is_program_found || is_folder_found() || has_user_file(), files }
}

/// Returns `None` if there is no such file.
fn read_file(agent: &Agent, file: &AgentFile, environment: &Environment) -> Option<AgentFileFinding> {
    if !is_for_this_system(file) {
        return None;
    }
    let path = resolve(&file.path, environment)?;
    let (state, detail) = match read_text(&path) {
        Ok(text) => agent.read_state(&text),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return None,
        Err(error) => (AgentState::Unknown, Some(error.kind().to_string())),
    };
    Some(AgentFileFinding { scope: file.scope, path: sanitize(&path.to_string_lossy()), state, detail })
}

fn read_text(path: &Path) -> io::Result<String> {
    // A pipe would wait for a writer.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut text = String::new();
    File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_FILE_BYTES { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(text) }
}

/// Returns `None` if the folder that the path begins with is unknown.
pub fn resolve(path: &str, environment: &Environment) -> Option<PathBuf> {
    let (start, rest) = path.split_once('/').unwrap_or((path, ""));
    let folder = match start {
        "~" => environment.home()?.to_owned(),
        "{config}" => config_folder(environment)?,
        "{CODEX_HOME}" => environment.codex_home().map(Path::to_owned).or_else(|| Some(environment.home()?.join(".codex")))?,
        "{XDG_CONFIG_HOME}" => {
            environment.config_home().map(Path::to_owned).or_else(|| Some(environment.home()?.join(".config")))?
        }
        _ => environment.project_folder().join(start),
    };
    Some(folder.join(rest))
}

fn config_folder(environment: &Environment) -> Option<PathBuf> {
    if cfg!(windows) {
        environment.app_data().map(Path::to_owned)
    } else if cfg!(target_os = "macos") {
        environment.home().map(|home| home.join("Library/Application Support"))
    } else {
        let usual = || environment.home().map(|home| home.join(".config"));
        environment.config_home().map(Path::to_owned).or_else(usual)
    }
}
