//! Credentials that a search of this machine finds: in the environment, and with `ntn`.

use super::account::Account;
use super::identity::Workspace;
use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::problem::Problem;
use crate::domain::variables::TOKEN_VARIABLE;

/// The source of a discovered credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialSource {
    /// `NOTION_API_TOKEN`.
    Environment,
    /// Another variable that programs read a token from, by name. It is never active by itself.
    OtherVariable(&'static str),
    /// A credential saved by notion-auth.
    Saved(Account),
    /// A login that `ntn` stores, by workspace id.
    Ntn { workspace: String },
}

impl CredentialSource {
    /// The path of a credential from this source. `ntn` reads `NOTION_API_TOKEN` too.
    pub fn path(&self) -> AuthPath {
        match self {
            Self::Environment | Self::Ntn { .. } => AuthMethod::BrowserLogin.path(),
            Self::OtherVariable(_) => AuthMethod::Token.path(),
            Self::Saved(account) => account.auth_path(),
        }
    }

    /// Returns the name of the variable that holds it, if one does.
    pub fn variable(&self) -> Option<&'static str> {
        match self {
            Self::Environment => Some(TOKEN_VARIABLE),
            Self::OtherVariable(name) => Some(name),
            Self::Saved(_) | Self::Ntn { .. } => None,
        }
    }
}

/// A credential that was found on this machine at the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveredCredential {
    pub source: CredentialSource,
    /// Readable location: `NOTION_API_TOKEN`, `keychain`, or a file's path.
    pub place: String,
    pub workspace: Option<Workspace>,
    /// Why we can't use its secret.
    pub unusable: Option<Unusable>,
}

impl DiscoveredCredential {
    /// The credential in `NOTION_API_TOKEN`. `workspace_id` is what `NOTION_WORKSPACE_ID` claims.
    pub fn in_variable(problem: Option<Problem>, workspace_id: Option<String>) -> Self {
        Self {
            source: CredentialSource::Environment,
            place: TOKEN_VARIABLE.into(),
            workspace: workspace_id.map(|id| Workspace { id, name: None }),
            unusable: problem.map(Unusable::Variable),
        }
    }

    /// The credential in another variable. `NOTION_WORKSPACE_ID` claims nothing about it.
    pub fn in_other_variable(name: &'static str, problem: Option<Problem>) -> Self {
        Self {
            source: CredentialSource::OtherVariable(name),
            place: name.into(),
            workspace: None,
            unusable: problem.map(Unusable::Variable),
        }
    }
}

/// Why a credential that is here cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// `ntn` saved it where only `ntn` can read it.
    KeptByNtn,
    /// It is recorded as a login of `ntn`, which no longer lists it.
    Gone,
    /// The value of the variable must not be sent to Notion.
    Variable(Problem),
}

impl Unusable {
    /// The reason in a few words. It contains no secret.
    pub fn reason(&self) -> String {
        match self {
            Self::KeptByNtn => "only ntn can read it".to_owned(),
            Self::Gone => "sign in again, or remove it with notion-auth logout".to_owned(),
            Self::Variable(problem) => problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned()),
        }
    }

    /// Returns the problem with the variable, if that is the reason.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Variable(problem) => Some(problem),
            Self::KeptByNtn | Self::Gone => None,
        }
    }
}
