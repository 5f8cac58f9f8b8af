//! The title and the details of a credential, shared by `status` and the Accounts page.

use super::listing::{Listed, Listing};
use super::reminder::ends;
use crate::domain::check::Verdict;
use crate::domain::credential::{ExistingSource, StoreKind, TokenKind};
use jiff::civil::Date;
use std::collections::HashMap;

/// The workspace and who stores the credential: `Acme (notion-auth)`.
pub fn title(credential: &Listed) -> String {
    named(credential, false)
}

/// All titles of a list; workspaces with the same name get their ids added.
pub fn titles(listing: &Listing) -> Vec<String> {
    let mut count: HashMap<String, usize> = HashMap::new();
    let titles: Vec<String> = listing.credentials.iter().map(title).collect();
    for title in &titles {
        *count.entry(title.to_lowercase()).or_default() += 1;
    }
    let is_alone = |title: &str| count.get(&title.to_lowercase()).is_none_or(|count| *count < 2);
    let told = |(credential, title): (&Listed, String)| if is_alone(&title) { title } else { named(credential, true) };
    listing.credentials.iter().zip(titles).map(told).collect()
}

fn named(credential: &Listed, with_id: bool) -> String {
    let keeper = match (&credential.source, credential.store) {
        (ExistingSource::Environment, _) => "NOTION_API_TOKEN",
        (_, Some(StoreKind::Ntn)) => "ntn",
        _ => "notion-auth",
    };
    // The label is more specific than the workspace id: one workspace may have several credentials.
    let id = credential.record.as_ref().map(|record| record.account.label());
    match credential.workspace() {
        Some(workspace) => {
            let name = workspace.name.as_deref().unwrap_or(&workspace.id);
            match id.as_deref().or(Some(&workspace.id)) {
                Some(id) if with_id && id != name => format!("{name} ({keeper}, {id})"),
                _ => format!("{name} ({keeper})"),
            }
        }
        None => keeper.into(),
    }
}

/// The details of a credential, each with its label.
pub fn lines(credential: &Listed, today: Date) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    lines.extend(credential.user().map(|user| ("acts as", user.to_owned())));
    lines.extend(credential.kind().map(|kind| ("kind", kind_words(kind).to_owned())));
    lines.extend(credential.path.map(|path| ("path", path.to_string())));
    lines.push(("where", credential.place.clone()));
    if credential.is_ours() {
        lines.push(("ends", credential.expires_on.map_or_else(|| "not known".into(), |end| ends(end, today))));
    }
    if let ExistingSource::Ntn { .. } = credential.source {
        let note = match (credential.is_ours(), credential.readable) {
            (true, true) => "managed by ntn: `ntn logout` ends it",
            (true, false) => "managed by ntn, and only ntn can read it",
            (false, true) => "used by ntn alone; run notion-auth to use it here too",
            (false, false) => "used by ntn alone",
        };
        lines.push(("note", note.into()));
    }
    if let Some(claim) = credential.workspace_claim().filter(|claim| claim.verdict != Verdict::Pass) {
        lines.push(("mind", claim.evidence));
        lines.extend(claim.remedy.map(|remedy| ("hint", remedy)));
    }
    match credential.check() {
        Some(check) => {
            lines.push(("checked", format!("{}: {}", check.verdict.name(), check.evidence)));
            lines.extend(check.remedy.map(|remedy| ("hint", remedy)));
        }
        None if !credential.readable => lines.push(("checked", format!("not possible: {}", not_checked(credential)))),
        None => {}
    }
    lines
}

/// The reason why Notion cannot be asked about an unreadable credential.
pub fn not_checked(credential: &Listed) -> &'static str {
    match credential.source {
        ExistingSource::Ntn { .. } => "only ntn can read it",
        _ => "sign in again, or forget it with `notion-auth logout`",
    }
}

fn kind_words(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Internal => "an internal connection's token",
        TokenKind::User => "a person's: PAT, OAuth token or ntn login",
        TokenKind::Unknown => "not known",
    }
}
