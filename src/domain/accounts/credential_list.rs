//! Every credential on this machine in one list, in order of precedence: the environment variable, ours, `ntn`'s.

use super::description::{NamedCredential, titles};
use super::lookup;
use crate::domain::catalog::AuthPath;
use crate::domain::check::Check;
use crate::domain::checks;
use crate::domain::credential::{
    CredentialIndex, CredentialRecord, CredentialSource, DiscoveredCredential, Identity, StoreKind, TokenKind, Unusable, Workspace,
};
use crate::domain::problem::Problem;
use jiff::civil::Date;
use std::collections::HashMap;

/// Notion's answer about one credential.
pub type IdentityResult = Result<Identity, Problem>;

#[derive(Clone, Debug, PartialEq)]
pub struct CredentialList {
    pub credentials: Vec<CredentialView>,
    /// Index of the credential in use, or the problem if there is none.
    pub active: Result<usize, Problem>,
    pub reason: &'static str,
    /// Problems met while collecting; the credentials that were found are listed anyway.
    pub problems: Vec<Problem>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CredentialView {
    pub source: CredentialSource,
    /// Readable description of the location.
    pub place: String,
    /// Why its secret is of no use to us.
    pub unusable: Option<Unusable>,
    pub path: Option<AuthPath>,
    pub store: Option<StoreKind>,
    pub expires_on: Option<Date>,
    /// Our record of the sign-in, even if `ntn` holds the secret.
    pub record: Option<CredentialRecord>,
    /// `None` if Notion was not asked.
    pub answer: Option<IdentityResult>,
    workspace: Option<Workspace>,
}

impl CredentialView {
    fn identity(&self) -> Option<&Identity> {
        self.answer.as_ref()?.as_ref().ok()
    }

    /// Why Notion cannot be asked about it.
    pub fn not_checked(&self) -> Option<String> {
        self.unusable.as_ref().map(Unusable::reason)
    }

    /// True if it is in the credential index.
    pub fn is_ours(&self) -> bool {
        self.record.is_some()
    }

    /// Notion's current answer takes precedence over the record.
    pub fn workspace(&self) -> Option<&Workspace> {
        self.identity().and_then(|identity| identity.workspace.as_ref()).or(self.workspace.as_ref())
    }

    pub fn user(&self) -> Option<&str> {
        let noted = || self.record.as_ref().and_then(|record| record.user.as_deref());
        self.identity().and_then(Identity::display_name).or_else(noted)
    }

    pub fn kind(&self) -> Option<TokenKind> {
        self.identity().map(Identity::kind).or_else(|| self.record.as_ref().map(|record| record.kind))
    }

    /// Compares `NOTION_WORKSPACE_ID` with the workspace that Notion reports for the token in `NOTION_API_TOKEN`. The two variables are
    /// set separately and may disagree.
    pub fn workspace_variable_check(&self) -> Option<Check> {
        let claim = self.workspace.as_ref().filter(|_| self.source == CredentialSource::Environment)?;
        let own = self.identity()?.workspace.as_ref();
        Some(checks::workspace_variable_check(&claim.id, own))
    }

    pub fn validity_check(&self) -> Option<Check> {
        self.answer.as_ref().map(|answer| checks::validity_check(answer.as_ref()))
    }
}

impl CredentialList {
    /// Returns the name of each credential, in order.
    pub fn titles(&self) -> Vec<String> {
        let all = self.credentials.iter().map(|listed| NamedCredential {
            source: &listed.source,
            record: listed.record.as_ref(),
            workspace: listed.workspace(),
        });
        titles(&all.collect::<Vec<_>>())
    }

