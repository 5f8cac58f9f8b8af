//! The record of a saved credential, its secrets, and the proof that they were saved.

use super::account::Account;
use super::found::CredentialSource;
use super::identity::{TokenKind, Workspace, same_id};
use super::secret_copy::{SecretCopy, read_copies};
use crate::domain::auth_path::AuthPath;
use crate::domain::oauth::{ConnectionRecord, McpRecord};
use crate::domain::secret::Secret;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// The store that holds a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum StoreKind {
    Keychain,
    File,
    /// Not saved: it is used in this session only.
    None,
    /// `ntn`'s own storage; our record only refers to it.
    Ntn,
}

impl StoreKind {
    /// The stores that a person chooses from, in the order in which they are offered.
    pub const OFFERED: [Self; 3] = [Self::Keychain, Self::File, Self::None];

    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// All secrets of one credential. Each is a separate entry in the store, because Windows limits the length of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets {
    /// The token that API requests use.
    pub token: Secret,
    /// The refresh token of a person's own connection.
    pub refresh: Option<Secret>,
    /// The client secret of a person's own connection.
    pub client_secret: Option<Secret>,
    /// The client ID of a public client, which registered itself for a credential for Notion MCP.
    pub client_id: Option<Secret>,
    /// When the token is to be renewed, if the server said how long it works. It is no secret, and is kept in the record.
    pub renew_at: Option<Timestamp>,
}

impl Secrets {
    pub fn from_token(token: Secret) -> Self {
        Self { token, ..Self::default() }
    }

    /// The secrets, each with its account.
    pub fn entries(&self, account: &Account) -> Vec<(Account, Option<&Secret>)> {
        vec![
            (account.clone(), Some(&self.token)),
            (account.sibling(Self::REFRESH_SUFFIX), self.refresh.as_ref()),
            (account.sibling(Self::CLIENT_SECRET_SUFFIX), self.client_secret.as_ref()),
            (account.sibling(Self::CLIENT_ID_SUFFIX), self.client_id.as_ref()),
        ]
    }

    pub const REFRESH_SUFFIX: &str = "refresh";
    /// The entry that holds the response to a refresh until it is moved to the others.
    pub const RENEWAL_SUFFIX: &str = "renewal";
    pub const CLIENT_SECRET_SUFFIX: &str = "client-secret";
    pub const CLIENT_ID_SUFFIX: &str = "client-id";
}

/// The record of a saved credential. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialRecord {
    pub account: Account,
    pub workspace: Workspace,
    /// The person or bot it acts as.
    #[serde(default)]
    pub user: Option<String>,
    pub kind: TokenKind,
    pub path: AuthPath,
    pub store: StoreKind,
    /// The expiry date, if the person entered it; `None` means unknown.
    #[serde(default)]
    pub expires_on: Option<Date>,
    /// The day it was verified and saved.
    pub saved_on: Date,
    /// The person's own connection: the data to refresh and revoke it, without its secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionRecord>,
    /// The data to refresh and revoke a credential for Notion MCP, without its secrets; `None` for other credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mcp: Option<McpRecord>,
    /// The ID of the person it acts as. `None` for a connection's bot, and in records of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The secret managers that `send-to` has sent its token to, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "read_copies")]
    pub sent_to: Vec<SecretCopy>,
    /// The keys of the tokens that it has replaced, the oldest first. They still select it, because shell profiles, agents and scripts
    /// name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced_keys: Vec<String>,
}

impl CredentialRecord {
    /// Inherits the keys that select the credential that this one replaces.
    pub fn inherit_keys(&mut self, earlier: &Self) {
        let key = self.account.key();
        for inherited in earlier.replaced_keys.iter().cloned().chain([earlier.account.key()]) {
            if inherited != key && !self.replaced_keys.contains(&inherited) {
                self.replaced_keys.push(inherited);
            }
        }
    }

    /// True if it works with Notion MCP and with nothing else.
    pub fn is_mcp(&self) -> bool {
        self.mcp.is_some()
    }

    /// True if its tokens are renewed with a refresh token, and can be revoked from here.
    pub fn is_renewable(&self) -> bool {
        self.connection.is_some() || self.mcp.as_ref().is_some_and(|mcp| mcp.issuer.is_some())
    }

    /// The value of `login --path` that makes such a credential.
    pub fn login_path(&self) -> &'static str {
        if self.is_mcp() { Self::MCP_LOGIN_PATH } else { self.path.into() }
    }

    /// The value of `login --path` for Notion MCP.
    pub const MCP_LOGIN_PATH: &str = "mcp";

    /// The place to load its secret from.
    pub fn source(&self) -> CredentialSource {
        match self.store {
            StoreKind::Ntn => CredentialSource::Ntn { workspace: self.workspace.id.clone() },
            StoreKind::Keychain | StoreKind::File | StoreKind::None => CredentialSource::Saved(self.account.clone()),
        }
    }

    /// True if this is the record of that credential: ours under this account, or a reference to a login that `ntn` stores.
    pub fn refers_to(&self, source: &CredentialSource) -> bool {
        match source {
            CredentialSource::Environment | CredentialSource::OtherVariable(_) => false,
            CredentialSource::Saved(account) => self.account == *account,
            CredentialSource::Ntn { workspace } => self.store == StoreKind::Ntn && same_id(&self.workspace.id, workspace),
        }
    }
}

#[cfg(test)]
impl CredentialRecord {
    /// A saved token of Ada's in the workspace Acme.
    pub fn example() -> Self {
        Self {
            account: Account::new("ws-1", AuthPath::Token, Some("bot-1")),
            workspace: Workspace { id: "ws-1".into(), name: Some("Acme".into()) },
            user: Some("Ada Fake".into()),
            kind: TokenKind::User,
            path: AuthPath::Token,
            store: StoreKind::Keychain,
            expires_on: None,
            saved_on: Date::constant(2026, 11, 22),
            connection: None,
            mcp: None,
            person: None,
            sent_to: Vec::new(),
            replaced_keys: Vec::new(),
        }
    }
}

/// Proof that a secret was written and read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub store: StoreKind,
    /// Readable exact location: a path, or service and account.
    pub place: String,
    /// A remark that is not a failure, such as a corrupt file that was moved aside.
    pub note: Option<String>,
}

impl Receipt {
    /// The receipt for a credential that is not saved.
    pub fn for_session() -> Self {
        Self { store: StoreKind::None, place: "not saved".into(), note: None }
    }
}

/// The result of a sign-in: the record, and where it was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInOutcome {
    pub record: CredentialRecord,
    pub receipt: Receipt,
    /// Set if the credential was discovered, or is `ntn`'s.
    pub found_in: Option<CredentialSource>,
    /// True if `ntn` needs `NOTION_KEYRING=0` to find the login again.
    pub needs_keyring_variable: bool,
}

/// A secret of ours without a record: a sign-in was interrupted before it wrote the record, or the record is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrphanSecret {
    pub account: Account,
    pub store: StoreKind,
    /// Readable exact location.
    pub place: String,
}

/// The workspace's name, or its id if it has no name.
pub fn workspace_name(record: &CredentialRecord) -> &str {
    record.workspace.name.as_deref().unwrap_or(&record.workspace.id)
}
