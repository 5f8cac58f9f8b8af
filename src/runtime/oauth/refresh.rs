//! Gets a new pair of tokens for a saved credential with its refresh token.
//!
//! Each refresh invalidates the refresh token before it. So two things must not happen: two processes spending the same refresh token, and
//! a pair that Notion issued and that was not saved. The account lock admits one process at a time, and the second one first checks whether
//! there is anything left to do. Room for the response is reserved before Notion is asked (`docs/security.md`).

use super::grant_client::{GrantClient, may_have_renewed};
use crate::domain::credentials::{CredentialRecord, RefreshOutcome, Secrets, StoreKind};
use crate::domain::oauth::TokenGrant;
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::{AccountLock, World};

/// Exchanges the refresh token for a new pair, and replaces the old one with it.
///
/// Dropping this while it waits for the account lock cancels it. From then on it finishes even if it is dropped, so that a pair
/// that Notion issued is saved. The commands wait for it, and so does the end of `notion-auth mcp`.
pub async fn refresh(world: &World, record: &CredentialRecord) -> Result<RefreshOutcome, Problem> {
    if !record.is_renewable() {
        return Err(nothing_to_refresh(record));
    }
    let saved = match world.store.load(record.account.clone()).await {
        Ok(secrets) if secrets.refresh.is_some() => secrets,
        Err(problem) if problem.code != ProblemCode::SecretMissing => return Err(problem),
        // A concurrent logout may have deleted some of the secrets and not yet the record; once it has finished, the record decides.
        Ok(_) | Err(_) => {
            let _lock = world.store.lock_account(record.account.clone()).await?;
            world.store.load(record.account.clone()).await?
        }
    };
    refresh_because(world, record, RefreshReason::Requested(saved)).await
}

/// The reason for a refresh. The process that gets the account lock next checks whether it still holds.
#[derive(Debug)]
pub enum RefreshReason {
    /// Someone asked for it, when these were the secrets.
    Requested(Secrets),
    /// These secrets were refused.
    Refused(Secrets),
    /// The access token ends soon.
    Expiring(Secrets),
}

impl RefreshReason {
    /// True if another process has renewed the tokens since.
    fn is_settled(&self, now: &Secrets, world: &World) -> bool {
        now.refresh != self.secrets().refresh
            || match self {
                Self::Requested(_) => false,
                Self::Refused(secrets) => now.token != secrets.token,
                Self::Expiring(_) => !world.mcp.is_expiring(now),
            }
    }

    /// The secrets as they were when the reason arose.
    pub fn secrets(&self) -> &Secrets {
        let (Self::Requested(secrets) | Self::Refused(secrets) | Self::Expiring(secrets)) = self;
        secrets
    }
}

/// Refreshes for a reason, which is checked again once the account is locked.
pub async fn refresh_because(world: &World, record: &CredentialRecord, reason: RefreshReason) -> Result<RefreshOutcome, Problem> {
    if reason.secrets().refresh.is_none() {
        return Err(nothing_to_refresh(record));
    }
    let lock = world.store.lock_account(record.account.clone()).await?;
    let (world, record) = (world.clone(), record.clone());
    #[expect(clippy::disallowed_methods, reason = "this is the runtime, and a task of its own outlives its caller")]
    let exchange = tokio::spawn(async move { exchange_refresh_token(&world, &record, &reason, lock).await });
    exchange.await.unwrap_or_else(|error| Err(Problem::bug(error.to_string())))
}

fn nothing_to_refresh(record: &CredentialRecord) -> Problem {
    let why = match (record.store, record.is_renewable()) {
        (StoreKind::Ntn, _) => "ntn manages this login and refreshes it itself",
        (_, false) => "it is not an OAuth connection's credential",
        (_, true) => "Notion issued no refresh token with it",
    };
    Problem::new(ProblemCode::NothingToRefresh).with_evidence(format!("{}: {why}", record.account.key()))
}

