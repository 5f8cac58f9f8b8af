//! The listing as text and as JSON (design, section 7).

use super::listing::{Listed, Listing};
use crate::domain::catalog::PathId;
use crate::domain::check::Verdict;
use crate::domain::credential::{ExistingSource, StoreKind, TokenKind, Workspace};
use crate::domain::judge::days_left;
use crate::frontends::console::{Console, problem_json};
use jiff::civil::Date;
use serde::Serialize;

pub(super) fn write(listing: &Listing, today: Date, console: &mut Console) {
    let active = listing.active.as_ref().ok().copied();
    if let Some(credential) = active.and_then(|active| listing.credentials.get(active)) {
        console.data_wrapped("", &format!("Active: {}. {}", title(credential), listing.reason));
        for shadowed in shadowed(listing) {
            console.data_wrapped("  ", &format!("It shadows {}.", title(shadowed)));
        }
    }
    for (position, credential) in listing.credentials.iter().enumerate() {
        console.data("");
        let is_active = active == Some(position);
        if console.is_linear {
            console.data_wrapped("", &format!("{}{}", title(credential), if is_active { ", active" } else { "" }));
        } else {
            console.data_wrapped(if is_active { "* " } else { "  " }, &title(credential));
        }
        for (label, value) in lines(credential, today) {
            let label = if console.is_linear { format!("{label}: ") } else { format!("    {label:<9}") };
            console.data_wrapped(&label, &value);
        }
    }
}

/// What the variable keeps from being used.
fn shadowed(listing: &Listing) -> impl Iterator<Item = &Listed> {
    let by_variable = listing.active.as_ref().ok().and_then(|active| listing.credentials.get(*active));
    let shadows = by_variable.is_some_and(|credential| credential.source == ExistingSource::Environment);
    listing.credentials.iter().filter(move |credential| shadows && credential.is_ours)
}

fn title(credential: &Listed) -> String {
    let keeper = match (&credential.source, credential.store) {
        (ExistingSource::Environment, _) => "NOTION_API_TOKEN",
        (_, Some(StoreKind::Ntn)) => "ntn",
        _ => "notion-auth",
    };
    match credential.workspace() {
        Some(workspace) => format!("{} ({keeper})", workspace.name.as_deref().unwrap_or(&workspace.id)),
        None => keeper.into(),
    }
}

fn lines(credential: &Listed, today: Date) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    lines.extend(credential.user().map(|user| ("acts as", user.to_owned())));
    lines.extend(credential.kind().map(|kind| ("kind", kind_words(kind).to_owned())));
    lines.extend(credential.path.map(|path| ("path", path.to_string())));
    lines.push(("where", credential.place.clone()));
    if credential.is_ours {
        let ends = credential.expires_on.map(|end| format!("{end}, {}", days_left(end, today)));
        lines.push(("ends", ends.unwrap_or_else(|| "not known".into())));
    }
    if let ExistingSource::Ntn { .. } = credential.source {
        let note = match (credential.is_ours, credential.readable) {
            (true, true) => "managed by ntn: `ntn logout` ends it",
            (true, false) => "managed by ntn, and only ntn can read it",
            (false, true) => "used by ntn alone; run notion-auth to use it here too",
            (false, false) => "used by ntn alone",
        };
        lines.push(("note", note.into()));
    }
    match credential.check() {
        Some(check) => {
            lines.push(("checked", format!("{}: {}", check.verdict.name(), check.evidence)));
            lines.extend(check.remedy.map(|remedy| ("hint", remedy)));
        }
        None if !credential.readable => lines.push(("checked", not_checked(credential).into())),
        None => {}
    }
    lines
}

fn not_checked(credential: &Listed) -> &'static str {
    match credential.source {
        ExistingSource::Ntn { .. } => "not possible: only ntn can read it",
        _ => "not possible: sign in again, or forget it with `notion-auth logout`",
    }
}

fn kind_words(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Internal => "an internal connection's token",
        TokenKind::User => "a person's: PAT, OAuth token or ntn login",
        TokenKind::Unknown => "not known",
    }
}

/// The document of `status --json`.
#[derive(Serialize)]
struct Document<'a> {
    schema: u8,
    active: Option<Credential<'a>>,
    reason: Option<&'a str>,
    credentials: Vec<Credential<'a>>,
    problems: Vec<serde_json::Value>,
}

#[derive(Serialize)]
struct Credential<'a> {
    workspace: Option<&'a Workspace>,
    user: Option<&'a str>,
    kind: Option<TokenKind>,
    path: Option<PathId>,
    store: Option<&'static str>,
    source: &'static str,
    place: &'a str,
    expires_at: Option<Date>,
    /// Null where Notion was not asked.
    verdict: Option<Verdict>,
    /// Code of the problem that stands behind a verdict other than `pass`.
    problem: Option<&'static str>,
}

pub(super) fn document(listing: &Listing) -> impl Serialize {
    let credentials = || listing.credentials.iter().map(credential);
    let active = listing.active.as_ref().ok().copied();
    let problems = listing.active.as_ref().err().into_iter().chain(&listing.troubles).map(problem_json).collect();
    Document {
        schema: 1,
        active: active.and_then(|active| credentials().nth(active)),
        reason: active.map(|_| listing.reason),
        credentials: credentials().collect(),
        problems,
    }
}

fn credential(listed: &Listed) -> Credential<'_> {
    Credential {
        workspace: listed.workspace(),
        user: listed.user(),
        kind: listed.kind(),
        path: listed.path,
        store: listed.store.map(StoreKind::name),
        source: match listed.source {
            ExistingSource::Environment => "environment",
            ExistingSource::Ours(_) => "notion-auth",
            ExistingSource::Ntn { .. } => "ntn",
        },
        place: &listed.place,
        expires_at: listed.expires_on,
        verdict: listed.check().map(|check| check.verdict),
        problem: listed.answer.as_ref().and_then(|answer| answer.as_ref().err()).map(|problem| problem.code.name()),
    }
}
