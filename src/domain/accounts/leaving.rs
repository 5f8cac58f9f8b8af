//! Outcomes of a logout and a refresh, and their messages: what was revoked, what was deleted, and what remains.

use super::Line;
use super::choice::{name_among, workspace_name};
use crate::domain::catalog::PathId;
use crate::domain::command_line::operand;
use crate::domain::credential::{CredentialRecord, Existing, ExistingSource, StoreKind, TokenKind};
use crate::domain::problem::{Problem, ProblemCode, ProblemKind};

/// The outcome of a refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// Notion issued a new pair of tokens, which was written and read back.
    Now,
    /// Notion issued a new pair of tokens. It is in the reserved entry, because its usual entry could not be written.
    Reserved(Problem),
    /// Another process refreshed first; its result is kept.
    Elsewhere,
}

/// The message about a refresh.
pub fn refreshed(record: &CredentialRecord, how: &Refreshed) -> String {
    let name = workspace_name(record);
    match how {
        Refreshed::Reserved(problem) => {
            let why = problem.evidence.as_deref().unwrap_or_else(|| problem.headline());
            format!(
                "{name}: Notion gave a new pair of tokens. It is kept and in use, but the {} could not be updated ({why}). The next \
                 refresh updates it.",
                record.store.name()
            )
        }
        Refreshed::Now => format!("{name}: Notion gave a new pair of tokens; it is kept in the {}.", record.store.name()),
        Refreshed::Elsewhere => format!("{name}: another notion-auth was faster; the pair of tokens that it kept stands."),
    }
}

/// The result of revoking each token of a person's own connection at Notion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// `None` if there is no refresh token.
    pub refresh: Option<Result<(), Problem>>,
    pub access: Result<(), Problem>,
}

impl Revoked {
    fn outcomes(&self) -> impl Iterator<Item = (&'static str, &Result<(), Problem>)> {
        self.refresh.iter().map(|outcome| ("refresh token", outcome)).chain([("access token", &self.access)])
    }

    /// The first problem that may pass, so that a retry is worthwhile. After a refusal, a retry would get the same answer.
    fn may_pass(&self) -> Option<&Problem> {
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
    /// The credential is not of the person's own connection: it can only be revoked on its page at Notion.
    NotFromHere,
    /// The person asked not to revoke it.
    NotAsked,
    /// Revoking needs a secret that is missing; the text names it.
    SecretGone(String),
    Asked(Revoked),
    /// The request was not sent, for this reason.
    Failed(Problem),
}

impl Revocation {
    /// The problem that blocks deletion: the tokens may still be valid at Notion, so the secrets needed for a retry must stay.
    pub fn obstacle(&self) -> Option<&Problem> {
        match self {
            Self::Asked(revoked) => revoked.may_pass(),
            Self::Failed(problem) => Some(problem),
            Self::NotFromHere | Self::NotAsked | Self::SecretGone(_) => None,
        }
    }

    /// The first problem of an attempt, once no retry would help.
    fn refusal(&self) -> Option<&Problem> {
        match self {
            Self::Asked(revoked) => revoked.problems().next(),
            _ => None,
        }
    }

    /// Every token is revoked.
    fn is_complete(&self) -> bool {
        matches!(self, Self::Asked(revoked) if revoked.problems().next().is_none())
    }
}

/// The part of a logout that happened on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deletion {
    Done,
    Failed(Problem),
    /// The secret is deleted, but its record could not be.
    OfSecretOnly(Problem),
    /// Another process deleted it first.
    Elsewhere,
    /// Deletion was not started, so that revoking can be retried.
    Withheld,
}

/// The outcome of logging out of one credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedOut {
    pub record: CredentialRecord,
    pub revocation: Revocation,
    pub deletion: Deletion,
}

/// The portal is the page of a connection's owner. The page of a person who authorized it has no address of its own.
const OF_A_CONNECTION: &str =
    "Its tokens stay good until it is disconnected in Notion's Settings, under Connections. The connection itself is at";

/// In 0.4.0, `ntn logout` removes all workspaces; for newer versions, Notion's documentation says both.
const NTN_GOES_ON: &str = "ntn's own login is untouched; `ntn logout` forgets it, and perhaps its other workspaces too.";

impl LoggedOut {
    pub fn is_deleted(&self) -> bool {
        matches!(self.deletion, Deletion::Done | Deletion::Elsewhere)
    }

    /// The first problem decides the exit code; without a problem it is 0.
    pub fn exit_code(&self) -> u8 {
        let failed = match &self.deletion {
            Deletion::Failed(problem) | Deletion::OfSecretOnly(problem) => Some(problem),
            Deletion::Done | Deletion::Elsewhere | Deletion::Withheld => None,
        };
        let trouble = failed.or_else(|| self.revocation.obstacle()).or_else(|| self.revocation.refusal());
        trouble.map_or(0, Problem::exit_code)
    }

