//! The credentials on this machine in one list, and the one rule for which of them is active.

use super::account::Account;
use super::description::titles;
use super::entry::Entry;
use super::found::{CredentialSource, DiscoveredCredential, Unusable};
use super::index::{CredentialIndex, NoActive, TokenPurpose};
use super::lookup::{self, SelectionError};
use super::record::{CredentialRecord, StoreKind};
use crate::domain::problem::Problem;
use std::collections::HashMap;

/// Every credential that was found, however it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// In this order: `NOTION_API_TOKEN`, the saved ones in the order of their records, `ntn`'s, other variables.
    pub entries: Vec<Entry>,
    pub index: CredentialIndex,
    /// The reason why the records could not be read; `index` is empty then.
    pub index_problem: Option<Problem>,
    /// A problem met while searching elsewhere. It hides none of the entries.
    pub search_problem: Option<Problem>,
    /// `NOTION_API_TOKEN` is known to hold a token of another workspace than `NOTION_WORKSPACE_ID` names.
    pub variable_conflict: Option<Problem>,
}

/// The credential that programs use, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Active<'a> {
    pub entry: &'a Entry,
    pub reason: ActiveReason,
    /// Why the variable, which goes first, is refused.
    pub problem: Option<&'a Problem>,
}

/// Why the active credential is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActiveReason {
    /// `NOTION_API_TOKEN` takes precedence over everything that is saved.
    Variable,
    /// `NOTION_WORKSPACE_ID` selects among the saved ones.
    WorkspaceVariable,
    /// It is the only record, of a login that `ntn` keeps.
    OnlyLogin,
    /// It is the only record.
    OnlySaved,
    /// The person signed in or switched to it last.
    Marked,
}

impl ActiveReason {
    pub fn text(self) -> &'static str {
        match self {
            Self::Variable => "NOTION_API_TOKEN overrides saved credentials.",
            Self::WorkspaceVariable => "NOTION_WORKSPACE_ID selects it.",
            Self::OnlyLogin => "It is the only sign-in on this machine.",
            Self::OnlySaved => "It is the only saved credential.",
            Self::Marked => "You signed in or switched to it last.",
        }
    }
}

