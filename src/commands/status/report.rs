//! The list of credentials as text and as JSON.

use crate::domain::auth_path::AuthPath;
use crate::domain::checks::{Verdict, claimed_workspace_check, detail_lines, entry_validity_check};
use crate::domain::credentials::{
    ActiveReason, CredentialRecord, CredentialSource, Entry, Inventory, MessageLine, SecretCopy, StoreKind, TokenKind, Workspace,
    days_between, expiry_reminder, rotate_command,
};
use crate::domain::problem::ProblemCode;
use crate::domain::rotation::rotation_blocker;
use crate::domain::storage::StorageState;
use crate::frontends::console::{Console, problem_json};
use jiff::civil::Date;
use serde::Serialize;

pub(super) fn write(inventory: &Inventory, today: Date, console: &mut Console) {
    let active = inventory.working().ok();
    let is_active = |entry: &Entry| active.is_some_and(|active| active.entry.source == entry.source);
    // Notion MCP has an active sign-in of its own.
    let is_marked = |entry: &Entry| {
        is_active(entry) || entry.record.as_ref().is_some_and(|record| record.is_mcp() && inventory.index.is_active(record))
    };
    let titles = inventory.titles();
    let listed = || inventory.entries.iter().zip(&titles);
    if let Some((active, (entry, title))) = active.zip(listed().find(|(entry, _)| is_active(entry))) {
        console.write_data_wrapped("", &format!("Active: {title}. {}", active.reason.text()));
        if let Some(reminder) = entry.expires_on().and_then(|end| expiry_reminder(end, today)) {
            console.write_data_wrapped("  ", &format!("Note: {reminder}."));
            if let Some(record) = entry.record.as_ref().filter(|record| rotation_blocker(record).is_none()) {
                console.write_data(&format!("  To replace it: {}", rotate_command(record)));
            }
        }
        let shadows = active.reason == ActiveReason::Variable;
        for (_, shadowed) in listed().filter(|(entry, _)| shadows && entry.is_ours()) {
            console.write_data_wrapped("  ", &format!("It takes precedence over {shadowed}."));
        }
    }
    for (entry, title) in listed() {
        console.write_data("");
        if console.is_plain {
            console.write_data_wrapped("", &format!("{title}{}", if is_marked(entry) { ", active" } else { "" }));
        } else {
            console.write_data_wrapped(if is_marked(entry) { "* " } else { "  " }, title);
        }
        for (label, value) in detail_lines(entry, today) {
            let label = if console.is_plain { format!("{label}: ") } else { format!("    {label:<9}") };
            console.write_data_wrapped(&label, &value);
        }
    }
}

/// Writes what is stored and belongs to no credential.
pub(super) fn write_leftovers(storage: Option<&StorageState>, console: &mut Console) {
    for line in storage.map(StorageState::leftover_lines).unwrap_or_default() {
        match line {
            MessageLine::Sentence(text) | MessageLine::Detail(text) => {
                console.write_data("");
                console.write_data_wrapped("", &text);
            }
            MessageLine::Verbatim(text) => console.write_data(&text),
            MessageLine::Problem(problem) => {
                console.write_problem(&problem);
            }
        }
    }
}

/// The output of `status --json`.
#[derive(Serialize)]
struct StatusReport<'a> {
    schema: u8,
    active: Option<CredentialJson<'a>>,
    reason: Option<&'a str>,
    credentials: Vec<CredentialJson<'a>>,
    /// Secrets that no record knows, damaged files that were set aside, and what is left of a write that was cut off.
    leftovers: Vec<LeftoverJson<'a>>,
    problems: Vec<serde_json::Value>,
}

#[derive(Serialize)]
struct LeftoverJson<'a> {
    kind: &'static str,
    /// The account key of a secret, which `logout` accepts. Null for a file.
    account: Option<String>,
    place: &'a str,
}