async fn exchange_refresh_token(
    world: &World,
    record: &CredentialRecord,
    reason: &RefreshReason,
    lock: AccountLock,
) -> Result<RefreshOutcome, Problem> {
    let saved = world.store.load(record.account.clone()).await?;
    if reason.is_settled(&saved, world) {
        return Ok(RefreshOutcome::ByAnotherProcess);
    }
    let client = GrantClient::find(world, record, &saved).await?.ok_or_else(|| nothing_to_refresh(record))?;
    let token = saved.refresh.clone().ok_or_else(|| nothing_to_refresh(record))?;
    // Notion invalidates the old pair as soon as it is asked, so room for the new one is reserved first.
    world.store.begin_renewal(lock.clone()).await?;
    let grant = match client.refresh(world, token).await {
        Ok(grant) => grant,
        Err(problem) => {
            // Blank room that is left behind does no harm.
            let _ = world.store.cancel_renewal(lock).await;
            return resolve_failure(world, record, &saved, problem).await;
        }
    };
    // Notion's schema allows a response without a refresh token; then the current one stays in use.
    let TokenGrant { access, refresh, renew_at } = grant;
    let renewed = Secrets { token: access, refresh: refresh.or_else(|| saved.refresh.clone()), renew_at, ..saved };
    save_renewed(world, record, lock, renewed).await
}

/// Handles a refresh without a pair. Notion may still have created one, unless it refused.
async fn resolve_failure(
    world: &World,
    record: &CredentialRecord,
    saved: &Secrets,
    problem: Problem,
) -> Result<RefreshOutcome, Problem> {
    if matches!(problem.code, ProblemCode::RefreshRefused | ProblemCode::McpSignInEnded) {
        // A program that takes no locks may have refreshed it, such as one on another machine that shares this folder.
        let is_newer = world.store.load(record.account.clone()).await.is_ok_and(|now| now.refresh != saved.refresh);
        return if is_newer { Ok(RefreshOutcome::ByAnotherProcess) } else { Err(problem) };
    }
    Err(if may_have_renewed(&problem) { with_lost_response_note(problem, record) } else { problem })
}

fn with_lost_response_note(problem: Problem, record: &CredentialRecord) -> Problem {
    let why = problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned());
    // Notion MCP accepts the previous refresh token once more (`docs/security.md`).
    let chance = if record.is_mcp() { "those kept here may work once more" } else { "those kept here are worthless" };
    problem.with_evidence(format!(
        "{why}; if the request arrived, Notion may have renewed the tokens, and {chance}: run notion-auth refresh again, and if that is \
         refused, notion-auth login --path {}",
        record.login_path()
    ))
}

/// Saves the new pair, with a second try, because the old one is worthless now and a keychain may have been asking to be unlocked.
/// Never falls back to plain text, because the person did not agree to that.
async fn save_renewed(
    world: &World,
    record: &CredentialRecord,
    lock: AccountLock,
    renewed: Secrets,
) -> Result<RefreshOutcome, Problem> {
    let account = lock.account().clone();
    let mut outcome = world.store.renew(lock.clone(), renewed.clone()).await;
    if !matches!(outcome, Ok(None)) {
        outcome = world.store.renew(lock, renewed.clone()).await;
    }
    let problem = match outcome {
        Ok(None) => return Ok(RefreshOutcome::Renewed),
        Ok(Some(problem)) => return Ok(RefreshOutcome::SavedInReserve(problem)),
        Err(problem) => problem,
    };
    let is_recoverable = world.store.load(account).await.is_ok_and(|saved| saved.refresh == renewed.refresh);
    let consequence = if is_recoverable {
        "the new refresh token was saved but the new access token was not: run notion-auth refresh again".to_owned()
    } else if record.is_mcp() {
        "the saved refresh token works once more: run notion-auth refresh again".to_owned()
    } else {
        let path = record.login_path();
        format!("the saved refresh token no longer works: sign in again with notion-auth login --path {path}")
    };
    let why = problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned());
    Err(problem.with_evidence(format!("Notion issued new tokens, but they could not be saved ({why}); {consequence}")))
}
