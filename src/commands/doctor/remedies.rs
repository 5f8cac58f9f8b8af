//! The commands that fix a failed check. The remedy explains the fix in words; the wizard offers a key for it.

use super::diagnosis::DiagnosedCredential;
use crate::domain::checks::{Check, Verdict};
use crate::domain::credentials::{Active, CredentialRecord, CredentialSource, NoActive, StoreKind};
use crate::domain::variables::TOKEN_VARIABLE;

const SIGN_IN_COMMAND: &str = "notion-auth login --token-stdin < token.txt";

/// Returns the command for a check; `about` is the credential that was checked.
pub(super) fn command_for_check(check: &Check, about: Option<&DiagnosedCredential>) -> Option<String> {
    if matches!(check.verdict, Verdict::Pass | Verdict::Skip) {
        return None;
    }
    Some(match check.id {
        "environment.terminal" => "notion-auth --plain".into(),
        "environment.keychain" => "notion-auth login --token-stdin --store file < token.txt".into(),
        "environment.ntn" => "npm install --global ntn".into(),
        "environment.second_ntn" => "which -a ntn".into(),
        // The remedy names the variable at fault.
        "environment.certificates" if check.remedy.as_ref()?.contains("SSL_CERT_DIR") => unset_command("SSL_CERT_DIR"),
        "environment.certificates" => unset_command("SSL_CERT_FILE"),
        "credential.precedence" | "credential.shadows" => unset_command("NOTION_API_TOKEN"),
        "credential.workspace_variable" => unset_command("NOTION_WORKSPACE_ID"),
        "credential.valid" if check.verdict == Verdict::Fail => replacement_command(about?),
        "credential.valid" if is_readable_only_by_ntn(about?) => "ntn workers list".into(),
        // An unknown expiry date is no reason to create another token.
        "credential.expiry" if check.verdict == Verdict::Warn => replacement_command(about?),
        "storage.read_back" => replacement_command(about?),
        "prerequisites.standing" => "notion-auth advise --help".into(),
        _ => return None,
    })
}

/// Returns the command to run if no credential is active.
pub(super) fn command_for_use(active: &Result<Active<'_>, NoActive>) -> Option<String> {
    match active {
        Ok(Active { problem: Some(_), .. }) => Some(unset_command("NOTION_API_TOKEN")),
        // A sign-in to Notion MCP may be all that is wanted.
        Ok(_) | Err(NoActive::Unreadable(_) | NoActive::OtherPurpose) => None,
        Err(NoActive::NotSignedIn) => Some("notion-auth".into()),
        Err(NoActive::WorkspaceNotSaved { .. }) => Some(unset_command("NOTION_WORKSPACE_ID")),
        Err(NoActive::Ambiguous { .. }) => Some("notion-auth switch W".into()),
    }
}

/// Returns the command that replaces the credential with a working one.
fn replacement_command(credential: &DiagnosedCredential) -> String {
    let record = credential.entry.record.as_ref();
    if record.is_some_and(CredentialRecord::is_mcp) {
        return "notion-auth login --path mcp".into();
    }
    let is_connection = credential.entry.record.as_ref().is_some_and(|record| record.connection.is_some());
    match (&credential.entry.source, credential.entry.path()) {
        (CredentialSource::Environment, _) => unset_command(TOKEN_VARIABLE),
        (CredentialSource::OtherVariable(name), _) => unset_command(name),
        (CredentialSource::Ntn { .. }, _) => "notion-auth login --path cli".into(),
        (CredentialSource::Saved(_), _) if is_connection => "notion-auth refresh".into(),
        (CredentialSource::Saved(_), Some(path)) if path.uses_ntn() && is_stored_by_ntn(credential) => {
            "notion-auth login --path cli".into()
        }
        (CredentialSource::Saved(_), _) => SIGN_IN_COMMAND.into(),
    }
}

fn is_stored_by_ntn(credential: &DiagnosedCredential) -> bool {
    credential.entry.store() == Some(StoreKind::Ntn)
}

fn is_readable_only_by_ntn(credential: &DiagnosedCredential) -> bool {
    credential.verification.is_none()
}

fn unset_command(variable: &str) -> String {
    format!("unset {variable}")
}
