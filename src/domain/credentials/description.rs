//! The title of a credential, the same wherever it is listed.

use super::found::CredentialSource;
use super::identity::Workspace;
use super::lookup::owner_program;
use super::record::{CredentialRecord, StoreKind};
use crate::domain::variables::TOKEN_VARIABLE;
use std::collections::HashMap;

/// The facts that make up a credential's title, wherever it was found.
#[derive(Clone, Copy, Debug)]
pub struct NamedCredential<'a> {
    pub source: &'a CredentialSource,
    pub record: Option<&'a CredentialRecord>,
    pub workspace: Option<&'a Workspace>,
}

/// Returns the titles of a list, such as `Acme (notion-auth)`: the workspace and the program that stores the credential. A title that
/// occurs more than once also gets the label that selects the credential.
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
    let distinguish = |(credential, title): (&NamedCredential<'_>, String)| {
        if is_alone(&title) { title } else { credential.title(label(credential).as_deref()) }
    };
    credentials.iter().zip(titles).map(distinguish).collect()
}

impl NamedCredential<'_> {
    fn title(&self, label: Option<&str>) -> String {
        let owner = match self.source {
            CredentialSource::Environment => TOKEN_VARIABLE,
            CredentialSource::OtherVariable(name) => name,
            CredentialSource::Ntn { .. } => owner_program(StoreKind::Ntn),
            CredentialSource::Saved(_) => owner_program(self.record.map_or(StoreKind::None, |record| record.store)),
        };
        let Some(workspace) = self.workspace else { return owner.into() };
        let name = workspace.name.as_deref().unwrap_or(&workspace.id);
        match label.filter(|label| *label != name) {
            Some(label) => format!("{name} ({owner}, {label})"),
            None => format!("{name} ({owner})"),
        }
    }
}
