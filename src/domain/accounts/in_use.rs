//! The credential that programs use on this machine: the header names it, and Enter continues with it.

use crate::domain::credential::{CredentialIndex, CredentialSource, DiscoveredCredential};

/// Returns the credential with the highest precedence: `NOTION_API_TOKEN`, then our active one, then `ntn`'s login if it is the only one.
///
/// Returns `None` if there is no credential, or if several are saved and none is active.
pub fn credential_in_use<'a>(existing: &'a [DiscoveredCredential], ledger: &CredentialIndex) -> Option<&'a DiscoveredCredential> {
    let find = |is_it: &dyn Fn(&CredentialSource) -> bool| existing.iter().find(|found| is_it(&found.source));
    if let Some(variable) = find(&|source| *source == CredentialSource::Environment) {
        return Some(variable);
    }
    let only = || if existing.len() == 1 { existing.first() } else { None };
    match ledger.active_record() {
        Some(record) => find(&|source| record.refers_to(source)).or_else(only),
        None => only(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::credential::Account;

    fn existing(source: CredentialSource) -> DiscoveredCredential {
        DiscoveredCredential { source, place: "here".into(), workspace: None, unusable: None }
    }

    fn ours(workspace: &str) -> DiscoveredCredential {
        existing(CredentialSource::Saved(Account { workspace: workspace.into(), name: "token".into() }))
    }

    #[test]
    fn the_variable_goes_first_wherever_it_stands_in_the_list() {
        let variable = existing(CredentialSource::Environment);
        let all = [ours("acme"), variable.clone()];
        assert_eq!(credential_in_use(&all, &CredentialIndex::default()), Some(&variable));
    }

    #[test]
    fn an_only_one_is_in_use_and_of_several_none_is_unless_one_is_active() {
        let ntn = existing(CredentialSource::Ntn { workspace: "acme".into() });
        assert_eq!(credential_in_use(&[], &CredentialIndex::default()), None);
        assert_eq!(credential_in_use(std::slice::from_ref(&ntn), &CredentialIndex::default()), Some(&ntn));
        assert_eq!(credential_in_use(&[ours("acme"), ours("beta")], &CredentialIndex::default()), None);
    }
}
