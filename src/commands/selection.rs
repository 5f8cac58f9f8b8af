//! Selects the credential that a command passes on. `token`, `env`, `run` and `send-to` select the same one: `NOTION_API_TOKEN`,
//! or the saved one if the variable is unset or a workspace is named.

use crate::domain::accounts::{SelectionError, active_credential, expiry_reminder, find_credential, name_and_user, workspace_name};
use crate::domain::credential::{Candidate, CredentialIndex, CredentialRecord, CredentialSource, StoreKind};
use crate::domain::problem::Problem;
use crate::domain::sanitize::sanitize;
use crate::domain::secret::Secret;
use crate::frontends::console::Console;
use crate::frontends::stdin;
use crate::runtime::accounts;
use crate::runtime::ports::World;
use jiff::civil::Date;

/// Prompts for one of several matching credentials. Without a terminal, returns the problem that lists them.
pub(super) fn resolve_ambiguity<'a>(
    selection: Result<&'a CredentialRecord, SelectionError<'a>>,
    credential_index: &CredentialIndex,
    console: &mut Console,
) -> Result<&'a CredentialRecord, Problem> {
    let SelectionError { problem, candidates } = match selection {
        Ok(record) => return Ok(record),
        Err(error) => error,
    };
    if !console.is_interactive || candidates.is_empty() {
        return Err(problem);
    }
    console.write_message("Several credentials fit. Which one?");
    for (index, record) in candidates.iter().enumerate() {
        console.write_message_under(&format!("  {}  ", index + 1), &name_and_user(record, credential_index));
    }
    console.write_message("Type its number and press Enter.");
    let answer = stdin::read_line()?;
    let is_answer = |index: &usize| (index + 1).to_string() == answer;
    let picked = (0..candidates.len()).find(is_answer).and_then(|index| candidates.get(index).copied());
    picked.ok_or(problem)
}

pub(super) enum SelectedCredential {
    /// The value of `NOTION_API_TOKEN`.
    Environment(Secret),
    Saved(Box<CredentialRecord>),
}

impl SelectedCredential {
    pub(super) async fn select(wanted: Option<&str>, world: &World, console: &mut Console) -> Result<Self, Problem> {
        let from_environment = match wanted {
            None => accounts::variable(world).await?,
            Some(_) => None,
        };
        if let Some(secret) = from_environment {
            return Ok(Self::Environment(secret));
        }
        let credential_index = accounts::load_index(world).await?;
        let record = resolve_ambiguity(
            wanted.map_or_else(|| active_credential(&credential_index), |wanted| find_credential(&credential_index, wanted)),
            &credential_index,
            console,
        )?;
        Ok(Self::Saved(Box::new(record.clone())))
    }

    pub(super) async fn secret(&self, world: &World) -> Result<Secret, Problem> {
        match self {
            Self::Environment(secret) => Ok(secret.clone()),
            Self::Saved(record) => accounts::load_token(record, world).await,
        }
    }

    /// Returns the workspace id, if known. For a token from the environment it is the value of `NOTION_WORKSPACE_ID`.
    pub(super) async fn workspace_id(&self, world: &World) -> Option<String> {
        match self {
            Self::Environment(_) => {
                // A problem with `ntn`'s files does not affect the variable.
                let (existing, _) = world.machine.discover_credentials().await.unwrap_or_default();
                let variable = existing.into_iter().find(|found| found.source == CredentialSource::Environment);
                variable.and_then(|found| found.workspace).map(|workspace| workspace.id)
            }
            Self::Saved(record) => Some(sanitize(&record.workspace.id)).filter(|id| !id.is_empty()),
        }
    }

    /// Returns the key that selects this credential with `token --workspace`, or `None` if it is not saved.
    pub(super) fn account(&self) -> Option<String> {
        match self {
            Self::Saved(record) => Some(sanitize(&record.account.key())),
            Self::Environment(_) => None,
        }
    }

    /// Warns if the credential expires soon or has expired. The line goes to standard error, so that `$(…)` does not capture it.
    pub(super) fn warn_if_expiring(&self, today: Date, console: &mut Console) {
        let Self::Saved(record) = self else { return };
        if let Some(reminder) = record.expires_on.and_then(|end| expiry_reminder(end, today)) {
            console.write_message_unwrapped(&format!("notion-auth: the token for {}: {reminder}.", workspace_name(record)));
        }
    }

    /// Returns a display name: the workspace, or the name of the variable.
    pub(super) fn display_name(&self) -> String {
        match self {
            Self::Saved(record) => workspace_name(record).to_owned(),
            Self::Environment(_) => "NOTION_API_TOKEN".to_owned(),
        }
    }

    /// Returns the candidate with which Notion is asked to verify this credential.
    pub(super) fn candidate(&self) -> Candidate {
        match self {
            Self::Environment(_) => Candidate::Discovered(CredentialSource::Environment),
            Self::Saved(record) if record.store == StoreKind::Ntn => {
                Candidate::Discovered(CredentialSource::Ntn { workspace: record.workspace.id.clone() })
            }
            Self::Saved(record) => Candidate::Discovered(CredentialSource::Saved(record.account.clone())),
        }
    }
}