impl Inventory {
    /// Combines what was found elsewhere with what is recorded here.
    ///
    /// `file_place` is the path of the private file.
    pub fn new(
        found: Vec<DiscoveredCredential>,
        index: Result<CredentialIndex, Problem>,
        search_problem: Option<Problem>,
        file_place: &str,
    ) -> Self {
        let (index, index_problem) = match index {
            Ok(index) => (index, None),
            Err(problem) => (CredentialIndex::default(), Some(problem)),
        };
        let (logins, found): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|found| matches!(found.source, CredentialSource::Ntn { .. }));
        let (others, found): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|found| matches!(found.source, CredentialSource::OtherVariable(_)));
        let mut entries: Vec<Entry> = found.into_iter().map(Entry::from).collect();
        let mut logins = NtnLogins::new(logins);
        entries.extend(index.credentials.iter().map(|record| Entry::from_record(record, logins.remove(record), file_place)));
        entries.extend(logins.into_remaining().chain(others).map(Entry::from));
        Self { entries, index, index_problem, search_problem, variable_conflict: None }
    }

    /// Returns the credential that programs use: `NOTION_API_TOKEN`, whatever it holds, or the active record. A login that only
    /// `ntn` knows is never active by itself.
    pub fn active(&self) -> Result<Active<'_>, NoActive> {
        if let Some(entry) = self.variable() {
            let problem = entry.unusable.as_ref().and_then(Unusable::problem).or(self.variable_conflict.as_ref());
            return Ok(Active { entry, reason: ActiveReason::Variable, problem });
        }
        if let Some(problem) = &self.index_problem {
            return Err(NoActive::Unreadable(problem.clone()));
        }
        let record = self.index.active_record().ok_or_else(|| NoActive::among(&self.index, TokenPurpose::Api))?;
        let entry = self.entry_of(&record.account).ok_or(NoActive::NotSignedIn)?;
        Ok(Active { entry, reason: self.record_reason(), problem: None })
    }

    fn record_reason(&self) -> ActiveReason {
        let records: Vec<_> = self.index.credentials.iter().filter(|record| TokenPurpose::Api.accepts(record)).collect();
        match records.as_slice() {
            _ if self.index.workspace_variable.is_some() => ActiveReason::WorkspaceVariable,
            [record] if record.store == StoreKind::Ntn => ActiveReason::OnlyLogin,
            [_] => ActiveReason::OnlySaved,
            _ => ActiveReason::Marked,
        }
    }

    /// Returns the active credential, unless it is a variable that is refused.
    pub fn working(&self) -> Result<Active<'_>, SelectionError<'_>> {
        match self.active() {
            Ok(Active { problem: Some(problem), .. }) => Err(problem.clone().into()),
            Ok(active) => Ok(active),
            Err(reason) => Err(lookup::not_selected(&self.index, &reason, TokenPurpose::Api)),
        }
    }

    /// Returns the credential for the REST API that a name, or no name, refers to. A name always refers to a saved one.
    pub fn select(&self, wanted: Option<&str>) -> Result<&Entry, SelectionError<'_>> {
        let Some(wanted) = wanted else { return self.working().map(|active| active.entry) };
        if let Some(problem) = &self.index_problem {
            return Err(problem.clone().into());
        }
        let record = lookup::find_credential(&self.index, wanted, TokenPurpose::Api)?;
        self.entry_of(&record.account).ok_or_else(|| lookup::no_saved_credential().into())
    }

    /// Returns the entry of `NOTION_API_TOKEN`, if it is set.
    pub fn variable(&self) -> Option<&Entry> {
        self.entry_from(&CredentialSource::Environment)
    }

    /// Returns the entry of a saved credential.
    pub fn entry_of(&self, account: &Account) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.record.as_ref().is_some_and(|record| record.account == *account))
    }

    pub fn entry_from(&self, source: &CredentialSource) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.source == *source)
    }

    /// Returns the entries with the active record first among the saved ones, as they are offered for a choice.
    pub fn by_precedence(&self) -> Vec<&Entry> {
        let active = self.index.active_record().map(|record| &record.account);
        let mut entries: Vec<&Entry> = self.entries.iter().collect();
        entries.sort_by_key(|entry| match (&entry.source, &entry.record) {
            (CredentialSource::Environment, _) => 0,
            (_, Some(record)) if Some(&record.account) == active => 1,
            (_, Some(_)) | (CredentialSource::Saved(_), None) => 2,
            (CredentialSource::Ntn { .. }, None) => 3,
            (CredentialSource::OtherVariable(_), None) if entry.is_usable() => 4,
            (CredentialSource::OtherVariable(_), None) => 5,
        });
        entries
    }

    /// Returns the problems that are not the reason why no credential is active.
    pub fn other_problems(&self) -> Vec<&Problem> {
        let of_index = self.index_problem.as_ref().filter(|_| self.variable().is_some());
        self.search_problem.iter().chain(of_index).collect()
    }

    /// Returns what went wrong while searching, as one problem.
    pub fn problem(&self) -> Option<Problem> {
        Problem::combine(self.index_problem.clone(), self.search_problem.clone())
    }

    /// Returns the name of each credential, in order.
    pub fn titles(&self) -> Vec<String> {
        titles(&self.entries.iter().map(Entry::named).collect::<Vec<_>>())
    }
}

/// The logins of `ntn`, indexed by workspace so that many records can be matched quickly.
struct NtnLogins {
    all: Vec<Option<DiscoveredCredential>>,
    by_workspace: HashMap<String, usize>,
}

impl NtnLogins {
    fn new(logins: Vec<DiscoveredCredential>) -> Self {
        let mut by_workspace = HashMap::new();
        for (at, login) in logins.iter().enumerate() {
            if let CredentialSource::Ntn { workspace } = &login.source {
                by_workspace.entry(normalized_id(workspace)).or_insert(at);
            }
        }
        Self { all: logins.into_iter().map(Some).collect(), by_workspace }
    }

    /// Removes and returns the login that this record describes, so that it is listed once.
    fn remove(&mut self, record: &CredentialRecord) -> Option<DiscoveredCredential> {
        if record.store != StoreKind::Ntn {
            return None;
        }
        let at = *self.by_workspace.get(&normalized_id(&record.workspace.id))?;
        self.all.get_mut(at)?.take()
    }

    fn into_remaining(self) -> impl Iterator<Item = DiscoveredCredential> {
        self.all.into_iter().flatten()
    }
}

