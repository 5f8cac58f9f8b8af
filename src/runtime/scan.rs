//! Moves tokens out of plain text: verifies and saves each one, then replaces the lines of shell profiles that hold it. The command and
//! the page share this.

use super::accounts::Stop;
use super::found_tokens::save_token;
use super::ports::World;
use crate::domain::credentials::{StoreKind, TokenOutcome};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::scan::shell_profile::SavedToken;
use crate::domain::scan::{
    SaveProgress, SaveTokens, ShellProfileChange, ShellProfilePlan, ShellProfileResult, TokenResult, save_token_limit,
};
use crate::domain::secret::Secret;
use jiff::civil::Date;
use std::pin::pin;
use tokio::time::sleep;

/// Saves the tokens one after the other, then finds out what can be replaced in the profiles. A token that could not be saved is
/// replaced nowhere. `stop` leaves the rest as it is. `on_progress` reports each token before it is saved.
pub async fn save_tokens(
    request: SaveTokens,
    world: &World,
    stop: &Stop,
    on_progress: impl Fn(SaveProgress),
) -> Result<(Vec<TokenResult>, Vec<ShellProfilePlan>), Problem> {
    let SaveTokens { tokens, profiles, store, today } = request;
    let mut results = Vec::new();
    let count = tokens.len();
    for (secret, number) in tokens.into_iter().zip(1..) {
        let outcome = if stop.is_requested() {
            Err(Problem::new(ProblemCode::Cancelled))
        } else {
            on_progress(SaveProgress { number, count });
            save_in_time(&secret, store, today, world, stop).await
        };
        results.push(TokenResult { secret, outcome });
    }
    let saved: Vec<SavedToken> = results.iter().filter_map(TokenResult::saved).collect();
    let is_saved = |secret: &Secret| saved.iter().any(|token| token.secret == *secret);
    let profiles: Vec<_> = profiles.into_iter().filter(|profile| profile.secrets.iter().any(&is_saved)).collect();
    let plans = if profiles.is_empty() { Vec::new() } else { world.scan.plan(profiles, saved).await? };
    Ok((results, plans))
}

/// Saves a token within a time limit of its own, so that a keychain that never answers does not cost the results of the others.
async fn save_in_time(
    secret: &Secret,
    store: Option<StoreKind>,
    today: Date,
    world: &World,
    stop: &Stop,
) -> Result<TokenOutcome, Problem> {
    let (end, ended) = Stop::new();
    let mut work = pin!(save_token(secret, store, today, world, &ended));
    let problem = tokio::select! {
        biased;
        outcome = &mut work => return outcome,
        () = stop.signal() => Problem::new(ProblemCode::Cancelled),
        () = sleep(save_token_limit()) => Problem::new(ProblemCode::KeychainSlow),
    };
    let _ = end.send(true);
    match work.await {
        Err(ended) if ended.code == ProblemCode::Cancelled => Err(problem),
        outcome => outcome,
    }
}

/// Makes the changes that a person has consented to.
pub async fn replace_lines(changes: Vec<ShellProfileChange>, world: &World) -> Vec<ShellProfileResult> {
    let mut results = Vec::new();
    for change in changes {
        let (short_path, lines) = (change.short_path.clone(), change.lines.clone());
        let outcome = world.scan.apply(change).await;
        results.push(ShellProfileResult { short_path, outcome, lines });
    }
    results
}
