//! A new pair of tokens for a kept credential, by its refresh token.
//!
//! Each refresh makes the refresh token before it worthless (facts C.2). So two things must not happen: two processes trading
//! the same one, and a pair that Notion has given and nobody has kept. One process at a time, and whoever comes second
//! looks first whether there is anything left to do.

use super::connection_of;
use crate::domain::accounts::Refreshed;
use crate::domain::credential::{Account, CredentialRecord, Secrets, StoreKind};
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::World;

/// Trades the refresh token for a new pair, and puts it in the old one's place.
///
/// Dropping this while it waits for its turn ends it. Later, it goes on without whoever asked: a pair that Notion has given is
/// kept. Who ends the program waits for it first.
pub async fn refresh(world: &World, record: &CredentialRecord) -> Result<Refreshed, Problem> {
    if record.connection.is_none() {
        return Err(nothing_to_refresh(record));
    }
    let seen = world.store.load(record.account.clone()).await?;
    if seen.refresh.is_none() {
        return Err(nothing_to_refresh(record));
    }
    let turn = world.store.exclusively(record.account.clone()).await?;
    let (world, record) = (world.clone(), record.clone());
    #[expect(clippy::disallowed_methods, reason = "this is the runtime, and a task of its own outlives whoever awaits it")]
    let trade = tokio::spawn(async move {
        let outcome = trade(&world, &record, &seen).await;
        drop(turn);
        outcome
    });
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

/// `seen` is what was kept before this was our turn.
async fn trade(world: &World, record: &CredentialRecord, seen: &Secrets) -> Result<Refreshed, Problem> {
    let kept = world.store.load(record.account.clone()).await?;
    if kept.refresh != seen.refresh {
        return Ok(Refreshed::Elsewhere);
    }
    let connection = connection_of(record, &kept).ok_or_else(|| nothing_to_refresh(record))?;
    let token = connection.refresh.ok_or_else(|| nothing_to_refresh(record))?;
    let grant = match world.oauth.refresh(connection.client, token).await {
        Ok(grant) => grant,
        // Somebody who knows nothing of turns, such as a file server that takes no locks for another machine, may have been there.
        Err(problem) if problem.code == ProblemCode::RefreshRefused => {
            let newer = world.store.load(record.account.clone()).await.is_ok_and(|now| now.refresh != kept.refresh);
            return if newer { Ok(Refreshed::Elsewhere) } else { Err(problem) };
        }
        Err(problem) => return Err(problem),
    };
    // By its schema Notion may give no refresh token: then the one that we have goes on.
    let renewed = Secrets { token: grant.access, refresh: grant.refresh.or(kept.refresh), client_secret: kept.client_secret };
    put_in_place(world, &record.account, renewed).await.map(|()| Refreshed::Now)
}

/// What was there before is worthless now, so a failure is not the end: a keychain may have been asking to be unlocked.
/// Never in plain text instead: nobody agreed to that.
async fn put_in_place(world: &World, account: &Account, renewed: Secrets) -> Result<(), Problem> {
    if world.store.renew(account.clone(), renewed.clone()).await.is_ok() {
        return Ok(());
    }
    let Err(problem) = world.store.renew(account.clone(), renewed.clone()).await else { return Ok(()) };
    let is_mendable = world.store.load(account.clone()).await.is_ok_and(|kept| kept.refresh == renewed.refresh);
    let consequence = if is_mendable {
        "the new refresh token is kept and the new access token is not: run notion-auth refresh again"
    } else {
        "the refresh token that is kept is worthless now: sign in again with notion-auth login --path oauth"
    };
    let why = problem.evidence.clone().unwrap_or_else(|| problem.headline().to_owned());
    Err(problem.seen(format!("Notion has given a new pair, and it could not be kept ({why}); {consequence}")))
}
