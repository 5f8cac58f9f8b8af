//! A new pair of tokens for a kept credential, by its refresh token.
//!
//! Each refresh makes the refresh token before it worthless. So two things must not happen: two processes trading the same one,
//! and a pair that Notion has given and nobody has kept. The account lock admits one process at a time, and the second looks
//! first whether there is anything left to do. Room for the answer is taken before Notion is asked (`docs/security.md`).

use super::connection_of;
use crate::domain::accounts::Refreshed;
use crate::domain::credential::{CredentialRecord, Secrets, StoreKind};
use crate::domain::problem::{Problem, ProblemCode, ProblemKind};
use crate::runtime::ports::{AccountLock, World};

/// Trades the refresh token for a new pair, and puts it in the old one's place.
///
/// Dropping this while it waits for the account lock ends it. Later, it goes on without whoever asked: a pair that Notion has given is
/// kept. Who ends the program waits for it first.
pub async fn refresh(world: &World, record: &CredentialRecord) -> Result<Refreshed, Problem> {
    if record.connection.is_none() {
        return Err(nothing_to_refresh(record));
    }
    let seen = match world.store.load(record.account.clone()).await {
        // A logout may be between the secret and its record; once it is through, the record tells.
        Err(problem) if problem.code == ProblemCode::SecretGone => {
            let _lock = world.store.lock_account(record.account.clone()).await?;
            world.store.load(record.account.clone()).await?
        }
        loaded => loaded?,
    };
    if seen.refresh.is_none() {
        return Err(nothing_to_refresh(record));
    }
    let lock = world.store.lock_account(record.account.clone()).await?;
    let (world, record) = (world.clone(), record.clone());
    #[expect(clippy::disallowed_methods, reason = "this is the runtime, and a task of its own outlives whoever awaits it")]
    let trade = tokio::spawn(async move { trade(&world, &record, &seen, lock).await });
    trade.await.unwrap_or_else(|error| Err(Problem::bug(error.to_string())))
}

fn nothing_to_refresh(record: &CredentialRecord) -> Problem {
    let why = match (record.store, &record.connection) {
        (StoreKind::Ntn, _) => "ntn keeps this login, and renews it itself",
        (_, None) => "it is not of an own OAuth connection",
        (_, Some(_)) => "Notion gave no refresh token with it",
    };
    Problem::new(ProblemCode::NothingToRefresh).seen(format!("{}: {why}", record.account.as_text()))
}

/// `seen` is what was kept before the account was locked.
async fn trade(world: &World, record: &CredentialRecord, seen: &Secrets, lock: AccountLock) -> Result<Refreshed, Problem> {
    let kept = world.store.load(record.account.clone()).await?;
    if kept.refresh != seen.refresh {
        return Ok(Refreshed::Elsewhere);
    }
    let connection = connection_of(record, &kept).ok_or_else(|| nothing_to_refresh(record))?;
    let token = connection.refresh.ok_or_else(|| nothing_to_refresh(record))?;
    // Notion spends the old pair as soon as it is asked, so the place for the new one comes first.
    world.store.begin_renewal(lock.clone()).await?;
    let grant = match world.oauth.refresh(connection.client, token).await {
        Ok(grant) => grant,
        Err(problem) => {
            // Blank room that stays behind harms nobody.
            let _ = world.store.cancel_renewal(lock).await;
            return refused(world, record, &kept, problem).await;
        }
    };
    // By its schema Notion may give no refresh token: then the one that we have goes on.
    let renewed = Secrets { token: grant.access, refresh: grant.refresh.or(kept.refresh), client_secret: kept.client_secret };
    put_in_place(world, lock, renewed).await
}

/// Notion gave no pair. It may have made one all the same, unless it said no.
async fn refused(world: &World, record: &CredentialRecord, kept: &Secrets, problem: Problem) -> Result<Refreshed, Problem> {
    if problem.code == ProblemCode::RefreshRefused {
        // A program that takes no locks may have been there, such as one on another machine that shares this folder.
        let is_newer = world.store.load(record.account.clone()).await.is_ok_and(|now| now.refresh != kept.refresh);
        return if is_newer { Ok(Refreshed::Elsewhere) } else { Err(problem) };
    }
    Err(if may_have_renewed(&problem) { with_doubt(problem) } else { problem })
}

/// True where the request may have arrived and its answer is not known: what a 503 refuses may have been saved. Notion's own
/// "no", and whatever stopped the request on its way, leave no such doubt.
fn may_have_renewed(problem: &Problem) -> bool {
    use ProblemCode::{BlockedByNetwork, NoTrustedRoots, ProxyRefused, RateLimited, Redirected, TlsFailed};
    let never_arrived = [BlockedByNetwork, NoTrustedRoots, ProxyRefused, RateLimited, Redirected, TlsFailed];
    problem.kind() == ProblemKind::Network && !never_arrived.contains(&problem.code)
}

fn with_doubt(problem: Problem) -> Problem {
    let why = problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned());
    problem.seen(format!(
        "{why}; if the request arrived, Notion may have renewed the tokens, and those kept here are worthless: run notion-auth \
         refresh again, and if that is refused, notion-auth login --path oauth"
    ))
}

/// The pair before it is worthless now, so a failure is not the end: a keychain may have been asking to be unlocked.
/// Never in plain text instead: nobody agreed to that.
async fn put_in_place(world: &World, lock: AccountLock, renewed: Secrets) -> Result<Refreshed, Problem> {
    let account = lock.account().clone();
    let mut outcome = world.store.renew(lock.clone(), renewed.clone()).await;
    if !matches!(outcome, Ok(None)) {
        outcome = world.store.renew(lock, renewed.clone()).await;
    }
    let problem = match outcome {
        Ok(None) => return Ok(Refreshed::Now),
        Ok(Some(problem)) => return Ok(Refreshed::Reserved(problem)),
        Err(problem) => problem,
    };
    let is_mendable = world.store.load(account).await.is_ok_and(|kept| kept.refresh == renewed.refresh);
    let consequence = if is_mendable {
        "the new refresh token is kept and the new access token is not: run notion-auth refresh again"
    } else {
        "the refresh token that is kept is worthless now: sign in again with notion-auth login --path oauth"
    };
    let why = problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned());
    Err(problem.seen(format!("Notion has given a new pair, and it could not be kept ({why}); {consequence}")))
}
