//! Outcomes of a logout and a refresh, and their messages: what was revoked, what was deleted, and what remains.

use super::MessageLine;
use super::account::Account;
use super::entry::Entry;
use super::found::CredentialSource;
use super::identity::TokenKind;
use super::inventory::Inventory;
use super::lookup::unique_name;
use super::record::{CredentialRecord, OrphanSecret, StoreKind, workspace_name};
use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::command_line::operand;
use crate::domain::problem::{Problem, ProblemCode, ProblemKind};

/// The outcome of a refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// Notion issued a new pair of tokens, which was written and read back.
    Renewed,
    /// Notion issued a new pair of tokens. It is in the reserved entry, because its usual entry could not be written.
    SavedInReserve(Problem),
    /// Another process refreshed first; its result is kept.
    ByAnotherProcess,
}

/// The message about a refresh.
pub fn refresh_message(record: &CredentialRecord, how: &RefreshOutcome) -> String {
    let name = workspace_name(record);
    match how {
        RefreshOutcome::SavedInReserve(problem) => {
            let why = problem.evidence.as_deref().unwrap_or_else(|| problem.headline());
            format!(
                "{name}: the tokens were refreshed and are in use, but the {} could not be updated ({why}). The next refresh will \
                 try again.",
                record.store.name()
            )
        }
        RefreshOutcome::Renewed => format!("{name}: the tokens were refreshed and saved in the {}.", record.store.name()),
        RefreshOutcome::ByAnotherProcess => {
            format!("{name}: another notion-auth process has just refreshed the tokens.")
        }
    }
}

/// The result of revoking each token of a person's own connection or of a sign-in to Notion MCP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationOutcomes {
    /// `None` if there is no refresh token.
    pub refresh: Option<Result<(), Problem>>,
    pub access: Result<(), Problem>,
}

impl RevocationOutcomes {
    fn outcomes(&self) -> impl Iterator<Item = (&'static str, &Result<(), Problem>)> {
        self.refresh.iter().map(|outcome| ("refresh token", outcome)).chain([("access token", &self.access)])
    }

    /// The first problem that may be temporary, so that a retry is worthwhile. After a refusal, a retry would get the same answer.
    fn retryable_problem(&self) -> Option<&Problem> {
        let is_final = |problem: &&Problem| matches!(problem.kind(), ProblemKind::Refused | ProblemKind::Failed);
        self.problems().find(|problem| !is_final(problem))
    }

    fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.outcomes().filter_map(|(_, outcome)| outcome.as_ref().err())
    }
}

/// The part of a logout that happened at Notion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// The credential is neither of the person's own connection nor for Notion MCP: it can only be revoked on its page at Notion.
    Unsupported,
    /// The person asked not to revoke it.
    Skipped,
    /// Revoking needs a secret that is missing; the text names it.
    SecretMissing(String),
    Attempted(RevocationOutcomes),
    /// The request was not sent, for this reason.
    Failed(Problem),
}

impl Revocation {
    /// The problem that blocks deletion: the tokens may still be valid at Notion, so the secrets needed for a retry must stay.
    pub fn blocking_problem(&self) -> Option<&Problem> {
        match self {
            Self::Attempted(revoked) => revoked.retryable_problem(),
            Self::Failed(problem) => Some(problem),
            Self::Unsupported | Self::Skipped | Self::SecretMissing(_) => None,
        }
    }

    /// The first problem of an attempt, once no retry would help.
    fn final_problem(&self) -> Option<&Problem> {
        match self {
            Self::Attempted(revoked) => revoked.problems().next(),
            _ => None,
        }
    }

    /// Every token is revoked.
    fn is_complete(&self) -> bool {
        matches!(self, Self::Attempted(revoked) if revoked.problems().next().is_none())
    }
}

/// The part of a logout that happened on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deletion {
    Done,
    Failed(Problem),
    /// The secret is deleted, but its record could not be.
    SecretOnly(Problem),
    /// Another process deleted it first.
    ByAnotherProcess,
    /// Deletion was not started, so that revoking can be retried.
    Postponed,
}

/// The outcome of logging out of one credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutOutcome {
    pub record: CredentialRecord,
    pub revocation: Revocation,
    pub deletion: Deletion,
}

/// The portal is the page of a connection's owner. The page of a person who authorized it has no address of its own.
const CONNECTION_STILL_VALID: &str =
    "The tokens keep working until you disconnect the connection in Notion under Settings → Connections. Its owner manages it at";

