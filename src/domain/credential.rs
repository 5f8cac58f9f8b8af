//! The identity behind a token, and the record of a saved credential.

mod account;

pub use account::Account;

use super::catalog::AuthPath;
use super::oauth::{ConnectionRecord, OauthConnection};
use super::prerequisites::MemberProfile;
use super::problem::Problem;
use super::secret::Secret;
use super::workers::Runbook;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    pub id: String,
    /// Sanitised; Notion may answer `null`.
    pub name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub name: Option<String>,
    /// Absent without the email capability.
    pub email: Option<String>,
}

/// The owner of a token: `bot.owner.type` of `GET /v1/users/me` (<https://developers.notion.com/reference/get-self>). Never derived
/// from the prefix, because a PAT, an OAuth token and an `ntn login` token all begin with `ntn_`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A connection's own bot: an internal connection token.
    Workspace,
    /// A person: a PAT, an OAuth token or an `ntn login` token. The response does not tell which.
    Person(Person),
    /// The response names no owner (`bot` may be empty).
    Unknown,
}

/// The response of `GET /v1/users/me`. All text is sanitised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub owner: Owner,
    /// The bot's own id and name, if the response describes a bot.
    pub bot_id: Option<String>,
    pub bot_name: Option<String>,
    pub workspace: Option<Workspace>,
    /// `bot.workspace_limits.max_file_upload_size_in_bytes`: 5242880 (5 MiB) on Free
    /// (<https://developers.notion.com/docs/working-with-files-and-media>).
    pub upload_limit: Option<u64>,
    pub request_id: Option<String>,
}

impl Identity {
    pub fn kind(&self) -> TokenKind {
        match self.owner {
            Owner::Workspace => TokenKind::Internal,
            Owner::Person(_) => TokenKind::User,
            Owner::Unknown => TokenKind::Unknown,
        }
    }

    pub fn person(&self) -> Option<&Person> {
        match &self.owner {
            Owner::Person(person) => Some(person),
            Owner::Workspace | Owner::Unknown => None,
        }
    }

    /// The person's name, else their address, else the bot's name.
    pub fn display_name(&self) -> Option<&str> {
        let person = self.person();
        person
            .and_then(|person| person.name.as_deref())
            .or_else(|| person.and_then(|person| person.email.as_deref()))
            .or(self.bot_name.as_deref())
    }

    pub fn workspace_name(&self) -> Option<&str> {
        self.workspace.as_ref().and_then(|workspace| workspace.name.as_deref())
    }

    /// The id of the bot or user that the token acts as. Each personal access token has its own bot, so two of one person differ.
    pub fn actor_id(&self) -> Option<&str> {
        self.bot_id.as_deref().or_else(|| self.person().map(|person| person.id.as_str()))
    }
}

/// The kind of a token, as far as the API can prove it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// Workspace-owned: an internal connection.
    Internal,
    /// User-owned: PAT, OAuth or `ntn login`; indistinguishable by the API.
    User,
    Unknown,
}

/// The store that holds a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreKind {
    Keychain,
    File,
    /// Not saved: it is used in this session only.
    None,
    /// `ntn`'s own storage; our record only refers to it.
    Ntn,
}

impl StoreKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::File => "file",
            Self::None => "none",
            Self::Ntn => "ntn",
        }
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
        ]
    }

    pub const REFRESH_SUFFIX: &str = "refresh";
    /// The entry that holds the response to a refresh until it is moved to the others.
    pub const RENEWAL_SUFFIX: &str = "renewal";
    pub const CLIENT_SECRET_SUFFIX: &str = "client-secret";
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
    #[serde(rename = "kept_on")]
    pub saved_on: Date,
    /// The person's own connection: the data to refresh and revoke it, without its secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionRecord>,
}

impl CredentialRecord {
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
            CredentialSource::Environment => false,
            CredentialSource::Saved(account) => self.account == *account,
            CredentialSource::Ntn { workspace } => self.store == StoreKind::Ntn && same_id(&self.workspace.id, workspace),
        }
    }
}

/// Compares ids without dashes: Notion's API writes them with dashes, its page addresses without.
pub fn same_id(left: &str, right: &str) -> bool {
    // This makes no copy, because a thousand records may be matched with a thousand logins.
    fn digits(id: &str) -> impl Iterator<Item = u8> {
        id.bytes().filter(|byte| *byte != b'-').map(|byte| byte.to_ascii_lowercase())
    }
    digits(left).eq(digits(right))
}

/// Answers of a person, remembered so that they are not asked again. Holds no secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RememberedAnswers {
    /// The role, plan and policy entered in Prepare; `None` until they were asked.
    pub profile: Option<MemberProfile>,
    /// The connection that was set up last. Its port is registered at Notion, so it must not change by itself.
    pub connection: Option<ConnectionRecord>,
    /// The Workers runbooks that were started, one for each folder, the latest last.
    pub runbooks: Vec<Runbook>,
}

