//! The credential that programs use on this machine: the header names it, and Enter continues with it.

use crate::domain::credential::{Existing, ExistingSource, Ledger};

/// Returns the credential with the highest precedence: `NOTION_API_TOKEN`, then our active one, then `ntn`'s login if it is the only one.
///
/// Returns `None` if there is no credential, or if several are saved and none is active.
pub fn in_use<'a>(existing: &'a [Existing], ledger: &Ledger) -> Option<&'a Existing> {
    let find = |is_it: &dyn Fn(&ExistingSource) -> bool| existing.iter().find(|found| is_it(&found.source));
    if let Some(variable) = find(&|source| *source == ExistingSource::Environment) {
        return Some(variable);
    }
    let only = || if existing.len() == 1 { existing.first() } else { None };
    match ledger.active_record() {
        Some(record) => find(&|source| record.stands_for(source)).or_else(only),
        None => only(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::credential::Account;

    fn existing(source: ExistingSource) -> Existing {
        Existing { source, place: "here".into(), workspace: None, unusable: None }
    }

    fn ours(workspace: &str) -> Existing {
        existing(ExistingSource::Ours(Account { workspace: workspace.into(), name: "token".into() }))
    }

    #[test]
    fn the_variable_goes_first_wherever_it_stands_in_the_list() {
        let variable = existing(ExistingSource::Environment);
        let all = [ours("acme"), variable.clone()];
        assert_eq!(in_use(&all, &Ledger::default()), Some(&variable));
    }

    #[test]
    fn an_only_one_is_in_use_and_of_several_none_is_unless_one_is_active() {
        let ntn = existing(ExistingSource::Ntn { workspace: "acme".into() });
        assert_eq!(in_use(&[], &Ledger::default()), None);
        assert_eq!(in_use(std::slice::from_ref(&ntn), &Ledger::default()), Some(&ntn));
        assert_eq!(in_use(&[ours("acme"), ours("beta")], &Ledger::default()), None);
    }
}