const MCP_STILL_VALID: &str = "The sign-in keeps working until you disconnect it in Notion under Settings → Connections.";

/// In 0.4.0, `ntn logout` removes all workspaces; for newer versions, Notion's documentation contradicts itself.
const NTN_LOGIN_UNCHANGED: &str = "ntn stays logged in. `ntn logout` logs it out, and may log out its other workspaces too.";

impl LogoutOutcome {
    pub fn is_deleted(&self) -> bool {
        matches!(self.deletion, Deletion::Done | Deletion::ByAnotherProcess)
    }

    /// The first problem decides the exit code; without a problem it is 0.
    pub fn exit_code(&self) -> u8 {
        let failed = match &self.deletion {
            Deletion::Failed(problem) | Deletion::SecretOnly(problem) => Some(problem),
            Deletion::Done | Deletion::ByAnotherProcess | Deletion::Postponed => None,
        };
        let problem = failed.or_else(|| self.revocation.blocking_problem()).or_else(|| self.revocation.final_problem());
        problem.map_or(0, Problem::exit_code)
    }

    /// `revoke_page` is the page at Notion where the token or its connection is revoked.
    pub fn lines(&self, revoke_page: &str) -> Vec<MessageLine> {
        let name = workspace_name(&self.record);
        let mut lines = self.revocation_lines();
        match &self.deletion {
            Deletion::Postponed => {
                lines.push(MessageLine::Sentence(format!("{name}: nothing was deleted, so that you can try again.")));
                lines.push(MessageLine::Detail("To delete it here without revoking it, run:".into()));
                lines.push(MessageLine::Verbatim(format!(
                    "  notion-auth logout --local-only {}",
                    operand(&self.record.account.key())
                )));
            }
            Deletion::Failed(problem) if problem.code == ProblemCode::KeychainSlow && self.record.store == StoreKind::Keychain => {
                lines.push(MessageLine::Sentence(format!("{name}: it may or may not have been deleted from the keychain.")));
                lines.push(MessageLine::Problem(problem.clone()));
                lines.push(MessageLine::Detail(
                    "If a dialog is still open, answering it may delete the entry. To try again, run:".into(),
                ));
                lines.push(MessageLine::Verbatim(format!("  notion-auth logout {}", operand(&self.record.account.key()))));
            }
            Deletion::Failed(problem) => {
                let what = match self.record.store {
                    StoreKind::Ntn => "notion-auth still uses it.".into(),
                    store => format!("not deleted from the {}.", store.name()),
                };
                lines.push(MessageLine::Sentence(format!("{name}: {what}")));
                lines.push(MessageLine::Problem(problem.clone()));
            }
            Deletion::SecretOnly(problem) => {
                self.deletion_lines(revoke_page, &mut lines);
                lines.push(MessageLine::Sentence(format!("{name}: its record could not be deleted.")));
                lines.push(MessageLine::Problem(problem.clone()));
                lines.push(MessageLine::Detail("To delete the record too, run:".into()));
                lines.push(MessageLine::Verbatim(format!("  notion-auth logout {}", self.record.account.key())));
            }
            Deletion::ByAnotherProcess => {
                lines.push(MessageLine::Sentence(format!("{name}: another notion-auth process has just logged it out.")));
            }
            Deletion::Done => self.deletion_lines(revoke_page, &mut lines),
        }
        lines
    }

    fn revocation_lines(&self) -> Vec<MessageLine> {
        let name = workspace_name(&self.record);
        let mut lines = Vec::new();
        match &self.revocation {
            Revocation::Unsupported | Revocation::Skipped | Revocation::Failed(_) => {}
            Revocation::SecretMissing(evidence) => lines.push(MessageLine::Sentence(format!(
                "{name}: it can't be revoked from here because a required secret is missing: {evidence}."
            ))),
            Revocation::Attempted(revoked) => {
                lines.extend(
                    revoked
                        .outcomes()
                        .map(|(token, outcome)| MessageLine::Sentence(format!("{name}: {}", revocation_text(token, outcome)))),
                );
            }
        }
        let problem = self.revocation.blocking_problem().or_else(|| self.revocation.final_problem());
        lines.extend(problem.cloned().map(MessageLine::Problem));
        lines
    }

