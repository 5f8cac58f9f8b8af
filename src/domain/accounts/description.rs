//! The title and the details of a credential, shared by `status` and the Accounts page.

use super::credential_list::CredentialView;
use super::expiry::expiry_text;
use super::lookup::keeper_of;
use crate::domain::check::Verdict;
use crate::domain::credential::{CredentialRecord, CredentialSource, StoreKind, TokenKind, Workspace};
use jiff::civil::Date;
use std::collections::HashMap;

/// Whatever a credential is called by, wherever it was found.
#[derive(Clone, Copy, Debug)]
pub struct NamedCredential<'a> {
    pub source: &'a CredentialSource,
    pub record: Option<&'a CredentialRecord>,
    pub workspace: Option<&'a Workspace>,
}

/// All of a list: `Acme (notion-auth)`, the workspace and who keeps it; those of one name are told apart by what selects each.
pub fn titles(credentials: &[NamedCredential<'_>]) -> Vec<String> {
    let titles: Vec<String> = credentials.iter().map(|credential| credential.title(None)).collect();
    let accounts = || credentials.iter().filter_map(|credential| credential.record).map(|record| &record.account);
    let mut count: HashMap<String, usize> = HashMap::new();
    for title in &titles {
        *count.entry(title.to_lowercase()).or_default() += 1;
    }
    let is_alone = |title: &str| count.get(&title.to_lowercase()).is_none_or(|count| *count < 2);
    let label = |credential: &NamedCredential<'_>| match (credential.record, credential.workspace) {
        (Some(record), _) => Some(record.account.label(accounts())),
        (None, workspace) => workspace.map(|workspace| workspace.id.clone()),
    };
    let told = |(credential, title): (&NamedCredential<'_>, String)| {
        if is_alone(&title) { title } else { credential.title(label(credential).as_deref()) }
    };
    credentials.iter().zip(titles).map(told).collect()
}

impl NamedCredential<'_> {
    fn title(&self, label: Option<&str>) -> String {
        let keeper = match self.source {
            CredentialSource::Environment => "NOTION_API_TOKEN",
            CredentialSource::Ntn { .. } => keeper_of(StoreKind::Ntn),
            CredentialSource::Saved(_) => keeper_of(self.record.map_or(StoreKind::None, |record| record.store)),
        };
        let Some(workspace) = self.workspace else { return keeper.into() };
        let name = workspace.name.as_deref().unwrap_or(&workspace.id);
        match label.filter(|label| *label != name) {
            Some(label) => format!("{name} ({keeper}, {label})"),
            None => format!("{name} ({keeper})"),
        }
    }
}

/// The details of a credential, each with its label.
pub fn detail_lines(credential: &CredentialView, today: Date) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    lines.extend(credential.user().map(|user| ("acts as", user.to_owned())));
    lines.extend(credential.kind().map(|kind| ("kind", kind_text(kind).to_owned())));
    lines.extend(credential.path.map(|path| ("path", path.to_string())));
    lines.push(("where", credential.place.clone()));
    if credential.is_ours() {
        lines.push(("ends", credential.expires_on.map_or_else(|| "not known".into(), |end| expiry_text(end, today))));
    }
    if let CredentialSource::Ntn { .. } = credential.source {
        let note = match (credential.is_ours(), credential.unusable.is_none()) {
            (true, true) => "managed by ntn: `ntn logout` ends it",
            (true, false) => "managed by ntn, and only ntn can read it",
            (false, true) => "used by ntn alone; run notion-auth to use it here too",
            (false, false) => "used by ntn alone",
        };
        lines.push(("note", note.into()));
    }
    if let Some(claim) = credential.workspace_variable_check().filter(|claim| claim.verdict != Verdict::Pass) {
        lines.push(("mind", claim.evidence));
        lines.extend(claim.remedy.map(|remedy| ("hint", remedy)));
    }
    match credential.validity_check() {
        Some(check) => {
            lines.push(("checked", format!("{}: {}", check.verdict.name(), check.evidence)));
            lines.extend(check.remedy.map(|remedy| ("hint", remedy)));
        }
        None => lines.extend(credential.not_checked().map(|why| ("checked", format!("not possible: {why}")))),
    }
    lines
}

fn kind_text(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Internal => "an internal connection's token",
        TokenKind::User => "a person's: PAT, OAuth token or ntn login",
        TokenKind::Unknown => "not known",
    }
}
