//! A secret before and after Notion has verified it.

use super::account::Account;
use super::found::CredentialSource;
use super::identity::{Identity, Workspace};
use super::record::{CredentialRecord, Secrets, StoreKind};
use crate::domain::auth_path::AuthPath;
use crate::domain::oauth::OauthConnection;
use crate::domain::secret::Secret;
use jiff::civil::Date;
use strum::IntoStaticStr;

/// An unverified secret and its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Candidate {
    Pasted {
        secret: Secret,
        path: AuthPath,
    },
    Discovered(CredentialSource),
    /// An access token that was just issued to the person's own connection.
    Granted {
        token: Secret,
        connection: Box<OauthConnection>,
    },
}

/// A secret that Notion has verified. Only a successful verification creates one, and only such a secret can be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedCredential {
    secret: Secret,
    pub identity: Identity,
    pub path: AuthPath,
    /// Set if it was discovered on this machine rather than pasted.
    pub found_in: Option<CredentialSource>,
    /// The person's own connection that issued it.
    pub connection: Option<Box<OauthConnection>>,
}

impl VerifiedCredential {
    /// Called by the runtime after Notion's response; `tests/it/layers.rs` checks that no other layer calls it.
    pub fn new(secret: Secret, identity: Identity, path: AuthPath, found_in: Option<CredentialSource>) -> Self {
        Self { secret, identity, path, found_in, connection: None }
    }

    #[must_use]
    pub fn with_connection(self, connection: Option<Box<OauthConnection>>) -> Self {
        Self { connection, ..self }
    }

    /// All secrets that have to be saved.
    pub fn secrets(&self) -> Secrets {
        let connection = self.connection.as_deref();
        Secrets {
            token: self.secret.clone(),
            refresh: connection.and_then(|connection| connection.refresh.clone()),
            client_secret: connection.map(|connection| connection.client.secret.clone()),
            ..Secrets::default()
        }
    }

    /// Returns this credential as it is saved under this account now.
    #[must_use]
    pub fn saved_as(self, account: Account) -> Self {
        Self { found_in: Some(CredentialSource::Saved(account)), ..self }
    }

    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The record to save.
    pub fn record(&self, store: StoreKind, expires_on: Option<Date>, today: Date) -> CredentialRecord {
        let account = self.account();
        let named = self.identity.workspace.clone();
        let workspace = named.unwrap_or_else(|| Workspace { id: account.workspace.clone(), name: None });
        CredentialRecord {
            account,
            workspace,
            user: self.identity.display_name().map(str::to_owned),
            kind: self.identity.kind(),
            path: self.path,
            store,
            expires_on,
            saved_on: today,
            connection: self.connection.as_ref().map(|connection| connection.record()),
            mcp: None,
            person: self.identity.person().map(|person| person.id.clone()),
            sent_to: Vec::new(),
            replaced_keys: Vec::new(),
        }
    }

    /// The account of a credential that an earlier version saved without an actor, and the actor that Notion has reported.
    pub fn unidentified(&self) -> Option<(Account, String)> {
        let Some(CredentialSource::Saved(account)) = &self.found_in else { return None };
        let actor = self.identity.actor_id().filter(|_| account.actor().is_none())?;
        Some((account.clone(), actor.to_owned()))
    }

    /// The account that it is saved under. If Notion named no workspace, the one that `ntn` knows is used, or else the actor's
    /// id.
    pub fn account(&self) -> Account {
        let fallback = || match &self.found_in {
            Some(CredentialSource::Ntn { workspace }) => Some(workspace.clone()),
            _ => self.identity.actor_id().map(str::to_owned),
        };
        let workspace = self.identity.workspace.as_ref().map(|workspace| workspace.id.clone()).or_else(fallback);
        Account::new(&workspace.unwrap_or_else(|| "unknown".into()), self.path, self.identity.actor_id())
    }
}

/// The result for a token that was found in a file and is to be saved.
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum TokenOutcome {
    /// Verified, saved and read back.
    Saved { account: Account, workspace: String, place: String },
    /// It was saved before.
    AlreadySaved { account: Account },
    /// Notion does not accept it any more, so there is nothing to keep.
    Rejected,
}

impl TokenOutcome {
    /// The account under which the token is saved now.
    pub fn account(&self) -> Option<&Account> {
        match self {
            Self::Saved { account, .. } | Self::AlreadySaved { account } => Some(account),
            Self::Rejected => None,
        }
    }
}