fn leftovers_json(storage: &StorageState) -> impl Iterator<Item = LeftoverJson<'_>> {
    let orphans = storage.orphans.iter().map(|orphan| LeftoverJson {
        kind: "secret_without_record",
        account: Some(orphan.account.key()),
        place: &orphan.place,
    });
    let set_aside = storage.corrupt_files.iter().map(|name| LeftoverJson { kind: "file_set_aside", account: None, place: name });
    let unfinished = storage.partial_files.iter().map(|name| LeftoverJson { kind: "unfinished_write", account: None, place: name });
    orphans.chain(set_aside).chain(unfinished)
}

#[derive(Serialize)]
struct CredentialJson<'a> {
    /// The account key, which `--workspace` accepts. Null if notion-auth has no record of the credential.
    account: Option<String>,
    workspace: Option<&'a Workspace>,
    user: Option<&'a str>,
    kind: Option<TokenKind>,
    /// As `login --path` names it.
    path: Option<&'static str>,
    store: Option<&'static str>,
    source: &'static str,
    place: &'a str,
    /// Variables that hold the same token.
    also_in: &'a [&'static str],
    expires_at: Option<Date>,
    /// Negative once it has expired.
    days_left: Option<i32>,
    /// The secret managers that `send-to` has sent the token to.
    sent_to: Vec<CopyJson<'a>>,
    /// Null if Notion was not asked.
    verdict: Option<Verdict>,
    /// The check that `NOTION_WORKSPACE_ID` names the workspace of the variable's token. Null if Notion was not asked.
    workspace_variable: Option<Verdict>,
    /// Code of the problem behind a verdict other than `pass`.
    problem: Option<&'static str>,
}

#[derive(Serialize)]
struct CopyJson<'a> {
    manager: &'a str,
    name: &'a str,
    sent_on: Date,
    /// True if the manager has an earlier token than the one that is saved.
    outdated: bool,
}

pub(super) fn json_report<'a>(
    inventory: &'a Inventory,
    storage: Option<&'a StorageState>,
    today: Date,
) -> impl Serialize + use<'a> {
    let active = inventory.working();
    let unsearched = storage.and_then(|state| state.search_problem.as_ref());
    let refused = active.as_ref().err().map(|none| &none.problem).filter(|problem| problem.code != ProblemCode::McpOnly);
    StatusReport {
        schema: 1,
        active: active.as_ref().ok().map(|active| credential_json(active.entry, today)),
        reason: active.as_ref().ok().map(|active| active.reason.text()),
        credentials: inventory.entries.iter().map(|entry| credential_json(entry, today)).collect(),
        leftovers: storage.into_iter().flat_map(leftovers_json).collect(),
        problems: refused.into_iter().chain(inventory.other_problems()).chain(unsearched).map(problem_json).collect(),
    }
}

fn copy_json(copy: &SecretCopy) -> CopyJson<'_> {
    CopyJson { manager: &copy.manager, name: &copy.name, sent_on: copy.sent_on, outdated: copy.is_outdated }
}

fn credential_json(entry: &Entry, today: Date) -> CredentialJson<'_> {
    CredentialJson {
        account: entry.record.as_ref().map(|record| record.account.key()),
        workspace: entry.workspace(),
        user: entry.user(),
        kind: entry.kind(),
        path: entry.record.as_ref().map(CredentialRecord::login_path).or_else(|| entry.path().map(AuthPath::as_str)),
        store: entry.store().map(StoreKind::name),
        source: match entry.source {
            CredentialSource::Environment => "environment",
            CredentialSource::OtherVariable(_) => "variable",
            CredentialSource::Saved(_) => "notion-auth",
            CredentialSource::Ntn { .. } => "ntn",
        },
        place: &entry.place,
        also_in: &entry.also_in,
        expires_at: entry.expires_on(),
        days_left: entry.expires_on().map(|end| days_between(today, end)),
        sent_to: entry.record.iter().flat_map(|record| &record.sent_to).map(copy_json).collect(),
        verdict: entry_validity_check(entry).map(|check| check.verdict),
        workspace_variable: claimed_workspace_check(entry).map(|claim| claim.verdict),
        problem: entry.answer.as_ref().and_then(|answer| answer.as_ref().err()).map(|problem| problem.code.name()),
    }
}
