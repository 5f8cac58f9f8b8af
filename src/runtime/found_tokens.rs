//! Saves a token that was found in plain text, before it is removed from its file. Agents' files and scans share this.

use super::accounts::Stop;
use super::ports::World;
use super::store_choice::choose_store;
use super::verify::verify;
use crate::domain::auth_path::AuthMethod;
use crate::domain::credentials::{Candidate, StoreKind, TokenOutcome, TokenPurpose, workspace_name};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::domain::store_choice::StoreRequest;
use jiff::civil::Date;

/// Asks Notion who the token belongs to, saves it in this store or the usual one, and reads it back. The active credential stays
/// active. After a problem, the token is only in the file. `stop` ends each wait for Notion and for the store.
pub async fn save_token(
    secret: &Secret,
    store: Option<StoreKind>,
    today: Date,
    world: &World,
    stop: &Stop,
) -> Result<TokenOutcome, Problem> {
    // Nobody is asked here, so the private file is used only if a setting says so.
    let request = StoreRequest { named: store, file_was_chosen: false, waits_for_unlock: true };
    let store = stop.or(choose_store(world, request, |undecided| undecided.problem)).await?;
    let candidate = Candidate::Pasted { secret: secret.clone(), path: AuthMethod::Token.path() };
    let verified = match stop.or(Box::pin(verify(world, candidate))).await {
        Err(problem) if problem.code == ProblemCode::Unauthorized => return Ok(TokenOutcome::Rejected),
        verified => verified?,
    };
    // Without the workspace that the environment selects for this run, which must not become the active one for good.
    let index = stop.or(world.store.load_index()).await?;
    let record = verified.record(store, None, today);
    let account = record.account.clone();
    if index.credentials.iter().any(|known| known.account == account) {
        if stop.or(world.store.load(account.clone())).await?.token == *secret {
            return Ok(TokenOutcome::AlreadySaved { account });
        }
        return Err(Problem::new(ProblemCode::AccountTaken).with_evidence(account.key()));
    }
    let active = index.active_for(TokenPurpose::Api).map(|active| active.account.clone());
    let workspace = workspace_name(&record).to_owned();
    let write = world.store.save(record.clone(), verified.secrets());
    let receipt = stop.or_stored(world, &account, &record, secret, write).await?;
    if let Some(active) = active {
        // The token is safe either way.
        let _ = world.store.activate(active).await;
    }
    Ok(TokenOutcome::Saved { account, workspace, place: receipt.place })
}
