//! The details of a credential and the checks of it that need no further request, shared by `status` and the Accounts page.

use super::check::{Check, Verdict};
use super::credential::validity_check;
use super::precedence::workspace_variable_check;
use crate::domain::auth_path::AuthPath;
use crate::domain::credentials::{CredentialRecord, CredentialSource, Entry, SecretCopy, StoreKind, TokenKind, expiry_text};
use jiff::civil::Date;

/// The check of Notion's answer about a credential. Returns `None` if Notion was not asked.
pub fn entry_validity_check(credential: &Entry) -> Option<Check> {
    credential.answer.as_ref().map(|answer| validity_check(answer.as_ref()))
}

/// Compares `NOTION_WORKSPACE_ID` with the workspace that Notion reports for the token in `NOTION_API_TOKEN`. The two variables are
/// set separately and may disagree.
pub fn claimed_workspace_check(credential: &Entry) -> Option<Check> {
    let claim = credential.workspace.as_ref().filter(|_| credential.source == CredentialSource::Environment)?;
    let own = credential.identity()?.workspace.as_ref();
    Some(workspace_variable_check(&claim.id, own))
}

/// The details of a credential, each with its label.
pub fn detail_lines(credential: &Entry, today: Date) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    lines.extend(credential.user().map(|user| ("acts as", user.to_owned())));
    lines.extend(credential.kind().map(|kind| ("type", kind_text(kind, credential).to_owned())));
    let recorded = credential.record.as_ref().map(CredentialRecord::login_path);
    lines.extend(recorded.or_else(|| credential.path().map(AuthPath::as_str)).map(|path| ("path", path.to_owned())));
    lines.push(("where", credential.place.clone()));
    if !credential.also_in.is_empty() {
        lines.push(("also in", credential.also_in.join(", ")));
    }
    let copies = credential.record.iter().flat_map(|record| &record.sent_to);
    lines.extend(copies.map(|copy| ("sent to", copy_text(copy))));
    if credential.is_ours() {
        lines.push(("expires", credential.expires_on().map_or_else(|| "unknown".into(), |end| expiry_text(end, today))));
    }
    if let CredentialSource::Ntn { .. } = credential.source {
        let note = match (credential.is_ours(), credential.is_usable()) {
            (true, true) => "managed by ntn; `ntn logout` logs it out",
            (true, false) => "managed by ntn; only ntn can read it",
            (false, true) => "used by ntn only; run notion-auth to use it here too",
            (false, false) => "used by ntn only",
        };
        lines.push(("note", note.into()));
    }
    if let CredentialSource::OtherVariable(_) = credential.source {
        let more = if credential.is_usable() { "; run notion-auth to sign in with it" } else { "" };
        lines.push(("note", format!("not used by notion-auth{more}")));
    }
    if let Some(claim) = claimed_workspace_check(credential).filter(|claim| claim.verdict != Verdict::Pass) {
        lines.push(("warning", claim.evidence));
        lines.extend(claim.remedy.map(|remedy| ("hint", remedy)));
    }
    match entry_validity_check(credential) {
        Some(check) => {
            lines.push(("checked", format!("{}: {}", check.verdict.name(), check.evidence)));
            lines.extend(check.remedy.map(|remedy| ("hint", remedy)));
        }
        None => lines.extend(credential.not_checked().map(|why| ("checked", format!("no: {why}")))),
    }
    lines
}

/// Describes a copy that `send-to` has made.
fn copy_text(copy: &SecretCopy) -> String {
    let state = if copy.is_outdated { ": it has an earlier token" } else { "" };
    format!("{} ({}){state}", copy.title(), copy.sent_on)
}

/// Notion reports a person's token without its type, which is known if it was created here or by `ntn`.
fn kind_text(kind: TokenKind, credential: &Entry) -> &'static str {
    match kind {
        TokenKind::User if credential.store() == Some(StoreKind::Ntn) => "a login with ntn",
        TokenKind::User if credential.record.as_ref().is_some_and(|record| record.connection.is_some()) => {
            "an OAuth token of your own connection"
        }
        TokenKind::Internal => "an internal connection's token",
        TokenKind::User => "a person's token: PAT, OAuth or ntn login",
        TokenKind::Unknown => "unknown",
        TokenKind::Mcp => "a token for Notion MCP",
    }
}
