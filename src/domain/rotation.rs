//! A rotation: a new token replaces a saved one, everywhere the saved one was put. This module decides what can be rotated, what has
//! to be proven first, what is replaced, and what the person still has to do.
//!
//! The command and the page share this module, so that they cannot disagree.

mod comparison;
mod messages;
mod owner;

pub use comparison::{AspectComparison, ReachAspect, ReachVerdict, TokenReach, compare_reach, overall_verdict};
pub use messages::{LeftStep, check_lines, left_lines, left_steps, plan_lines};
pub use owner::{OwnerProof, check_owner};

use super::command_line::operand;
use super::credentials::{CredentialRecord, SecretCopy, StoreKind, VerifiedCredential, workspace_name};
use super::problem::{Problem, ProblemCode};
use super::secret::Secret;
use super::secret_manager::SendPlan;
use jiff::civil::Date;

/// Returns why this credential cannot be rotated: its tokens are replaced in another way.
pub fn rotation_blocker(record: &CredentialRecord) -> Option<Problem> {
    let (name, account) = (workspace_name(record), operand(&record.account.key()));
    let how = if record.is_renewable() {
        format!("the tokens of {name} are replaced with: notion-auth refresh {account}")
    } else if record.is_mcp() {
        format!("{name} is saved for Notion MCP alone. Replace it with: notion-auth login --path mcp --token-stdin < token.txt")
    } else if record.store == StoreKind::Ntn {
        format!("ntn manages the login to {name}. Log in again with: notion-auth login --path cli")
    } else {
        return None;
    };
    Some(Problem::new(ProblemCode::RotationUnsupported).with_evidence(how))
}

/// The saved token, before it is replaced.
#[derive(Clone, Debug, PartialEq)]
pub struct OldToken {
    /// `None` if the store no longer has it.
    pub secret: Option<Secret>,
    /// Notion's answers about it; it may have expired.
    pub reach: Result<TokenReach, Problem>,
}

/// A copy in a secret manager, and how it can be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyTarget {
    pub copy: SecretCopy,
    /// The plan, or why it cannot be replaced from here.
    pub plan: Result<SendPlan, String>,
}

/// A place with a token that a rotation does not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OtherHolder {
    /// A variable of this shell.
    Variable { name: String, token: HeldToken },
    /// The file of a coding agent with a token in plain text, which is compared by its end.
    AgentFile { agent: String, id: String, token: HeldToken },
}

/// The token in another place, compared with the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldToken {
    Old,
    Different,
    /// The old token is no longer known, so nothing can be compared with it.
    Unknown,
}

impl OtherHolder {
    pub fn token(&self) -> HeldToken {
        match self {
            Self::Variable { token, .. } | Self::AgentFile { token, .. } => *token,
        }
    }

    /// True if revoking the old token would break it, or might.
    pub fn needs_old(&self) -> bool {
        self.token() != HeldToken::Different
    }

    /// Returns the place as messages name it, once its token was compared with the stored one; `None` if there is nothing to say. In a
    /// continued rotation (`is_continued`), the store has the new token: a place with the same one is done, and any other may have
    /// the old one.
    pub fn to_report(&self, is_continued: bool) -> Option<Self> {
        let mut reported = self.clone();
        match &mut reported {
            Self::Variable { token, .. } | Self::AgentFile { token, .. } if is_continued => match token {
                HeldToken::Old => return None,
                HeldToken::Different | HeldToken::Unknown => *token = HeldToken::Unknown,
            },
            // A variable with another token has nothing to do with this rotation.
            Self::Variable { token: HeldToken::Different, .. } => return None,
            Self::Variable { .. } | Self::AgentFile { .. } => {}
        }
        Some(reported)
    }
}

/// The places that a rotation of a credential would replace.
#[derive(Clone, Debug, PartialEq)]
pub struct RotationPlan {
    pub record: CredentialRecord,
    pub old: OldToken,
    /// The copies in secret managers.
    pub copies: Vec<CopyTarget>,
    /// The record of the same token for Notion MCP.
    pub mcp: Option<CredentialRecord>,
    /// The agents that get the token for Notion MCP from the store.
    pub agents: Vec<String>,
    /// The other places with a token, compared with the saved one.
    pub others: Vec<OtherHolder>,
}

impl RotationPlan {
    /// True if this token is the saved one.
    pub fn is_saved(&self, token: &Secret) -> bool {
        self.old.secret.as_ref() == Some(token)
    }

