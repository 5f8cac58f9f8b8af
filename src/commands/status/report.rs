//! The list of credentials as text and as JSON.

use crate::domain::accounts::{CredentialList, CredentialView, detail_lines, expiry_reminder};
use crate::domain::catalog::AuthPath;
use crate::domain::check::Verdict;
use crate::domain::checks::days_between;
use crate::domain::credential::{CredentialSource, StoreKind, TokenKind, Workspace};
use crate::frontends::console::{Console, problem_json};
use jiff::civil::Date;
use serde::Serialize;

pub(super) fn write(listing: &CredentialList, today: Date, console: &mut Console) {
    let active = listing.active.as_ref().ok().copied();
    let titles = listing.titles();
    if let Some((credential, title)) = active.and_then(|active| Some((listing.credentials.get(active)?, titles.get(active)?))) {
        console.write_data_wrapped("", &format!("Active: {title}. {}", listing.reason));
        if let Some(reminder) = credential.expires_on.and_then(|end| expiry_reminder(end, today)) {
            console.write_data_wrapped("  ", &format!("Mind its end: {reminder}."));
        }
        let shadows = credential.source == CredentialSource::Environment;
        let listed = || listing.credentials.iter().zip(&titles);
        for (_, shadowed) in listed().filter(|(credential, _)| shadows && credential.is_ours()) {
            console.write_data_wrapped("  ", &format!("It shadows {shadowed}."));
        }
    }
    for (position, (credential, title)) in listing.credentials.iter().zip(&titles).enumerate() {
        console.write_data("");
        let is_active = active == Some(position);
        if console.is_plain {
            console.write_data_wrapped("", &format!("{title}{}", if is_active { ", active" } else { "" }));
        } else {
            console.write_data_wrapped(if is_active { "* " } else { "  " }, title);
        }
        for (label, value) in detail_lines(credential, today) {
            let label = if console.is_plain { format!("{label}: ") } else { format!("    {label:<9}") };
            console.write_data_wrapped(&label, &value);
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
    problems: Vec<serde_json::Value>,
}

#[derive(Serialize)]
struct CredentialJson<'a> {
    /// The account key, which `--workspace` accepts. Null if notion-auth has no record of the credential.
    account: Option<String>,
    workspace: Option<&'a Workspace>,
    user: Option<&'a str>,
    kind: Option<TokenKind>,
    path: Option<AuthPath>,
    store: Option<&'static str>,
    source: &'static str,
    place: &'a str,
    expires_at: Option<Date>,
    /// Negative once it has expired.
    days_left: Option<i32>,
    /// Null if Notion was not asked.
    verdict: Option<Verdict>,
    /// The check that `NOTION_WORKSPACE_ID` names the workspace of the variable's token. Null if Notion was not asked.
    workspace_variable: Option<Verdict>,
    /// Code of the problem behind a verdict other than `pass`.
    problem: Option<&'static str>,
}

pub(super) fn json_report(listing: &CredentialList, today: Date) -> impl Serialize {
    let credentials = || listing.credentials.iter().map(|listed| credential_json(listed, today));
    let active = listing.active.as_ref().ok().copied();
    let problems = listing.active.as_ref().err().into_iter().chain(&listing.problems).map(problem_json).collect();
    StatusReport {
        schema: 1,
        active: active.and_then(|active| credentials().nth(active)),
        reason: active.map(|_| listing.reason),
        credentials: credentials().collect(),
        problems,
    }
}

fn credential_json(listed: &CredentialView, today: Date) -> CredentialJson<'_> {
    CredentialJson {
        account: listed.record.as_ref().map(|record| record.account.key()),
        workspace: listed.workspace(),
        user: listed.user(),
        kind: listed.kind(),
        path: listed.path,
        store: listed.store.map(StoreKind::name),
        source: match listed.source {
            CredentialSource::Environment => "environment",
            CredentialSource::Saved(_) => "notion-auth",
            CredentialSource::Ntn { .. } => "ntn",
        },
        place: &listed.place,
        expires_at: listed.expires_on,
        days_left: listed.expires_on.map(|end| days_between(today, end)),
        verdict: listed.validity_check().map(|check| check.verdict),
        workspace_variable: listed.workspace_variable_check().map(|claim| claim.verdict),
        problem: listed.answer.as_ref().and_then(|answer| answer.as_ref().err()).map(|problem| problem.code.name()),
    }
}
