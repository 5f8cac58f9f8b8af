//! All records, which of them is active, and the answers that a person gave.

use super::account::Account;
use super::identity::same_id;
use super::record::CredentialRecord;
use crate::domain::oauth::ConnectionRecord;
use crate::domain::prerequisites::MemberProfile;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::workers::Runbook;
use serde::{Deserialize, Serialize};

/// Answers of a person, remembered so that they are not asked again. Holds no secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RememberedAnswers {
    /// The role, plan and policy entered in Prepare; `None` until they were asked.
    pub profile: Option<MemberProfile>,
    /// The connection that was set up last. Its port is registered at Notion, so it must not change by itself.
    pub connection: Option<ConnectionRecord>,
    /// The Workers runbooks that were started, one for each folder, the latest last.
    pub runbooks: Vec<Runbook>,
    /// The team profiles that were decided about, one decision for each content, the latest last.
    pub team_profiles: Vec<ProfileDecision>,
}

/// A person's decision about a team profile that was found. It holds for this content alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileDecision {
    /// The SHA-256 of the content.
    pub sha256: String,
    /// The answers are used.
    pub used: bool,
}

impl RememberedAnswers {
    /// Limit of runbooks that are remembered.
    pub const MAX_RUNBOOKS: usize = 50;

    /// Limit of decisions that are remembered.
    pub const MAX_TEAM_PROFILES: usize = 100;

    pub fn from_profile(profile: MemberProfile) -> Self {
        Self { profile: Some(profile), ..Self::default() }
    }

    /// Merges later answers: they replace earlier ones, and what they leave open is kept.
    pub fn merge(&mut self, later: Self) {
        self.profile = later.profile.or(self.profile);
        self.connection = later.connection.or_else(|| self.connection.take());
        self.runbooks.retain(|known| later.runbooks.iter().all(|newer| newer.folder != known.folder));
        self.runbooks.extend(later.runbooks);
        self.runbooks.drain(..self.runbooks.len().saturating_sub(Self::MAX_RUNBOOKS));
        self.team_profiles.retain(|known| later.team_profiles.iter().all(|newer| newer.sha256 != known.sha256));
        self.team_profiles.extend(later.team_profiles);
        self.team_profiles.drain(..self.team_profiles.len().saturating_sub(Self::MAX_TEAM_PROFILES));
    }

    pub fn from_runbook(runbook: Runbook) -> Self {
        Self { runbooks: vec![runbook], ..Self::default() }
    }

    /// Returns the decision about the profile with this SHA-256: true if its answers are used.
    pub fn decision_about(&self, sha256: &str) -> Option<bool> {
        self.team_profiles.iter().find(|decision| decision.sha256 == sha256).map(|decision| decision.used)
    }

    pub fn runbook_for(&self, folder: &str) -> Option<&Runbook> {
        self.runbooks.iter().find(|runbook| runbook.folder == folder)
    }
}

/// All records, and which one is active.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CredentialIndex {
    pub active: Option<Account>,
    /// The credential for Notion MCP that is used if none is named. It is separate from `active`, because neither can replace the other.
    pub active_mcp: Option<Account>,
    pub credentials: Vec<CredentialRecord>,
    pub remembered: RememberedAnswers,
    /// `NOTION_WORKSPACE_ID`, which selects among the credentials. It is never saved.
    pub workspace_variable: Option<String>,
}

impl CredentialIndex {
    pub const EMPTY: Self = Self {
        active: None,
        active_mcp: None,
        credentials: Vec::new(),
        remembered: RememberedAnswers { profile: None, connection: None, runbooks: Vec::new(), team_profiles: Vec::new() },
        workspace_variable: None,
    };

    /// The records that a command may mean without a name: all, or those of the workspace that the environment names.
    pub fn selectable(&self) -> impl Iterator<Item = &CredentialRecord> {
        let named = self.workspace_variable.as_deref();
        self.credentials.iter().filter(move |record| named.is_none_or(|id| same_id(&record.workspace.id, id)))
    }

