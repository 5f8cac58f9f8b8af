//! Reads the files in `ntn`'s state directory. Never writes there and never changes a permission, because the files are `ntn`'s.
#![expect(clippy::disallowed_methods, reason = "this file reads ntn's files")]

pub mod workspaces;

use crate::adapters::machine::environment::Environment;
use crate::domain::credentials::Workspace;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use crate::domain::secret::Secret;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Maximum size of a file. Hundreds of workspaces fit; a larger file is something else.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// `workspaces.json`. Fields that newer versions add are ignored.
#[derive(Default, Deserialize)]
struct WorkspacesJson {
    #[serde(default)]
    environments: BTreeMap<String, BTreeMap<String, WorkspaceJson>>,
}

#[derive(Deserialize)]
struct WorkspaceJson {
    name: Option<String>,
}

/// `auth.json`: workspace id → token.
type AuthJson = BTreeMap<String, TokenJson>;

struct TokenJson(Secret);

impl<'de> Deserialize<'de> for TokenJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Secret::new(text)))
    }
}

/// `config.json`, reduced to the field that is needed here.
#[derive(Default, Deserialize)]
struct KeyringConfigJson {
    #[serde(default)]
    keyring: Option<serde_json::Value>,
}

/// A login in `ntn`'s files. All text is sanitised.
pub struct StoredLogin {
    pub workspace: Workspace,
    /// True if its token is in `auth.json`.
    pub has_token: bool,
}

/// Returns the logins that `ntn` knows of, and any problem met on the way. A broken file does not hide the other one's content.
pub fn read_logins(environment: &Environment) -> (Vec<StoredLogin>, Option<Problem>) {
    let folder = match state_directory(environment) {
        Ok(Some(folder)) => folder,
        Ok(None) => return (Vec::new(), None),
        Err(problem) => return (Vec::new(), Some(problem)),
    };
    let (workspaces, trouble) = split_problem(read_json::<WorkspacesJson>(&folder.join("workspaces.json")));
    let (tokens, auth_trouble) = split_problem(read_json::<AuthJson>(&folder.join("auth.json")));

    let mut names: BTreeMap<&str, Option<&str>> = tokens.keys().map(|id| (id.as_str(), None)).collect();
    for (id, entry) in workspaces.environments.values().flatten() {
        names.insert(id, entry.name.as_deref());
    }
    let found = names.into_iter().map(|(id, name)| StoredLogin {
        workspace: Workspace { id: sanitize(id), name: name.map(sanitize).filter(|name| !name.is_empty()) },
        has_token: tokens.get(id).is_some_and(|token| !token.0.is_empty()),
    });
    (found.collect(), Problem::combine(trouble, auth_trouble))
}

/// Returns the token of one login, from `auth.json`.
pub fn read_token(environment: &Environment, workspace: &str) -> Result<Option<Secret>, Problem> {
    let Some(folder) = state_directory(environment)? else { return Ok(None) };
    let tokens = read_json::<AuthJson>(&folder.join("auth.json"))?;
    let token = tokens.into_iter().find(|(id, token)| sanitize(id) == workspace && !token.0.is_empty());
    Ok(token.map(|(_, token)| token.0))
}

/// Returns the path of `auth.json`, existing or not, for a person.
pub fn auth_file_place(environment: &Environment) -> String {
    let folder = state_directory(environment).ok().flatten();
    folder.map_or_else(|| "ntn's auth.json".into(), |folder| folder.join("auth.json").display().to_string())
}

/// True for `"keyring": false`, the documented way to choose the file permanently
/// (<https://developers.notion.com/cli/get-started/authentication>).
pub fn is_keyring_disabled_in_config(environment: &Environment) -> bool {
    let Ok(Some(folder)) = state_directory(environment) else { return false };
    let config = read_json::<KeyringConfigJson>(&folder.join("config.json")).unwrap_or_default();
    config.keyring == Some(serde_json::Value::Bool(false))
}

/// Returns the folder that `ntn` 0.4.0 uses, searched in its order. A `NOTION_HOME` that does not exist stops `ntn` altogether, so
/// no other folder is searched then.
pub(super) fn state_directory(environment: &Environment) -> Result<Option<PathBuf>, Problem> {
    if let Some(folder) = environment.notion_home() {
        let missing = || {
            Problem::new(ProblemCode::NtnFileUnreadable).with_evidence(format!("NOTION_HOME is not a folder: {}", folder.display()))
        };
        return if folder.is_dir() { Ok(Some(folder.to_owned())) } else { Err(missing()) };
    }
    let dot_config = environment.home().map(|home| home.join(".config"));
    let parent = [environment.config_home().map(Path::to_owned), dot_config].into_iter().flatten().find(|folder| folder.is_dir());
    Ok(parent.map(|parent| parent.join("notion")).or_else(|| environment.home().map(|home| home.join(".notion"))))
}

/// Reads a file; a missing one counts as empty.
fn read_json<T: DeserializeOwned + Default>(path: &Path) -> Result<T, Problem> {
    let place = path.display();
    let corrupt = |why: String| Problem::new(ProblemCode::NtnFileUnreadable).with_evidence(format!("{place}: {why}"));
    let failed = |error: std::io::Error| Problem::new(ProblemCode::NtnFileUnreadable).with_evidence(format!("{place}: {error}"));
    let length = match path.metadata() {
        // Opening a named pipe would wait for its writer.
        Ok(metadata) if !metadata.is_file() => return Err(corrupt("not a regular file".into())),
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(T::default()),
        Err(error) => return Err(failed(error)),
    };
    // Allocated at full size, because a buffer that grows leaves copies behind.
    let room = usize::try_from(length.min(MAX_FILE_BYTES)).unwrap_or_default() + 64;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    File::open(path).and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(corrupt(format!("larger than {MAX_FILE_BYTES} bytes")));
    }
    // The parser's own text may quote the file, and with it a token; the position may not.
    serde_json::from_slice(&bytes).map_err(|error| corrupt(format!("line {}, column {}", error.line(), error.column())))
}

fn split_problem<T: Default>(answer: Result<T, Problem>) -> (T, Option<Problem>) {
    match answer {
        Ok(value) => (value, None),
        Err(problem) => (T::default(), Some(problem)),
    }
}