    fn deletion_lines(&self, revoke_page: &str, lines: &mut Vec<MessageLine>) {
        let done = match self.record.store {
            StoreKind::Ntn => "notion-auth no longer uses it.".into(),
            store => format!("deleted from the {}.", store.name()),
        };
        lines.push(MessageLine::Sentence(format!("{}: {done}", workspace_name(&self.record))));
        if self.record.store == StoreKind::Ntn {
            lines.push(MessageLine::Detail(format!("{NTN_LOGIN_UNCHANGED} No token was deleted.")));
        }
        if !self.revocation.is_complete() {
            if self.record.is_mcp() && self.record.is_renewable() {
                lines.push(MessageLine::Detail(MCP_STILL_VALID.into()));
                return;
            }
            let until = if self.record.connection.is_some() {
                CONNECTION_STILL_VALID
            } else {
                "The token keeps working until you revoke it at"
            };
            lines.push(MessageLine::Detail(until.into()));
            lines.push(MessageLine::Verbatim(format!("  {revoke_page}")));
        }
    }
}

/// The path whose page at Notion revokes the credential: connections, also internal ones, have a page of their own in the portal.
pub fn revoke_path(record: &CredentialRecord) -> AuthPath {
    if record.kind == TokenKind::Internal { AuthMethod::OwnConnection.path() } else { record.path }
}

fn revocation_text(token: &str, outcome: &Result<(), Problem>) -> String {
    match outcome.as_ref().map_err(Problem::kind) {
        Ok(()) => format!("the {token} was revoked."),
        Err(ProblemKind::Refused) => format!("the {token} was not revoked: Notion refused."),
        Err(ProblemKind::Network) => format!("the {token} was not revoked: Notion could not be reached."),
        Err(_) => {
            let evidence = outcome.as_ref().err().and_then(|problem| problem.evidence.as_ref());
            let evidence = evidence.map(|evidence| format!(" ({evidence})")).unwrap_or_default();
            format!("the {token} was not revoked: Notion returned an error{evidence}.")
        }
    }
}

/// The command that logs out of the credential of this account, or deletes its secret if no record knows it.
pub fn logout_command(account: &Account) -> String {
    format!("notion-auth logout {}", operand(&account.key()))
}

/// The message about a secret that no record knows, which was to be deleted. `revoke_page` is the page at Notion where such a token
/// is revoked.
pub fn orphan_message(orphan: &OrphanSecret, deleted: &Result<bool, Problem>, revoke_page: &str) -> Vec<MessageLine> {
    let place = &orphan.place;
    match deleted {
        Ok(true) => vec![
            MessageLine::Sentence(format!("Deleted a secret without a record: {place}.")),
            MessageLine::Detail("A token keeps working until you revoke it at".into()),
            MessageLine::Verbatim(format!("  {revoke_page}")),
        ],
        Ok(false) => vec![MessageLine::Sentence(format!("This secret is already gone, or now has a record: {place}."))],
        Err(problem) => vec![
            MessageLine::Sentence(format!("Couldn't delete a secret without a record: {place}.")),
            MessageLine::Problem(problem.clone()),
        ],
    }
}

/// The credentials that remain on this machine after a logout.
#[derive(Clone, Copy, Debug)]
pub struct RemainingCredentials<'a> {
    pub inventory: &'a Inventory,
    /// Credentials that were just logged out; they have been reported already.
    pub logged_out: &'a [CredentialRecord],
}

impl RemainingCredentials<'_> {
    pub fn lines(&self) -> Vec<MessageLine> {
        let saved = &self.inventory.index.credentials;
        let saved = saved.iter().map(|record| format!("Still saved: {}.", unique_name(record, saved)));
        let was_reported = |entry: &&Entry| self.logged_out.iter().any(|record| record.refers_to(&entry.source));
        let others = self.inventory.entries.iter().filter(|entry| !was_reported(entry)).filter_map(remaining_text);
        saved.chain(others).map(MessageLine::Sentence).collect()
    }
}

/// Returns `None` for a saved credential, which is listed by its record.
fn remaining_text(entry: &Entry) -> Option<String> {
    match &entry.source {
        CredentialSource::Environment | CredentialSource::OtherVariable(_) => {
            Some(format!("{} is still set in this shell, and programs you run here use it.", entry.place))
        }
        CredentialSource::Ntn { workspace } => {
            let name = entry.workspace.as_ref().and_then(|workspace| workspace.name.as_ref()).unwrap_or(workspace);
            Some(format!("ntn is still logged in to {name}. `ntn logout` logs it out."))
        }
        CredentialSource::Saved(_) => None,
    }
}
