//! Moves tokens out of plain text: verifies and saves each one, then replaces the lines of shell profiles that hold it. The command and
//! the page share this.

use super::accounts::Stop;
use super::found_tokens::save_token;
use super::ports::World;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::scan::shell_profile::SavedToken;
use crate::domain::scan::{SaveTokens, ShellProfileChange, ShellProfilePlan, ShellProfileResult, TokenResult};
use crate::domain::secret::Secret;

/// Saves the tokens one after the other, then finds out what can be replaced in the profiles. A token that could not be saved is
/// replaced nowhere. `stop` leaves the rest as it is.
pub async fn save_tokens(
    request: SaveTokens,
    world: &World,
    stop: &Stop,
) -> Result<(Vec<TokenResult>, Vec<ShellProfilePlan>), Problem> {
    let SaveTokens { tokens, profiles, store, today } = request;
    let mut results = Vec::new();
    for secret in tokens {
        let outcome = if stop.is_asked_for() {
            Err(Problem::new(ProblemCode::Cancelled))
        } else {
            save_token(&secret, store, today, world, stop).await
        };
        results.push(TokenResult { secret, outcome });
    }
    let saved: Vec<SavedToken> = results.iter().filter_map(TokenResult::saved).collect();
    let is_saved = |secret: &Secret| saved.iter().any(|token| token.secret == *secret);
    let profiles: Vec<_> = profiles.into_iter().filter(|profile| profile.secrets.iter().any(&is_saved)).collect();
    let plans = if profiles.is_empty() { Vec::new() } else { world.scan.plan(profiles, saved).await? };
    Ok((results, plans))
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