    /// From what was found elsewhere and what is written down here. Those of ours among `existing` are known from the ledger.
    ///
    /// `variable` is true if `NOTION_API_TOKEN` is set. `ledger` is an error if the records cannot be read.
    pub fn new(
        variable: Result<bool, Problem>,
        existing: &[DiscoveredCredential],
        ledger: Result<&CredentialIndex, Problem>,
        trouble: Option<Problem>,
        file_place: &str,
    ) -> Self {
        let mut troubles: Vec<Problem> = trouble.into_iter().collect();
        let ledger_trouble = ledger.as_ref().err().cloned();
        troubles.extend(ledger_trouble.clone());
        let nothing = CredentialIndex::default();
        let ledger = ledger.unwrap_or(&nothing);

        let mut views: Vec<_> =
            existing.iter().filter(|existing| existing.source == CredentialSource::Environment).map(discovered_view).collect();
        let in_environment = views.len();
        let mut logins = NtnLogins::new(existing);
        views.extend(ledger.credentials.iter().map(|record| saved_view(record, logins.remove(record), file_place)));
        views.extend(logins.into_remaining().map(discovered_view));

        let (active, reason) = match (variable, ledger_trouble) {
            (Err(problem), _) | (Ok(false), Some(problem)) => (Err(problem), ""),
            (Ok(true), _) if in_environment == 0 => (Err(Problem::bug("the variable is set and not listed")), ""),
            (Ok(true), _) => (Ok(0), "The variable goes before what is kept."),
            (Ok(false), None) => {
                let active = lookup::active_credential(ledger).map(|record| position_of(record, ledger) + in_environment);
                (active.map_err(Problem::from), active_reason(ledger))
            }
        };
        // A problem that explains why no credential is in use is not listed twice.
        troubles.retain(|problem| active.as_ref().err() != Some(problem));
        Self { credentials: views, active, reason, problems: troubles }
    }
}

/// The logins of `ntn`, indexed by workspace so that many records can be matched quickly.
struct NtnLogins<'a> {
    all: Vec<Option<&'a DiscoveredCredential>>,
    by_workspace: HashMap<String, usize>,
}

impl<'a> NtnLogins<'a> {
    fn new(existing: &'a [DiscoveredCredential]) -> Self {
        let mut logins = Self { all: Vec::new(), by_workspace: HashMap::new() };
        for login in existing {
            if let CredentialSource::Ntn { workspace } = &login.source {
                logins.by_workspace.entry(normalized_id(workspace)).or_insert(logins.all.len());
                logins.all.push(Some(login));
            }
        }
        logins
    }

    /// Removes and returns the login that this record describes, so that it is listed once.
    fn remove(&mut self, record: &CredentialRecord) -> Option<&'a DiscoveredCredential> {
        if record.store != StoreKind::Ntn {
            return None;
        }
        let at = *self.by_workspace.get(&normalized_id(&record.workspace.id))?;
        self.all.get_mut(at)?.take()
    }

    fn into_remaining(self) -> impl Iterator<Item = &'a DiscoveredCredential> {
        self.all.into_iter().flatten()
    }
}

/// Normalizes an id the way [`crate::domain::credential::same_id`] compares ids.
fn normalized_id(id: &str) -> String {
    id.replace('-', "").to_ascii_lowercase()
}

fn position_of(record: &CredentialRecord, ledger: &CredentialIndex) -> usize {
    ledger.credentials.iter().position(|other| std::ptr::eq(other, record)).unwrap_or_default()
}

/// The reason why the active credential is in use, if no environment variable takes precedence.
pub fn active_reason(ledger: &CredentialIndex) -> &'static str {
    match ledger.credentials.as_slice() {
        _ if ledger.workspace_variable.is_some() => "NOTION_WORKSPACE_ID names its workspace.",
        [record] if record.store == StoreKind::Ntn => "It is the only one signed in to here.",
        [_] => "It is the only one kept here.",
        _ => "It is the one that was signed in or switched to last.",
    }
}

fn discovered_view(existing: &DiscoveredCredential) -> CredentialView {
    let is_ntn = matches!(existing.source, CredentialSource::Ntn { .. });
    CredentialView {
        source: existing.source.clone(),
        place: existing.place.clone(),
        unusable: existing.unusable.clone(),
        path: is_ntn.then_some(AuthPath::Cli),
        store: is_ntn.then_some(StoreKind::Ntn),
        expires_on: None,
        record: None,
        answer: None,
        workspace: existing.workspace.clone(),
    }
}

/// The view of a saved record; `login` is the login it refers to, if `ntn` still has it.
fn saved_view(record: &CredentialRecord, login: Option<&DiscoveredCredential>, file_place: &str) -> CredentialView {
    let ours = || {
        let place = match record.store {
            StoreKind::Keychain => format!("keychain, account {}", record.account.key()),
            StoreKind::File => file_place.to_owned(),
            StoreKind::None => "this session only".into(),
            StoreKind::Ntn => "nowhere any more: ntn does not list it".into(),
        };
        (CredentialSource::Saved(record.account.clone()), place, (record.store == StoreKind::Ntn).then_some(Unusable::Gone))
    };
    let of_ntn = |login: &DiscoveredCredential| (login.source.clone(), login.place.clone(), login.unusable.clone());
    let (source, place, unusable) = login.map_or_else(ours, of_ntn);
    CredentialView {
        source,
        place,
        unusable,
        path: Some(record.path),
        store: Some(record.store),
        expires_on: record.expires_on,
        answer: None,
        workspace: Some(record.workspace.clone()),
        record: Some(record.clone()),
    }
}
