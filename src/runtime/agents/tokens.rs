//! Saves a token that lies in an agent's file, before the file loses it.

use crate::domain::agents::plan::TokenOutcome;
use crate::domain::auth_path::AuthMethod;
use crate::domain::credentials::{Candidate, Purpose, StoreKind, workspace_name};
use crate::domain::machine::KeychainState;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::runtime::accounts::load_index;
use crate::runtime::ports::World;
use crate::runtime::verify::verify;
use jiff::civil::Date;

/// Asks Notion who the token belongs to, saves it, and reads it back. The active credential stays the active one. A problem means that
/// the token is nowhere else than in the file.
pub(super) async fn save_token(secret: &Secret, today: Date, world: &World) -> Result<TokenOutcome, Problem> {
    let store = choose_store(world).await?;
    let candidate = Candidate::Pasted { secret: secret.clone(), path: AuthMethod::Token.path() };
    let verified = match verify(world, candidate).await {
        Err(problem) if problem.code == ProblemCode::Unauthorized => return Ok(TokenOutcome::Rejected),
        verified => verified?,
    };
    let index = load_index(world).await?;
    let record = verified.record(store, None, today);
    if let Some(known) = index.credentials.iter().find(|known| known.account == record.account) {
        if world.store.load(known.account.clone()).await?.token == *secret {
            return Ok(TokenOutcome::AlreadySaved);
        }
        let evidence = format!("another token of {} is saved already", record.account.key());
        return Err(Problem::new(ProblemCode::AgentFileRefused).with_evidence(evidence));
    }
    let active = index.active_for(Purpose::Api).map(|active| active.account.clone());
    let workspace = workspace_name(&record).to_owned();
    let receipt = world.store.save(record, verified.secrets()).await?;
    if let Some(active) = active {
        // The token is safe either way.
        let _ = world.store.activate(active).await;
    }
    Ok(TokenOutcome::Saved { workspace, place: receipt.place })
}

/// Nobody is asked here, so the private file is used only if a setting says so.
async fn choose_store(world: &World) -> Result<StoreKind, Problem> {
    let keychain = world.store.probe_keychain().await?;
    match keychain.problem() {
        None => Ok(StoreKind::Keychain),
        Some(_) if matches!(keychain, KeychainState::Disabled { .. }) => Ok(StoreKind::File),
        Some(_) if keychain.can_be_unlocked() => Ok(StoreKind::Keychain),
        Some(problem) => Err(problem),
    }
}