/// Normalizes an id the way [`crate::domain::credentials::same_id`] compares ids.
fn normalized_id(id: &str) -> String {
    id.replace('-', "").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::credentials::Workspace;
    use crate::domain::problem::ProblemCode;

    fn found(source: CredentialSource) -> DiscoveredCredential {
        DiscoveredCredential { source, place: "here".into(), workspace: None, unusable: None }
    }

    fn record(workspace: &str, store: StoreKind) -> CredentialRecord {
        CredentialRecord {
            account: Account { workspace: workspace.into(), name: "token@bot-1".into() },
            workspace: Workspace { id: workspace.into(), name: None },
            user: None,
            store,
            ..CredentialRecord::example()
        }
    }

    fn index(records: &[CredentialRecord]) -> CredentialIndex {
        CredentialIndex { credentials: records.to_vec(), ..CredentialIndex::default() }
    }

    fn inventory(found: Vec<DiscoveredCredential>, index: CredentialIndex) -> Inventory {
        Inventory::new(found, Ok(index), None, "/c/secrets.json")
    }

    fn reason(inventory: &Inventory) -> Result<(CredentialSource, ActiveReason), NoActive> {
        inventory.active().map(|active| (active.entry.source.clone(), active.reason))
    }

    #[test]
    fn the_variable_goes_first_wherever_it_was_found_and_whatever_it_holds() {
        let unusable = Some(Unusable::Variable(Problem::new(ProblemCode::ForeignSecret)));
        for variable in
            [found(CredentialSource::Environment), DiscoveredCredential { unusable, ..found(CredentialSource::Environment) }]
        {
            let all = vec![found(CredentialSource::Ntn { workspace: "beta".into() }), variable];
            let inventory = inventory(all, index(&[record("acme", StoreKind::File)]));
            assert_eq!(reason(&inventory), Ok((CredentialSource::Environment, ActiveReason::Variable)));
            assert_eq!(inventory.working().is_ok(), inventory.entries[0].is_usable());
        }
    }

    #[test]
    fn a_login_that_only_ntn_knows_is_listed_and_never_active() {
        let listed = inventory(vec![found(CredentialSource::Ntn { workspace: "acme".into() })], CredentialIndex::default());
        assert_eq!((listed.entries.len(), reason(&listed)), (1, Err(NoActive::NotSignedIn)));
    }

    #[test]
    fn a_recorded_login_is_one_entry_and_active_as_the_only_one() {
        let login = CredentialSource::Ntn { workspace: "AC-ME".into() };
        let listed = inventory(vec![found(login.clone())], index(&[record("acme", StoreKind::Ntn)]));
        assert_eq!((listed.entries.len(), reason(&listed)), (1, Ok((login, ActiveReason::OnlyLogin))));
        let gone = inventory(Vec::new(), index(&[record("acme", StoreKind::Ntn)]));
        assert_eq!(gone.active().unwrap().entry.unusable, Some(Unusable::Gone));
    }

    #[test]
    fn of_several_the_marked_one_is_active_and_without_a_mark_none() {
        let records = [record("acme", StoreKind::Keychain), record("beta", StoreKind::File)];
        let unmarked = inventory(Vec::new(), index(&records));
        assert_eq!(reason(&unmarked), Err(NoActive::Ambiguous { count: 2 }));
        let marked = CredentialIndex { active: Some(records[1].account.clone()), ..index(&records) };
        let marked = inventory(Vec::new(), marked);
        assert_eq!(reason(&marked), Ok((CredentialSource::Saved(records[1].account.clone()), ActiveReason::Marked)));
        let places: Vec<_> = marked.by_precedence().iter().map(|entry| entry.place.as_str()).collect();
        assert_eq!(places, ["/c/secrets.json", "keychain, account acme/token@bot-1"]);
    }

    #[test]
    fn the_workspace_variable_selects_among_the_saved_ones() {
        let records = [record("acme", StoreKind::File), record("beta", StoreKind::File)];
        let named = |id: &str| CredentialIndex { workspace_variable: Some(id.into()), ..index(&records) };
        let beta = inventory(Vec::new(), named("beta"));
        let expected = (CredentialSource::Saved(records[1].account.clone()), ActiveReason::WorkspaceVariable);
        assert_eq!(reason(&beta), Ok(expected));
        let gamma = inventory(Vec::new(), named("gamma"));
        assert_eq!(reason(&gamma), Err(NoActive::WorkspaceNotSaved { id: "gamma".into() }));
    }

    #[test]
    fn records_that_cannot_be_read_leave_none_active_but_the_variable() {
        let problem = Problem::new(ProblemCode::FileCorrupt);
        let unreadable = |found| Inventory::new(found, Err(problem.clone()), None, "");
        assert_eq!(reason(&unreadable(Vec::new())), Err(NoActive::Unreadable(problem.clone())));
        assert!(unreadable(vec![found(CredentialSource::Environment)]).active().is_ok());
    }
}