impl RememberedAnswers {
    /// Limit of runbooks that are remembered.
    pub const MAX_RUNBOOKS: usize = 50;

    pub fn from_profile(standing: MemberProfile) -> Self {
        Self { profile: Some(standing), ..Self::default() }
    }

    /// Merges later answers: they replace earlier ones, and what they leave open is kept.
    pub fn merge(&mut self, later: Self) {
        self.profile = later.profile.or(self.profile);
        self.connection = later.connection.or_else(|| self.connection.take());
        self.runbooks.retain(|known| later.runbooks.iter().all(|told| told.folder != known.folder));
        self.runbooks.extend(later.runbooks);
        self.runbooks.drain(..self.runbooks.len().saturating_sub(Self::MAX_RUNBOOKS));
    }

    pub fn from_runbook(runbook: Runbook) -> Self {
        Self { runbooks: vec![runbook], ..Self::default() }
    }

    pub fn runbook_for(&self, folder: &str) -> Option<&Runbook> {
        self.runbooks.iter().find(|runbook| runbook.folder == folder)
    }
}

/// All records, and which one is active.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CredentialIndex {
    pub active: Option<Account>,
    pub credentials: Vec<CredentialRecord>,
    pub remembered: RememberedAnswers,
    /// `NOTION_WORKSPACE_ID`, which selects among the credentials. It is never saved.
    pub workspace_variable: Option<String>,
}

impl CredentialIndex {
    pub const EMPTY: Self = Self {
        active: None,
        credentials: Vec::new(),
        remembered: RememberedAnswers { profile: None, connection: None, runbooks: Vec::new() },
        workspace_variable: None,
    };

    /// The records that can be active: all, or those of the workspace that the environment names.
    pub fn selectable(&self) -> impl Iterator<Item = &CredentialRecord> {
        let named = self.workspace_variable.as_deref();
        self.credentials.iter().filter(move |record| named.is_none_or(|id| same_id(&record.workspace.id, id)))
    }

    /// The active record: the marked one, else the only one. If the environment names a workspace, only its records count.
    pub fn active_record(&self) -> Option<&CredentialRecord> {
        let marked = self.active.as_ref().and_then(|account| self.selectable().find(|record| record.account == *account));
        let only = || {
            let mut selectable = self.selectable();
            selectable.next().filter(|_| selectable.next().is_none())
        };
        marked.or_else(only)
    }
}

/// The source of a discovered credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialSource {
    /// `NOTION_API_TOKEN`.
    Environment,
    /// A credential saved by notion-auth.
    Saved(Account),
    /// A login that `ntn` stores, by workspace id.
    Ntn { workspace: String },
}

/// A credential that was found on this machine at the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveredCredential {
    pub source: CredentialSource,
    /// Readable location: `NOTION_API_TOKEN`, `keychain`, or a file's path.
    pub place: String,
    pub workspace: Option<Workspace>,
    /// Why its secret is of no use to us.
    pub unusable: Option<Unusable>,
}

impl DiscoveredCredential {
    /// The credential in `NOTION_API_TOKEN`. `workspace_id` is what `NOTION_WORKSPACE_ID` claims.
    pub fn in_variable(problem: Option<Problem>, workspace_id: Option<String>) -> Self {
        Self {
            source: CredentialSource::Environment,
            place: "NOTION_API_TOKEN".into(),
            workspace: workspace_id.map(|id| Workspace { id, name: None }),
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
    /// In a few words, without any secret.
    pub fn reason(&self) -> String {
        match self {
            Self::KeptByNtn => "only ntn can read it".to_owned(),
            Self::Gone => "sign in again, or forget it with `notion-auth logout`".to_owned(),
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
        }
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
        }
    }

    /// The account and the actor of one that an earlier version kept without saying whom it acts as, which Notion has told.
    pub fn unidentified(&self) -> Option<(Account, String)> {
        let Some(CredentialSource::Saved(account)) = &self.found_in else { return None };
        let actor = self.identity.actor_id().filter(|_| account.actor().is_none())?;
        Some((account.clone(), actor.to_owned()))
    }

    /// The account it is kept under. Where Notion named no workspace, it is the one that `ntn` knows, or the identity
    /// stands in for it.
    pub fn account(&self) -> Account {
        let fallback = || match &self.found_in {
            Some(CredentialSource::Ntn { workspace }) => Some(workspace.clone()),
            _ => self.identity.actor_id().map(str::to_owned),
        };
        let workspace = self.identity.workspace.as_ref().map(|workspace| workspace.id.clone()).or_else(fallback);
        Account::new(&workspace.unwrap_or_else(|| "unknown".into()), self.path, self.identity.actor_id())
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
        Self { store: StoreKind::None, place: "nowhere: in this session only".into(), note: None }
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