    /// `revoke_page` is the page at Notion where the token or its connection is revoked.
    pub fn lines(&self, revoke_page: &str) -> Vec<Line> {
        let name = workspace_name(&self.record);
        let mut lines = self.at_notion();
        match &self.deletion {
            Deletion::Withheld => {
                lines.push(Line::Say(format!("{name}: nothing was deleted, so that it can be tried again.")));
                lines.push(Line::Under("To delete it here without revoking it:".into()));
                lines.push(Line::Whole(format!("  notion-auth logout --local-only {}", operand(&self.record.account.as_text()))));
            }
            Deletion::Failed(problem) if problem.code == ProblemCode::KeychainSlow && self.record.store == StoreKind::Keychain => {
                lines.push(Line::Say(format!("{name}: it is not known whether it was deleted from the keychain.")));
                lines.push(Line::Problem(problem.clone()));
                lines.push(Line::Under("A dialog that is still open may delete it when it is answered. To try again:".into()));
                lines.push(Line::Whole(format!("  notion-auth logout {}", operand(&self.record.account.as_text()))));
            }
            Deletion::Failed(problem) => {
                let what = match self.record.store {
                    StoreKind::Ntn => "notion-auth still uses it.".into(),
                    store => format!("not deleted from the {}.", store.name()),
                };
                lines.push(Line::Say(format!("{name}: {what}")));
                lines.push(Line::Problem(problem.clone()));
            }
            Deletion::OfSecretOnly(problem) => {
                self.here(revoke_page, &mut lines);
                lines.push(Line::Say(format!("{name}: its entry in the list of credentials could not be deleted.")));
                lines.push(Line::Problem(problem.clone()));
                lines.push(Line::Under("To delete the entry too:".into()));
                lines.push(Line::Whole(format!("  notion-auth logout {}", self.record.account.as_text())));
            }
            Deletion::Elsewhere => lines.push(Line::Say(format!("{name}: another notion-auth has just logged it out."))),
            Deletion::Done => self.here(revoke_page, &mut lines),
        }
        lines
    }

    fn at_notion(&self) -> Vec<Line> {
        let name = workspace_name(&self.record);
        let mut lines = Vec::new();
        match &self.revocation {
            Revocation::NotFromHere | Revocation::NotAsked | Revocation::Failed(_) => {}
            Revocation::SecretGone(seen) => lines.push(Line::Say(format!(
                "{name}: it cannot be revoked from here, because a secret which that takes is gone: {seen}."
            ))),
            Revocation::Asked(revoked) => {
                lines.extend(revoked.outcomes().map(|(token, outcome)| Line::Say(format!("{name}: {}", told(token, outcome)))));
            }
        }
        let trouble = self.revocation.obstacle().or_else(|| self.revocation.refusal());
        lines.extend(trouble.cloned().map(Line::Problem));
        lines
    }

    fn here(&self, revoke_page: &str, lines: &mut Vec<Line>) {
        let done = match self.record.store {
            StoreKind::Ntn => "notion-auth does not use it any more.".into(),
            store => format!("deleted from the {}.", store.name()),
        };
        lines.push(Line::Say(format!("{}: {done}", workspace_name(&self.record))));
        if self.record.store == StoreKind::Ntn {
            lines.push(Line::Under(format!("{NTN_GOES_ON} No token was deleted.")));
        }
        if !self.revocation.is_complete() {
            let until = if self.record.connection.is_some() {
                OF_A_CONNECTION
            } else {
                "The token itself stays good until it is revoked at"
            };
            lines.push(Line::Under(until.into()));
            lines.push(Line::Whole(format!("  {revoke_page}")));
        }
    }
}

/// The path whose page at Notion revokes the credential: connections, also internal ones, have a page of their own in the portal.
pub fn revoke_path(record: &CredentialRecord) -> PathId {
    if record.kind == TokenKind::Internal { PathId::Oauth } else { record.path }
}

fn told(token: &str, outcome: &Result<(), Problem>) -> String {
    match outcome.as_ref().map_err(Problem::kind) {
        Ok(()) => format!("the {token} is revoked."),
        Err(ProblemKind::Refused) => format!("the {token} is not revoked: Notion refused."),
        Err(ProblemKind::Network) => format!("the {token} is not revoked: Notion could not be reached."),
        Err(_) => {
            let seen = outcome.as_ref().err().and_then(|problem| problem.evidence.as_ref());
            let seen = seen.map(|seen| format!(" ({seen})")).unwrap_or_default();
            format!("the {token} is not revoked: Notion did not understand{seen}.")
        }
    }
}

/// The credentials that remain on this machine after a logout.
#[derive(Clone, Copy, Debug)]
pub struct Left<'a> {
    /// Credentials that are still saved.
    pub kept: &'a [CredentialRecord],
    /// Credentials in the environment and in `ntn`'s storage.
    pub existing: &'a [Existing],
    /// Credentials that were just logged out; they have been reported already.
    pub ended: &'a [CredentialRecord],
}

impl Left<'_> {
    pub fn lines(&self) -> Vec<Line> {
        let kept = self.kept.iter().map(|record| format!("Still kept: {}.", name_among(record, self.kept)));
        let is_told = |left: &&Existing| self.ended.iter().any(|record| record.stands_for(&left.source));
        let alone = self.existing.iter().filter(|left| !is_told(left)).map(left_alone);
        kept.chain(alone).map(Line::Say).collect()
    }
}

fn left_alone(existing: &Existing) -> String {
    match &existing.source {
        ExistingSource::Environment => {
            format!("{} is still set in this shell, and is used by whatever runs in it.", existing.place)
        }
        ExistingSource::Ntn { workspace } => {
            let name = existing.workspace.as_ref().and_then(|workspace| workspace.name.as_ref()).unwrap_or(workspace);
            format!("ntn's own login to {name} is untouched; `ntn logout` forgets it.")
        }
        ExistingSource::Ours(account) => format!("{} is still kept in {}.", account.as_text(), existing.place),
    }
}