    /// Returns the copies to replace. If the new token is saved already, an earlier rotation was interrupted, and only those that have not
    /// received it are left.
    pub fn pending_copies(&self, is_saved: bool) -> impl Iterator<Item = &CopyTarget> {
        self.copies.iter().filter(move |target| !is_saved || target.copy.is_outdated)
    }

    /// Returns the other places that have, or may have, the old token, and agents' files with a different one.
    pub fn other_holders(&self, is_saved: bool) -> Vec<OtherHolder> {
        self.others.iter().filter_map(|other| other.to_report(is_saved)).collect()
    }
}

/// A new token that has been proven to be of the same workspace and owner.
#[derive(Clone, Debug, PartialEq)]
pub struct RotationCheck {
    pub verified: VerifiedCredential,
    pub proof: OwnerProof,
    pub comparison: Vec<AspectComparison>,
    /// The token is saved already: an earlier rotation is continued.
    pub is_saved: bool,
}

impl RotationCheck {
    pub fn verdict(&self) -> ReachVerdict {
        overall_verdict(&self.comparison)
    }
}

/// A rotation that a person has agreed to.
#[derive(Clone, Debug, PartialEq)]
pub struct RotationRequest {
    pub plan: RotationPlan,
    pub check: RotationCheck,
    /// When the new token expires, as the person says.
    pub expires_on: Option<Date>,
    pub today: Date,
}

impl RotationRequest {
    /// Returns the record to save. A token that is saved already keeps its own.
    pub fn record(&self) -> CredentialRecord {
        let (old, check) = (&self.plan.record, &self.check);
        if check.is_saved {
            return CredentialRecord { expires_on: self.expires_on.or(old.expires_on), ..old.clone() };
        }
        let mut record = check.verified.record(old.store, self.expires_on, self.today);
        // Notion may name no workspace; that of the old token was proven to be the same.
        if check.verified.identity.workspace.is_none() {
            record.workspace = old.workspace.clone();
            record.account.workspace.clone_from(&old.account.workspace);
        }
        record
    }

    /// False if the new token is saved already with this expiry date.
    pub fn changes_record(&self) -> bool {
        !self.check.is_saved || self.expires_on.is_some_and(|end| self.plan.record.expires_on != Some(end))
    }
}

/// One place whose token was to be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SwapTarget {
    Store,
    /// The entry of the same token for Notion MCP.
    Mcp,
    Copy(SecretCopy),
}

impl SwapTarget {
    /// The name in JSON.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Mcp => "mcp",
            Self::Copy(_) => "secret_manager",
        }
    }
}

/// The result of replacing the token in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwapResult {
    pub target: SwapTarget,
    /// The place where it was confirmed, or the problem.
    pub result: Result<String, Problem>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct RotationOutcome {
    /// The record of the credential as it is now.
    pub record: CredentialRecord,
    pub results: Vec<SwapResult>,
    /// The agents that get the token for Notion MCP from the store.
    pub agents: Vec<String>,
    pub others: Vec<OtherHolder>,
}

impl RotationOutcome {
    /// True if the new token is saved.
    pub fn is_saved(&self) -> bool {
        !self.results.iter().any(|result| result.target == SwapTarget::Store && result.result.is_err())
    }

    /// True if every place was confirmed to have the new token.
    pub fn is_confirmed(&self) -> bool {
        self.results.iter().all(|result| result.result.is_ok())
    }

    /// True if nothing that is known still needs the old token, so that it can be revoked.
    pub fn can_revoke(&self) -> bool {
        self.is_confirmed() && !self.others.iter().any(OtherHolder::needs_old)
    }

    /// Returns the first problem, which decides the exit code. If the token was saved but not everything was replaced, the problem says so.
    pub fn problem(&self) -> Option<Problem> {
        let first = self.results.iter().find_map(|result| result.result.as_ref().err())?;
        if !self.is_saved() || first.code == ProblemCode::Cancelled {
            return Some(first.clone());
        }
        let failed: Vec<_> = self.results.iter().filter(|result| result.result.is_err()).map(SwapResult::title).collect();
        Some(Problem::new(ProblemCode::RotationIncomplete).with_evidence(failed.join("; ")))
    }
}

impl SwapResult {
    /// The name of the place.
    pub fn title(&self) -> String {
        match &self.target {
            SwapTarget::Store => "Saved token".to_owned(),
            SwapTarget::Mcp => "Token for Notion MCP".to_owned(),
            SwapTarget::Copy(copy) => copy.title(),
        }
    }
}
