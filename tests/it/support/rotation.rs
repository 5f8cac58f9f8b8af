//! A rotation of a person's token: its plan, what was found out about the new token, and what came of it.

use super::fakes::{CONNECTION, MEMBER, member_identity, token_record, workspace};
use jiff::civil::date;
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::checks::{CapabilityResponse, Reach};
use notion_auth::domain::credentials::{CredentialRecord, Identity, SecretCopy, VerifiedCredential};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::rotation::{
    CopyTarget, HeldToken, OldToken, OtherHolder, OwnerProof, RotationCheck, RotationOutcome, RotationPlan, SwapResult, SwapTarget,
    TokenReach, compare_reach,
};
use notion_auth::domain::secret::Secret;

/// The new token. Nothing at Notion looks like it.
pub(crate) const NEW: &str = CONNECTION;

/// A token that was sent to a secret manager, and that expires in a week.
pub(crate) fn record() -> CredentialRecord {
    let record = token_record(workspace("ws-1", "Acme"));
    let account = record.account.with_actor(Some("bot-1"));
    CredentialRecord { account, expires_on: Some(date(2026, 11, 29)), sent_to: vec![copy()], ..record }
}

pub(crate) fn new_record() -> CredentialRecord {
    CredentialRecord { account: record().account.with_actor(Some("bot-9")), ..record() }
}

fn copy() -> SecretCopy {
    SecretCopy {
        manager: "aws".into(),
        name: "notion/api-token".into(),
        options: [("region".to_owned(), "eu-west-1".to_owned())].into(),
        sent_on: date(2026, 11, 1),
        is_outdated: false,
    }
}

fn reach(pages: usize) -> TokenReach {
    TokenReach {
        identity: member_identity(),
        users: Ok(CapabilityResponse::Refused { status: 403, code: "restricted_resource".into() }),
        search: Ok(CapabilityResponse::Granted(Reach { pages, data_sources: 1, has_more: false })),
    }
}

pub(crate) fn plan_with(secret: &str) -> RotationPlan {
    RotationPlan {
        record: record(),
        old: OldToken { secret: Some(Secret::new(secret)), reach: Ok(reach(3)) },
        copies: vec![CopyTarget { copy: copy(), plan: copy().plan().ok_or_else(String::new) }],
        mcp: Some(record()),
        agents: vec!["Claude Code".into()],
        others: Vec::new(),
    }
}

pub(crate) fn plan() -> RotationPlan {
    plan_with(MEMBER)
}

/// The new token sees this many pages.
pub(crate) fn check_with(secret: &str, pages: usize) -> RotationCheck {
    let identity = Identity { bot_id: Some("bot-9".into()), ..member_identity() };
    RotationCheck {
        verified: VerifiedCredential::new(Secret::new(secret), identity, AuthPath::Token, None),
        proof: OwnerProof::Id,
        comparison: compare_reach(Ok(&reach(3)), &reach(pages)),
        is_saved: false,
    }
}

pub(crate) fn check(pages: usize) -> RotationCheck {
    check_with(NEW, pages)
}

pub(crate) fn outcome() -> RotationOutcome {
    let result = |target, text: &str| SwapResult { target, result: Ok(text.to_owned()) };
    RotationOutcome {
        record: new_record(),
        results: vec![
            result(SwapTarget::Store, "replaced and read back from keychain, account ws-1/token@bot-9."),
            result(SwapTarget::Mcp, "accepted by its server, replaced and read back from keychain, account ws-1/mcp@bot-9."),
            result(SwapTarget::Copy(copy()), "saved and verified."),
        ],
        agents: vec!["Claude Code".into()],
        others: Vec::new(),
    }
}

pub(crate) fn variable(name: &str, token: HeldToken) -> OtherHolder {
    OtherHolder::Variable { name: name.into(), token }
}

pub(crate) fn agent_file(token: HeldToken) -> OtherHolder {
    OtherHolder::AgentFile { agent: "Cursor".into(), id: "cursor".into(), token }
}

/// The secret manager failed, and a variable holds the old token.
pub(crate) fn outcome_with_rest() -> RotationOutcome {
    let mut outcome = outcome();
    outcome.results[2].result = Err(Problem::new(ProblemCode::SendFailed).with_evidence("Sign in first: aws sso login."));
    outcome.others = vec![variable("NOTION_API_TOKEN", HeldToken::Old)];
    outcome
}
