//! The commands that fix a failed check. The remedy explains the fix in words; the wizard offers a key for it.

use super::checks::path;
use super::examination::Examined;
use crate::domain::catalog::PathId;
use crate::domain::check::{Check, Verdict};
use crate::domain::credential::{ExistingSource, StoreKind};
use crate::domain::judge::InUse;

const SIGN_IN: &str = "notion-auth login --token-stdin < token.txt";

/// Returns the command for a check; `about` is the credential that was checked.
pub(super) fn for_check(check: &Check, about: Option<&Examined>) -> Option<String> {
    if matches!(check.verdict, Verdict::Pass | Verdict::Skip) {
        return None;
    }
    Some(match check.id {
        "environment.terminal" => "notion-auth --plain".into(),
        "environment.keychain" => "notion-auth login --token-stdin --store file < token.txt".into(),
        "environment.ntn" => "npm install --global ntn".into(),
        "environment.second_ntn" if cfg!(windows) => "where.exe ntn".into(),
        "environment.second_ntn" => "which -a ntn".into(),
        // The remedy names the variable at fault.
        "environment.certificates" if check.remedy.as_ref()?.contains("SSL_CERT_DIR") => unset("SSL_CERT_DIR"),
        "environment.certificates" => unset("SSL_CERT_FILE"),
        "credential.precedence" | "credential.shadows" => unset("NOTION_API_TOKEN"),
        "credential.workspace_variable" => unset("NOTION_WORKSPACE_ID"),
        "credential.valid" if check.verdict == Verdict::Fail => renewed(about?),
        "credential.valid" if only_ntn_reads(about?) => "ntn workers list".into(),
        // An unknown expiry date is no reason to create another token.
        "credential.expiry" if check.verdict == Verdict::Warn => renewed(about?),
        "storage.read_back" => renewed(about?),
        "prerequisites.standing" => "notion-auth advise --help".into(),
        _ => return None,
    })
}

/// Returns the command to run if no credential is active.
pub(super) fn for_use(state: &InUse) -> Option<String> {
    match state {
        InUse::This { .. } | InUse::Unreadable(_) => None,
        InUse::None => Some("notion-auth".into()),
        InUse::Unusable(_) => Some(unset("NOTION_API_TOKEN")),
        InUse::Elsewhere { .. } => Some(unset("NOTION_WORKSPACE_ID")),
        InUse::Unmarked { .. } => Some("notion-auth switch W".into()),
    }
}

/// Returns the command that replaces the credential with a working one.
fn renewed(credential: &Examined) -> String {
    let is_connection = credential.record.as_ref().is_some_and(|record| record.connection.is_some());
    match (&credential.existing.source, path(credential)) {
        (ExistingSource::Environment, _) => unset("NOTION_API_TOKEN"),
        (ExistingSource::Ntn { .. }, _) => "notion-auth login --path cli".into(),
        (ExistingSource::Ours(_), _) if is_connection => "notion-auth refresh".into(),
        (ExistingSource::Ours(_), PathId::Cli) if of_ntn(credential) => "notion-auth login --path cli".into(),
        (ExistingSource::Ours(_), _) => SIGN_IN.into(),
    }
}

fn of_ntn(credential: &Examined) -> bool {
    credential.record.as_ref().is_some_and(|record| record.store == StoreKind::Ntn)
}

fn only_ntn_reads(credential: &Examined) -> bool {
    credential.answer.is_none()
}

fn unset(variable: &str) -> String {
    if cfg!(windows) { format!("Remove-Item Env:{variable}") } else { format!("unset {variable}") }
}
