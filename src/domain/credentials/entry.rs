//! One credential of the inventory.

use super::description::NamedCredential;
use super::found::{CredentialSource, DiscoveredCredential, Unusable};
use super::identity::{Identity, TokenKind, Workspace};
use super::record::{CredentialRecord, StoreKind};
use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::problem::Problem;
use jiff::civil::Date;

/// Notion's answer about one credential.
pub type IdentityResult = Result<Identity, Problem>;

/// One credential: where it is, and what is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub source: CredentialSource,
    /// Readable description of the location.
    pub place: String,
    /// The variables that hold the same token.
    pub also_in: Vec<&'static str>,
    /// The workspace as it was recorded, or as the environment or `ntn` names it.
    pub workspace: Option<Workspace>,
    /// Why we can't use its secret.
    pub unusable: Option<Unusable>,
    /// Our record of the sign-in, even if `ntn` holds the secret.
    pub record: Option<CredentialRecord>,
    /// `None` if Notion was not asked.
    pub answer: Option<IdentityResult>,
}

impl Entry {
    /// `login` is the login that the record refers to, if `ntn` still has it.
    pub(super) fn from_record(record: &CredentialRecord, login: Option<DiscoveredCredential>, file_place: &str) -> Self {
        let (source, place, unusable) = match login {
            Some(login) => (login.source, login.place, login.unusable),
            None => (
                CredentialSource::Saved(record.account.clone()),
                match record.store {
                    StoreKind::Keychain => format!("keychain, account {}", record.account.key()),
                    StoreKind::File => file_place.to_owned(),
                    StoreKind::None => "this session only".into(),
                    StoreKind::Ntn => "not found: ntn no longer lists this login".into(),
                },
                (record.store == StoreKind::Ntn).then_some(Unusable::Gone),
            ),
        };
        let workspace = Some(record.workspace.clone());
        Self { source, place, also_in: Vec::new(), unusable, workspace, record: Some(record.clone()), answer: None }
    }

    /// The place to load the secret from. A recorded login of `ntn` is looked for even if `ntn` does not list it any more.
    pub fn secret_source(&self) -> CredentialSource {
        self.record.as_ref().map_or_else(|| self.source.clone(), CredentialRecord::source)
    }

    pub fn is_usable(&self) -> bool {
        self.unusable.is_none()
    }

    /// True if it is in the credential index.
    pub fn is_ours(&self) -> bool {
        self.record.is_some()
    }

    /// False if only `ntn` can ask Notion about it. A recorded login that `ntn` does not list any more is tried: the error names the
    /// places that were searched. For a variable that cannot be used the answer is its problem, and nothing is sent.
    pub fn can_be_verified(&self) -> bool {
        self.is_usable() || !self.is_of_ntn()
    }

    /// Why Notion cannot be asked about it.
    pub fn not_checked(&self) -> Option<String> {
        self.unusable.as_ref().map(Unusable::reason)
    }

    /// The path that the credential was created on. The owner of a token in a variable doesn't reveal the path.
    pub fn path(&self) -> Option<AuthPath> {
        self.record.as_ref().map(|record| record.path).or_else(|| self.is_of_ntn().then(|| AuthMethod::BrowserLogin.path()))
    }

    /// True if it works with Notion MCP and with nothing else.
    pub fn is_mcp(&self) -> bool {
        self.record.as_ref().is_some_and(CredentialRecord::is_mcp)
    }

    pub fn store(&self) -> Option<StoreKind> {
        self.record.as_ref().map(|record| record.store).or_else(|| self.is_of_ntn().then_some(StoreKind::Ntn))
    }

    pub fn expires_on(&self) -> Option<Date> {
        self.record.as_ref()?.expires_on
    }

    pub fn identity(&self) -> Option<&Identity> {
        self.answer.as_ref()?.as_ref().ok()
    }

    /// Notion's current answer takes precedence over the record.
    pub fn workspace(&self) -> Option<&Workspace> {
        self.identity().and_then(|identity| identity.workspace.as_ref()).or(self.workspace.as_ref())
    }

    pub fn user(&self) -> Option<&str> {
        let recorded = || self.record.as_ref().and_then(|record| record.user.as_deref());
        self.identity().and_then(Identity::display_name).or_else(recorded)
    }

    pub fn kind(&self) -> Option<TokenKind> {
        let recorded = self.record.as_ref().map(|record| record.kind);
        recorded.filter(|_| self.is_mcp()).or_else(|| self.identity().map(Identity::kind)).or(recorded)
    }

    pub fn named(&self) -> NamedCredential<'_> {
        NamedCredential { source: &self.source, record: self.record.as_ref(), workspace: self.workspace() }
    }

    /// The location in a word or a path, for a line that lists several.
    pub fn short_place(&self) -> &str {
        match (&self.source, &self.record) {
            (CredentialSource::Saved(_), Some(record)) => record.store.name(),
            _ => &self.place,
        }
    }

    fn is_of_ntn(&self) -> bool {
        matches!(self.source, CredentialSource::Ntn { .. })
    }
}

impl From<DiscoveredCredential> for Entry {
    fn from(found: DiscoveredCredential) -> Self {
        let DiscoveredCredential { source, place, workspace, unusable } = found;
        Self { source, place, also_in: Vec::new(), workspace, unusable, record: None, answer: None }
    }
}
