//! How a logout and a refresh ended, and what is said of it: the truth about what was revoked, what is deleted, what is left.

use super::Line;
use super::choice::{name_among, workspace_name};
use crate::domain::catalog::PathId;
use crate::domain::command_line::operand;
use crate::domain::credential::{CredentialRecord, Existing, ExistingSource, StoreKind, TokenKind};
use crate::domain::problem::{Problem, ProblemCode, ProblemKind};

/// How a refresh ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// Notion gave a new pair, and it was written and read back.
    Now,
    /// Notion gave a new pair. It is kept in the room that was reserved for it, because its usual place could not be written.
    Reserved(Problem),
    /// Another process was faster; what it wrote stands.
    Elsewhere,
}

/// What is said of it.
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

/// What became of each token of an own connection at Notion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// `None` where there is no refresh token.
    pub refresh: Option<Result<(), Problem>>,
    pub access: Result<(), Problem>,
}

impl Revoked {
    fn outcomes(&self) -> impl Iterator<Item = (&'static str, &Result<(), Problem>)> {
        self.refresh.iter().map(|outcome| ("refresh token", outcome)).chain([("access token", &self.access)])
    }

    /// Notion has spoken: to ask the same again would be answered the same. Of two reasons, the one that may pass decides.
    fn may_pass(&self) -> Option<&Problem> {
        let is_final = |problem: &&Problem| matches!(problem.kind(), ProblemKind::Refused | ProblemKind::Failed);
        self.problems().find(|problem| !is_final(problem))
    }

    fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.outcomes().filter_map(|(_, outcome)| outcome.as_ref().err())
    }
}

/// What became of a credential at Notion when it was logged out of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// It is not of an own connection: only its page at Notion can end it.
    NotFromHere,
    /// It was said not to.
    NotAsked,
    /// A secret that it takes is gone; which.
    SecretGone(String),
    Asked(Revoked),
    /// Nobody was asked, for this reason.
    Failed(Problem),
}

impl Revocation {
    /// Why nothing is deleted yet: nobody knows what is left at Notion, and what is needed to ask again must stay.
    pub fn obstacle(&self) -> Option<&Problem> {
        match self {
            Self::Asked(revoked) => revoked.may_pass(),
            Self::Failed(problem) => Some(problem),
            Self::NotFromHere | Self::NotAsked | Self::SecretGone(_) => None,
        }
    }

    /// Notion has refused, and would again.
    fn refusal(&self) -> Option<&Problem> {
        match self {
            Self::Asked(revoked) => revoked.problems().next(),
            _ => None,
        }
    }

    /// Every token is dead.
    fn is_complete(&self) -> bool {
        matches!(self, Self::Asked(revoked) if revoked.problems().next().is_none())
    }
}

/// What became of a credential here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deletion {
    Done,
    Failed(Problem),
    /// The secret is deleted; the record of it could not be.
    OfSecretOnly(Problem),
    /// Another process was faster.
    Elsewhere,
    /// Not begun, so that revoking it can be tried again.
    Withheld,
}

/// How a logout of one credential ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedOut {
    pub record: CredentialRecord,
    pub revocation: Revocation,
    pub deletion: Deletion,
}

/// The portal is its owner's page; whoever authorized it has another, which has no address of its own.
const OF_A_CONNECTION: &str =
    "Its tokens stay good until it is disconnected in Notion's Settings, under Connections. The connection itself is at";

/// 0.4.0 forgets all workspaces at once; of newer ones, Notion's documentation says both.
const NTN_GOES_ON: &str = "ntn's own login is untouched; `ntn logout` forgets it, and perhaps its other workspaces too.";

impl LoggedOut {
    pub fn is_deleted(&self) -> bool {
        matches!(self.deletion, Deletion::Done | Deletion::Elsewhere)
    }

    /// The first trouble decides; 0 where there was none.
    pub fn exit_code(&self) -> u8 {
        let failed = match &self.deletion {
            Deletion::Failed(problem) | Deletion::OfSecretOnly(problem) => Some(problem),
            Deletion::Done | Deletion::Elsewhere | Deletion::Withheld => None,
        };
        let trouble = failed.or_else(|| self.revocation.obstacle()).or_else(|| self.revocation.refusal());
        trouble.map_or(0, Problem::exit_code)
    }

    /// `revoke_page` is where its token, or the connection behind it, is ended at Notion.
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

/// On whose page it is ended at Notion: connections, internal ones among them, have their own page in the portal.
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

/// What is left on this machine after a logout.
#[derive(Clone, Copy, Debug)]
pub struct Left<'a> {
    /// Still in the ledger.
    pub kept: &'a [CredentialRecord],
    /// In the environment and with `ntn`.
    pub existing: &'a [Existing],
    /// Just ended: what was said of them is not said again.
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