    /// The active record: the marked one, else the only one. If the environment names a workspace, only its records count.
    pub fn active_record(&self) -> Option<&CredentialRecord> {
        self.active_for(TokenPurpose::Api)
    }

    /// The record that is used for this purpose if none is named.
    pub fn active_for(&self, purpose: TokenPurpose) -> Option<&CredentialRecord> {
        let mark = self.mark(purpose);
        let selectable = || self.selectable().filter(|record| purpose.accepts(record));
        let marked = mark.and_then(|account| selectable().find(|record| record.account == *account));
        let only = || {
            let mut selectable = selectable();
            selectable.next().filter(|_| selectable.next().is_none())
        };
        marked.or_else(only)
    }

    fn mark(&self, purpose: TokenPurpose) -> Option<&Account> {
        if purpose == TokenPurpose::Mcp { self.active_mcp.as_ref() } else { self.active.as_ref() }
    }

    /// The active credential of each purpose.
    pub fn active_records(&self) -> impl Iterator<Item = &CredentialRecord> {
        [TokenPurpose::Api, TokenPurpose::Mcp].into_iter().filter_map(|purpose| self.active_for(purpose))
    }

    /// True if this account was made the active one of its purpose.
    pub fn is_marked(&self, account: &Account) -> bool {
        [&self.active, &self.active_mcp].into_iter().any(|mark| mark.as_ref() == Some(account))
    }

    /// True if this is the credential that its kind of program uses.
    pub fn is_active(&self, record: &CredentialRecord) -> bool {
        self.active_for(TokenPurpose::of(record)).is_some_and(|active| active.account == record.account)
    }
}

/// The use that a credential is selected for. This is the one place that keeps tokens of the REST API and of Notion MCP apart: neither
/// server accepts the other's, so a token is never handed out for the wrong purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenPurpose {
    /// Switching, refreshing and logging out, which every credential allows.
    Any,
    /// Requests to Notion's REST API, as with `NOTION_API_TOKEN`.
    Api,
    /// Requests to Notion MCP.
    Mcp,
}

impl TokenPurpose {
    /// The one purpose that the tokens of this credential have.
    pub fn of(record: &CredentialRecord) -> Self {
        if record.is_mcp() { Self::Mcp } else { Self::Api }
    }

    pub fn accepts(self, record: &CredentialRecord) -> bool {
        match self {
            Self::Any => true,
            Self::Api => !record.is_mcp(),
            Self::Mcp => record.is_mcp(),
        }
    }

    /// The problem of a credential that cannot be used for this.
    pub fn mismatch(self) -> Problem {
        Problem::new(if self == Self::Mcp { ProblemCode::McpNotSignedIn } else { ProblemCode::McpOnly })
    }
}

/// Why no credential is active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoActive {
    NotSignedIn,
    /// Everything that is saved is for another purpose.
    OtherPurpose,
    /// Several are saved, and none is marked as active.
    Ambiguous {
        count: usize,
    },
    /// `NOTION_WORKSPACE_ID` names this workspace, which has no saved credential.
    WorkspaceNotSaved {
        id: String,
    },
    /// The records cannot be read.
    Unreadable(Problem),
}

impl NoActive {
    /// Returns why none of these records is active for this purpose.
    pub fn among(index: &CredentialIndex, purpose: TokenPurpose) -> Self {
        let count = index.credentials.iter().filter(|record| purpose.accepts(record)).count();
        match (&index.workspace_variable, index.credentials.len()) {
            (_, 0) => Self::NotSignedIn,
            (_, _) if count == 0 => Self::OtherPurpose,
            (Some(id), _) if !index.selectable().any(|record| purpose.accepts(record)) => {
                Self::WorkspaceNotSaved { id: id.clone() }
            }
            (_, _) => Self::Ambiguous { count },
        }
    }
}
