//! Messages about a change of the active credential: what it affects and what it does not.

use super::MessageLine;
use super::entry::Entry;
use super::found::CredentialSource;
use super::identity::same_id;
use super::index::{CredentialIndex, TokenPurpose};
use super::inventory::Inventory;
use super::lookup::unique_name;
use super::record::{CredentialRecord, StoreKind};

/// Reports that `record` of this inventory is the active one, as was read back. `was_active` says that it already was.
pub fn switch_message(record: &CredentialRecord, was_active: bool, inventory: &Inventory) -> Vec<MessageLine> {
    let index = &inventory.index;
    let state = if was_active { "is already active" } else { "is now active" };
    let user = record.user.as_deref().map(|user| format!(", as {user}")).unwrap_or_default();
    let mut lines = vec![MessageLine::Sentence(format!("{} {state}{user}.", unique_name(record, &index.credentials)))];
    if record.is_mcp() {
        lines.push(MessageLine::Detail("notion-auth mcp uses it the next time it starts. token, run and env don't change.".into()));
        return lines;
    }
    if record.store == StoreKind::Ntn && !inventory.entry_of(&record.account).is_some_and(Entry::is_usable) {
        lines.push(MessageLine::Detail("Only ntn can read its token, so token, run and env can't use it.".into()));
    }
    if inventory.variable().is_some() {
        lines
            .push(MessageLine::Detail("NOTION_API_TOKEN is set in this shell and overrides it. To use this one here, run:".into()));
        lines.push(MessageLine::Verbatim("  unset NOTION_API_TOKEN NOTION_WORKSPACE_ID".into()));
    } else if index.workspace_variable.as_deref().is_some_and(|id| !same_id(id, &record.workspace.id)) {
        lines.push(MessageLine::Detail(
            "NOTION_WORKSPACE_ID selects another workspace and overrides it. To use this one here, run:".into(),
        ));
        lines.push(MessageLine::Verbatim("  unset NOTION_WORKSPACE_ID".into()));
    }
    if inventory.entries.iter().any(|entry| matches!(entry.source, CredentialSource::Ntn { .. })) {
        lines.push(MessageLine::Detail("ntn's default workspace does not change.".into()));
    }
    lines.push(MessageLine::Detail("Programs that are already running keep their token.".into()));
    lines
}

/// Reports which credential is active after this one was. Returns `None` if it was not logged out, or if none of its purpose is left.
pub fn active_after_logout(was_active: &CredentialRecord, now: &CredentialIndex) -> Option<MessageLine> {
    if now.credentials.iter().any(|other| other.account == was_active.account) {
        return None;
    }
    let all: Vec<_> = now.credentials.iter().chain([was_active]).collect();
    let ended = unique_name(was_active, &all);
    let purpose = TokenPurpose::of(was_active);
    let left = now.credentials.iter().filter(|record| purpose.accepts(record)).count();
    match (now.active_for(purpose), left) {
        (_, 0) => None,
        (Some(record), _) => Some(MessageLine::Sentence(format!(
            "{ended} was active. {} is now active (the only saved credential).",
            unique_name(record, &all)
        ))),
        (None, _) => Some(MessageLine::Sentence(format!("{ended} was active. To choose another, run: notion-auth switch W"))),
    }
}
