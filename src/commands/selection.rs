//! Selects the credential that a command passes on. `token`, `env`, `run` and `send-to` select the same one: `NOTION_API_TOKEN`,
//! or the saved one if the variable is unset or a workspace is named.

use crate::domain::credentials::{
    Candidate, CredentialIndex, CredentialRecord, Entry, SelectionError, expiry_reminder, name_and_user, no_saved_credential,
    rotate_command, workspace_name,
};
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
    console.write_message("Several credentials match. Which one?");
    for (index, record) in candidates.iter().enumerate() {
        console.write_message_under(&format!("  {}  ", index + 1), &name_and_user(record, credential_index));
    }
    console.write_message("Type a number and press Enter:");
    let number: Option<usize> = stdin::read_answer()?.parse().ok();
    number.and_then(|number| candidates.get(number.checked_sub(1)?).copied()).ok_or(problem)
}

/// The credential that a command passes on.
pub(super) struct SelectedCredential(Entry);

impl SelectedCredential {
    pub(super) async fn select(wanted: Option<&str>, world: &World, console: &mut Console) -> Result<Self, Problem> {
        let inventory = accounts::find_selectable_credentials(wanted, world).await;
        let selected = match inventory.select(wanted) {
            Ok(entry) => Some(entry),
            Err(unsettled) => inventory.entry_of(&resolve_ambiguity(Err(unsettled), &inventory.index, console)?.account),
        };
        selected.cloned().map(Self).ok_or_else(no_saved_credential)
    }

    pub(super) async fn secret(&self, world: &World) -> Result<Secret, Problem> {
        accounts::load_secrets(&self.0.secret_source(), world).await.map(|secrets| secrets.token)
    }

    /// Returns the workspace id, if known. For a token from the environment it is the value of `NOTION_WORKSPACE_ID`.
    pub(super) fn workspace_id(&self) -> Option<String> {
        self.0.workspace.as_ref().map(|workspace| sanitize(&workspace.id)).filter(|id| !id.is_empty())
    }

    /// Returns the key that selects this credential with `token --workspace`, or `None` if it is not saved.
    pub(super) fn account(&self) -> Option<String> {
        self.record().map(|record| sanitize(&record.account.key()))
    }

    pub(super) fn record(&self) -> Option<&CredentialRecord> {
        self.0.record.as_ref()
    }

    /// Reminds a person that the credential expires soon or has expired. The line goes to standard error, so that `$(…)` does not capture
    /// it, and only to a terminal, because a script that sees it can do nothing about it.
    pub(super) fn warn_if_expiring(&self, today: Date, console: &mut Console) {
        let Some(record) = self.record().filter(|_| console.shows_messages) else { return };
        if let Some(reminder) = record.expires_on.and_then(|end| expiry_reminder(end, today)) {
            let (name, rotate) = (workspace_name(record), rotate_command(record));
            console.write_message_unwrapped(&format!("notion-auth: the token for {name}: {reminder}. Replace it: {rotate}"));
        }
    }

    /// Returns a display name: the workspace, or the name of the variable.
    pub(super) fn display_name(&self) -> String {
        self.record().map_or(&*self.0.place, workspace_name).to_owned()
    }

    /// Returns the candidate with which Notion is asked to verify this credential.
    pub(super) fn candidate(&self) -> Candidate {
        Candidate::Discovered(self.0.secret_source())
    }
}
