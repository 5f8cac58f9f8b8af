//! The workspaces that `ntn` knows in its current environment, and the one that it uses.

use super::{WorkspacesJson, read_json, state_directory};
use crate::adapters::machine::environment::Environment;
use crate::domain::credentials::Workspace;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `config.json`. Fields that newer versions add are ignored.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DefaultWorkspacesJson {
    #[serde(default)]
    default_workspace_ids: BTreeMap<String, String>,
}

/// Returns the names by id, as written.
pub fn known_workspaces(environment: &Environment) -> Result<BTreeMap<String, String>, Problem> {
    let Some(folder) = state_directory(environment)? else { return Ok(BTreeMap::new()) };
    let mut file = read_json::<WorkspacesJson>(&folder.join("workspaces.json"))?;
    let known = file.environments.remove(environment.notion_environment()).unwrap_or_default();
    Ok(known.into_iter().map(|(id, entry)| (id, entry.name.unwrap_or_default())).collect())
}

/// Returns the workspace that a login has just made the default.
pub fn default_workspace(environment: &Environment) -> Result<Workspace, Problem> {
    let which = environment.notion_environment();
    let unnamed = || {
        Problem::new(ProblemCode::NtnFailed).with_evidence(format!("ntn succeeded, but config.json has no workspace for {which}"))
    };
    let folder = state_directory(environment)?.ok_or_else(unnamed)?;
    let id =
        read_json::<DefaultWorkspacesJson>(&folder.join("config.json"))?.default_workspace_ids.remove(which).ok_or_else(unnamed)?;
    // Without its name the workspace is still known.
    let name = known_workspaces(environment).ok().and_then(|mut known| known.remove(&id));
    Ok(Workspace { id: sanitize(&id), name: name.map(|name| sanitize(&name)).filter(|name| !name.is_empty()) })
}
